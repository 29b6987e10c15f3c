/**
 * Who may call the MyAccount API: a user, by an access token of the org's own authorization server or of a custom one, with
 * a scope `okta.myAccount.*`. Statuses, codes and texts as in Okta's reference of the API (2025.01.1) and its guide.
 */
import type { JWTPayload } from 'jose';
import type { AppContext } from '../http/context.ts';
import { OktaError } from '../http/okta-error.ts';
import { bearerToken, readAccessToken, scopesOf } from '../oauth/access-tokens.ts';
import { ORG_SERVER, serverById } from '../oauth/servers.ts';
import type { Org } from '../org.ts';
import type { UserEntity } from '../store/entities.ts';

/** What of an account a call is about: `okta.myAccount.<part>.read` and `.manage`. */
export type AccountPart = 'profile' | 'email' | 'phone' | 'password';

/** Who changes something must have signed in this short a time ago (guide). */
const FRESH_SECONDS = 900;

/** The user that calls. A GET needs the scope to read or to manage, anything else the latter and a recent sign-in. */
export async function callerOf(c: AppContext, org: Org, part: AccountPart): Promise<UserEntity> {
  if (!/okta-version=1\.0\.0/.test(c.req.header('Accept') ?? '')) {
    // named assumption `myaccount-refusals`
    throw new OktaError(
      406,
      'E0000021',
      'Bad request.  Accept and/or Content-Type headers likely do not match supported values.',
    );
  }
  const token = bearerToken(c.req.header('Authorization'));
  const claims = token === undefined ? undefined : await claimsOf(org, token);
  const user = typeof claims?.uid === 'string' ? org.store.users.get(claims.uid) : undefined;
  if (!claims || !user) throw new OktaError(401, 'E0000011', 'Invalid token provided');
  const reading = c.req.method === 'GET';
  const manage = `okta.myAccount.${part}.manage`;
  const scopes = scopesOf(claims);
  if (!scopes.includes(manage) && !(reading && scopes.includes(`okta.myAccount.${part}.read`))) {
    throw new OktaError(403, 'E0000006', 'You do not have permission to perform the requested action');
  }
  if (!reading) demandFreshSignIn(org, claims);
  return user;
}

async function claimsOf(org: Org, token: string): Promise<JWTPayload | undefined> {
  for (const id of [ORG_SERVER, ...org.store.authorizationServers.values().map((row) => row.id)]) {
    const server = serverById(org, id);
    const claims = server && (await readAccessToken(org, server, token));
    if (claims) return claims;
  }
  return undefined;
}

function demandFreshSignIn(org: Org, { auth_time, iat = 0 }: JWTPayload): void {
  const since = typeof auth_time === 'number' ? auth_time : iat;
  if (org.clock.now() / 1000 - since <= FRESH_SECONDS) return;
  throw new OktaError(403, 'E0000006', 'You do not have permission to perform the requested action', [], {
    // okta-auth-js reads the other, which browsers let it do for exposed headers only
    'Access-Control-Expose-Headers': 'WWW-Authenticate',
    'WWW-Authenticate': [
      'Bearer realm="IdpMyAccountAPI"',
      'error="insufficient_authentication_context"',
      'error_description="The access token requires additional assurance to access the resource"',
      `max_age=${FRESH_SECONDS}`,
    ].join(', '),
  });
}
