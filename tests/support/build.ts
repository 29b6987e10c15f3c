import { execFileSync } from 'node:child_process';

/** Tests of the command line spawn the built program, so it must be that of this source. */
export default function build(): void {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
}
