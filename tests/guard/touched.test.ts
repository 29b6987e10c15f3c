/** People whose own groups or factors a plan changes, though no policy and no assignment changes. */
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryLedger } from '../../src/provision/ledger.ts';
import { memoryRecords } from '../../src/provision/records.ts';
import type { Group, User } from '../../src/wire/directory.ts';
import { testOrg } from '../support/emulator.ts';
import { provisioner, textConfig } from '../support/provision.ts';
import { phoneConfig } from './configs.ts';
import { realSignIn } from './real-sign-in.ts';

const org = testOrg();
beforeEach(async () => {
  await org.reset();
  await provisioner(org).apply(phoneConfig());
});

const BANNED = `groups: [{ name: Banned }]
appSignInPolicies:
  - name: Password and phone
    rules: [{ name: No banned, groups: [Banned], access: denied }, { name: Catch-all Rule }]
`;
const MARY = (group: string) =>
  `users: [{ login: mary@example.com, firstName: Mary, lastName: Major, groups: [${group}] }]\n`;
const LOST =
  'mary@example.com could no longer sign in to "Shop": the rule "No banned" denies access (app sign-in policy "Password and phone")';

async function idOf(login: string): Promise<string> {
  return (await org.ok<User>('GET', `/api/v1/users/${login}`)).id;
}

async function groupId(name: string): Promise<string | undefined> {
  return (await org.ok<Group[]>('GET', `/api/v1/groups?q=${name}`))[0]?.id;
}

describe('a user whom the config moves', () => {
  it('into a group that is there and denied is told by name, at the line of the groups', async () => {
    const { apply, guard } = provisioner(org);
    await apply(textConfig(BANNED));
    const { lockouts, places } = await guard(textConfig(`groups: [{ name: Banned }]\n${MARY('Banned')}`));
    expect(lockouts).toEqual([`user/mary@example.com: ${LOST}`]);
    expect(places).toEqual(['3:78']);
  });

  it('into a group with an enrollment policy that leaves the password loses every app that asks for more', async () => {
    const { apply, guard } = provisioner(org);
    const enrollment = `groups: [{ name: Strict }]
enrollmentPolicies:
  - { name: Strict, groups: [Strict], authenticators: { password: required }, rules: [{ name: Any, enroll: first challenge }] }
`;
    await apply(textConfig(enrollment));
    const { lockouts } = await guard(textConfig(`groups: [{ name: Strict }]\n${MARY('Strict')}`));
    expect(lockouts[0]).toMatch(
      /^user\/mary@example\.com: mary@example\.com could no longer sign in to .*"Shop".*: the rule requires two different factor classes; password is knowledge only/,
    );
    expect(lockouts).toHaveLength(1);
  });

  it('into a group that no policy names costs no request and is no lockout', async () => {
    const { guard } = provisioner(org);
    const { lockouts, requests } = await guard(textConfig(`groups: [{ name: Others }]\n${MARY('Others')}`));
    expect(lockouts).toEqual([]);
    expect(requests.filter((request) => request.includes('filter=user.id'))).toEqual([]);
  });

  it('who is an admin, into a group that the Admin Console denies, is told as one', async () => {
    const { apply, guard } = provisioner(org);
    await apply(
      textConfig(`groups: [{ name: Banned }]
appSignInPolicies:
  - { name: Okta Admin Console, rules: [{ name: No banned, groups: [Banned], access: denied }, { name: Admin App Policy }] }
`),
    );
    const admin = 'users: [{ login: admin@example.com, firstName: Add-Min, lastName: O, groups: [Banned] }]\n';
    expect((await guard(textConfig(`groups: [{ name: Banned }]\n${admin}`))).lockouts).toEqual([
      'user/admin@example.com: the admin admin@example.com could no longer reach the Admin Console: the rule "No banned" denies access (app sign-in policy "Okta Admin Console"); no other admin could, either',
    ]);
  });

  it('beyond the first fifty stands in a class, and that is said', async () => {
    const { apply, guard } = provisioner(org);
    await apply(textConfig(BANNED));
    const logins = Array.from({ length: 51 }, (_, n) => `u${n}@example.com`);
    for (const login of logins) {
      const profile = { login, email: login, firstName: 'A', lastName: 'B' };
      await org.ok('POST', '/api/v1/users?activate=false', { profile });
    }
    const users = logins
      .map((login) => `  - { login: ${login}, firstName: A, lastName: B, groups: [Banned] }`)
      .join('\n');
    const { notes } = await guard(textConfig(`groups: [{ name: Banned }]\nusers:\n${users}\n`));
    expect(notes).toEqual([
      'the plan changes groups or factors of more than 50 users: only the first 50 were looked at one by one, the other 1 as classes of users',
    ]);
  });
});

describe('a user in whom a group rule sees something else', () => {
  const banning = (expression: string) =>
    `${BANNED.replace('{ name: Banned }]', '{ name: Banned }, { name: Others }]')}groupRules: [{ name: Ban, expression: '${expression}', assignTo: [Banned] }]\n`;
  const RULE_LOST = LOST.replace('mary@example.com', 'mary@example.com whom the group rule "Ban" concerns');
  const MINOR = 'users: [{ login: mary@example.com, firstName: Mary, lastName: Minor }]\n';
  const sign = () => realSignIn(org, { app: 'Shop', login: 'mary@example.com', password: 'Correct-Horse-9' });

  it.each([
    ['the name that the rule asks for', 'user.lastName == "Minor"', MINOR],
    [
      'the group that the rule asks for',
      'isMemberOfGroupName("Others")',
      `groups: [{ name: Others }]\n${MARY('Others')}`,
    ],
  ])('by %s is told, and is really kept out', async (_what, expression, config) => {
    const { apply, guard } = provisioner(org);
    await apply(textConfig(banning(expression)));
    expect(await sign()).toBe('in');
    expect((await guard(textConfig(config))).lockouts).toEqual([`user/mary@example.com: ${RULE_LOST}`]);
    await apply(textConfig(config));
    expect(await sign()).toBe('You do not have permission to perform the requested action.');
  });

  it('that a rule puts where the app is may lose it with the name', async () => {
    const { apply, guard } = provisioner(org);
    await apply(
      textConfig(`groups: [{ name: Staff }]
groupRules: [{ name: Staff, expression: 'user.lastName == "Major"', assignTo: [Staff] }]
apps: [{ label: Shop, type: web, assignedTo: [Staff] }]
`),
    );
    expect(await sign()).toBe('in');
    const { lockouts } = await guard(textConfig(MINOR));
    expect(lockouts).toEqual([
      'user/mary@example.com: mary@example.com whom the group rule "Staff" no longer concerns could no longer sign in to "Shop": it would be assigned to no group of theirs, which leaves only those whom it is assigned to one by one',
    ]);
    await apply(textConfig(MINOR));
    expect(await sign()).toBe('User is not assigned to this application.');
  });

  it('of which no rule asks anything is not looked at', async () => {
    const { apply, guard } = provisioner(org);
    await apply(textConfig(banning('user.department == "Minor"')));
    const { lockouts, requests } = await guard(textConfig(MINOR));
    expect(lockouts).toEqual([]);
    expect(requests.filter((request) => request.includes('filter=user.id'))).toEqual([]);
  });
});

describe('an undo that takes a user out of the group', () => {
  const STAFF = `groups: [{ name: Staff }]
apps: [{ label: Shop, type: web, assignedTo: [Staff] }]
`;

  async function joinedByApply() {
    const ledger = memoryLedger();
    const records = memoryRecords();
    const own = provisioner(org, ledger, records);
    await own.apply(textConfig(STAFF));
    await own.apply(textConfig(`groups: [{ name: Staff }]\n${MARY('Staff')}`));
    return own;
  }

  it('that the app is assigned to takes the app from that user', async () => {
    const { rollback } = await joinedByApply();
    expect((await rollback()).lockouts).toEqual([
      'user/mary@example.com: mary@example.com could no longer sign in to "Shop": it would be assigned to no group of theirs, which leaves only those whom it is assigned to one by one',
    ]);
  });

  it('is no lockout for whom the app is assigned to one by one', async () => {
    const { rollback } = await joinedByApply();
    const [shop] = await org.ok<{ id: string }[]>('GET', '/api/v1/apps?q=Shop');
    await org.ok('POST', `/api/v1/apps/${shop?.id}/users`, { id: await idOf('mary@example.com'), scope: 'USER' });
    expect((await rollback()).lockouts).toEqual([]);
    expect(await groupId('Staff')).toBeDefined();
  });
});
