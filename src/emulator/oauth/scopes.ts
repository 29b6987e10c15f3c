/** Scopes: which ones a server has, and which of them a request may have. */
import type { Org } from '../org.ts';
import { OAuthError } from './oauth-error.ts';
import { ORG_SERVER, type TokenServer } from './servers.ts';

/** Scopes of the org authorization server besides the `okta.*` ones of the Management API. */
const ORG_SCOPES = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access', 'groups', 'device_sso'];
const OPENID_SCOPES = ['profile', 'email', 'address', 'phone', 'groups', 'offline_access', 'device_sso'];

/** The names in a space-separated list, once each. */
export function parseScopes(scope: string | undefined): string[] {
  return [...new Set((scope ?? '').split(/\s+/).filter((name) => name !== ''))];
}

function knownScopes(org: Org, server: TokenServer): string[] {
  if (server.id === ORG_SERVER) return ORG_SCOPES;
  return org.store.scopes.filter((row) => row.serverId === server.id).map((row) => row.name);
}

/** Scopes that the well-known document lists. */
export function publishedScopes(org: Org, server: TokenServer): string[] {
  if (server.id === ORG_SERVER) return ORG_SCOPES;
  return org.store.scopes
    .filter((row) => row.serverId === server.id && row.metadataPublish === 'ALL_CLIENTS')
    .map((row) => row.name);
}

/** Throws 400 invalid_scope unless the server knows every scope and those about the user come with `openid`. */
export function checkUserScopes(org: Org, server: TokenServer, scopes: readonly string[]): void {
  if (scopes.length === 0) throw new OAuthError(400, 'invalid_scope', 'No scopes were requested.');
  checkKnown(org, server, scopes);
  if (!scopes.includes('openid') && scopes.some((name) => OPENID_SCOPES.includes(name))) {
    throw new OAuthError(
      400,
      'invalid_scope',
      "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.",
    );
  }
}

/**
 * Throws 400 invalid_scope for an unknown scope. `okta.*` belongs to the org authorization server, but the scopes of the
 * MyAccount API to custom ones too (guide).
 */
export function checkKnown(org: Org, server: TokenServer, scopes: readonly string[]): void {
  const known = knownScopes(org, server);
  const managed = (name: string) =>
    (server.id === ORG_SERVER && /^okta\.[A-Za-z]+\.(read|manage|[A-Za-z.]+)$/.test(name)) ||
    /^okta\.myAccount\.[A-Za-z.]+\.(read|manage)$/.test(name);
  if (scopes.every((name) => known.includes(name) || managed(name))) return;
  throw new OAuthError(
    400,
    'invalid_scope',
    'One or more scopes are not configured for the authorization server resource.',
  );
}

/** The server's default scopes, for requests without any. */
export function defaultScopes(org: Org, server: TokenServer): string[] {
  return org.store.scopes.filter((row) => row.serverId === server.id && row.default).map((row) => row.name);
}
