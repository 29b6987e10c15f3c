/** Carries out a plan. Knows no kind; what it needs from outside is handed in. */
import { EXIT } from '../shared/errors.ts';
import { type Plan, type PlannedChange, RESTORED } from './plan.ts';

/**
 * What became of a change: `applied`; `unapplied` (not begun, or the org refused its first write); `inDoubt` (a write of it
 * may have been done: apply again, which reads first, settles it).
 */
export type Outcome = 'applied' | 'unapplied' | 'inDoubt';

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
  /** Called when a change is over. */
  ended?(change: PlannedChange<Context>, outcome: Outcome): void;
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
  const run = new Run(plan, effects);
  await run.toEnd();
  return run.result();
}

/** One apply in progress. */
class Run<Context> {
  readonly #plan: Plan<Context>;
  readonly #effects: ApplyEffects<Context>;
  readonly #results = new Map<string, AppliedChange<Context>>();
  readonly #waiting: PlannedChange<Context>[];
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #lanes = new Set<string>();
  #failed = false;

  constructor(plan: Plan<Context>, effects: ApplyEffects<Context>) {
    this.#plan = plan;
    this.#effects = effects;
    this.#waiting = [...plan.changes];
  }

  async toEnd(): Promise<void> {
    for (;;) {
      const next = this.#next();
      if (next) this.#begin(next);
      else if (this.#inFlight.size > 0) await Promise.race(this.#inFlight.values());
      else return;
    }
  }

  result(): ApplyResult<Context> {
    const incomplete = this.#failed || this.#waiting.length > 0;
    return {
      changes: this.#plan.changes.map(
        (change) => this.#results.get(change.address) ?? { change, outcome: 'unapplied' },
      ),
      exitCode: !incomplete ? EXIT.done : this.#effects.signal?.aborted ? EXIT.interrupted : EXIT.failed,
    };
  }

  /** A change that may begin now; none when something failed, or when all that is left has to wait. */
  #next(): PlannedChange<Context> | undefined {
    const stop = this.#failed || this.#effects.signal?.aborted === true;
    if (stop || this.#inFlight.size >= (this.#effects.concurrency ?? CONCURRENCY)) return undefined;
    const index = this.#waiting.findIndex((change) => this.#ready(change));
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  #ready({ implementation, needs }: PlannedChange<Context>): boolean {
    if (implementation.lane !== undefined && this.#lanes.has(implementation.lane)) return false;
    const planned = (address: string) => this.#plan.changes.some((change) => change.address === address);
    return needs.every((need) => this.#results.get(need)?.outcome === 'applied' || !planned(need));
  }

  #begin(change: PlannedChange<Context>): void {
    const { lane } = change.implementation;
    if (lane !== undefined) this.#lanes.add(lane);
    this.#report(change, 'started');
    const work = executeChange(change, this.#effects).then((result) => {
      this.#results.set(change.address, result);
      this.#failed ||= result.outcome !== 'applied';
      this.#inFlight.delete(change.address);
      if (lane !== undefined) this.#lanes.delete(lane);
      this.#end(change, result);
      this.#report(change, result.outcome);
    });
    this.#inFlight.set(change.address, work);
  }

  /** What is noted of a change must not undo the telling of it: that it could not be noted is told instead. */
  #end(change: PlannedChange<Context>, result: AppliedChange<Context>): void {
    try {
      this.#effects.ended?.(change, result.outcome);
    } catch (error) {
      this.#failed = true;
      this.#results.set(change.address, { ...result, error: result.error ?? error });
    }
  }

  #report(change: PlannedChange<Context>, state: 'started' | Outcome): void {
    this.#effects.onProgress?.({ change, state, done: this.#results.size, total: this.#plan.changes.length });
  }
}

/** Independent changes at once, unless said otherwise: few, since Okta limits concurrent requests of one org. */
export const CONCURRENCY = 4;

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
  if (change.action === 'create') return create(change, context, effects);
  if (!found) throw new Error(`${change.address}: nothing found to ${change.action}`);
  if (change.action === 'delete') return kind.remove(context, found, declared);
  if (change.action === 'replace') {
    await kind.remove(context, found, declared);
    return create(change, context, effects);
  }
  if (change.fields.some(({ path }) => path === RESTORED)) {
    return kind.restore?.(context, declared, declared.formerly?.image, found.live.id);
  }
  const changed = new Set(change.fields.map((field) => field.path.split('.')[0] ?? ''));
  await kind.update(context, { declared, found, changed, priority });
}

/** A new object, or one that comes back; later changes may refer to it before what belongs to it is back, too. */
async function create<Context>(
  change: PlannedChange<Context>,
  context: Context,
  effects: ApplyEffects<Context>,
): Promise<void> {
  const { implementation: kind, declared, priority } = change;
  const image = declared.formerly?.image;
  const { id } =
    image === undefined || !kind.recreate
      ? await kind.create(context, declared, priority)
      : await kind.recreate(context, declared, image, priority);
  await effects.created(change, id);
  if (image !== undefined) await kind.restore?.(context, declared, image, id);
}
