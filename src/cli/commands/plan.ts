import { EXIT, type ExitCode } from '../../shared/errors.ts';
import type { Command } from '../command.ts';
import { loadSatisfiableConfig } from '../config.ts';
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

interface Own {
  out?: string;
  detailedExitcode: boolean;
}

export const planCommand: Command<ConfigArgs & TargetArgs & PlanArgs & Own> = {
  usage: 'plan',
  summary: 'Show what apply would do',
  options: (yargs) =>
    withOptions(yargs, { 'Org:': TARGET_OPTIONS, 'Config:': CONFIG_OPTIONS, 'Plan:': PLAN_OPTIONS }).options({
      out: {
        type: 'string',
        describe: 'Save the plan, for `apply FILE`; an earlier plan there is replaced',
        requiresArg: true,
      },
      'detailed-exitcode': { type: 'boolean', default: false, describe: 'Exit 2 when there are changes' },
    }),
  run: async (args, io) => {
    const { assertPlanMayGoTo, savePlan } = await import('../../provision/plan-file.ts');
    if (args.out !== undefined) assertPlanMayGoTo(args.out);
    const config = await loadSatisfiableConfig(args, io);
    const work = async (connection: Connection): Promise<ExitCode> => {
      const [
        { planOrg },
        { guardPlan },
        { expectedRequests },
        { memoisingReader },
        { summarizeRequests },
        render,
        { guardLines },
      ] = await Promise.all([
        import('../../provision/index.ts'),
        import('../../provision/guard.ts'),
        import('../../provision/estimate.ts'),
        import('../../okta/reader.ts'),
        import('../../okta/buckets.ts'),
        import('../render/plan.ts'),
        import('../render/guard.ts'),
      ]);
      const { api } = connection;
      const shared = {
        config,
        ...connection,
        reader: memoisingReader(api),
        adoptCredentials: args['adopt-credentials'],
      };
      const plan = await planOrg({ ...shared, only: args.only });
      const guarded = await guardPlan(plan, { ...shared, accept: args['accept-lockout'] });
      const expected = expectedRequests(plan, guarded.sends, api.pace);
      if (args.out !== undefined) savePlan(args.out, plan, { files: config.files, only: args.only });
      if (args.json) {
        const requests = { ...summarizeRequests(api.requests), expected };
        io.document(render.planDocument(plan, guarded, requests));
      } else {
        io.out(render.renderPlan(plan, config, io, expected));
        for (const line of guardLines(guarded, io)) io.out(line);
        if (args.out !== undefined) io.out(`Saved to ${args.out}; carry it out with: orgproof apply ${args.out}`);
      }
      return args.detailedExitcode && plan.changes.length > 0 ? EXIT.changesPending : EXIT.done;
    };
    return withOrg(args, io, work, { declared: config.declared });
  },
};
