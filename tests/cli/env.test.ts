import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Application, ClientSecret } from '../../src/wire/application.ts';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

const env = (folder: string, ...args: string[]) =>
  cli(folder, ['env', ...args, '--org-url', org.url, '--token', org.token]);

async function createApp(
  label: string,
  client: object,
  credentials: object = { token_endpoint_auth_method: 'client_secret_basic' },
): Promise<Application> {
  return org.ok<Application>('POST', '/api/v1/apps', {
    name: 'oidc_client',
    label,
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: credentials },
    settings: { oauthClient: client },
  });
}

const WEB = {
  application_type: 'web',
  grant_types: ['authorization_code', 'interaction_code', 'refresh_token'],
  response_types: ['code'],
  redirect_uris: ['http://localhost:8080/login/callback', 'http://localhost:9090/other'],
};

describe('env', () => {
  it('hands an app its settings', async () => {
    const app = await createApp('My app', WEB);
    const { stdout, stderr, exitCode } = await env(workFolder(), '--app', 'My app');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(
      [
        `ISSUER=${org.url}/oauth2/default`,
        `CLIENT_ID=${app.id}`,
        `CLIENT_SECRET=${app.credentials.oauthClient?.client_secret}`,
        'REDIRECT_URI=http://localhost:8080/login/callback',
        "SCOPES='openid profile email offline_access'",
        'USE_INTERACTION_CODE=true',
        '',
      ].join('\n'),
    );
  });

  it('takes the newest active secret', async () => {
    const app = await createApp('My app', WEB);
    const path = `/api/v1/apps/${app.id}/credentials/secrets`;
    await org.ok('POST', '/_emulator/clock', { advanceMs: 60_000 });
    const newer = await org.ok<ClientSecret>('POST', path, {});
    expect((await env(workFolder(), '--app', 'My app')).stdout).toContain(`CLIENT_SECRET=${newer.client_secret}\n`);
    await org.ok('POST', `${path}/${newer.id}/lifecycle/deactivate`);
    expect((await env(workFolder(), '--app', 'My app')).stdout).toContain(
      `CLIENT_SECRET=${app.credentials.oauthClient?.client_secret}\n`,
    );
  });

  it('has no secret for an app without one, and no scopes for a service', async () => {
    await createApp(
      'Single page',
      { ...WEB, application_type: 'browser', grant_types: ['authorization_code'] },
      { token_endpoint_auth_method: 'none' },
    );
    await createApp('Service', {
      application_type: 'service',
      grant_types: ['client_credentials'],
      response_types: ['token'],
    });
    const names = async (label: string) =>
      Object.keys(parseEnv((await env(workFolder(), '--app', label)).stdout))
        .sort()
        .join(' ');
    expect(await names('Single page')).toBe('CLIENT_ID ISSUER REDIRECT_URI SCOPES USE_INTERACTION_CODE');
    expect(await names('Service')).toBe('CLIENT_ID CLIENT_SECRET ISSUER');
  });

  it('writes a private file that dotenv and sh read alike', async () => {
    const redirect = 'http://localhost:8080/cb?a=$HOME&b=`id`#"x"';
    await createApp('My app', { ...WEB, redirect_uris: [redirect] });
    const folder = workFolder();
    const { stdout, stderr } = await env(folder, '--app', 'My app', '--out', '.env');
    const file = join(folder, '.env');
    expect(stdout).toBe('');
    expect(stderr).toBe('.env: ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, SCOPES, USE_INTERACTION_CODE\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const read = parseEnv(readFileSync(file, 'utf8'));
    expect(read.REDIRECT_URI).toBe(redirect);
    const shell = execFileSync('sh', ['-c', '. "$0"; printf "%s\\n%s" "$REDIRECT_URI" "$SCOPES"', file], {
      encoding: 'utf8',
    });
    expect(shell).toBe(`${redirect}\n${read.SCOPES}`);
  });

  it('replaces no file that is there unless told so, and then as a whole and for its owner alone', async () => {
    await createApp('My app', WEB);
    const folder = workFolder({ 'mine.env': 'OLD=1\n' });
    chmodSync(join(folder, 'mine.env'), 0o644);
    symlinkSync('mine.env', join(folder, '.env'));
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    for (const name of ['mine.env', '.env']) {
      const { exitCode, stdout, stderr } = await env(folder, '--app', 'My app', '--out', name);
      expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: '' });
      expect(stderr).toBe(`error: ${name} exists already\n  name another file, or pass --force to replace it\n`);
      expect(read('mine.env')).toBe('OLD=1\n');
    }
    expect((await env(folder, '--app', 'My app', '--out', '.env', '--force')).exitCode).toBe(0);
    expect(read('mine.env')).toMatch(/^ISSUER=.*\n(.*\n)*USE_INTERACTION_CODE=true\n$/);
    expect(statSync(join(folder, 'mine.env')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(['.env', 'mine.env']);
  });

  it('writes to a device without being told', async () => {
    await createApp('My app', WEB);
    const { exitCode, stderr } = await env(workFolder(), '--app', 'My app', '--out', '/dev/null');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(/^\/dev\/null: ISSUER, /) });
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('prints one JSON document with --json; a secret that went into a file is not in it', async () => {
    await createApp('My app', WEB);
    const folder = workFolder();
    const document = JSON.parse((await env(folder, '--app', 'My app', '--json', '--out', '.env')).stdout);
    expect(document).toMatchObject({ formatVersion: 1, org: org.url, env: { CLIENT_SECRET: '[redacted]' } });
    expect(readFileSync(join(folder, '.env'), 'utf8')).toMatch(/CLIENT_SECRET=[\w-]{64}/);
  });

  it('knows the issuers of the org', async () => {
    await createApp('My app', WEB);
    const server = await org.ok<{ issuer: string }>('POST', '/api/v1/authorizationServers', {
      name: 'Partners',
      audiences: ['api://partners'],
    });
    const issuer = async (name: string) =>
      (await env(workFolder(), '--app', 'My app', '--issuer', name)).stdout.split('\n')[0];
    expect(await issuer('Partners')).toBe(`ISSUER=${server.issuer}`);
    expect(await issuer('org')).toBe(`ISSUER=${org.url}`);
  });
});

describe('bad input', () => {
  it.each([
    [['--app', 'My ap'], 'the org has no app "My ap"', 'did you mean "My app"?'],
    [['--app', 'Okta Dashboard'], `the app "Okta Dashboard" is Okta's own and has no settings`, 'name an OIDC app'],
    [['--app', 'My app', '--issuer', 'defautl'], 'no authorization server "defautl"', 'did you mean "default"?'],
  ])('%s: exit 5', async (args, message, hint) => {
    await createApp('My app', WEB);
    const { exitCode, stdout, stderr } = await env(workFolder(), ...args);
    expect(exitCode).toBe(5);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
  });

  it('a label that two apps have: exit 4, as for a plan', async () => {
    for (const label of ['Twin', 'Twin']) await createApp(label, WEB);
    const target = ['--json', '--org-url', org.url, '--token', org.token];
    const folder = workFolder({ 'orgproof.yaml': 'version: 1\napps: [{ label: Twin, type: web }]\n' });
    const refusals = [
      await cli(folder, ['env', '--app', 'Twin', ...target]),
      await cli(folder, ['explain', 'admin@example.com', '--app', 'Twin', ...target]),
      await cli(folder, ['plan', ...target]),
    ];
    for (const { exitCode, stdout } of refusals) {
      expect(exitCode).toBe(4);
      expect(JSON.parse(stdout).error).toEqual({
        code: 'ambiguous-app',
        message: expect.stringMatching(/^the org has 2 apps with the label "Twin": 0oa\w{17}, 0oa\w{17}$/),
        hint: 'rename all but one of them in the Admin Console',
      });
    }
  });

  it('a token that the org refuses: exit 1 with the remedy', async () => {
    const { exitCode, stderr } = await cli(workFolder(), ['env', '--app', 'x', '--org-url', org.url, '--token', 'no']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('check --token or OKTA_CLIENT_TOKEN');
  });
});
