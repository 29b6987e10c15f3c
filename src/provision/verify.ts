/** The flows of a config performed against an org: verification with what only the config knows. */
import type { Config } from '../config/load.ts';
import type { SetValue } from '../engine/kind.ts';
import type { OktaApi } from '../okta/api.ts';
import { EXIT, OrgproofError } from '../shared/errors.ts';
import {
  type CodeSource,
  EmulatorCodeSource,
  isEmulator,
  type KnownUser,
  type VerifyOptions,
  type VerifyResult,
  verify,
} from '../verify/index.ts';
import type { WellKnownOrganization } from '../wire/org.ts';
import { classicEngine } from './classic.ts';
import { type OrgPlan, planOrg } from './index.ts';
import { type Ledger, memoryLedger } from './ledger.ts';

export interface VerifyConfigOptions
  extends Pick<VerifyOptions, 'drivers' | 'evidenceDir' | 'browser' | 'missingBrowser' | 'onProgress' | 'signal'> {
  api: OktaApi;
  config: Pick<Config, 'declared' | 'flows' | 'locate'>;
  /** Which users are ours, for telling what apply would mend; none when it is not given. */
  ledger?: Ledger;
}

/**
 * @throws OrgproofError `codes-unavailable` (exit 5) when nothing can receive this org's one-time codes
 * @throws ManagementApiError, OrgUnreachableError when the org refuses the token or does not answer
 */
export async function verifyConfig(options: VerifyConfigOptions): Promise<VerifyResult> {
  const { api, config, ledger = memoryLedger(), ...rest } = options;
  const org = await api.get<WellKnownOrganization>('/.well-known/okta-organization');
  if (org.pipeline !== 'idx') throw classicEngine(api.orgUrl);
  return verify({
    ...rest,
    orgUrl: api.orgUrl,
    api,
    flows: config.flows,
    users: knownUsers(config),
    codes: await codeSourceFor(api.orgUrl),
    locate: config.locate,
    redirectUris: declaredRedirectUris(config),
    remark: driftRemark(api, config, ledger),
  });
}

async function codeSourceFor(orgUrl: string): Promise<CodeSource> {
  if (await isEmulator(orgUrl)) return new EmulatorCodeSource(orgUrl);
  throw new OrgproofError(`nothing here can receive the one-time codes that ${orgUrl} sends`, {
    code: 'codes-unavailable',
    hint: 'this version reads codes from an embedded org only (orgproof emulate)',
    exitCode: EXIT.usage,
  });
}

function knownUsers(config: Pick<Config, 'declared'>): Record<string, KnownUser> {
  return Object.fromEntries(
    config.declared
      .filter((object) => object.kind === 'user')
      .map((object) => {
        const { login, password, phone } = object.spec as { login: string; password?: string; phone?: string };
        return [login, { password, phone }];
      }),
  );
}

/** The URI that the app behind each label uses, as declared: one that the org does not know must show. */
function declaredRedirectUris(config: Pick<Config, 'declared'>): Record<string, string> {
  return Object.fromEntries(
    config.declared
      .filter((object) => object.kind === 'app')
      .flatMap((object) => {
        const { label, redirectUris } = object.spec as { label: string; redirectUris?: SetValue };
        const first = redirectUris && ('add' in redirectUris ? redirectUris.add : redirectUris)[0];
        return first === undefined ? [] : [[label, first]];
      }),
  );
}

/** Whether the config says already what a hint asks for, and only the org does not: told once something failed. */
function driftRemark(
  api: OktaApi,
  config: Pick<Config, 'declared'>,
  ledger: Ledger,
): NonNullable<VerifyOptions['remark']> {
  let plan: Promise<OrgPlan> | undefined;
  return async ({ address, path }) => {
    plan ??= planOrg({ config, api, ledger });
    const change = (await plan).changes.find((candidate) => candidate.address === address);
    const differs = change?.fields.some(
      (field) => field.path === path || path === '' || field.path.startsWith(`${path}.`),
    );
    return differs ? 'The org differs from the config here: apply it.' : undefined;
  };
}
