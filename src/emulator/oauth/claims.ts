/**
 * What tokens and userinfo say about a person: Okta's system claims from the profile, and the claims that an authorization
 * server adds. Rule: a claim needs one of its scopes (none: always); an identity claim goes into the ID token only when
 * it is marked "always", otherwise userinfo has it (developer docs; recorded ID tokens hold name, email and
 * preferred_username alone).
 */
import type { Org } from '../org.ts';
import type { ClaimEntity, UserEntity } from '../store/entities.ts';
import type { OAuthClient } from './client-auth.ts';
import { ExpressionError, evaluate, type Scope } from './expression.ts';
import { ORG_SERVER, type TokenServer } from './servers.ts';

export interface ClaimsRequest {
  server: TokenServer;
  client: OAuthClient;
  scopes: readonly string[];
  /** Absent for client credentials. */
  user?: UserEntity;
}

export type Claims = Record<string, unknown>;

type Place = 'idToken' | 'userinfo' | 'accessToken';

/** The claims about the person or client that go to one place. */
export function claimsFor(org: Org, request: ClaimsRequest, place: Place): Claims {
  const claims: Claims = {};
  for (const row of claimRows(org, request.server)) {
    if (row.status !== 'ACTIVE' || !granted(row, request.scopes) || !goesTo(row, place)) continue;
    const value = claimValue(org, row, request);
    if (value !== undefined && value !== null) claims[row.name] = value;
  }
  return claims;
}

/** The subject of an access token: the server's `sub` claim; without one the login, or the client's id. */
export function accessTokenSubject(org: Org, request: ClaimsRequest): string {
  const row = claimRows(org, request.server).find((claim) => claim.name === 'sub' && claim.status === 'ACTIVE');
  const value = row ? claimValue(org, row, request) : undefined;
  return typeof value === 'string' ? value : (request.user?.profile.login ?? request.client.id);
}

type ClaimRow = Pick<
  ClaimEntity,
  'name' | 'status' | 'claimType' | 'valueType' | 'value' | 'conditions' | 'alwaysIncludeInToken' | 'group_filter_type'
>;

function claimRows(org: Org, server: TokenServer): readonly ClaimRow[] {
  if (server.id === ORG_SERVER) return ORG_CLAIMS;
  return org.store.claims.filter((row) => row.serverId === server.id);
}

/** The org authorization server has the standard claims only (developer docs). */
const ORG_CLAIMS: readonly ClaimRow[] = (
  [
    ['name', 'profile', true],
    ['preferred_username', 'profile', true],
    ['email', 'email', true],
    ['nickname', 'profile', false],
    ['given_name', 'profile', false],
    ['middle_name', 'profile', false],
    ['family_name', 'profile', false],
    ['profile', 'profile', false],
    ['zoneinfo', 'profile', false],
    ['locale', 'profile', false],
    ['updated_at', 'profile', false],
    ['email_verified', 'email', false],
    ['address', 'address', false],
    ['phone_number', 'phone', false],
  ] as const
).map(([name, scope, always]) => ({
  name,
  status: 'ACTIVE',
  claimType: 'IDENTITY',
  valueType: 'SYSTEM',
  conditions: { scopes: [scope] },
  alwaysIncludeInToken: always,
}));

function granted(row: ClaimRow, scopes: readonly string[]): boolean {
  return row.conditions.scopes.length === 0 || row.conditions.scopes.some((name) => scopes.includes(name));
}

function goesTo(row: ClaimRow, place: Place): boolean {
  if (row.name === 'sub') return false; // set by the token itself
  if (place === 'accessToken') return row.claimType === 'RESOURCE';
  return row.claimType === 'IDENTITY' && (place === 'userinfo' || row.alwaysIncludeInToken);
}

function claimValue(org: Org, row: ClaimRow, request: ClaimsRequest): unknown {
  if (row.valueType === 'SYSTEM') return request.user ? systemClaim(row.name, request.user) : undefined;
  if (row.valueType === 'GROUPS') return request.user ? matchingGroups(org, row, request.user.id) : undefined;
  try {
    return evaluate(row.value ?? '', expressionScope(org, request));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    org.log(`claim ${row.name}: the emulator cannot evaluate "${row.value}" (${error.message}); the claim is left out`);
    return undefined;
  }
}

function expressionScope(org: Org, { user, client }: ClaimsRequest): Scope {
  return {
    user: user ? { ...user.profile, id: user.id, status: user.status } : null,
    appuser: user
      ? {
          ...user.profile,
          userName: org.store.appUsers.get(`${client.app.id}/${user.id}`)?.credentials.userName ?? user.profile.login,
        }
      : null,
    app: {
      clientId: client.id,
      id: client.app.id,
      name: client.app.name,
      label: client.app.label,
      profile: client.app.profile ?? null,
    },
    org: { name: org.store.org.name, id: org.store.org.id },
  };
}

function systemClaim(name: string, user: UserEntity): unknown {
  const { profile } = user;
  switch (name) {
    case 'name':
      return profile.displayName ?? [profile.firstName, profile.lastName].filter(Boolean).join(' ');
    case 'email':
      return profile.email;
    case 'email_verified':
      return true;
    case 'preferred_username':
      return profile.login;
    case 'updated_at':
      return Math.floor(Date.parse(user.lastUpdated) / 1000);
    case 'locale':
      return typeof profile.locale === 'string' ? profile.locale.replace('_', '-') : 'en-US';
    case 'zoneinfo':
      return profile.timezone ?? 'America/Los_Angeles';
    case 'address':
      return address(profile);
    default:
      return profile[PROFILE_ATTRIBUTE[name] ?? ''];
  }
}

const PROFILE_ATTRIBUTE: Readonly<Record<string, string>> = {
  given_name: 'firstName',
  family_name: 'lastName',
  middle_name: 'middleName',
  nickname: 'nickName',
  profile: 'profileUrl',
  phone_number: 'primaryPhone',
};

function address(profile: UserEntity['profile']): Record<string, unknown> | undefined {
  const members: [string, unknown][] = [
    ['street_address', profile.streetAddress],
    ['locality', profile.city],
    ['region', profile.state],
    ['postal_code', profile.zipCode],
    ['country', profile.countryCode],
  ];
  const known = members.filter(([, value]) => value !== undefined && value !== null);
  return known.length > 0 ? Object.fromEntries(known) : undefined;
}

/** A GROUPS claim lists the names of the person's groups that pass its filter; none: the claim is left out. */
function matchingGroups(org: Org, row: ClaimRow, userId: string): string[] | undefined {
  const pass = groupFilter(org, row);
  const names = [...org.store.memberships.leftsOf(userId)]
    .flatMap((id) => org.store.groups.get(id)?.profile.name ?? [])
    .filter(pass);
  return names.length > 0 ? names : undefined;
}

function groupFilter(org: Org, row: ClaimRow): (name: string) => boolean {
  const value = row.value ?? '';
  switch (row.group_filter_type) {
    case 'EQUALS':
      return (name) => name === value;
    case 'STARTS_WITH':
      return (name) => name.startsWith(value);
    case 'CONTAINS':
      return (name) => name.includes(value);
    default:
      return regexFilter(org, row.name, value);
  }
}

function regexFilter(org: Org, claim: string, value: string): (name: string) => boolean {
  try {
    // anchored: Okta matches the whole name (its examples use `.*` for all groups)
    const pattern = new RegExp(`^(?:${value})$`, 'u');
    return (name) => pattern.test(name);
  } catch {
    org.log(`claim ${claim}: "${value}" is no regular expression`);
    return () => false;
  }
}
