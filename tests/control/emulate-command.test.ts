import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cli, workFolder } from '../support/cli.ts';

interface Ready {
  url: string;
  token: string;
  certFile?: string;
}

let child: ChildProcess | undefined;
let stderr = '';

afterEach(async () => {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
});

/** Starts `orgproof emulate --json` and waits until it says that it is ready. */
async function emulate(folder: string, args: readonly string[], nodeArgs: readonly string[] = []): Promise<Ready> {
  const main = resolve('dist/cli/main.js');
  stderr = '';
  child = spawn(process.execPath, [...nodeArgs, main, 'emulate', '--port', '0', '--json', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const stdout = child.stdout;
  if (!stdout) throw new Error('no stdout');
  const [line] = (await once(stdout, 'data')) as [Buffer];
  return JSON.parse(line.toString()) as Ready;
}

describe('orgproof emulate', () => {
  it('goes on after a stray failure, which it reports', async () => {
    const stray = `process.on('SIGUSR2', () => {
      Promise.reject(new Error('stray rejection'));
      setTimeout(() => { throw new Error('stray exception'); }, 10);
    });`;
    const { url, token } = await emulate(
      workFolder(),
      [],
      ['--import', `data:text/javascript,${encodeURIComponent(stray)}`],
    );
    child?.kill('SIGUSR2');
    await expect.poll(() => stderr).toContain('stray exception');
    expect(stderr).toContain('defect: Error: stray rejection');
    const me = await fetch(`${url}/api/v1/users/me`, { headers: { Authorization: `SSWS ${token}` } });
    expect(me.status).toBe(200);
  });

  it('--tls serves https with a certificate that it keeps and names', async () => {
    const folder = workFolder();
    const { url, certFile = '' } = await emulate(folder, ['--tls']);
    expect(certFile).toBe(join(folder, '.orgproof', 'tls', 'cert.pem'));
    const status = await new Promise((done, fail) => {
      get(`${url}/.well-known/okta-organization`, { ca: readFileSync(certFile), agent: false }, (response) => {
        response.resume();
        done(response.statusCode);
      }).on('error', fail);
    });
    expect(status).toBe(200);
  });

  it('--seed FILE says what the org holds', async () => {
    const folder = workFolder({ 'seed.yaml': 'version: 1\ntoken: known\ngroups:\n  - name: Testers\n' });
    const { url, token } = await emulate(folder, ['--seed', 'seed.yaml']);
    expect(token).toBe('known');
    const groups = await fetch(`${url}/api/v1/groups?q=Testers`, { headers: { Authorization: 'SSWS known' } });
    expect(await groups.json()).toHaveLength(1);
  });

  it('--seed FILE with what the org refuses ends the start, by place', async () => {
    const folder = workFolder({ 'seed.yaml': 'version: 1\nzones:\n  - name: A\n    gateways: [203.0.113.256]\n' });
    const { exitCode, stderr: said } = await cli(folder, ['emulate', '--port', '0', '--seed', 'seed.yaml']);
    expect(exitCode).toBe(5);
    expect(said).toContain('zones[0]: Api validation failed: gateways');
  });

  it('--seed FILE that is wrong is refused by line', async () => {
    const folder = workFolder({ 'seed.yaml': 'version: 1\ngroup: []\n' });
    const { exitCode, stderr: said } = await cli(folder, ['emulate', '--port', '0', '--seed', 'seed.yaml']);
    expect(exitCode).toBe(5);
    expect(said).toContain('seed.yaml:2:8');
    expect(said).toContain('group is unknown');
  });

  it('--host beyond this machine needs --expose', async () => {
    const { exitCode, stderr: said } = await cli(workFolder(), ['emulate', '--port', '0', '--host', '0.0.0.0']);
    expect(exitCode).toBe(5);
    expect(said).toContain('--expose');
    const { url, token } = await emulate(workFolder(), ['--host', '0.0.0.0', '--expose', '--url', 'http://okta.test']);
    expect(url).toBe('http://okta.test');
    expect(token.length).toBeGreaterThan(20);
  });

  it('--coverage prints the routes with their tests', async () => {
    const { exitCode, stdout } = await cli(workFolder(), ['emulate', '--coverage']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ {2}POST {3}\/idp\/idx\/identify +tests\/[\w/-]+\.test\.ts/m);
    const { stdout: json } = await cli(workFolder(), ['emulate', '--coverage', '--json']);
    expect(JSON.parse(json)).toMatchObject({
      formatVersion: 1,
      routes: expect.arrayContaining([
        { method: 'POST', path: '/_emulator/reset', plane: expect.any(String), tests: expect.any(Array) },
      ]),
    });
  });
});
