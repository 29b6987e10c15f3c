import { spawnSync } from 'node:child_process';

/**
 * Tests of the command line spawn the built program, so it must be that of this source. Type errors do not stop the
 * compiler from emitting; they are `npm run types`' business.
 */
export default function build(): void {
  const { error } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
  if (error) throw error;
}
