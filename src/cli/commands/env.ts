import { EXIT } from '../../shared/errors.ts';
import type { Command } from '../command.ts';
import { withTextOnStdout } from '../io.ts';
import { OUT_OPTIONS, type OutArgs, TARGET_OPTIONS, type TargetArgs, withOptions } from '../options.ts';
import { assertWritable, writePrivateFile } from '../private-file.ts';
import { withOrg } from '../target.ts';

interface Own {
  app: string;
  issuer: string;
}

export const envCommand: Command<TargetArgs & OutArgs & Own> = {
  usage: 'env',
  summary: "Print an app's settings as dotenv: ISSUER, CLIENT_ID, CLIENT_SECRET, ...",
  options: (yargs) =>
    withOptions(yargs, { 'Org:': TARGET_OPTIONS, 'File:': OUT_OPTIONS }).options({
      app: { type: 'string', demandOption: true, describe: 'Label of the app', requiresArg: true },
      issuer: {
        type: 'string',
        default: 'default',
        describe: "Name or id of an authorization server; `org` for the org's own",
        requiresArg: true,
      },
    }),
  run: async (args, terminal) => {
    const io = withTextOnStdout(terminal, args);
    assertWritable(args);
    return withOrg(args, io, async ({ api }) => {
      const { appEnv, toDotenv } = await import('../../provision/env.ts');
      const env = await appEnv({ api, app: args.app, issuer: args.issuer });
      const { out, force } = args;
      if (out !== undefined) writePrivateFile({ out, force }, toDotenv(env));
      if (args.json) io.document({ formatVersion: 1, org: api.orgUrl, env: shown(env, out) });
      else if (out === undefined) io.out(toDotenv(env).trimEnd());
      if (out !== undefined) io.info(`${out}: ${Object.keys(env).join(', ')}`);
      return EXIT.done;
    });
  },
};

/** What was asked for in a file of its own need not stand on the screen as well. */
function shown(env: Readonly<Record<string, string>>, out: string | undefined): Readonly<Record<string, string>> {
  return out !== undefined && env.CLIENT_SECRET !== undefined ? { ...env, CLIENT_SECRET: '[redacted]' } : env;
}
