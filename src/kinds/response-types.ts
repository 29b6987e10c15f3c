/** The response types of an app, which follow from its grants. Pure. */
import type { GrantType, OAuthClientSettings } from '../wire/application.ts';

/**
 * `code` goes with authorization code (and with interaction code, which has none of its own), tokens with implicit. What
 * is there and still fits its grant stays; nothing is added that a grant does not need.
 */
export function responseTypes(grants: readonly GrantType[], before: readonly string[]): string[] {
  const code = grants.includes('authorization_code') || grants.includes('interaction_code');
  const tokens = grants.includes('implicit');
  const kept = before.filter((type) => (type === 'code' ? code : tokens));
  if (code && !kept.includes('code')) kept.push('code');
  if (tokens && !kept.some((type) => type !== 'code')) kept.push('token', 'id_token');
  return kept.length > 0 ? kept : ['token'];
}

/** Whether an app answers with what its grants need and no more, as a new one does. */
export function hasUsualResponseTypes({
  grant_types: grants = [],
  response_types: types = [],
}: OAuthClientSettings): boolean {
  // Grants that need none are written with `token`, or with nothing, and neither says anything of them.
  return [...types].sort().join() === responseTypes(grants, []).sort().join() || types.length === 0;
}
