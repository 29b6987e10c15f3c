import { beforeEach, describe, expect, it } from 'vitest';
import { testOrg } from '../support/emulator.ts';
import { fileConfig, provisioner, textConfig } from '../support/provision.ts';
import { webApp } from '../support/web-app.ts';
import { phoneConfig } from './configs.ts';

const org = testOrg();
beforeEach(() => org.reset());

const TWO_CLASSES =
  'the rule requires two different factor classes; password is knowledge only (rule "Catch-all Rule" of app sign-in policy "Password and phone"; enrollment policy "Default Policy")';
const USERS = 'users in no group that the policies name who have Password and Email, or Password, Email and Phone';

/** The lockouts of a config on the org that another one has made. */
async function planned(first: ReturnType<typeof phoneConfig>, second: ReturnType<typeof phoneConfig>) {
  const { apply, guard } = provisioner(org);
  expect((await apply(first)).errors).toEqual([]);
  return guard(second);
}

describe('no lockout', () => {
  it.each(['config/password-phone.yaml', 'config/password-phone-group.yaml'])(
    'is in %s on a fresh org',
    async (file) => {
      const { guard, apply } = provisioner(org);
      expect(await guard(fileConfig(file))).toMatchObject({ lockouts: [], notes: [] });
      await apply(fileConfig(file));
      expect(await guard(fileConfig(file))).toMatchObject({ lockouts: [], requests: [] });
    },
  );

  it('is in a rule that is for more people, or demands less', async () => {
    const less = 'access: allowed, userMustAuthenticateWith: password';
    expect((await planned(phoneConfig(), phoneConfig({ rule: less }))).lockouts).toEqual([]);
    expect((await planned(phoneConfig({ assignedTo: 'Testers' }), phoneConfig())).lockouts).toEqual([]);
  });

  it('is in what nobody could sign in to before', async () => {
    const denied = phoneConfig({ rule: 'access: denied' });
    const disabled = 'password: required, email: optional, phone: disabled';
    const { lockouts } = await planned(denied, phoneConfig({ rule: 'access: denied', levels: disabled }));
    expect(lockouts.filter((lockout) => lockout.includes('Shop'))).toEqual([]);
  });

  it('is in deleting an app: nothing is left to be locked out of', async () => {
    const { lockouts } = await planned(
      phoneConfig(),
      textConfig('apps: [{ label: Shop, type: web, ensure: absent }]\n'),
    );
    expect(lockouts).toEqual([]);
  });

  it('costs no request where sign-ins are not touched', async () => {
    const { guard } = provisioner(org);
    const origins = 'trustedOrigins: [{ name: O, origin: "https://o.example.com", allow: [cors] }]\n';
    expect((await guard(textConfig(`${origins}groups: [{ name: G }]\n`))).requests).toEqual([]);
  });
});

describe('authenticators', () => {
  it('phone disabled in the Default Policy, for users who have nothing else', async () => {
    const levels = 'password: required, email: disabled, oktaVerify: disabled, phone: disabled';
    const { lockouts, places } = await planned(phoneConfig(), phoneConfig({ levels }));
    expect(lockouts).toEqual([
      'enrollmentPolicy/Default Policy: everyone whom no other enrollment policy covers, admins included, would be left with the password alone: "Default Policy" would allow no other authenticator, which Okta warns can lock the super admin out for good',
      `enrollmentPolicy/Default Policy: the admin admin@example.com, and admins with the groups of admin@example.com who have Password and Email, or Password, Email and Phone could no longer reach the Admin Console: the rule requires two different factor classes; password is knowledge only (rule "Admin App Policy" of app sign-in policy "Okta Admin Console"; enrollment policy "Default Policy"); no other admin could, either`,
      `enrollmentPolicy/Default Policy: mary@example.com (flow "By SMS"), and ${USERS} could no longer sign in to "Shop": ${TWO_CLASSES}`,
    ]);
    // the line that says `phone: disabled`
    expect(places).toEqual(['6:89', '6:89', '6:89']);
  });

  it('the phone authenticator made inactive, which the policies still allow', async () => {
    const { lockouts } = await planned(phoneConfig(), textConfig('authenticators: { phone: { status: inactive } }\n'));
    expect(lockouts.map((lockout) => lockout.split(':')[0])).toEqual(Array(3).fill('authenticator/phone'));
    expect(lockouts.at(-1)).toBe(`authenticator/phone: ${USERS} could no longer sign in to "Shop": ${TWO_CLASSES}`);
  });

  it('are told at the change that causes it, not at another of an object that decides, too', async () => {
    const { lockouts } = await planned(
      phoneConfig(),
      phoneConfig({
        rule: 'access: allowed, userMustAuthenticateWith: password + another factor, reauthenticateAfter: PT0S',
        levels: 'password: required, email: disabled, oktaVerify: disabled, phone: disabled',
      }),
    );
    expect([...new Set(lockouts.map((lockout) => lockout.split(':')[0]))]).toEqual(['enrollmentPolicy/Default Policy']);
  });

  it('an authenticator that is only used for recovery from now on', async () => {
    const { lockouts } = await planned(phoneConfig(), phoneConfig({ phone: 'status: active, usedFor: recovery' }));
    expect(lockouts.filter((lockout) => lockout.includes('Shop'))).toEqual([
      `authenticator/phone: mary@example.com (flow "By SMS"), and ${USERS} could no longer sign in to "Shop": ${TWO_CLASSES}`,
    ]);
  });

  it('an admin who had two usable authenticators and would have one', async () => {
    const { guard } = provisioner(org);
    expect((await guard(phoneConfig())).lockouts).toEqual([
      'enrollmentPolicy/Default Policy: the admin admin@example.com would have Password only left of Password and Okta Verify: enrollment policy "Default Policy" applies',
    ]);
  });

  it('an enrollment policy that leaves a group the password only', async () => {
    const policy = `enrollmentPolicies:
  - name: Testers
    groups: [Testers]
    authenticators: { password: required }
    rules: [{ name: Any, enroll: first challenge }]
groups: [{ name: Testers }]
`;
    const { lockouts, places } = await planned(phoneConfig(), textConfig(policy));
    expect(lockouts).toEqual([
      `enrollmentPolicy/Testers: members of "Testers" who have Password and Email, or Password, Email and Phone could no longer sign in to "Shop": ${TWO_CLASSES.replace('Default Policy', 'Testers')}`,
    ]);
    expect(places).toEqual(['5:33']);
  });

  it('enrollment that a rule no longer lets happen at sign-in', async () => {
    const never = `enrollmentPolicies:
  - { name: Default Policy, rules: [{ name: Default Rule, enroll: never }] }
`;
    const { lockouts } = await planned(phoneConfig(), textConfig(never));
    expect(lockouts.filter((lockout) => lockout.includes('Shop'))).toEqual([
      `enrollmentPolicyRule/Default Policy/Default Rule: users in no group that the policies name who have Password and Email could no longer sign in to "Shop": ${TWO_CLASSES}`,
    ]);
  });
});

describe('global session policies', () => {
  const demand = `globalSessionPolicies:
  - name: MFA people
    groups: [Testers]
    rules: [{ name: MFA, mfaRequired: true, promptForMfa: every sign-in }]
groups: [{ name: Testers }]
`;
  const levels = 'password: required, email: disabled, oktaVerify: disabled, phone: disabled';

  it('a demand that cannot be met is told by the rule that makes it', async () => {
    const rule = 'access: allowed, userMustAuthenticateWith: password';
    const { apply } = provisioner(org);
    await apply(phoneConfig({ rule }));
    const { lockouts } = await planned(phoneConfig({ rule, levels }), textConfig(demand));
    expect(lockouts.at(-1)).toBe(
      'globalSessionPolicyRule/MFA people/MFA: members of "Testers" who have Password and Email could no longer sign in to "Shop": the rule requires two different factor classes; password is knowledge only (rule "MFA" of global session policy "MFA people"; enrollment policy "Default Policy")',
    );
  });

  it('reasons of two rules are not told as one', async () => {
    const rules = (own: string) => `appSignInPolicies:
  - name: Password and phone
    rules:
      - { name: For testers, groups: [Testers], ${own} }
      - { name: Catch-all Rule, access: allowed, userMustAuthenticateWith: password + another factor }
groups: [{ name: Testers }]
`;
    const { apply, guard } = provisioner(org);
    await apply(phoneConfig());
    expect((await apply(textConfig(rules('access: allowed')))).errors).toEqual([]);
    const both = textConfig(`enrollmentPolicies:
  - { name: Default Policy, authenticators: { ${levels} } }
`);
    const { lockouts } = await guard(both);
    expect(lockouts.map((lockout) => /\(rule "([^"]*)"/.exec(lockout)?.[1]).sort()).toEqual([
      'Admin App Policy',
      'Catch-all Rule',
      'For testers',
      undefined,
    ]);
  });
});

describe('app sign-in policies', () => {
  it('a catch-all rule that denies', async () => {
    const { lockouts, places } = await planned(phoneConfig(), phoneConfig({ rule: 'access: denied' }));
    expect(lockouts).toEqual([
      `appSignInPolicyRule/Password and phone/Catch-all Rule: mary@example.com (flow "By SMS"), and ${USERS} could no longer sign in to "Shop": the rule "Catch-all Rule" denies access (app sign-in policy "Password and phone")`,
    ]);
    expect(places).toEqual(['10:41']);
  });

  it('a demand that nobody can meet', async () => {
    const rule =
      'access: allowed, userMustAuthenticateWith: possession factor, possessionFactorMustBe: [phishing resistant]';
    const { lockouts } = await planned(phoneConfig(), phoneConfig({ rule }));
    expect(lockouts).toEqual([
      `appSignInPolicyRule/Password and phone/Catch-all Rule: mary@example.com (flow "By SMS"), and ${USERS} could no longer sign in to "Shop": the rule requires a phishing-resistant possession factor; phone is not (rule "Catch-all Rule" of app sign-in policy "Password and phone"; enrollment policy "Default Policy")`,
    ]);
  });

  it('a rule before the others that keeps the admins from their console', async () => {
    const rules = `appSignInPolicies:
  - name: Okta Admin Console
    rules:
      - { name: No admins, groups: [Okta Administrators], access: denied }
      - { name: Admin App Policy }
`;
    const { guard } = provisioner(org);
    const { lockouts, places } = await guard(textConfig(rules));
    expect(lockouts).toEqual([
      'appSignInPolicyRule/Okta Admin Console/No admins: the admin admin@example.com, and admins with the groups of admin@example.com who have Password and Email, or Password, Email and Okta Verify could no longer reach the Admin Console: the rule "No admins" denies access (app sign-in policy "Okta Admin Console"); no other admin could, either',
    ]);
    expect(places).toEqual(['5:67']);
  });

  it('an app that is given a policy which denies', async () => {
    const config = `appSignInPolicies: [{ name: Closed, rules: [{ name: Catch-all Rule, access: denied }] }]
apps: [{ label: Shop, type: web, signInPolicy: Closed }]
`;
    const { lockouts } = await planned(phoneConfig(), textConfig(config));
    expect(lockouts.map((lockout) => lockout.split(':')[0])).toEqual(['appSignInPolicy/Closed']);
    expect(lockouts[0]).toContain(`${USERS} could no longer sign in to "Shop"`);
  });

  it('apps that are not in the config, when they have the same policy', async () => {
    await provisioner(org).apply(phoneConfig());
    const [shop] = await org.ok<{ _links: { accessPolicy: { href: string } } }[]>('GET', '/api/v1/apps?q=Shop');
    const other = await org.ok<{ id: string }>('POST', '/api/v1/apps', webApp('Billing'));
    await org.ok('PUT', `/api/v1/apps/${other.id}/policies/${shop?._links.accessPolicy.href.split('/').at(-1)}`);
    const { lockouts } = await provisioner(org).guard(phoneConfig({ rule: 'access: denied' }));
    expect(lockouts[1]).toContain(`${USERS} could no longer sign in to "Shop", "Billing": `);
  });
});

describe('assignments', () => {
  it('a group that an app is no longer assigned to', async () => {
    const { lockouts } = await planned(phoneConfig(), phoneConfig({ assignedTo: 'Testers' }));
    expect(lockouts).toEqual([
      `app/Shop: ${USERS} could no longer sign in to "Shop": it would be assigned to no group of theirs, which leaves only those whom it is assigned to one by one`,
    ]);
  });

  it('are kept by a user to whom the app is assigned one by one', async () => {
    const { apply, guard } = provisioner(org);
    await apply(phoneConfig());
    const leftOut = phoneConfig({ assignedTo: 'Others' });
    expect((await guard(leftOut)).lockouts[0]).toMatch(/^app\/Shop: mary@example\.com \(flow "By SMS"\), and users/);
    const [shop] = await org.ok<{ id: string }[]>('GET', '/api/v1/apps?q=Shop');
    const mary = await org.ok<{ id: string }>('GET', '/api/v1/users/mary@example.com');
    await org.ok('POST', `/api/v1/apps/${shop?.id}/users`, { id: mary.id, scope: 'USER' });
    expect((await guard(leftOut)).lockouts[0]).toMatch(/^app\/Shop: users/);
  });

  it('a group that is deleted, with what was assigned to it', async () => {
    const { apply, guard } = provisioner(org);
    await apply(phoneConfig({ assignedTo: 'Testers' }));
    const gone = textConfig('groups: [{ name: Testers, ensure: absent }]\n');
    expect(await guard(gone)).toMatchObject({
      lockouts: [
        'group/Testers: members of "Testers" who have Password and Email, or Password, Email and Phone could no longer sign in to "Shop": it would be assigned to no group of theirs, which leaves only those whom it is assigned to one by one',
      ],
      notes: [],
    });
    const refusal = { errorCode: 'E0000006', errorSummary: 'no', errorLink: '', errorId: 'x', errorCauses: [] };
    const faults = [{ method: 'GET', path: '/api/v1/groups/*/apps', status: 403, body: refusal }];
    await org.ok('PUT', '/_emulator/faults', { faults });
    expect((await guard(gone)).notes).toEqual([
      'the credentials may not read to which apps the group "Testers" is assigned: who loses them was not looked at',
    ]);
  });

  it('an app that is switched off', async () => {
    const { lockouts } = await planned(
      phoneConfig(),
      textConfig('apps: [{ label: Shop, type: web, status: inactive }]\n'),
    );
    expect(lockouts).toEqual([`app/Shop: ${USERS} could no longer sign in to "Shop": the app is inactive`]);
  });
});
