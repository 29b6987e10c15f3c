import type { ExitCode } from '../../shared/errors.ts';
import { carryOut } from '../carry-out.ts';
import type { Command } from '../command.ts';
import { loadSatisfiableConfig } from '../config.ts';
import {
  CONFIG_OPTIONS,
  CONFIRM_OPTIONS,
  type ConfigArgs,
  type ConfirmArgs,
  PLAN_OPTIONS,
  type PlanArgs,
  TARGET_OPTIONS,
  type TargetArgs,
  withOptions,
} from '../options.ts';
import { type Connection, withOrg } from '../target.ts';

interface Own {
  plan?: string;
}

export const applyCommand: Command<ConfigArgs & TargetArgs & PlanArgs & ConfirmArgs & Own> = {
  usage: 'apply [plan]',
  summary: 'Make the org match the config',
  options: (yargs) =>
    withOptions(yargs, {
      'Org:': TARGET_OPTIONS,
      'Config:': CONFIG_OPTIONS,
      'Plan:': { ...PLAN_OPTIONS, ...CONFIRM_OPTIONS },
    }).positional('plan', { type: 'string', describe: 'A plan saved by `plan --out`' }),
  run: async (args, io) => {
    const { loadPlan, assertSamePlan } = await import('../../provision/plan-file.ts');
    const saved = args.plan === undefined ? undefined : loadPlan(args.plan);
    const config = await loadSatisfiableConfig(saved ? { ...args, config: [...saved.files] } : args, io);
    const work = async (connection: Connection): Promise<ExitCode> => {
      const [{ planOrg }, { guardPlan }, { memoisingReader }] = await Promise.all([
        import('../../provision/index.ts'),
        import('../../provision/guard.ts'),
        import('../../okta/reader.ts'),
      ]);
      const reader = memoisingReader(connection.api);
      const shared = { config, ...connection, reader, adoptCredentials: args['adopt-credentials'] };
      const plan = await planOrg({ ...shared, only: saved?.only ?? args.only });
      if (saved) assertSamePlan(saved, plan);
      const guarded = await guardPlan(plan, { ...shared, accept: args['accept-lockout'] });
      const { exitCode } = await carryOut({
        plan,
        guarded,
        does: 'apply',
        locate: config.locate,
        connection,
        args,
        io,
      });
      return exitCode;
    };
    return withOrg(args, io, work, { use: 'write', declared: config.declared });
  },
};
