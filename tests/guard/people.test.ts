import { beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../src/okta/client.ts';
import { memoisingReader } from '../../src/okta/reader.ts';
import { guardPlan } from '../../src/provision/guard.ts';
import { planOrg } from '../../src/provision/index.ts';
import { memoryLedger } from '../../src/provision/ledger.ts';
import type { Application } from '../../src/wire/application.ts';
import type { Group, User } from '../../src/wire/directory.ts';
import { testOrg } from '../support/emulator.ts';
import { provisioner, textConfig } from '../support/provision.ts';
import { phoneConfig } from './configs.ts';

const org = testOrg();
beforeEach(() => org.reset());

const ADMIN = 'admin@example.com';
const NO_OKTA_VERIFY = textConfig(
  'enrollmentPolicies: [{ name: Default Policy, authenticators: { oktaVerify: disabled, email: disabled } }]\n',
);

const profileOf = (login: string) => ({ login, email: login, firstName: 'A', lastName: 'B' });

function newUser(login: string, groupIds: string[] = []): Promise<User> {
  return org.ok<User>('POST', '/api/v1/users?activate=true', {
    profile: profileOf(login),
    credentials: { password: { value: 'Correct-Horse-9' } },
    groupIds,
  });
}

const newGroup = (name: string) => org.ok<Group>('POST', '/api/v1/groups', { profile: { name, description: '' } });

const absentUser = (login: string) =>
  textConfig(`users: [{ login: "${login}", firstName: A, lastName: B, ensure: absent }]\n`);

describe('admins', () => {
  it('are told by name, those with a role by a group as well', async () => {
    const group = await newGroup('Helpers');
    await org.ok('POST', `/api/v1/groups/${group.id}/roles`, { type: 'HELP_DESK_ADMIN' });
    await newUser('helper@example.com', [group.id]);
    const rule = `appSignInPolicies:
  - name: Okta Admin Console
    rules: [{ name: No helpers, groups: [Helpers], access: denied }, { name: Admin App Policy }]
groups: [{ name: Helpers }]
`;
    expect((await provisioner(org).guard(textConfig(rule))).lockouts).toEqual([
      'appSignInPolicyRule/Okta Admin Console/No helpers: the admin helper@example.com, and admins with the groups of helper@example.com who have Password and Email, or Password, Email and Okta Verify could no longer reach the Admin Console: the rule "No helpers" denies access (app sign-in policy "Okta Admin Console")',
    ]);
  });

  it('that may not be read are said to be unread, and classes are judged all the same', async () => {
    const refusal = { errorCode: 'E0000006', errorSummary: 'no', errorLink: '', errorId: 'x', errorCauses: [] };
    await org.api('PUT', '/_emulator/faults', {
      faults: [{ method: 'GET', path: '/api/v1/iam/assignees/users', status: 403, body: refusal }],
    });
    const { lockouts, notes } = await provisioner(org).guard(NO_OKTA_VERIFY);
    expect(notes).toEqual([
      'the credentials may not read who is an admin (okta.roles.read, okta.users.read): no admin was looked at, only classes of users',
    ]);
    expect(lockouts.at(-1)).toBe(
      'enrollmentPolicy/Default Policy: users in no group that the policies name who have Password and Email, or Password, Email and Okta Verify could no longer reach the Admin Console: the rule requires two different factor classes; password is knowledge only (rule "Admin App Policy" of app sign-in policy "Okta Admin Console"; enrollment policy "Default Policy")',
    );
  });

  it('beyond the first fifty are not looked at one by one, and that is said', async () => {
    for (let n = 0; n < 51; n += 1) {
      const profile = profileOf(`admin${n}@example.com`);
      const { id } = await org.ok<User>('POST', '/api/v1/users?activate=false', { profile });
      await org.ok('POST', `/api/v1/users/${id}/roles`, { type: 'READ_ONLY_ADMIN' });
    }
    const { notes, requests } = await provisioner(org).guard(NO_OKTA_VERIFY);
    expect(notes).toEqual([
      'the org has more than 50 admins: only the first 50 were looked at one by one, the others as classes of users',
    ]);
    expect(requests.filter((request) => request.startsWith('GET /api/v1/users/')).length).toBe(150);
  });

  it('who are deactivated lose the Admin Console', async () => {
    const { id } = await newUser('second@example.com');
    await org.ok('POST', `/api/v1/users/${id}/roles`, { type: 'SUPER_ADMIN' });
    expect((await provisioner(org).guard(absentUser('second@example.com'))).lockouts).toEqual([
      'user/second@example.com: the admin second@example.com could no longer reach the Admin Console: the user would be deleted',
    ]);
  });
});

describe('our own credential', () => {
  it('dies with the user of the API token', async () => {
    const { lockouts } = await provisioner(org).guard(absentUser(ADMIN));
    expect(lockouts[0]).toBe(
      'user/admin@example.com: the API token that orgproof uses belongs to admin@example.com, who would be deleted',
    );
  });

  it('loses its role with the group that carries it', async () => {
    const group = await newGroup('Admins');
    await org.ok('POST', `/api/v1/groups/${group.id}/roles`, { type: 'SUPER_ADMIN' });
    const me = await org.ok<User>('GET', '/api/v1/users/me');
    await org.ok('PUT', `/api/v1/groups/${group.id}/users/${me.id}`);
    const absent = textConfig('groups: [{ name: Admins, ensure: absent }]\n');
    expect((await provisioner(org).guard(absent)).lockouts).toEqual([]);
    const own = await org.ok<{ id: string; assignmentType: string }[]>('GET', `/api/v1/users/${me.id}/roles`);
    const direct = own.find((role) => role.assignmentType === 'USER');
    await org.ok('DELETE', `/api/v1/users/${me.id}/roles/${direct?.id}`);
    expect((await provisioner(org).guard(absent)).lockouts).toEqual([
      'group/Admins: the API token that orgproof uses belongs to admin@example.com, whose only admin role (Super Administrator) comes from this group',
    ]);
  });

  it.each([
    ['ensure: absent', 'would be deleted'],
    ['status: inactive', 'would be inactive'],
    ['clientAuthentication: client secret', 'would no longer prove itself by its private key'],
    ['publicKeys: [{ kid: k2, kty: RSA, e: AQAB, n: sXch }]', 'would know none of the keys any more that it had'],
    ['oktaApiScopes: [okta.users.read]', 'would lose its okta.apps.manage'],
  ])('is a service app that the config makes unusable: %s', async (field, words) => {
    const app = await serviceApp();
    for (const scopeId of ['okta.apps.manage', 'okta.users.read']) {
      await org.ok('POST', `/api/v1/apps/${app.id}/grants`, { issuer: org.url, scopeId });
    }
    const config = textConfig(`apps: [{ label: Pipeline, type: service, ${field} }]\n`);
    const api = await connect({ orgUrl: org.url, credentials: { mode: 'SSWS', token: org.token } });
    const shared = { config, api, reader: memoisingReader(api), ledger: memoryLedger() };
    const { lockouts } = await guardPlan(await planOrg(shared), { ...shared, clientId: app.id });
    expect(lockouts.map(({ address, reason }) => `${address}: ${reason}`)).toEqual([
      `app/Pipeline: orgproof itself signs in as "Pipeline", which ${words}`,
    ]);
  });
});

it('is no lockout when another key comes beside the one that it has', async () => {
  const app = await serviceApp();
  const keys = `[{ kid: k2, kty: RSA, e: AQAB, n: sXch }, { kid: k, kty: RSA, e: AQAB, use: sig, n: ${KEY_MODULUS} }]`;
  const config = textConfig(`apps: [{ label: Pipeline, type: service, publicKeys: ${keys} }]\n`);
  const api = await connect({ orgUrl: org.url, credentials: { mode: 'SSWS', token: org.token } });
  const shared = { config, api, reader: memoisingReader(api), ledger: memoryLedger() };
  const plan = await planOrg(shared);
  expect(plan.changes.map(({ address }) => address)).toEqual(['app/Pipeline']);
  expect((await guardPlan(plan, { ...shared, clientId: app.id })).lockouts).toEqual([]);
});

describe('what the credentials may not read', () => {
  const refuse = (path: string) =>
    org.ok('PUT', '/_emulator/faults', {
      faults: [
        {
          method: 'GET',
          path,
          status: 403,
          body: { errorCode: 'E0000006', errorSummary: 'no', errorLink: '', errorId: 'x', errorCauses: [] },
        },
      ],
    });

  it('is not needed for an app whose URIs change', async () => {
    const { apply, guard } = provisioner(org);
    await apply(phoneConfig());
    const uris = textConfig('apps: [{ label: Shop, type: web, signOutUris: [http://localhost:8080] }]\n');
    expect(await guard(uris)).toEqual({ lockouts: [], places: [], moments: [], notes: [], requests: [] });
  });

  it('stops the plan in the name of the guard, with the scope that is missing', async () => {
    await refuse('/api/v1/authenticators');
    const rule = 'globalSessionPolicies: [{ name: Default Policy, rules: [{ name: Default Rule, access: denied }] }]\n';
    await expect(provisioner(org).guard(textConfig(rule))).rejects.toMatchObject({
      code: 'permission-missing',
      message: expect.stringMatching(/^the lockout guard could not see who would lose access: GET \/api\/v1\/auth/),
      hint: 'give the credentials okta.authenticators.read, or a role that may view it',
    });
  });
});

describe('users of flows', () => {
  it('who are not there yet are held against the org as it is, with the phone that the config enrols', async () => {
    const { apply, guard } = provisioner(org);
    await apply(phoneConfig());
    const config = phoneConfig({
      rule: 'access: denied',
      more: '  - { name: By voice, user: ann@example.com, app: Shop, steps: [password, phone voice], expect: { signedIn: true } }\n',
      users:
        '  - { login: ann@example.com, firstName: Ann, lastName: Lee, password: "${env:MARY_PASSWORD}", phone: "+14155550133" }',
    });
    expect((await guard(config)).lockouts[0]).toContain(
      'mary@example.com (flow "By SMS"), and ann@example.com (flow "By voice"), and users',
    );
  });
});

function serviceApp(): Promise<Application> {
  const key = { kty: 'RSA', e: 'AQAB', kid: 'k', use: 'sig', n: KEY_MODULUS };
  return org.ok<Application>('POST', '/api/v1/apps', {
    name: 'oidc_client',
    label: 'Pipeline',
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
    settings: {
      oauthClient: {
        application_type: 'service',
        grant_types: ['client_credentials'],
        response_types: ['token'],
        jwks: { keys: [key] },
      },
    },
  });
}

const KEY_MODULUS = Buffer.alloc(256, 0xab).toString('base64url');
