import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

const SHIPPED = resolve('config/password-phone.yaml');
const ENV = { MARY_PASSWORD: 'Correct-Horse-9' };
const at = (...args: string[]) => [...args, '-f', SHIPPED, '--org-url', org.url, '--token', org.token];

describe('plan', () => {
  it('shows each change in the words of the Admin Console, and writes nothing', async () => {
    const { stdout, exitCode } = await cli(workFolder(), at('plan'), ENV);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`~ Enrollment policy "Default Policy"  `);
    expect(stdout).toContain('      Email: Optional → Disabled\n      Phone: Disabled → Optional');
    expect(stdout).toContain(
      'note: this policy is for everyone whom no other enrollment policy covers, admins included',
    );
    expect(stdout).toContain('Plan: 6 to create, 4 to change, 0 to delete; 3 as they should be.');
    expect(stdout).not.toContain(ENV.MARY_PASSWORD);
    const { requests } = (await org.api('GET', '/_emulator/requests')).body;
    expect(requests.filter((request: { method: string }) => request.method !== 'GET')).toEqual([]);
  });

  it('prints one JSON document with --json, without secrets', async () => {
    const { stdout } = await cli(workFolder(), at('plan', '--json'), ENV);
    const plan = JSON.parse(stdout);
    expect(plan).toMatchObject({ formatVersion: 1, org: org.url, unchanged: 3, requests: { writes: 0 } });
    expect(plan.changes.find((change: { address: string }) => change.address === 'authenticator/email')).toEqual({
      address: 'authenticator/email',
      kind: 'authenticator',
      action: 'update',
      fields: [{ path: 'usedFor', before: 'recovery', after: 'authentication and recovery' }],
    });
    expect(stdout).not.toContain(ENV.MARY_PASSWORD);
  });

  it('shows sets as sets: what comes, what goes, and how many stay', async () => {
    const groups = 'version: 1\ngroups: [{ name: A }, { name: B }, { name: C }]\n';
    const app = (assigned: string) =>
      `${groups}apps: [{ label: P, type: web, redirectUris: [http://localhost/], assignedTo: [${assigned}] }]\n`;
    const folder = workFolder({ 'before.yaml': app('A, B'), 'after.yaml': app('C, B') });
    const target = ['--org-url', org.url, '--token', org.token];
    expect((await cli(folder, ['apply', '--yes', '-f', 'before.yaml', ...target])).exitCode).toBe(0);
    const { stdout } = await cli(folder, ['plan', '-f', 'after.yaml', ...target]);
    expect(stdout).toContain(
      '  ~ App "P"  after.yaml:3:8\n      Assigned to: (1 more stay)\n        + C\n        - A\n\nPlan: 0 to create, 1 to change',
    );
  });

  it('exits with 2 for pending changes when asked to', async () => {
    expect((await cli(workFolder(), at('plan', '--detailed-exitcode'), ENV)).exitCode).toBe(2);
  });

  it('can be confined to one object', async () => {
    const { stdout } = await cli(workFolder(), at('plan', '--json', '--only', 'group/Phone testers'), ENV);
    expect(JSON.parse(stdout).changes.map((change: { address: string }) => change.address)).toEqual([
      'group/Phone testers',
    ]);
  });
});

describe('apply', () => {
  it('says what it did; a second one finds nothing to do', async () => {
    const folder = workFolder();
    const first = await cli(folder, at('apply', '--yes'), ENV);
    expect(first.exitCode).toBe(0);
    expect(first.stdout).not.toContain('/10]'); // nobody watches: no line for each change
    expect(first.stdout).toContain(`Applied to ${org.url}: 10 changes with 15 writes.`);
    const second = await cli(folder, at('apply', '--yes'), ENV);
    expect(second.stdout).toContain('Nothing to change: all 13 objects are as the config says.');
    expect((await cli(folder, at('plan', '--detailed-exitcode'), ENV)).exitCode).toBe(0);
  });

  it('carries out a saved plan, and refuses it when the org has moved', async () => {
    const folder = workFolder();
    await cli(folder, at('plan', '--out', 'org.plan.json'), ENV);
    expect(readFileSync(join(folder, 'org.plan.json'), 'utf8')).not.toContain(ENV.MARY_PASSWORD);
    await org.api('POST', '/api/v1/groups', { profile: { name: 'Phone testers' } });
    const args = ['apply', 'org.plan.json', '--yes', '--org-url', org.url, '--token', org.token];
    const stale = await cli(folder, args, ENV);
    expect(stale.exitCode).toBe(4);
    expect(stale.stderr).toContain(`the saved plan no longer fits ${org.url}: group/Phone testers`);
    await cli(folder, at('plan', '--out', 'org.plan.json'), ENV);
    expect((await cli(folder, args, ENV)).exitCode).toBe(0);
  });

  it('shows a refusal of the org at the field that caused it, and what was not done', async () => {
    await org.api('PUT', '/_emulator/faults', {
      faults: [
        {
          method: 'POST',
          path: '/api/v1/trustedOrigins',
          status: 400,
          body: {
            errorCode: 'E0000001',
            errorSummary: 'Api validation failed: origin',
            errorLink: 'E0000001',
            errorId: 'oaeX',
            errorCauses: [{ errorSummary: 'origin: not today' }],
          },
        },
      ],
    });
    const { stderr, exitCode } = await cli(workFolder(), at('apply', '--yes'), ENV);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/Trusted origin "Sample app": not applied {2}.*password-phone\.yaml:53:33/);
    expect(stderr).toContain('origin: not today');
    expect(stderr).toContain('Apply again to go on');
  });
});

describe('verify', () => {
  it('performs the flows, prints their timeline, and leaves the evidence', async () => {
    const folder = workFolder();
    await cli(folder, at('apply', '--yes'), ENV);
    const { stdout, exitCode } = await cli(folder, at('verify', '--evidence', 'proof'), ENV);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('✓ Password, then a code by SMS');
    expect(stdout).toContain('4 of 4 flows passed');
    for (const file of ['results.json', 'junit.xml', 'report.html'])
      expect(existsSync(join(folder, 'proof', file))).toBe(true);
  });

  it('exits with 3 when a sign-in fails, with the reason and the line', async () => {
    const folder = workFolder();
    await cli(folder, at('apply', '--yes'), ENV);
    const [policy] = (await org.api('GET', '/api/v1/policies?type=MFA_ENROLL')).body;
    policy.settings.authenticators.find((entry: { key: string }) => entry.key === 'okta_email').enroll.self =
      'OPTIONAL';
    await org.api('PUT', `/api/v1/policies/${policy.id}`, policy);
    const { stdout, exitCode } = await cli(
      folder,
      at('verify', '--json', '--flow', 'Password, then a code by SMS'),
      ENV,
    );
    expect(exitCode).toBe(3);
    const [flow] = JSON.parse(stdout).flows;
    expect(flow).toMatchObject({ status: 'failed', failure: { code: 'email-offered', source: { line: 15 } } });
  });

  it('exits with 3 when the org no longer knows the redirect URI that the app uses', async () => {
    const folder = workFolder();
    await cli(folder, at('apply', '--yes'), ENV);
    const [app] = (await org.api('GET', '/api/v1/apps?q=Password')).body;
    app.settings.oauthClient.redirect_uris = ['http://localhost:9999/x'];
    await org.api('PUT', `/api/v1/apps/${app.id}`, app);
    const { stdout, exitCode } = await cli(
      folder,
      at('verify', '--json', '--flow', 'Password, then a code by SMS'),
      ENV,
    );
    expect(exitCode).toBe(3);
    const [flow] = JSON.parse(stdout).flows;
    expect(flow.failure.hint).toContain('The org differs from the config here: apply it.');
    expect(flow.failure.source).toMatchObject({ line: 39 });
  });

  it('exits with 3 when the app is not there yet', async () => {
    expect((await cli(workFolder(), at('verify'), ENV)).exitCode).toBe(3);
  });
});

describe('emulate', () => {
  it('keeps the org in its state file', async () => {
    const folder = workFolder();
    const args = ['-f', SHIPPED, '--emulator-state', 'org.json'];
    expect((await cli(folder, ['apply', '--yes', ...args], ENV)).exitCode).toBe(0);
    const { stdout } = await cli(folder, ['plan', ...args], ENV);
    expect(stdout).toContain('Nothing to change: all 13 objects are as the config says.');
  });
});

describe('schema and validate', () => {
  it('print what editors and people need', async () => {
    const folder = workFolder();
    const schema = JSON.parse((await cli(folder, ['schema'])).stdout);
    expect(schema).toEqual(JSON.parse(readFileSync('config/schema.json', 'utf8')));
    writeFileSync(join(folder, 'orgproof.yaml'), 'version: 1\ngroups: [{ name: A }]\n');
    expect((await cli(folder, ['validate'])).stdout).toBe('orgproof.yaml: valid; 1 object, 0 flows\n');
  });
});
