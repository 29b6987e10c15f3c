/**
 * Access policies of authorization servers: which rule lets this client, person, grant and scopes through, and for how long
 * its tokens live. Policies in order of priority, in each its rules in order; the first match decides (developer docs).
 */
import type { Org } from '../org.ts';
import type { AuthorizationServerRuleEntity } from '../store/entities.ts';
import { OAuthError } from './oauth-error.ts';
import { ORG_SERVER, type TokenServer } from './servers.ts';

export interface AccessRequest {
  clientId: string;
  grantType: string;
  scopes: readonly string[];
  /** Absent for client credentials, and where the person is not known yet: conditions on people then hold. */
  userId?: string;
}

export interface TokenLifetimes {
  accessTokenSeconds: number;
  /** 0: unlimited. */
  refreshTokenSeconds: number;
  /** Idle time after which a refresh token dies. */
  refreshWindowSeconds: number;
}

/** The org authorization server has no policies: tokens of an hour, refresh tokens of 90 days idle (developer docs). */
const ORG_LIFETIMES: TokenLifetimes = {
  accessTokenSeconds: 3600,
  refreshTokenSeconds: 0,
  refreshWindowSeconds: 90 * 86_400,
};

/** Undefined when no rule of the server allows the request. */
export function lifetimesFor(org: Org, server: TokenServer, request: AccessRequest): TokenLifetimes | undefined {
  if (server.id === ORG_SERVER) return ORG_LIFETIMES;
  const token = matchingRule(org, server, request)?.actions.token;
  if (!token) return undefined;
  return {
    accessTokenSeconds: token.accessTokenLifetimeMinutes * 60,
    refreshTokenSeconds: token.refreshTokenLifetimeMinutes * 60,
    refreshWindowSeconds: token.refreshTokenWindowMinutes * 60,
  };
}

/** The same, or 400 access_denied. */
export function requireLifetimes(org: Org, server: TokenServer, request: AccessRequest): TokenLifetimes {
  const lifetimes = lifetimesFor(org, server, request);
  if (lifetimes) return lifetimes;
  throw new OAuthError(
    400,
    'access_denied',
    'Policy evaluation failed for this request, please check the policy configurations.',
  );
}

function matchingRule(
  org: Org,
  server: TokenServer,
  request: AccessRequest,
): AuthorizationServerRuleEntity | undefined {
  const policies = org.store.authorizationServerPolicies
    .filter((row) => row.serverId === server.id && row.status === 'ACTIVE')
    .sort((a, b) => a.priority - b.priority);
  for (const policy of policies) {
    const clients = policy.conditions.clients.include ?? [];
    if (!clients.includes('ALL_CLIENTS') && !clients.includes(request.clientId)) continue;
    const rule = org.store.authorizationServerRules
      .filter((row) => row.policyId === policy.id && row.status === 'ACTIVE')
      .sort((a, b) => a.priority - b.priority)
      .find((row) => matches(org, row, request));
    if (rule) return rule;
  }
  return undefined;
}

function matches(org: Org, rule: AuthorizationServerRuleEntity, request: AccessRequest): boolean {
  const { grantTypes, scopes, people } = rule.conditions;
  if (!grantTypes.include.includes(request.grantType)) return false;
  if (!scopes.include.includes('*') && !request.scopes.every((name) => scopes.include.includes(name))) return false;
  return request.userId === undefined || peopleMatch(org, people, request.userId);
}

function peopleMatch(org: Org, people: AuthorizationServerRuleEntity['conditions']['people'], userId: string): boolean {
  const groups = org.store.memberships.leftsOf(userId);
  if (people?.users?.exclude?.includes(userId)) return false;
  if (people?.groups?.exclude?.some((id) => id === 'EVERYONE' || groups.has(id))) return false;
  const userIds = people?.users?.include ?? [];
  const groupIds = people?.groups?.include ?? [];
  return userIds.includes(userId) || groupIds.some((id) => id === 'EVERYONE' || groups.has(id));
}
