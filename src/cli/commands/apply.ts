import { createInterface } from 'node:readline/promises';
import type { Config } from '../../config/load.ts';
import type { Guarded } from '../../provision/guard.ts';
import type { OrgPlan } from '../../provision/index.ts';
import { EXIT, type ExitCode, OrgproofError } from '../../shared/errors.ts';
import type { Command } from '../command.ts';
import { loadSatisfiableConfig } from '../config.ts';
import { interruptible } from '../interrupt.ts';
import type { Io } from '../io.ts';
import {
  CONFIG_OPTIONS,
  type ConfigArgs,
  type OutputArgs,
  PLAN_OPTIONS,
  type PlanArgs,
  TARGET_OPTIONS,
  type TargetArgs,
  withOptions,
} from '../options.ts';
import { type Connection, withOrg } from '../target.ts';

interface Own {
  plan?: string;
  yes: boolean;
}

type Args = ConfigArgs & TargetArgs & PlanArgs & OutputArgs & Own;

export const applyCommand: Command<ConfigArgs & TargetArgs & PlanArgs & Own> = {
  usage: 'apply [plan]',
  summary: 'Make the org match the config',
  options: (yargs) =>
    withOptions(yargs, { 'Org:': TARGET_OPTIONS, 'Config:': CONFIG_OPTIONS, 'Plan:': PLAN_OPTIONS })
      .positional('plan', { type: 'string', describe: 'A plan saved by `plan --out`' })
      .options({ yes: { alias: 'y', type: 'boolean', default: false, describe: 'Do not ask' } }),
  run: async (args, io) => {
    const { loadPlan, assertSamePlan } = await import('../../provision/plan-file.ts');
    const saved = args.plan === undefined ? undefined : loadPlan(args.plan);
    const config = await loadSatisfiableConfig(saved ? { ...args, config: [...saved.files] } : args);
    return withOrg(args, io, async (connection) => {
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
      return carryOut({ plan, guarded }, config, connection, args, io);
    });
  },
};

interface Judged {
  plan: OrgPlan;
  guarded: Guarded;
}

async function carryOut(
  { plan, guarded }: Judged,
  config: Config,
  connection: Connection,
  args: Args,
  io: Io,
): Promise<ExitCode> {
  const [{ applyOrg }, { assertNoLockout }, { summarizeRequests }, render, { guardNotes }, { progressPrinter }] =
    await Promise.all([
      import('../../provision/index.ts'),
      import('../../provision/guard.ts'),
      import('../../okta/buckets.ts'),
      import('../render/plan.ts'),
      import('../render/guard.ts'),
      import('../render/progress.ts'),
    ]);
  if (!args.json) io.out([render.renderPlan(plan, config, io), ...guardNotes(guarded, io)].join('\n'));
  assertNoLockout(guarded);
  const answer = await confirmation(plan, args, io);
  if (answer !== 'yes') {
    io.warn('Nothing was written.');
    return answer === 'no' ? EXIT.refused : EXIT.interrupted;
  }
  const result = await interruptible(io, (signal) =>
    applyOrg(plan, {
      ...connection,
      adoptCredentials: args['adopt-credentials'],
      onProgress: progressPrinter(io),
      signal,
    }),
  );
  const requests = summarizeRequests(connection.api.requests);
  if (args.json) io.out(JSON.stringify(render.applyDocument({ plan, guarded }, result, requests), null, 2));
  for (const line of render.renderFailures(plan.org, result, config, io)) io.warn(line);
  const applied = result.changes.every((entry) => entry.outcome === 'applied');
  if (!args.json && applied && plan.changes.length > 0) {
    io.out(`Applied ${plan.changes.length} changes to ${plan.org} with ${requests.writes} writes.`);
  }
  return result.exitCode as ExitCode;
}

async function confirmation(plan: OrgPlan, args: Args, io: Io): Promise<'yes' | 'no' | 'interrupted'> {
  if (args.yes || plan.changes.length === 0) return 'yes';
  if (!io.interactive || args.json) {
    throw new OrgproofError('apply asks before it writes, and there is no terminal to ask on', {
      code: 'confirmation-needed',
      hint: 'pass --yes',
      exitCode: EXIT.usage,
    });
  }
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const question = `Make these ${plan.changes.length} changes to ${plan.org}? (yes/no) `;
  const given = prompt
    .question(question)
    .then((text) => (['y', 'yes'].includes(text.trim().toLowerCase()) ? 'yes' : 'no'));
  // Ctrl-D closes the prompt without an answer, and then nothing would ever come.
  const left = new Promise<'no' | 'interrupted'>((resolve) => {
    prompt.once('SIGINT', () => resolve('interrupted'));
    prompt.once('close', () => resolve('no'));
  });
  try {
    return await Promise.race([left, given]);
  } finally {
    given.catch(() => {}); // closing rejects a question that is still open
    prompt.close();
  }
}
