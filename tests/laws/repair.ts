/** What makes a random config one that Okta takes: references that lead somewhere, levels that go together. Pure. */
import type { FurtherSections } from './further-kinds.ts';

/** A config as plain data, before it is text. */
export type ConfigData = Record<string, unknown>;
export type Entry = Record<string, unknown>;

export interface Sections extends FurtherSections {
  authenticators: Record<string, Entry>;
  groups: Entry[];
  enrollmentPolicies: Entry[];
  appSignInPolicies: Entry[];
  apps: Entry[];
  authorizationServers: Entry[];
  trustedOrigins: Entry[];
  users: Entry[];
}

/** @param phones whether users have phones: then the phone is active and allowed by every policy */
export function consistent(sections: Sections, phones: boolean): ConfigData {
  const groups = new Set(['Everyone', ...sections.groups.map((group) => group.name)]);
  const policies = new Set(sections.appSignInPolicies.map((policy) => policy.name));
  const zones = new Set<unknown>(sections.networkZones.map((zone) => zone.name));
  const apps = new Set<unknown>(['all clients', ...sections.apps.map((app) => app.label)]);
  const authenticators = phones
    ? { ...sections.authenticators, phone: { ...sections.authenticators.phone, status: 'active' } }
    : sections.authenticators;
  const enrollment = withDefaultPolicy(sections.enrollmentPolicies, phones).map((policy) =>
    enrollmentPolicy(policy, authenticators, groups, phones),
  );
  const data: ConfigData = {
    version: 1,
    authenticators,
    groups: sections.groups,
    enrollmentPolicies: enrollment,
    appSignInPolicies: sections.appSignInPolicies.map((policy) => ({
      ...policy,
      ...(policy.rules
        ? {
            rules: (policy.rules as Entry[]).map((rule) =>
              known(known(rule, groups, 'groups', 'excludedGroups'), zones, 'networkZones'),
            ),
          }
        : {}),
    })),
    apps: sections.apps.map((app) => repairedApp(known(app, groups, 'assignedTo'), policies)),
    authorizationServers: sections.authorizationServers.map((server) => authorizationServer(server, groups, apps)),
    networkZones: sections.networkZones,
    groupRules: sections.groupRules.filter((rule) => (rule.assignTo as string[]).every((group) => groups.has(group))),
    inlineHooks: sections.inlineHooks,
    smsTemplates: sections.smsTemplates,
    passwordPolicies: sections.passwordPolicies.map((policy) =>
      withKnownZones(withoutInactive(policy, authenticators), zones),
    ),
    globalSessionPolicies: sections.globalSessionPolicies.map((policy) => withKnownZones(policy, zones)),
    profileEnrollmentPolicies: sections.profileEnrollmentPolicies.map((policy) => known(policy, groups, 'addToGroups')),
    trustedOrigins: sections.trustedOrigins,
    users: sections.users.map((user) => ({ ...known(user, groups, 'groups'), password: PASSWORD })),
  };
  return Object.fromEntries(Object.entries(data).filter(([, value]) => !isEmpty(value)));
}

/** How a config names the password of a user; the one string that is not to be taken literally. */
export const PASSWORD = '${env:MARY_PASSWORD}';

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** An entry whose lists name only what the config declares. */
function known(entry: Entry, names: ReadonlySet<unknown>, ...fields: string[]): Entry {
  const kept = fields.flatMap((field) => (entry[field] === undefined ? [] : [[field, filterSet(entry[field], names)]]));
  return { ...entry, ...Object.fromEntries(kept) };
}

function filterSet(set: unknown, names: ReadonlySet<unknown>): unknown {
  if (Array.isArray(set)) return set.filter((item) => names.has(item));
  return { add: (set as { add: unknown[] }).add.filter((item) => names.has(item)) };
}

/** Recovery relies on no authenticator that the config switches off or never adds. */
function withoutInactive(policy: Entry, authenticators: Record<string, Entry>): Entry {
  const { rules, ...rest } = policy;
  const off = (name: string) => authenticators[name]?.status === 'inactive';
  const active = (word: string) =>
    word === 'email' || word === 'okta verify push' || (word !== 'google authenticator' && !off('phone'));
  return {
    ...rest,
    ...(rules === undefined
      ? {}
      : {
          rules: (rules as Entry[]).map(({ recoverWith, additionalVerification, ...rule }) => {
            const methods = ((recoverWith ?? []) as string[]).filter(active);
            if (methods.length === 0) return rule;
            const question = additionalVerification === 'security question' && off('securityQuestion');
            return { ...rule, recoverWith: methods, ...(question ? {} : { additionalVerification }) };
          }),
        }),
  };
}

function withKnownZones(policy: Entry, zones: ReadonlySet<unknown>): Entry {
  const { rules, ...rest } = policy;
  return rules === undefined
    ? rest
    : { ...rest, rules: (rules as Entry[]).map((rule) => known(rule, zones, 'networkZones')) };
}

function withDefaultPolicy(policies: readonly Entry[], phones: boolean): readonly Entry[] {
  if (!phones || policies.some((policy) => policy.name === 'Default Policy')) return policies;
  return [...policies, { name: 'Default Policy' }];
}

function enrollmentPolicy(
  policy: Entry,
  authenticators: Record<string, Entry>,
  groups: ReadonlySet<unknown>,
  phones: boolean,
): Entry {
  const own = policy.name !== 'Default Policy';
  const levels = Object.fromEntries(
    Object.entries((policy.authenticators ?? {}) as Record<string, string>).map(([key, level]) => {
      const active = key === 'password' || key === 'email' || authenticators[key]?.status === 'active';
      return [key, active ? level : 'disabled'];
    }),
  );
  if (phones) levels.phone = 'optional';
  if (own ? levels.email !== 'required' : levels.password !== undefined) levels.password = 'required';
  const named = (policy.groups as string[] | undefined)?.filter((group) => groups.has(group)) ?? [];
  return {
    ...policy,
    ...(own ? { groups: named.length > 0 ? named : ['Everyone'] } : {}),
    ...(own || policy.authenticators || phones ? { authenticators: levels } : {}),
  };
}

function repairedApp(app: Entry, policies: ReadonlySet<unknown>): Entry {
  const { signInPolicy, pkceRequired, ...rest } = app;
  const secret = String(app.clientAuthentication).startsWith('client secret');
  return {
    ...rest,
    ...(policies.has(signInPolicy) ? { signInPolicy } : {}),
    ...(pkceRequired === undefined || (pkceRequired === false && !secret) ? {} : { pkceRequired }),
  };
}

/** Claims come with scopes that the config declares, or that every server has. */
function authorizationServer(server: Entry, groups: ReadonlySet<unknown>, apps: ReadonlySet<unknown>): Entry {
  const list = (field: string, repair: (entry: Entry) => Entry) =>
    server[field] === undefined ? {} : { [field]: (server[field] as Entry[]).map(repair) };
  const scopes = new Set(['*', 'profile', 'phone', ...((server.scopes ?? []) as Entry[]).map(({ name }) => name)]);
  const claim = (entry: Entry) => {
    const { scopes: named, ...rest } = known(entry, scopes, 'scopes');
    return named === undefined || namesNothing(named) ? rest : { ...rest, scopes: named };
  };
  return {
    ...server,
    ...list('accessTokenClaims', claim),
    ...list('idTokenClaims', claim),
    ...list('policies', (policy) => accessPolicy(policy, groups, apps)),
  };
}

function accessPolicy(policy: Entry, groups: ReadonlySet<unknown>, apps: ReadonlySet<unknown>): Entry {
  const { clients, rules, ...rest } = known(policy, apps, 'clients');
  return {
    ...rest,
    ...(clients === undefined || namesNothing(clients) ? {} : { clients }),
    ...(rules === undefined ? {} : { rules: (rules as Entry[]).map((rule) => accessRule(rule, groups)) }),
  };
}

function accessRule(rule: Entry, names: ReadonlySet<unknown>): Entry {
  const { groups, ...rest } = known(rule, names, 'groups');
  return { ...rest, ...(groups === undefined || namesNothing(groups) ? {} : { groups }) };
}

function namesNothing(set: unknown): boolean {
  return (Array.isArray(set) ? set : (set as { add: unknown[] }).add).length === 0;
}
