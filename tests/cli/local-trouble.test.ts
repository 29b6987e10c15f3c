import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliResult, cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
const SHIPPED = resolve('config/password-phone.yaml');
const ENV = { MARY_PASSWORD: 'Correct-Horse-9' };
const target = () => ['--org-url', org.url, '--token', org.token];

/** What the machine refuses is one line, and never our defect. */
function told(result: CliResult, exitCode: number, message: string | RegExp): void {
  expect(result.stderr).toMatch(message);
  expect(result.stderr).not.toContain('defect');
  expect(result.stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(result.exitCode).toBe(exitCode);
}

describe('files and ports that cannot be had', () => {
  it('a folder for the plan that is not there', async () => {
    const result = await cli(workFolder(), ['plan', '-f', SHIPPED, '--out', 'none/a.plan.json', ...target()], ENV);
    told(result, 1, 'error: none/a.plan.json: there is no such file or folder (ENOENT)');
  });

  it('a file for the result that is there already: told before the org is asked', async () => {
    const folder = workFolder({ 'mine.yaml': 'version: 1\n' });
    const result = await cli(folder, [
      'export',
      '--out',
      'mine.yaml',
      '--org-url',
      'http://127.0.0.1:9',
      '--token',
      'x',
    ]);
    told(result, 5, 'error: mine.yaml exists already\n  name another file, or pass --force to replace it');
    expect(readFileSync(join(folder, 'mine.yaml'), 'utf8')).toBe('version: 1\n');
    expect((await cli(folder, ['export', '--out', 'mine.yaml', '--force', ...target()])).exitCode).toBe(0);
    expect(readFileSync(join(folder, 'mine.yaml'), 'utf8')).toContain('yaml-language-server');
  });

  it('a folder for the result that is not there, or a folder instead of a file', async () => {
    const folder = workFolder();
    mkdirSync(join(folder, 'taken'));
    const into = (...args: string[]) => cli(folder, ['export', '--out', ...args, ...target()]);
    told(await into('none/org.yaml'), 1, 'error: none/org.yaml: there is no such file or folder (ENOENT)');
    told(await into('taken', '--force'), 1, 'error: taken: it is a folder (EISDIR)');
    expect(readdirSync(folder)).toEqual(['taken']);
  });

  it('an evidence folder that is a file: told before the first flow', async () => {
    const folder = workFolder({ proof: 'a file' });
    const result = await cli(folder, ['verify', '-f', SHIPPED, '--evidence', 'proof/x', ...target()], ENV);
    told(result, 1, /error: .*proof.*\(E(NOTDIR|NOENT)\)/);
    expect(result.stdout).not.toContain('Sign-in by');
  });

  it('an evidence folder on a file system that has none', async () => {
    const result = await cli(workFolder(), ['verify', '-f', SHIPPED, '--evidence', '/proc/nope/x', ...target()], ENV);
    told(result, 1, /error: .*\/proc\/nope/);
  });

  it('a damaged ledger', async () => {
    const folder = workFolder();
    mkdirSync(join(folder, '.orgproof'));
    writeFileSync(join(folder, '.orgproof', 'ledger.json'), '{ half');
    told(await cli(folder, ['plan', '-f', SHIPPED, ...target()], ENV), 1, 'ledger.json is damaged');
  });

  it('a damaged okta.yaml, without showing what stands in it', async () => {
    const folder = workFolder();
    mkdirSync(join(folder, '.okta'));
    writeFileSync(join(folder, '.okta', 'okta.yaml'), 'okta:\n  client:\n    token: "00SECRETTOKENvalue\n');
    const result = await cli(folder, ['plan', '-f', SHIPPED], ENV);
    told(result, 5, /okta\.yaml:\d+: not well-formed YAML/);
    expect(result.stdout + result.stderr).not.toContain('00SECRETTOKENvalue');
  });

  it('a port that is taken', async () => {
    const { port } = new URL(org.url);
    told(await cli(workFolder(), ['emulate', '--port', port]), 1, `127.0.0.1:${port}: the port is in use (EADDRINUSE)`);
  });

  it('a plan of nothing', async () => {
    const folder = workFolder({ 'a.plan.json': '{"formatVersion":1,"org":"x","files":[],"only":[],"changes":[]}' });
    told(await cli(folder, ['apply', 'a.plan.json', ...target()]), 5, 'is not a plan of this version of orgproof');
  });
});

describe('something at the org URL that is no org', () => {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html').end('<html><h1>Sign in to the proxy</h1></html>');
  });
  beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
  afterAll(() => {
    server.close();
  });

  it('is told by what it answers', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const result = await cli(workFolder(), ['plan', '-f', SHIPPED, '--org-url', url, '--token', 'x'], ENV);
    told(result, 1, /with something that is not Okta's: <html><h1>Sign in to the proxy/);
    const json = await cli(workFolder(), ['plan', '--json', '-f', SHIPPED, '--org-url', url, '--token', 'x'], ENV);
    expect(JSON.parse(json.stdout)).toMatchObject({ formatVersion: 1, error: { code: 'not-an-org' } });
  });
});

describe('credentials', () => {
  it('that are a private key which is none', async () => {
    const env = {
      ...ENV,
      OKTA_CLIENT_ORGURL: org.url,
      OKTA_CLIENT_AUTHORIZATIONMODE: 'PrivateKey',
      OKTA_CLIENT_CLIENTID: '0oa1',
      OKTA_CLIENT_PRIVATEKEY: 'garbage',
      OKTA_CLIENT_SCOPES: 'okta.policies.read',
    };
    told(
      await cli(workFolder(), ['plan', '-f', SHIPPED], env),
      1,
      'check the private key (PEM or JWK), client id and scopes',
    );
  });

  it('that stand in the config itself are refused, and not repeated', async () => {
    const yaml = 'version: 1\nusers: [{ login: m@example.com, firstName: M, lastName: M, password: Hunter2Hunter2 }]\n';
    const result = await cli(workFolder({ 'orgproof.yaml': yaml }), ['validate']);
    told(result, 5, /orgproof\.yaml:2:\d+: error: password is a secret and must not stand in the file/);
    expect(result.stderr).not.toContain('Hunter2Hunter2');
  });
});

describe('--only', () => {
  const plan = (address: string) => cli(workFolder(), ['plan', '-f', SHIPPED, '--only', address, ...target()], ENV);

  it('refuses an address that the config does not declare', async () => {
    told(
      await plan('group/Phone tester'),
      5,
      'the config declares no group/Phone tester\n  did you mean "group/Phone testers"?',
    );
  });

  it('refuses an object that needs another which is not there yet', async () => {
    told(
      await plan('app/Password and phone app'),
      5,
      'needs what the org does not have yet: appSignInPolicy/Password and phone',
    );
  });
});
