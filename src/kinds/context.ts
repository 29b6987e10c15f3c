/** What kinds are handed for their reads and writes, and the look-ups by name that they share. */

import type { OktaApi } from '../okta/api.ts';
import type { Reader } from '../okta/reader.ts';
import { addressFor } from '../shared/address.ts';
import { EXIT, OrgproofError } from '../shared/errors.ts';
import type { Application } from '../wire/application.ts';
import type { Policy, PolicyRule } from '../wire/policy.ts';

export interface OrgContext {
  readonly api: OktaApi;
  /** Shared, remembered reads; what a write depends on is read afresh through `api`. */
  readonly reader: Reader;
  /** Ids of objects created in this run, by address. */
  readonly created: ReadonlyMap<string, string>;
  /** Whether an earlier apply of this config created the object, so that its credentials are ours. */
  owns(address: string, live: { id: string; created: string }): boolean;
  /** `--adopt-credentials`: passwords and phones of users that were there before may be set. */
  readonly adoptCredentials: boolean;
  /** New ids of objects that this run created again, by the ids that they had. */
  readonly renamed: ReadonlyMap<string, string>;
}

export const liveApps = (context: OrgContext) => context.reader.list<Application>('/api/v1/apps?limit=200');
/** Without `limit`: with it Okta always answers a further, empty page (recorded). */
export const livePolicies = (context: OrgContext, type: Policy['type']) =>
  context.reader.list<Policy>(`/api/v1/policies?type=${type}&expand=rules`);

/** Some orgs do not honour `expand=rules` on the list; then the rules are asked for by policy. */
export function liveRules(context: OrgContext, policy: Policy): Promise<PolicyRule[]> {
  const embedded = policy._embedded?.rules;
  return embedded ? Promise.resolve(embedded) : context.reader.list<PolicyRule>(`/api/v1/policies/${policy.id}/rules`);
}

/** The live OIDC app with this label, or undefined. Labels need not be unique in Okta: two of them are refused. */
export async function findApp(context: OrgContext, label: string): Promise<Application | undefined> {
  const apps = (await liveApps(context)).filter((app) => app.label === label && app.name === 'oidc_client');
  if (apps.length > 1) {
    throw new OrgproofError(
      `the org has ${apps.length} apps with the label "${label}": ${apps.map((app) => app.id).join(', ')}`,
      { code: 'ambiguous-app', hint: 'rename all but one of them in the Admin Console', exitCode: EXIT.refused },
    );
  }
  return apps[0];
}

export async function clientIds(context: OrgContext, labels: readonly string[]): Promise<string[]> {
  return Promise.all(
    labels.map(
      async (label) =>
        context.created.get(addressFor('app', label)) ??
        (await findApp(context, label))?.credentials.oauthClient?.client_id ??
        (await liveApps(context)).find(isClient(label))?.credentials.oauthClient?.client_id ?? // a client id, shown as it is
        missing('app', label),
    ),
  );
}

const isClient = (id: string) => (app: Application) => app.credentials.oauthClient?.client_id === id;

export async function policyId(context: OrgContext, type: Policy['type'], kind: string, name: string): Promise<string> {
  const created = context.created.get(addressFor(kind, name));
  if (created !== undefined) return created;
  return (await livePolicies(context, type)).find((policy) => policy.name === name)?.id ?? missing(kind, name);
}

export function missing(kind: string, name: string): never {
  throw new OrgproofError(`the org has no ${kind} "${name}"`, {
    code: 'live-object-missing',
    hint: `declare it in the config, or correct the name`,
  });
}

/** Lifecycle endpoints switch an object on and off; a `status` in a body is ignored (recorded). */
export function setStatus(
  { api }: OrgContext,
  path: string,
  status: 'active' | 'inactive' | undefined,
): Promise<unknown> {
  return api.post(`${path}/lifecycle/${status === 'active' ? 'activate' : 'deactivate'}`);
}
