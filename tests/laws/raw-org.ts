/**
 * Orgs as their admins make them, without a config: by calls of the Management API, drawn at random, that know what no
 * config can say. Calls that Okta refuses are no matter.
 */
import fc from 'fast-check';
import type { TestOrg, Untyped } from '../support/emulator.ts';
import { name } from './names.ts';

/** One call; ids that it needs are looked up in the org when it is made. */
type Call = (org: TestOrg) => Promise<unknown>;

const anyName = fc.oneof(
  { weight: 5, arbitrary: name },
  {
    weight: 1,
    arbitrary: fc.constantFrom('two\nlines', 'tab\t', 'Everyone', 'Default Policy', 'Catch-all Rule', 'default', ''),
  },
);

const conditions = fc.record(
  {
    network: fc.constantFrom<object>({ connection: 'ANYWHERE' }, { connection: 'ZONE', include: ['ALL_ZONES'] }),
    platform: fc.constantFrom<object>(
      { include: [{ type: 'ANY', os: { type: 'ANY' } }] },
      { include: [{ type: 'MOBILE', os: { type: 'IOS' } }] },
    ),
    riskScore: fc.constantFrom<object>({ level: 'ANY' }, { level: 'HIGH' }),
    elCondition: fc.constant({ condition: 'user.profile.login != null' }),
  },
  { requiredKeys: [] },
);

const constraint = fc.record(
  {
    knowledge: fc.constantFrom<object>({ types: ['password'] }, { types: ['password'], reauthenticateIn: 'PT1H' }, {}),
    possession: fc.constantFrom<object>(
      {},
      { deviceBound: 'REQUIRED' },
      { methods: ['sms'] },
      { userPresence: 'OPTIONAL' },
    ),
  },
  { requiredKeys: [] },
);

const appSignOn = fc.record({
  access: fc.constantFrom('ALLOW', 'DENY'),
  verificationMethod: fc.record({
    type: fc.constant('ASSURANCE'),
    factorMode: fc.constantFrom('1FA', '2FA'),
    reauthenticateIn: fc.constantFrom('PT0S', 'PT2H30M', 'P30D'),
    constraints: fc.array(constraint, { maxLength: 2 }),
  }),
});

const list = (org: TestOrg, path: string) => org.ok<Untyped[]>('GET', path);
const pick = (all: Untyped[], turn: number) => all[turn % Math.max(1, all.length)];
const turn = fc.nat(50);

const post =
  (path: string) =>
  (body: unknown): Call =>
  (org) =>
    org.api('POST', path, body);

const makeGroup = anyName.map((one) => post('/api/v1/groups')({ profile: { name: one, description: `${one}\n#` } }));

const makeApp = fc
  .record({
    label: anyName,
    type: fc.constantFrom('web', 'browser', 'native', 'service'),
    key: fc.boolean(),
    group: turn,
  })
  .map(
    ({ label, type, key, group }): Call =>
      async (org) => {
        const service = type === 'service';
        const app = await org.api<Untyped>('POST', '/api/v1/apps', {
          name: 'oidc_client',
          label,
          signOnMode: 'OPENID_CONNECT',
          credentials: {
            oauthClient: {
              token_endpoint_auth_method: type === 'browser' ? 'none' : key ? 'private_key_jwt' : 'client_secret_basic',
            },
          },
          settings: {
            oauthClient: {
              application_type: type,
              grant_types: [service ? 'client_credentials' : 'authorization_code'],
              response_types: [service ? 'token' : 'code'],
              redirect_uris: service ? [] : ['http://localhost:8080/cb?x=${y}'],
              ...(key
                ? { jwks: { keys: [{ kty: 'RSA', e: 'AQAB', n: 'sXch', kid: 'k' }] } }
                : { logo_uri: 'https://a.example.com/l' }),
            },
          },
        });
        if (app.status >= 300) return;
        const assigned = pick(await list(org, '/api/v1/groups'), group);
        await org.api('PUT', `/api/v1/apps/${app.body.id}/groups/${assigned.id}`, {});
      },
  );

const makeSignInRule = fc
  .record({
    policy: anyName,
    fresh: fc.boolean(),
    rule: anyName,
    conditions,
    appSignOn,
    turn,
    group: turn,
    named: fc.boolean(),
  })
  .map(
    (one): Call =>
      async (org) => {
        if (one.fresh) await org.api('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name: one.policy });
        const policy = pick(await list(org, '/api/v1/policies?type=ACCESS_POLICY'), one.turn);
        const groups = await list(org, '/api/v1/groups');
        await org.api('POST', `/api/v1/policies/${policy.id}/rules`, {
          type: 'ACCESS_POLICY',
          name: one.rule,
          conditions: {
            ...one.conditions,
            ...(one.named ? { people: { groups: { include: [pick(groups, one.group).id] } } } : {}),
          },
          actions: { appSignOn: one.appSignOn },
        });
        const apps = (await list(org, '/api/v1/apps?limit=200')).filter((app) => app.name === 'oidc_client');
        const app = pick(apps, one.group);
        if (app) await org.api('PUT', `/api/v1/apps/${app.id}/policies/${policy.id}`);
      },
  );

const changeCatchAll = fc.record({ turn, appSignOn }).map(
  (one): Call =>
    async (org) => {
      const policy = pick(await list(org, '/api/v1/policies?type=ACCESS_POLICY'), one.turn);
      const rule = (await list(org, `/api/v1/policies/${policy.id}/rules`)).find(({ system }) => system);
      await org.api('PUT', `/api/v1/policies/${policy.id}/rules/${rule.id}`, {
        ...rule,
        actions: { appSignOn: one.appSignOn },
      });
    },
);

const makeEnrollmentPolicy = fc
  .record({
    name: anyName,
    group: turn,
    exclude: fc.boolean(),
    rule: anyName,
    conditions,
    self: fc.constantFrom('CHALLENGE', 'LOGIN', 'NEVER'),
  })
  .map(
    (one): Call =>
      async (org) => {
        const me = await org.ok<Untyped>('GET', '/api/v1/users/me');
        const group = pick(await list(org, '/api/v1/groups'), one.group);
        const policy = await org.api<Untyped>('POST', '/api/v1/policies', {
          type: 'MFA_ENROLL',
          name: one.name,
          conditions: {
            people: { groups: { include: [group.id] }, ...(one.exclude ? { users: { exclude: [me.id] } } : {}) },
          },
          settings: {
            type: 'AUTHENTICATORS',
            authenticators: [{ key: 'okta_password', enroll: { self: 'REQUIRED' } }],
          },
        });
        if (policy.status >= 300) return;
        await org.api('POST', `/api/v1/policies/${policy.body.id}/rules`, {
          type: 'MFA_ENROLL',
          name: one.rule,
          conditions: { network: one.conditions.network ?? { connection: 'ANYWHERE' } },
          actions: { enroll: { self: one.self } },
        });
      },
  );

const makeAccessPolicy = fc
  .record({ name: anyName, client: turn, all: fc.boolean(), rule: anyName, user: fc.boolean(), group: turn })
  .map(
    (one): Call =>
      async (org) => {
        const app = pick(await list(org, '/api/v1/apps?limit=200'), one.client);
        const me = await org.ok<Untyped>('GET', '/api/v1/users/me');
        const group = pick(await list(org, '/api/v1/groups'), one.group);
        const base = '/api/v1/authorizationServers/default/policies';
        const policy = await org.api<Untyped>('POST', base, {
          type: 'OAUTH_AUTHORIZATION_POLICY',
          name: one.name,
          description: 'x',
          priority: 1,
          conditions: { clients: { include: [one.all ? 'ALL_CLIENTS' : app.id] } },
        });
        if (policy.status >= 300) return;
        await org.api('POST', `${base}/${policy.body.id}/rules`, {
          type: 'RESOURCE_ACCESS',
          name: one.rule,
          priority: 1,
          conditions: {
            people: one.user ? { users: { include: [me.id] } } : { groups: { include: [group.id] } },
            grantTypes: { include: ['authorization_code'] },
            scopes: { include: ['*'] },
          },
          actions: {
            token: { accessTokenLifetimeMinutes: 60, refreshTokenLifetimeMinutes: 0, refreshTokenWindowMinutes: 1440 },
          },
        });
      },
  );

const makeServer = fc
  .record({
    name: anyName,
    scope: anyName,
    claim: anyName,
    claimType: fc.constantFrom('RESOURCE', 'IDENTITY'),
    groups: fc.boolean(),
    systemScope: turn,
    off: fc.boolean(),
    turn,
  })
  .map(
    (one): Call =>
      async (org) => {
        await org.api('POST', '/api/v1/authorizationServers', { name: one.name, audiences: ['api://x'] });
        const { id } = pick(await list(org, '/api/v1/authorizationServers'), one.turn);
        const base = `/api/v1/authorizationServers/${id}`;
        await org.api('POST', `${base}/scopes`, { name: one.scope, displayName: `${one.scope}#`, consent: 'FLEXIBLE' });
        const system = pick(await list(org, `${base}/scopes`), one.systemScope);
        await org.api('PUT', `${base}/scopes/${system.id}`, { ...system, description: 'Ours', optional: true });
        await org.api('POST', `${base}/claims`, {
          name: one.claim,
          claimType: one.claimType,
          valueType: one.groups ? 'GROUPS' : 'EXPRESSION',
          group_filter_type: 'REGEX',
          value: one.claim,
          status: one.off ? 'INACTIVE' : 'ACTIVE',
          conditions: { scopes: one.off ? [one.scope] : [] },
        });
        if (one.off) await org.api('POST', `${base}/lifecycle/deactivate`);
      },
  );

const makeUser = fc.record({ first: anyName, status: fc.constantFrom('activate', 'suspend', 'deactivate'), turn }).map(
  (one): Call =>
    async (org) => {
      const login = `u${one.turn}@example.com`;
      const user = await org.api<Untyped>('POST', '/api/v1/users?activate=true', {
        profile: { login, email: login, firstName: one.first, lastName: 'X', nickName: 'N' },
        credentials: { password: { value: 'Correct-Horse-9' } },
      });
      if (user.status >= 300) return;
      if (one.status !== 'activate') await org.api('POST', `/api/v1/users/${user.body.id}/lifecycle/${one.status}`);
      const group = pick(await list(org, '/api/v1/groups'), one.turn);
      await org.api('PUT', `/api/v1/groups/${group.id}/users/${user.body.id}`);
    },
);

/** A few calls in any order, and what they are about for the day when a law fails. */
export const rawOrg: fc.Arbitrary<Call[]> = fc.array(
  fc.oneof(
    makeGroup,
    makeApp,
    makeSignInRule,
    changeCatchAll,
    makeEnrollmentPolicy,
    makeAccessPolicy,
    makeServer,
    makeUser,
  ),
  { minLength: 3, maxLength: 14 },
);
