/** A walk through the Management API that leaves an object of each kind, so that every answer can be looked at. */

/** One answer of the org. */
export interface Stop {
  method: string;
  path: string;
  status: number;
  body: unknown;
}

type Json = Record<string, unknown>;

/** @param base the URL of an emulated org, which is changed */
export async function tour(base: string, token: string): Promise<Stop[]> {
  const stops: Stop[] = [];
  const call = async (method: string, path: string, body?: unknown): Promise<Json> => {
    const response = await fetch(base + path, {
      method,
      headers: { Authorization: `SSWS ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const value = text === '' ? undefined : (JSON.parse(text) as unknown);
    stops.push({ method, path: path.replace(/\?.*$/, ''), status: response.status, body: value });
    return (value ?? {}) as Json;
  };
  /** Makes an object and reads it again, alone and in its list. */
  const make = async (list: string, body: unknown): Promise<string> => {
    const id = String((await call('POST', list, body)).id);
    await call('GET', `${list}/${id}`);
    await call(
      'GET',
      list.includes('/policies') && !list.includes('Servers') && !list.endsWith('rules')
        ? `${list}?type=MFA_ENROLL`
        : list,
    );
    return id;
  };

  const group = await make('/api/v1/groups', { profile: { name: 'Tour' } });
  const people = { people: { groups: { include: [group] } } };
  const user = await make('/api/v1/users', userBody('tour@example.com'));
  await call('PUT', `/api/v1/groups/${group}/users/${user}`);
  for (const path of ['users', 'apps', 'roles', 'owners']) await call('GET', `/api/v1/groups/${group}/${path}`);
  await make('/api/v1/groups/rules', {
    type: 'group_rule',
    name: 'Tour',
    conditions: { expression: { type: 'urn:okta:expression:1.0', value: 'user.firstName == "A"' } },
    actions: { assignUserToGroups: { groupIds: [group] } },
  });
  const app = await make('/api/v1/apps', {
    name: 'oidc_client',
    label: 'Tour',
    signOnMode: 'OPENID_CONNECT',
    settings: {
      oauthClient: {
        application_type: 'web',
        redirect_uris: ['http://localhost/cb'],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    },
  });
  await call('PUT', `/api/v1/apps/${app}/groups/${group}`, {});
  await make(`/api/v1/apps/${app}/grants`, { issuer: base, scopeId: 'okta.users.read' });
  await make(`/api/v1/apps/${app}/credentials/secrets`, {});
  for (const path of [
    'groups',
    `groups/${group}`,
    'users',
    `users/${user}`,
    'credentials/jwks',
    'credentials/keys',
    'federated-claims',
  ]) {
    await call('GET', `/api/v1/apps/${app}/${path}`);
  }
  const enrollment = await make('/api/v1/policies', {
    type: 'MFA_ENROLL',
    name: 'Tour',
    conditions: people,
    settings: { type: 'AUTHENTICATORS', authenticators: [{ key: 'okta_password', enroll: { self: 'REQUIRED' } }] },
  });
  await make(`/api/v1/policies/${enrollment}/rules`, {
    type: 'MFA_ENROLL',
    name: 'R',
    actions: { enroll: { self: 'CHALLENGE' } },
  });
  const access = await make('/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Tour' });
  await make(`/api/v1/policies/${access}/rules`, {
    type: 'ACCESS_POLICY',
    name: 'R',
    actions: { appSignOn: { access: 'ALLOW' } },
  });
  for (const type of ['OKTA_SIGN_ON', 'PASSWORD', 'PROFILE_ENROLLMENT', 'IDP_DISCOVERY', 'ACCESS_POLICY']) {
    await call('GET', `/api/v1/policies?type=${type}`);
  }
  await make('/api/v1/authenticators', { key: 'google_otp', name: 'Google Authenticator' });
  const authenticators = (await call('GET', '/api/v1/authenticators')) as unknown as Json[];
  for (const { id } of authenticators) await call('GET', `/api/v1/authenticators/${String(id)}/methods`);
  const server = await make('/api/v1/authorizationServers', {
    name: 'Tour',
    description: 'd',
    audiences: ['api://tour'],
  });
  const at = `/api/v1/authorizationServers/${server}`;
  const policy = await make(`${at}/policies`, {
    type: 'OAUTH_AUTHORIZATION_POLICY',
    name: 'P',
    description: 'd',
    conditions: { clients: { include: ['ALL_CLIENTS'] } },
  });
  await make(`${at}/policies/${policy}/rules`, {
    type: 'RESOURCE_ACCESS',
    name: 'R',
    conditions: {
      people: { groups: { include: ['EVERYONE'] } },
      grantTypes: { include: ['authorization_code'] },
      scopes: { include: ['*'] },
    },
    actions: { token: {} },
  });
  await make(`${at}/scopes`, { name: 'tour' });
  await make(`${at}/claims`, { name: 'tour', claimType: 'RESOURCE', valueType: 'EXPRESSION', value: 'user.firstName' });
  await call('GET', `${at}/credentials/keys`);
  await make('/api/v1/zones', { type: 'IP', name: 'Tour', gateways: [{ type: 'CIDR', value: '203.0.113.0/24' }] });
  await make('/api/v1/trustedOrigins', { name: 'Tour', origin: 'http://localhost:1', scopes: [{ type: 'CORS' }] });
  await make('/api/v1/inlineHooks', {
    name: 'Tour',
    type: 'com.okta.oauth2.tokens.transform',
    version: '1.0.0',
    channel: { type: 'HTTP', version: '1.0.0', config: { uri: 'https://example.com' } },
  });
  await make('/api/v1/templates/sms', { name: 'Tour', type: 'SMS_VERIFY_CODE', template: '${code}' });
  await make('/api/v1/meta/types/user', { name: 'tour', displayName: 'Tour' });
  const brand = await make('/api/v1/brands', { name: 'Tour' });
  await call('GET', `/api/v1/brands/${brand}/themes`);
  await make(`/api/v1/users/${user}/roles`, { type: 'READ_ONLY_ADMIN' });
  for (const path of [
    'groups',
    'factors',
    'factors/catalog',
    'factors/questions',
    'authenticator-enrollments',
    'blocks',
    'appLinks',
    'clients',
  ]) {
    await call('GET', `/api/v1/users/${user}/${path}`);
  }
  for (const [list, body] of MAKES) await make(list, body);
  await makeAdmins(call, { base, user, group });
  await call('POST', '/api/v1/meta/schemas/user/linkedObjects', LINKED);
  for (const path of [...READS, `/api/v1/meta/schemas/apps/${app}/default`, `/api/v1/apps/${app}/tokens`]) {
    await call('GET', path);
  }
  return stops;
}

type Call = (method: string, path: string, body?: unknown) => Promise<Json>;

/** A custom role with somebody who has it, and a standard one that is narrowed. */
async function makeAdmins(call: Call, { base, user, group }: { base: string; user: string; group: string }) {
  const permissions = ['okta.users.read'];
  const role = String((await call('POST', '/api/v1/iam/roles', { label: 'Tour', description: 'd', permissions })).id);
  const resources = [`${base}/api/v1/groups`];
  const set = await call('POST', '/api/v1/iam/resource-sets', { label: 'Tour', description: 'd', resources });
  const at = `/api/v1/iam/resource-sets/${String(set.id)}`;
  await call('POST', `${at}/bindings`, { role, members: [`${base}/api/v1/users/${user}`] });
  for (const path of ['', '/resources', '/bindings', `/bindings/${role}`, `/bindings/${role}/members`]) {
    await call('GET', at + path);
  }
  for (const path of ['', `/${role}`, `/${role}/permissions`, `/${role}/permissions/okta.users.read`]) {
    await call('GET', `/api/v1/iam/roles${path}`);
  }
  await call('GET', '/api/v1/iam/resource-sets');
  const narrowed = await call('POST', `/api/v1/users/${user}/roles`, { type: 'HELP_DESK_ADMIN' });
  const targets = `/api/v1/users/${user}/roles/${String(narrowed.id)}/targets/groups`;
  await call('PUT', `${targets}/${group}`);
  await call('GET', targets);
  await call('GET', `/api/v1/users/${user}/roles`);
}

/** Objects that need no other. */
const MAKES: readonly (readonly [list: string, body: unknown])[] = [
  ['/api/v1/behaviors', { name: 'Tour', type: 'VELOCITY', settings: { velocityKph: 805 } }],
  [
    '/api/v1/eventHooks',
    {
      name: 'Tour',
      events: { type: 'EVENT_TYPE', items: ['user.lifecycle.create'] },
      channel: { type: 'HTTP', version: '1.0.0', config: { uri: 'https://example.com' } },
    },
  ],
  ['/api/v1/captchas', { name: 'Tour', type: 'HCAPTCHA', siteKey: 's', secretKey: 'k' }],
  ['/api/v1/device-assurances', { name: 'Tour', platform: 'IOS', osVersion: { minimum: '17.0.0' }, jailbreak: false }],
];

const LINKED = {
  primary: { name: 'manager', title: 'Manager', description: 'd', type: 'USER' },
  associated: { name: 'subordinate', title: 'Subordinate', description: 'd', type: 'USER' },
};

function userBody(login: string): Json {
  return {
    profile: { login, email: login, firstName: 'A', lastName: 'B' },
    credentials: { password: { value: 'Correct-horse-1' } },
  };
}

const READS = [
  '/api/v1/users/me',
  '/api/v1/logs',
  '/api/v1/features',
  '/api/v1/api-tokens',
  '/api/v1/behaviors',
  '/api/v1/org',
  '/api/v1/org/contacts',
  '/api/v1/org/contacts/billing',
  '/api/v1/org/preferences',
  '/api/v1/org/privacy/oktaSupport',
  '/api/v1/org/privacy/oktaCommunication',
  '/api/v1/org/captcha',
  '/api/v1/threats/configuration',
  '/api/v1/bot-protection/configuration',
  '/api/v1/meta/schemas/user/default',
  '/api/v1/meta/schemas/user/linkedObjects',
  '/api/v1/meta/schemas/group/default',
  '/api/v1/rate-limit-settings/admin-notifications',
  '/api/v1/rate-limit-settings/per-client',
  '/api/v1/rate-limit-settings/warning-threshold',
  '/api/v1/org/orgSettings/thirdPartyAdminSetting',
  '/api/v1/org/settings/clientPrivilegesSetting',
  '/api/v1/authorizationServers/default/clients',
  '/api/v1/authorizationServers/default/associatedServers',
  '/api/v1/iam/assignees/users',
  '/.well-known/okta-organization',
];
