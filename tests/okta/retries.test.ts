import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';
import { troubleAtWrite } from '../support/proxy.ts';

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
  it.each([{ status: 502 }, { status: 503 }, { status: 504 }, { drop: true }])(
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
    expect(stdout).toContain(': 10 changes with ');
  });

  it('that creates is never sent again; when the org shows that it was not done, that is said', async () => {
    await org.api('PUT', '/_emulator/faults', {
      faults: [{ method: 'POST', path: '/api/v1/trustedOrigins', drop: true, count: 1 }],
    });
    await org.api('DELETE', '/_emulator/requests');
    const { stdout, exitCode } = await cli(workFolder(), at('apply', '--yes', '--json'), ENV);
    expect(exitCode).toBe(1);
    expect(await sent('POST', '/api/v1/trustedOrigins')).toBe(1);
    const { changes } = JSON.parse(stdout);
    expect(outcomes(changes)['trustedOrigin/Sample app']).toBe('unapplied');
    expect(Object.values(outcomes(changes))).not.toContain('inDoubt');
  });

  it('that creates and whose answer is lost counts as done when the org shows it', async () => {
    const folder = workFolder({ 'org.yaml': 'version: 1\ngroups: [{ name: Pilots }]\n' });
    const proxy = await troubleAtWrite(org.url, 1, 'answerLost');
    const { stdout, exitCode } = await cli(folder, ['apply', '--yes', '-f', 'org.yaml', ...target(proxy.url)]);
    await proxy.stop();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('in doubt Group "Pilots"');
    expect(stdout).toContain('created Group "Pilots"');
    expect(stdout).toContain(': 1 change with 1 write.');
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
    const proxy = await troubleAtWrite(org.url, 1, 'answerLost');
    const { stdout, exitCode } = await cli(folder, ['apply', '--yes', '-f', 'org.yaml', ...target(proxy.url)]);
    expect(proxy.writes).toBe(2);
    await proxy.stop();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('deleted Group "Pilots"');
  });
});

function outcomes(changes: { address: string; outcome: string }[]): Record<string, string> {
  return Object.fromEntries(changes.map(({ address, outcome }) => [address, outcome]));
}
