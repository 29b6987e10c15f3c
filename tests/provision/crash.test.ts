import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/load.ts';
import { memoryLedger } from '../../src/provision/ledger.ts';
import { testOrg } from '../support/emulator.ts';
import { ENV, fileConfig, provisioner, textConfig } from '../support/provision.ts';
import { type Trouble, troubleAtWrite } from '../support/proxy.ts';

const org = testOrg();
beforeEach(() => org.reset());

const FILE = 'config/password-phone.yaml';

const firstWord = (text: string) => text.split(' ')[0];

/** What an org must hold once and only once after any number of applies. */
async function holdsOneOfEach(): Promise<void> {
  const count = async (path: string, test: (item: Record<string, never> & { profile?: never }) => boolean) =>
    (await org.api('GET', path)).body.filter(test).length;
  expect({
    apps: await count('/api/v1/apps', (item) => item.label === 'Password and phone app'),
    groups: await count(
      '/api/v1/groups',
      (item) => (item.profile as unknown as { name: string }).name === 'Phone testers',
    ),
    policies: await count('/api/v1/policies?type=ACCESS_POLICY', (item) => item.name === 'Password and phone'),
    origins: await count('/api/v1/trustedOrigins', (item) => item.name === 'Sample app'),
    users: await count(
      '/api/v1/users',
      (item) => (item.profile as unknown as { login: string }).login === 'mary@example.com',
    ),
  }).toEqual({ apps: 1, groups: 1, policies: 1, origins: 1, users: 1 });
}

const TROUBLES: Trouble[] = ['refused', 'failed', 'answerLost', 'answerCut', 'answerGarbled'];

interface Case {
  config: Config;
  /** What the org holds before. */
  given?: Config;
  /** Of an apply that nothing disturbs. */
  writes: number;
  holds?: () => Promise<void>;
}

/** Applies a config again and again, each time with another of its writes in trouble. */
async function troubleAtEachWrite(trouble: Trouble, { config, given, writes, holds }: Case): Promise<void> {
  const fresh = async () => {
    await org.reset();
    const ledger = memoryLedger();
    if (given) await provisioner(org, ledger).apply(given);
    return ledger;
  };
  expect((await provisioner(org, await fresh()).apply(config)).writes).toBe(writes);
  for (let failing = 1; failing <= writes; failing++) {
    const ledger = await fresh();
    const proxy = await troubleAtWrite(org.url, failing, trouble);
    const broken = await provisioner({ url: proxy.url, token: org.token }, ledger).apply(config);
    await proxy.stop();
    const label = `${trouble} at write ${failing}`;
    expect(proxy.writes, label).toBeGreaterThanOrEqual(failing);
    // What is lost of an answer is got again, by sending or by reading; an apply need not even fail then.
    if (trouble === 'refused') expect([broken.exitCode, broken.errors.length], label).toEqual([1, 1]);
    if (broken.exitCode === 0) {
      expect(new Set(broken.outcomes.map(firstWord)), label).toEqual(new Set(['applied']));
      expect((await provisioner(org, ledger).plan(config)).changes, `${label}, said to be applied`).toEqual([]);
    } else expect(broken.errors.length, label).toBeLessThanOrEqual(1);
    expect(broken.outcomes.filter((outcome) => outcome.startsWith('inDoubt')).length, label).toBeLessThanOrEqual(1);
    const mended = await provisioner(org, ledger).apply(config);
    expect(mended.errors, label).toEqual([]);
    expect((await provisioner(org, ledger).plan(config)).changes, label).toEqual([]);
    await holds?.();
  }
}

describe.each(TROUBLES)('an apply with a write whose fate is: %s', (trouble) => {
  it('says so at every one of its writes, and the next apply does the rest without duplicates', async () => {
    await troubleAtEachWrite(trouble, { config: fileConfig(FILE), writes: 15, holds: holdsOneOfEach });
  }, 180_000);
});

describe.each<Trouble>([...TROUBLES, 'lost'])(
  'an apply that reorders rules by a write whose fate is: %s',
  (trouble) => {
    it('says so, and the next apply puts them in order', async () => {
      await troubleAtEachWrite(trouble, { given: rules('R1', 'R2', 'R3'), config: rules('R3', 'R1', 'R2'), writes: 1 });
    }, 60_000);
  },
);

/** A policy with these rules in this order. */
function rules(...names: string[]): Config {
  const one = (name: string) => `{ name: ${name}, access: ${name === 'R1' ? 'denied' : 'allowed'}, groups: [Pilots] }`;
  return textConfig(
    `groups: [{ name: Pilots }]\nappSignInPolicies: [{ name: Pilots, rules: [${names.map(one).join(', ')}] }]\n`,
  );
}

describe('kill -9 in the middle of apply', () => {
  it.each([1, 4, 8, 11, 14])('after write %d: apply again converges', async (writes) => {
    const folder = mkdtempSync(join(tmpdir(), 'orgproof-kill-'));
    await org.api('PUT', '/_emulator/faults', { faults: [{ path: '/api/v1/**', delayMs: 40 }] });
    await org.api('DELETE', '/_emulator/requests');
    const killed = cli(folder, 'apply', '--yes');
    await writesSeen(writes);
    killed.process.kill('SIGKILL');
    expect(await killed.exit).toBe(null);
    await org.api('PUT', '/_emulator/faults', { faults: [] });
    expect(await cli(folder, 'apply', '--yes').exit).toBe(0);
    await holdsOneOfEach();
    expect(await cli(folder, 'plan', '--detailed-exitcode').exit).toBe(0);
  });
});

function cli(
  folder: string,
  command: string,
  ...flags: string[]
): { process: ChildProcess; exit: Promise<number | null> } {
  const target = ['--org-url', org.url, '--token', org.token];
  const args = [resolve('dist/cli/main.js'), command, '-f', resolve(FILE), ...target, ...flags];
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, ...ENV }, stdio: 'ignore' });
  return { process: child, exit: new Promise((done) => child.once('exit', done)) };
}

async function writesSeen(count: number): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    const { requests } = (await org.api('GET', '/_emulator/requests')).body as { requests: { method: string }[] };
    if (requests.filter((request) => request.method !== 'GET').length >= count) return;
    await new Promise((wait) => setTimeout(wait, 10));
  }
  throw new Error(`apply did not come to ${count} writes within 10 s`);
}
