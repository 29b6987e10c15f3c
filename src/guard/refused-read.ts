/** A read that the guard needs and the org refuses: it stops the plan, so it says whose it was and what is missing. */
import { ManagementApiError } from '../okta/api.ts';
import { OrgproofError } from '../shared/errors.ts';

/** Scopes by what the guard reads (OpenAPI 2026.06.3). */
const SCOPES: readonly (readonly [path: RegExp, scope: string])[] = [
  [/^\/api\/v1\/iam\/|\/roles(\/|\?|$)/, 'okta.roles.read'],
  [/^\/api\/v1\/policies/, 'okta.policies.read'],
  [/^\/api\/v1\/authenticators/, 'okta.authenticators.read'],
  [/^\/api\/v1\/apps\/[^/]+\/grants/, 'okta.appGrants.read'],
  [/^\/api\/v1\/apps/, 'okta.apps.read'],
  [/^\/api\/v1\/groups/, 'okta.groups.read'],
  [/^\/api\/v1\/users/, 'okta.users.read'],
  [/^\/api\/v1\/zones/, 'okta.networkZones.read'],
];

/** An error of a read in the guard's words when the credentials may not do it; any other as it is. */
export function explainRefusedRead(error: unknown): unknown {
  if (!(error instanceof ManagementApiError) || error.status !== 403) return error;
  const [, scope] = SCOPES.find(([path]) => path.test(error.path)) ?? [];
  const needed = scope === undefined ? 'the permission for it' : `${scope}, or a role that may view it`;
  return new OrgproofError(`the lockout guard could not see who would lose access: ${error.message}`, {
    code: 'permission-missing',
    hint: `give the credentials ${needed}`,
    cause: error,
  });
}
