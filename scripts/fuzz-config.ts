/**
 * `npm run fuzz -- [--seed N] [--runs N] [--first N]`: random edits of valid configs through `validate`. Each batch runs in a
 * process of its own, so that one that hangs is ended, and its file told.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Failure, FUZZED, fuzz } from '../tests/config/fuzz/index.ts';

const BATCH = 500;
const BATCH_MS = 120_000;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    runs: { type: 'string', default: '10000' },
    first: { type: 'string', default: '0' },
    batch: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const runs = Number(values.runs);
const first = Number(values.first);

process.exitCode = values.batch ? await runBatch() : runAll();

async function runBatch(): Promise<number> {
  console.log(`  ${first}..${first + runs - 1} in ${FUZZED}`);
  const { exits, failures } = await fuzz({ seed, runs, first });
  console.log(`    exit codes: ${JSON.stringify(exits)}`);
  for (const failure of failures) report(failure);
  return failures.length > 0 ? 1 : 0;
}

function report({ turn, edits, complaint, told, bytes }: Failure): void {
  const kept = FUZZED.replace(/org\.yaml$/, `${seed}-${turn}.yaml`);
  writeFileSync(kept, bytes);
  console.log(`  FAILED: ${complaint}; --seed ${seed} --first ${turn} --runs 1; ${edits.join(', ')}; kept as ${kept}`);
  console.log(told.slice(0, 1000).replaceAll(/^/gm, '      '));
}

function runAll(): number {
  console.log(`seed ${seed}, ${runs} edited configs`);
  let failed = 0;
  for (let at = first; at < first + runs; at += BATCH) {
    const count = Math.min(BATCH, first + runs - at);
    const script = [fileURLToPath(import.meta.url), '--batch', '--seed', seed, '--first', at, '--runs', count];
    const { status, signal } = spawnSync(process.execPath, [...process.execArgv, ...script.map(String)], {
      stdio: 'inherit',
      timeout: BATCH_MS,
    });
    if (status !== 0) failed += 1;
    if (signal !== null) console.log(`  FAILED: the file above has not ended after ${BATCH_MS / 1000} s`);
  }
  console.log(failed === 0 ? 'All ended as they should.' : `${failed} batches failed.`);
  return failed === 0 ? 0 : 1;
}
