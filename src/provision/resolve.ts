/**
 * What became of changes in doubt: the org is read again, and a change that it has no more need of was applied, one that is
 * as it was before was not. What was done in part stays in doubt.
 */
import type { AppliedChange, ApplyResult, Outcome } from '../engine/apply.ts';
import { canonical } from '../engine/diff.ts';
import { type PlannedChange, publicChange } from '../engine/plan.ts';
import type { OrgContext } from '../kinds/index.ts';
import { ManagementApiError } from '../okta/api.ts';
import { EXIT } from '../shared/errors.ts';
import type { OrgPlan } from './index.ts';

export interface Resolving {
  /** The plan made anew, by reads of its own. */
  plan(): Promise<OrgPlan>;
  /** Told of each change that is in doubt no more. @param id of the object, where it is there */
  settled(change: PlannedChange<OrgContext>, outcome: Outcome, id: string | undefined): void;
  /** Interrupted: nothing more is asked of the org. */
  signal?: AbortSignal | undefined;
}

/** The result of an apply with its doubts resolved as far as reading can. Never throws: an org that fails leaves the doubt. */
export async function resolveInDoubt(result: ApplyResult<OrgContext>, by: Resolving): Promise<ApplyResult<OrgContext>> {
  if (by.signal?.aborted || !result.changes.some(({ outcome }) => outcome === 'inDoubt')) return result;
  const plan = await by.plan().catch(() => undefined);
  if (!plan) return result;
  const changes = result.changes.map((entry) => {
    if (entry.outcome !== 'inDoubt') return entry;
    const outcome = outcomeOf(entry, plan);
    if (outcome === 'inDoubt') return entry;
    try {
      by.settled(entry.change, outcome, plan.ids.get(entry.change.address));
    } catch (error) {
      // That it could not be noted must not undo the telling of it.
      return { change: entry.change, outcome, error };
    }
    return outcome === 'applied' ? { change: entry.change, outcome } : { ...entry, outcome };
  });
  return { changes, exitCode: changes.every(isApplied) ? EXIT.done : result.exitCode };
}

function outcomeOf({ change, error }: AppliedChange<OrgContext>, plan: OrgPlan): Outcome {
  // An undo knows what it created by its id, which never came: what bears the name now may be somebody else's.
  if (plan.undo && (change.action === 'create' || change.action === 'replace')) return 'inDoubt';
  const now = plan.changes.find(({ address }) => address === change.address);
  if (!now) return 'applied';
  // What got no answer may still be at work, and be there a moment later.
  if (!isAnswered(error)) return 'inDoubt';
  // A secret cannot be read: that it is still to be set says nothing.
  const secret = change.action === 'update' && change.fields.some((field) => field.secret);
  const same =
    canonical(publicChange(now)) === canonical(publicChange(change)) &&
    canonical(now.found?.live) === canonical(change.found?.live);
  return same && !secret ? 'unapplied' : 'inDoubt';
}

/** Whether the org itself answered; a gateway's word for it is none. */
function isAnswered(error: unknown): boolean {
  return error instanceof ManagementApiError && ![502, 503, 504].includes(error.status);
}

function isApplied({ outcome, error }: AppliedChange<OrgContext>): boolean {
  return outcome === 'applied' && error === undefined;
}
