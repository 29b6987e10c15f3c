import type { Argv } from 'yargs';
import type { ExitCode } from '../shared/errors.ts';
import type { Io } from './io.ts';
import type { OutputArgs } from './options.ts';

/** One command. Its file imports nothing heavy: `run` loads what it needs, so that `--help` stays quick. */
export interface Command<Args extends object = object> {
  /** yargs syntax, e.g. `apply [plan]`. */
  readonly usage: string;
  readonly summary: string;
  options(yargs: Argv): Argv;
  run(args: Args & OutputArgs, io: Io): Promise<ExitCode>;
}
