/** The part of an org that decides sign-ins, as lists of the Management API show it. */
import { isForbidden, type OktaApi } from '../okta/api.ts';
import type { OrgAuthenticator, PolicyWithRules } from '../policy/index.ts';
import type { Application } from '../wire/application.ts';
import type { Authenticator, AuthenticatorMethod } from '../wire/authenticator.ts';
import type { NetworkZone } from '../wire/network-zone.ts';
import type { Policy, PolicyRule, PolicyType } from '../wire/policy.ts';
import { conditionsOf, orgWidePolicies, zonesNamed } from './conditions.ts';

/** What is read besides the lists. */
export interface Scope {
  /** Ids of apps whose assignments matter. */
  assignmentsOf: readonly string[];
  /** Ids of users who are looked at one by one. */
  people: readonly string[];
  /** Whether network zones matter that no condition names. */
  zones: boolean;
  /** Whether group rules matter. */
  groupRules: boolean;
}

export interface OrgView {
  authenticators: readonly (OrgAuthenticator & { id: string })[];
  enrollmentPolicies: readonly PolicyWithRules[];
  globalSessionPolicies: readonly PolicyWithRules[];
  /** By id. */
  appSignInPolicies: ReadonlyMap<string, PolicyWithRules>;
  /** By id. */
  apps: ReadonlyMap<string, Application>;
  /** Ids of the groups that an app is assigned to, for the apps that were asked for. */
  assignedGroups: ReadonlyMap<string, readonly string[]>;
  /** By id, as far as they were read: when they decide anything. */
  zones: ReadonlyMap<string, NetworkZone>;
}

/** The name by which Okta knows its own Admin Console among the apps. */
export const ADMIN_CONSOLE = 'saasure';

/**
 * Reads what decides sign-ins: a request for each list, one for the methods of each authenticator that has several, one for
 * each app whose assignments are asked for, and one for the network zones when conditions name any.
 * @param scope `assignmentsOf`: ids of apps; those that the org does not have are passed over. `zones`: they are looked at
 *   though no condition names any
 */
export async function readOrgView(
  api: Pick<OktaApi, 'list'>,
  { assignmentsOf, zones: asked }: Pick<Scope, 'assignmentsOf' | 'zones'>,
): Promise<OrgView> {
  const [authenticators, enrollmentPolicies, globalSessionPolicies, accessPolicies, apps] = await Promise.all([
    readAuthenticators(api),
    readPolicies(api, 'MFA_ENROLL'),
    readPolicies(api, 'OKTA_SIGN_ON'),
    readPolicies(api, 'ACCESS_POLICY'),
    api.list<Application>('/api/v1/apps?limit=200'),
  ]);
  const byId = new Map(apps.map((app) => [app.id, app]));
  const assigned = await Promise.all(
    assignmentsOf
      .filter((id) => byId.has(id))
      .map(async (id): Promise<[string, string[]]> => {
        const groups = await api.list<{ id: string }>(`/api/v1/apps/${id}/groups?limit=200`);
        return [id, groups.map((group) => group.id)];
      }),
  );
  const policies = {
    enrollmentPolicies,
    globalSessionPolicies,
    appSignInPolicies: new Map(accessPolicies.map((entry) => [entry.policy.id, entry])),
  };
  const zoned = conditionsOf([...orgWidePolicies(policies), ...accessPolicies]).some(
    (conditions) => zonesNamed(conditions).length > 0,
  );
  const zones = asked || zoned ? await readZones(api) : [];
  return {
    authenticators,
    ...policies,
    apps: byId,
    assignedGroups: new Map(assigned),
    zones: new Map(zones.map((zone) => [zone.id, zone])),
  };
}

/** The id of an app's sign-in policy; undefined when it shows none. */
export function signInPolicyId(app: Application): string | undefined {
  const link = app._links?.accessPolicy;
  return Array.isArray(link) ? undefined : link?.href.split('/').at(-1);
}

/** The app sign-in policy of an app; undefined when it shows none. */
export function signInPolicyOf(view: OrgView, app: Application): PolicyWithRules | undefined {
  const id = signInPolicyId(app);
  return id === undefined ? undefined : view.appSignInPolicies.get(id);
}

/** Authenticators with more than one method, each of which can be switched off alone. */
const WITH_METHODS = ['phone_number', 'okta_verify'];

/** The authenticators of the org; with their methods where those say more than the status. */
export async function readAuthenticators(api: Pick<OktaApi, 'list'>): Promise<(OrgAuthenticator & { id: string })[]> {
  const authenticators = await api.list<Authenticator>('/api/v1/authenticators');
  return Promise.all(
    authenticators.map(async (one) => {
      const { id, key, status, settings } = one;
      const base = { id, key, status, ...(settings ? { settings } : {}) };
      if (!WITH_METHODS.includes(key)) return base;
      const methods = await api.list<AuthenticatorMethod>(`/api/v1/authenticators/${id}/methods`);
      return methods.length > 0 ? { ...base, methods } : base;
    }),
  );
}

/** Where they may not be read, each that a condition names counts as a place of its own. */
async function readZones(api: Pick<OktaApi, 'list'>): Promise<NetworkZone[]> {
  try {
    return await api.list<NetworkZone>('/api/v1/zones?limit=200');
  } catch (error) {
    if (isForbidden(error)) return [];
    throw error;
  }
}

/** The policies of a type with their rules. Without `limit`: with it Okta always answers a further, empty page (recorded). */
export async function readPolicies(api: Pick<OktaApi, 'list'>, type: PolicyType): Promise<PolicyWithRules[]> {
  const policies = await api.list<Policy>(`/api/v1/policies?type=${type}&expand=rules`);
  return Promise.all(policies.map((policy) => withRules(api, policy)));
}

/** Rules come with the policy where the org expands it; others are asked for one by one. */
export async function withRules(api: Pick<OktaApi, 'list'>, policy: Policy): Promise<PolicyWithRules> {
  const rules = policy._embedded?.rules ?? (await api.list<PolicyRule>(`/api/v1/policies/${policy.id}/rules`));
  return { policy, rules };
}
