/** Configs that follow from another one: without its objects, or without its fields. Pure. */
import type { ConfigData, Entry } from './repair.ts';

/** All that can be deleted, deleted; system objects and authenticators are not mentioned. */
export function absent(data: ConfigData): ConfigData {
  const { authenticators: _, enrollmentPolicies, authorizationServers, apps, users, ...rest } = data;
  const gone = (entries: unknown, keep: readonly string[]) =>
    ((entries ?? []) as Entry[])
      .filter((entry) => entry.name !== 'Default Policy')
      .map((entry) => ({ ...only(entry, keep), ensure: 'absent' }));
  const named = Object.fromEntries(
    Object.entries(rest).map(([key, entries]) => [
      key,
      key === 'version' ? entries : gone(entries, ['name', 'origin', 'allow']),
    ]),
  );
  const servers = (authorizationServers ?? []) as Entry[];
  return {
    ...named,
    enrollmentPolicies: gone(enrollmentPolicies, ['name']),
    authorizationServers: servers.map((server) => ({
      name: server.name,
      ...(server.name === 'default' ? {} : { ensure: 'absent' }),
      ...inside(server, (entries) =>
        gone(
          entries.filter(({ name }) => name !== 'phone' && name !== 'sub'),
          ['name'],
        ),
      ),
    })),
    ...Object.fromEntries(FURTHER.flatMap((key) => (data[key] === undefined ? [] : [[key, gone(data[key], NEEDED)]]))),
    apps: gone(apps, ['label', 'type']),
    users: gone(users, ['login', 'firstName', 'lastName']),
  };
}

/** Lists of what stands in an entry. */
const INSIDE = ['rules', 'policies', 'scopes', 'accessTokenClaims', 'idTokenClaims'];

function inside(entry: Entry, list: (entries: Entry[], field: string) => Entry[]): Entry {
  const fields = INSIDE.filter((field) => isListOfEntries(entry[field]));
  return Object.fromEntries(fields.map((field) => [field, list(entry[field] as Entry[], field)]));
}

/** Servers have scopes inside of them; claims and rules only name some. */
function isListOfEntries(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'object');
}

/** A config whose system policies name no group that it makes: what they name of a group that goes cannot come back. */
export function withoutSystemReferences(data: ConfigData): ConfigData {
  const policies = ((data.profileEnrollmentPolicies ?? []) as Entry[]).map(({ addToGroups, ...policy }) =>
    policy.name === 'Default Policy' || addToGroups === undefined ? policy : { ...policy, addToGroups },
  );
  return data.profileEnrollmentPolicies === undefined ? data : { ...data, profileEnrollmentPolicies: policies };
}

/** Sections whose entries need more than a name. */
const FURTHER = ['networkZones', 'groupRules', 'inlineHooks', 'smsTemplates'];

/** Objects by no more than their names and what an entry must have. */
export function namesAlone(data: ConfigData): ConfigData {
  const bare = (entries: unknown): Entry[] =>
    ((entries ?? []) as Entry[]).map((entry) => ({
      ...only(entry, [...NEEDED, ...(entry.name === 'Default Policy' ? [] : ['groups'])]),
      ...inside(entry, (entries, field) =>
        field === 'policies' ? bare(entries) : entries.map((one) => only(one, ['name'])),
      ),
    }));
  const authenticators = (data.authenticators ?? {}) as Entry;
  return {
    ...Object.fromEntries(
      Object.entries(data).map(([key, entries]) => [key, Array.isArray(entries) ? bare(entries) : entries]),
    ),
    // One that was never added would come by its name.
    authenticators: Object.fromEntries(
      Object.entries(authenticators).flatMap(([key, entry]) =>
        (entry as Entry).status === 'inactive' ? [] : [[key, {}]],
      ),
    ),
  };
}

const NEEDED = [
  ...['name', 'label', 'login', 'type', 'origin', 'allow', 'firstName', 'lastName'],
  ...['url', 'authorizationSecret', 'expression', 'assignTo', 'text'],
];

function only(entry: Entry, fields: readonly string[]): Entry {
  return Object.fromEntries(Object.entries(entry).filter(([field]) => fields.includes(field)));
}

/** A config that switches no authenticator off: Okta refuses that where another config's policies still allow it. */
export function steady(data: ConfigData): ConfigData {
  const authenticators = Object.entries((data.authenticators ?? {}) as Record<string, Entry>);
  const on = authenticators.filter(([, { status }]) => status !== 'inactive');
  return { ...data, authenticators: Object.fromEntries(on) };
}

/**
 * A config that says less of the objects that `base` has too: fields stay or go as the coins fall, those that Okta ties
 * together at once.
 */
export function thinned(data: ConfigData, base: ConfigData, coins: readonly boolean[]): ConfigData {
  let at = 0;
  const toss = () => coins[at++ % coins.length] === true;
  const fields = (entry: Entry, always: readonly string[]): Entry => {
    const tied = new Map(TIED.map((group) => [group, toss()]));
    const keep = (field: string) => {
      const group = TIED.find((members) => members.includes(field));
      return always.includes(field) || (group ? tied.get(group) : toss());
    };
    return Object.fromEntries(Object.entries(entry).filter(([field]) => keep(field)));
  };
  const entries = (mine: unknown, theirs: unknown, always = NEEDED): Entry[] =>
    ((mine ?? []) as Entry[]).flatMap((entry) => {
      const other = ((theirs ?? []) as Entry[]).find((one) => nameOf(one) === nameOf(entry));
      if (!other) return [entry];
      const lists = inside(entry, (list, field) => entries(list, other[field]));
      const own = Object.fromEntries(Object.entries(entry).filter(([field]) => lists[field] === undefined));
      return [{ ...fields(own, always), ...lists }];
    });
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      Array.isArray(value) ? entries(value, base[key], neededIn(key)) : value,
    ]),
  );
}

/** Such a policy has to say for which groups it is. */
const FOR_GROUPS = ['enrollmentPolicies', 'globalSessionPolicies', 'passwordPolicies'];
const neededIn = (section: string) => (FOR_GROUPS.includes(section) ? [...NEEDED, 'groups'] : NEEDED);

const TIED = [
  ['grantTypes', 'redirectUris'],
  ['clientAuthentication', 'pkceRequired', 'publicKeys', 'publicKeysUrl'],
  ['userMustAuthenticateWith', 'possessionFactorMustBe'],
  ['mfaRequired', 'promptForMfa', 'mfaLifetimeMinutes'],
  ['recoverWith', 'additionalVerification'],
  ['valueType', 'value', 'groupFilter'],
];

const nameOf = (entry: Entry) => entry.name ?? entry.label ?? entry.login;
