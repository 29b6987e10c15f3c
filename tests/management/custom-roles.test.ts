/** Roles that an org makes for itself, the resources they are good for, and who has them there. */
import { beforeEach, describe, expect, it } from 'vitest';
import { testOrg, type Untyped } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

const ROLES = '/api/v1/iam/roles';
const SETS = '/api/v1/iam/resource-sets';
const READER = { label: 'Reader', description: 'Reads people', permissions: ['okta.users.read', 'okta.groups.read'] };
const role = () => org.ok<Untyped>('POST', ROLES, READER);
const set = (resources = [`${org.url}/api/v1/groups`]) =>
  org.ok<Untyped>('POST', SETS, { label: 'People', description: 'All groups', resources });

describe('a custom role', () => {
  it('is found by id and label, changed and removed', async () => {
    const made = await role();
    expect(made).toMatchObject({ id: expect.stringMatching(/^cr0/), label: 'Reader', description: 'Reads people' });
    expect((await org.ok<Untyped>('GET', ROLES)).roles).toEqual([made]);
    expect(await org.ok('GET', `${ROLES}/Reader`)).toEqual(made);
    await org.ok('PUT', `${ROLES}/${made.id}`, { label: 'Viewer', description: 'Sees people' });
    expect(await org.ok('GET', `${ROLES}/Viewer`)).toMatchObject({ id: made.id, description: 'Sees people' });
    expect((await org.api('DELETE', `${ROLES}/Viewer`)).status).toBe(204);
    expect(await org.refused('GET', `${ROLES}/${made.id}`)).toMatchObject({ status: 404, code: 'E0000007' });
  });

  it('has permissions, with conditions', async () => {
    await role();
    const path = `${ROLES}/Reader/permissions`;
    const conditions = { include: { 'okta:ResourceAttribute/User/Profile': ['city'] } };
    expect((await org.api('POST', `${path}/okta.users.manage`, { conditions })).status).toBe(204);
    expect((await org.api('DELETE', `${path}/okta.groups.read`)).status).toBe(204);
    // The Go SDK writes a body that it does not have as null.
    expect((await org.api('POST', `${path}/okta.apps.read`, 'null')).status).toBe(204);
    expect((await org.api('DELETE', `${path}/okta.apps.read`)).status).toBe(204);
    expect((await org.ok<Untyped>('GET', path)).permissions).toMatchObject([
      { label: 'okta.users.read' },
      { label: 'okta.users.manage', conditions },
    ]);
    expect(await org.ok('PUT', `${path}/okta.users.manage`, {})).not.toHaveProperty('conditions');
    expect((await org.refused('GET', `${path}/okta.groups.read`)).status).toBe(404);
  });

  it('needs a label of its own and permissions', async () => {
    await role();
    expect((await org.refused('POST', ROLES, READER)).causes).toEqual([
      'label: An object with this field already exists in the current organization',
    ]);
    expect((await org.refused('POST', ROLES, { ...READER, label: 'None', permissions: [] })).status).toBe(400);
    expect((await org.refused('POST', ROLES, { ...READER, label: 'Odd', permissions: ['read'] })).status).toBe(400);
  });
});

describe('a resource set', () => {
  it('shows its resources by URL and by name', async () => {
    const made = await set();
    expect(made).toMatchObject({ id: expect.stringMatching(/^iam/), label: 'People', description: 'All groups' });
    expect((await org.ok<Untyped>('GET', SETS))['resource-sets']).toEqual([made]);
    const path = `${SETS}/${made.id}/resources`;
    await org.ok('PATCH', path, { additions: [`${org.url}/api/v1/groups`, 'orn:okta:support:00o1:cases'] });
    const { resources } = await org.ok<Untyped>('GET', path);
    expect(resources).toMatchObject([
      {
        orn: expect.stringMatching(/^orn:okta:directory:00o\w+:groups$/),
        _links: { self: { href: `${org.url}/api/v1/groups` } },
      },
      { orn: 'orn:okta:support:00o1:cases' },
    ]);
    expect((await org.api('DELETE', `${path}/${resources[0].id}`)).status).toBe(204);
    expect((await org.ok<Untyped>('GET', path)).resources).toHaveLength(1);
    const added = await org.ok<Untyped>('POST', path, { resourceOrnOrUrl: `${org.url}/api/v1/users` });
    expect(await org.ok('GET', `${path}/${added.id}`)).toEqual(added);
  });

  it('is renamed, found by label and removed', async () => {
    const { id } = await set();
    await org.ok('PUT', `${SETS}/${id}`, { label: 'Staff', description: 'd' });
    expect(await org.ok('GET', `${SETS}/Staff`)).toMatchObject({ id });
    expect((await org.api('DELETE', `${SETS}/Staff`)).status).toBe(204);
    expect((await org.refused('GET', `${SETS}/${id}`)).status).toBe(404);
    expect((await org.refused('POST', SETS, { label: 'x', description: 'd', resources: ['none'] })).status).toBe(400);
  });
});

describe('a binding', () => {
  async function bound() {
    const [reader, people] = [await role(), await set()];
    const profile = { login: 'mary@example.com', email: 'mary@example.com', firstName: 'Mary', lastName: 'Major' };
    const mary = await org.ok<Untyped>('POST', '/api/v1/users', { profile });
    const group = await org.ok<Untyped>('POST', '/api/v1/groups', { profile: { name: 'Readers' } });
    const path = `${SETS}/${people.id}/bindings`;
    await org.ok('POST', path, { role: reader.id, members: [`${org.url}/api/v1/users/${mary.id}`] });
    return { reader, people, mary, group, path };
  }

  it('gives its members the role, as their own assignment shows', async () => {
    const { reader, people, mary, group, path } = await bound();
    expect((await org.ok<Untyped>('GET', path)).roles).toMatchObject([{ id: reader.id }]);
    await org.ok('PATCH', `${path}/${reader.id}/members`, { additions: [`${org.url}/api/v1/groups/${group.id}`] });
    const { members } = await org.ok<Untyped>('GET', `${path}/Reader/members`);
    expect(members.map((one: Untyped) => one._links.self.href)).toEqual([
      `${org.url}/api/v1/users/${mary.id}`,
      `${org.url}/api/v1/groups/${group.id}`,
    ]);
    expect(await org.ok('GET', `/api/v1/users/${mary.id}/roles`)).toMatchObject([
      { id: members[0].id, type: 'CUSTOM', label: 'Reader', role: reader.id, 'resource-set': people.id },
    ]);
    expect((await org.api('DELETE', `${path}/Reader/members/${members[0].id}`)).status).toBe(204);
    expect(await org.ok('GET', `/api/v1/users/${mary.id}/roles`)).toEqual([]);
    expect((await org.api('DELETE', `${path}/Reader`)).status).toBe(204);
    expect((await org.refused('GET', `${path}/Reader`)).status).toBe(404);
  });

  it('comes about by an assignment too, and goes with the role', async () => {
    const { reader, people, mary, path } = await bound();
    const other = await org.ok<Untyped>('POST', SETS, { label: 'Other', description: 'd', resources: [] });
    const body = { type: 'CUSTOM', role: reader.id, 'resource-set': other.id };
    expect((await org.api('POST', `/api/v1/users/${mary.id}/roles`, body)).status).toBe(201);
    expect((await org.ok<Untyped>('GET', `${SETS}/Other/bindings/Reader/members`)).members).toHaveLength(1);
    expect(people.id).not.toBe(other.id);
    await org.ok('DELETE', `${ROLES}/Reader`);
    expect(await org.ok('GET', `/api/v1/users/${mary.id}/roles`)).toEqual([]);
    expect((await org.ok<Untyped>('GET', path)).roles).toEqual([]);
  });

  it('is refused with a member that there is not', async () => {
    const { reader, path } = await bound();
    const members = [`${org.url}/api/v1/users/00unone`];
    expect((await org.refused('POST', path, { role: reader.id, members })).status).toBe(400);
    expect((await org.refused('POST', path, { role: 'None', members })).status).toBe(404);
  });
});
