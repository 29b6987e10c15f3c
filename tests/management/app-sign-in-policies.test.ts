import { beforeEach, describe, expect, it } from 'vitest';
import type { Application } from '../../src/wire/application.ts';
import type { Policy, PolicyRule } from '../../src/wire/policy.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

async function policies(type: string): Promise<Policy[]> {
  return org.ok<Policy[]>('GET', `/api/v1/policies?type=${type}`);
}

async function systemPolicy(type: string): Promise<Policy> {
  const found = (await policies(type)).find((policy) => policy.system);
  if (!found) throw new Error(`no default policy of type ${type}`);
  return found;
}

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

  it('name methods by their authenticator alone, in constraints but not in chains', async () => {
    const { id } = await create();
    const rule = (verificationMethod: object) => ({
      type: 'ACCESS_POLICY',
      name: 'By key',
      actions: { appSignOn: { access: 'ALLOW', verificationMethod } },
    });
    const authenticationMethods = [{ key: 'okta_password' }];
    const constraints = [{ knowledge: { required: true, authenticationMethods } }];
    const made = await org.ok<PolicyRule>(
      'POST',
      `/api/v1/policies/${id}/rules`,
      rule({ type: 'ASSURANCE', factorMode: '1FA', reauthenticateIn: 'PT2H', constraints }),
    );
    expect(made.actions.appSignOn?.verificationMethod.constraints).toEqual(constraints);
    const chained = {
      ...rule({ type: 'AUTH_METHOD_CHAIN', chains: [{ authenticationMethods }] }),
      name: 'Chain of keys',
    };
    expect(await org.refused('POST', `/api/v1/policies/${id}/rules`, chained)).toMatchObject({
      status: 400,
      causes: ['authenticationMethods: key and method are required'],
    });
  });

  it('keep only the chains of an authentication method chain', async () => {
    const policy = await create();
    const webauthn = {
      key: 'webauthn',
      method: 'webauthn',
      phishingResistant: 'REQUIRED',
      userVerification: 'OPTIONAL',
    };
    const chains = [{ authenticationMethods: [{ key: 'okta_email', method: 'email' }, webauthn] }];
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

  describe('whose last places are taken', () => {
    const placed = async (...priorities: (number | undefined)[]) => {
      const { id } = await create();
      const rules = `/api/v1/policies/${id}/rules`;
      for (const [index, priority] of priorities.entries()) {
        await org.ok('POST', rules, {
          type: 'ACCESS_POLICY',
          name: `r${index}`,
          ...(priority === undefined ? {} : { priority }),
          actions: { appSignOn: { access: 'DENY' } },
        });
      }
      return (await org.ok<PolicyRule[]>('GET', rules)).map((rule) => `${rule.priority} ${rule.name}`);
    };

    it.each([
      { given: [98, 98], expected: ['97 r1', '98 r0', '99 Catch-all Rule'] },
      { given: [99, 200], expected: ['97 r0', '98 r1', '99 Catch-all Rule'] },
      { given: [98, undefined], expected: ['97 r0', '98 r1', '99 Catch-all Rule'] },
      { given: [97, 98, 97], expected: ['96 r2', '97 r0', '98 r1', '99 Catch-all Rule'] },
      { given: [5, 98, 97, undefined], expected: ['5 r0', '96 r2', '97 r1', '98 r3', '99 Catch-all Rule'] },
      { given: [-3, 98], expected: ['0 r0', '98 r1', '99 Catch-all Rule'] },
    ])('keep their rules above the catch-all: $given', async ({ given, expected }) => {
      expect(await placed(...given)).toEqual(expected);
    });

    it('refuse a rule that has no place left', async () => {
      const { id } = await create();
      const rules = `/api/v1/policies/${id}/rules`;
      const body = (name: string) => ({ type: 'ACCESS_POLICY', name, actions: { appSignOn: { access: 'DENY' } } });
      for (let index = 0; index < 99; index += 1) await org.ok('POST', rules, body(`r${index}`));
      expect(await org.refused('POST', rules, body('one too many'))).toMatchObject({
        status: 400,
        code: 'E0000001',
        causes: ['priority: There is no priority left before the catch-all rule.'],
      });
      const priorities = (await org.ok<PolicyRule[]>('GET', rules)).map((rule) => rule.priority);
      expect(priorities).toEqual(Array.from({ length: 100 }, (_, index) => index));
    });
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
