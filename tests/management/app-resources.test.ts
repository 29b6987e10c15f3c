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
    expect(await org.ok('GET', path)).toEqual([made.body]);
    const one = `${path}/${made.body.id}`;
    expect(await org.ok('GET', one)).toEqual(made.body);
    const scope = { id: 'okta.users.read' };
    expect(await org.ok('GET', `${one}?expand=scope`)).toEqual({ ...made.body, _embedded: { scope } });
    expect((await org.refused('POST', path, { issuer: org.url, scopeId: 'openid' })).status).toBe(400);
    expect((await org.api('DELETE', one)).status).toBe(204);
    for (const method of ['GET', 'DELETE']) expect((await org.refused(method, one)).status).toBe(404);
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
    for (const wrong of [{ d: 'private' }, { n: '' }, { e: 65537 }, { kty: 'oct' }, { use: 'sign' }, { alg: 1 }]) {
      expect((await org.refused('POST', path, { ...key, kid: 'k2', ...wrong })).status).toBe(400);
    }
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

describe('single assignments', () => {
  it('of a group are read, with the group on request, and found by its name', async () => {
    const [sales, staff] = [
      await org.ok<Untyped>('POST', '/api/v1/groups', { profile: { name: 'Sales' } }),
      await org.ok<Untyped>('POST', '/api/v1/groups', { profile: { name: 'Staff' } }),
    ];
    const path = `/api/v1/apps/${app}/groups`;
    const assigned = await org.ok<Untyped>('PUT', `${path}/${sales.id}`, {});
    await org.ok('PUT', `${path}/${staff.id}`, { profile: { role: 'all' } });
    expect(await org.ok('GET', `${path}/${sales.id}`)).toEqual(assigned);
    const found = await org.ok<Untyped[]>('GET', `${path}?q=sT&expand=group`);
    expect(found.map((one) => [one.id, one.priority, one.profile, one._embedded.group.profile.name])).toEqual([
      [staff.id, 1, { role: 'all' }, 'Staff'],
    ]);
    const expanded = await org.ok<Untyped>('GET', `${path}/${sales.id}?expand=group`);
    expect(expanded._embedded.group).toMatchObject({ id: sales.id, profile: { name: 'Sales' } });
    const apps = await org.ok<Untyped[]>('GET', `/api/v1/groups/${sales.id}/apps`);
    expect(apps.map((one) => one.id)).toEqual([app]);
    await org.ok('DELETE', `${path}/${sales.id}`);
    expect(await org.refused('GET', `${path}/${sales.id}`)).toMatchObject({ status: 404, code: 'E0000007' });
    expect(await org.ok('GET', `/api/v1/groups/${sales.id}/apps`)).toEqual([]);
  });

  it('of a user are read, found by user name and address, and end', async () => {
    const [ann, bert] = [await newUser('ann@example.com'), await newUser('bert@example.com')];
    const path = `/api/v1/apps/${app}/users`;
    await org.ok('POST', path, { id: ann, credentials: { userName: 'chief' } });
    await org.ok('POST', path, { id: bert });
    const found = async (q: string) => (await org.ok<Untyped[]>('GET', `${path}?q=${q}`)).map((user) => user.id);
    expect([await found('CHI'), await found('ann'), await found('bert'), await found('hief')]).toEqual([
      [ann],
      [ann],
      [bert],
      [],
    ]);
    const one = await org.ok<Untyped>('GET', `${path}/${ann}?expand=user`);
    expect(one).toMatchObject({ id: ann, scope: 'USER', credentials: { userName: 'chief' } });
    expect(one._embedded.user).toMatchObject({ id: ann, profile: { login: 'ann@example.com' } });
    const [listed] = await org.ok<Untyped[]>('GET', `${path}?expand=user`);
    expect(listed._embedded.user.id).toBe(ann);
    const shown = await org.ok<Untyped>('GET', `/api/v1/apps/${app}?expand=user/${ann}`);
    expect(shown._embedded.user.credentials.userName).toBe('chief');
    expect((await org.api('DELETE', `${path}/${ann}`)).status).toBe(204);
    expect(await org.ok<Untyped>('GET', `/api/v1/apps/${app}?expand=user/${ann}`)).not.toHaveProperty('_embedded');
    for (const method of ['GET', 'DELETE']) {
      expect(await org.refused(method, `${path}/${ann}`)).toMatchObject({ status: 404, code: 'E0000007' });
    }
  });

  it('of a user do not end while a group gives the app', async () => {
    const ann = await newUser('ann@example.com');
    const group = await org.ok<Untyped>('POST', '/api/v1/groups', { profile: { name: 'G' } });
    await org.ok('PUT', `/api/v1/groups/${group.id}/users/${ann}`);
    await org.ok('PUT', `/api/v1/apps/${app}/groups/${group.id}`, {});
    const path = `/api/v1/apps/${app}/users/${ann}`;
    for (const scope of ['GROUP', 'USER']) {
      if (scope === 'USER') await org.ok('POST', `/api/v1/apps/${app}/users`, { id: ann });
      expect(await org.ok('GET', path)).toMatchObject({ scope });
      expect(await org.refused('DELETE', path)).toEqual({
        status: 403,
        code: 'E0000046',
        summary: 'Deactivate application for user forbidden.',
        causes: ['The application cannot be unassigned from the user while their group memberships grant them access.'],
      });
    }
    await org.ok('DELETE', `/api/v1/groups/${group.id}/users/${ann}`);
    expect((await org.api('DELETE', path)).status).toBe(204);
  });
});

describe('what apps of this kind have none of', () => {
  it('federated claims, and no features since nobody provisions', async () => {
    expect(await org.ok('GET', `/api/v1/apps/${app}/federated-claims`)).toEqual([]);
    expect((await org.refused('GET', '/api/v1/apps/none/federated-claims')).status).toBe(404);
    expect(await org.refused('GET', `/api/v1/apps/${app}/features`)).toMatchObject({ status: 400, code: 'E0000001' });
    expect((await org.refused('GET', '/api/v1/apps/none/features')).status).toBe(404);
  });

  it('a logo is taken as a file of a form', async () => {
    const upload = (body: FormData | string) =>
      fetch(`${org.url}/api/v1/apps/${app}/logo`, {
        method: 'POST',
        headers: { Authorization: `SSWS ${org.token}` },
        body,
      });
    const picture = new FormData();
    picture.set('file', new Blob(['<svg/>'], { type: 'image/svg+xml' }), 'logo.svg');
    expect((await upload(picture)).status).toBe(201);
    const empty = await upload('<svg/>');
    expect(empty.status).toBe(400);
    expect(await empty.json()).toMatchObject({ errorCode: 'E0000028' });
    expect((await org.refused('POST', '/api/v1/apps/none/logo')).status).toBe(404);
  });
});

describe('policies of apps', () => {
  it('a mapping is read from the policy, and the app as well', async () => {
    const policy = await org.ok<Untyped>('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Own' });
    const path = `/api/v1/policies/${policy.id}`;
    expect(await org.ok('GET', `${path}/app`)).toEqual([]);
    const made = await org.ok<Untyped>('POST', `${path}/mappings`, { resourceId: app, resourceType: 'APP' });
    expect(await org.ok('GET', `${path}/mappings/${made.id}`)).toEqual(made);
    expect(made._links).toMatchObject({
      application: { href: `${org.url}/api/v1/apps/${app}` },
      policy: { href: org.url + path },
    });
    expect((await org.ok<Untyped[]>('GET', `${path}/app`)).map((one) => one.label)).toEqual(['Service']);
    expect((await org.refused('GET', `${path}/mappings/none`)).status).toBe(404);
    expect((await org.refused('GET', '/api/v1/policies/none/app')).status).toBe(404);
  });

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
