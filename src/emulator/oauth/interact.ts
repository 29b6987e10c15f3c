/**
 * `POST /v1/interact`: starts an embedded sign-in and hands out its interaction handle. Order of the checks: the org's
 * switch, the client, its grant, PKCE, redirect URI, scopes. Clients may call it with their id alone; a secret that is given
 * must be right (both observed with Okta's samples).
 */
import { readAcrValues } from '../../policy/index.ts';
import type { AppContext } from '../http/context.ts';
import { clientFacts } from '../idx/client.ts';
import { beginActivation, beginRecovery } from '../idx/start-by-token.ts';
import { type Beginning, startTransaction } from '../idx/transaction.ts';
import type { Org } from '../org.ts';
import { checkGrantType, checkSecret, type Form, findClient, type OAuthClient, readForm } from './client-auth.ts';
import { OAuthError } from './oauth-error.ts';
import { checkUserScopes, parseScopes } from './scopes.ts';
import type { TokenServer } from './servers.ts';

export async function answerInteract(c: AppContext, org: Org, server: TokenServer): Promise<Response> {
  if (!org.settings.embeddedSignIn) {
    throw new OAuthError(400, 'access_denied', 'The requested feature is not enabled in this environment.');
  }
  const form = await readForm(c);
  const client = findClient(org, form.client_id);
  if (!client) return invalidClient(c, org);
  if (form.client_secret) checkSecret(client, form.client_secret);
  checkGrantType(client, 'interaction_code');
  const beginning = beginningOf(org, form);
  checkPkce(client, form);
  const scopes = parseScopes(form.scope);
  checkUserScopes(org, server, scopes);
  const acr = readAcrValues(form.acr_values);
  const request = {
    clientId: client.id,
    serverId: server.id,
    scopes,
    redirectUri: checkRedirectUri(client, form.redirect_uri),
    ...(form.state === undefined ? {} : { state: form.state }),
    ...(form.nonce === undefined ? {} : { nonce: form.nonce }),
    ...(form.code_challenge === undefined ? {} : { codeChallenge: form.code_challenge }),
    ...(acr === undefined ? {} : { acr }),
    client: clientFacts(c, org),
    maxAge: /^\d+$/.test(form.max_age ?? '') ? Number(form.max_age) : -1,
  };
  const transaction = startTransaction(org, request, beginning);
  return c.json({ interaction_handle: transaction.id });
}

/** An unknown client gets the Management API's error form here (observed in a report about okta-idx-java). */
function invalidClient(c: AppContext, org: Org): Response {
  const body = {
    errorCode: 'invalid_client',
    errorSummary: "Invalid value for 'client_id' parameter.",
    errorLink: 'invalid_client',
    errorId: `oae${org.ids.opaque(22)}`,
    errorCauses: [],
  };
  return c.json(body, 401);
}

/** A link's token leads past the first screen; one that is not good any more is refused (recorded texts). */
function beginningOf(org: Org, form: Form): Beginning | undefined {
  if (form.recovery_token) {
    const beginning = beginRecovery(org, form.recovery_token);
    if (beginning) return beginning;
    throw new OAuthError(400, 'invalid_request', 'The recovery token is invalid');
  }
  if (!form.activation_token) return undefined;
  const beginning = beginActivation(org, form.activation_token);
  if (beginning) return beginning;
  throw new OAuthError(400, 'invalid_request', 'The activation token is invalid');
}

/** Throws 400 unless a PKCE challenge is there where it must be, and by S256. */
export function checkPkce(client: OAuthClient, form: Form): void {
  const { token_endpoint_auth_method: method, pkce_required: required } = client.app.credentials.oauthClient ?? {};
  if (form.code_challenge) {
    if (form.code_challenge_method === 'S256') return;
    throw new OAuthError(400, 'invalid_request', "The 'code_challenge_method' must be 'S256'.");
  }
  if (method !== 'none' && required !== true) return;
  throw new OAuthError(
    400,
    'invalid_request',
    "PKCE code challenge is required when the token endpoint authentication method is 'NONE'.",
  );
}

/** The redirect URI if it is registered, letter by letter. */
export function checkRedirectUri(client: OAuthClient, redirectUri: string | undefined): string {
  if (redirectUri !== undefined && client.settings.redirect_uris?.includes(redirectUri)) return redirectUri;
  throw new OAuthError(
    400,
    'invalid_request',
    "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.",
  );
}
