import { EXIT, type ExitCode } from '../../shared/errors.ts';
import type { Command } from '../command.ts';
import { loadConfigFor } from '../config.ts';
import {
  CONFIG_OPTIONS,
  type ConfigArgs,
  PLAN_OPTIONS,
  type PlanArgs,
  TARGET_OPTIONS,
  type TargetArgs,
  withOptions,
} from '../options.ts';
import { type Connection, withOrg } from '../target.ts';

export const driftCommand: Command<ConfigArgs & TargetArgs & Pick<PlanArgs, 'only'>> = {
  usage: 'drift',
  summary: 'Show where a live org differs from the config, and who changed it; exit 2 when it does',
  options: (yargs) =>
    withOptions(yargs, { 'Org:': TARGET_OPTIONS, 'Config:': CONFIG_OPTIONS, 'Drift:': { only: PLAN_OPTIONS.only } }),
  run: async (args, io) => {
    const config = await loadConfigFor(args, io);
    const work = async ({ api, ledger }: Connection): Promise<ExitCode> => {
      const [{ findDrift }, { summarizeRequests }, render] = await Promise.all([
        import('../../provision/drift.ts'),
        import('../../okta/buckets.ts'),
        import('../render/drift.ts'),
      ]);
      const drift = await findDrift({ config, api, ledger, only: args.only });
      if (args.json) io.document(render.driftDocument(drift, summarizeRequests(api.requests)));
      else io.out(render.renderDrift(drift, config, io));
      return drift.plan.changes.length > 0 ? EXIT.changesPending : EXIT.done;
    };
    return withOrg(args, io, work, { declared: config.declared });
  },
};
