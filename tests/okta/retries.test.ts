import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../src/okta/client.ts';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';
import { breakOff, proxy, troubleAtWrite } from '../support/proxy.ts';

const org = testOrg();
beforeEach(() => org.reset());
afterEach(() => org.api('PUT', '/_emulator/faults', { faults: [] }));

const SHIPPED = resolve('config/password-phone.yaml');
const ENV = { MARY_PASSWORD: 'Correct-Horse-9' };
const target = (url = org.url) => ['--org-url', url, '--token', org.token];
const at = (...args: string[]) => [...args, '-f', SHIPPED, ...target()];

async function sent(method: string, path: string): Promise<number> {
  const { requests } = (await org.api('GET', '/_emulator/requests')).body;
  return requests.filter((one: { method: string; path: string }) => one.method === method && one.path === path).length;
}

describe('a read', () => {
  it.each([{ status: 500 }, { status: 502 }, { status: 503 }, { status: 504 }, { drop: true }])(
    'that ends in %j is sent again',
    async (fault) => {
      await org.api('PUT', '/_emulator/faults', { faults: [{ ...fault, path: '/api/v1/authenticators', count: 2 }] });
      await org.api('DELETE', '/_emulator/requests');
      const { stdout, exitCode } = await cli(workFolder(), at('plan'), ENV);
      expect(exitCode).toBe(0);
      expect(stdout).toContain('Plan: 6 to create, 4 to change');
      expect(await sent('GET', '/api/v1/authenticators')).toBe(3);
    },
  );

  it('that never gets an answer stops the plan after five attempts', async () => {
    await org.api('PUT', '/_emulator/faults', { faults: [{ path: '/api/v1/trustedOrigins', status: 503 }] });
    await org.api('DELETE', '/_emulator/requests');
    const { stderr, exitCode } = await cli(workFolder(), at('plan'), ENV);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('GET /api/v1/trustedOrigins?limit=200 answered 503');
    expect(await sent('GET', '/api/v1/trustedOrigins?limit=200')).toBe(5);
  });

  it('is sent once to a host where nobody listens', async () => {
    const { stderr, exitCode } = await cli(
      workFolder(),
      ['plan', '-f', SHIPPED, '--org-url', 'http://127.0.0.1:1', '--token', 'x', '-v'],
      ENV,
    );
    expect(exitCode).toBe(1);
    expect(stderr.match(/GET .* no answer$/gm)).toHaveLength(1);
  });
});

describe('a write', () => {
  it('of a whole object that is dropped is sent again', async () => {
    await org.api('PUT', '/_emulator/faults', {
      faults: [{ method: 'PUT', path: '/api/v1/policies/*', drop: true, count: 1 }],
    });
    const { stdout, exitCode } = await cli(workFolder(), at('apply', '--yes'), ENV);
    expect(exitCode).toBe(0);
    // Fifteen, and the one that was dropped.
    expect(stdout).toContain(': 10 changes with 16 writes.');
  });

  it.each(['PUT', 'DELETE'] as const)('by %s over which the org fails is sent again', async (method) => {
    await org.api('POST', '/api/v1/groups', { profile: { name: 'Pilots', description: 'Old' } });
    const group = method === 'PUT' ? '{ name: Pilots, description: New }' : '{ name: Pilots, ensure: absent }';
    const folder = workFolder({ 'org.yaml': `version: 1\ngroups: [${group}]\n` });
    await org.api('PUT', '/_emulator/faults', {
      faults: [{ method, path: '/api/v1/groups/*', status: 500, count: 2 }],
    });
    const { stdout, exitCode } = await cli(folder, ['apply', '--yes', '-f', 'org.yaml', ...target()]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(': 1 change with 3 writes.');
  });

  it('that creates and over which the org fails is not sent again', async () => {
    await org.api('PUT', '/_emulator/faults', {
      faults: [{ method: 'POST', path: '/api/v1/groups', status: 500, count: 1 }],
    });
    await org.api('DELETE', '/_emulator/requests');
    const folder = workFolder({ 'org.yaml': 'version: 1\ngroups: [{ name: Pilots }]\n' });
    const { stderr, exitCode } = await cli(folder, ['apply', '--yes', '-f', 'org.yaml', ...target()]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('POST /api/v1/groups answered 500 E0000009: Internal Server Error');
    expect(await sent('POST', '/api/v1/groups')).toBe(1);
  });

  it('that creates is never sent again; without an answer it stays in doubt though the org does not show it', async () => {
    await org.api('PUT', '/_emulator/faults', {
      faults: [{ method: 'POST', path: '/api/v1/trustedOrigins', drop: true, count: 1 }],
    });
    await org.api('DELETE', '/_emulator/requests');
    const { stdout, exitCode } = await cli(workFolder(), at('apply', '--yes', '--json'), ENV);
    expect(exitCode).toBe(1);
    expect(await sent('POST', '/api/v1/trustedOrigins')).toBe(1);
    const { changes } = JSON.parse(stdout);
    // It may still be on its way.
    expect(outcomes(changes)['trustedOrigin/Sample app']).toBe('inDoubt');
  });

  it.each(['answerLost', 'answerCut', 'answerGarbled'] as const)(
    'that creates and whose answer tells nothing (%s) counts as done when the org shows it',
    async (trouble) => {
      const folder = workFolder({ 'org.yaml': 'version: 1\ngroups: [{ name: Pilots }]\n' });
      const broken = await troubleAtWrite(org.url, 1, trouble);
      const { stdout, exitCode } = await cli(folder, ['apply', '--yes', '-f', 'org.yaml', ...target(broken.url)]);
      await broken.stop();
      expect(exitCode).toBe(0);
      expect(stdout).toContain(': 1 change with 1 write.');
    },
  );

  it('that creates and whose answer is lost is known by its id: a rollback leaves another of that name alone', async () => {
    const folder = workFolder({ 'org.yaml': 'version: 1\ngroups: [{ name: Pilots }]\n' });
    const broken = await troubleAtWrite(org.url, 1, 'answerLost');
    await cli(folder, ['apply', '--yes', '-f', 'org.yaml', ...target(broken.url)]);
    const [ours] = await org.ok<{ id: string }[]>('GET', '/api/v1/groups?q=Pilots');
    await org.api('DELETE', `/api/v1/groups/${ours?.id}`);
    const theirs = await org.ok<{ id: string }>('POST', '/api/v1/groups', { profile: { name: 'Pilots' } });
    const { stdout } = await cli(folder, ['rollback', '--yes', ...target(broken.url)]);
    await broken.stop();
    expect(stdout).toContain('another object has this name by now: left alone');
    expect(await org.ok<{ id: string }[]>('GET', '/api/v1/groups?q=Pilots')).toMatchObject([{ id: theirs.id }]);
  });

  it('that is done in part stays in doubt', async () => {
    await org.api('PUT', '/_emulator/faults', {
      faults: [{ method: 'POST', path: '/api/v1/users/*/factors', drop: true, count: 1 }],
    });
    const folder = workFolder();
    const { stderr, exitCode } = await cli(folder, at('apply', '--yes'), ENV);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('9 of 10 changes were applied');
    expect(stderr).toContain('User "mary@example.com": in doubt: part of it may have been written');
    expect((await cli(folder, at('apply', '--yes'), ENV)).exitCode).toBe(0);
  });

  it('that deletes counts as done when the org has it no more', async () => {
    await org.api('POST', '/api/v1/groups', { profile: { name: 'Pilots' } });
    const folder = workFolder({ 'org.yaml': 'version: 1\ngroups: [{ name: Pilots, ensure: absent }]\n' });
    const broken = await troubleAtWrite(org.url, 1, 'answerLost');
    const { stdout, exitCode } = await cli(folder, ['apply', '--yes', '-f', 'org.yaml', ...target(broken.url)]);
    expect(broken.writes).toBe(2);
    await broken.stop();
    expect(exitCode).toBe(0);
    expect(stdout).toContain(': 1 change with 2 writes.');
  });

  it('that deletes and is answered by something else is not taken for done', async () => {
    const { id } = await org.ok<{ id: string }>('POST', '/api/v1/groups', { profile: { name: 'Pilots' } });
    const broken = await troubleAtWrite(org.url, 1, 'answerGarbled');
    const api = await connect(ssws(broken.url));
    await expect(api.delete(`/api/v1/groups/${id}`)).rejects.toMatchObject({ code: 'not-an-org', inDoubt: true });
    await broken.stop();
  });
});

describe('an org that answered before', () => {
  it('may be out of reach for a moment: what was never sent is sent, whatever it is', async () => {
    const first = await proxy(org.url, (_incoming, _outgoing, pass) => pass());
    const api = await connect(ssws(first.url));
    await api.get('/api/v1/groups');
    await first.stop();
    const created = api.post('/api/v1/groups', { profile: { name: 'Pilots' } });
    await new Promise((wait) => setTimeout(wait, 300));
    const second = await proxy(org.url, (_incoming, _outgoing, pass) => pass(), Number(new URL(first.url).port));
    expect(await created).toMatchObject({ profile: { name: 'Pilots' } });
    await second.stop();
  });
});

describe('an answer that breaks off', () => {
  it('before the length that it told is asked for again at once', async () => {
    let cuts = 0;
    const broken = await proxy(org.url, (incoming, outgoing, pass) => {
      cuts += 1;
      if (cuts <= 2) breakOff(incoming, outgoing);
      else pass();
    });
    const before = performance.now();
    expect(await (await connect(ssws(broken.url))).list('/api/v1/trustedOrigins')).toEqual([]);
    expect(performance.now() - before).toBeLessThan(10_000);
    await broken.stop();
  });
});

function ssws(orgUrl: string): Parameters<typeof connect>[0] {
  return { orgUrl, credentials: { mode: 'SSWS', token: org.token } };
}

function outcomes(changes: { address: string; outcome: string }[]): Record<string, string> {
  return Object.fromEntries(changes.map(({ address, outcome }) => [address, outcome]));
}
