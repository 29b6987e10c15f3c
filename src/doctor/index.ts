/** Is this org fit for the job? Checks read only, and each that fails says how to mend it. */
import { ManagementApiError, type OktaApi } from '../okta/api.ts';
import { OrgproofError } from '../shared/errors.ts';
import type { Application } from '../wire/application.ts';
import type { Authenticator, AuthenticatorMethod } from '../wire/authenticator.ts';
import type { AuthorizationServerPolicy, AuthorizationServerPolicyRule } from '../wire/authorization-server.ts';
import type { WellKnownOrganization } from '../wire/org.ts';
import { probeInteract } from './interact.ts';

export interface Finding {
  /** Stable, kebab-case. */
  id: string;
  title: string;
  /** `unknown`: it could not be found out, and the detail says why. */
  status: 'ok' | 'failed' | 'unknown';
  detail: string;
  remedy?: string;
}

/** A read that plan needs, and the OAuth scope that allows it. */
const READS: readonly [what: string, path: string, scope: string][] = [
  ['authenticators', '/api/v1/authenticators', 'okta.authenticators.read'],
  ['policies', '/api/v1/policies?type=MFA_ENROLL', 'okta.policies.read'],
  ['apps', '/api/v1/apps?limit=1', 'okta.apps.read'],
  ['groups', '/api/v1/groups?limit=1', 'okta.groups.read'],
  ['users', '/api/v1/users?limit=1', 'okta.users.read'],
  ['authorization servers', '/api/v1/authorizationServers?limit=1', 'okta.authorizationServers.read'],
  ['trusted origins', '/api/v1/trustedOrigins?limit=1', 'okta.trustedOrigins.read'],
];

/**
 * Examines an org. Sends no write to the Management API; the embedded sign-in is probed by beginning one and leaving it.
 * @param needed OAuth scopes that a config needs
 * @throws OrgUnreachableError when the org does not answer at all
 */
export async function examineOrg(api: OktaApi, needed: readonly string[] = []): Promise<Finding[]> {
  const scopes = await scopeFindings(api, needed);
  if (scopes.some((finding) => finding.id === 'credentials')) return scopes;
  const engine = await engineFinding(api);
  const access = await accessFindings(api, needed);
  if (access.some((finding) => finding.id === 'credentials' && finding.status === 'failed')) return [engine, ...access];
  return [
    engine,
    ...access,
    ...scopes,
    ...(await phoneFindings(api)),
    await grantFinding(api),
    await embeddedFinding(api),
  ];
}

/** For a service app: whether it gets a token, and one that allows what the config needs. */
async function scopeFindings(api: OktaApi, needed: readonly string[]): Promise<Finding[]> {
  let granted: readonly string[] | undefined;
  try {
    granted = await api.grantedScopes();
  } catch (error) {
    if (!(error instanceof OrgproofError)) throw error;
    const { message: detail, hint: remedy } = error;
    return [{ id: 'credentials', title: 'Credentials', status: 'failed', detail, ...(remedy ? { remedy } : {}) }];
  }
  if (granted === undefined || needed.length === 0) return [];
  const missing = missingScopes(needed, granted);
  const base = { id: 'scopes', title: 'Scopes' };
  if (missing.length === 0)
    return [{ ...base, status: 'ok', detail: `the config needs ${needed.join(', ')}: all there` }];
  return [
    {
      ...base,
      status: 'failed',
      detail: `the access token lacks what applying the config needs: ${missing.join(', ')}`,
      remedy: 'grant them to the app (Okta API Scopes), and name them in OKTA_CLIENT_SCOPES where that is set',
    },
  ];
}

/** Those of the needed scopes that the granted ones do not cover. */
function missingScopes(needed: readonly string[], granted: readonly string[]): string[] {
  return needed.filter((scope) => !granted.includes(scope) && !granted.includes(scope.replace(/\.read$/, '.manage')));
}

async function engineFinding(api: OktaApi): Promise<Finding> {
  const { pipeline } = await api.get<WellKnownOrganization>('/.well-known/okta-organization');
  const base = { id: 'identity-engine', title: 'Identity Engine' };
  if (pipeline === 'idx') return { ...base, status: 'ok', detail: 'the org runs Identity Engine' };
  return {
    ...base,
    status: 'failed',
    detail: 'the org runs Classic Engine',
    remedy: 'ask Okta to upgrade it, or use an Integrator org',
  };
}

/** @param needed the scopes of what has to be readable; everything that a plan may read when none is named */
async function accessFindings(api: OktaApi, needed: readonly string[]): Promise<Finding[]> {
  const reads = READS.filter(([, , scope]) => needed.length === 0 || missingScopes([scope], needed).length === 0);
  const refusals = await Promise.all(
    reads.map(async ([what, path, scope]) => ({ what, scope, refusal: await refusalOf(api.get(path)) })),
  );
  const unauthorized = refusals.find(({ refusal }) => refusal?.status === 401)?.refusal;
  if (unauthorized) {
    return [
      {
        id: 'credentials',
        title: 'Credentials',
        status: 'failed',
        detail: `the org refuses them: ${unauthorized.errorCode} ${unauthorized.errorSummary}`,
        remedy: 'make a new API token (Security > API > Tokens) or check the private key and client id',
      },
    ];
  }
  const missing = refusals.filter(({ refusal }) => refusal !== undefined);
  return [
    { id: 'credentials', title: 'Credentials', status: 'ok', detail: 'the org accepts them' },
    missing.length === 0
      ? { id: 'permissions', title: 'Permissions', status: 'ok', detail: 'what plan reads may be read' }
      : {
          id: 'permissions',
          title: 'Permissions',
          status: 'failed',
          detail: `not readable: ${missing.map(({ what, refusal }) => `${what} (${refusal?.status} ${refusal?.errorCode})`).join(', ')}`,
          remedy: `give the token’s owner an admin role for them, or the app the scopes ${missing.map(({ scope }) => scope).join(', ')}`,
        },
  ];
}

async function phoneFindings(api: OktaApi): Promise<Finding[]> {
  const authenticators = await api.list<Authenticator>('/api/v1/authenticators').catch(ignoreRefusal);
  const phone = authenticators?.find((authenticator) => authenticator.key === 'phone_number');
  if (!phone) return [];
  const methods = await api
    .list<AuthenticatorMethod>(`/api/v1/authenticators/${phone.id}/methods`)
    .catch(ignoreRefusal);
  const active = (methods ?? []).filter((method) => method.status === 'ACTIVE').map((method) => method.type);
  const hooks = await api
    .list<{ name: string; status: string }>('/api/v1/inlineHooks?type=com.okta.telephony.provider')
    .catch(ignoreRefusal);
  const hook = hooks?.find((candidate) => candidate.status === 'ACTIVE');
  return [
    {
      id: 'phone-authenticator',
      title: 'Phone authenticator',
      status: 'ok',
      detail: `${phone.status === 'ACTIVE' ? 'active' : 'inactive (a config can activate it)'}; methods: ${active.join(', ') || 'none'}`,
    },
    hook
      ? { id: 'telephony', title: 'Telephony', status: 'ok', detail: `telephony inline hook "${hook.name}" is active` }
      : {
          id: 'telephony',
          title: 'Telephony',
          status: 'unknown',
          detail: 'no telephony inline hook is active; whether a provider is connected cannot be read',
          remedy: 'without a hook or a provider Okta sends few or no codes: connect one (Customizations > Telephony)',
        },
  ];
}

async function grantFinding(api: OktaApi): Promise<Finding> {
  const base = { id: 'interaction-code-rule', title: 'Interaction Code on the default authorization server' };
  const path = '/api/v1/authorizationServers/default/policies';
  const policies = await api.list<AuthorizationServerPolicy>(path).catch(ignoreRefusal);
  if (!policies) return { ...base, status: 'unknown', detail: 'its policies cannot be read' };
  const rules = await Promise.all(
    policies.map((policy) => api.list<AuthorizationServerPolicyRule>(`${path}/${policy.id}/rules`)),
  );
  const allowing = rules
    .flat()
    .filter((rule) => rule.status === 'ACTIVE' && rule.conditions.grantTypes.include.includes('interaction_code'));
  if (allowing.length > 0) {
    return { ...base, status: 'ok', detail: `allowed by ${allowing.map((rule) => `"${rule.name}"`).join(', ')}` };
  }
  return {
    ...base,
    status: 'failed',
    detail: 'no rule of any access policy allows the Interaction Code grant',
    remedy: 'add `grantTypes: { add: [interaction code] }` to a rule under authorizationServers in the config',
  };
}

async function embeddedFinding(api: OktaApi): Promise<Finding> {
  const base = { id: 'embedded-sign-in', title: 'Embedded sign-in (Interaction Code)' };
  const apps = await api.list<Application>('/api/v1/apps?limit=200').catch(ignoreRefusal);
  const app = apps?.find(
    ({ status, settings }) =>
      status === 'ACTIVE' && settings.oauthClient?.grant_types?.includes('interaction_code') === true,
  );
  if (!app) {
    return { ...base, status: 'unknown', detail: 'no active app has the Interaction Code grant to try it with' };
  }
  const answer = await probeInteract(api.orgUrl, app);
  if (answer.accepted) return { ...base, status: 'ok', detail: `the app "${app.label}" can begin a sign-in` };
  const off = answer.error === 'access_denied';
  return {
    ...base,
    status: 'failed',
    detail: `the app "${app.label}" cannot begin a sign-in: ${answer.error}: ${answer.description}`,
    remedy: off
      ? 'switch on Settings > Account > Embedded widget sign-in support; there is no public API for it'
      : 'look at the grants and redirect URIs of the app',
  };
}

async function refusalOf(request: Promise<unknown>): Promise<ManagementApiError | undefined> {
  try {
    await request;
    return undefined;
  } catch (error) {
    if (error instanceof ManagementApiError) return error;
    throw error;
  }
}

/** What may not be read has been told by the permissions finding. */
function ignoreRefusal(error: unknown): undefined {
  if (error instanceof ManagementApiError) return undefined;
  throw error;
}
