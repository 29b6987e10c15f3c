/**
 * Replays recorded traffic of real orgs against the emulator, with the tool in the folder that is named:
 *
 *     npx tsx scripts/conformance.ts FOLDER [--seed FILE] [flags of its replay.mjs]
 *
 * Without a seed against a fresh org; `tests/contract/recorded-orgs.yaml` is one set up as the recorded ones were.
 * Fails when an answer of a supported route is wrong more often than {@link MOST_WRONG} allows.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '../src/emulator/index.ts';
import { readSeedFile } from '../src/emulator/seed/read.ts';

/** Share of scored answers that may be wrong; what is not supported answers 501 and is told apart. */
const MOST_WRONG = 0.01;

const [folder = '', ...given] = process.argv.slice(2);
const seeded = given[0] === '--seed';
const seedFile = seeded ? (given[1] ?? '') : undefined;
const flags = given.slice(seeded ? 2 : 0);
const report = join(mkdtempSync(join(tmpdir(), 'orgproof-conformance-')), 'report.json');
const emulator = await startEmulator(seedFile === undefined ? {} : { seed: await readSeedFile(seedFile) });
try {
  const { status } = await replay();
  if (status !== 0) process.exitCode = 1;
  const { total } = JSON.parse(readFileSync(report, 'utf8')) as { total: Record<string, number> };
  const scored = (total.interactions ?? 0) - (total.skipped ?? 0);
  const share = (total.wrong ?? 0) / scored;
  console.log(`wrong: ${total.wrong} of ${scored} scored answers (${(100 * share).toFixed(1)} %)`);
  if (share > MOST_WRONG) process.exitCode = 1;
} finally {
  await emulator.stop();
}

/** In a process of its own, which must not block this one: the org answers from here. */
async function replay(): Promise<{ status: number | null }> {
  const target = [
    '--url',
    emulator.url,
    '--token',
    emulator.token,
    '--reset',
    'POST /_emulator/reset',
    '--json',
    report,
  ];
  const child = spawn(process.execPath, [join(folder, 'replay.mjs'), ...target, ...flags], { stdio: 'inherit' });
  return new Promise((resolve) => child.once('exit', (status) => resolve({ status })));
}
