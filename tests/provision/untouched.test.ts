import { beforeEach, describe, expect, it } from 'vitest';
import { testOrg } from '../support/emulator.ts';
import { provisioner, textConfig } from '../support/provision.ts';

const org = testOrg();
beforeEach(() => org.reset());

const named = async (path: string, name: string) =>
  (await org.api('GET', path)).body.find((item: { name: string }) => item.name === name);

const ruleOf = (policyId: string) => ({
  list: async () => (await org.api('GET', `/api/v1/policies/${policyId}/rules`)).body,
});

describe('a write keeps what the config does not mention', () => {
  it('response types of an app whose redirect URIs change', async () => {
    const { body: app } = await org.api('POST', '/api/v1/apps', {
      name: 'oidc_client',
      label: 'A',
      signOnMode: 'OPENID_CONNECT',
      credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_basic' } },
      settings: {
        oauthClient: {
          application_type: 'web',
          grant_types: ['authorization_code', 'implicit'],
          response_types: ['code', 'id_token'],
          redirect_uris: ['http://localhost:1/a'],
        },
      },
    });
    const config = textConfig('apps: [{ label: A, type: web, redirectUris: [http://localhost:1/b] }]\n');
    expect((await provisioner(org).apply(config)).errors).toEqual([]);
    const client = (await org.api('GET', `/api/v1/apps/${app.id}`)).body.settings.oauthClient;
    expect(client.response_types).toEqual(['code', 'id_token']);
    expect(client.grant_types).toEqual(['authorization_code', 'implicit']);
    expect(client.redirect_uris).toEqual(['http://localhost:1/b']);
  });

  it('how long a password stays fresh in an app sign-in rule that gets groups', async () => {
    const { body: policy } = await org.api('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name: 'P' });
    await org.api('POST', `/api/v1/policies/${policy.id}/rules`, {
      type: 'ACCESS_POLICY',
      name: 'R',
      actions: {
        appSignOn: {
          access: 'ALLOW',
          verificationMethod: {
            type: 'ASSURANCE',
            factorMode: '2FA',
            reauthenticateIn: 'PT2H',
            inactivityPeriod: 'PT1H',
            constraints: [{ knowledge: { types: ['password'], reauthenticateIn: 'PT1H' } }],
          },
        },
      },
    });
    const config = textConfig(`groups: [{ name: G }]
appSignInPolicies:
  - { name: P, rules: [{ name: R, groups: [G], userMustAuthenticateWith: password + another factor }] }
`);
    const { plan, apply } = provisioner(org);
    expect((await plan(config)).changes).toEqual(['create group/G', 'update appSignInPolicyRule/P/R: groups']);
    expect((await apply(config)).errors).toEqual([]);
    const rule = (await ruleOf(policy.id).list()).find((item: { name: string }) => item.name === 'R');
    expect(rule.actions.appSignOn.verificationMethod).toMatchObject({
      reauthenticateIn: 'PT2H',
      inactivityPeriod: 'PT1H',
      constraints: [{ knowledge: { types: ['password'], reauthenticateIn: 'PT1H' } }],
    });
  });

  it('the apps that a trusted origin may frame', async () => {
    await org.api('POST', '/api/v1/trustedOrigins', {
      name: 'O',
      origin: 'http://localhost:1',
      scopes: [{ type: 'IFRAME_EMBED', allowedOktaApps: ['OKTA_ENDUSER'] }],
    });
    const config = textConfig('trustedOrigins: [{ name: O, origin: http://localhost:1, allow: [iframe, cors] }]\n');
    expect((await provisioner(org).apply(config)).errors).toEqual([]);
    expect((await named('/api/v1/trustedOrigins', 'O')).scopes).toEqual([
      { type: 'IFRAME_EMBED', allowedOktaApps: ['OKTA_ENDUSER'] },
      { type: 'CORS' },
    ]);
  });

  it('a group that is gone, in a rule of an authorization server whose lifetime changes', async () => {
    const { body: group } = await org.api('POST', '/api/v1/groups', { profile: { name: 'Gone' } });
    const path = '/api/v1/authorizationServers/default/policies';
    const [policy] = (await org.api('GET', path)).body;
    const [rule] = (await org.api('GET', `${path}/${policy.id}/rules`)).body;
    rule.conditions.people.groups.include = [group.id];
    await org.api('PUT', `${path}/${policy.id}/rules/${rule.id}`, rule);
    await org.api('DELETE', `/api/v1/groups/${group.id}`);
    const config = textConfig(`authorizationServers:
  - name: default
    policies: [{ name: Default Policy, rules: [{ name: Default Policy Rule, accessTokenLifetimeMinutes: 30 }] }]
`);
    expect((await provisioner(org).apply(config)).errors).toEqual([]);
    const [after] = (await org.api('GET', `${path}/${policy.id}/rules`)).body;
    expect(after.actions.token.accessTokenLifetimeMinutes).toBe(30);
    expect(after.conditions.people.groups.include).toEqual([group.id]);
  });

  it('the primary email of a user whose login is another', async () => {
    await org.api('POST', '/api/v1/users', {
      profile: { login: 'ann@example.com', email: 'ann.private@corp.example', firstName: 'Ann', lastName: 'Old' },
      credentials: { password: { value: 'Their-Own-Secret-1' } },
    });
    const config = textConfig('users: [{ login: ann@example.com, firstName: Ann, lastName: New }]\n');
    const { apply } = provisioner(org);
    expect((await apply(config)).outcomes).toEqual(['applied user/ann@example.com']);
    const { profile } = (await org.api('GET', '/api/v1/users/ann@example.com')).body;
    expect(profile).toMatchObject({ email: 'ann.private@corp.example', lastName: 'New' });
  });
});

describe('a policy that Classic Engine left', () => {
  /** What an upgraded org shows until the policy is first edited: factors instead of authenticators. */
  async function makeClassic(factors: Record<string, unknown>): Promise<void> {
    const { body: snapshot } = await org.api('GET', '/_emulator/snapshot');
    const policies = JSON.stringify(snapshot).includes('"MFA_ENROLL"');
    expect(policies).toBe(true);
    const edited = JSON.parse(JSON.stringify(snapshot), (_key, value: unknown) =>
      (value as { type?: string } | null)?.type === 'MFA_ENROLL' && (value as { settings?: unknown }).settings
        ? { ...(value as object), settings: { factors } }
        : value,
    );
    expect((await org.api('PUT', '/_emulator/snapshot', edited)).status).toBeLessThan(300);
  }
  const level = (self: string) => ({ enroll: { self }, consent: { type: 'NONE' } });
  const config = textConfig(
    'enrollmentPolicies: [{ name: Default Policy, authenticators: { password: required, email: disabled } }]\n',
  );

  it('keeps a phone that one of its factors allows', async () => {
    const phone = (await named('/api/v1/authenticators', 'Phone')).id;
    await org.api('POST', `/api/v1/authenticators/${phone}/lifecycle/activate`);
    await makeClassic({
      okta_password: level('REQUIRED'),
      okta_email: level('OPTIONAL'),
      okta_sms: level('OPTIONAL'),
      okta_call: level('NOT_ALLOWED'),
    });
    expect((await provisioner(org).apply(config)).errors).toEqual([]);
    const [policy] = (await org.api('GET', '/api/v1/policies?type=MFA_ENROLL')).body;
    const entry = (key: string) =>
      policy.settings.authenticators.find((item: { key: string }) => item.key === key).enroll.self;
    expect([entry('okta_email'), entry('phone_number')]).toEqual(['NOT_ALLOWED', 'OPTIONAL']);
  });

  it('is not converted when a factor would be lost', async () => {
    await makeClassic({ okta_password: level('REQUIRED'), okta_email: level('OPTIONAL'), duo: level('OPTIONAL') });
    const { errors } = await provisioner(org).apply(config);
    expect(errors).toEqual(['the policy "Default Policy" still has factors of Classic Engine that would be lost: duo']);
  });
});

describe('users that are not ours', () => {
  const victim = () =>
    org.api('POST', '/api/v1/users', {
      profile: { login: 'vic@example.com', email: 'vic@example.com', firstName: 'Vic', lastName: 'Tim' },
      credentials: { password: { value: 'Their-Own-Secret-1' } },
    });

  it('are not found by their id', async () => {
    const { body } = await victim();
    const config = textConfig(`users: [{ login: ${body.id}, firstName: X, lastName: Y, ensure: absent }]\n`);
    expect((await provisioner(org).apply(config)).outcomes).toEqual([]);
    expect((await org.api('GET', '/api/v1/users/vic@example.com')).body.status).toBe('ACTIVE');
  });

  it('do not become ours because a creation of that name was refused', async () => {
    const weak = textConfig(
      "users: [{ login: vic@example.com, firstName: V, lastName: T, password: '${env:WEAK_PASSWORD}', phone: '+14155550177' }]\n",
    );
    const { apply, plan } = provisioner(org);
    expect((await apply(weak)).outcomes).toEqual(['unapplied user/vic@example.com']);
    await victim();
    expect((await plan(weak)).changes).toEqual(['update user/vic@example.com: firstName, lastName']);
  });

  it('are taken over once by --adopt-credentials, and then are ours', async () => {
    await victim();
    const config = textConfig(
      "users: [{ login: vic@example.com, firstName: Vic, lastName: Tim, password: '${env:MARY_PASSWORD}' }]\n",
    );
    const { apply, plan } = provisioner(org);
    expect((await apply(config, { adoptCredentials: true })).errors).toEqual([]);
    expect((await plan(config, { adoptCredentials: true })).changes).toEqual([]);
    expect((await apply(config, { adoptCredentials: true })).writes).toBe(0);
  });

  it('show that they are not active', async () => {
    const { body } = await victim();
    await org.api('POST', `/api/v1/users/${body.id}/lifecycle/suspend`);
    const { notes } = await provisioner(org).plan(
      textConfig('users: [{ login: vic@example.com, firstName: Vic, lastName: Tim }]\n'),
    );
    expect(notes.map((note) => note.text)).toEqual(['has status SUSPENDED in the org: left alone']);
  });
});

describe('what once never came to rest', () => {
  it('a rule behind one that the Admin Console put at 98', async () => {
    const { body: policy } = await org.api('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name: 'P' });
    await org.api('POST', `/api/v1/policies/${policy.id}/rules`, {
      type: 'ACCESS_POLICY',
      name: 'Old',
      priority: 98,
      actions: { appSignOn: { access: 'ALLOW', verificationMethod: { type: 'ASSURANCE', factorMode: '1FA' } } },
    });
    const config = textConfig(
      'appSignInPolicies: [{ name: P, rules: [{ name: Old }, { name: New, access: denied, userMustAuthenticateWith: password }] }]\n',
    );
    const { apply, plan } = provisioner(org);
    expect((await apply(config)).errors).toEqual([]);
    expect((await plan(config)).changes).toEqual([]);
    const rules = (await ruleOf(policy.id).list()) as { name: string; priority: number }[];
    expect(rules.toSorted((a, b) => a.priority - b.priority).map((rule) => rule.name)).toEqual([
      'Old',
      'New',
      'Catch-all Rule',
    ]);
  });

  it('an authorization server policy for an app whose client id was chosen', async () => {
    await org.api('POST', '/api/v1/apps', {
      name: 'oidc_client',
      label: 'A',
      signOnMode: 'OPENID_CONNECT',
      credentials: {
        oauthClient: { client_id: 'chosen-client-id', token_endpoint_auth_method: 'client_secret_basic' },
      },
      settings: {
        oauthClient: {
          application_type: 'web',
          grant_types: ['authorization_code'],
          response_types: ['code'],
          redirect_uris: ['http://localhost:1/a'],
        },
      },
    });
    const config = textConfig(`apps: [{ label: A, type: web }]
authorizationServers: [{ name: default, policies: [{ name: Mine, clients: [A] }] }]
`);
    const { apply, plan } = provisioner(org);
    expect((await apply(config)).errors).toEqual([]);
    expect((await plan(config)).changes).toEqual([]);
  });

  it('an authenticator that is switched off with the policy that allowed it', async () => {
    const { apply, plan } = provisioner(org);
    await apply(
      textConfig(`authenticators: { phone: { status: active } }
groups: [{ name: G }]
enrollmentPolicies: [{ name: E, groups: [G], authenticators: { password: required, phone: required }, rules: [{ name: r }] }]
`),
    );
    const config = textConfig(`authenticators: { phone: { status: inactive } }
groups: [{ name: G }]
enrollmentPolicies: [{ name: E, groups: [G], ensure: absent }]
`);
    expect((await apply(config)).errors).toEqual([]);
    expect((await plan(config)).changes).toEqual([]);
  });

  it('a user whose phone has one active method', async () => {
    const config = textConfig(`authenticators: { phone: { status: active, methods: { voice: active, sms: inactive } } }
enrollmentPolicies: [{ name: Default Policy, authenticators: { phone: optional } }]
users: [{ login: u@example.com, firstName: U, lastName: V, password: '\${env:MARY_PASSWORD}', phone: '+14155550188' }]
`);
    const { apply, plan } = provisioner(org);
    expect((await apply(config)).errors).toEqual([]);
    expect((await plan(config)).changes).toEqual([]);
  });
});

it('waits for an org that is sorting priorities', async () => {
  await org.api('PUT', '/_emulator/faults', {
    faults: [
      {
        method: 'POST',
        path: '/api/v1/groups',
        status: 423,
        count: 1,
        body: { errorCode: 'E0000239', errorSummary: 'Policy priorities are being reconciled.', errorCauses: [] },
      },
    ],
  });
  const result = await provisioner(org).apply(textConfig('groups: [{ name: G }]\n'));
  await org.api('PUT', '/_emulator/faults', { faults: [] });
  expect(result).toMatchObject({ exitCode: 0, outcomes: ['applied group/G'] });
});
