import { beforeEach, describe, expect, it } from 'vitest';
import { testOrg, type Untyped } from '../support/emulator.ts';

const org = testOrg();
const RULES = '/api/v1/groups/rules';
let group = '';
let serial = 0;

beforeEach(async () => {
  await org.reset();
  group = await newGroup('Target');
});

async function newGroup(name: string): Promise<string> {
  return (await org.ok<{ id: string }>('POST', '/api/v1/groups', { profile: { name } })).id;
}

async function newUser(firstName: string, more: Record<string, unknown> = {}): Promise<string> {
  serial += 1;
  const login = `user${serial}@example.com`;
  const profile = { login, email: login, firstName, lastName: 'Tester', ...more };
  return (await org.ok<{ id: string }>('POST', '/api/v1/users', { profile })).id;
}

async function newRule(value: string, groupIds = [group], name = 'A rule'): Promise<string> {
  const rule = await org.ok<{ id: string }>('POST', RULES, {
    type: 'group_rule',
    name,
    conditions: { people: { users: {} }, expression: { type: 'urn:okta:expression:1.0', value } },
    actions: { assignUserToGroups: { groupIds } },
  });
  await org.ok('POST', `${RULES}/${rule.id}/lifecycle/activate`);
  return rule.id;
}

async function members(id = group): Promise<string[]> {
  return (await org.ok<{ id: string }[]>('GET', `/api/v1/groups/${id}/users`)).map((user) => user.id);
}

describe('a group rule', () => {
  it('puts those in for whom it is true: present users, new ones, changed ones', async () => {
    const andy = await newUser('andy');
    const bob = await newUser('bob');
    await newRule('String.startsWith(user.firstName, "andy")');
    const late = await newUser('andy the second');
    expect(await members()).toEqual([andy, late]);
    await org.ok('POST', `/api/v1/users/${bob}`, { profile: { firstName: 'andy now' } });
    await org.ok('POST', `/api/v1/users/${andy}`, { profile: { firstName: 'zoe' } });
    expect((await members()).sort()).toEqual([bob, late].sort());
  });

  it('leaves alone whom an admin put in', async () => {
    const bob = await newUser('bob');
    await org.ok('PUT', `/api/v1/groups/${group}/users/${bob}`);
    await newRule('user.firstName == "andy"');
    expect(await members()).toEqual([bob]);
  });

  it('excludes whom an admin takes out', async () => {
    const andy = await newUser('andy');
    const rule = await newRule('user.firstName == "andy"');
    await org.ok('DELETE', `/api/v1/groups/${group}/users/${andy}`);
    await org.ok('POST', `/api/v1/users/${andy}`, { profile: { lastName: 'Other' } });
    expect(await members()).toEqual([]);
    expect((await org.ok<Untyped>('GET', `${RULES}/${rule}`)).conditions.people.users.exclude).toEqual([andy]);
  });

  it('follows the groups of another rule, and goes with them', async () => {
    const second = await newGroup('Second');
    const andy = await newUser('andy');
    await newRule(`isMemberOfAnyGroup("${group}")`, [second], 'Follower');
    await newRule('user.firstName == "andy"');
    expect(await members(second)).toEqual([andy]);
    await org.ok('POST', `/api/v1/users/${andy}`, { profile: { firstName: 'bob' } });
    expect(await members(second)).toEqual([]);
  });

  it.each([
    ['user.email', 'String.stringContains(user.email, "@example.com")'],
    ['and, or, not', 'user.firstName == "andy" AND !(user.lastName == "X" OR user.lastName == "Y")'],
    ['case', 'String.toUpperCase(user.firstName) == "ANDY"'],
    ['group names', 'isMemberOfGroupName("Everyone")'],
    ['group name patterns', 'isMemberOfGroupNameRegex("Ever.*")'],
    ['lists', 'Arrays.contains({"a", "andy"}, user.firstName)'],
    ['numbers', 'String.len(user.firstName) >= 4 && Convert.toInt("3") < 4'],
    ['absent attributes', 'user.department == null'],
    ['names that every object of JavaScript knows', 'constructor == null'],
  ])('understands %s', async (_name, expression) => {
    const andy = await newUser('andy');
    await newRule(expression);
    expect(await members()).toContain(andy);
  });

  it('keeps its members when it goes, unless told otherwise', async () => {
    const andy = await newUser('andy');
    const first = await newRule('user.firstName == "andy"');
    expect(await org.refused('DELETE', `${RULES}/${first}`)).toMatchObject({ status: 400, code: 'E0000001' });
    await org.ok('POST', `${RULES}/${first}/lifecycle/deactivate`);
    expect((await org.api('DELETE', `${RULES}/${first}`)).status).toBe(202);
    expect(await members()).toEqual([andy]);
    await org.ok('DELETE', `/api/v1/groups/${group}/users/${andy}`);
    const second = await newRule('user.firstName == "andy"');
    await org.ok('POST', `${RULES}/${second}/lifecycle/deactivate`);
    await org.ok('DELETE', `${RULES}/${second}?removeUsers=true`);
    expect(await members()).toEqual([]);
  });

  it('is INACTIVE when made, and shows what Okta fills in', async () => {
    const body = {
      type: 'group_rule',
      name: 'New',
      conditions: { expression: { value: 'user.firstName == "a"', type: 'urn:okta:expression:1.0' } },
      actions: { assignUserToGroups: { groupIds: [group] } },
    };
    const rule = await org.ok<Untyped>('POST', RULES, body);
    expect(rule).toMatchObject({
      status: 'INACTIVE',
      conditions: { people: { users: { exclude: [] }, groups: { exclude: [] } } },
      allGroupsValid: true,
    });
    expect(rule).not.toHaveProperty('_links');
    expect(await org.ok<Untyped[]>('GET', `${RULES}?search=ne`)).toHaveLength(1);
    expect(await org.refused('POST', RULES, { ...body, name: 'x'.repeat(51) })).toMatchObject({ status: 400 });
    expect(
      await org.refused('POST', RULES, { ...body, name: 'Bad', conditions: { expression: { value: 'f(' } } }),
    ).toMatchObject({
      status: 400,
      summary: 'Api validation failed: conditions.expression',
    });
    await org.ok('DELETE', `/api/v1/groups/${group}`);
    expect((await org.ok<Untyped>('GET', `${RULES}/${rule.id}`)).allGroupsValid).toBe(false);
  });
});

describe('a changed rule', () => {
  it('is replaced while it is inactive, and then does what it says now', async () => {
    const [andy, bob] = [await newUser('andy'), await newUser('bob')];
    const id = await newRule('user.firstName == "andy"');
    expect(await members()).toEqual([andy]);
    const body = (value: string, more: object = {}) => ({
      type: 'group_rule',
      name: 'Renamed',
      conditions: { expression: { type: 'urn:okta:expression:1.0', value } },
      actions: { assignUserToGroups: { groupIds: [group] } },
      ...more,
    });
    const changed = body('user.firstName == "bob"');
    expect(await org.refused('PUT', `${RULES}/${id}`, changed)).toMatchObject({ status: 400, code: 'E0000001' });
    expect((await org.api('POST', `${RULES}/${id}/lifecycle/deactivate`)).status).toBe(204);
    expect(await org.ok('PUT', `${RULES}/${id}`, changed)).toMatchObject({
      id,
      status: 'INACTIVE',
      name: 'Renamed',
      conditions: { expression: { value: 'user.firstName == "bob"' }, people: { users: { exclude: [] } } },
    });
    expect(await org.ok('GET', `${RULES}?search=renam`)).toMatchObject([{ id, name: 'Renamed' }]);
    const other = await newGroup('Other');
    const moved = body('true', { actions: { assignUserToGroups: { groupIds: [other] } } });
    expect((await org.refused('PUT', `${RULES}/${id}`, moved)).status).toBe(400);
    expect((await org.refused('PUT', `${RULES}/none`, changed)).status).toBe(404);
    await org.ok('POST', `${RULES}/${id}/lifecycle/activate`);
    expect(await members()).toEqual([bob]);
    expect(await org.ok('GET', `${RULES}/${id}?expand=groupIdToGroupNameMap`)).toMatchObject({
      status: 'ACTIVE',
      _embedded: { groupIdToGroupNameMap: { [group]: 'Target' } },
    });
  });
});
