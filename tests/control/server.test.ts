import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, emulatorRoutes, startEmulator } from '../../src/emulator/index.ts';
import type { Group, User } from '../../src/wire/directory.ts';

let folder = '';
let running: Emulator[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orgproof-emulator-'));
});
afterEach(async () => {
  await Promise.all(running.map((emulator) => emulator.stop()));
  running = [];
  await rm(folder, { recursive: true });
});

async function start(options: Parameters<typeof startEmulator>[0] = {}): Promise<Emulator> {
  const emulator = await startEmulator(options);
  running.push(emulator);
  return emulator;
}

async function call<T>(emulator: Emulator, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(emulator.url + path, {
    method,
    headers: { Authorization: `SSWS ${emulator.token}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}

describe('startEmulator', () => {
  it('gives each org its own token, state and port', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    expect(one.token).not.toBe(two.token);
    expect(one.url).not.toBe(two.url);
    await call(one, 'POST', '/api/v1/groups', { profile: { name: 'Only here' } });
    expect(await call<Group[]>(two, 'GET', '/api/v1/groups')).toHaveLength(2);
    const foreign = await fetch(`${two.url}/api/v1/users/me`, { headers: { Authorization: `SSWS ${one.token}` } });
    expect(foreign.status).toBe(401);
  });

  it('makes the same ids from the same seed', async () => {
    const [one, two] = await Promise.all([start({ seed: 7 }), start({ seed: 7 })]);
    const ids = async (emulator: Emulator) =>
      (await call<Group[]>(emulator, 'GET', '/api/v1/groups')).map((group) => group.id);
    expect(await ids(one)).toEqual(await ids(two));
  });

  it('takes the time from the clock it is given', async () => {
    const emulator = await start({ clock: { now: () => Date.UTC(2026, 0, 20, 12) } });
    const me = await call<User>(emulator, 'GET', '/api/v1/users/me');
    expect(me.created).toBe('2026-01-20T12:00:00.000Z');
  });

  it('asks for the token on the control plane beyond loopback', async () => {
    const emulator = await start({ host: '0.0.0.0' });
    const health = `http://127.0.0.1:${new URL(emulator.url).port}/_emulator/health`;
    expect((await fetch(health)).status).toBe(401);
    const withCredentials = async (value: string) =>
      (await fetch(health, { headers: { Authorization: value } })).status;
    expect(await withCredentials(`SSWS ${emulator.token}`)).toBe(200);
    expect(await withCredentials('SSWS guessed')).toBe(401);
    // A browser can only send it as a password.
    expect(await withCredentials(`Basic ${Buffer.from(`me:${emulator.token}`).toString('base64')}`)).toBe(200);
    expect(await withCredentials(`Basic ${Buffer.from('me:guessed').toString('base64')}`)).toBe(401);
    const page = await fetch(health.replace('/_emulator/health', '/'), { headers: { Accept: 'text/html' } });
    expect(page.status).toBe(401);
    expect(page.headers.get('WWW-Authenticate')).toContain('Basic');
  });

  it('says when its port is taken', async () => {
    const emulator = await start();
    await expect(startEmulator({ port: Number(new URL(emulator.url).port) })).rejects.toThrow('EADDRINUSE');
  });
});

describe('the state file', () => {
  it('brings an org back after a stop', async () => {
    const state = join(folder, 'org.json');
    const first = await start({ state });
    const group = await call<Group>(first, 'POST', '/api/v1/groups', { profile: { name: 'Phone testers' } });
    await call(first, 'PUT', '/_emulator/settings', { telephony: false });
    const keys = await call(first, 'GET', '/api/v1/authorizationServers/default/credentials/keys');
    await first.stop();
    running = [];
    const second = await start({ state });
    expect(await call<Group>(second, 'GET', `/api/v1/groups/${group.id}`)).toMatchObject({
      profile: { name: 'Phone testers' },
    });
    expect((await call<User>(second, 'GET', '/api/v1/users/me')).profile.login).toBe('admin@example.com');
    expect(await call(second, 'GET', '/_emulator/settings')).toMatchObject({ telephony: false });
    const port = new URL(first.url).port;
    const samePort = JSON.parse(JSON.stringify(keys).replaceAll(`:${port}/`, `:${new URL(second.url).port}/`));
    expect(await call(second, 'GET', '/api/v1/authorizationServers/default/credentials/keys')).toEqual(samePort);
  });

  it('whose API token was revoked is taken up with the token of the new start', async () => {
    const state = join(folder, 'org.json');
    const first = await start({ state, token: 'old' });
    const current = { method: 'DELETE', headers: { Authorization: 'SSWS old' } };
    expect((await fetch(`${first.url}/api/v1/api-tokens/current`, current)).status).toBe(204);
    expect(await call(first, 'GET', '/api/v1/users/me')).toMatchObject({ errorCode: 'E0000011' });
    await first.stop();
    running = [];
    const second = await start({ state, token: 'new' });
    expect((await call<User>(second, 'GET', '/api/v1/users/me')).profile.login).toBe('admin@example.com');
    expect(await call(second, 'GET', '/api/v1/api-tokens')).toMatchObject([
      { name: 'Admin API token of the emulator' },
    ]);
  });

  it('is written soon after a change, whole, for its owner only, and leaves nothing else behind', async () => {
    const state = join(folder, 'org.json');
    const emulator = await start({ state });
    await call(emulator, 'POST', '/api/v1/groups', { profile: { name: 'Phone testers' } });
    await expect
      .poll(async () => (await readFile(state, 'utf8').catch(() => '')).includes('Phone testers'), { timeout: 3000 })
      .toBe(true);
    expect(JSON.parse(await readFile(state, 'utf8'))).toMatchObject({ formatVersion: 1 });
    expect((await stat(state)).mode & 0o777).toBe(0o600);
    await emulator.stop();
    running = [];
    expect(await readdir(folder)).toEqual(['org.json']);
  });

  it.each([
    ['{"my":"notes"}', 'it is no snapshot of an emulator'],
    ['{"formatVersion":1,"info":{', 'it is no JSON'],
    ['{"formatVersion":9}', 'its formatVersion is 9, this version reads 1'],
    ['{"formatVersion":1,"info":{"id":"00o1"}}', 'its info is incomplete'],
  ])('that is none is refused and left alone: %s', async (content, reason) => {
    const state = join(folder, 'notes.json');
    await writeFile(state, content);
    await expect(startEmulator({ state })).rejects.toThrow(
      `${state} is not a readable state file of the emulator: ${reason}`,
    );
    expect(await readFile(state, 'utf8')).toBe(content);
  });

  it('keeps a key that a mere reading of the key set made', async () => {
    const state = join(folder, 'org.json');
    const emulator = await start({ state });
    const { keys } = await call<{ keys: { kid: string; n: string }[] }>(emulator, 'GET', '/oauth2/default/v1/keys');
    const kid = keys[0]?.kid ?? 'none';
    await expect
      .poll(async () => (await readFile(state, 'utf8').catch(() => '')).includes(`"keys":[{"kid":"${kid}"`), {
        timeout: 3000,
      })
      .toBe(true);
  });

  it('survives kill -9 in the middle of writes, and what a killed write left is swept', async () => {
    const state = join(folder, 'org.json');
    const program = `
      import { startEmulator } from ${JSON.stringify(resolve('dist/emulator/index.js'))};
      const emulator = await startEmulator({ state: process.argv[1], token: 'known' });
      console.log(emulator.url);`;
    let groups = 0;
    for (let round = 0; round < 4; round += 1) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program, state], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const url = line.toString().trim();
      const request = (method: string, path: string, body?: unknown) =>
        fetch(url + path, {
          method,
          headers: { Authorization: 'SSWS known', 'Content-Type': 'application/json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }).then((response) => response.json());
      const names = ((await request('GET', '/api/v1/groups?limit=1000')) as Group[]).map((group) => group.profile.name);
      // Every group whose creation was answered is there, none of them twice.
      const made = names.filter((name) => name.startsWith('Group '));
      expect(made).toEqual(Array.from({ length: groups }, (_, index) => `Group ${index}`));
      expect(await request('GET', '/_emulator/settings')).toMatchObject({ transactionMinutes: 60 + round });
      for (let index = 0; index < 40; index += 1) {
        await request('POST', '/api/v1/groups', { profile: { name: `Group ${groups}` } });
        groups += 1;
      }
      await request('PUT', '/_emulator/settings', { transactionMinutes: 61 + round });
      child.kill('SIGKILL');
      await once(child, 'exit');
      JSON.parse(await readFile(state, 'utf8'));
    }
    await writeFile(join(folder, 'org.json.999999999.tmp'), 'half');
    await writeFile(join(folder, 'org.json.0123456789ab.journal'), 'of another day');
    const last = await start({ state });
    await last.stop();
    running = [];
    expect(await readdir(folder)).toEqual(['org.json']);
    const again = await start({ state });
    expect((await call<Group[]>(again, 'GET', '/api/v1/groups?limit=1000')).length).toBe(groups + 2);
  });
});

describe('the routes', () => {
  it('are listed for the coverage table, without those that only say they are missing', () => {
    const routes = emulatorRoutes().map(({ method, path }) => `${method} ${path}`);
    expect(routes).toContain('GET /api/v1/policies');
    expect(routes).toContain('POST /oauth2/:server/v1/token');
    expect(routes).toContain('POST /_emulator/reset');
    expect(routes).not.toContain('POST /api/v1/idps');
    expect(new Set(routes).size).toBe(routes.length);
  });
});
