/** `POST /api/v1/policies/simulate`: which policies and rules would apply, and why others do not. */
import { Client } from '@okta/okta-sdk-nodejs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Application } from '../../src/wire/application.ts';
import type { Group, User } from '../../src/wire/directory.ts';
import type { Policy, PolicyRule } from '../../src/wire/policy.ts';
import { testOrg, type Untyped } from '../support/emulator.ts';
import { webApp } from '../support/web-app.ts';

const org = testOrg();
let app: Application;
let policy: Policy;
let office: { id: string };
let admins: Group;
let mary: User;

async function rule(name: string, priority: number, conditions: object): Promise<PolicyRule> {
  const verificationMethod = { type: 'ASSURANCE', factorMode: '1FA', reauthenticateIn: 'PT2H' };
  const actions = { appSignOn: { access: 'ALLOW', verificationMethod } };
  const body = { type: 'ACCESS_POLICY', name, priority, conditions, actions };
  return org.ok('POST', `/api/v1/policies/${policy.id}/rules`, body);
}

beforeAll(async () => {
  app = await org.ok('POST', '/api/v1/apps', webApp('App'));
  policy = await org.ok('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Simulated' });
  await org.ok('PUT', `/api/v1/apps/${app.id}/policies/${policy.id}`);
  admins = await org.ok('POST', '/api/v1/groups', { profile: { name: 'Admins' } });
  mary = await org.ok('POST', '/api/v1/users?activate=true', {
    profile: { login: 'mary@example.com', email: 'mary@example.com', firstName: 'Mary', lastName: 'Major' },
    credentials: { password: { value: 'Correct-horse-7' } },
    groupIds: [admins.id],
  });
  office = await org.ok('POST', '/api/v1/zones', {
    type: 'IP',
    name: 'Office',
    gateways: [{ type: 'CIDR', value: '203.0.113.0/24' }],
  });
  await rule('Office admins', 0, {
    people: { groups: { include: [admins.id] } },
    network: { connection: 'ZONE', include: [office.id] },
  });
  await rule('High risk', 1, { riskScore: { level: 'HIGH' } });
  await rule('Phones', 2, { platform: { include: [{ type: 'MOBILE', os: { type: 'IOS' } }] } });
  const managed = await rule('Off', 3, {});
  await org.ok('POST', `/api/v1/policies/${policy.id}/rules/${managed.id}/lifecycle/deactivate`);
});

async function simulated(context: object, expand = '', policyTypes: string[] | null = ['ACCESS_POLICY']) {
  const body = [{ appInstance: app.id, policyContext: context, policyTypes }];
  return org.ok<Untyped[]>('POST', `/api/v1/policies/simulate${expand}`, body);
}

/** The name of the rule that matched. */
async function matched(context: object): Promise<string> {
  const [evaluation] = await simulated(context);
  return evaluation?.result.policies[0]?.rules[0]?.name;
}

describe('a simulation', () => {
  it('tells the policy and the rule that would apply, and nothing else unless asked', async () => {
    expect(await simulated({ user: { id: mary.id }, ip: '203.0.113.9' })).toEqual([
      {
        status: 'MATCH',
        policyType: ['ACCESS_POLICY'],
        result: {
          policies: [
            {
              id: policy.id,
              name: 'Simulated',
              status: 'MATCH',
              rules: [{ id: expect.stringMatching(/^rul/), name: 'Office admins', status: 'MATCH' }],
            },
          ],
        },
      },
    ]);
  });

  it.each([
    { what: 'an address elsewhere', context: { ip: '198.51.100.1', risk: { level: 'LOW' } }, rule: 'Catch-all Rule' },
    { what: 'the risk', context: { ip: '198.51.100.1', risk: { level: 'HIGH' } }, rule: 'High risk' },
    { what: 'the platform', context: { risk: { level: 'LOW' }, device: { platform: 'IOS' } }, rule: 'Phones' },
    { what: 'another platform', context: { device: { platform: 'WINDOWS' } }, rule: 'Catch-all Rule' },
  ])('goes by $what', async ({ context, rule }) => {
    expect(await matched({ user: { id: mary.id }, ...context })).toBe(rule);
  });

  it('takes groups in the place of a user, and zones in that of an address', async () => {
    expect(await matched({ groups: { ids: [admins.id] }, zones: { ids: [office.id] } })).toBe('Office admins');
    expect(await matched({ groups: { ids: [] }, zones: { ids: [office.id] } })).toBe('Catch-all Rule');
    expect(await matched({ zones: { ids: [office.id] } })).toBe('Catch-all Rule');
  });

  it('expands what was passed over and what stays open, with the conditions of each', async () => {
    const [evaluation] = await simulated({ groups: { ids: [] }, ip: '203.0.113.9' }, '?expand=EVALUATED,RULE');
    const rules = (policies: Untyped) =>
      policies.policies.flatMap((one: Untyped) => one.rules.map((rule: Untyped) => [rule.name, rule.conditions]));
    expect(rules(evaluation.evaluated)).toEqual([
      [
        'Office admins',
        expect.arrayContaining([
          { type: 'people', status: 'NOT_MATCH' },
          { type: 'network', status: 'MATCH' },
        ]),
      ],
    ]);
    expect(rules(evaluation.undefined)).toEqual([
      ['High risk', expect.arrayContaining([{ type: 'riskScore', status: 'UNDEFINED' }])],
      ['Phones', expect.arrayContaining([{ type: 'platform', status: 'UNDEFINED' }])],
    ]);
    expect(rules(evaluation.result)).toEqual([['Catch-all Rule', []]]);
  });

  it('evaluates all four types when none is named, by the app’s own policies', async () => {
    const all = await simulated({ user: { id: mary.id } }, '?expand=EVALUATED', null);
    const names = all.map(({ policyType, status, result }) => [policyType[0], status, result.policies[0].name]);
    expect(names).toEqual([
      ['OKTA_SIGN_ON', 'MATCH', 'Default Policy'],
      ['MFA_ENROLL', 'MATCH', 'Default Policy'],
      ['PROFILE_ENROLLMENT', 'MATCH', 'Default Policy'],
      ['ACCESS_POLICY', 'MATCH', 'Simulated'],
    ]);
    expect(all[0]?.evaluated).toEqual({ policies: [] });
  });

  it('passes over a policy for others, and says so', async () => {
    const narrow = await org.ok<Policy>('POST', '/api/v1/policies', {
      type: 'MFA_ENROLL',
      name: 'For admins',
      conditions: { people: { groups: { include: [admins.id] } } },
      settings: { type: 'AUTHENTICATORS', authenticators: [{ key: 'okta_password', enroll: { self: 'REQUIRED' } }] },
    });
    const [evaluation] = await simulated({ groups: { ids: [] } }, '?expand=EVALUATED', ['MFA_ENROLL']);
    expect(evaluation.evaluated.policies).toEqual([
      { id: narrow.id, name: 'For admins', status: 'NOT_MATCH', rules: [] },
    ]);
    expect(evaluation.result.policies[0].name).toBe('Default Policy');
    await org.ok('DELETE', `/api/v1/policies/${narrow.id}`);
  });

  it('is what Okta’s own client gets', async () => {
    const client = new Client({ orgUrl: org.url, token: org.token });
    const [evaluation] = await client.policyApi.createPolicySimulation({
      simulatePolicy: [{ appInstance: app.id, policyTypes: ['ACCESS_POLICY'] }],
      expand: 'EVALUATED',
    });
    expect(evaluation?.result?.policies?.[0]?.rules?.[0]?.name).toBe('Catch-all Rule');
  });
});

describe('a simulation is refused', () => {
  it.each<{ what: string; body: () => unknown; status: number; code: string }>([
    { what: 'without an app', body: () => [{}], status: 400, code: 'E0000001' },
    { what: 'for an app that is not there', body: () => [{ appInstance: '0oaNone' }], status: 404, code: 'E0000007' },
    {
      what: 'for a user and groups at once',
      body: () => [{ appInstance: app.id, policyContext: { user: { id: mary.id }, groups: { ids: [admins.id] } } }],
      status: 400,
      code: 'E0000001',
    },
    {
      what: 'for a user that is not there',
      body: () => [{ appInstance: app.id, policyContext: { user: { id: '00uNone' } } }],
      status: 404,
      code: 'E0000007',
    },
    {
      what: 'for what is no address',
      body: () => [{ appInstance: app.id, policyContext: { ip: 'somewhere' } }],
      status: 400,
      code: 'E0000001',
    },
    {
      what: 'for a type that Okta does not simulate',
      body: () => [{ appInstance: app.id, policyTypes: ['IDP_DISCOVERY'] }],
      status: 400,
      code: 'E0000003',
    },
    { what: 'as one object', body: () => ({ appInstance: app.id }), status: 400, code: 'E0000003' },
  ])('$what', async ({ body, status, code }) => {
    expect(await org.refused('POST', '/api/v1/policies/simulate', body())).toMatchObject({ status, code });
  });
});
