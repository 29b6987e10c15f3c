/** Access tokens that come back: whether they are genuine, unexpired and not revoked, and what they allow. */
import type { JWTPayload } from 'jose';
import type { Principal } from '../http/context.ts';
import type { Org } from '../org.ts';
import { ORG_SERVER, serverById, type TokenServer } from './servers.ts';
import { readToken } from './tokens.ts';

/** The claims of a live access token of a server; undefined when it is not (or no longer) one. */
export async function readAccessToken(org: Org, server: TokenServer, token: string): Promise<JWTPayload | undefined> {
  const claims = await readToken(org, server, token);
  if (!claims?.jti?.startsWith('AT.') || isRevoked(org, claims.jti)) return undefined;
  const { uid, iat = 0 } = claims;
  if (typeof uid !== 'string') return claims;
  const user = org.store.users.get(uid);
  return user?.status === 'ACTIVE' && iat >= (user.tokensRevokedAt ?? 0) ? claims : undefined;
}

/** By its own id, or by the family of the refresh token that it came with. */
function isRevoked(org: Org, jti: string): boolean {
  const family = jti.split('.')[2];
  return (
    org.store.revokedTokens.get(jti) !== undefined ||
    (family !== undefined && org.store.revokedTokens.get(family) !== undefined)
  );
}

/**
 * Who may call the Management API with an access token: one of the org authorization server with `okta.*` scopes. A
 * service app stands for itself; `userId` is then its client id. `boundTo` is the thumbprint of the key that a token by DPoP
 * asks its user to prove.
 */
export async function verifyAdminAccessToken(
  org: Org,
  token: string,
): Promise<{ principal: Principal; boundTo: string | undefined } | undefined> {
  const server = serverById(org, ORG_SERVER);
  const claims = server && (await readAccessToken(org, server, token));
  if (!claims) return undefined;
  const scopes = scopesOf(claims);
  if (!scopes.some((name) => name.startsWith('okta.'))) return undefined;
  const { jkt } = (claims.cnf ?? {}) as { jkt?: string };
  return { principal: { userId: String(claims.uid ?? claims.cid), kind: 'oauth', scopes }, boundTo: jkt };
}

export function scopesOf(claims: JWTPayload): string[] {
  return Array.isArray(claims.scp) ? claims.scp.map(String) : [];
}

/** `Authorization: Bearer …`, or undefined. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(header ?? '')?.[1];
}
