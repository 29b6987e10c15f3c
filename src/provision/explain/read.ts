/** What an explanation reads of a live org. Read only. */
import { isIP } from 'node:net';
import { readAuthenticators, readPolicies, signInPolicyId, withRules } from '../../guard/org-view.ts';
import { isNotFound, type OktaApi } from '../../okta/api.ts';
import { blockingZone, type SignInContext, type SignInRules, zonesAround } from '../../policy/index.ts';
import { type OrgproofError, usageError } from '../../shared/errors.ts';
import { didYouMean, nearest } from '../../shared/nearest.ts';
import type { Application } from '../../wire/application.ts';
import type { User } from '../../wire/directory.ts';
import type { NetworkZone } from '../../wire/network-zone.ts';
import type { Policy } from '../../wire/policy.ts';

/** The client that is asked about, as far as it is told. */
export interface ClientOptions {
  /** An IPv4 or IPv6 address. */
  ip?: string;
  /** Names of network zones that the client is in. */
  zones?: readonly string[];
}

/** @throws OrgproofError `user-unknown` (exit 5) with the nearest login */
export async function findUser(api: OktaApi, name: string): Promise<User> {
  try {
    const user = await api.get<User>(`/api/v1/users/${encodeURIComponent(name)}`);
    // Okta also resolves the part of a login before the `@`: that may be somebody else.
    if (user.id === name || user.profile.login.toLowerCase() === name.toLowerCase()) return user;
    throw unknownUser(name, user.profile.login);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw unknownUser(name, await nearestLogin(api, name));
  }
}

/** Among the users whose name or email begins alike: an org may have more users than can be read. */
async function nearestLogin(api: OktaApi, name: string): Promise<string | undefined> {
  const users = await api.get<User[]>(`/api/v1/users?q=${encodeURIComponent(name.slice(0, 2))}&limit=50`);
  const logins = users.map((user) => user.profile.login);
  return nearest(name, logins) ?? logins.find((login) => login.toLowerCase().startsWith(`${name.toLowerCase()}@`));
}

function unknownUser(name: string, near: string | undefined): OrgproofError {
  const hint = near === undefined ? 'name one by the login or the id' : `did you mean "${near}"?`;
  return usageError(`the org has no user "${name}"`, hint, 'user-unknown');
}

/** @throws OrgproofError `app-without-policy` (exit 5) for an app that nobody signs in to by a policy */
export async function readRules(api: OktaApi, app: Application): Promise<SignInRules> {
  const id = signInPolicyId(app);
  // A service app is bound to a policy like any other, but no user ever signs in to it.
  const isService = app.settings.oauthClient?.application_type === 'service';
  if (id === undefined || isService) {
    const message = isService
      ? `nobody signs in to the service app "${app.label}"`
      : `the app "${app.label}" has no app sign-in policy`;
    throw usageError(message, 'name an app that users sign in to', 'app-without-policy');
  }
  const [authenticators, enrollmentPolicies, globalSessionPolicies, appSignInPolicy] = await Promise.all([
    readAuthenticators(api),
    readPolicies(api, 'MFA_ENROLL'),
    readPolicies(api, 'OKTA_SIGN_ON'),
    api.get<Policy>(`/api/v1/policies/${id}`).then((policy) => withRules(api, policy)),
  ]);
  return { authenticators, enrollmentPolicies, globalSessionPolicies, appSignInPolicy };
}

/**
 * The zones that a client is in, by its address and by name. Undefined `zoneIds`: nothing is known of the client.
 * `blockedBy`: the zone for which it is refused before any policy. `unplaced`: zones of places, which an address alone does
 * not tell.
 * @throws OrgproofError (exit 5) `ip-invalid`, `zone-unknown`
 */
export async function readClient(
  api: OktaApi,
  { ip, zones = [] }: ClientOptions,
): Promise<Pick<SignInContext, 'ip' | 'zoneIds'> & { zoneNames: string[]; blockedBy?: string; unplaced: string[] }> {
  if (ip === undefined && zones.length === 0) return { zoneNames: [], unplaced: [] };
  if (ip !== undefined && isIP(ip) === 0) {
    throw usageError(`"${ip}" is no IP address`, 'write it like 203.0.113.9', 'ip-invalid');
  }
  const live = await api.list<NetworkZone>('/api/v1/zones?limit=200');
  const named = zones.map((name) => live.find((zone) => zone.name === name) ?? unknownZone(name, live));
  const inside = [...new Set([...named, ...(ip === undefined ? [] : zonesAround(ip, live))])];
  const blocking = blockingZone(inside);
  const ofPlaces = live.filter((zone) => zone.status === 'ACTIVE' && zone.type !== 'IP' && !inside.includes(zone));
  return {
    ...(ip === undefined ? {} : { ip }),
    zoneIds: inside.map(({ id }) => id),
    zoneNames: inside.map(({ name }) => name),
    ...(blocking ? { blockedBy: blocking.name } : {}),
    unplaced: ip === undefined ? [] : ofPlaces.map(({ name }) => name),
  };
}

function unknownZone(name: string, live: readonly NetworkZone[]): never {
  const names = live.map((zone) => zone.name);
  const hint = didYouMean(name, names, 'name one of Security > Networks');
  throw usageError(`the org has no network zone "${name}"`, hint, 'zone-unknown');
}
