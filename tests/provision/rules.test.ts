import { beforeEach, describe, expect, it } from 'vitest';
import { testOrg } from '../support/emulator.ts';
import { provisioner, textConfig } from '../support/provision.ts';

const org = testOrg();
beforeEach(() => org.reset());

const names = (items: { name: string; priority: number }[]) =>
  items.toSorted((a, b) => a.priority - b.priority).map((item) => item.name);

describe('the order of a list is the priority', () => {
  const policies = (...order: string[]) =>
    textConfig(`groups: [{ name: G }]
enrollmentPolicies:
${order.map((name) => `  - { name: ${name}, groups: [G], authenticators: { password: required }, rules: [{ name: r }] }`).join('\n')}
`);
  const live = async () => names((await org.api('GET', '/api/v1/policies?type=MFA_ENROLL')).body);

  it('for enrollment policies, with the default one last', async () => {
    const { plan, apply } = provisioner(org);
    await apply(policies('A', 'B', 'C'));
    expect(await live()).toEqual(['A', 'B', 'C', 'Default Policy']);
    expect((await plan(policies('B', 'C', 'A'))).changes).toEqual(['update enrollmentPolicy/A: position']);
    await apply(policies('B', 'C', 'A'));
    expect(await live()).toEqual(['B', 'C', 'A', 'Default Policy']);
    expect((await plan(policies('B', 'C', 'A'))).changes).toEqual([]);
  });

  it('without moving what is not listed', async () => {
    const { apply, plan } = provisioner(org);
    await apply(policies('A', 'B', 'C'));
    expect((await plan(policies('A', 'C'))).changes).toEqual([]);
    await apply(policies('C', 'A'));
    expect(await live()).toEqual(['B', 'C', 'A', 'Default Policy']);
  });

  it('also when one of them goes in the same apply', async () => {
    const { apply, plan } = provisioner(org);
    await apply(policies('A', 'B', 'C'));
    const entry = (name: string) =>
      `  - { name: ${name}, groups: [G], authenticators: { password: required }, rules: [{ name: r }] }`;
    const config = textConfig(`groups: [{ name: G }]
enrollmentPolicies:
  - { name: A, ensure: absent }
${['B', 'N', 'C'].map(entry).join('\n')}
`);
    expect((await apply(config)).errors).toEqual([]);
    expect(await live()).toEqual(['B', 'N', 'C', 'Default Policy']);
    expect((await plan(config)).changes).toEqual([]);
  });

  it('for app sign-in rules, with the catch-all one last', async () => {
    const rules = (...order: string[]) =>
      textConfig(`appSignInPolicies:
  - name: P
    rules:
${order.map((name) => `      - { name: ${name}, access: allowed, userMustAuthenticateWith: password }`).join('\n')}
`);
    const { plan, apply } = provisioner(org);
    expect((await apply(rules('A', 'B', 'C', 'Catch-all Rule'))).exitCode).toBe(0);
    await apply(rules('C', 'A', 'B', 'Catch-all Rule'));
    const policy = (await org.api('GET', '/api/v1/policies?type=ACCESS_POLICY')).body.find(
      (item: { name: string }) => item.name === 'P',
    );
    const live = (await org.api('GET', `/api/v1/policies/${policy.id}/rules`)).body;
    expect(names(live)).toEqual(['C', 'A', 'B', 'Catch-all Rule']);
    expect((await plan(rules('C', 'A', 'B', 'Catch-all Rule'))).changes).toEqual([]);
  });
});

describe('lists', () => {
  const withUris = (uris: string) =>
    textConfig(`apps:
  - { label: A, type: web, grantTypes: [authorization code], redirectUris: ${uris} }
`);
  const live = async () => (await org.api('GET', '/api/v1/apps?q=A')).body[0].settings.oauthClient.redirect_uris;

  it('are the whole truth', async () => {
    const { apply } = provisioner(org);
    await apply(withUris('[http://localhost:1/a, http://localhost:1/b]'));
    await apply(withUris('[http://localhost:1/b]'));
    expect(await live()).toEqual(['http://localhost:1/b']);
  });

  it('only add when they say so', async () => {
    const { apply, plan } = provisioner(org);
    await apply(withUris('[http://localhost:1/a]'));
    await apply(withUris('{ add: [http://localhost:1/b] }'));
    expect(await live()).toEqual(['http://localhost:1/a', 'http://localhost:1/b']);
    expect((await plan(withUris('{ add: [http://localhost:1/a] }'))).changes).toEqual([]);
  });
});

describe('what the config does not mention', () => {
  it('is left alone, objects and fields alike', async () => {
    const { apply, plan } = provisioner(org);
    await apply(textConfig('groups: [{ name: A, description: first }, { name: B }]'));
    expect((await plan(textConfig('groups: [{ name: A }]'))).changes).toEqual([]);
    expect((await plan(textConfig(''))).changes).toEqual([]);
  });

  it('goes only when it is declared absent', async () => {
    const { apply } = provisioner(org);
    await apply(textConfig('groups: [{ name: A }, { name: B }]'));
    const result = await apply(textConfig('groups: [{ name: A, ensure: absent }]'));
    expect(result.outcomes).toEqual(['applied group/A']);
    const groups = (await org.api('GET', '/api/v1/groups')).body.map(
      (group: { profile: { name: string } }) => group.profile.name,
    );
    expect(groups).toContain('B');
    expect(groups).not.toContain('A');
  });

  it('takes an app, its policy and its users away in an order that Okta accepts', async () => {
    const config = (ensure: string) =>
      textConfig(`groups: [{ name: G${ensure} }]
appSignInPolicies: [{ name: P${ensure} }]
apps: [{ label: A, type: single-page, grantTypes: [authorization code], redirectUris: [http://localhost:1/], signInPolicy: P, assignedTo: [G]${ensure} }]
users: [{ login: u@example.com, firstName: U, lastName: V, password: '\${env:MARY_PASSWORD}', groups: [G]${ensure} }]
enrollmentPolicies: [{ name: E, groups: [G], authenticators: { password: required }${ensure} }]
`);
    const { apply, plan } = provisioner(org);
    expect((await apply(config(''))).errors).toEqual([]);
    const result = await apply(config(', ensure: absent'));
    expect(result.errors).toEqual([]);
    expect(result.outcomes).toHaveLength(5);
    expect((await plan(config(', ensure: absent'))).changes).toEqual([]);
    expect((await org.api('GET', '/api/v1/users/u@example.com')).status).toBe(404);
  });
});

describe('users who were there before', () => {
  const config = (phone: string) =>
    textConfig(`authenticators: { phone: { status: active, methods: { voice: active } } }
enrollmentPolicies: [{ name: Default Policy, authenticators: { phone: optional } }]
users:
  - { login: old@example.com, firstName: Old, lastName: Hand, password: '\${env:MARY_PASSWORD}', phone: '${phone}' }
`);
  const createOld = () =>
    org.api('POST', '/api/v1/users', {
      profile: { login: 'old@example.com', email: 'old@example.com', firstName: 'Old', lastName: 'Hand' },
      credentials: { password: { value: 'Their-Own-Secret-1' } },
    });

  it('keep their password and phone, and plan says so', async () => {
    await createOld();
    const { apply, plan } = provisioner(org);
    await apply(config('+14155550140'));
    const { changes, notes } = await plan(config('+14155550140'));
    expect(changes).toEqual([]);
    expect(notes.map((note) => note.text)).toContain(
      'was there before this config: password and phone are left alone (--adopt-credentials to set them)',
    );
    const { id } = (await org.api('GET', '/api/v1/users/old@example.com')).body;
    const factors = (await org.api('GET', `/api/v1/users/${id}/factors`)).body;
    expect(factors.filter((factor: { factorType: string }) => ['sms', 'call'].includes(factor.factorType))).toEqual([]);
  });

  it('get them with --adopt-credentials', async () => {
    await createOld();
    const { apply } = provisioner(org);
    await apply(config('+14155550140'), { adoptCredentials: true });
    const { id } = (await org.api('GET', '/api/v1/users/old@example.com')).body;
    const factors = (await org.api('GET', `/api/v1/users/${id}/factors`)).body;
    expect(
      factors.filter(
        (factor: { profile?: { phoneNumber?: string } }) => factor.profile?.phoneNumber === '+14155550140',
      ),
    ).toHaveLength(2);
  });

  it('can be given another phone when an apply of ours created them', async () => {
    const { apply, plan } = provisioner(org);
    await apply(config('+14155550141'));
    expect((await plan(config('+14155550142'))).changes).toEqual(['update user/old@example.com: phone']);
    expect((await apply(config('+14155550142'))).errors).toEqual([]);
    expect((await plan(config('+14155550142'))).changes).toEqual([]);
  });
});
