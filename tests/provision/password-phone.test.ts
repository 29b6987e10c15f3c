import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { testOrg } from '../support/emulator.ts';
import { ENV, fileConfig, provisioner } from '../support/provision.ts';

const org = testOrg();
beforeEach(() => org.reset());

const shipped = ['config/password-phone.yaml', 'config/password-phone-group.yaml'];

describe.each(shipped)('%s', (file) => {
  it('is applied once; then plan is empty and a second apply sends no write', async () => {
    const { plan, apply } = provisioner(org);
    const config = fileConfig(file);
    const first = await apply(config);
    expect(first.exitCode).toBe(0);
    expect(first.writes).toBeGreaterThan(10);
    expect((await plan(config)).changes).toEqual([]);
    expect(await apply(config)).toMatchObject({ exitCode: 0, writes: 0, outcomes: [] });
  });

  it('means the same whatever the order of its keys', async () => {
    const { plan, apply } = provisioner(org);
    await apply(fileConfig(file));
    const shuffled = join(tmpdir(), `orgproof-shuffled-${process.pid}.yaml`);
    writeFileSync(shuffled, stringify(reversed(parse(readFileSync(file, 'utf8')))));
    expect((await plan(loadConfig({ paths: [shuffled], env: ENV }))).changes).toEqual([]);
  });

  it('needs at most 14 requests for a plan that finds nothing to do', async () => {
    const { plan, apply } = provisioner(org);
    await apply(fileConfig(file));
    await org.api('DELETE', '/_emulator/requests');
    await plan(fileConfig(file));
    const { requests } = (await org.api('GET', '/_emulator/requests')).body;
    expect(requests.length).toBeLessThanOrEqual(14);
    expect(requests.every((request: { method: string }) => request.method === 'GET')).toBe(true);
  });
});

describe('what apply leaves in the org', () => {
  it('is the guide’s org', async () => {
    await provisioner(org).apply(fileConfig('config/password-phone.yaml'));
    const [policy] = (await org.api('GET', '/api/v1/policies?type=MFA_ENROLL')).body;
    const levels = policy.settings.authenticators.map((entry: { key: string; enroll: { self: string } }) => [
      entry.key,
      entry.enroll.self,
    ]);
    expect(Object.fromEntries(levels)).toMatchObject({
      okta_password: 'REQUIRED',
      okta_email: 'NOT_ALLOWED',
      phone_number: 'OPTIONAL',
      okta_verify: 'OPTIONAL',
    });
    const [app] = (await org.api('GET', '/api/v1/apps?q=Password')).body;
    expect(app.settings.oauthClient.grant_types).toEqual(['authorization_code', 'interaction_code', 'refresh_token']);
    const policyId = app._links.accessPolicy.href.split('/').at(-1);
    const [catchAll] = (await org.api('GET', `/api/v1/policies/${policyId}/rules`)).body;
    expect(catchAll.actions.appSignOn.verificationMethod).toMatchObject({
      factorMode: '2FA',
      constraints: [{ knowledge: { types: ['password'], required: true } }],
    });
    const { id } = (await org.api('GET', '/api/v1/users/mary@example.com')).body;
    const factors = (await org.api('GET', `/api/v1/users/${id}/factors`)).body;
    const phones = factors.filter((factor: { profile?: { phoneNumber?: string } }) => factor.profile?.phoneNumber);
    expect(phones.map((factor: { factorType: string; status: string }) => [factor.factorType, factor.status])).toEqual([
      ['sms', 'ACTIVE'],
      ['call', 'ACTIVE'],
    ]);
  });
});

describe('a change made behind our back shows in plan by name', () => {
  const file = 'config/password-phone.yaml';
  const find = async (path: string, test: (item: Record<string, never>) => boolean) =>
    (await org.api('GET', path)).body.find(test);

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'email allowed again',
      async () => {
        const [policy] = (await org.api('GET', '/api/v1/policies?type=MFA_ENROLL')).body;
        policy.settings.authenticators.find((entry: { key: string }) => entry.key === 'okta_email').enroll.self =
          'OPTIONAL';
        return org.api('PUT', `/api/v1/policies/${policy.id}`, policy);
      },
      'update enrollmentPolicy/Default Policy: authenticators.email',
    ],
    [
      'SMS switched off',
      async () => {
        const phone = await find('/api/v1/authenticators', (item) => item.key === 'phone_number');
        return org.api('POST', `/api/v1/authenticators/${phone.id}/methods/sms/lifecycle/deactivate`);
      },
      'update authenticator/phone: methods.sms',
    ],
    [
      'the grant taken from the app',
      async () => {
        const [app] = (await org.api('GET', '/api/v1/apps?q=Password')).body;
        app.settings.oauthClient.grant_types = ['authorization_code', 'refresh_token'];
        return org.api('PUT', `/api/v1/apps/${app.id}`, app);
      },
      'update app/Password and phone app: grantTypes',
    ],
    [
      'the group unassigned',
      async () => {
        const [app] = (await org.api('GET', '/api/v1/apps?q=Password')).body;
        const [assignment] = (await org.api('GET', `/api/v1/apps/${app.id}/groups`)).body;
        return org.api('DELETE', `/api/v1/apps/${app.id}/groups/${assignment.id}`);
      },
      'update app/Password and phone app: assignedTo',
    ],
    [
      'one factor made enough',
      async () => {
        const policy = await find('/api/v1/policies?type=ACCESS_POLICY', (item) => item.name === 'Password and phone');
        const [rule] = (await org.api('GET', `/api/v1/policies/${policy.id}/rules`)).body;
        rule.actions.appSignOn.verificationMethod.factorMode = '1FA';
        delete rule.conditions;
        return org.api('PUT', `/api/v1/policies/${policy.id}/rules/${rule.id}`, rule);
      },
      'update appSignInPolicyRule/Password and phone/Catch-all Rule: userMustAuthenticateWith',
    ],
    [
      'the origin deleted',
      async () => {
        const [origin] = (await org.api('GET', '/api/v1/trustedOrigins')).body;
        return org.api('DELETE', `/api/v1/trustedOrigins/${origin.id}`);
      },
      'create trustedOrigin/Sample app: origin, allow',
    ],
    [
      'the user taken out of the group',
      async () => {
        const user = (await org.api('GET', '/api/v1/users/mary@example.com')).body;
        const group = (await org.api('GET', '/api/v1/groups?q=Phone')).body[0];
        return org.api('DELETE', `/api/v1/groups/${group.id}/users/${user.id}`);
      },
      'update user/mary@example.com: groups',
    ],
    [
      'the phone removed',
      async () => {
        const user = (await org.api('GET', '/api/v1/users/mary@example.com')).body;
        return org.api('POST', `/api/v1/users/${user.id}/lifecycle/reset_factors`);
      },
      'update user/mary@example.com: phone',
    ],
  ])('%s', async (_name, meddle, expected) => {
    const { plan, apply } = provisioner(org);
    await apply(fileConfig(file));
    await meddle();
    expect((await plan(fileConfig(file))).changes).toEqual([expected]);
    expect(await apply(fileConfig(file))).toMatchObject({ exitCode: 0 });
    expect((await plan(fileConfig(file))).changes).toEqual([]);
  });
});

/** The same value with the keys of every map in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}
