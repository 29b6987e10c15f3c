/** `GET /v1/logout`: ends the browser session and sends the browser back to the app. */
import type { AppContext } from '../http/context.ts';
import type { Org } from '../org.ts';
import { findClient } from './client-auth.ts';
import { OAuthError } from './oauth-error.ts';
import type { TokenServer } from './servers.ts';
import { endSession } from './sessions.ts';
import { readToken } from './tokens.ts';

export async function answerLogout(c: AppContext, org: Org, server: TokenServer): Promise<Response> {
  const { id_token_hint: hint, post_logout_redirect_uri: target, state } = c.req.query();
  if (!hint) throw new OAuthError(400, 'invalid_request', "The 'id_token_hint' parameter is required.");
  const claims = await readToken(org, server, hint);
  const client = findClient(org, typeof claims?.aud === 'string' ? claims.aud : undefined);
  if (!claims?.jti?.startsWith('ID.') || !client) {
    throw new OAuthError(400, 'invalid_token', 'The id token is invalid.');
  }
  endSession(c, org);
  if (target === undefined) return c.redirect(c.get('baseUrl'), 302);
  if (!client.settings.post_logout_redirect_uris?.includes(target)) {
    throw new OAuthError(
      400,
      'invalid_request',
      "The 'post_logout_redirect_uri' parameter must be a Logout redirect URI in the client app settings.",
    );
  }
  const url = new URL(target);
  if (state !== undefined) url.searchParams.set('state', state);
  return c.redirect(url.href, 302);
}
