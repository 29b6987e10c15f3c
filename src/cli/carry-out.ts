/** What apply, rollback and destroy have in common: show a plan, ask, carry it out, tell what became of it. */
import { createInterface } from 'node:readline/promises';
import type { Config } from '../config/load.ts';
import type { Guarded } from '../provision/guard.ts';
import type { OrgApplyResult, OrgPlan } from '../provision/index.ts';
import type { Recorded } from '../provision/records.ts';
import { EXIT, type ExitCode, OrgproofError } from '../shared/errors.ts';
import { oneLine } from '../shared/one-line.ts';
import { interruptible } from './interrupt.ts';
import type { Io } from './io.ts';
import type { ConfirmArgs, OutputArgs } from './options.ts';
import { counted } from './render/counted.ts';
import type { Connection } from './target.ts';

export interface CarryOut {
  plan: OrgPlan;
  guarded: Guarded;
  does: Recorded;
  /** Where the objects stand in the config; nowhere for a rollback, which has none. */
  locate: Config['locate'];
  connection: Connection;
  args: ConfirmArgs & Pick<OutputArgs, 'json'> & { 'adopt-credentials'?: boolean };
  io: Io;
}

/** @returns `result` is undefined when somebody said no */
export async function carryOut(work: CarryOut): Promise<{ exitCode: ExitCode; result: OrgApplyResult | undefined }> {
  const { plan, guarded, does, locate, connection, args, io } = work;
  const [{ applyOrg }, { expectedRequests }, render, { progressPrinter }] = await Promise.all([
    import('../provision/index.ts'),
    import('../provision/estimate.ts'),
    import('./render/plan.ts'),
    import('./render/progress.ts'),
  ]);
  const expected = expectedRequests(plan, guarded.sends, connection.api.pace);
  if (!args.json) io.out(render.renderPlan(plan, { locate }, io, expected));
  await assertGuarded(guarded, args, io);
  const answer = await confirmation(work);
  if (answer !== 'yes') {
    io.warn('Nothing was written.');
    return { exitCode: answer === 'no' ? EXIT.refused : EXIT.interrupted, result: undefined };
  }
  const result = await interruptible(io, (signal) =>
    applyOrg(plan, {
      ...connection,
      does,
      adoptCredentials: args['adopt-credentials'] ?? false,
      onProgress: progressPrinter(io),
      signal,
    }),
  );
  await tell(work, result);
  return { exitCode: result.exitCode as ExitCode, result };
}

/** @throws OrgproofError (exit 4) for a plan that locks people out, unless that was accepted by name */
async function assertGuarded(guarded: Guarded, args: CarryOut['args'], io: Io): Promise<void> {
  const [{ assertNoLockout }, { guardNotes }] = await Promise.all([
    import('../provision/guard.ts'),
    import('./render/guard.ts'),
  ]);
  if (!args.json) for (const line of guardNotes(guarded, io)) io.out(line);
  assertNoLockout(guarded);
}

const AGAIN: Record<Recorded, string> = {
  apply: 'Apply again to go on: it reads the org first and does what is left.',
  rollback: 'Roll back again to go on: it reads the org first and does what is left.',
  destroy: 'Destroy again to go on: it reads the org first and does what is left.',
};

async function tell(
  { plan, guarded, does, locate, connection, args, io }: CarryOut,
  result: OrgApplyResult,
): Promise<void> {
  const [{ summarizeRequests }, render, { reportFailures }] = await Promise.all([
    import('../okta/buckets.ts'),
    import('./render/plan.ts'),
    import('./render/failures.ts'),
  ]);
  const requests = summarizeRequests(connection.api.requests);
  if (args.json) io.document(render.applyDocument({ plan, guarded }, result, requests, { locate }));
  reportFailures(plan.org, result, { locate }, io);
  const applied = result.changes.every((entry) => entry.outcome === 'applied');
  if (!applied) io.warn(AGAIN[does]);
  for (const { address, before, after } of result.renamed)
    io.info(`${oneLine(address)} has a new id: ${before} is now ${after}`);
  if (args.json || plan.changes.length === 0) return;
  const made = `${counted(plan.changes.length, 'change')} with ${counted(requests.writes, 'write')}`;
  if (applied) io.out(`${DONE[does]} ${plan.org}: ${made}.`);
  if (does !== 'rollback') io.info(io.paint('dim', `Kept as ${result.recordId}; orgproof rollback puts it back.`));
}

const DONE: Record<Recorded, string> = { apply: 'Applied to', rollback: 'Rolled back', destroy: 'Destroyed in' };

async function confirmation({ plan, does, args, io }: CarryOut): Promise<'yes' | 'no' | 'interrupted'> {
  if (args.yes || plan.changes.length === 0) return 'yes';
  if (!io.interactive || args.json) {
    throw new OrgproofError(`${does} asks before it writes, and there is no terminal to ask on`, {
      code: 'confirmation-needed',
      hint: 'pass --yes',
      exitCode: EXIT.usage,
    });
  }
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const question = `Make ${plan.changes.length === 1 ? 'this change' : `these ${plan.changes.length} changes`} to ${plan.org}? (yes/no) `;
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
