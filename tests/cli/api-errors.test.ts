import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());
afterEach(() => org.api('PUT', '/_emulator/faults', { faults: [] }));

const CONFIG = `version: 1
groups:
  - name: Pilots
apps:
  - label: Cockpit
    type: web
    grantTypes:
      - authorization code
    redirectUris:
      - http://localhost:8080/callback
    signOutUris: [http://localhost:8080]
    assignedTo: [Pilots]
users:
  - login: mary@example.com
    firstName: Mary
    lastName: Major
    password: \${env:MARY_PASSWORD}
`;
const ENV = { MARY_PASSWORD: 'Correct-Horse-9' };
const target = () => ['-f', 'org.yaml', '--org-url', org.url, '--token', org.token];
const apply = (env: Record<string, string> = {}, ...more: string[]) =>
  cli(workFolder({ 'org.yaml': CONFIG }), ['apply', '--yes', ...target(), ...more], { ...ENV, ...env });

function refuse(path: string, status: number, body: object, method = 'POST') {
  return org.api('PUT', '/_emulator/faults', {
    faults: [{ method, path, status, body: { errorLink: 'x', errorId: 'oae123', errorCauses: [], ...body } }],
  });
}

/** Where a line of the config with this text stands. */
function place(text: string, column: number): string {
  return `org.yaml:${CONFIG.split('\n').findIndex((line) => line.includes(text)) + 1}:${column}`;
}

describe('a secret that the org repeats', () => {
  it('stands neither in a message nor in an annotation, however that is escaped', async () => {
    const errorSummary = 'Password 50%+ kestrel9A is too common';
    await org.api('PUT', '/_emulator/faults', {
      faults: [
        {
          method: 'POST',
          path: '/api/v1/users',
          status: 400,
          body: { errorCode: 'E0000001', errorSummary, errorCauses: [] },
        },
      ],
    });
    const user = '{ login: a@example.com, firstName: A, lastName: B, password: "${env:PASSWORD}" }';
    const folder = workFolder({ 'org.yaml': `version: 1\nusers: [${user}]\n` });
    const args = ['apply', '--yes', '-f', 'org.yaml', '--org-url', org.url, '--token', org.token];
    const { stdout, stderr } = await cli(folder, args, { PASSWORD: '50%+ kestrel9A', GITHUB_ACTIONS: 'true' });
    await org.api('PUT', '/_emulator/faults', { faults: [] });
    expect(stderr).toContain('Password [redacted] is too common');
    expect(stderr).toMatch(/^::error file=org\.yaml,line=2,col=\d+::.*Password \[redacted\] is too common/m);
    expect(stdout + stderr).not.toContain('kestrel');
  });

  it('leaves a JSON document one, whatever words are values of headers', async () => {
    const hook = '{ name: H, type: token, url: https://a.example.com, headers: { x-enabled: "true", x-tenant: prod } }';
    const folder = workFolder({ 'org.yaml': `version: 1\ninlineHooks: [${hook}]\ngroups: [{ name: products }]\n` });
    const args = ['plan', '--json', '-f', 'org.yaml', '--org-url', org.url, '--token', org.token];
    const { changes } = JSON.parse((await cli(folder, args)).stdout);
    expect(changes.map(({ address }: { address: string }) => address)).toEqual(['inlineHook/H', 'group/products']);
  });
});

describe('a change that the org refuses', () => {
  it('is shown at the field that Okta names, with the request, the error id and every cause', async () => {
    await refuse('/api/v1/apps', 400, {
      errorCode: 'E0000001',
      errorSummary: 'Api validation failed: settings.oauthClient.redirect_uris',
      errorCauses: [
        { errorSummary: 'settings.oauthClient.redirect_uris: must not be a loopback address.' },
        { errorSummary: 'post_logout_redirect_uris: neither may this one.' },
      ],
    });
    const { stderr, exitCode } = await apply();
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`App "Cockpit": not applied  ${place('- http://localhost:8080/callback', 7)}`);
    expect(stderr).toContain('POST /api/v1/apps?activate=true answered 400 E0000001: Api validation failed:');
    expect(stderr).toContain(
      'must not be a loopback address.; post_logout_redirect_uris: neither may this one. [oae123]',
    );
    expect(stderr).toContain(`neither may this one.  ${place('signOutUris', 18)}`);
  });

  it('is shown at the field by the words of the org itself', async () => {
    const { stderr } = await apply({ MARY_PASSWORD: 'a' });
    expect(stderr).toContain(`User "mary@example.com": not applied  ${place('password:', 15)}`);
    expect(stderr).toContain('Password requirements were not met');
  });

  it('is shown at the field that the request was for, else at the object', async () => {
    await refuse(
      '/api/v1/apps/*/groups/*',
      403,
      { errorCode: 'E0000006', errorSummary: 'You do not have permission' },
      'PUT',
    );
    const { stderr } = await apply();
    expect(stderr).toContain(`App "Cockpit": in doubt: part of it may have been written  ${place('assignedTo', 17)}`);
    expect(stderr).toContain('lack an admin role for this request: Application Administrator, or Super Administrator');
    await org.reset();
    await refuse('/api/v1/groups', 500, { errorCode: 'E0000009', errorSummary: 'Internal Server Error' });
    expect((await apply()).stderr).toContain(`Group "Pilots": not applied  ${place('- name: Pilots', 5)}`);
  });

  it('has its place in the document for programs', async () => {
    await refuse('/api/v1/groups', 400, { errorCode: 'E0000001', errorSummary: 'Api validation failed: name' });
    const { stdout } = await apply({}, '--json');
    const group = JSON.parse(stdout).changes.find((change: { kind: string }) => change.kind === 'group');
    expect(group).toMatchObject({ outcome: 'unapplied', source: { file: 'org.yaml', line: 3, column: 11 } });
  });
});

describe('on GitHub Actions', () => {
  it('a refused change is annotated where it stands', async () => {
    await refuse('/api/v1/groups', 400, { errorCode: 'E0000001', errorSummary: 'Api validation failed: name' });
    const { stderr } = await apply({ GITHUB_ACTIONS: 'true' });
    expect(stderr).toMatch(
      /^::error file=org\.yaml,line=3,col=11::Group "Pilots": POST \/api\/v1\/groups answered 400/m,
    );
    expect((await apply()).stderr).not.toContain('::error');
  });

  it('so is each problem of the config, with percent signs and line ends escaped', async () => {
    const folder = workFolder({ 'a,b.yaml': 'version: 1\ngroups:\n  - name: Pilots\n    colour: 100%\n' });
    const { stderr, exitCode } = await cli(folder, ['validate', '-f', 'a,b.yaml'], { GITHUB_ACTIONS: 'true' });
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(/^::error file=a%2Cb\.yaml,line=4,col=5::.*colour/m);
    const bad = workFolder({ 'org.yaml': 'version: 1\ngroups:\n  - name: "a%\\nb"\n' });
    const told = (await cli(bad, ['validate', '-f', 'org.yaml'], { GITHUB_ACTIONS: 'true' })).stderr;
    expect(told.split('\n').filter((line) => line.startsWith('::error'))).toHaveLength(1);
  });
});
