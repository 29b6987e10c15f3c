/**
 * `/v1/authorize`: an authorization code at once when the browser's session is enough for the app, otherwise the hosted
 * sign-in page, or the OAuth error that `prompt=none` asks for.
 */

import { type AcrValue, readAcrValues } from '../../policy/index.ts';
import { type AuthorizeAnswer, answerApp, type ResponseMode } from '../hosted/authorize-answer.ts';
import { errorPage, sendPage } from '../hosted/pages.ts';
import { browserKey, showSignIn } from '../hosted/sign-in.ts';
import type { AppContext } from '../http/context.ts';
import { clientFacts } from '../idx/client.ts';
import { sessionStanding } from '../idx/session-standing.ts';
import { startTransaction } from '../idx/transaction.ts';
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

const RESPONSE_MODES: readonly ResponseMode[] = ['query', 'fragment', 'form_post', 'okta_post_message'];

/** A request that was found sound: who asks for what, and how it is answered. */
interface AuthorizeRequest {
  server: TokenServer;
  client: OAuthClient;
  form: Form;
  scopes: string[];
  maxAge: number;
  acr?: AcrValue;
  answer: AuthorizeAnswer;
}

export async function answerAuthorize(c: AppContext, org: Org, server: TokenServer): Promise<Response> {
  const form: Form = c.req.method === 'POST' ? await readForm(c) : c.req.query();
  let client: OAuthClient;
  let answer: AuthorizeAnswer;
  try {
    client = clientOf(org, form);
    answer = answerFor(client, form);
  } catch (error) {
    // Until these are sure there is nowhere to send an error to: a person gets a page, a program the error.
    if (!(error instanceof OAuthError) || !(c.req.header('Accept') ?? '').includes('text/html')) throw error;
    return sendPage(c, errorPage(error.error, error.message), { status: 400 });
  }
  try {
    const request = { server, client, form, answer, ...asked(org, server, client, form) };
    const session = sessionFor(c, org, request);
    if (!session) return await hostedPage(c, org, request);
    return await answerApp(c, answer, { code: codeFor(org, request, session) });
  } catch (error) {
    if (!(error instanceof OAuthError) || error.status === 501) throw error;
    return answerApp(c, answer, { error: error.error, error_description: error.message });
  }
}

function clientOf(org: Org, form: Form): OAuthClient {
  const client = findClient(org, form.client_id);
  if (!client) throw new OAuthError(400, 'invalid_client', "Invalid value for 'client_id' parameter.");
  return client;
}

function answerFor(client: OAuthClient, form: Form): AuthorizeAnswer {
  const redirectUri = checkRedirectUri(client, form.redirect_uri);
  const responseMode = RESPONSE_MODES.find((mode) => mode === (form.response_mode ?? 'query'));
  if (!responseMode) {
    throw new OAuthError(400, 'invalid_request', "The 'response_mode' parameter is not valid.");
  }
  return { redirectUri, responseMode, ...(form.state === undefined ? {} : { state: form.state }) };
}

function asked(
  org: Org,
  server: TokenServer,
  client: OAuthClient,
  form: Form,
): Pick<AuthorizeRequest, 'scopes' | 'maxAge' | 'acr'> {
  if (form.request !== undefined || form.request_uri !== undefined) throw oauthUnsupported('request objects');
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
  requireLifetimes(org, server, { clientId: client.id, grantType: 'authorization_code', scopes });
  const acr = readAcrValues(form.acr_values);
  const maxAge = /^\d+$/.test(form.max_age ?? '') ? Number(form.max_age) : -1;
  return { scopes, maxAge, ...(acr === undefined ? {} : { acr }) };
}

function codeFor(org: Org, request: AuthorizeRequest, session: Session): string {
  const { server, client, form, scopes, answer, acr } = request;
  const { userId, amr, authTime } = session;
  requireLifetimes(org, server, { clientId: client.id, grantType: 'authorization_code', scopes, userId });
  dropExpired(org.store.codes, org.clock.now());
  return org.store.codes.put({
    id: org.ids.opaque(43),
    grantType: 'authorization_code',
    clientId: client.id,
    serverId: server.id,
    scopes,
    redirectUri: answer.redirectUri,
    userId,
    amr,
    authTime,
    expiresAt: org.clock.now() + AUTHORIZATION_CODE_MS,
    ...(acr === undefined ? {} : { acr }),
    ...(form.nonce === undefined ? {} : { nonce: form.nonce }),
    ...(form.code_challenge === undefined ? {} : { codeChallenge: form.code_challenge }),
  }).id;
}

/** The browser's session when it is enough for the app; undefined when somebody must sign in. */
function sessionFor(c: AppContext, org: Org, { client, form, maxAge, acr }: AuthorizeRequest): Session | undefined {
  const session = form.prompt === 'login' ? undefined : currentSession(c, org);
  const request = { client: clientFacts(c, org), maxAge, ...(acr === undefined ? {} : { acr }) };
  const standing = session ? sessionStanding(org, client.app, session, request) : 'signInNeeded';
  if (session && standing === 'enough') return session;
  if (standing === 'notAssigned') {
    throw new OAuthError(400, 'access_denied', 'User is not assigned to the client application.');
  }
  if (standing === 'denied') throw new OAuthError(400, 'access_denied', 'Access is denied by the app sign-in policy.');
  if (form.prompt === 'none') {
    throw new OAuthError(400, 'login_required', 'The client specified not to prompt, but the user is not logged in.');
  }
  return undefined;
}

function hostedPage(c: AppContext, org: Org, request: AuthorizeRequest): Response | Promise<Response> {
  const { server, client, form, scopes, maxAge, acr, answer } = request;
  const transaction = startTransaction(org, {
    clientId: client.id,
    serverId: server.id,
    scopes,
    redirectUri: answer.redirectUri,
    maxAge,
    ...(acr === undefined ? {} : { acr }),
    client: clientFacts(c, org),
    hosted: {
      responseMode: answer.responseMode,
      fresh: form.prompt === 'login',
      browser: browserKey(c, org),
      ...(form.login_hint === undefined ? {} : { loginHint: form.login_hint }),
    },
    ...(form.state === undefined ? {} : { state: form.state }),
    ...(form.nonce === undefined ? {} : { nonce: form.nonce }),
    ...(form.code_challenge === undefined ? {} : { codeChallenge: form.code_challenge }),
  });
  return showSignIn(c, org, transaction, client.app);
}
