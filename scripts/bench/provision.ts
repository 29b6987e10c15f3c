/**
 * Requests and wall time of plan and apply, against an embedded org that answers each request 50 ms late. Every figure is a
 * count, or a time told as a multiple of that delay.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { type Config, loadConfig } from '../../src/config/load.ts';
import { type Emulator, startEmulator } from '../../src/emulator/index.ts';
import type { OktaApi } from '../../src/okta/api.ts';
import { connect } from '../../src/okta/client.ts';
import { memoisingReader } from '../../src/okta/reader.ts';
import { longestChain } from '../../src/provision/estimate.ts';
import { guardPlan } from '../../src/provision/guard.ts';
import { applyOrg, type OrgPlan, planOrg } from '../../src/provision/index.ts';
import { memoryLedger } from '../../src/provision/ledger.ts';
import type { Sends } from '../../src/provision/sends.ts';
import { line } from './measure.ts';

const DELAY_MS = 50;
const SHIPPED = ['config/password-phone.yaml', 'config/password-phone-group.yaml'];
const ENV = { MARY_PASSWORD: 'Correct-Horse-9' };
const GROUPS = names('Group', 20);
const POLICIES = names('Policy', 20);

export async function provision(): Promise<void> {
  console.log(`\nplan and apply, each request answered ${DELAY_MS} ms late`);
  for (const file of SHIPPED) await fromFresh(file);
  for (const count of [100, 1_000]) await manyApps(count);
}

async function fromFresh(file: string): Promise<void> {
  const emulator = await startEmulator();
  await answerLate(emulator, DELAY_MS);
  const config = loadConfig({ paths: [file], env: ENV });
  const ledger = memoryLedger();
  let writes: WriteTimes | undefined;
  let first: { plan: OrgPlan; sends: Sends } | undefined;
  const apply = async (api: OktaApi) => {
    const timed = timeWrites(api);
    const reader = memoisingReader(api);
    const plan = await planOrg({ config, api, ledger, reader });
    const { sends } = await guardPlan(plan, { config, api, ledger, reader });
    await applyOrg(plan, { api: timed.api, ledger });
    first ??= { plan, sends };
    writes ??= timed.times;
  };
  await told(`${basename(file)}: first apply`, emulator, apply);
  await told(`${basename(file)}: no-op plan`, emulator, (api) => planOrg({ config, api, ledger }));
  await told(`${basename(file)}: second apply`, emulator, apply);
  await emulator.stop();
  if (first && writes) chain(first.plan, first.sends, writes);
}

/**
 * From the first write to the last, against the longest chain of writes of which each needs the one before; and against that
 * of all requests, since some writes need a read right before them.
 */
function chain(plan: OrgPlan, { byChange }: Sends, { first, last }: WriteTimes): void {
  const writes = [...byChange].map(
    ([address, sent]) => [address, sent.filter(({ method }) => method !== 'GET')] as const,
  );
  const ratio = (length: number) => `${((last - first) / (length * DELAY_MS)).toFixed(2)} x`;
  const [ofWrites, ofAll] = [longestChain(plan, { byChange: new Map(writes) }), longestChain(plan, { byChange })];
  line(
    'first write to last',
    `${(last - first).toFixed(0)} ms`,
    `longest chain: ${ofWrites} writes, ${ratio(ofWrites)}; ${ofAll} requests, ${ratio(ofAll)}`,
  );
}

async function manyApps(count: number): Promise<void> {
  const labels = names('App', count);
  const emulator = await startEmulator({
    seed: {
      version: 1,
      groups: GROUPS.map((name) => ({ name })),
      apps: labels.map((label, index) => ({
        label,
        type: 'web',
        grantTypes: ['authorization_code'],
        redirectUris: ['http://localhost:8080/callback'],
        assignedTo: [nth(GROUPS, index)],
      })),
    },
  });
  const file = configFile(labels);
  const config = loadConfig({ paths: [file], env: ENV });
  await makePolicies(emulator, config);
  await answerLate(emulator, DELAY_MS);
  const what = `${count.toLocaleString('en')} apps, ${GROUPS.length} groups, ${POLICIES.length} policies`;
  await told(what, emulator, async (api) => {
    const { changes } = await planOrg({ config, api, ledger: memoryLedger() });
    if (changes.length > 0) throw new Error(`the plan of ${what} is not empty: ${changes[0]?.address}`);
  });
  if (count === 1_000) await memory(emulator, file);
  await emulator.stop();
}

/** The policies, and each app's own: by our own apply, since a seed has none. */
async function makePolicies(emulator: Emulator, config: Config): Promise<void> {
  const api = await open(emulator);
  const ledger = memoryLedger();
  await applyOrg(await planOrg({ config, api, ledger }), { api, ledger });
}

function configFile(labels: readonly string[]): string {
  const apps = labels.map(
    (label, index) => `  - label: ${label}
    type: web
    grantTypes: [authorization code]
    redirectUris: [http://localhost:8080/callback]
    signInPolicy: ${nth(POLICIES, index)}
    assignedTo: [${nth(GROUPS, index)}]
`,
  );
  const listed = (values: readonly string[]) => values.map((name) => `  - name: ${name}\n`).join('');
  const text = `version: 1\ngroups:\n${listed(GROUPS)}appSignInPolicies:\n${listed(POLICIES)}apps:\n${apps.join('')}`;
  const file = join(mkdtempSync(join(tmpdir(), 'orgproof-bench-')), 'org.yaml');
  writeFileSync(file, text);
  return file;
}

/** Peak memory of processes of their own: one that plans, and one that only loads Okta's SDK. */
async function memory(emulator: Emulator, file: string): Promise<void> {
  const peak = async (program: string) => {
    const code = `${program}; console.log(process.resourceUsage().maxRSS / 1024);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code]);
    return Number(stdout);
  };
  const target = JSON.stringify({ orgUrl: emulator.url, credentials: { mode: 'SSWS', token: emulator.token } });
  const plan = await peak(`
    const { loadConfig, connect, planOrg, memoryLedger } = await import('./dist/index.js');
    const config = loadConfig({ paths: [${JSON.stringify(file)}] });
    await planOrg({ config, api: await connect(${target}), ledger: memoryLedger() })`);
  const sdk = await peak("await import('@okta/okta-sdk-nodejs')");
  line('peak memory of that plan', `${plan.toFixed(0)} MB`, `Okta's SDK alone, imported: ${sdk.toFixed(0)} MB`);
}

interface WriteTimes {
  first: number;
  last: number;
}

/** The same API, with the start of its first write and the end of its last noted. */
function timeWrites(api: OktaApi): { api: OktaApi; times: WriteTimes } {
  const times = { first: Number.POSITIVE_INFINITY, last: 0 };
  const timed = async <T>(send: () => Promise<T>): Promise<T> => {
    times.first = Math.min(times.first, performance.now());
    const answer = await send();
    times.last = performance.now();
    return answer;
  };
  return {
    times,
    api: {
      ...api,
      post: (path, body) => timed(() => api.post(path, body)),
      put: (path, body) => timed(() => api.put(path, body)),
      delete: (path) => timed(() => api.delete(path)),
    },
  };
}

async function told(what: string, emulator: Emulator, work: (api: OktaApi) => Promise<unknown>): Promise<void> {
  const api = await open(emulator);
  const start = performance.now();
  await work(api);
  const ms = performance.now() - start;
  const writes = api.requests.filter(({ method }) => method !== 'GET').length;
  line(
    what,
    `${api.requests.length} requests, ${writes} writes`,
    `${(ms / 1000).toFixed(1)} s = ${(ms / DELAY_MS).toFixed(1)} x the delay`,
  );
}

function open({ url, token }: Emulator): Promise<OktaApi> {
  return connect({ orgUrl: url, credentials: { mode: 'SSWS', token } }, { maxCapacity: 100 });
}

async function answerLate({ url }: Emulator, delayMs: number): Promise<void> {
  const body = JSON.stringify({ faults: [{ path: '/api/v1/**', delayMs }] });
  await fetch(`${url}/_emulator/faults`, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body });
}

function names(what: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${what} ${index}`);
}

function nth(values: readonly string[], index: number): string {
  return values[index % values.length] ?? '';
}
