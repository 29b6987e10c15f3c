import { beforeEach, describe, expect, it } from 'vitest';
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
