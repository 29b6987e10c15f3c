/**
 * Refresh tokens: issued with `offline_access`, rotated or not as the app says, dead after disuse. A replaced token works
 * for the app's leeway; later it is a sign of theft and ends the whole family (developer docs, refresh token rotation).
 */

import type { Org } from '../org.ts';
import { dropExpired } from '../store/expiry.ts';
import type { TokenLifetimes } from './access-policy.ts';
import type { OAuthClient } from './client-auth.ts';
import type { Grant, RefreshToken } from './grants.ts';
import { OAuthError } from './oauth-error.ts';

/** Rules allow access tokens of a day at most. */
const LONGEST_ACCESS_TOKEN_MS = 86_400_000;

/** Starts a family. */
export function issueRefreshToken(org: Org, grant: Grant, lifetimes: TokenLifetimes): RefreshToken {
  const now = org.clock.now();
  return org.store.refreshTokens.put({
    ...grant,
    id: org.ids.opaque(43),
    family: org.ids.next('oar'),
    issuedAt: now,
    idleExpiresAt: now + lifetimes.refreshWindowSeconds * 1000,
    ...(lifetimes.refreshTokenSeconds > 0 ? { expiresAt: now + lifetimes.refreshTokenSeconds * 1000 } : {}),
  });
}

/** The live token with this text that was given to this client on this server, or 400 invalid_grant. */
export function findRefreshToken(org: Org, text: string | undefined, clientId: string, serverId: string): RefreshToken {
  const token = text === undefined ? undefined : org.store.refreshTokens.get(text);
  if (!token || token.clientId !== clientId || token.serverId !== serverId || isDead(org, token)) throw invalidToken();
  return token;
}

function isDead(org: Org, token: RefreshToken): boolean {
  const now = org.clock.now();
  return token.idleExpiresAt <= now || (token.expiresAt !== undefined && token.expiresAt <= now);
}

/** The token to hand out after this one was used: itself, or its successor. */
export function useRefreshToken(
  org: Org,
  token: RefreshToken,
  client: OAuthClient,
  lifetimes: TokenLifetimes,
): RefreshToken {
  const now = org.clock.now();
  const idleExpiresAt = now + lifetimes.refreshWindowSeconds * 1000;
  const { rotates, leewayMs } = rotationOf(client);
  if (token.replacedAt !== undefined && now > token.replacedAt + leewayMs) {
    endFamily(org, token);
    throw invalidToken();
  }
  if (!rotates) return org.store.refreshTokens.put({ ...token, idleExpiresAt });
  const { replacedAt = now, ...rest } = token;
  org.store.refreshTokens.put({ ...token, replacedAt });
  return org.store.refreshTokens.put({ ...rest, id: org.ids.opaque(43), idleExpiresAt });
}

/** Rotation is the default of single-page apps, a persistent token that of the others (developer docs). */
function rotationOf(client: OAuthClient): { rotates: boolean; leewayMs: number } {
  const configured = client.settings.refresh_token;
  const rotates =
    (configured?.rotation_type ?? (client.settings.application_type === 'browser' ? 'ROTATE' : 'STATIC')) === 'ROTATE';
  return { rotates, leewayMs: (configured?.leeway ?? 0) * 1000 };
}

/** Revokes a refresh token with its family: successors, and the access tokens that came with them. */
export function endFamily(org: Org, token: RefreshToken): void {
  for (const row of org.store.refreshTokens.findAll('family', token.family)) org.store.refreshTokens.delete(row.id);
  noteRevoked(org, token.family);
}

/**
 * Revokes all that a user was given: refresh tokens, access tokens, and codes that were not redeemed yet (named assumption
 * `codes-end-with-tokens`).
 */
export function endTokens(org: Org, userId: string): void {
  for (const token of org.store.refreshTokens.findAll('userId', userId)) endFamily(org, token);
  for (const code of org.store.codes.findAll('userId', userId)) org.store.codes.delete(code.id);
  for (const token of org.store.freshTokens.findAll('userId', userId)) noteRevoked(org, token.id);
  org.store.users.patch(userId, { tokensRevokedAt: Math.floor(org.clock.now() / 1000) });
}

/** @param id of a family, or the `jti` of an access token */
function noteRevoked(org: Org, id: string): void {
  dropExpired(org.store.revokedTokens, org.clock.now());
  org.store.revokedTokens.put({ id, expiresAt: org.clock.now() + LONGEST_ACCESS_TOKEN_MS });
}

/** okta-auth-js drops its token on exactly this text. */
function invalidToken(): OAuthError {
  return new OAuthError(400, 'invalid_grant', 'The refresh token is invalid or expired.');
}
