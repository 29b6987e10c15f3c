import { resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Group } from '../../src/wire/directory.ts';
import type { Policy, PolicyRule } from '../../src/wire/policy.ts';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg, type Untyped } from '../support/emulator.ts';
import { ENV, fileConfig, provisioner } from '../support/provision.ts';

const SHIPPED = resolve('config/password-phone.yaml');

const org = testOrg();
beforeEach(async () => {
  await org.reset();
  expect((await provisioner(org).apply(fileConfig(SHIPPED))).exitCode).toBe(0);
});

const drift = (...args: string[]) =>
  cli(workFolder(), ['drift', '-f', SHIPPED, ...args, '--org-url', org.url, '--token', org.token], ENV);

const requests = async (path: string): Promise<Untyped[]> =>
  (await org.api('GET', '/_emulator/requests')).body.requests.filter((one: Untyped) => one.path.startsWith(path));

const findGroup = async (name: string) =>
  (await org.ok<Group[]>('GET', '/api/v1/groups')).find(({ profile }) => profile.name === name);

/** What an admin does by hand in the Default Policy: email is optional again. */
async function offerEmail(): Promise<Policy> {
  const [policy] = await org.ok<Untyped[]>('GET', '/api/v1/policies?type=MFA_ENROLL');
  policy.settings.authenticators.find((entry: Untyped) => entry.key === 'okta_email').enroll.self = 'OPTIONAL';
  return org.ok<Policy>('PUT', `/api/v1/policies/${policy.id}`, policy);
}

describe('drift', () => {
  it('says that there is none', async () => {
    const { stdout, exitCode } = await drift();
    expect(exitCode).toBe(0);
    expect(stdout).toBe('No drift: all 13 objects are as the config says.\n');
    expect(await requests('/api/v1/logs')).toEqual([]);
  });

  it('shows what differs, at its line, and who changed it when; exit 2', async () => {
    await offerEmail();
    const { stdout, exitCode } = await drift();
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/Enrollment policy "Default Policy" differs {2}.*password-phone\.yaml:14:5\n/);
    expect(stdout).toContain('      Email: is Optional, should be Disabled\n');
    expect(stdout).toMatch(
      /last changed by Org Admin \(admin@example\.com\) at \d{4}-\d\d-\d\dT[\d:.]+Z \(policy\.lifecycle\.update\)/,
    );
    expect(stdout).toContain('Drift: 1 of 13 objects differ.');
  });

  it('is one document with --json, and sends no write', async () => {
    await org.ok('DELETE', '/_emulator/requests');
    await offerEmail();
    const { stdout, exitCode } = await drift('--json');
    expect(exitCode).toBe(2);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ formatVersion: 1, org: org.url, unchanged: 12, requests: { writes: 0 } });
    expect(document.changes).toEqual([
      {
        address: 'enrollmentPolicy/Default Policy',
        kind: 'enrollmentPolicy',
        action: 'update',
        fields: [{ path: 'authenticators.email', before: 'optional', after: 'disabled' }],
        changedBy: {
          actor: 'Org Admin (admin@example.com)',
          at: expect.stringMatching(/^\d{4}-.*Z$/),
          event: 'policy.lifecycle.update',
        },
      },
    ]);
    const writes = (await requests('/api')).filter(({ method }) => method !== 'GET');
    expect(writes.map(({ method, path }) => `${method} ${path.split('/')[3]}`)).toEqual(['PUT policies']);
  });

  it('names the last change of the object itself, not its use since', async () => {
    const policies = await org.ok<Policy[]>('GET', '/api/v1/policies?type=ACCESS_POLICY');
    const path = `/api/v1/policies/${policies.find(({ name }) => name === 'Password and phone')?.id}/rules`;
    const [rule] = await org.ok<PolicyRule[]>('GET', path);
    const method = { ...rule?.actions.appSignOn?.verificationMethod, factorMode: '1FA' };
    await org.ok('PUT', `${path}/${rule?.id}`, {
      ...rule,
      actions: { appSignOn: { access: 'ALLOW', verificationMethod: method } },
    });
    await org.ok('POST', '/_emulator/clock', { advanceMs: 60_000 });
    await org.ok('POST', path, { type: 'ACCESS_POLICY', name: 'Another', actions: rule?.actions });
    const { changes } = JSON.parse((await drift('--json')).stdout);
    expect(changes).toMatchObject([
      {
        address: 'appSignInPolicyRule/Password and phone/Catch-all Rule',
        fields: [{ path: 'userMustAuthenticateWith', before: 'password' }],
        changedBy: { event: 'policy.rule.update' },
      },
    ]);
  });

  it('names who deleted what is missing', async () => {
    const group = await findGroup('Phone testers');
    await org.ok('DELETE', `/api/v1/groups/${group?.id}`);
    const { stdout, exitCode } = await drift();
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/Group "Phone testers" is missing/);
    expect(stdout).toMatch(/deleted by Org Admin \(admin@example\.com\) at .* \(group\.lifecycle\.delete\)/);
  });

  it('says so when the log cannot be read', async () => {
    await offerEmail();
    await org.ok('PUT', '/_emulator/faults', {
      faults: [
        {
          method: 'GET',
          path: '/api/v1/logs',
          status: 403,
          body: {
            errorCode: 'E0000006',
            errorSummary: 'You do not have permission to perform the requested action',
            errorLink: 'E0000006',
            errorId: 'oaeX',
            errorCauses: [],
          },
        },
      ],
    });
    const { stdout, exitCode } = await drift();
    expect(exitCode).toBe(2);
    expect(stdout).toContain('Email: is Optional, should be Disabled');
    expect(stdout).toContain(
      'note: the System Log could not be read, so it is not told who changed what (403 E0000006',
    );
    expect(stdout).toContain('okta.logs.read');
  });

  it('asks the log about twenty objects at most', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `Group ${index}`);
    const folder = workFolder({
      'orgproof.yaml': `version: 1\ngroups: [${names.map((name) => `{ name: ${name} }`).join(', ')}]\n`,
    });
    const { stdout, exitCode } = await cli(folder, ['drift', '--org-url', org.url, '--token', org.token]);
    expect(exitCode).toBe(2);
    expect(await requests('/api/v1/logs')).toHaveLength(20);
    expect(stdout).toContain('who changed the other 5 was not asked');
  });

  it('shows texts of the org as they are, and what would steer a terminal as text', async () => {
    const config = (description: string) => `version: 1\ngroups: [{ name: Staff, description: ${description} }]\n`;
    await org.ok('POST', '/api/v1/groups', {
      profile: { name: 'Staff', description: 'changed\n\u001b[2J\u009b31m\u202e' },
    });
    const at = ['--org-url', org.url, '--token', org.token];
    const first = await cli(workFolder({ 'orgproof.yaml': config('wanted') }), ['drift', ...at]);
    expect(first.stdout).toContain(
      '      Description: is changed\\u000a\\u001b[2J\\u009b31m\\u202e, should be wanted\n',
    );
    expect(first.stdout).not.toMatch(/[^\P{C}\n]/u);

    const staff = await findGroup('Staff');
    await org.ok('PUT', `/api/v1/groups/${staff?.id}`, { profile: { name: 'Staff', description: 'active' } });
    const second = await cli(workFolder({ 'orgproof.yaml': config('wanted') }), ['plan', ...at]);
    expect(second.stdout).toContain('      Description: active → wanted\n');
  });

  it('can be confined to one object', async () => {
    await offerEmail();
    const { stdout, exitCode } = await drift('--only', 'group/Phone testers');
    expect({ stdout, exitCode }).toEqual({
      stdout: 'No drift: all 1 objects are as the config says.\n',
      exitCode: 0,
    });
  });
});
