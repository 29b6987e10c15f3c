/**
 * Conditions of policies and rules: their shape is checked, since the sign-in evaluates them, and what Okta fills in is
 * filled in. Conditions that are unknown are kept as they came: the evaluation says that it cannot read them.
 */
import type { IncludeExclude } from '../../../wire/common.ts';
import type { PolicyConditions, PolicyRuleType } from '../../../wire/policy.ts';
import { invalid } from '../../http/okta-error.ts';
import type { Org } from '../../org.ts';
import { flag, type Json, oneOf, record, records, text, texts } from '../input.ts';

const CONNECTIONS = ['ANYWHERE', 'ZONE', 'ON_NETWORK', 'OFF_NETWORK'] as const;

/** Reads and checks `conditions`; absent and null give undefined. */
export function readConditions(value: unknown): PolicyConditions | undefined {
  const given = record(value);
  if (!given) return undefined;
  const { people, network, platform, device, riskScore, risk, userType, elCondition, app, authProvider, ...rest } =
    given;
  return omitAbsent({
    people: readPeople(people),
    network: readNetwork(network),
    authProvider: readAuthProvider(authProvider),
    platform: readPlatform(platform),
    device: readDevice(device),
    riskScore: wrap('level', text(record(riskScore)?.level)),
    risk: wrap('behaviors', texts(record(risk)?.behaviors)),
    userType: readIncludeExclude(userType),
    elCondition: wrap('condition', text(record(elCondition)?.condition)),
    app: readApp(app),
    ...rest,
  });
}

function readPeople(value: unknown): PolicyConditions['people'] {
  const people = record(value);
  if (!people) return undefined;
  return omitAbsent({ users: readIncludeExclude(people.users), groups: readIncludeExclude(people.groups) });
}

/** `include` and `exclude` lists of ids. */
export function readIncludeExclude(value: unknown): IncludeExclude | undefined {
  const given = record(value);
  if (!given) return undefined;
  return omitAbsent({ include: texts(given.include), exclude: texts(given.exclude) });
}

function readNetwork(value: unknown): PolicyConditions['network'] {
  const network = record(value);
  if (!network) return undefined;
  return omitAbsent({
    connection: oneOf(network.connection, CONNECTIONS) ?? 'ANYWHERE',
    include: texts(network.include),
    exclude: texts(network.exclude),
  });
}

function readAuthProvider(value: unknown): PolicyConditions['authProvider'] {
  const given = record(value);
  if (!given) return undefined;
  return omitAbsent({ provider: text(given.provider) ?? 'OKTA', include: texts(given.include) });
}

/** An empty `platform` is dropped, `exclude` is filled in, a null OS expression goes (recorded). */
function readPlatform(value: unknown): PolicyConditions['platform'] {
  const platform = record(value);
  const include = records(platform?.include);
  const exclude = records(platform?.exclude);
  if (!include && !exclude) return undefined;
  return omitAbsent({ include: include?.map(readPlatformEntry), exclude: exclude ?? [] });
}

function readPlatformEntry(entry: Json): Json {
  const os = record(entry.os);
  return omitAbsent({
    ...entry,
    os: os && omitAbsent({ ...os, expression: text(os.expression) }),
  });
}

function readDevice(value: unknown): PolicyConditions['device'] {
  const device = record(value);
  if (!device) return undefined;
  const assurance = record(device.assurance);
  return omitAbsent({
    ...device,
    registered: flag(device.registered),
    managed: flag(device.managed),
    assurance: assurance && { include: texts(assurance.include) ?? [] },
  });
}

function readApp(value: unknown): PolicyConditions['app'] {
  const app = record(value);
  if (!app) return undefined;
  const entries = (items: unknown) =>
    records(items)?.map((item) =>
      omitAbsent({
        type: oneOf(item.type, ['APP', 'APP_TYPE'] as const) ?? ('APP' as const),
        id: text(item.id),
        name: text(item.name),
      }),
    );
  return { include: entries(app.include) ?? [], exclude: entries(app.exclude) ?? [] };
}

function wrap<K extends string, V>(key: K, value: V | undefined): Record<K, V> | undefined {
  return value === undefined ? undefined : ({ [key]: value } as Record<K, V>);
}

function omitAbsent<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined && member !== null)) as T;
}

/** Groups that conditions newly name must exist; named assumption `refusal-texts`. */
export function assertGroupsExist(
  org: Org,
  conditions: PolicyConditions | null | undefined,
  before?: PolicyConditions | null,
): void {
  const known = new Set(groupIds(before));
  for (const id of groupIds(conditions)) {
    if (known.has(id) || org.store.groups.get(id)) continue;
    throw invalid('conditions.people.groups', `conditions.people.groups: Invalid group ID: ${id}.`);
  }
}

function groupIds(conditions: PolicyConditions | null | undefined): string[] {
  const groups = conditions?.people?.groups;
  return [...(groups?.include ?? []), ...(groups?.exclude ?? [])];
}

/** The conditions of a rule with what Okta fills in for its type (recorded). */
export function ruleConditions(type: PolicyRuleType, given: PolicyConditions = {}): PolicyConditions {
  const { people, network, ...rest } = given;
  const shared: PolicyConditions = {
    people: { ...people, users: { ...people?.users, exclude: people?.users?.exclude ?? [] } },
    network: network ?? { connection: 'ANYWHERE' },
  };
  switch (type) {
    case 'ACCESS_POLICY':
      return { ...shared, ...rest, userType: { include: [], exclude: [], ...rest.userType } };
    case 'SIGN_ON':
      return {
        ...shared,
        authContext: { authType: 'ANY' },
        risk: { behaviors: [] },
        riskScore: { level: 'ANY' },
        identityProvider: { provider: 'ANY' },
        ...rest,
      };
    case 'IDP_DISCOVERY':
      return {
        network: network ?? { connection: 'ANYWHERE' },
        platform: { include: [], exclude: [] },
        userIdentifier: { patterns: [] },
        app: { include: [], exclude: [] },
        ...rest,
      };
    case 'MFA_ENROLL':
    case 'PASSWORD':
      return { ...shared, ...rest };
    case 'PROFILE_ENROLLMENT':
      return rest;
  }
}

/** Whether two conditions say the same, whatever the order of their members. */
export function sameJson(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => a.localeCompare(b)));
  });
}
