import { beforeEach, describe, expect, it } from 'vitest';
import type {
  AuthorizationServer,
  AuthorizationServerPolicy,
  AuthorizationServerPolicyRule,
  OAuth2Claim,
  OAuth2Scope,
} from '../../src/wire/authorization-server.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

const BASE = '/api/v1/authorizationServers';

async function defaultPolicy(): Promise<string> {
  const [policy] = await org.ok<AuthorizationServerPolicy[]>('GET', `${BASE}/default/policies`);
  return `${BASE}/default/policies/${policy?.id}`;
}

function rule(grantTypes: string[], more: object = {}) {
  return {
    type: 'RESOURCE_ACCESS',
    name: 'Rule',
    conditions: {
      people: { groups: { include: ['EVERYONE'] }, users: {} },
      grantTypes: { include: grantTypes },
      scopes: {},
    },
    actions: { token: { accessTokenLifetimeMinutes: 60 } },
    ...more,
  };
}

describe('authorization servers', () => {
  it('are created with 201, an issuer of their own, system scopes and claims', async () => {
    const answer = await org.api<AuthorizationServer>('POST', BASE, { name: 'API', audiences: ['api://x'] });
    expect(answer.status).toBe(201);
    const { id } = answer.body;
    expect(answer.body).toMatchObject({
      id: expect.stringMatching(/^aus/),
      issuer: `${org.url}/oauth2/${id}`,
      issuerMode: 'ORG_URL',
      description: null,
      default: false,
      credentials: { signing: { rotationMode: 'AUTO' } },
    });
    expect(await org.ok<OAuth2Scope[]>('GET', `${BASE}/${id}/scopes`)).toHaveLength(7);
    expect(await org.ok<OAuth2Claim[]>('GET', `${BASE}/${id}/claims`)).toHaveLength(19);
  });

  it('have exactly one audience', async () => {
    expect(await org.refused('POST', BASE, { name: 'API', audiences: ['a', 'b'] })).toMatchObject({
      status: 400,
      summary: 'Api validation failed: audiences',
    });
  });

  it('are the same by id and by `default`, with links that say `default`', async () => {
    const byName = await org.ok<AuthorizationServer>('GET', `${BASE}/default`);
    const byId = await org.ok<AuthorizationServer>('GET', `${BASE}/${byName.id}`);
    expect(byId).toEqual(byName);
    expect(byId._links?.policies).toMatchObject({ href: `${org.url}${BASE}/default/policies` });
  });

  it('are replaced, and tokens of theirs follow', async () => {
    const { id } = await org.ok<AuthorizationServer>('POST', BASE, { name: 'API', audiences: ['api://x'] });
    await org.ok('POST', BASE, { name: 'Other', audiences: ['api://o'] });
    const body = { name: 'API 2', description: 'd', audiences: ['api://y'] };
    const manual = { ...body, credentials: { signing: { rotationMode: 'MANUAL' } } };
    const changed = await org.ok<AuthorizationServer>('PUT', `${BASE}/${id}`, manual);
    expect(changed).toMatchObject({ id, ...body, status: 'ACTIVE', issuer: `${org.url}/oauth2/${id}` });
    expect(changed.credentials.signing).toMatchObject({ rotationMode: 'MANUAL' });
    expect(changed.credentials.signing).not.toHaveProperty('nextRotation');
    expect(await org.ok('GET', `${BASE}/${id}`)).toEqual(changed);
    const found = await org.ok<AuthorizationServer[]>('GET', `${BASE}?q=api%202`);
    expect(found.map((server) => server.audiences)).toEqual([['api://y']]);
    expect(await org.refused('PUT', `${BASE}/${id}`, { ...body, name: 'Other' })).toMatchObject({
      summary: 'Api validation failed: name',
      causes: ['name: An object with this field already exists in the current organization'],
    });
    expect((await org.refused('PUT', `${BASE}/${id}`, { ...body, audiences: [] })).status).toBe(400);
    expect((await org.refused('PUT', `${BASE}/none`, body)).status).toBe(404);
  });

  it('are deleted once inactive', async () => {
    const server = await org.ok<AuthorizationServer>('POST', BASE, { name: 'API', audiences: ['api://x'] });
    expect(await org.refused('DELETE', `${BASE}/${server.id}`)).toMatchObject({ status: 403 });
    expect((await org.api('POST', `${BASE}/${server.id}/lifecycle/deactivate`)).status).toBe(204);
    expect((await org.api('DELETE', `${BASE}/${server.id}`)).status).toBe(204);
    expect(await org.refused('GET', `${BASE}/${server.id}`)).toMatchObject({ status: 404, code: 'E0000007' });
  });
});

describe('access policies and rules', () => {
  it('are created with 201 and dense priorities', async () => {
    const body = {
      type: 'OAUTH_AUTHORIZATION_POLICY',
      name: 'Mine',
      description: 'd',
      priority: 1,
      conditions: { clients: { include: ['ALL_CLIENTS'] } },
    };
    const policy = await org.api<AuthorizationServerPolicy>('POST', `${BASE}/default/policies`, body);
    expect(policy.status).toBe(201);
    expect(policy.body).toMatchObject({ id: expect.stringMatching(/^00p/), priority: 1, system: false });
    const policies = await org.ok<AuthorizationServerPolicy[]>('GET', `${BASE}/default/policies`);
    expect(policies.map((row) => [row.name, row.priority])).toEqual([
      ['Mine', 1],
      ['Default Policy', 2],
    ]);
    const { description: _description, ...undescribed } = body;
    expect(await org.refused('POST', `${BASE}/default/policies`, undescribed)).toMatchObject({
      summary: 'Api validation failed: description',
    });
  });

  it('fill in people and scopes, and put grants in order', async () => {
    const policy = await defaultPolicy();
    const answer = await org.api<AuthorizationServerPolicyRule>(
      'POST',
      `${policy}/rules`,
      rule(['interaction_code', 'authorization_code']),
    );
    expect(answer.status).toBe(201);
    expect(answer.body.conditions).toEqual({
      people: { users: { exclude: [] }, groups: { include: ['EVERYONE'] } },
      grantTypes: { include: ['authorization_code', 'interaction_code'] },
      scopes: { include: [] },
    });
    expect(answer.body.actions.token).toEqual({
      accessTokenLifetimeMinutes: 60,
      refreshTokenLifetimeMinutes: 0,
      refreshTokenWindowMinutes: 10_080,
    });
  });

  it('name people when a grant acts for a person', async () => {
    const policy = await defaultPolicy();
    const body = rule(['authorization_code']);
    const conditions = { ...body.conditions, people: { users: {} } };
    expect(await org.refused('POST', `${policy}/rules`, { ...body, conditions })).toEqual({
      status: 400,
      code: 'E0000001',
      summary: 'Api validation failed: conditions.people',
      causes: [
        "conditions.people: At least one of ''conditions.people.users.include'' or ''conditions.people.groups.include'' must contain a valid user or group when ''conditions.grantTypes'' contains one or more of [authorization_code, implicit, password].",
      ],
    });
  });

  it('take the interaction code into the default rule', async () => {
    const policy = await defaultPolicy();
    const [before] = await org.ok<AuthorizationServerPolicyRule[]>('GET', `${policy}/rules`);
    if (!before) throw new Error('no default rule');
    const include = [...before.conditions.grantTypes.include, 'interaction_code'];
    const changed = await org.ok<AuthorizationServerPolicyRule>('PUT', `${policy}/rules/${before.id}`, {
      ...before,
      conditions: { ...before.conditions, grantTypes: { include } },
    });
    expect(changed.conditions.grantTypes.include).toContain('interaction_code');
    expect(changed.name).toBe('Default Policy Rule');
  });

  it.each([
    { accessTokenLifetimeMinutes: 4 },
    { accessTokenLifetimeMinutes: 60, refreshTokenLifetimeMinutes: 59 },
    { refreshTokenLifetimeMinutes: -1 },
    { refreshTokenWindowMinutes: 9 },
    { refreshTokenWindowMinutes: 2_628_001 },
  ])('refuse lifetimes beyond the limits: %j', async (token) => {
    const policy = await defaultPolicy();
    const refused = await org.refused('POST', `${policy}/rules`, rule(['client_credentials'], { actions: { token } }));
    expect(refused).toMatchObject({ status: 400, code: 'E0000001' });
  });

  it('take the longest lifetimes', async () => {
    const policy = await defaultPolicy();
    const token = {
      accessTokenLifetimeMinutes: 1440,
      refreshTokenLifetimeMinutes: 1440,
      refreshTokenWindowMinutes: 2_628_000,
    };
    const made = await org.ok<AuthorizationServerPolicyRule>(
      'POST',
      `${policy}/rules`,
      rule(['client_credentials'], { actions: { token } }),
    );
    expect(made.actions.token).toEqual(token);
  });

  it('name people who are there, and are of their own type', async () => {
    const policy = await defaultPolicy();
    const body = rule(['authorization_code']);
    const conditions = { ...body.conditions, people: { groups: { include: ['00gnothere0000000000'] } } };
    expect(await org.refused('POST', `${policy}/rules`, { ...body, conditions })).toMatchObject({
      status: 400,
      summary: 'Api validation failed: conditions.people',
    });
    for (const [path, type] of [
      [`${policy}/rules`, 'ACCESS_POLICY'],
      [`${BASE}/default/policies`, 'MFA_ENROLL'],
    ] as const) {
      expect(await org.refused('POST', path, { ...body, type })).toMatchObject({ status: 400, code: 'E0000003' });
    }
  });

  it('a rule goes, the others close up', async () => {
    const policy = await defaultPolicy();
    const [standard] = await org.ok<AuthorizationServerPolicyRule[]>('GET', `${policy}/rules`);
    const own = await org.ok<AuthorizationServerPolicyRule>(
      'POST',
      `${policy}/rules`,
      rule(['client_credentials'], { priority: 1 }),
    );
    const ranks = async () =>
      (await org.ok<AuthorizationServerPolicyRule[]>('GET', `${policy}/rules`)).map((one) => [one.name, one.priority]);
    expect(await ranks()).toEqual([
      ['Rule', 1],
      ['Default Policy Rule', 2],
    ]);
    expect((await org.api('POST', `${policy}/rules/${own.id}/lifecycle/deactivate`)).status).toBe(204);
    expect(await org.ok('GET', `${policy}/rules/${own.id}`)).toMatchObject({ status: 'INACTIVE' });
    expect((await org.api('DELETE', `${policy}/rules/${own.id}`)).status).toBe(204);
    expect(await ranks()).toEqual([['Default Policy Rule', 1]]);
    for (const method of ['GET', 'DELETE']) {
      expect(await org.refused(method, `${policy}/rules/${own.id}`)).toMatchObject({ status: 404, code: 'E0000007' });
    }
    expect((await org.refused('DELETE', `${BASE}/none/policies/none/rules/${standard?.id}`)).status).toBe(404);
  });

  it('are switched by their lifecycle', async () => {
    const policy = await defaultPolicy();
    expect((await org.api('POST', `${policy}/lifecycle/deactivate`)).status).toBe(204);
    expect((await org.ok<AuthorizationServerPolicy>('GET', policy)).status).toBe('INACTIVE');
  });
});

describe('scopes and claims', () => {
  it('are added, changed and removed, save the system ones', async () => {
    const scope = await org.api<OAuth2Scope>('POST', `${BASE}/default/scopes`, { name: 'orders:read' });
    expect(scope.status).toBe(201);
    expect(scope.body).toMatchObject({ system: false, consent: 'IMPLICIT', metadataPublish: 'NO_CLIENTS' });
    expect((await org.api('DELETE', `${BASE}/default/scopes/${scope.body.id}`)).status).toBe(204);
    const scopes = await org.ok<OAuth2Scope[]>('GET', `${BASE}/default/scopes`);
    expect(await org.refused('DELETE', `${BASE}/default/scopes/${scopes[0]?.id}`)).toMatchObject({ status: 403 });
  });

  it('a scope is read, replaced and found, under a name of its own', async () => {
    const scopes = `${BASE}/default/scopes`;
    const made = await org.ok<OAuth2Scope>('POST', scopes, { name: 'orders:read', metadataPublish: 'ALL_CLIENTS' });
    const path = `${scopes}/${made.id}`;
    expect(await org.ok('GET', path)).toEqual(made);
    const body = { name: 'orders:all', description: 'All orders', consent: 'REQUIRED', optional: true };
    const changed = await org.ok<OAuth2Scope>('PUT', path, body);
    expect(changed).toMatchObject({ id: made.id, ...body, system: false, metadataPublish: 'NO_CLIENTS' });
    expect(await org.ok('GET', `${scopes}?q=ORDERS`)).toEqual([changed]);
    const filter = encodeURIComponent('name eq "orders:all"');
    expect(await org.ok('GET', `${scopes}?filter=${filter}`)).toEqual([changed]);
    expect((await org.refused('GET', `${scopes}?filter=name`)).code).toBe('E0000031');
    for (const [method, where] of [
      ['POST', scopes],
      ['PUT', path],
    ] as const) {
      expect((await org.refused(method, where, { name: 'openid' })).causes).toEqual([
        'name: An object with this field already exists in the current organization',
      ]);
    }
    const metadata = '/oauth2/default/.well-known/oauth-authorization-server';
    const published = async () => (await org.ok<{ scopes_supported: string[] }>('GET', metadata)).scopes_supported;
    expect(await published()).not.toContain('orders:all');
    await org.ok('PUT', path, { ...body, metadataPublish: 'ALL_CLIENTS' });
    expect(await published()).toContain('orders:all');
    expect(await org.refused('PUT', `${scopes}/none`, body)).toMatchObject({ status: 404, code: 'E0000007' });
    expect((await org.refused('GET', `${scopes}/none`)).status).toBe(404);
  });

  it('a claim is read and removed, save the system ones', async () => {
    const claims = `${BASE}/default/claims`;
    const made = await org.ok<OAuth2Claim>('POST', claims, {
      name: 'team',
      claimType: 'RESOURCE',
      valueType: 'EXPRESSION',
      value: 'user.department',
    });
    expect(await org.ok('GET', `${claims}/${made.id}`)).toEqual(made);
    expect(await org.refused('PUT', `${claims}/${made.id}`, { ...made, value: '' })).toMatchObject({
      summary: 'Api validation failed: value',
      causes: ['value: The field cannot be left blank'],
    });
    expect((await org.api('DELETE', `${claims}/${made.id}`)).status).toBe(204);
    expect((await org.ok<OAuth2Claim[]>('GET', claims)).map((claim) => claim.name)).not.toContain('team');
    for (const method of ['GET', 'DELETE']) {
      expect(await org.refused(method, `${claims}/${made.id}`)).toMatchObject({ status: 404, code: 'E0000007' });
    }
    const system = (await org.ok<OAuth2Claim[]>('GET', claims)).find((claim) => claim.name === 'email');
    expect(await org.refused('DELETE', `${claims}/${system?.id}`)).toMatchObject({ status: 403, code: 'E0000111' });
  });

  it('a system scope comes to need consent, under the name that it has', async () => {
    const scopes = await org.ok<OAuth2Scope[]>('GET', `${BASE}/default/scopes`);
    const phone = scopes.find((scope) => scope.name === 'phone');
    const path = `${BASE}/default/scopes/${phone?.id}`;
    const changed = await org.ok<OAuth2Scope>('PUT', path, { ...phone, consent: 'REQUIRED' });
    expect(changed).toEqual({ ...phone, consent: 'REQUIRED' });
    expect(await org.refused('PUT', path, { ...phone, name: 'mobile' })).toMatchObject({ status: 403 });
    expect(await org.ok('GET', path)).toEqual(changed);
  });

  it('are always in the token, where it is an access token', async () => {
    const claim = { name: 'team', valueType: 'EXPRESSION', value: 'user.department', alwaysIncludeInToken: false };
    const made = (claimType: string) => org.ok<OAuth2Claim>('POST', `${BASE}/default/claims`, { ...claim, claimType });
    expect(await made('RESOURCE')).toMatchObject({ alwaysIncludeInToken: true });
    expect(await made('IDENTITY')).toMatchObject({ alwaysIncludeInToken: false });
  });

  it('let the value of the system claim sub change', async () => {
    const claims = await org.ok<OAuth2Claim[]>('GET', `${BASE}/default/claims`);
    const sub = claims.find((claim) => claim.name === 'sub');
    const changed = await org.ok<OAuth2Claim>('PUT', `${BASE}/default/claims/${sub?.id}`, { ...sub, value: 'user.id' });
    expect(changed).toMatchObject({ name: 'sub', value: 'user.id', system: true });
    const email = claims.find((claim) => claim.name === 'email');
    expect(await org.refused('PUT', `${BASE}/default/claims/${email?.id}`, email)).toMatchObject({ status: 403 });
  });
});

describe('signing keys', () => {
  it('are shown without their private part', async () => {
    const server = await org.ok<AuthorizationServer>('GET', `${BASE}/default`);
    const keys = await org.ok<Record<string, unknown>[]>('GET', `${BASE}/default/credentials/keys`);
    expect(keys).toMatchObject([
      { status: 'ACTIVE', kty: 'RSA', kid: server.credentials.signing.kid, use: 'sig' },
      { status: 'NEXT', kty: 'RSA', use: 'sig' },
    ]);
    expect(keys[0]).not.toHaveProperty('d');
    for (const key of keys) expect(await org.ok('GET', `${BASE}/default/credentials/keys/${key.kid}`)).toEqual(key);
    expect(await org.refused('GET', `${BASE}/default/credentials/keys/none`)).toMatchObject({
      status: 404,
      code: 'E0000007',
    });
  });

  it('rotate: the next one is active at once, the last one stays known', async () => {
    const path = `${BASE}/default/credentials`;
    const before = await org.ok<{ kid: string }[]>('GET', `${path}/keys`);
    const after = await org.ok<{ kid: string; status: string }[]>('POST', `${path}/lifecycle/keyRotate`, {
      use: 'sig',
    });
    expect(after.map((key) => key.status)).toEqual(['ACTIVE', 'NEXT', 'EXPIRED']);
    expect(after[0]?.kid).toBe(before[1]?.kid);
    expect(after[2]?.kid).toBe(before[0]?.kid);
    const published = await org.ok<{ keys: { kid: string }[] }>('GET', '/oauth2/default/v1/keys');
    expect(published.keys.map((key) => key.kid)).toContain(after[0]?.kid);
    expect(published.keys.map((key) => key.kid)).toContain(after[2]?.kid);
    expect(await org.refused('POST', `${path}/lifecycle/keyRotate`, {})).toMatchObject({ status: 400 });
  });
});

describe('associated servers', () => {
  it('are trusted until they are taken away or deleted', async () => {
    const create = (name: string) =>
      org.ok<{ id: string }>('POST', '/api/v1/authorizationServers', { name, audiences: [`api://${name}`] });
    const [one, other, third] = [await create('one'), await create('other'), await create('third')];
    const path = `/api/v1/authorizationServers/${one.id}/associatedServers`;
    const names = async (query: string) =>
      (await org.ok<{ name: string }[]>('GET', `${path}?${query}`)).map(({ name }) => name);
    expect(await org.ok('POST', path, { trusted: [other.id, third.id] })).toMatchObject([
      { id: other.id, name: 'other' },
      { id: third.id, name: 'third' },
    ]);
    expect([await names('trusted=true'), await names('trusted=false')]).toEqual([['other', 'third'], ['default']]);
    expect(await names('q=API://TH')).toEqual(['third']);
    expect((await org.api('DELETE', `${path}/${other.id}`)).status).toBe(204);
    expect((await org.refused('DELETE', `${path}/${other.id}`)).status).toBe(404);
    await org.ok('POST', `/api/v1/authorizationServers/${third.id}/lifecycle/deactivate`);
    await org.ok('DELETE', `/api/v1/authorizationServers/${third.id}`);
    expect(await names('trusted=true')).toEqual([]);
    expect(await org.ok('GET', `/api/v1/authorizationServers/${one.id}`)).not.toHaveProperty('trusts');
    expect((await org.refused('POST', path, { trusted: [one.id] })).status).toBe(400);
    expect((await org.refused('POST', path, { trusted: ['aus0none'] })).status).toBe(404);
  });
});
