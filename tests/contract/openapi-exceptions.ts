/** Where Okta's OpenAPI description (2026.06.3) and recorded answers of real orgs contradict each other: the recordings win. */

export interface Exception {
  /** Matches what `scripts/openapi.ts` prints of a misfit. */
  pattern: RegExp;
  why: string;
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    pattern: / is null$/,
    why: 'Real orgs write null for a member without a value in objects of every kind, where the description has no `nullable`.',
  },
  {
    pattern: /^GET \/api\/v1\/apps \$\[\]\.name "\w+" is none of oidc_client$/,
    why: 'Okta’s own apps (saasure, okta_enduser, …) are of signOnMode OPENID_CONNECT and have names of their own (recorded).',
  },
  {
    pattern: /^GET \/api\/v1\/users\/\{userId\}\/authenticator-enrollments \$ is of type array, not object$/,
    why: 'The operation lists all enrolments of a user; the description gives the schema of one.',
  },
];
