import { beforeEach, describe, expect, it } from 'vitest';
import type { Group, User } from '../../src/wire/directory.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

const create = (name: string) => org.ok<Group>('POST', '/api/v1/groups', { profile: { name } });
const everyone = async () => (await org.ok<Group[]>('GET', '/api/v1/groups?q=Everyone'))[0];

describe('groups', () => {
  it('are created with null for a missing description', async () => {
    const group = await create('Phone testers');
    expect(group).toMatchObject({
      id: expect.stringMatching(/^00g/),
      type: 'OKTA_GROUP',
      objectClass: ['okta:user_group'],
      profile: { name: 'Phone testers', description: null },
    });
    expect(group).not.toHaveProperty('status');
  });

  it('have unique names', async () => {
    await create('Phone testers');
    expect(await org.refused('POST', '/api/v1/groups', { profile: { name: 'Phone testers' } })).toEqual({
      status: 400,
      code: 'E0000001',
      summary: 'Api validation failed: name',
      causes: ['name: An object with this field already exists in the current organization'],
    });
  });

  it('are found by the start of their name, without a Link header', async () => {
    await create('Phone testers');
    const found = await org.api<Group[]>('GET', '/api/v1/groups?q=phone');
    expect(found.body.map((group) => group.profile.name)).toEqual(['Phone testers']);
    expect(found.headers.get('Link')).toBeNull();
    const search = encodeURIComponent('profile.name eq "phone testers"');
    expect(await org.ok<Group[]>('GET', `/api/v1/groups?search=${search}`)).toHaveLength(1);
  });

  it('are replaced and deleted', async () => {
    const group = await create('Phone testers');
    const changed = await org.ok<Group>('PUT', `/api/v1/groups/${group.id}`, {
      profile: { name: 'Phone', description: 'd' },
    });
    expect(changed.profile).toEqual({ name: 'Phone', description: 'd' });
    expect((await org.api('DELETE', `/api/v1/groups/${group.id}`)).status).toBe(204);
    expect(await org.refused('GET', `/api/v1/groups/${group.id}`)).toMatchObject({ status: 404, code: 'E0000007' });
  });

  it('that are built in stay as they are', async () => {
    const group = await everyone();
    for (const [method, path] of [
      ['PUT', ''],
      ['DELETE', ''],
    ] as const) {
      expect(await org.refused(method, `/api/v1/groups/${group?.id}${path}`, {})).toMatchObject({ status: 403 });
    }
  });
});

describe('what hangs on a group', () => {
  it('is empty at first, and nowhere without the group', async () => {
    const group = await create('Phone testers');
    for (const name of ['apps', 'owners', 'users']) {
      expect(await org.ok('GET', `/api/v1/groups/${group.id}/${name}`)).toEqual([]);
      expect(await org.refused('GET', `/api/v1/groups/none/${name}`)).toMatchObject({ status: 404, code: 'E0000007' });
    }
  });
});

describe('a search of groups', () => {
  it('is sorted as it says, over pages', async () => {
    for (const name of ['beta', 'Alpha', 'gamma']) await create(name);
    const names = async (query: string) =>
      (await org.ok<Group[]>('GET', `/api/v1/groups?${query}`)).map((group) => group.profile.name);
    const search = `search=${encodeURIComponent('type eq "OKTA_GROUP"')}`;
    expect(await names(search)).toEqual(['beta', 'Alpha', 'gamma']);
    expect(await names(`${search}&sortBy=profile.name`)).toEqual(['Alpha', 'beta', 'gamma']);
    const first = await org.api<Group[]>('GET', `/api/v1/groups?${search}&sortBy=profile.name&sortOrder=desc&limit=2`);
    expect(first.body.map((group) => group.profile.name)).toEqual(['gamma', 'beta']);
    const next = /<([^>]*)>; rel="next"/.exec(first.headers.get('Link') ?? '')?.[1] ?? '';
    const second = await org.ok<Group[]>('GET', next.slice(org.url.length));
    expect(second.map((group) => group.profile.name)).toEqual(['Alpha']);
    expect(await names('sortBy=profile.name')).toEqual(['Everyone', 'Okta Administrators', 'beta', 'Alpha', 'gamma']);
  });
});

describe('memberships', () => {
  it('are added and removed idempotently', async () => {
    const group = await create('Phone testers');
    const me = await org.ok<User>('GET', '/api/v1/users/me');
    const path = `/api/v1/groups/${group.id}/users/${me.id}`;
    const members = async () =>
      (await org.ok<User[]>('GET', `/api/v1/groups/${group.id}/users`)).map((user) => user.id);
    for (const _again of [1, 2]) expect((await org.api('PUT', path)).status).toBe(204);
    expect(await members()).toEqual([me.id]);
    for (const _again of [1, 2]) expect((await org.api('DELETE', path)).status).toBe(204);
    expect(await members()).toEqual([]);
  });

  it('of Everyone come by themselves and cannot be taken away', async () => {
    const group = await everyone();
    const mary = await org.ok<User>('POST', '/api/v1/users?activate=false', {
      profile: { login: 'mary@example.com', email: 'mary@example.com', firstName: 'Mary', lastName: 'Major' },
    });
    const members = await org.ok<User[]>('GET', `/api/v1/groups/${group?.id}/users`);
    expect(members.map((user) => user.profile.login)).toEqual(['admin@example.com', 'mary@example.com']);
    expect(await org.refused('DELETE', `/api/v1/groups/${group?.id}/users/${mary.id}`)).toMatchObject({ status: 403 });
  });
});
