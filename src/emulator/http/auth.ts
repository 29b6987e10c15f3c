/** Who may call the Management API: an admin API token (SSWS) or an access token of the org authorization server. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { verifyAdminAccessToken } from '../oauth/access-tokens.ts';
import { ProofFault, proofAtApi, proofChallenge } from '../oauth/dpop.ts';
import type { Org } from '../org.ts';
import type { AppContext, AppEnv, Principal } from './context.ts';
import { OktaError } from './okta-error.ts';

/** Puts the principal of a request in the context, or refuses it as Okta does. */
export function authenticate(org: Org): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const { scheme, credential } = readAuthorization(c.req.header('Authorization') ?? '');
    if (!scheme || !credential) throw new OktaError(403, 'E0000005', 'Invalid session');
    const principal = await principalOf(c, org, scheme.trim().toLowerCase(), credential);
    if (!principal) throw new OktaError(401, 'E0000011', 'Invalid token provided');
    if (principal.kind === 'oauth') {
      demandScope(principal, c.req.method, c.req.path, c.get('baseUrl'));
      demandRole(org, principal);
    }
    c.set('principal', principal);
    await next();
  };
}

/** Okta's Python SDK writes an API token right behind its scheme (named assumption `ssws-without-space`). */
function readAuthorization(header: string): { scheme?: string; credential?: string } {
  return /^\s*(?<scheme>ssws(?=\S)|\S+\s)\s*(?<credential>\S+)/i.exec(header)?.groups ?? {};
}

/**
 * A scope only narrows what its owner may do: a user or a service app without an admin role may do nothing here. Which
 * role it is makes no difference (named assumption `any-admin-role`).
 */
function demandRole(org: Org, { userId }: Principal): void {
  if (!hasAdminRole(org, userId)) {
    throw new OktaError(403, 'E0000006', 'You do not have permission to perform the requested action');
  }
}

/** Whether a user or service app is an admin, by a role of its own or by one of a group. */
export function hasAdminRole(org: Org, userId: string): boolean {
  const assignees = [userId, ...org.store.memberships.leftsOf(userId)];
  return assignees.some((id) => org.store.roleAssignments.count('assigneeId', id) > 0);
}

async function principalOf(
  c: AppContext,
  org: Org,
  scheme: string,
  credential: string,
): Promise<Principal | undefined> {
  if (scheme === 'ssws' && isAdminToken(org, credential) && org.store.apiTokens.size > 0) {
    return { userId: org.store.org.adminUserId, kind: 'ssws', scopes: [] };
  }
  if (scheme !== 'bearer' && scheme !== 'dpop') return undefined;
  const token = await verifyAdminAccessToken(org, credential);
  if (token?.boundTo !== undefined) await demandProof(c, org, { scheme, credential, boundTo: token.boundTo });
  return token?.principal;
}

/**
 * A bound token is worth nothing without its key, and is no bearer token even with it (RFC 9449 section 7.2; named
 * assumption `dpop-refused-with-400`).
 */
async function demandProof(
  c: AppContext,
  org: Org,
  { scheme, credential, boundTo }: { scheme: string; credential: string; boundTo: string },
): Promise<void> {
  try {
    await proofAtApi(c, org, credential, boundTo);
    if (scheme !== 'dpop') throw new ProofFault('The access token is bound to a key and is no bearer token.');
  } catch (error) {
    if (!(error instanceof ProofFault)) throw error;
    const challenge = { 'WWW-Authenticate': proofChallenge(c, error) };
    throw new OktaError(400, 'E0000011', 'Invalid token provided', [], challenge);
  }
}

/** Compared in constant time, by digest since the lengths may differ. */
export function isAdminToken(org: Org, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(token), digest(org.adminToken));
}

/** First path segment of the API -> the resource in its OAuth scopes, where they differ. */
const SCOPE_RESOURCE: Readonly<Record<string, string>> = {
  org: 'orgs',
  zones: 'networkZones',
  meta: 'schemas',
  iam: 'roles',
  'api-tokens': 'apiTokens',
  internal: 'apps',
  threats: 'threatInsights',
  'rate-limit-settings': 'rateLimits',
  'bot-protection': 'botProtection',
  'device-assurances': 'deviceAssurance',
  'email-domains': 'emailDomains',
  'push-providers': 'pushProviders',
  'telephony-providers': 'customTelephonyProvider',
};

/** Paths that belong to another resource than their first segment says (OpenAPI 2026.06.3). */
const SCOPE_PATHS: readonly (readonly [path: RegExp, resource: string])[] = [
  [/\/roles(\/|$)/, 'roles'],
  [/^\/api\/v1\/apps\/[^/]+\/grants(\/|$)/, 'appGrants'],
  [/^\/api\/v1\/meta\/types\//, 'userTypes'],
  [/^\/api\/v1\/meta\/schemas\/user\/linkedObjects(\/|$)/, 'linkedObjects'],
  [/^\/api\/v1\/org\/captcha$/, 'captchas'],
];

/** A POST that changes nothing and needs the right to read only (OpenAPI 2026.06.3). */
const SIMULATION = '/api/v1/policies/simulate';

/** A read needs `okta.<resource>.read` or `.manage`, a write `.manage`; without it 403 (recorded header). */
function demandScope(principal: Principal, method: string, path: string, baseUrl: string): void {
  const segment = path.split('/')[3] ?? '';
  const resource = SCOPE_PATHS.find(([pattern]) => pattern.test(path))?.[1] ?? SCOPE_RESOURCE[segment] ?? segment;
  const read = method === 'GET' || method === 'HEAD' || path === SIMULATION;
  const manage = `okta.${resource}.manage`;
  const needed = read ? `okta.${resource}.read` : manage;
  if (principal.scopes.includes(needed) || principal.scopes.includes(manage)) return;
  const challenge = [
    `Bearer authorization_uri="${baseUrl}/oauth2/v1/authorize"`,
    `realm="${baseUrl}"`,
    `scope="${needed}"`,
    'error="insufficient_scope"',
    'error_description="The access token provided does not contain the required scopes."',
    `resource="${path}"`,
  ].join(', ');
  throw new OktaError(403, 'E0000006', 'You do not have permission to perform the requested action', [], {
    'WWW-Authenticate': challenge,
  });
}
