import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../support/verify-once.ts', import.meta.url));
/** Well over what it takes, well under the hour that a token manager would wait for its tokens to expire. */
const TIMEOUT_MS = 25_000;

it('leaves nothing behind that keeps the process alive', async () => {
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--import', 'tsx', PROGRAM], { timeout: TIMEOUT_MS });
  expect(stdout).toBe('3 passed');
}, 30_000);
