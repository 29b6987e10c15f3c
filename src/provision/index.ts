/** plan and apply of a config against an org: the engine, the kinds and the Management API brought together. */
import type { Config } from '../config/load.ts';
import { type ApplyEffects, type ApplyResult, applyPlan } from '../engine/apply.ts';
import { makePlan, type Plan } from '../engine/plan.ts';
import { KINDS, type OrgContext } from '../kinds/index.ts';
import { ManagementApiError, type OktaApi, OrgUnreachableError } from '../okta/api.ts';
import { memoisingReader } from '../okta/reader.ts';
import { EXIT, OrgproofError } from '../shared/errors.ts';
import type { WellKnownOrganization } from '../wire/org.ts';
import type { Policy } from '../wire/policy.ts';
import type { Ledger } from './ledger.ts';

export type OrgPlan = Plan<OrgContext>;
export type OrgApplyResult = ApplyResult<OrgContext>;

export interface PlanOptions {
  config: Pick<Config, 'declared'>;
  api: OktaApi;
  ledger: Ledger;
  /** Passwords and phones of users that were there before may be set. */
  adoptCredentials?: boolean;
  /** Addresses to which the plan is confined. */
  only?: readonly string[];
}

/**
 * Reads the org and works out what `apply` would do. Sends no write.
 * @throws ManagementApiError, OrgUnreachableError when a read fails: a failed read is never "absent"
 * @throws OrgproofError `classic-engine` for an org that does not run Identity Engine
 */
export async function planOrg(options: PlanOptions): Promise<OrgPlan> {
  const { api, only } = options;
  const context = createContext(options);
  await assertIdentityEngine(context);
  const declared = options.config.declared.filter((object) => !only?.length || only.includes(object.address));
  return makePlan({ org: api.orgUrl, declared, kinds: KINDS, context });
}

export interface ApplyOptions extends Omit<PlanOptions, 'config' | 'only'> {
  onProgress?: ApplyEffects<OrgContext>['onProgress'];
  signal?: AbortSignal;
}

/** Carries out a plan made by {@link planOrg}. Never throws for a refused change: the result says what became of each. */
export function applyOrg(plan: OrgPlan, options: ApplyOptions): Promise<OrgApplyResult> {
  const { api, ledger } = options;
  const created = new Map<string, string>();
  const shared = createContext({ ...options, created });
  return applyPlan(plan, {
    begin: async (change) => {
      if (change.action === 'create' && change.kind === 'user') ledger.intend(api.orgUrl, change.address);
      const tracked = trackWrites(api);
      return { context: { ...shared, api: tracked.api }, mayHaveWritten: tracked.mayHaveWritten };
    },
    created: async (change, id) => {
      created.set(change.address, id);
      if (change.kind === 'user') ledger.created(api.orgUrl, change.address, id);
    },
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  });
}

function createContext(options: {
  api: OktaApi;
  ledger: Ledger;
  adoptCredentials?: boolean;
  created?: ReadonlyMap<string, string>;
}): OrgContext {
  const { api, ledger } = options;
  return {
    api,
    reader: memoisingReader(api),
    created: options.created ?? new Map(),
    owns: (address, live) => ledger.owns(api.orgUrl, address, live),
    adoptCredentials: options.adoptCredentials ?? false,
  };
}

/** The read that a plan needs anyway tells the engines apart: Classic does not know app sign-in policies. */
async function assertIdentityEngine({ api, reader }: OrgContext): Promise<void> {
  try {
    await reader.list<Policy>('/api/v1/policies?type=ACCESS_POLICY&expand=rules');
  } catch (error) {
    if (!(error instanceof ManagementApiError && error.errorCode === 'E0000002')) throw error;
    const org = await api.get<WellKnownOrganization>('/.well-known/okta-organization');
    if (org.pipeline === 'idx') throw error;
    throw new OrgproofError(`${api.orgUrl} runs Okta Classic Engine, which has no app sign-in policies`, {
      code: 'classic-engine',
      hint: 'orgproof needs an Identity Engine org; ask Okta to upgrade this one, or use an Integrator org',
      exitCode: EXIT.failed,
      cause: error,
    });
  }
}

/** An API that remembers whether a write got through, or went out and was never answered. */
function trackWrites(api: OktaApi): { api: OktaApi; mayHaveWritten(): boolean } {
  let written = false;
  const tracked = async <T>(send: Promise<T>): Promise<T> => {
    try {
      const answer = await send;
      written = true;
      return answer;
    } catch (error) {
      const unknown =
        error instanceof OrgUnreachableError || (error instanceof ManagementApiError && error.status >= 500);
      written ||= unknown;
      throw error;
    }
  };
  return {
    mayHaveWritten: () => written,
    api: {
      ...api,
      post: (path, body) => tracked(api.post(path, body)),
      put: (path, body) => tracked(api.put(path, body)),
      delete: (path) => tracked(api.delete(path)),
    },
  };
}
