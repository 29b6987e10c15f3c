/** The command line: parses, runs one command, and turns whatever happens into an exit code. */
import yargs from 'yargs';
import { EXIT, type ExitCode, type OrgproofError, usageError } from '../shared/errors.ts';
import type { Command } from './command.ts';
import { applyCommand } from './commands/apply.ts';
import { demoCommand } from './commands/demo.ts';
import { destroyCommand } from './commands/destroy.ts';
import { doctorCommand } from './commands/doctor.ts';
import { driftCommand } from './commands/drift.ts';
import { emulateCommand } from './commands/emulate.ts';
import { envCommand } from './commands/env.ts';
import { explainCommand } from './commands/explain.ts';
import { exportCommand } from './commands/export.ts';
import { planCommand } from './commands/plan.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { schemaCommand } from './commands/schema.ts';
import { validateCommand } from './commands/validate.ts';
import { verifyCommand } from './commands/verify.ts';
import { reportError } from './errors.ts';
import { createIo } from './io.ts';
import { OUTPUT_OPTIONS, type OutputArgs, withOptions } from './options.ts';

// each command takes the arguments it declared to yargs, which checks them: no one type of arguments fits all
const COMMANDS: readonly Command<never>[] = [
  demoCommand,
  validateCommand,
  planCommand,
  applyCommand,
  rollbackCommand,
  destroyCommand,
  verifyCommand,
  driftCommand,
  explainCommand,
  exportCommand,
  envCommand,
  doctorCommand,
  emulateCommand,
  schemaCommand,
];

/** Runs the command line. Never throws; prints to the terminal of this process. */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  let outcome: ExitCode = EXIT.done;
  const wantsJson = argv.includes('--json');
  let io = createIo({ color: !argv.includes('--no-color') });
  const parser = yargs([...argv])
    .scriptName('orgproof')
    .usage('$0 <command>\n\nYour Okta org as YAML, proven by a real sign-in.')
    .version(false)
    .help()
    .alias('help', 'h')
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .parserConfiguration({ 'greedy-arrays': false })
    .strict()
    .demandCommand(1, 'Name a command.')
    .recommendCommands()
    .epilogue(
      'Exit codes: 0 done, 1 failed, 2 changes pending or drift, 3 verification failed, 4 refused, 5 usage or config, 130 interrupted.',
    )
    .exitProcess(false)
    .fail((message, error) => {
      const isOurs = error && error.name !== 'YError'; // so yargs calls its own, and exports no class
      throw isOurs ? error : misused(message, argv[0] ?? '');
    });
  for (const command of COMMANDS) {
    parser.command(
      command.usage,
      command.summary,
      (builder) => withOptions(command.options(builder), { 'Output:': OUTPUT_OPTIONS }).version(false),
      async (args) => {
        const given = args as unknown as OutputArgs;
        io = createIo(given);
        outcome = await command.run(args as never, io);
      },
    );
  }
  try {
    await parser.parseAsync();
    return outcome;
  } catch (error) {
    return reportError(error, io, wantsJson);
  }
}

/** What yargs says, with the command that is meant where it knows one. */
function misused(message: string, command: string): OrgproofError {
  const suggestion = /^Did you mean (.*)\?$/.exec(message)?.[1];
  if (suggestion === undefined) {
    const own = COMMANDS.some(({ usage }) => usage.split(' ')[0] === command) ? ` ${command}` : '';
    return usageError(message, `see orgproof${own} --help`);
  }
  return usageError(`there is no command "${command}"`, `did you mean ${suggestion}?`);
}
