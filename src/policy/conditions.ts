/**
 * Whether the conditions of a policy or rule hold for a person and a request. A condition that cannot be evaluated does
 * not match and says so: guessing that it matches could hide a lockout.
 */
import type { AppCondition, NetworkCondition, PolicyConditions } from '../wire/policy.ts';
import type { Person, SignInContext } from './person.ts';

/** Undefined: the condition holds. Otherwise why not; `unknown` when what it asks for is not known of person or request. */
type Verdict = { reason: string; unknown: boolean } | undefined;

type Check = (conditions: PolicyConditions, person: Person, context: SignInContext) => Verdict;

/** Every condition that this module knows, by its name in the API, in the order in which reasons are told. */
const CHECKS: Readonly<Record<string, Check>> = {
  people: ({ people }, person) => peopleMismatch(people, person),
  network: ({ network }, _person, context) => networkMismatch(network, context),
  app: ({ app }, _person, context) => appMismatch(app, context),
  userType: ({ userType }, person) => userTypeMismatch(userType, person),
  platform: ({ platform }, _person, context) => platformMismatch(platform, context),
  device: ({ device }, _person, context) => deviceMismatch(device, context),
  riskScore: ({ riskScore }, _person, context) => riskMismatch(riskScore, context),
  elCondition: ({ elCondition }) =>
    elCondition?.condition ? unknown('its expression cannot be evaluated') : undefined,
  risk: ({ risk }) => (risk?.behaviors?.length ? unknown('its behaviors cannot be evaluated') : undefined),
  authContext: ({ authContext }) =>
    authContext && authContext.authType !== 'ANY' ? not(`it is for ${authContext.authType} sign-in`) : undefined,
  authProvider: ({ authProvider }) =>
    authProvider && !['OKTA', 'ANY'].includes(authProvider.provider)
      ? not('it is for users of another directory')
      : undefined,
};

/** In words that follow "skipped: ". */
function not(reason: string): Verdict {
  return { reason, unknown: false };
}

function unknown(reason: string): Verdict {
  return { reason, unknown: true };
}

/** The first reason why conditions do not hold; undefined when they do. `null` holds for everyone. */
export function mismatch(
  conditions: PolicyConditions | null,
  person: Person,
  context: SignInContext,
): string | undefined {
  if (conditions === null) return undefined;
  for (const check of Object.values(CHECKS)) {
    const verdict = check(conditions, person, context);
    if (verdict) return verdict.reason;
  }
  return undefined;
}

/** `UNDEFINED`: what the condition asks for is not known. */
export type ConditionStatus = 'MATCH' | 'NOT_MATCH' | 'UNDEFINED';

export interface ConditionResult {
  /** Name of the condition in the API. */
  type: string;
  status: ConditionStatus;
}

/** Each condition that is there, on its own. */
export function evaluateConditions(
  conditions: PolicyConditions | null,
  person: Person,
  context: SignInContext,
): ConditionResult[] {
  if (conditions === null) return [];
  return Object.entries(CHECKS)
    .filter(([type]) => conditions[type] !== undefined && conditions[type] !== null)
    .map(([type, check]) => {
      const verdict = check(conditions, person, context);
      return { type, status: verdict ? (verdict.unknown ? 'UNDEFINED' : 'NOT_MATCH') : 'MATCH' };
    });
}

/**
 * Users and groups are one list of people: included if either names the person, excluded if either does. Absent or
 * empty include lists mean everyone.
 */
function peopleMismatch(people: PolicyConditions['people'], person: Person): Verdict {
  const { users, groups } = people ?? {};
  if (users?.exclude?.includes(person.id)) return not('this person is excluded');
  if (groups?.exclude?.some((id) => person.groupIds.includes(id))) return not('a group of this person is excluded');
  const userIds = users?.include ?? [];
  const groupIds = groups?.include ?? [];
  if (userIds.length === 0 && groupIds.length === 0) return undefined;
  const named = userIds.includes(person.id) || groupIds.some((id) => person.groupIds.includes(id));
  return named ? undefined : not('it is for other groups or users');
}

function networkMismatch(network: NetworkCondition | undefined, context: SignInContext): Verdict {
  if (!network || network.connection === 'ANYWHERE') return undefined;
  if (network.connection !== 'ZONE') return unknown(`the network condition ${network.connection} cannot be evaluated`);
  const zones = context.zoneIds;
  if (!zones) return unknown('it is for network zones, and the zone of the client is not known');
  // ALL_ZONES stands for every zone of the org (OpenAPI 2026.06.3).
  const within = (ids: string[]) => ids.some((id) => zones.includes(id) || (id === 'ALL_ZONES' && zones.length > 0));
  if (network.include?.length && !within(network.include)) return not('the client is not in its network zones');
  if (network.exclude?.length && within(network.exclude))
    return not('the client is in a network zone that it excludes');
  return undefined;
}

function appMismatch(app: PolicyConditions['app'], context: SignInContext): Verdict {
  const names = (list: AppCondition[] | undefined) =>
    list?.some((entry) => entry.type === 'APP' && entry.id !== undefined && entry.id === context.appId) ?? false;
  if (names(app?.exclude)) return not('it excludes this app');
  if (!app?.include?.length) return undefined;
  return names(app.include) ? undefined : not('it is for other apps');
}

function userTypeMismatch(userType: PolicyConditions['userType'], person: Person): Verdict {
  if (!userType?.include?.length && !userType?.exclude?.length) return undefined;
  if (person.userTypeId === undefined) return unknown('it is for user types, and the type of this person is not known');
  if (userType.exclude?.includes(person.userTypeId)) return not('it excludes the user type of this person');
  if (!userType.include?.length || userType.include.includes(person.userTypeId)) return undefined;
  return not('it is for other user types');
}

interface PlatformEntry {
  type?: string;
  os?: { type?: string };
}

function platformMismatch(platform: PolicyConditions['platform'], context: SignInContext): Verdict {
  const include = (platform?.include ?? []) as PlatformEntry[];
  const exclude = (platform?.exclude ?? []) as PlatformEntry[];
  const fits = (entry: PlatformEntry): boolean => {
    const known = context.platform;
    const type = entry.type ?? 'ANY';
    const os = entry.os?.type ?? 'ANY';
    return (type === 'ANY' || type === known?.type) && (os === 'ANY' || os === known?.os);
  };
  if (exclude.some(fits)) return not('it excludes the platform of the client');
  if (include.length === 0 || include.some(fits)) return undefined;
  return context.platform
    ? not('it is for other platforms')
    : unknown('it is for platforms, and that of the client is not known');
}

function deviceMismatch(device: PolicyConditions['device'], context: SignInContext): Verdict {
  if (device?.registered === true && !context.deviceRegistered) {
    return verdictOf('it is for registered devices', context.deviceRegistered);
  }
  if (device?.managed === true && !context.deviceManaged) {
    return verdictOf('it is for managed devices', context.deviceManaged);
  }
  if (device?.registered === false && context.deviceRegistered) return not('it is for devices that are not registered');
  const assurances = device?.assurance?.include ?? [];
  if (assurances.length === 0) return undefined;
  const { deviceAssuranceId } = context;
  if (deviceAssuranceId === undefined) return unknown('its device assurance cannot be evaluated');
  return assurances.includes(deviceAssuranceId) ? undefined : not('it is for another device assurance');
}

/** A device of which nothing is known is none that is registered or managed. */
function verdictOf(reason: string, known: boolean | undefined): Verdict {
  return known === undefined ? unknown(reason) : not(reason);
}

function riskMismatch(riskScore: PolicyConditions['riskScore'], context: SignInContext): Verdict {
  if (!riskScore || riskScore.level === 'ANY') return undefined;
  if (context.riskLevel === undefined) return unknown('it is for a risk level, which cannot be evaluated');
  return riskScore.level === context.riskLevel ? undefined : not('it is for another risk level');
}
