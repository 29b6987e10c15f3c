import { join } from 'node:path';
import type { EmulatorOptions } from '../../emulator/index.ts';
import { EXIT, OrgproofError } from '../../shared/errors.ts';
import type { Command } from '../command.ts';
import type { Io } from '../io.ts';
import type { OutputArgs } from '../options.ts';
import { STATE_FOLDER } from '../target.ts';

interface Own {
  port: number;
  host: string;
  expose: boolean;
  url?: string;
  token?: string;
  state?: string;
  seed?: string;
  tls: boolean;
  coverage: boolean;
}

export const emulateCommand: Command<Own> = {
  usage: 'emulate',
  summary: 'Run the embedded org as a server',
  options: (yargs) =>
    yargs.options({
      port: { type: 'number', default: 8700, describe: 'TCP port; 0 picks a free one', requiresArg: true },
      host: { type: 'string', default: '127.0.0.1', describe: 'Address to listen on', requiresArg: true },
      expose: { type: 'boolean', default: false, describe: 'Allow a --host that other machines can reach' },
      url: { type: 'string', describe: 'The URL clients use, when it is not loopback', requiresArg: true },
      token: { type: 'string', describe: 'Admin API token; random if not given', requiresArg: true },
      state: { type: 'string', describe: 'Keep the org in this file', requiresArg: true },
      seed: { type: 'string', describe: 'What the org holds from the start (YAML or JSON)', requiresArg: true },
      tls: { type: 'boolean', default: false, describe: 'Serve https with a certificate of its own' },
      coverage: { type: 'boolean', default: false, describe: 'Print what of Okta the emulator has, and exit' },
    }),
  run: async (args, io) => {
    if (args.coverage) return printCoverage(args, io);
    refuseBadPort(args.port);
    await refuseExposure(args);
    const [{ startEmulator }, { options, certFile }] = await Promise.all([
      import('../../emulator/index.ts'),
      optionsOf(args, io),
    ]);
    const emulator = await startEmulator(options);
    keepGoing(io);
    const stopped = stopSignal(); // before anybody learns that we run, and may stop us
    const { url, token } = emulator;
    if (args.json) io.out(JSON.stringify({ formatVersion: 1, url, token, ...(certFile ? { certFile } : {}) }));
    else {
      io.out(`An Okta Identity Engine org is ready.`);
      io.out(`  URL    ${url}`);
      io.out(`  token  ${token}`);
      if (certFile !== undefined) io.out(`  cert   ${certFile}`);
      io.info(`\nFor other commands:`);
      if (certFile !== undefined) io.info(`  export NODE_EXTRA_CA_CERTS=${certFile}`);
      io.info(`  export OKTA_CLIENT_ORGURL=${url} OKTA_CLIENT_TOKEN=${token}`);
      io.info(`Console, with the one-time codes: ${url}/`);
      io.info(io.paint('dim', 'Ctrl-C stops it.'));
    }
    await stopped;
    await emulator.stop();
    return EXIT.done;
  },
};

/** What a start needs; reads the seed and the certificate, so it fails before anything listens. */
async function optionsOf(args: Own, io: Io): Promise<{ options: EmulatorOptions; certFile?: string }> {
  const options: EmulatorOptions = {
    port: args.port,
    host: args.host,
    log: (line) => io.warn(line),
    ...(args.url === undefined ? {} : { url: args.url }),
    ...(args.token === undefined ? {} : { token: args.token }),
    ...(args.state === undefined ? {} : { state: args.state }),
  };
  if (args.seed !== undefined) {
    const { readSeedFile } = await import('../../emulator/seed/read.ts');
    options.seed = await readSeedFile(args.seed);
  }
  if (!args.tls) return { options };
  const { tlsIdentityIn } = await import('../../emulator/tls.ts');
  const names = [args.host, ...(args.url !== undefined && URL.canParse(args.url) ? [new URL(args.url).hostname] : [])];
  const { certFile, ...identity } = await tlsIdentityIn(join(process.cwd(), STATE_FOLDER, 'tls'), names);
  return { options: { ...options, tls: identity }, certFile };
}

function refuseBadPort(port: number): void {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return;
  throw new OrgproofError('--port takes a number from 0 to 65535', { code: 'usage', exitCode: EXIT.usage });
}

/** An org that other machines can reach hands its codes and tokens to whoever has its API token: not by accident. */
async function refuseExposure({ host, expose }: Own): Promise<void> {
  const { isLoopback } = await import('../../emulator/listen.ts');
  if (expose || isLoopback(host)) return;
  throw new OrgproofError(`${host} can be reached by other machines`, {
    code: 'usage',
    hint: 'add --expose if that is meant; the control plane and the console then ask for the token',
    exitCode: EXIT.usage,
  });
}

/** One request's stray failure is a line in the log, not the end of the org. */
function keepGoing(io: Io): void {
  const report = (error: unknown) => {
    // Nobody reads our output any more: there is nothing to say, and nobody to say it to.
    if ((error as NodeJS.ErrnoException | undefined)?.code === 'EPIPE') return;
    io.warn(`defect: ${error instanceof Error ? error.stack : String(error)}`);
  };
  process.on('unhandledRejection', report);
  process.on('uncaughtException', report);
}

async function printCoverage(args: Own & OutputArgs, io: Io): Promise<typeof EXIT.done> {
  const { emulatorCoverage, formatCoverage } = await import('../../emulator/coverage.ts');
  const rows = emulatorCoverage();
  io.out(args.json ? JSON.stringify({ formatVersion: 1, routes: rows }) : formatCoverage(rows));
  return EXIT.done;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
