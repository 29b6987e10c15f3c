import { describe, expect, it } from 'vitest';
import { provisioner, textConfig } from '../support/provision.ts';
import { phoneConfig } from './configs.ts';
import { HAVING, twoConfigs } from './two-configs.ts';

const { org, planned } = twoConfigs();

const GROUPS = 'groups: [{ name: Testers }, { name: Others }]\n';

describe('people in two groups', () => {
  it('lose what two rules of an app gave them that change places', async () => {
    const policy = (...rules: string[]) =>
      `${GROUPS}appSignInPolicies: [{ name: Password and phone, rules: [${rules.join(', ')}, { name: Catch-all Rule }] }]\n`;
    const [testers, others] = [
      '{ name: Testers in, groups: [Testers], access: allowed, userMustAuthenticateWith: password + another factor }',
      '{ name: Others out, groups: [Others], access: denied }',
    ];
    const { lockouts } = await planned(policy(testers, others), policy(others, testers));
    expect(lockouts).toEqual([
      `appSignInPolicyRule/Password and phone/Testers in: members of "Testers" and "Others" ${HAVING} could no longer sign in to "Shop": the rule "Others out" denies access (app sign-in policy "Password and phone")`,
    ]);
  });

  it('lose what two global session policies gave them that change places', async () => {
    const [testers, others] = [
      '{ name: For testers, groups: [Testers], rules: [{ name: In, access: allowed }] }',
      '{ name: For others, groups: [Others], rules: [{ name: Out, access: denied }] }',
    ];
    const policies = (...all: string[]) => `${GROUPS}globalSessionPolicies: [${all.join(', ')}]\n`;
    const { lockouts } = await planned(policies(testers, others), policies(others, testers));
    expect(lockouts.at(-1)).toBe(
      `globalSessionPolicy/For testers: members of "Testers" and "Others" ${HAVING} could no longer sign in to "Shop": the global session policy denies access (rule "Out")`,
    );
  });
});

describe('people who have nothing to lose', () => {
  const denied = phoneConfig({ rule: 'access: denied', assignedTo: 'Testers' });
  const only = (lockout: string | undefined) => /(users in no group|members of "[^"]*")/.exec(lockout ?? '')?.[0];

  it('are those to whom an app is not assigned', async () => {
    const { apply, guard } = provisioner(org);
    await apply(phoneConfig({ assignedTo: 'Testers' }));
    const { lockouts } = await guard(denied);
    expect(lockouts).toHaveLength(1);
    expect(only(lockouts[0])).toBe('members of "Testers"');
    // Whoever has it alone may be in no group.
    const [shop] = await org.ok<{ id: string }[]>('GET', '/api/v1/apps?q=Shop');
    const admin = await org.ok<{ id: string }>('GET', '/api/v1/users/admin@example.com');
    await org.ok('POST', `/api/v1/apps/${shop?.id}/users`, { id: admin.id, scope: 'USER' });
    expect(only((await guard(denied)).lockouts[0])).toBe('users in no group');
  });

  it('are members of a group that the plan creates, unless it puts people into it who are there', async () => {
    const { guard } = provisioner(org);
    const contractors = (users: string) =>
      textConfig(`groups: [{ name: Contractors }]
appSignInPolicies:
  - name: Password and phone
    rules: [{ name: Not yet, groups: [Contractors], access: denied }, { name: Catch-all Rule }]
users: [${users}]
`);
    const entry = (login: string) => `{ login: ${login}, firstName: A, lastName: B, groups: [Contractors] }`;
    expect((await guard(contractors(entry('new@example.com')))).lockouts).toEqual([]);
    expect((await guard(contractors(entry('mary@example.com')))).lockouts).toEqual([
      `appSignInPolicyRule/Password and phone/Not yet: mary@example.com could no longer sign in to "Shop": the rule "Not yet" denies access (app sign-in policy "Password and phone")`,
    ]);
  });
});
