/**
 * `/v1/authorize` for a browser that has a session: an authorization code when the session is enough for the app, or the
 * OAuth error that `prompt=none` asks for. The sign-in page that Okta would show otherwise is not there: 501.
 */

import type { AppContext } from '../http/context.ts';
import { clientFacts } from '../idx/client.ts';
import { sessionStanding } from '../idx/session-standing.ts';
import type { Org } from '../org.ts';
import { dropExpired } from '../store/expiry.ts';
import { requireLifetimes } from './access-policy.ts';
import { checkGrantType, type Form, findClient, type OAuthClient, readForm } from './client-auth.ts';
import type { Session } from './grants.ts';
import { checkPkce, checkRedirectUri } from './interact.ts';
import { OAuthError, oauthUnsupported } from './oauth-error.ts';
import { checkUserScopes, parseScopes } from './scopes.ts';
import type { TokenServer } from './servers.ts';
import { currentSession } from './sessions.ts';

/** Authorization codes live five minutes (developer docs). */
const AUTHORIZATION_CODE_MS = 5 * 60_000;

export async function answerAuthorize(c: AppContext, org: Org, server: TokenServer): Promise<Response> {
  const form: Form = c.req.method === 'POST' ? await readForm(c) : c.req.query();
  const client = findClient(org, form.client_id);
  // Until these two are sure there is nowhere to send an error to.
  if (!client) throw new OAuthError(400, 'invalid_client', "Invalid value for 'client_id' parameter.");
  const redirectUri = checkRedirectUri(client, form.redirect_uri);
  if (!['query', 'fragment', undefined].includes(form.response_mode)) {
    throw oauthUnsupported(`response_mode=${form.response_mode}`);
  }
  try {
    const code = codeFor(c, org, server, client, form, redirectUri);
    return redirect(c, redirectUri, form, { code });
  } catch (error) {
    if (!(error instanceof OAuthError) || error.status === 501) throw error;
    return redirect(c, redirectUri, form, { error: error.error, error_description: error.message });
  }
}

function codeFor(
  c: AppContext,
  org: Org,
  server: TokenServer,
  client: OAuthClient,
  form: Form,
  redirectUri: string,
): string {
  if (form.response_type !== 'code') {
    throw new OAuthError(
      400,
      'unsupported_response_type',
      "The response type contained in the request isn't supported.",
    );
  }
  checkGrantType(client, 'authorization_code');
  checkPkce(client, form);
  const scopes = parseScopes(form.scope);
  checkUserScopes(org, server, scopes);
  const session = sessionFor(c, org, client, form);
  requireLifetimes(org, server, {
    clientId: client.id,
    grantType: 'authorization_code',
    scopes,
    userId: session.userId,
  });
  const { userId, amr, authTime } = session;
  dropExpired(org.store.codes, org.clock.now());
  return org.store.codes.put({
    id: org.ids.opaque(43),
    grantType: 'authorization_code',
    clientId: client.id,
    serverId: server.id,
    scopes,
    redirectUri,
    userId,
    amr,
    authTime,
    expiresAt: org.clock.now() + AUTHORIZATION_CODE_MS,
    ...(form.nonce === undefined ? {} : { nonce: form.nonce }),
    ...(form.code_challenge === undefined ? {} : { codeChallenge: form.code_challenge }),
  }).id;
}

function sessionFor(c: AppContext, org: Org, client: OAuthClient, form: Form): Session {
  const session = form.prompt === 'login' ? undefined : currentSession(c, org);
  const standing = session
    ? sessionStanding(org, client.app, session, { client: clientFacts(c, org), maxAge: -1 })
    : 'signInNeeded';
  if (session && standing === 'enough') return session;
  if (standing === 'notAssigned') {
    throw new OAuthError(400, 'access_denied', 'User is not assigned to the client application.');
  }
  if (standing === 'denied') throw new OAuthError(400, 'access_denied', 'Access is denied by the app sign-in policy.');
  if (form.prompt === 'none') {
    throw new OAuthError(400, 'login_required', 'The client specified not to prompt, but the user is not logged in.');
  }
  throw oauthUnsupported('the hosted sign-in page of /v1/authorize; sign in with the Interaction Code grant instead');
}

function redirect(c: AppContext, redirectUri: string, form: Form, parameters: Record<string, string>): Response {
  const url = new URL(redirectUri);
  const all = { ...parameters, ...(form.state === undefined ? {} : { state: form.state }) };
  if (form.response_mode === 'fragment') url.hash = new URLSearchParams(all).toString();
  else for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
  return c.redirect(url.href, 302);
}
