import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HITS_FOLDER, HITS_VARIABLE, readHits, untruths } from '../../scripts/generate/tested-by.ts';
import { emulatorRoutes } from '../../src/emulator/index.ts';
import { TESTED_BY } from '../../src/emulator/tested-by.ts';

let folder = '';

/** Each run notes its answers in a folder of its own: several may run in one checkout. */
export function setup(): void {
  folder = mkdtempSync(join(tmpdir(), 'orgproof-hits-'));
  process.env[HITS_VARIABLE] = folder;
}

/** After a full run: whether the coverage table names tests that exercise what it says. A partial run proves nothing. */
export function teardown(): void {
  try {
    const all = readdirSync('tests', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'));
    if (readdirSync(folder).length < all.length) return;
    rmSync(HITS_FOLDER, { recursive: true, force: true });
    cpSync(folder, HITS_FOLDER, { recursive: true });
    const wrong = untruths(TESTED_BY, readHits(emulatorRoutes()));
    if (wrong.length > 0) {
      const remedy = 'npm run generate:tested && npm run generate';
      throw new Error(`the coverage table is not current: ${remedy}\n${wrong.join('\n')}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
