import { resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { PROBED } from '../../src/doctor/calibrate.ts';
import { ASSUMPTIONS } from '../../src/emulator/index.ts';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

const target = () => ['--org-url', org.url, '--token', org.token];
const doctor = (...args: string[]) => cli(workFolder(), ['doctor', ...target(), ...args]);
const apply = () =>
  cli(workFolder(), ['apply', '--yes', '-f', resolve('config/password-phone.yaml'), ...target()], {
    MARY_PASSWORD: 'Correct-Horse-9',
  });

describe('doctor', () => {
  it('finds in a fresh org what the guide has one switch on, and how', async () => {
    const { stdout, exitCode } = await doctor();
    expect(exitCode).toBe(1);
    expect(stdout).toContain('✓ Identity Engine: the org runs Identity Engine');
    expect(stdout).toContain('✓ Credentials: the org accepts them');
    expect(stdout).toContain(
      '✗ Interaction Code on the default authorization server: no rule of any access policy allows',
    );
    expect(stdout).toContain('? Embedded sign-in (Interaction Code): no active app has the Interaction Code grant');
  });

  it('is content with the org that the shipped config makes', async () => {
    await apply();
    const { stdout, exitCode } = await doctor();
    expect(stdout).toContain(
      '✓ Embedded sign-in (Interaction Code): the app "Password and phone app" can begin a sign-in',
    );
    expect(stdout).toContain('✓ Phone authenticator: active; methods: sms, voice');
    expect(exitCode).toBe(0);
  });

  it('tells that embedded sign-in is off', async () => {
    await apply();
    await org.api('PUT', '/_emulator/settings', { embeddedSignIn: false });
    const { stdout, exitCode } = await doctor();
    await org.api('PUT', '/_emulator/settings', { embeddedSignIn: true });
    expect(stdout).toContain('cannot begin a sign-in: access_denied: The requested feature is not enabled');
    expect(stdout).toContain('switch on Settings > Account > Embedded widget sign-in support');
    expect(exitCode).toBe(1);
  });

  it('tells that the credentials are refused', async () => {
    const { stdout, exitCode } = await cli(workFolder(), ['doctor', '--org-url', org.url, '--token', 'wrong']);
    expect(stdout).toContain('✗ Credentials: the org refuses them: E0000011 Invalid token provided');
    expect(exitCode).toBe(1);
  });

  it('names the scopes of what may not be read', async () => {
    const body = { errorCode: 'E0000006', errorSummary: 'You do not have permission to perform the requested action' };
    await org.api('PUT', '/_emulator/faults', {
      faults: [
        {
          path: '/api/v1/policies',
          status: 403,
          body: { ...body, errorLink: 'E0000006', errorId: 'oae1', errorCauses: [] },
        },
      ],
    });
    const { stdout } = await doctor();
    await org.api('PUT', '/_emulator/faults', { faults: [] });
    expect(stdout).toContain('✗ Permissions: not readable: policies (403 E0000006)');
    expect(stdout).toContain('or the app the scopes okta.policies.read');
  });
});

describe('doctor --calibrate', () => {
  it('confirms on the emulator what the emulator assumes, and leaves nothing behind', async () => {
    const { stdout } = await doctor('--calibrate', '--yes', '--json');
    const { observations } = JSON.parse(stdout) as {
      observations: { id: string; verdict: string; observed: string }[];
    };
    expect(observations.map((one) => one.id)).toEqual(ASSUMPTIONS.map((assumption) => assumption.id));
    const probed = observations.filter((one) => one.verdict !== 'notProbed');
    expect(probed.filter((one) => one.verdict === 'refuted')).toEqual([]);
    expect(probed.map((one) => one.id).sort()).toEqual([...PROBED].sort());
    const lists = ['policies?type=ACCESS_POLICY', 'policies?type=OKTA_SIGN_ON', 'groups', 'apps', 'trustedOrigins'];
    const left = await Promise.all(lists.map(async (list) => (await org.api('GET', `/api/v1/${list}`)).body));
    expect(JSON.stringify(left)).not.toContain('orgproof-calibrate');
  });

  it('asks first', async () => {
    const { stderr, exitCode } = await doctor('--calibrate');
    expect(stderr).toContain('pass --yes if the org is a test org');
    expect(exitCode).toBe(5);
  });
});
