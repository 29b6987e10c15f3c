import { describe, expect, it } from 'vitest';
import type { Application } from '../../src/wire/application.ts';
import type { Authenticator } from '../../src/wire/authenticator.ts';
import type {
  AuthorizationServer,
  AuthorizationServerPolicy,
  AuthorizationServerPolicyRule,
  OAuth2Claim,
  OAuth2Scope,
} from '../../src/wire/authorization-server.ts';
import type { Group, User } from '../../src/wire/directory.ts';
import type { WellKnownOrganization } from '../../src/wire/org.ts';
import type { MfaEnrollSettings, Policy } from '../../src/wire/policy.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();

describe('a fresh org', () => {
  it('says without a token that it is an Identity Engine org', async () => {
    const response = await fetch(`${org.url}/.well-known/okta-organization`);
    const answer = (await response.json()) as WellKnownOrganization;
    expect(response.status).toBe(200);
    expect(answer.pipeline).toBe('idx');
    expect(answer.id).toMatch(/^00o[0-9A-Za-z]{17}$/);
  });

  it('has the five authenticators of a new org, phone inactive', async () => {
    const rows = await org.ok<Authenticator[]>('GET', '/api/v1/authenticators');
    expect(rows.map(({ name, key, status, settings }) => [name, key, status, settings?.allowedFor])).toEqual([
      ['Email', 'okta_email', 'ACTIVE', 'recovery'],
      ['Okta Verify', 'okta_verify', 'ACTIVE', undefined],
      ['Password', 'okta_password', 'ACTIVE', undefined],
      ['Phone', 'phone_number', 'INACTIVE', 'any'],
      ['Security Question', 'security_question', 'ACTIVE', 'recovery'],
    ]);
  });

  it('has one default enrollment policy: password required, email and Okta Verify optional', async () => {
    const [policy, ...others] = await org.ok<Policy[]>('GET', '/api/v1/policies?type=MFA_ENROLL&expand=rules');
    expect(others).toEqual([]);
    expect(policy).toMatchObject({ name: 'Default Policy', system: true, priority: 1 });
    const settings = policy?.settings as MfaEnrollSettings | undefined;
    expect(settings?.authenticators).toEqual([
      { key: 'okta_email', enroll: { self: 'OPTIONAL' } },
      { key: 'okta_verify', enroll: { self: 'OPTIONAL' } },
      { key: 'okta_password', enroll: { self: 'REQUIRED' } },
      { key: 'security_question', enroll: { self: 'NOT_ALLOWED' } },
    ]);
    expect(policy?._embedded?.rules?.map((rule) => [rule.name, rule.actions, rule.conditions])).toEqual([
      [
        'Default Rule',
        { enroll: { self: 'CHALLENGE' } },
        { people: { users: { exclude: [] } }, network: { connection: 'ANYWHERE' } },
      ],
    ]);
  });

  it('has the app sign-in policies of its own apps, and exactly one default', async () => {
    const rows = await org.ok<Policy[]>('GET', '/api/v1/policies?type=ACCESS_POLICY&expand=rules');
    expect(rows.map((row) => [row.name, row.system, row._embedded?.resourceType])).toEqual([
      ['Okta Admin Console', false, 'APP'],
      ['Okta Dashboard', false, 'APP'],
      ['Okta Browser Plugin', false, 'APP'],
      ['Any two factors', true, 'APP'],
      ['Okta Account Management Policy', false, 'END_USER_ACCOUNT_MANAGEMENT'],
    ]);
    const anyTwo = rows.find((row) => row.system);
    expect(anyTwo?._embedded?.rules?.map((rule) => [rule.name, rule.priority, rule.conditions, rule.actions])).toEqual([
      [
        'Catch-all Rule',
        99,
        null,
        {
          appSignOn: {
            access: 'ALLOW',
            verificationMethod: { factorMode: '2FA', type: 'ASSURANCE', reauthenticateIn: 'PT12H' },
            keepMeSignedIn: { postAuth: 'NOT_ALLOWED' },
          },
        },
      ],
    ]);
  });

  it('asks for username and password on one page, and lets strangers register', async () => {
    const [session] = await org.ok<Policy[]>('GET', '/api/v1/policies?type=OKTA_SIGN_ON&expand=rules');
    expect(session?._embedded?.rules?.[0]).toMatchObject({
      name: 'Default Rule',
      type: 'SIGN_ON',
      actions: { signon: { access: 'ALLOW', primaryFactor: 'PASSWORD_IDP', requireFactor: false } },
    });
    const [enrollment] = await org.ok<Policy[]>('GET', '/api/v1/policies?type=PROFILE_ENROLLMENT&expand=rules');
    expect(enrollment?._embedded?.rules?.[0]).toMatchObject({
      name: 'Catch-all Rule',
      actions: { profileEnrollment: { unknownUserAction: 'REGISTER' } },
    });
  });

  it('has Everyone, the administrators and one admin who owns the token', async () => {
    const groups = await org.ok<Group[]>('GET', '/api/v1/groups');
    expect(groups.map((row) => [row.profile.name, row.type])).toEqual([
      ['Everyone', 'BUILT_IN'],
      ['Okta Administrators', 'BUILT_IN'],
    ]);
    const me = await org.ok<User>('GET', '/api/v1/users/me');
    expect(me.profile.login).toBe('admin@example.com');
    const mine = await org.ok<Group[]>('GET', `/api/v1/users/${me.id}/groups`);
    expect(mine.map((row) => row.profile.name)).toEqual(['Everyone', 'Okta Administrators']);
    const factors = await org.ok<{ factorType: string }[]>('GET', '/api/v1/users/me/factors');
    expect(factors.map((row) => row.factorType)).toEqual(['email', 'push', 'token:software:totp']);
  });

  it("has Okta's own three apps", async () => {
    const apps = await org.ok<Application[]>('GET', '/api/v1/apps');
    expect(apps.map((row) => [row.name, row.label, row.signOnMode])).toEqual([
      ['saasure', 'Okta Admin Console', 'OPENID_CONNECT'],
      ['okta_enduser', 'Okta Dashboard', 'OPENID_CONNECT'],
      ['okta_browser_plugin', 'Okta Browser Plugin', 'OPENID_CONNECT'],
    ]);
  });

  it('has the default authorization server, whose rule lacks the interaction code', async () => {
    const server = await org.ok<AuthorizationServer>('GET', '/api/v1/authorizationServers/default');
    expect(server).toMatchObject({
      name: 'default',
      audiences: ['api://default'],
      issuer: `${org.url}/oauth2/default`,
      default: true,
    });
    const [policy] = await org.ok<AuthorizationServerPolicy[]>('GET', '/api/v1/authorizationServers/default/policies');
    expect(policy?.conditions).toEqual({ clients: { include: ['ALL_CLIENTS'] } });
    const rules = await org.ok<AuthorizationServerPolicyRule[]>(
      'GET',
      `/api/v1/authorizationServers/default/policies/${policy?.id}/rules`,
    );
    expect(rules.map((rule) => [rule.name, rule.conditions.grantTypes.include, rule.conditions.scopes])).toEqual([
      [
        'Default Policy Rule',
        [
          'implicit',
          'client_credentials',
          'password',
          'authorization_code',
          'urn:ietf:params:oauth:grant-type:device_code',
        ],
        { include: ['*'] },
      ],
    ]);
    const scopes = await org.ok<OAuth2Scope[]>('GET', '/api/v1/authorizationServers/default/scopes');
    expect(scopes.map((row) => row.name)).toEqual([
      'openid',
      'profile',
      'email',
      'address',
      'phone',
      'offline_access',
      'device_sso',
    ]);
    const claims = await org.ok<OAuth2Claim[]>('GET', '/api/v1/authorizationServers/default/claims');
    expect(claims).toHaveLength(19);
    expect(claims.find((row) => row.name === 'sub')?.value).toBe('(appuser != null) ? appuser.userName : app.clientId');
  });
});
