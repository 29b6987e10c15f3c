/** What a service app may ask for: the scopes of the Management API that an admin granted it (`/api/v1/apps/{id}/grants`). */
import type { Org } from '../org.ts';
import { OAuthError } from './oauth-error.ts';

/**
 * The requested scopes without the `okta.*` ones that the app was not granted: some missing are left out of the token,
 * and when nothing is left the request is refused (named assumption `service-scopes-narrowed`).
 * @throws OAuthError 400 consent_required, as the Okta org authorization server answers (seen by its users).
 */
export function grantedScopes(org: Org, appId: string, scopes: readonly string[]): string[] {
  const granted = new Set(
    org.store.scopeGrants
      .findAll('appId', appId)
      .filter((grant) => grant.status === 'ACTIVE')
      .map((grant) => grant.scopeId),
  );
  const left = scopes.filter((name) => !name.startsWith('okta.') || granted.has(name));
  if (left.length > 0) return left;
  throw new OAuthError(400, 'consent_required', 'You are not allowed any of the requested scopes.');
}
