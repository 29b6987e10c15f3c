/**
 * What people lose for a moment while a plan is applied, and for good when the apply stops there: the states between its
 * writes, in the order of the plan. An apply writes what is independent at once, so that it may pass through others.
 */
import { decidesSignIns } from './deciding.ts';
import { type DryRun, dryRun, type WouldSend } from './dry-run.ts';
import { sentence } from './findings.ts';
import type { GuardInput } from './index.ts';
import type { Comparison, Loss } from './loss.ts';
import { lossesOf } from './losses.ts';
import type { Scope } from './org-view.ts';
import { readWorld } from './world.ts';

/** Something that people would lose and have again before the plan is carried out. */
export interface Moment {
  /** Of the change that takes it. */
  address: string;
  /** Of the change that gives it back. */
  until: string;
  /** Who loses what and why, in one sentence. */
  reason: string;
}

/** Only so many states are judged: each costs about as much as a plan of one change. */
const MOST_STATES = 100;

interface Passing {
  loss: Loss;
  address: string;
  until: string | undefined;
}

/** Carries the plan out once more and judges the org behind each write. */
export async function momentsOf(
  { org, orgUrl, carryOut }: Pick<GuardInput, 'org' | 'orgUrl' | 'carryOut'>,
  comparison: Comparison,
  scope: Scope,
): Promise<{ moments: Moment[]; notes: string[] }> {
  const passing: Passing[] = [];
  let address = '';
  let previous = comparison.before;
  let states = 0;
  const written = async (write: WouldSend, api: DryRun) => {
    if (!decidesSignIns(write)) return;
    states += 1;
    if (states > MOST_STATES) return;
    // Whatever else is under way goes on: a connection that the org closes meanwhile is noticed.
    await new Promise((resolve) => setImmediate(resolve));
    const world = await readWorld(api, scope);
    for (const one of passing) if (!one.loss.happensIn(world)) one.until ??= address;
    const { losses } = lossesOf({ ...comparison, before: previous, after: world }, { pairs: false });
    passing.push(
      ...losses
        .filter((loss) => !loss.happensIn(comparison.before) && !loss.happensIn(comparison.after))
        .map((loss) => ({ loss, address, until: undefined })),
    );
    previous = world;
  };
  const begun = (own: string) => {
    address = own;
  };
  await carryOut(dryRun(org, orgUrl, written), { begun });
  const more = states - MOST_STATES;
  return { moments: momentsIn(passing, address), notes: more > 0 ? [cut(more)] : [] };
}

function cut(more: number): string {
  return `what people lose for a moment was looked at behind the first ${MOST_STATES} writes, not behind the other ${more}`;
}

/** @param last the address of the last change: then at the latest nothing is lost any more */
function momentsIn(passing: readonly Passing[], last: string): Moment[] {
  const alike = new Map<string, { address: string; until: string; losses: Loss[] }>();
  for (const { loss, address, until = last } of passing) {
    const key = [address, until, loss.what, loss.reason].join('\n');
    alike.set(key, { address, until, losses: [...(alike.get(key)?.losses ?? []), loss] });
  }
  return [...alike.values()].map(({ losses, ...of }) => ({ ...of, reason: sentence(losses) }));
}
