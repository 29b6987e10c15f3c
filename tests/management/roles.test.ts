/** Admin roles of users, groups and clients: given, shown, inherited, taken. */
import { beforeEach, describe, expect, it } from 'vitest';
import { testOrg, type Untyped } from '../support/emulator.ts';

const org = testOrg();
/** The type of the role in base32: the id of every assignment of it. */
const APP_ADMIN = 'IFIFAX2BIRGUSTQ';
let id = '';

beforeEach(async () => {
  await org.reset();
  id = await newUser('mary@example.com');
});

async function newUser(login: string): Promise<string> {
  const profile = { login, email: login, firstName: 'Mary', lastName: 'Major' };
  return (await org.ok<{ id: string }>('POST', '/api/v1/users', { profile })).id;
}

async function newGroup(name: string): Promise<string> {
  return (await org.ok<{ id: string }>('POST', '/api/v1/groups', { profile: { name } })).id;
}

async function newClient(): Promise<string> {
  const oauthClient = { application_type: 'service', grant_types: ['client_credentials'], response_types: ['token'] };
  const body = { name: 'oidc_client', label: 'S', signOnMode: 'OPENID_CONNECT', settings: { oauthClient } };
  return (await org.ok<{ id: string }>('POST', '/api/v1/apps', body)).id;
}

describe('admin roles', () => {
  it('are given, listed and taken', async () => {
    const path = `/api/v1/users/${id}/roles`;
    const given = await org.api<Untyped>('POST', path, { type: 'SUPER_ADMIN' });
    expect(given.status).toBe(201);
    expect(given.body).toMatchObject({ label: 'Super Administrator', assignmentType: 'USER', status: 'ACTIVE' });
    await org.ok('POST', path, { type: 'APP_ADMIN' });
    expect((await org.ok<Untyped[]>('GET', path)).map((role) => role.id)).toEqual([APP_ADMIN, given.body.id]);
    expect(await org.refused('POST', path, { type: 'APP_ADMIN' })).toEqual({
      status: 409,
      code: 'E0000090',
      summary: 'Duplicate role assignment exception',
      causes: ['The role specified is already assigned to the user.'],
    });
    await org.ok('DELETE', `${path}/${APP_ADMIN}`);
    expect(await org.ok<Untyped[]>('GET', path)).toHaveLength(1);
    expect((await org.refused('POST', path, { type: 'KING' })).status).toBe(400);
  });

  it.each([
    { whose: 'a user', base: () => `/api/v1/users/${id}`, kind: 'USER' },
    { whose: 'a group', base: async () => `/api/v1/groups/${await newGroup('Admins')}`, kind: 'GROUP' },
    { whose: 'a client', base: async () => `/oauth2/v1/clients/${await newClient()}`, kind: 'CLIENT' },
  ])('of $whose are read one by one, are for all apps and groups, and go', async ({ base, kind }) => {
    const assignee = await base();
    const given = await org.ok<Untyped>('POST', `${assignee}/roles`, { type: 'APP_ADMIN' });
    const path = `${assignee}/roles/${APP_ADMIN}`;
    expect(await org.ok('GET', path)).toEqual(given);
    expect(given).toMatchObject({
      id: APP_ADMIN,
      label: 'Application Administrator',
      type: 'APP_ADMIN',
      assignmentType: kind,
      _links: { assignee: { href: org.url + assignee } },
    });
    expect(await org.ok('GET', `${assignee}/roles`)).toEqual([given]);
    for (const targets of ['groups', 'catalog/apps']) {
      expect(await org.ok('GET', `${path}/targets/${targets}`)).toEqual([]);
      expect((await org.refused('GET', `${assignee}/roles/ra1none/targets/${targets}`)).status).toBe(404);
    }
    const _embedded = { targets: { groups: [] } };
    expect(await org.ok('GET', `${assignee}/roles?expand=targets/groups`)).toEqual([{ ...given, _embedded }]);
    expect((await org.api('DELETE', path)).status).toBe(204);
    expect(await org.ok('GET', `${assignee}/roles`)).toEqual([]);
    for (const method of ['GET', 'DELETE']) {
      expect(await org.refused(method, path)).toMatchObject({
        status: 404,
        code: 'E0000007',
        summary: `Not found: Resource not found: ${APP_ADMIN} (Role)`,
      });
    }
  });

  it('come with a group, can be read at its members, and are taken from the group only', async () => {
    const group = `/api/v1/groups/${await newGroup('Admins')}`;
    const role = await org.ok<Untyped>('POST', `${group}/roles`, { type: 'READ_ONLY_ADMIN' });
    await org.ok('PUT', `${group}/users/${id}`);
    const path = `/api/v1/users/${id}/roles`;
    expect(await org.ok('GET', path)).toMatchObject([{ type: 'READ_ONLY_ADMIN', assignmentType: 'GROUP' }]);
    expect(await org.ok('GET', `${path}/${role.id}`)).toMatchObject({ assignmentType: 'GROUP' });
    expect((await org.refused('DELETE', `${path}/${role.id}`)).status).toBe(404);
    expect((await org.ok<Untyped>('GET', `${group}?expand=stats`))._embedded).toMatchObject({
      stats: { hasAdminPrivilege: true },
    });
    await org.ok('DELETE', `${group}/roles/${role.id}`);
    expect(await org.ok('GET', path)).toEqual([]);
  });

  it('are for those who are there', async () => {
    for (const path of ['/api/v1/users/nobody', '/api/v1/groups/nobody', '/oauth2/v1/clients/nobody']) {
      expect((await org.refused('GET', `${path}/roles`)).status).toBe(404);
      expect((await org.refused('POST', `${path}/roles`, { type: 'SUPER_ADMIN' })).status).toBe(404);
    }
    const stranger = { Authorization: 'SSWS x' };
    expect((await org.api('GET', '/oauth2/v1/clients/nobody/roles', undefined, stranger)).status).toBe(401);
  });
});

describe('who has a role', () => {
  it('is listed once, over pages that the body links, groups included', async () => {
    const group = `/api/v1/groups/${await newGroup('Admins')}`;
    await org.ok('PUT', `${group}/users/${id}`);
    await org.ok('POST', `${group}/roles`, { type: 'READ_ONLY_ADMIN' });
    await org.ok('POST', `/api/v1/users/${id}/roles`, { type: 'APP_ADMIN' });
    const me = await org.ok<Untyped>('GET', '/api/v1/users/me');
    const first = await org.ok<Untyped>('GET', '/api/v1/iam/assignees/users?limit=1');
    expect(first.value).toEqual([
      {
        id: me.id,
        orn: expect.stringMatching(/^orn:okta:directory:00o\w{17}:users:00u\w{17}$/),
        _links: {
          self: { href: `${org.url}/api/v1/users/${me.id}` },
          roles: { href: `${org.url}/api/v1/users/${me.id}/roles` },
        },
      },
    ]);
    const next = first._links.next.href.slice(org.url.length);
    const second = await org.ok<Untyped>('GET', next);
    expect(second.value.map((user: Untyped) => user.id)).toEqual([id]);
    expect(second).not.toHaveProperty('_links');
  });
});

describe('a role that is narrowed', () => {
  const HELP_DESK = 'JBCUYUC7IRCVGS27IFCE2SKO';

  it('to groups shows them, and keeps the last one', async () => {
    await org.ok('POST', `/api/v1/users/${id}/roles`, { type: 'HELP_DESK_ADMIN' });
    const targets = `/api/v1/users/${id}/roles/${HELP_DESK}/targets/groups`;
    const [first, second] = [await newGroup('First'), await newGroup('Second')];
    for (const group of [first, second, first]) expect((await org.api('PUT', `${targets}/${group}`)).status).toBe(204);
    expect(await org.ok('GET', targets)).toMatchObject([
      { id: second, profile: { name: 'Second' } },
      { id: first, profile: { name: 'First' } },
    ]);
    const [role] = await org.ok<Untyped[]>('GET', `/api/v1/users/${id}/roles?expand=targets/groups`);
    expect(role._embedded.targets.groups.map((group: { id: string }) => group.id)).toEqual([second, first]);
    expect((await org.api('DELETE', `${targets}/${first}`)).status).toBe(204);
    expect((await org.refused('DELETE', `${targets}/${first}`)).status).toBe(404);
    expect((await org.refused('DELETE', `${targets}/${second}`)).status).toBe(400);
    expect((await org.refused('PUT', `${targets}/00gnone`)).status).toBe(404);
  });

  it('to apps shows an instance by its label, all of a kind by their key', async () => {
    const group = await newGroup('App admins');
    await org.ok('POST', `/api/v1/groups/${group}/roles`, { type: 'APP_ADMIN' });
    const targets = `/api/v1/groups/${group}/roles/${APP_ADMIN}/targets/catalog/apps`;
    const app = await newClient();
    expect((await org.api('PUT', `${targets}/oidc_client/${app}`)).status).toBe(204);
    expect((await org.api('PUT', `${targets}/okta_enduser`)).status).toBe(204);
    expect(await org.ok('GET', targets)).toMatchObject([
      { id: app, name: 'S', status: 'ACTIVE' },
      { name: 'okta_enduser', status: 'ACTIVE' },
    ]);
    expect((await org.api('DELETE', `${targets}/oidc_client/${app}`)).status).toBe(204);
    expect((await org.refused('DELETE', `${targets}/okta_enduser`)).status).toBe(400);
    expect((await org.refused('PUT', `${targets}/okta_enduser/${app}`)).status).toBe(404);
  });

  it('is one of those that can be', async () => {
    const { id: role } = await org.ok<{ id: string }>('POST', `/api/v1/users/${id}/roles`, { type: 'SUPER_ADMIN' });
    const targets = `/api/v1/users/${id}/roles/${role}/targets`;
    const group = await newGroup('First');
    expect((await org.refused('PUT', `${targets}/groups/${group}`)).status).toBe(400);
    expect((await org.refused('PUT', `${targets}/catalog/apps/oidc_client`)).status).toBe(400);
  });
});
