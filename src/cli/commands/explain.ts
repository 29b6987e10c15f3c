import { EXIT } from '../../shared/errors.ts';
import type { Command } from '../command.ts';
import { loadConfigFor } from '../config.ts';
import { CONFIG_OPTIONS, type ConfigArgs, TARGET_OPTIONS, type TargetArgs, withOptions } from '../options.ts';
import { withOrg } from '../target.ts';

interface Own {
  user: string;
  app: string;
  ip?: string;
  zone: string[];
}

/** Unlike elsewhere there need be no config: an org can be asked without one. */
const OPTIONAL_CONFIG = {
  ...CONFIG_OPTIONS,
  config: {
    ...CONFIG_OPTIONS.config,
    defaultDescription: 'none',
    describe: 'Config file or folder: shows the lines of it that decide',
  },
} as const;

export const explainCommand: Command<ConfigArgs & TargetArgs & Own> = {
  usage: 'explain <user>',
  summary: 'Show which policies and rules apply to a user and an app, and which factors would satisfy them',
  options: (yargs) =>
    withOptions(yargs, { 'Org:': TARGET_OPTIONS, 'Config:': OPTIONAL_CONFIG })
      .positional('user', { type: 'string', demandOption: true, describe: 'Login or id of the user' })
      .options({
        app: { type: 'string', demandOption: true, describe: 'Label of the app', requiresArg: true },
        ip: { type: 'string', describe: 'Address that the user comes from', requiresArg: true },
        zone: {
          type: 'string',
          array: true,
          default: [] as string[],
          describe: 'Name of a network zone that the user is in',
          requiresArg: true,
        },
      }),
  run: async (args, io) => {
    const config = args.config.length > 0 ? await loadConfigFor(args, io) : undefined;
    return withOrg(args, io, async ({ api }) => {
      const [{ explainSignIn }, { renderExplanation }] = await Promise.all([
        import('../../provision/explain.ts'),
        import('../render/explain.ts'),
      ]);
      const { user, app, ip, zone: zones } = args;
      const explanation = await explainSignIn({
        api,
        user,
        app,
        zones,
        ...(ip === undefined ? {} : { ip }),
        ...(config ? { locate: config.locate } : {}),
      });
      if (args.json) io.document({ formatVersion: 1, org: api.orgUrl, ...explanation });
      else io.out(renderExplanation(explanation, io));
      return EXIT.done;
    });
  },
};
