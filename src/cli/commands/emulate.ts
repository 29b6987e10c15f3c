import { EXIT } from '../../shared/errors.ts';
import type { Command } from '../command.ts';

interface Own {
  port: number;
  token?: string;
  state?: string;
}

export const emulateCommand: Command<Own> = {
  usage: 'emulate',
  summary: 'Run the embedded org as a server',
  options: (yargs) =>
    yargs.options({
      port: { type: 'number', default: 8700, describe: 'TCP port; 0 picks a free one', requiresArg: true },
      token: { type: 'string', describe: 'Admin API token; random if not given', requiresArg: true },
      state: { type: 'string', describe: 'Keep the org in this file', requiresArg: true },
    }),
  run: async (args, io) => {
    const { startEmulator } = await import('../../emulator/index.ts');
    const emulator = await startEmulator({
      port: args.port,
      ...(args.token === undefined ? {} : { token: args.token }),
      ...(args.state === undefined ? {} : { state: args.state }),
      log: (line) => io.warn(line),
    });
    if (args.json) io.out(JSON.stringify({ formatVersion: 1, url: emulator.url, token: emulator.token }));
    else {
      io.out(`An Okta Identity Engine org is ready.`);
      io.out(`  URL    ${emulator.url}`);
      io.out(`  token  ${emulator.token}`);
      io.info(`\nFor other commands:`);
      io.info(`  export OKTA_CLIENT_ORGURL=${emulator.url} OKTA_CLIENT_TOKEN=${emulator.token}`);
      io.info(`One-time codes: ${emulator.url}/_emulator/messages`);
      io.info(io.paint('dim', 'Ctrl-C stops it.'));
    }
    await stopSignal();
    await emulator.stop();
    return EXIT.done;
  },
};

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
