import { beforeEach, describe, expect, it } from 'vitest';
import type { AppGroupAssignment, Application, AppUser, ClientSecret } from '../../src/wire/application.ts';
import type { Group, User } from '../../src/wire/directory.ts';
import type { Policy } from '../../src/wire/policy.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

const WEB = {
  name: 'oidc_client',
  label: 'Password and phone app',
  signOnMode: 'OPENID_CONNECT',
  credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_basic' } },
  settings: {
    oauthClient: {
      application_type: 'web',
      redirect_uris: ['http://localhost:8080/login/callback'],
      response_types: ['code'],
      grant_types: ['authorization_code', 'interaction_code', 'refresh_token'],
    },
  },
};

const create = (body: object = WEB) => org.ok<Application>('POST', '/api/v1/apps', body);

async function group(name: string): Promise<Group> {
  return org.ok<Group>('POST', '/api/v1/groups', { profile: { name } });
}

describe('an OIDC app', () => {
  it('keeps how user names are made, with what pushes them', async () => {
    const userNameTemplate = { template: '${source.email}', type: 'CUSTOM', pushStatus: 'PUSH', userSuffix: '@x' };
    const app = await create({ ...WEB, credentials: { ...WEB.credentials, userNameTemplate } });
    expect(app.credentials.userNameTemplate).toEqual(userNameTemplate);
    const changed = await org.ok<Application>('PUT', `/api/v1/apps/${app.id}`, WEB);
    expect(changed.credentials.userNameTemplate).toEqual({ template: '${source.login}', type: 'BUILT_IN' });
  });

  it('is created with what Okta fills in, bound to the default policies', async () => {
    const app = await create();
    expect(app.id).toMatch(/^0oa[0-9A-Za-z]{17}$/);
    expect(app.credentials.oauthClient).toEqual({
      autoKeyRotation: true,
      client_id: app.id,
      client_secret: expect.stringMatching(/^[\w-]{64}$/),
      token_endpoint_auth_method: 'client_secret_basic',
      pkce_required: false,
    });
    expect(app.settings.oauthClient).toEqual({
      client_uri: null,
      logo_uri: null,
      redirect_uris: ['http://localhost:8080/login/callback'],
      response_types: ['code'],
      grant_types: ['authorization_code', 'interaction_code', 'refresh_token'],
      application_type: 'web',
      consent_method: 'TRUSTED',
      issuer_mode: 'ORG_URL',
      idp_initiated_login: { mode: 'DISABLED', default_scope: [] },
      wildcard_redirect: 'DISABLED',
      dpop_bound_access_tokens: false,
      participate_slo: false,
      refresh_token: { rotation_type: 'STATIC' },
    });
    expect(app.visibility).toEqual({
      autoLaunch: false,
      autoSubmitToolbar: false,
      hide: { iOS: true, web: true },
      appLinks: { oidc_client_link: true },
    });
    const policies = await org.ok<Policy[]>('GET', '/api/v1/policies?type=ACCESS_POLICY');
    const anyTwo = policies.find((policy) => policy.system);
    expect(app._links?.accessPolicy).toEqual({ href: `${org.url}/api/v1/policies/${anyTwo?.id}` });
  });

  it('shows its secret in answers to writes only, and among its secrets', async () => {
    const app = await create();
    const secret = app.credentials.oauthClient?.client_secret;
    const read = await org.ok<Application>('GET', `/api/v1/apps/${app.id}`);
    expect(read.credentials.oauthClient).not.toHaveProperty('client_secret');
    const secrets = await org.ok<ClientSecret[]>('GET', `/api/v1/apps/${app.id}/credentials/secrets`);
    expect(secrets).toMatchObject([{ status: 'ACTIVE', client_secret: secret }]);
    const same = await org.ok<Application>('PUT', `/api/v1/apps/${app.id}`, read);
    expect(same.credentials.oauthClient?.client_secret).toBe(secret);
    const oauthClient = { ...read.credentials.oauthClient, client_secret: 'a-secret-of-my-own-choosing' };
    const changed = await org.ok<Application>('PUT', `/api/v1/apps/${app.id}`, {
      ...read,
      credentials: { ...read.credentials, oauthClient },
    });
    expect(changed.credentials.oauthClient?.client_secret).toBe('a-secret-of-my-own-choosing');
  });

  it('takes two secrets, and deletes only inactive ones', async () => {
    const app = await create();
    const secrets = `/api/v1/apps/${app.id}/credentials/secrets`;
    const second = await org.api<ClientSecret>('POST', secrets, {});
    expect(second.status).toBe(201);
    expect(await org.refused('POST', secrets, {})).toMatchObject({ status: 400 });
    expect(await org.refused('DELETE', `${secrets}/${second.body.id}`)).toMatchObject({ status: 400 });
    await org.ok('POST', `${secrets}/${second.body.id}/lifecycle/deactivate`);
    expect((await org.api('DELETE', `${secrets}/${second.body.id}`)).status).toBe(204);
  });

  it('without a secret proves itself by PKCE', async () => {
    const app = await create({
      ...WEB,
      credentials: { oauthClient: { token_endpoint_auth_method: 'none', pkce_required: false } },
      settings: { oauthClient: { ...WEB.settings.oauthClient, application_type: 'browser' } },
    });
    expect(app.credentials.oauthClient).toEqual({
      autoKeyRotation: true,
      client_id: app.id,
      token_endpoint_auth_method: 'none',
      pkce_required: true,
    });
  });

  it('with keys gives each an id and a status', async () => {
    const service = {
      ...WEB,
      credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
      settings: {
        oauthClient: {
          application_type: 'service',
          grant_types: ['client_credentials'],
          response_types: ['token'],
          jwks: { keys: [{ kty: 'RSA', kid: 'K1', e: 'AQAB', n: 'owfoXNHc' }] },
        },
      },
    };
    const app = await create(service);
    expect(app.settings.oauthClient?.jwks?.keys).toEqual([
      {
        kty: 'RSA',
        kid: 'K1',
        e: 'AQAB',
        n: 'owfoXNHc',
        use: null,
        status: 'ACTIVE',
        id: expect.stringMatching(/^pks/),
      },
    ]);
    const policies = await org.ok<Policy[]>('GET', '/api/v1/policies?type=ACCESS_POLICY');
    const policyId = policies[0]?.id;
    const refusal = await org.refused('PUT', `/api/v1/apps/${app.id}/policies/${policyId}`);
    expect(refusal.causes).toEqual([
      `An invalid resource type ("${policyId}") was supplied in the request body. Valid types include ${app.id}.`,
    ]);
  });

  it('needs its parts', async () => {
    expect(await org.refused('POST', '/api/v1/apps', { label: 'x', settings: {} })).toEqual({
      status: 400,
      code: 'E0000001',
      summary: 'Api validation failed: mediated',
      causes: ['Invalid signOnMode', 'Missing visibility', 'visibility: The field cannot be left blank'],
    });
    const { label: _label, ...unnamed } = WEB;
    expect(await org.refused('POST', '/api/v1/apps', unnamed)).toMatchObject({
      summary: 'Api validation failed: label',
      causes: ['label: The field cannot be left blank'],
    });
    const oauthClient = { ...WEB.settings.oauthClient, redirect_uris: [] };
    expect(await org.refused('POST', '/api/v1/apps', { ...WEB, settings: { oauthClient } })).toMatchObject({
      status: 400,
      code: 'E0000001',
    });
    expect(await org.refused('POST', '/api/v1/apps', { ...WEB, signOnMode: 'SAML_2_0' })).toMatchObject({
      status: 501,
    });
  });

  it.each([
    { grant_types: ['authorization_code', 'magic'] },
    { response_types: ['code', 'everything'] },
    { consent_method: 'MAYBE' },
    { issuer_mode: 'ANY' },
    { wildcard_redirect: 'ALL' },
    { redirect_uris: ['/login/callback'] },
    { jwks: { keys: [{ kty: 'RSA', kid: 'k', e: 'AQAB', n: 'abc', d: 'secret' }] } },
  ])('is refused with %j', async (more) => {
    const settings = { oauthClient: { ...WEB.settings.oauthClient, ...more } };
    expect(await org.refused('POST', '/api/v1/apps', { ...WEB, settings })).toMatchObject({ status: 400 });
  });

  it('may be sent back to by a scheme of its own, or to any subdomain', async () => {
    const oauthClient = {
      ...WEB.settings.oauthClient,
      redirect_uris: ['com.example.app:/callback', 'https://*.example.com/callback'],
      wildcard_redirect: 'SUBDOMAIN',
    };
    const app = await create({ ...WEB, settings: { oauthClient } });
    expect(app.settings.oauthClient).toMatchObject(oauthClient);
  });

  it('may share its label, since labels are not unique', async () => {
    const [first, second] = [await create(), await create()];
    expect(first.label).toBe(second.label);
    expect(first.id).not.toBe(second.id);
  });

  it('keeps its application type, policy and assignments through a PUT', async () => {
    const app = await create();
    const everyone = await group('Testers');
    await org.ok('PUT', `/api/v1/apps/${app.id}/groups/${everyone.id}`, {});
    const policies = await org.ok<Policy[]>('GET', '/api/v1/policies?type=ACCESS_POLICY');
    await org.ok('PUT', `/api/v1/apps/${app.id}/policies/${policies[1]?.id}`);
    const changed = await org.ok<Application>('PUT', `/api/v1/apps/${app.id}`, { ...WEB, label: 'Renamed' });
    expect(changed.label).toBe('Renamed');
    expect(changed._links?.accessPolicy).toEqual({ href: `${org.url}/api/v1/policies/${policies[1]?.id}` });
    expect(await org.ok<unknown[]>('GET', `/api/v1/apps/${app.id}/groups`)).toHaveLength(1);
    const oauthClient = { ...WEB.settings.oauthClient, application_type: 'native' };
    expect(await org.refused('PUT', `/api/v1/apps/${app.id}`, { ...WEB, settings: { oauthClient } })).toMatchObject({
      status: 400,
    });
  });

  it('is deleted once it is inactive', async () => {
    const app = await create();
    expect(await org.refused('DELETE', `/api/v1/apps/${app.id}`)).toMatchObject({ status: 403, code: 'E0000056' });
    expect((await org.api('POST', `/api/v1/apps/${app.id}/lifecycle/deactivate`)).body).toEqual({});
    expect((await org.api('DELETE', `/api/v1/apps/${app.id}`)).status).toBe(204);
    expect(await org.refused('GET', `/api/v1/apps/${app.id}`)).toMatchObject({
      status: 404,
      summary: `Not found: Resource not found: ${app.id} (OAuth2AppInstance)`,
    });
  });
});

describe('the list of apps', () => {
  it('is searched by the start of a label and filtered by status and group', async () => {
    const app = await create();
    const testers = await group('Testers');
    await org.ok('PUT', `/api/v1/apps/${app.id}/groups/${testers.id}`, {});
    const labels = async (query: string) =>
      (await org.ok<Application[]>('GET', `/api/v1/apps?${query}`)).map((row) => row.label);
    expect(await labels('q=password')).toEqual(['Password and phone app']);
    expect(await labels('q=phone')).toEqual([]);
    expect(await labels(`filter=${encodeURIComponent(`group.id eq "${testers.id}"`)}`)).toEqual([
      'Password and phone app',
    ]);
    expect(await labels(`filter=${encodeURIComponent('status eq "INACTIVE"')}`)).toEqual([]);
    const refusal = await org.refused('GET', `/api/v1/apps?filter=${encodeURIComponent('status eq')}`);
    expect(refusal).toMatchObject({ status: 400, code: 'E0000031', summary: 'Invalid search criteria.' });
  });

  it('comes in pages that link to the next until the last', async () => {
    await create();
    const seen: string[] = [];
    let path: string | undefined = '/api/v1/apps?limit=3';
    let pages = 0;
    while (path !== undefined) {
      const answer: { body: Application[]; headers: Headers } = await org.api<Application[]>('GET', path);
      seen.push(...answer.body.map((row) => row.label));
      pages += 1;
      const next = /<([^>]+)>; rel="next"/.exec(answer.headers.get('Link') ?? '')?.[1];
      path = next?.slice(org.url.length);
    }
    expect(pages).toBe(2);
    expect(seen).toEqual(['Okta Admin Console', 'Okta Dashboard', 'Okta Browser Plugin', 'Password and phone app']);
  });
});

describe('assignments', () => {
  it('of groups are idempotent and in dense order from 0', async () => {
    const app = await create();
    const [a, b] = [await group('A'), await group('B')];
    const groups = `/api/v1/apps/${app.id}/groups`;
    const first = await org.ok<AppGroupAssignment>('PUT', `${groups}/${a.id}`, {});
    expect(first).toMatchObject({ id: a.id, priority: 0, profile: {} });
    expect(Object.keys(first._links ?? {})).toEqual(['app', 'self', 'group']);
    await org.ok('PUT', `${groups}/${b.id}`, {});
    await org.ok('PUT', `${groups}/${a.id}`, {});
    const order = async () => (await org.ok<AppGroupAssignment[]>('GET', groups)).map((row) => [row.id, row.priority]);
    expect(await order()).toEqual([
      [a.id, 0],
      [b.id, 1],
    ]);
    expect((await org.api('DELETE', `${groups}/${a.id}`)).status).toBe(204);
    expect(await order()).toEqual([[b.id, 0]]);
  });

  it('make users of the app, by themselves or by their group', async () => {
    const app = await create();
    const me = await org.ok<User>('GET', '/api/v1/users/me');
    const users = `/api/v1/apps/${app.id}/users`;
    expect(await org.ok('GET', users)).toEqual([]);
    const everyone = (await org.ok<Group[]>('GET', '/api/v1/groups?q=Everyone'))[0];
    await org.ok('PUT', `/api/v1/apps/${app.id}/groups/${everyone?.id}`, {});
    const byGroup = await org.ok<AppUser[]>('GET', users);
    expect(byGroup.map((row) => [row.id, row.scope])).toEqual([[me.id, 'GROUP']]);
    await org.ok('POST', users, { id: me.id });
    const byUser = await org.ok<AppUser[]>('GET', users);
    expect(byUser.map((row) => [row.id, row.scope])).toEqual([[me.id, 'USER']]);
  });

  it('name what is not there', async () => {
    const app = await create();
    expect(await org.refused('PUT', `/api/v1/apps/${app.id}/groups/00gnothere0000000000`, {})).toMatchObject({
      status: 404,
      summary: 'Not found: Resource not found: 00gnothere0000000000 (UserGroup)',
    });
  });
});
