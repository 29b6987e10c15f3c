import { beforeEach, describe, expect, it } from 'vitest';
import type { Application } from '../../src/wire/application.ts';
import type { Group } from '../../src/wire/directory.ts';
import type { MfaEnrollEntry, MfaEnrollSettings, Policy, PolicyRule } from '../../src/wire/policy.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

async function groupId(name: string): Promise<string> {
  return (await org.ok<Group>('POST', '/api/v1/groups', { profile: { name } })).id;
}

async function policies(type: string): Promise<Policy[]> {
  return org.ok<Policy[]>('GET', `/api/v1/policies?type=${type}`);
}

async function systemPolicy(type: string): Promise<Policy> {
  const found = (await policies(type)).find((policy) => policy.system);
  if (!found) throw new Error(`no default policy of type ${type}`);
  return found;
}

function enrollmentBody(name: string, group: string, authenticators: MfaEnrollEntry[], more: object = {}) {
  return {
    type: 'MFA_ENROLL',
    name,
    conditions: { people: { groups: { include: [group] } } },
    settings: { type: 'AUTHENTICATORS', authenticators },
    ...more,
  };
}

const PASSWORD: MfaEnrollEntry = { key: 'okta_password', enroll: { self: 'REQUIRED' } };

function entriesOf(policy: Policy): MfaEnrollEntry[] {
  return (policy.settings as unknown as MfaEnrollSettings).authenticators;
}

describe('lists of policies', () => {
  it('need a type that Okta has', async () => {
    expect(await org.refused('GET', '/api/v1/policies')).toMatchObject({ status: 400, code: 'E0000028' });
    expect(await org.refused('GET', '/api/v1/policies?type=OAUTH_AUTHORIZATION_POLICY')).toEqual({
      status: 400,
      code: 'E0000002',
      summary: 'The request was not valid: Invalid policy type specified.',
      causes: [],
    });
    expect(await org.refused('GET', '/api/v1/policies?type=ENTITY_RISK')).toMatchObject({ status: 501 });
  });

  it('link themselves, and with a limit always a next page, which may be empty', async () => {
    const all = await org.api<Policy[]>('GET', '/api/v1/policies?type=MFA_ENROLL');
    expect(all.headers.get('Link')).toBe(`<${org.url}/api/v1/policies?type=MFA_ENROLL>; rel="self"`);
    const limited = await org.api<Policy[]>('GET', '/api/v1/policies?type=MFA_ENROLL&limit=200');
    const next = `${org.url}/api/v1/policies?after=${limited.body[0]?.id}&limit=200&type=MFA_ENROLL`;
    expect(limited.headers.get('Link')).toBe(
      `<${org.url}/api/v1/policies?type=MFA_ENROLL>; rel="self", <${next}>; rel="next"`,
    );
    const last = await org.api<Policy[]>('GET', next.slice(org.url.length));
    expect(last.body).toEqual([]);
    expect(last.headers.get('Link')).not.toContain('rel="next"');
  });
});

describe('enrollment policies', () => {
  it('answer with every active authenticator by name, whatever the request said', async () => {
    const group = await groupId('Phone testers');
    const created = await org.ok<Policy>(
      'POST',
      '/api/v1/policies',
      enrollmentBody('Phone', group, [PASSWORD, { key: 'okta_verify', enroll: { self: 'OPTIONAL' } }]),
    );
    expect(created.id).toMatch(/^00p/);
    expect(created).toMatchObject({ priority: 1, system: false, status: 'ACTIVE' });
    expect(entriesOf(created)).toEqual([
      { key: 'okta_email', enroll: { self: 'NOT_ALLOWED' } },
      { key: 'okta_verify', enroll: { self: 'OPTIONAL' } },
      { key: 'okta_password', enroll: { self: 'REQUIRED' } },
      { key: 'security_question', enroll: { self: 'NOT_ALLOWED' } },
    ]);
  });

  it('push the default policy to the end and close up when one goes', async () => {
    const group = await groupId('Phone testers');
    const make = (name: string, priority?: number) =>
      org.ok<Policy>('POST', '/api/v1/policies', enrollmentBody(name, group, [PASSWORD], priority ? { priority } : {}));
    const first = await make('First');
    await make('Second');
    await make('Third', 1);
    const order = async () => (await policies('MFA_ENROLL')).map((row) => [row.name, row.priority]);
    expect(await order()).toEqual([
      ['Third', 1],
      ['First', 2],
      ['Second', 3],
      ['Default Policy', 4],
    ]);
    await org.ok('DELETE', `/api/v1/policies/${first.id}`);
    expect(await order()).toEqual([
      ['Third', 1],
      ['Second', 2],
      ['Default Policy', 3],
    ]);
  });

  it('demand password or email', async () => {
    const group = await groupId('Phone testers');
    const body = enrollmentBody('No password', group, [{ key: 'okta_password', enroll: { self: 'OPTIONAL' } }]);
    expect(await org.refused('POST', '/api/v1/policies', body)).toEqual({
      status: 400,
      code: 'E0000001',
      summary: 'Api validation failed: mediationPolicy',
      causes: ['At least one of Password or Email authenticator must be set to required.'],
    });
  });

  it('of the default kind demand the password', async () => {
    const policy = await systemPolicy('MFA_ENROLL');
    const settings = {
      type: 'AUTHENTICATORS',
      authenticators: [
        { key: 'okta_password', enroll: { self: 'OPTIONAL' } },
        { key: 'okta_email', enroll: { self: 'REQUIRED' } },
      ],
    };
    expect(await org.refused('PUT', `/api/v1/policies/${policy.id}`, { ...policy, settings })).toEqual({
      status: 400,
      code: 'E0000001',
      summary: 'Api validation failed: mediationPolicy',
      causes: ['Password authenticator for default mfa enrollment policy must be required.'],
    });
  });

  it('refuse to allow an authenticator that is inactive', async () => {
    const group = await groupId('Phone testers');
    const body = enrollmentBody('Phone', group, [PASSWORD, { key: 'phone_number', enroll: { self: 'OPTIONAL' } }]);
    expect(await org.refused('POST', '/api/v1/policies', body)).toMatchObject({
      status: 400,
      summary: 'Api validation failed: mediationPolicy',
    });
  });

  it('without conditions are a server error, as in Okta', async () => {
    const { conditions: _conditions, ...body } = enrollmentBody('Nobody', 'x', [PASSWORD]);
    expect(await org.refused('POST', '/api/v1/policies', body)).toMatchObject({ status: 500, code: 'E0000009' });
  });

  it('say in summary and cause when settings do not fit the type', async () => {
    const group = await groupId('Phone testers');
    const settings = {
      type: 'AUTHENTICATORS',
      authenticators: [{ key: 'okta_password', enroll: { self: 'Required' } }],
    };
    const refusal = await org.refused('POST', '/api/v1/policies', { ...enrollmentBody('x', group, []), settings });
    expect(refusal.code).toBe('E0000001');
    expect(refusal.summary).toBe(`Api validation failed: ${refusal.causes[0]}`);
    expect(refusal.causes[0]).toContain('the request was not formatted correctly');
  });

  it('have unique names', async () => {
    const group = await groupId('Phone testers');
    await org.ok('POST', '/api/v1/policies', enrollmentBody('Phone', group, [PASSWORD]));
    expect(await org.refused('POST', '/api/v1/policies', enrollmentBody('Phone', group, [PASSWORD]))).toEqual({
      status: 400,
      code: 'E0000001',
      summary: 'Api validation failed: name',
      causes: ['name: Policy name already in use'],
    });
  });

  it('take the default policy back as it was read, and refuse another priority', async () => {
    const policy = await systemPolicy('MFA_ENROLL');
    const same = await org.ok<Policy>('PUT', `/api/v1/policies/${policy.id}`, policy);
    expect(entriesOf(same)).toEqual(entriesOf(policy));
    const moved = { ...policy, priority: 7 };
    expect(await org.refused('PUT', `/api/v1/policies/${policy.id}`, moved)).toEqual({
      status: 403,
      code: 'E0000077',
      summary: 'Cannot modify the priority attribute because it is read-only.',
      causes: [],
    });
    expect(await org.refused('DELETE', `/api/v1/policies/${policy.id}`)).toMatchObject({ status: 403 });
    expect(await org.refused('POST', `/api/v1/policies/${policy.id}/lifecycle/deactivate`)).toMatchObject({
      status: 403,
    });
  });

  it('have rules with the conditions Okta fills in, in dense order before the default rule', async () => {
    const policy = await systemPolicy('MFA_ENROLL');
    const rules = `/api/v1/policies/${policy.id}/rules`;
    const make = (name: string, priority: number) =>
      org.ok<PolicyRule>('POST', rules, {
        type: 'MFA_ENROLL',
        name,
        priority,
        actions: { enroll: { self: 'LOGIN' } },
      });
    const first = await make('One', 1);
    expect(first).toMatchObject({
      priority: 1,
      conditions: { people: { users: { exclude: [] } }, network: { connection: 'ANYWHERE' } },
      actions: { enroll: { self: 'LOGIN' } },
      type: 'MFA_ENROLL',
    });
    expect(first.id).toMatch(/^0pr/);
    await make('Two', 999);
    const order = async () => (await org.ok<PolicyRule[]>('GET', rules)).map((rule) => [rule.name, rule.priority]);
    expect(await order()).toEqual([
      ['One', 1],
      ['Two', 2],
      ['Default Rule', 3],
    ]);
    expect((await org.api('DELETE', `${rules}/${first.id}`)).status).toBe(204);
    expect(await order()).toEqual([
      ['Two', 1],
      ['Default Rule', 2],
    ]);
  });
});

describe('app sign-in policies', () => {
  const create = (name = 'Password and phone') =>
    org.ok<Policy>('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name, description: 'd' });

  it('come with a catch-all that password and SMS do not satisfy', async () => {
    const policy = await create();
    expect(policy.id).toMatch(/^rst/);
    expect(policy._embedded).toBeUndefined();
    const [rule, ...others] = await org.ok<PolicyRule[]>('GET', `/api/v1/policies/${policy.id}/rules`);
    expect(others).toEqual([]);
    expect(rule).toMatchObject({
      name: 'Catch-all Rule',
      priority: 99,
      system: true,
      conditions: null,
      actions: {
        appSignOn: {
          access: 'ALLOW',
          verificationMethod: {
            factorMode: '2FA',
            type: 'ASSURANCE',
            reauthenticateIn: 'PT12H',
            constraints: [{ possession: { required: true, deviceBound: 'REQUIRED' } }],
          },
        },
      },
    });
    expect(Object.keys(rule?._links ?? {})).toEqual(['self']);
  });

  it('let the catch-all change its actions and nothing else', async () => {
    const policy = await create();
    const [rule] = await org.ok<PolicyRule[]>('GET', `/api/v1/policies/${policy.id}/rules`);
    const path = `/api/v1/policies/${policy.id}/rules/${rule?.id}`;
    const body = {
      type: 'ACCESS_POLICY',
      name: 'Catch-all Rule',
      priority: 99,
      actions: {
        appSignOn: {
          access: 'ALLOW',
          verificationMethod: {
            type: 'ASSURANCE',
            factorMode: '2FA',
            constraints: [{ knowledge: { types: ['password'] } }],
          },
        },
      },
    };
    const changed = await org.ok<PolicyRule>('PUT', path, body);
    expect(changed.conditions).toBeNull();
    expect(changed.actions.appSignOn).toEqual({
      access: 'ALLOW',
      verificationMethod: {
        factorMode: '2FA',
        type: 'ASSURANCE',
        reauthenticateIn: 'PT12H',
        constraints: [{ knowledge: { required: true, types: ['password'] } }],
      },
      keepMeSignedIn: { postAuth: 'NOT_ALLOWED' },
    });
    const conditions = { network: { connection: 'ZONE', include: [] } };
    expect(await org.refused('PUT', path, { ...body, conditions })).toMatchObject({ status: 403, code: 'E0000077' });
    expect(await org.refused('DELETE', path)).toMatchObject({ status: 403 });
  });

  it('normalise what a rule demands', async () => {
    const policy = await create();
    const rule = await org.ok<PolicyRule>('POST', `/api/v1/policies/${policy.id}/rules`, {
      type: 'ACCESS_POLICY',
      name: 'Desktop',
      priority: 0,
      status: 'INACTIVE',
      conditions: { network: { connection: 'ANYWHERE' }, platform: {} },
      actions: {
        appSignOn: {
          access: 'ALLOW',
          verificationMethod: {
            type: 'ASSURANCE',
            factorMode: '2FA',
            constraints: [
              {
                knowledge: { types: ['password'] },
                possession: { excludedAuthenticationMethods: [{ key: 'okta_email', method: 'email' }] },
              },
              { posession: {} },
            ],
          },
        },
      },
    });
    expect(rule.status).toBe('ACTIVE');
    expect(rule.conditions).toEqual({
      people: { users: { exclude: [] } },
      network: { connection: 'ANYWHERE' },
      userType: { include: [], exclude: [] },
    });
    expect(rule.actions.appSignOn?.verificationMethod.constraints).toEqual([
      {
        knowledge: { required: true, types: ['password'] },
        possession: { required: false, excludedAuthenticationMethods: [{ key: 'okta_email', method: 'email' }] },
      },
      {},
    ]);
  });

  it('keep only the chains of an authentication method chain', async () => {
    const policy = await create();
    const chains = [{ authenticationMethods: [{ key: 'okta_email', method: 'email' }] }];
    const rule = await org.ok<PolicyRule>('POST', `/api/v1/policies/${policy.id}/rules`, {
      type: 'ACCESS_POLICY',
      name: 'Chain',
      actions: {
        appSignOn: {
          access: 'ALLOW',
          verificationMethod: {
            type: 'AUTH_METHOD_CHAIN',
            factorMode: '2FA',
            inactivityPeriod: 'PT1H',
            reauthenticateIn: 'PT0S',
            chains,
          },
        },
      },
    });
    expect(rule.actions.appSignOn?.verificationMethod).toEqual({
      type: 'AUTH_METHOD_CHAIN',
      chains,
      reauthenticateIn: 'PT0S',
    });
  });

  it('keep gaps between the priorities of rules and shift only up to the next gap', async () => {
    const policy = await create();
    const rules = `/api/v1/policies/${policy.id}/rules`;
    const make = (name: string, priority?: number) =>
      org.ok<PolicyRule>('POST', rules, {
        type: 'ACCESS_POLICY',
        name,
        ...(priority === undefined ? {} : { priority }),
        actions: { appSignOn: { access: 'DENY' } },
      });
    await make('a', 0);
    await make('b', 1);
    await make('c', 5);
    await make('d', 0);
    await make('e');
    const rows = await org.ok<PolicyRule[]>('GET', rules);
    expect(rows.map((rule) => [rule.name, rule.priority])).toEqual([
      ['d', 0],
      ['a', 1],
      ['b', 2],
      ['c', 5],
      ['e', 6],
      ['Catch-all Rule', 99],
    ]);
    const second = rows.find((rule) => rule.name === 'a');
    await org.ok('DELETE', `${rules}/${second?.id}`);
    const left = await org.ok<PolicyRule[]>('GET', rules);
    expect(left.map((rule) => rule.priority)).toEqual([0, 2, 5, 6, 99]);
  });

  it('are not deleted while an app uses them', async () => {
    const policy = await create();
    const app = await org.ok<Application>('POST', '/api/v1/apps', {
      name: 'oidc_client',
      label: 'App',
      signOnMode: 'OPENID_CONNECT',
      settings: {
        oauthClient: {
          application_type: 'web',
          grant_types: ['authorization_code'],
          response_types: ['code'],
          redirect_uris: ['http://localhost:8080/cb'],
        },
      },
    });
    expect((await org.api('PUT', `/api/v1/apps/${app.id}/policies/${policy.id}`)).status).toBe(204);
    const mappings = await org.ok<{ id: string }[]>('GET', `/api/v1/policies/${policy.id}/mappings`);
    expect(mappings.map((row) => row.id)).toEqual([app.id]);
    expect(await org.refused('DELETE', `/api/v1/policies/${policy.id}`)).toMatchObject({ status: 400 });
    const fallback = await systemPolicy('ACCESS_POLICY');
    await org.ok('PUT', `/api/v1/apps/${app.id}/policies/${fallback.id}`);
    expect((await org.api('DELETE', `/api/v1/policies/${policy.id}`)).status).toBe(204);
    expect(await org.refused('GET', `/api/v1/policies/${policy.id}`)).toEqual({
      status: 404,
      code: 'E0000007',
      summary: `Not found: Resource not found: ${policy.id} (Policy)`,
      causes: [],
    });
  });

  it('answer 204 to a lifecycle that changes nothing', async () => {
    const policy = await create();
    expect((await org.api('POST', `/api/v1/policies/${policy.id}/lifecycle/activate`)).status).toBe(204);
    expect((await org.api('POST', `/api/v1/policies/${policy.id}/lifecycle/deactivate`)).status).toBe(204);
    expect((await org.ok<Policy>('GET', `/api/v1/policies/${policy.id}`)).status).toBe('INACTIVE');
  });
});

describe('password policies', () => {
  it('fill in what the body leaves out', async () => {
    const group = await groupId('Phone testers');
    const policy = await org.ok<Policy>('POST', '/api/v1/policies', {
      type: 'PASSWORD',
      name: 'Long',
      conditions: { people: { groups: { include: [group] } } },
      settings: { password: { complexity: { minLength: 12 } } },
    });
    expect(policy.conditions?.authProvider).toEqual({ provider: 'OKTA' });
    expect(policy.settings).toMatchObject({
      password: {
        complexity: { minLength: 12, minLowerCase: 1, minUpperCase: 1, minNumber: 1, excludeUsername: true },
        lockout: { maxAttempts: 10 },
        breachedProtection: { expireAfterDays: null, logoutEnabled: false },
      },
      delegation: { options: { skipUnlock: false } },
    });
  });
});
