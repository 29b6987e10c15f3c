/** What hangs on apps, and lists of many: grants, keys, ID token settings, assignments, clones of policies, paging. */
import { beforeEach, describe, expect, it } from 'vitest';
import { testOrg, type Untyped } from '../support/emulator.ts';

const org = testOrg();
let app = '';

const service = (label: string) => ({
  name: 'oidc_client',
  label,
  signOnMode: 'OPENID_CONNECT',
  settings: {
    oauthClient: { application_type: 'service', grant_types: ['client_credentials'], response_types: ['token'] },
  },
});

async function newApp(label: string): Promise<string> {
  return (await org.ok<{ id: string }>('POST', '/api/v1/apps', service(label))).id;
}

async function newUser(login: string): Promise<string> {
  const profile = { login, email: login, firstName: 'A', lastName: 'B' };
  return (await org.ok<{ id: string }>('POST', '/api/v1/users', { profile })).id;
}

/** Follows next links to the end. */
async function pages(path: string): Promise<Untyped[][]> {
  const found: Untyped[][] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const answer: { body: Untyped[]; headers: Headers } = await org.api<Untyped[]>('GET', next);
    found.push(answer.body);
    next = /<([^>]*)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1]?.slice(org.url.length);
  }
  return found;
}

beforeEach(async () => {
  await org.reset();
  app = await newApp('Service');
});

describe('grants', () => {
  it('a scope is granted once, shown and revoked', async () => {
    const path = `/api/v1/apps/${app}/grants`;
    const body = { issuer: org.url, scopeId: 'okta.users.read' };
    const made = await org.api<Untyped>('POST', path, body);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ ...body, clientId: app, status: 'ACTIVE', source: 'ADMIN' });
    await org.ok('POST', path, body);
    expect(await org.ok<Untyped[]>('GET', path)).toHaveLength(1);
    expect((await org.refused('POST', path, { issuer: org.url, scopeId: 'openid' })).status).toBe(400);
    expect((await org.api('DELETE', `${path}/${made.body.id}`)).status).toBe(204);
    expect((await org.refused('GET', `${path}/${made.body.id}`)).status).toBe(404);
  });
});

describe('keys of a client', () => {
  const key = { kty: 'RSA', e: 'AQAB', n: 'abc', kid: 'k1', use: 'sig' };

  it('are added, deactivated and deleted one by one', async () => {
    const path = `/api/v1/apps/${app}/credentials/jwks`;
    const made = await org.api<Untyped>('POST', path, key);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ ...key, status: 'ACTIVE' });
    expect(made.body.id).toMatch(/^pks/);
    expect((await org.refused('POST', path, key)).status).toBe(400);
    expect((await org.refused('POST', path, { ...key, kid: 'k2', d: 'private' })).status).toBe(400);
    expect((await org.refused('DELETE', `${path}/${made.body.id}`)).status).toBe(400);
    await org.ok('POST', `${path}/${made.body.id}/lifecycle/deactivate`);
    await org.ok('DELETE', `${path}/${made.body.id}`);
    expect(await org.ok('GET', path)).toEqual([]);
  });
});

describe('ID token settings', () => {
  it('are kept, and shown with issuer and audience', async () => {
    const path = `/api/v1/internal/apps/${app}/settings/oauth/idToken`;
    const body = { issuerMode: 'ORG_URL', name: 'groups', value: '.*', valueType: 'EXPRESSION' };
    expect(await org.ok('POST', path, body)).toEqual({
      issuer: null,
      orgUrl: null,
      customUrl: null,
      audience: null,
      ...body,
    });
    expect(await org.ok('GET', path)).toMatchObject({ issuer: org.url, audience: app, ...body });
  });
});

describe('assignments', () => {
  it('a group assignment is patched', async () => {
    const group = await org.ok<Untyped>('POST', '/api/v1/groups', { profile: { name: 'G' } });
    const path = `/api/v1/apps/${app}/groups/${group.id}`;
    await org.ok('PUT', path, { profile: { role: 'a' } });
    const patch = [
      { op: 'replace', path: '/priority', value: 0 },
      { op: 'add', path: '/profile/team', value: 't' },
      { op: 'remove', path: '/profile/role' },
    ];
    expect(await org.ok('PATCH', path, patch)).toMatchObject({ priority: 0, profile: { team: 't' } });
    expect((await org.refused('PATCH', path, [{ op: 'add', path: '/other', value: 1 }])).status).toBe(400);
    expect((await org.refused('PATCH', path, { op: 'add' })).status).toBe(400);
  });

  it('users of an app are each listed once, over pages, own assignments first', async () => {
    const [everyone] = await org.ok<Untyped[]>('GET', '/api/v1/groups?q=Everyone');
    const group = await org.ok<Untyped>('POST', '/api/v1/groups', { profile: { name: 'G' } });
    const users = [await newUser('a@example.com'), await newUser('b@example.com'), await newUser('c@example.com')];
    await org.ok('PUT', `/api/v1/groups/${group.id}/users/${users[1]}`);
    for (const id of [group.id, everyone.id]) await org.ok('PUT', `/api/v1/apps/${app}/groups/${id}`, {});
    await org.ok('POST', `/api/v1/apps/${app}/users`, { id: users[2] });
    const me = await org.ok<Untyped>('GET', '/api/v1/users/me');
    const found = await pages(`/api/v1/apps/${app}/users?limit=1`);
    expect(found.map((page) => page.map((user) => [user.id, user.scope]))).toEqual([
      [[users[2], 'USER']],
      [[users[1], 'GROUP']],
      [[me.id, 'GROUP']],
      [[users[0], 'GROUP']],
    ]);
    const changed = await org.ok<Untyped>('POST', `/api/v1/apps/${app}/users/${users[0]}`, {
      credentials: { userName: 'ay' },
    });
    expect(changed).toMatchObject({ scope: 'USER', credentials: { userName: 'ay' } });
    const apps = await org.ok<Untyped[]>('GET', `/api/v1/apps?expand=user/${users[0]}&q=Serv`);
    expect(apps[0]._embedded.user.credentials.userName).toBe('ay');
  });
});

describe('policies of apps', () => {
  it('a clone has the rules, no app, and a name of its own', async () => {
    const [policy] = await org.ok<Untyped[]>('GET', '/api/v1/policies?type=ACCESS_POLICY');
    const clone = await org.ok<Untyped>('POST', `/api/v1/policies/${policy.id}/clone`);
    expect(clone).toMatchObject({ name: `[cloned] ${policy.name}`, system: false });
    const names = async (id: string) =>
      (await org.ok<Untyped[]>('GET', `/api/v1/policies/${id}/rules`)).map((rule) => rule.name);
    expect(await names(clone.id)).toEqual(await names(policy.id));
    expect(await org.ok('GET', `/api/v1/policies/${clone.id}/mappings`)).toEqual([]);
    expect((await org.ok<Untyped>('POST', `/api/v1/policies/${policy.id}/clone`)).name).toBe(
      `[cloned] ${policy.name} 2`,
    );
  });

  it('an app whose mapping goes gets the default policy', async () => {
    const policy = await org.ok<Untyped>('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Own' });
    await org.ok('POST', `/api/v1/policies/${policy.id}/mappings`, { resourceId: app, resourceType: 'APP' });
    expect((await org.api('DELETE', `/api/v1/policies/${policy.id}/mappings/${app}`)).status).toBe(204);
    const all = await org.ok<Untyped[]>('GET', '/api/v1/policies?type=ACCESS_POLICY');
    const standard = all.find((one) => one.system);
    expect((await org.ok<Untyped>('GET', `/api/v1/apps/${app}`))._links.accessPolicy.href).toContain(standard.id);
  });
});

describe('authenticators that are added', () => {
  const path = '/api/v1/authenticators';

  it('once, INACTIVE unless asked otherwise; optional in the default policy once active', async () => {
    const made = await org.ok<Untyped>('POST', path, { key: 'google_otp', name: 'Google Authenticator' });
    expect(made).toMatchObject({ type: 'app', status: 'INACTIVE', settings: {} });
    expect(await org.refused('POST', path, { key: 'google_otp', name: 'Again' })).toEqual({
      status: 409,
      code: 'E0000157',
      summary: 'Another authenticator with key: google_otp is already active.',
      causes: [],
    });
    await org.ok('POST', `${path}/${made.id}/lifecycle/activate`);
    expect((await org.refused('POST', `${path}/${made.id}/lifecycle/deactivate`)).causes).toEqual([
      'Authenticator Enrollment Policies: Default Policy',
    ]);
    expect((await org.refused('POST', path, { key: 'constructor', name: 'x' })).status).toBe(400);
  });

  it('several apps of one’s own, each with its id in enrollment policies', async () => {
    const body = (name: string) => ({ key: 'custom_app', name, agreeToTerms: true, settings: { appInstanceId: app } });
    const first = await org.ok<Untyped>('POST', `${path}?activate=true`, body('First'));
    const second = await org.ok<Untyped>('POST', `${path}?activate=true`, body('Second'));
    expect(first.settings).toEqual({ appInstanceId: app, oauthClientId: app });
    const [policy] = await org.ok<Untyped[]>('GET', '/api/v1/policies?type=MFA_ENROLL');
    const entries = policy.settings.authenticators.filter((one: Untyped) => one.key === 'custom_app');
    expect(entries.map((one: Untyped) => one.id)).toEqual([first.id, second.id]);
    expect((await org.refused('POST', path, { key: 'custom_app', name: 'No terms' })).status).toBe(400);
  });
});

describe('long lists', () => {
  it('go on behind what was deleted meanwhile', async () => {
    for (let at = 0; at < 6; at += 1) await org.ok('POST', '/api/v1/groups', { profile: { name: `Page ${at}` } });
    const first = await org.api<Untyped[]>('GET', '/api/v1/groups?limit=4');
    for (const group of first.body.slice(2)) await org.ok('DELETE', `/api/v1/groups/${group.id}`);
    const next = /<([^>]*)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1]?.slice(org.url.length) ?? '';
    const second = await org.ok<Untyped[]>('GET', next);
    expect(second.map((group) => group.profile.name)).toEqual(['Page 2', 'Page 3', 'Page 4', 'Page 5']);
  });

  it('users by q, filter and search, over pages', async () => {
    for (const name of ['ann', 'anna', 'bert']) await newUser(`${name}@example.com`);
    expect((await pages('/api/v1/users?q=AN&limit=1')).flat().map((user) => user.profile.login)).toEqual([
      'ann@example.com',
      'anna@example.com',
    ]);
    for (const query of ['filter=profile.login eq "bert@example.com"', 'search=profile.email eq "BERT@example.com"']) {
      expect((await pages(`/api/v1/users?${encodeURI(query)}`)).flat().map((user) => user.profile.login)).toEqual([
        'bert@example.com',
      ]);
    }
    expect((await pages('/api/v1/users?limit=2')).map((page) => page.length)).toEqual([2, 2]);
  });
});
