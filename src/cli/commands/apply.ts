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
    const config = await loadSatisfiableConfig(saved ? { ...args, config: [...saved.files] } : args);
    const work = async (connection: Connection): Promise<ExitCode> => {
      const { planOrg } = await import('../../provision/index.ts');
      const plan = await planOrg({
        config,
        ...connection,
        only: saved?.only ?? args.only,
        adoptCredentials: args['adopt-credentials'],
      });
      if (saved) assertSamePlan(saved, plan);
      const { exitCode } = await carryOut({ plan, does: 'apply', locate: config.locate, connection, args, io });
      return exitCode;
    };
    return withOrg(args, io, work, 'write');
  },
};
