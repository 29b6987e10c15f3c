/** Relations between users: defined, entered, left. */
import { beforeEach, describe, expect, it } from 'vitest';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

const PATH = '/api/v1/meta/schemas/user/linkedObjects';
const RELATION = {
  primary: { name: 'manager', title: 'Manager', description: 'Who leads', type: 'USER' },
  associated: { name: 'subordinate', title: 'Subordinate', description: 'Who is led', type: 'USER' },
};

async function user(name: string): Promise<string> {
  const profile = { login: `${name}@example.com`, email: `${name}@example.com`, firstName: name, lastName: 'Major' };
  return (await org.ok<{ id: string }>('POST', '/api/v1/users', { profile })).id;
}

describe('a relation', () => {
  it('is found by the name of either side', async () => {
    const made = await org.api('POST', PATH, RELATION);
    expect(made).toMatchObject({ status: 201, body: RELATION });
    expect(await org.ok('GET', PATH)).toEqual([made.body]);
    for (const name of ['manager', 'subordinate']) expect(await org.ok('GET', `${PATH}/${name}`)).toEqual(made.body);
    expect((await org.api('DELETE', `${PATH}/subordinate`)).status).toBe(204);
    expect((await org.refused('GET', `${PATH}/manager`)).status).toBe(404);
  });

  it('has names of its own', async () => {
    await org.ok('POST', PATH, RELATION);
    const other = { ...RELATION, primary: { ...RELATION.primary, name: 'boss' } };
    expect((await org.refused('POST', PATH, other)).status).toBe(409);
    const odd = { ...RELATION, primary: { ...RELATION.primary, name: '1st' } };
    expect((await org.refused('POST', PATH, odd)).status).toBe(400);
    expect((await org.refused('POST', PATH, { primary: RELATION.primary })).status).toBe(400);
  });
});

describe('users in a relation', () => {
  let [boss, mary, john] = ['', '', ''];
  const links = async (id: string, name: string) =>
    (await org.ok<{ _links: { self: { href: string } } }[]>('GET', `/api/v1/users/${id}/linkedObjects/${name}`)).map(
      ({ _links }) => _links.self.href.split('/').at(-1),
    );

  beforeEach(async () => {
    await org.ok('POST', PATH, RELATION);
    [boss, mary, john] = [await user('boss'), await user('mary'), await user('john')];
  });

  it('are seen from both ends', async () => {
    for (const id of [mary, john]) {
      expect((await org.api('PUT', `/api/v1/users/${id}/linkedObjects/manager/${boss}`)).status).toBe(204);
    }
    expect(await links(mary, 'manager')).toEqual([boss]);
    expect(await links(boss, 'subordinate')).toEqual([mary, john]);
    expect(await links(boss, 'manager')).toEqual([]);
  });

  it('have one primary user, leave, and are forgotten with one of them', async () => {
    await org.ok('PUT', `/api/v1/users/${mary}/linkedObjects/manager/${boss}`);
    await org.ok('PUT', `/api/v1/users/${mary}/linkedObjects/manager/${john}`);
    expect([await links(boss, 'subordinate'), await links(john, 'subordinate')]).toEqual([[], [mary]]);
    await org.ok('DELETE', `/api/v1/users/${john}`);
    await org.ok('DELETE', `/api/v1/users/${john}`);
    expect(await links(mary, 'manager')).toEqual([]);
    await org.ok('PUT', `/api/v1/users/${mary}/linkedObjects/manager/${boss}`);
    expect((await org.api('DELETE', `/api/v1/users/${mary}/linkedObjects/manager`)).status).toBe(204);
    expect(await links(mary, 'manager')).toEqual([]);
  });

  it('are linked by the name of the primary side, to another user', async () => {
    expect((await org.refused('PUT', `/api/v1/users/${mary}/linkedObjects/subordinate/${boss}`)).status).toBe(404);
    expect((await org.refused('PUT', `/api/v1/users/${mary}/linkedObjects/manager/${mary}`)).status).toBe(400);
    expect((await org.refused('PUT', `/api/v1/users/${mary}/linkedObjects/manager/00unone`)).status).toBe(404);
  });
});
