/**
 * Whether the conditions of a policy or rule hold for a person and a request. A condition that cannot be evaluated does
 * not match and says so: guessing that it matches could hide a lockout.
 */
import type { AppCondition, NetworkCondition, PolicyConditions } from '../wire/policy.ts';
import type { Person, SignInContext } from './person.ts';

/** Undefined: the conditions hold. Otherwise the first reason why not, in words that follow "skipped: ". */
export type Mismatch = string | undefined;

/** Checks every condition that this module knows; the first that fails decides. `null` holds for everyone. */
export function mismatch(conditions: PolicyConditions | null, person: Person, context: SignInContext): Mismatch {
  if (conditions === null) return undefined;
  return (
    peopleMismatch(conditions.people, person) ??
    networkMismatch(conditions.network, context) ??
    appMismatch(conditions.app, context) ??
    userTypeMismatch(conditions.userType, person) ??
    platformMismatch(conditions.platform, context) ??
    deviceMismatch(conditions.device, context) ??
    riskMismatch(conditions.riskScore, context) ??
    otherMismatch(conditions)
  );
}

/**
 * Users and groups are one list of people: included if either names the person, excluded if either does. Absent or
 * empty include lists mean everyone.
 */
function peopleMismatch(people: PolicyConditions['people'], person: Person): Mismatch {
  const { users, groups } = people ?? {};
  if (users?.exclude?.includes(person.id)) return 'this person is excluded';
  if (groups?.exclude?.some((id) => person.groupIds.includes(id))) return 'a group of this person is excluded';
  const userIds = users?.include ?? [];
  const groupIds = groups?.include ?? [];
  if (userIds.length === 0 && groupIds.length === 0) return undefined;
  const named = userIds.includes(person.id) || groupIds.some((id) => person.groupIds.includes(id));
  return named ? undefined : 'it is for other groups or users';
}

function networkMismatch(network: NetworkCondition | undefined, context: SignInContext): Mismatch {
  if (!network || network.connection === 'ANYWHERE') return undefined;
  if (network.connection !== 'ZONE') return `the network condition ${network.connection} cannot be evaluated`;
  const zones = context.zoneIds;
  if (!zones) return 'it is for network zones, and the zone of the client is not known';
  // ALL_ZONES stands for every zone of the org (OpenAPI 2026.06.3).
  const within = (ids: string[]) => ids.some((id) => zones.includes(id) || (id === 'ALL_ZONES' && zones.length > 0));
  if (network.include?.length && !within(network.include)) return 'the client is not in its network zones';
  if (network.exclude?.length && within(network.exclude)) return 'the client is in a network zone that it excludes';
  return undefined;
}

function appMismatch(app: PolicyConditions['app'], context: SignInContext): Mismatch {
  const names = (list: AppCondition[] | undefined) =>
    list?.some((entry) => entry.type === 'APP' && entry.id !== undefined && entry.id === context.appId) ?? false;
  if (names(app?.exclude)) return 'it excludes this app';
  if (!app?.include?.length) return undefined;
  return names(app.include) ? undefined : 'it is for other apps';
}

function userTypeMismatch(userType: PolicyConditions['userType'], person: Person): Mismatch {
  if (!userType?.include?.length && !userType?.exclude?.length) return undefined;
  if (person.userTypeId === undefined) return 'it is for user types, and the type of this person is not known';
  if (userType.exclude?.includes(person.userTypeId)) return 'it excludes the user type of this person';
  if (!userType.include?.length || userType.include.includes(person.userTypeId)) return undefined;
  return 'it is for other user types';
}

interface PlatformEntry {
  type?: string;
  os?: { type?: string };
}

function platformMismatch(platform: PolicyConditions['platform'], context: SignInContext): Mismatch {
  const include = (platform?.include ?? []) as PlatformEntry[];
  const exclude = (platform?.exclude ?? []) as PlatformEntry[];
  const fits = (entry: PlatformEntry): boolean => {
    const known = context.platform;
    const type = entry.type ?? 'ANY';
    const os = entry.os?.type ?? 'ANY';
    return (type === 'ANY' || type === known?.type) && (os === 'ANY' || os === known?.os);
  };
  if (exclude.some(fits)) return 'it excludes the platform of the client';
  if (include.length === 0 || include.some(fits)) return undefined;
  return context.platform ? 'it is for other platforms' : 'it is for platforms, and that of the client is not known';
}

function deviceMismatch(device: PolicyConditions['device'], context: SignInContext): Mismatch {
  if (device?.registered === true && !context.deviceRegistered) return 'it is for registered devices';
  if (device?.managed === true && !context.deviceManaged) return 'it is for managed devices';
  if (device?.registered === false && context.deviceRegistered) return 'it is for devices that are not registered';
  if (device?.assurance?.include?.length) return 'its device assurance cannot be evaluated';
  return undefined;
}

function riskMismatch(riskScore: PolicyConditions['riskScore'], context: SignInContext): Mismatch {
  if (!riskScore || riskScore.level === 'ANY') return undefined;
  if (context.riskLevel === undefined) return 'it is for a risk level, which cannot be evaluated';
  return riskScore.level === context.riskLevel ? undefined : 'it is for another risk level';
}

function otherMismatch(conditions: PolicyConditions): Mismatch {
  if (conditions.elCondition?.condition) return 'its expression cannot be evaluated';
  if (conditions.risk?.behaviors?.length) return 'its behaviors cannot be evaluated';
  const { authContext, authProvider } = conditions;
  if (authContext && authContext.authType !== 'ANY') return `it is for ${authContext.authType} sign-in`;
  if (authProvider && !['OKTA', 'ANY'].includes(authProvider.provider)) return 'it is for users of another directory';
  return undefined;
}
