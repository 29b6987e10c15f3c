/** `POST /v1/token`: the grants. Each turns its proof into a Grant; one function turns a Grant into tokens. */
import { createHash } from 'node:crypto';
import type { AppContext } from '../http/context.ts';
import type { Org } from '../org.ts';
import type { UserEntity } from '../store/entities.ts';
import { lifetimesFor, requireLifetimes, type TokenLifetimes } from './access-policy.ts';
import { isAssigned } from './assignment.ts';
import { authenticateClient, checkGrantType, type Form, type OAuthClient, readForm, sameText } from './client-auth.ts';
import { proofAtTokenEndpoint } from './dpop.ts';
import type { AuthorizationCode, Grant, RefreshToken } from './grants.ts';
import { OAuthError } from './oauth-error.ts';
import { findRefreshToken, issueRefreshToken, useRefreshToken } from './refresh-tokens.ts';
import { checkKnown, defaultScopes, parseScopes } from './scopes.ts';
import { ORG_SERVER, type TokenServer } from './servers.ts';
import { grantedScopes } from './service-grants.ts';
import { mintAccessToken, mintIdToken, type TokenContext } from './tokens.ts';

/** The successful answer (recorded members and order). */
export interface TokenAnswer {
  token_type: 'Bearer' | 'DPoP';
  expires_in: number;
  access_token: string;
  scope: string;
  refresh_token?: string;
  id_token?: string;
}

export async function answerToken(c: AppContext, org: Org, server: TokenServer): Promise<TokenAnswer> {
  const form = await readForm(c);
  if (!form.grant_type) throw new OAuthError(400, 'invalid_request', "The 'grant_type' parameter is required.");
  const client = await authenticateClient(c, org, form);
  const context: TokenContext = { server, client, baseUrl: c.get('baseUrl') };
  switch (form.grant_type) {
    case 'interaction_code':
    case 'authorization_code':
      return byCode(org, context, form, form.grant_type);
    case 'refresh_token':
      return byRefreshToken(org, context, form);
    case 'client_credentials':
      return byClientCredentials(c, org, context, form);
    default:
      throw new OAuthError(400, 'unsupported_grant_type', "The grant type in the request isn't supported.");
  }
}

async function byCode(
  org: Org,
  context: TokenContext,
  form: Form,
  grantType: 'interaction_code' | 'authorization_code',
): Promise<TokenAnswer> {
  const { client, server } = context;
  checkGrantType(client, grantType);
  const code = takeCode(org, form[grantType === 'interaction_code' ? 'interaction_code' : 'code'], grantType);
  checkCode(code, context, form);
  const user = grantedUser(org, client, code.userId);
  const { scopes, userId, nonce } = code;
  const grant: Grant = { ...grantOf(code), ...(nonce === undefined ? {} : { nonce }) };
  const lifetimes = requireLifetimes(org, server, { clientId: client.id, grantType, scopes, userId });
  const refreshes = scopes.includes('offline_access') && (client.settings.grant_types ?? []).includes('refresh_token');
  return answerFor(
    org,
    context,
    grant,
    user,
    lifetimes,
    refreshes ? issueRefreshToken(org, grant, lifetimes) : undefined,
  );
}

/**
 * A code is used up by the first attempt to redeem it, whether or not that succeeds (named assumption
 * `code-used-by-failed-redemption`).
 */
function takeCode(org: Org, text: string | undefined, grantType: AuthorizationCode['grantType']): AuthorizationCode {
  const code = text === undefined ? undefined : org.store.codes.get(text);
  if (code) org.store.codes.delete(code.id);
  if (code && code.grantType === grantType && code.expiresAt > org.clock.now()) return code;
  const kind = grantType === 'interaction_code' ? 'interaction' : 'authorization';
  throw new OAuthError(400, 'invalid_grant', `The ${kind} code is invalid or has expired.`);
}

function checkCode(code: AuthorizationCode, { client, server }: TokenContext, form: Form): void {
  if (code.clientId !== client.id || code.serverId !== server.id) {
    throw new OAuthError(
      400,
      'invalid_grant',
      "The grant was issued to another client. Ensure that the 'client_id' matches the one used at the authorize request.",
    );
  }
  // okta-auth-js sends redirect_uri with an interaction code, the widget's server-side redemption may not
  const redirectUri = form.redirect_uri ?? (code.grantType === 'interaction_code' ? code.redirectUri : undefined);
  if (redirectUri !== code.redirectUri) {
    throw new OAuthError(
      400,
      'invalid_grant',
      "The 'redirect_uri' does not match the redirection URI used in the authorization request.",
    );
  }
  if (code.codeChallenge === undefined) return;
  const challenge = createHash('sha256')
    .update(form.code_verifier ?? '')
    .digest('base64url');
  if (!form.code_verifier || !sameText(challenge, code.codeChallenge)) {
    throw new OAuthError(400, 'invalid_grant', 'PKCE verification failed.');
  }
}

async function byRefreshToken(org: Org, context: TokenContext, form: Form): Promise<TokenAnswer> {
  const { client, server } = context;
  checkGrantType(client, 'refresh_token');
  const token = findRefreshToken(org, form.refresh_token, client.id, server.id);
  const user = grantedUser(org, client, token.userId);
  const asked = parseScopes(form.scope);
  if (asked.some((name) => !token.scopes.includes(name))) {
    throw new OAuthError(
      400,
      'invalid_scope',
      'The requested scope is invalid, unknown, malformed, or exceeds the scope granted.',
    );
  }
  const scopes = asked.length > 0 ? asked : token.scopes;
  // Rules name no refresh grant: one that allows the grant of a sign-in lets its refresh through.
  const request = { clientId: client.id, scopes, userId: token.userId };
  const lifetimes =
    lifetimesFor(org, server, { ...request, grantType: 'authorization_code' }) ??
    requireLifetimes(org, server, { ...request, grantType: 'interaction_code' });
  const next = useRefreshToken(org, token, client, lifetimes);
  return answerFor(org, context, { ...grantOf(token), scopes }, user, lifetimes, next);
}

/** What goes from one token to those that follow from it; a nonce is for the first ones alone. */
function grantOf(before: Grant): Grant {
  const { clientId, serverId, scopes, userId, amr, authTime, acr } = before;
  return { clientId, serverId, scopes, userId, amr, authTime, ...(acr === undefined ? {} : { acr }) };
}

/** Tokens for the app itself. On the org authorization server only with a key, for `okta.*` scopes that the app was granted. */
async function byClientCredentials(c: AppContext, org: Org, context: TokenContext, form: Form): Promise<TokenAnswer> {
  const { client, server } = context;
  checkGrantType(client, 'client_credentials');
  const asked = parseScopes(form.scope);
  const requested = asked.length > 0 ? asked : defaultScopes(org, server);
  if (requested.length === 0) {
    throw new OAuthError(
      400,
      'invalid_scope',
      "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
    );
  }
  checkKnown(org, server, requested);
  if (requested.includes('openid')) {
    throw new OAuthError(400, 'invalid_scope', "The 'openid' scope cannot be used with the client credentials grant.");
  }
  const byKey = client.app.credentials.oauthClient?.token_endpoint_auth_method === 'private_key_jwt';
  if (server.id === ORG_SERVER && !byKey) {
    throw new OAuthError(
      401,
      'invalid_client',
      'Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.',
    );
  }
  const scopes = grantedScopes(org, client.app.id, requested);
  const lifetimes = requireLifetimes(org, server, { clientId: client.id, grantType: 'client_credentials', scopes });
  const bound =
    client.settings.dpop_bound_access_tokens === true ? { boundTo: await proofAtTokenEndpoint(c, org) } : {};
  return {
    token_type: 'boundTo' in bound ? 'DPoP' : 'Bearer',
    expires_in: lifetimes.accessTokenSeconds,
    access_token: await mintAccessToken(org, context, { scopes, ...bound }, lifetimes.accessTokenSeconds),
    scope: scopes.join(' '),
  };
}

/** The person a grant is about, if they may still use the app. */
function grantedUser(org: Org, client: OAuthClient, userId: string): UserEntity {
  const user = org.store.users.get(userId);
  if (user?.status !== 'ACTIVE') throw new OAuthError(400, 'invalid_grant', 'The user is not active.');
  if (!isAssigned(org, client.app, userId)) {
    throw new OAuthError(400, 'access_denied', 'User is not assigned to the client application.');
  }
  return user;
}

async function answerFor(
  org: Org,
  context: TokenContext,
  grant: Grant,
  user: UserEntity,
  lifetimes: TokenLifetimes,
  refresh: RefreshToken | undefined,
): Promise<TokenAnswer> {
  const { scopes, authTime, acr } = grant;
  const assurance = acr === undefined ? {} : { acr };
  const family = refresh ? { family: refresh.family } : {};
  const accessToken = await mintAccessToken(
    org,
    context,
    { scopes, user, authTime, ...family, ...assurance },
    lifetimes.accessTokenSeconds,
  );
  return {
    token_type: 'Bearer',
    expires_in: lifetimes.accessTokenSeconds,
    access_token: accessToken,
    scope: scopes.join(' '),
    ...(refresh ? { refresh_token: refresh.id } : {}),
    ...(scopes.includes('openid') ? { id_token: await mintIdToken(org, context, grant, user, accessToken) } : {}),
  };
}
