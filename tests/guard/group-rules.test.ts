import { describe, expect, it } from 'vitest';
import type { GroupRule, User } from '../../src/wire/directory.ts';
import { provisioner, textConfig } from '../support/provision.ts';
import { HAVING, twoConfigs } from './two-configs.ts';

const { org, planned } = twoConfigs();

describe('a group rule', () => {
  const DENY_BANNED = `groups: [{ name: Banned }]
appSignInPolicies:
  - name: Password and phone
    rules: [{ name: No banned, groups: [Banned], access: denied }, { name: Catch-all Rule }]
  - name: Okta Admin Console
    rules: [{ name: No banned, groups: [Banned], access: denied }, { name: Admin App Policy }]
`;
  const rule = (name: string, more: string) =>
    `groups: [{ name: Banned }]\ngroupRules: [{ name: ${name}, ${more}, assignTo: [Banned] }]\n`;
  const ADMIN = 'the admin admin@example.com whom the group rule "Ban all" concerns';

  it('that puts everybody into a group which rules deny locks the only admin out', async () => {
    const ban = rule('Ban all', `expression: 'user.lastName != "zzz"'`);
    const { lockouts, places } = await planned(DENY_BANNED, ban);
    expect(lockouts[0]).toBe(
      `groupRule/Ban all: ${ADMIN}, and admins with the groups of admin@example.com whom the group rule "Ban all" concerns ${HAVING} could no longer reach the Admin Console: the rule "No banned" denies access (app sign-in policy "Okta Admin Console"); no other admin could, either`,
    );
    expect(lockouts[1]).toBe(
      `groupRule/Ban all: users in no group that the policies name whom the group rule "Ban all" concerns ${HAVING} could no longer sign in to "Shop": the rule "No banned" denies access (app sign-in policy "Password and phone")`,
    );
    expect(lockouts).toHaveLength(2);
    expect(places[0]).toBe('3:43');
  });

  it('is judged when it is switched on, and when its expression changes', async () => {
    const none = `expression: 'user.lastName == "zzz"'`;
    const off = DENY_BANNED + rule('Ban all', `${none}, status: inactive`).replace(/^groups.*\n/, '');
    const { lockouts } = await planned(off, rule('Ban all', `${none}, status: active`));
    expect(lockouts[0]).toContain(`groupRule/Ban all: ${ADMIN}`);
    await provisioner(org).apply(textConfig(rule('Ban all', `${none}, status: active`)));
    const other = await provisioner(org).guard(textConfig(rule('Ban all', `expression: 'user.lastName == "Major"'`)));
    expect(other.lockouts[0]).toContain(`groupRule/Ban all: ${ADMIN}`);
  });

  const STAFF = (more: string) =>
    `groups: [{ name: Staff }]\ngroupRules: [{ name: Staff, assignTo: [Staff], ${more} }]\n`;
  const MAJOR = `expression: 'user.lastName == "Major"'`;
  const ASSIGNED = `${STAFF(MAJOR)}apps: [{ label: Shop, type: web, assignedTo: [Staff] }]\n`;
  const groupsOfMary = async () =>
    (await org.ok<{ profile: { name: string } }[]>('GET', '/api/v1/users/mary@example.com/groups')).map(
      ({ profile }) => profile.name,
    );

  // Support article "What happens if group rules are deactivated and deleted".
  it.each([
    ['switched off', 'status: inactive'],
    ['deleted', 'ensure: absent'],
  ])('that is %s leaves people in the group, and with the app', async (_how, field) => {
    const config = STAFF(`${MAJOR}, ${field}`);
    expect((await planned(ASSIGNED, config)).lockouts).toEqual([]);
    await provisioner(org).apply(textConfig(config));
    expect(await groupsOfMary()).toContain('Staff');
  });

  it('that changes takes the app from those for whom it is no longer true', async () => {
    const config = STAFF(`expression: 'user.lastName == "Minor"'`);
    expect((await planned(ASSIGNED, config)).lockouts).toEqual([
      `groupRule/Staff: users in no group that the policies name whom the group rule "Staff" no longer concerns ${HAVING} could no longer sign in to "Shop": it would be assigned to no group of theirs, which leaves only those whom it is assigned to one by one`,
    ]);
    await provisioner(org).apply(textConfig(config));
    expect(await groupsOfMary()).not.toContain('Staff');
  });

  it('leaves alone whom it excludes, in what is foreseen as in what happens', async () => {
    const { apply, guard } = provisioner(org);
    const all = `expression: 'user.lastName != "zzz"'`;
    await apply(textConfig(DENY_BANNED));
    await apply(textConfig(rule('Ban all', `${all}, status: inactive`)));
    const [live] = await org.ok<GroupRule[]>('GET', '/api/v1/groups/rules');
    const admin = await org.ok<User>('GET', '/api/v1/users/admin@example.com');
    const people = { users: { exclude: [admin.id] }, groups: { exclude: [] } };
    const conditions = { ...live?.conditions, people };
    await org.ok('PUT', `/api/v1/groups/rules/${live?.id}`, { ...live, conditions });
    const config = textConfig(rule('Ban all', `${all}, status: active`));
    const { lockouts } = await guard(config);
    expect(lockouts.filter((one) => one.includes('the admin admin@example.com'))).toEqual([]);
    expect(lockouts.at(-1)).toContain('whom the group rule "Ban all" concerns');
    await apply(config);
    const groups = await org.ok<{ profile: { name: string } }[]>('GET', `/api/v1/users/${admin.id}/groups`);
    expect(groups.map(({ profile }) => profile.name)).not.toContain('Banned');
    expect(await groupsOfMary()).toContain('Banned');
  });

  it('that is renamed, or puts people where they lose nothing, is no lockout', async () => {
    const expression = `expression: 'user.lastName == "Major"'`;
    const sales = `groups: [{ name: Sales }]\ngroupRules: [{ name: Sales, ${expression}, assignTo: [Sales] }]\n`;
    expect((await planned(DENY_BANNED, sales)).lockouts).toEqual([]);
  });
});
