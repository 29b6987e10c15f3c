/** Carries out a plan. Knows no kind; what it needs from outside is handed in. */
import { EXIT } from '../shared/errors.ts';
import type { Plan, PlannedChange } from './plan.ts';

/**
 * What became of a change: `applied`; `skipped` (asked not to); `unapplied` (certainly not done); `inDoubt` (a write of it
 * may have been done: apply again, which reads first, settles it).
 */
export type Outcome = 'applied' | 'skipped' | 'unapplied' | 'inDoubt';

export interface AppliedChange<Context> {
  readonly change: PlannedChange<Context>;
  readonly outcome: Outcome;
  readonly error?: unknown;
}

/** What apply needs: a context per change that can tell how many writes that change has sent. */
export interface ApplyEffects<Context> {
  /** A context for one change. `mayHaveWritten`: a write of it was accepted, or went out and got no answer. */
  begin(change: PlannedChange<Context>): Promise<{ context: Context; mayHaveWritten(): boolean }>;
  /** Called as soon as an object exists, so that later changes can refer to it by name. */
  created(change: PlannedChange<Context>, id: string): Promise<void>;
  onProgress?(event: { change: PlannedChange<Context>; state: 'started' | Outcome; done: number; total: number }): void;
  /** Interrupted: finish what is in flight, begin nothing new. */
  signal?: AbortSignal;
  /** How many independent changes run at once. */
  concurrency?: number;
}

export interface ApplyResult<Context> {
  /** In the plan's order. */
  readonly changes: readonly AppliedChange<Context>[];
  readonly exitCode: number;
}

/**
 * Executes changes as soon as what they need is done. After the first failure nothing new is begun: what is in flight is
 * finished and the rest is reported as unapplied.
 */
export async function applyPlan<Context>(
  plan: Plan<Context>,
  effects: ApplyEffects<Context>,
): Promise<ApplyResult<Context>> {
  const results = new Map<string, AppliedChange<Context>>();
  const waiting = [...plan.changes];
  const inFlight = new Map<string, Promise<void>>();
  const limit = effects.concurrency ?? 4;
  const planned = new Set(plan.changes.map((change) => change.address));
  let failed = false;
  const ready = (change: PlannedChange<Context>, index: number) =>
    change.action === 'delete'
      ? index === 0 && inFlight.size === 0
      : change.needs.every((need) => !planned.has(need) || results.get(need)?.outcome === 'applied');

  const run = async (change: PlannedChange<Context>) => {
    report(change, 'started');
    const result = await executeChange(change, effects);
    results.set(change.address, result);
    failed ||= result.outcome !== 'applied';
    report(change, result.outcome);
  };
  const report = (change: PlannedChange<Context>, state: 'started' | Outcome) =>
    effects.onProgress?.({ change, state, done: results.size, total: plan.changes.length });

  while (waiting.length > 0 || inFlight.size > 0) {
    const stop = failed || effects.signal?.aborted === true;
    const next = stop || inFlight.size >= limit ? -1 : waiting.findIndex(ready);
    if (next >= 0) {
      const [change] = waiting.splice(next, 1);
      if (!change) break;
      inFlight.set(
        change.address,
        run(change).finally(() => inFlight.delete(change.address)),
      );
    } else if (inFlight.size > 0) {
      await Promise.race(inFlight.values());
    } else break;
  }
  return {
    changes: plan.changes.map((change) => results.get(change.address) ?? { change, outcome: 'unapplied' }),
    exitCode: effects.signal?.aborted ? EXIT.interrupted : failed || waiting.length > 0 ? EXIT.failed : EXIT.done,
  };
}

async function executeChange<Context>(
  change: PlannedChange<Context>,
  effects: ApplyEffects<Context>,
): Promise<AppliedChange<Context>> {
  let mayHaveWritten = () => false;
  try {
    const begun = await effects.begin(change);
    mayHaveWritten = begun.mayHaveWritten;
    await write(change, begun.context, effects);
    return { change, outcome: 'applied' };
  } catch (error) {
    return { change, outcome: mayHaveWritten() ? 'inDoubt' : 'unapplied', error };
  }
}

async function write<Context>(
  change: PlannedChange<Context>,
  context: Context,
  effects: ApplyEffects<Context>,
): Promise<void> {
  const { implementation: kind, declared, found, priority } = change;
  if (change.action === 'create') {
    const { id } = await kind.create(context, declared, priority);
    await effects.created(change, id);
    return;
  }
  if (!found) throw new Error(`${change.address}: nothing found to ${change.action}`);
  if (change.action === 'delete') return kind.remove(context, found, declared);
  const changed = new Set(change.fields.map((field) => field.path.split('.')[0] ?? ''));
  await kind.update(context, { declared, found, changed, priority });
}
