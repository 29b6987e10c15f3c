import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type CliResult, cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
afterEach(() => org.api('PUT', '/_emulator/faults', { faults: [] }));

const SHIPPED = resolve('config/password-phone.yaml');
const ENV = { MARY_PASSWORD: 'Correct-Horse-9' };
const target = () => ['--org-url', org.url, '--token', org.token];

/** One clear message, never a stack trace. */
function refused(result: CliResult, exitCode: number, message: string | RegExp): void {
  expect(result.stderr).toMatch(message);
  expect(result.stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(result.stderr).not.toContain('defect');
  expect(result.exitCode).toBe(exitCode);
}

const validate = (yaml: string, env: Record<string, string> = {}) =>
  cli(workFolder({ 'orgproof.yaml': yaml }), ['validate'], env);

describe('a config that is wrong', () => {
  it('is refused when it is not YAML', async () => {
    refused(await validate('version: 1\nusers: [\n'), 5, /^orgproof\.yaml:3:1: error: /);
  });

  it('is refused for an unknown key, with its place and the nearest known one', async () => {
    const result = await validate('version: 1\nauthenticatrs: {}\n');
    refused(result, 5, 'orgproof.yaml:2:1: error: unknown key "authenticatrs"\n  did you mean "authenticators"?');
  });

  it('is refused for a reference to nothing', async () => {
    const yaml = 'version: 1\napps:\n  - { label: A, type: web, signInPolicy: Nope }\n';
    refused(await validate(yaml), 5, 'orgproof.yaml:3:42: error: there is no appSignInPolicy "Nope" in the config');
  });

  it('is refused for an undefined variable', async () => {
    const result = await cli(workFolder(), ['validate', '-f', SHIPPED]);
    refused(result, 5, 'password-phone.yaml:31:15: error: the environment variable MARY_PASSWORD is not set');
  });

  it('is refused when it is not there', async () => {
    refused(await cli(workFolder(), ['validate']), 5, 'error: the config orgproof.yaml cannot be read (ENOENT)');
  });

  it('is refused with 4 when a user could never satisfy the policy', async () => {
    const yaml = `version: 1
authenticators:
  phone: { status: active }
enrollmentPolicies:
  - name: Default Policy
    authenticators: { password: required, email: disabled, phone: optional, oktaVerify: disabled, webauthn: disabled, googleAuthenticator: disabled }
appSignInPolicies:
  - name: Strict
    rules:
      - name: Catch-all Rule
        userMustAuthenticateWith: password + another factor
        possessionFactorMustBe: [device bound]
users:
  - { login: mary@example.com, firstName: Mary, lastName: Major, phone: '+14155550132' }
apps:
  - { label: A, type: single-page, grantTypes: [interaction code], redirectUris: [http://localhost:8080/], signInPolicy: Strict }
flows:
  - { name: F, user: mary@example.com, app: A, steps: [password, phone sms], expect: { signedIn: true } }
`;
    const result = await validate(yaml);
    refused(result, 4, /^orgproof\.yaml:11:35: error: mary@example\.com could not sign in to "A" \(flow "F"\): /);
    refused(await cli(workFolder({ 'orgproof.yaml': yaml }), ['apply', '--yes', ...target()]), 4, 'could not sign in');
  });
});

describe('a phone that the config itself forbids', () => {
  it('is refused with 4 before anything is written', async () => {
    const yaml = readFileSync(SHIPPED, 'utf8').replace('phone: optional', 'phone: disabled');
    const folder = workFolder({ 'orgproof.yaml': yaml });
    const message =
      'the phone of mary@example.com could not be enrolled: enrollment policy "Default Policy" says phone: disabled';
    refused(await cli(folder, ['validate'], ENV), 4, `orgproof.yaml:15:67: error: ${message}`);
    await org.api('DELETE', '/_emulator/requests');
    refused(await cli(folder, ['apply', '--yes', ...target()], ENV), 4, message);
    expect((await org.api('GET', '/_emulator/requests')).body).toEqual({ requests: [] });
  });
});

describe('an org that cannot be used', () => {
  const plan = (args: readonly string[]) => cli(workFolder(), ['plan', '-f', SHIPPED, ...args], ENV);

  it('because nothing answers', async () => {
    refused(
      await plan(['--org-url', 'http://127.0.0.1:9', '--token', 'x']),
      1,
      'error: no answer from http://127.0.0.1:9 to GET /api/v1/policies?type=ACCESS_POLICY&expand=rules: connect ECONNREFUSED',
    );
  });

  it('because it refuses the token', async () => {
    const result = await plan(['--org-url', org.url, '--token', 'wrong']);
    refused(result, 1, /answered 401 E0000011: Invalid token provided .*\n {2}the org does not accept the API token/);
  });

  it('because it runs Classic Engine', async () => {
    const classic = {
      errorCode: 'E0000002',
      errorSummary: 'The request was not valid: Invalid policy type specified.',
    };
    await org.api('PUT', '/_emulator/faults', {
      faults: [
        {
          path: '/api/v1/policies',
          status: 400,
          body: { ...classic, errorLink: 'E0000002', errorId: 'oae1', errorCauses: [] },
        },
        { path: '/.well-known/okta-organization', status: 200, body: { id: '00o1', pipeline: 'v1', settings: {} } },
      ],
    });
    refused(await plan(target()), 1, 'runs Okta Classic Engine, which has no app sign-in policies');
  });

  it('because a read fails in the middle: nothing is taken for absent', async () => {
    await org.api('PUT', '/_emulator/faults', { faults: [{ path: '/api/v1/apps', status: 500, body: {} }] });
    refused(await plan(target()), 1, 'GET /api/v1/apps?limit=200 answered 500');
  });

  it('because none is named, or its URL is none', async () => {
    refused(await plan([]), 5, 'error: no org is named');
    refused(await plan(['--org-url', 'my org', '--token', 'x']), 5, '"my org" is not an org URL');
    refused(await plan(['--org-url', 'http://dev.okta.com', '--token', 'x']), 5, 'would send the token in clear');
    refused(await plan(['--org-url', org.url]), 5, 'no API token is given');
  });
});

describe('a command line that is wrong', () => {
  it.each([
    [['plann'], 'there is no command "plann"\n  did you mean plan?'],
    [[], 'Name a command.'],
    [['plan', '--bogus'], 'Unknown argument: bogus\n  see orgproof plan --help'],
    [['plan', '-f'], 'Not enough arguments following: f'],
    [['plan', '-f', SHIPPED, '--only'], 'Not enough arguments following: only'],
    [['verify', '-f', SHIPPED, '--driver', 'telnet'], 'Choices: "sdk", "guide", "browser", "all"'],
    [['verify', '-f', SHIPPED, '--emulator', '--flow', 'Nope'], 'the config has no flow "Nope"'],
    [['apply', '-f', SHIPPED, '--emulator'], 'there is no terminal to ask on'],
    [['apply', 'none.plan.json'], 'the plan none.plan.json cannot be read'],
    [['plan', '-f', SHIPPED, '--emulator', '--var', 'x'], '--var x is not NAME=VALUE'],
  ])('%s', async (args, message) => {
    refused(await cli(workFolder(), args, ENV), 5, message);
  });
});
