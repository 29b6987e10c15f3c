/**
 * `npm run bench`: requests, start-up times and memory. Counts are exact; times are medians of several runs, and only
 * their ratios mean something on a busy machine.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { loadConfig } from '../src/config/load.ts';
import { startEmulator } from '../src/emulator/index.ts';
import { connect } from '../src/okta/client.ts';
import { applyOrg, planOrg } from '../src/provision/index.ts';
import { memoryLedger } from '../src/provision/ledger.ts';

interface LoggedRequest {
  method: string;
  path: string;
}

const RUNS = 9;

await requestCounts();
startUp();
emulatorStart();
console.log(`\nmemory of this process after all of it: ${Math.round(process.memoryUsage().rss / 1e6)} MB`);

async function requestCounts(): Promise<void> {
  console.log('Requests, from the request log of the embedded org');
  for (const file of ['config/password-phone.yaml', 'config/password-phone-group.yaml']) {
    await using emulator = disposable(await startEmulator());
    const config = loadConfig({ paths: [file], env: { MARY_PASSWORD: 'Correct-Horse-9' } });
    const api = await connect({ orgUrl: emulator.url, credentials: { mode: 'SSWS', token: emulator.token } });
    const ledger = memoryLedger();
    const count = async (what: string, work: () => Promise<unknown>) => {
      await fetch(`${emulator.url}/_emulator/requests`, { method: 'DELETE' });
      await work();
      const { requests } = (await (await fetch(`${emulator.url}/_emulator/requests`)).json()) as {
        requests: LoggedRequest[];
      };
      const writes = requests.filter((request) => request.method !== 'GET').length;
      console.log(
        `  ${file.padEnd(36)} ${what.padEnd(14)} ${String(requests.length).padStart(3)} requests, ${writes} writes`,
      );
    };
    const apply = async () => applyOrg(await planOrg({ config, api, ledger }), { api, ledger });
    await count('first apply', apply);
    await count('no-op plan', () => planOrg({ config, api, ledger }));
    await count('second apply', apply);
  }
}

function startUp(): void {
  const empty = medianMs(() => spawnSync(process.execPath, ['-e', '0']));
  const measure = (what: string, args: string[]) => {
    const time = medianMs(() => execFileSync(process.execPath, ['dist/cli/main.js', ...args], { stdio: 'ignore' }));
    console.log(
      `  ${what.padEnd(20)} ${time.toFixed(0).padStart(4)} ms = ${(time / empty).toFixed(1)} x an empty node process`,
    );
  };
  console.log(`\nStart-up of the command line (median of ${RUNS}; an empty node process takes ${empty.toFixed(0)} ms)`);
  measure('orgproof --help', ['--help']);
  process.env.MARY_PASSWORD ??= 'Correct-Horse-9';
  measure('orgproof validate', ['validate', '-f', 'config/password-phone.yaml']);
}

function emulatorStart(): void {
  const program = `
    const before = performance.now();
    const { startEmulator } = await import('./dist/emulator/index.js');
    const loaded = performance.now();
    const emulator = await startEmulator();
    await fetch(emulator.url + '/_emulator/health');
    const ready = performance.now();
    console.log(JSON.stringify({ load: loaded - before, ready: ready - loaded, rss: process.memoryUsage().rss / 1e6 }));
    await emulator.stop();`;
  const samples = Array.from({ length: RUNS }, () => {
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
    return JSON.parse(out) as { load: number; ready: number; rss: number };
  });
  const of = (key: 'load' | 'ready' | 'rss') => median(samples.map((sample) => sample[key])).toFixed(0);
  console.log(`\nStart of the embedded org (median of ${RUNS})`);
  console.log(`  module loaded in ${of('load')} ms, ready ${of('ready')} ms later, ${of('rss')} MB`);
}

function medianMs(work: () => unknown): number {
  return median(
    Array.from({ length: RUNS }, () => {
      const start = performance.now();
      work();
      return performance.now() - start;
    }),
  );
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function disposable<T extends { stop(): Promise<void> }>(value: T): T & AsyncDisposable {
  return Object.assign(value, { [Symbol.asyncDispose]: () => value.stop() });
}
