/** What a client can do with tokens it has: userinfo, introspection, revocation. */

import type { JWTPayload } from 'jose';
import type { AppContext } from '../http/context.ts';
import type { Org } from '../org.ts';
import { dropExpired } from '../store/expiry.ts';
import { bearerToken, readAccessToken, scopesOf } from './access-tokens.ts';
import { claimsFor } from './claims.ts';
import { authenticateClient, findClient, type OAuthClient, readForm } from './client-auth.ts';
import type { RefreshToken } from './grants.ts';
import { OAuthError } from './oauth-error.ts';
import { endFamily } from './refresh-tokens.ts';
import type { TokenServer } from './servers.ts';
import { readToken } from './tokens.ts';

/** `GET|POST /v1/userinfo`. Refusals carry WWW-Authenticate (OpenAPI 2026.06.3), which okta-auth-js reads. */
export async function answerUserinfo(c: AppContext, org: Org, server: TokenServer): Promise<Response> {
  const token = bearerToken(c.req.header('authorization'));
  const claims = token === undefined ? undefined : await readAccessToken(org, server, token);
  const user = typeof claims?.uid === 'string' ? org.store.users.get(claims.uid) : undefined;
  const client = findClient(org, typeof claims?.cid === 'string' ? claims.cid : undefined);
  if (!claims || !user || !client) return bearerRefusal(c, 401, 'invalid_token', 'The access token is invalid');
  const scopes = scopesOf(claims);
  if (!scopes.includes('openid')) {
    const description =
      'The access token must provide access to at least one of these scopes - profile, email, address or phone';
    return bearerRefusal(c, 403, 'insufficient_scope', description);
  }
  return c.json({ sub: user.id, ...claimsFor(org, { server, client, scopes, user }, 'userinfo') });
}

function bearerRefusal(c: AppContext, status: 401 | 403, error: string, description: string): Response {
  c.header('WWW-Authenticate', `Bearer error="${error}", error_description="${description}"`);
  return c.json({ error, error_description: description }, status);
}

/** `POST /v1/introspect`. A client learns about its own tokens and those for its own server only by asking with a live one. */
export async function answerIntrospect(c: AppContext, org: Org, server: TokenServer): Promise<Response> {
  const form = await readForm(c);
  const client = await authenticateClient(c, org, form);
  if (!form.token) throw new OAuthError(400, 'invalid_request', "The 'token' parameter is required.");
  const refresh = org.store.refreshTokens.get(form.token);
  if (refresh) return c.json(introspectRefresh(org, refresh, client, server));
  const access = await readAccessToken(org, server, form.token);
  if (access) return c.json(introspectJwt(org, access));
  const other = await readToken(org, server, form.token);
  return c.json(
    other?.jti?.startsWith('ID.') && other.aud === client.id ? introspectJwt(org, other) : { active: false },
  );
}

function introspectJwt(org: Org, claims: JWTPayload): Record<string, unknown> {
  const login = typeof claims.uid === 'string' ? org.store.users.get(claims.uid)?.profile.login : undefined;
  const { scp: _scopes, cid, ...rest } = claims;
  return {
    active: true,
    ...(claims.jti?.startsWith('AT.')
      ? { scope: scopesOf(claims).join(' '), token_type: 'Bearer', client_id: cid }
      : {}),
    ...(login === undefined ? {} : { username: login }),
    ...rest,
  };
}

function introspectRefresh(
  org: Org,
  token: RefreshToken,
  client: OAuthClient,
  server: TokenServer,
): Record<string, unknown> {
  const live = token.idleExpiresAt > org.clock.now() && token.replacedAt === undefined;
  if (!live || token.clientId !== client.id || token.serverId !== server.id) return { active: false };
  const user = org.store.users.get(token.userId);
  return {
    active: true,
    scope: token.scopes.join(' '),
    username: user?.profile.login,
    sub: user?.profile.login,
    uid: token.userId,
    client_id: token.clientId,
    token_type: 'Bearer',
    exp: Math.floor(token.idleExpiresAt / 1000),
  };
}

/** `POST /v1/revoke`. An unknown token is a success too, so that nothing leaks (OpenAPI 2026.06.3). */
export async function answerRevoke(c: AppContext, org: Org, server: TokenServer): Promise<Response> {
  const form = await readForm(c);
  const client = await authenticateClient(c, org, form);
  if (!form.token) throw new OAuthError(400, 'invalid_request', "The 'token' parameter is required.");
  const refresh = org.store.refreshTokens.get(form.token);
  if (refresh) {
    if (refresh.clientId === client.id) endFamily(org, refresh);
    return c.body(null, 200);
  }
  const claims = await readAccessToken(org, server, form.token);
  if (claims?.jti !== undefined && claims.cid === client.id) {
    dropExpired(org.store.revokedTokens, org.clock.now());
    org.store.revokedTokens.put({ id: claims.jti, expiresAt: (claims.exp ?? 0) * 1000 });
  }
  return c.body(null, 200);
}
