/** What an apply will send, and how long the org's rate limits make that take: told with the plan. Pure. */
import { CONCURRENCY } from '../engine/apply.ts';
import type { Pace } from '../okta/api.ts';
import { type RequestSummary, summarizeRequests } from '../okta/buckets.ts';
import type { OrgPlan } from './index.ts';
import type { Sends } from './sends.ts';

export interface ExpectedRequests extends RequestSummary {
  /** Requests a minute that we allow ourselves, by bucket, as far as the org has told. */
  perMinute: Record<string, number>;
  /** Until the last of them is answered, rounded up; longer where a limit that is not known is reached. */
  seconds: number;
}

/** Windows of rate limits, milliseconds (documented). */
const WINDOW_MS = 60_000;

/**
 * The requests that carrying out a plan is expected to send.
 * @param sends as the guard's dry run of the plan found them
 * @param pace limits and answer times as the reads of the plan have shown them
 */
export function expectedRequests(plan: OrgPlan, sends: Sends, pace: Pace): ExpectedRequests {
  const all = [...sends.first, ...[...sends.byChange.values()].flat()];
  const summary = summarizeRequests(all);
  const buckets = Object.entries(summary.byBucket);
  const waits = buckets.map(([bucket, count]) => waitMs(count, pace.capacity(bucket)));
  const workMs = Math.max(longestChain(plan, sends), summary.total / CONCURRENCY) * pace.answerMs();
  const perMinute = buckets.flatMap(([bucket]) => {
    const capacity = pace.capacity(bucket);
    return capacity ? [[bucket, capacity.perMinute]] : [];
  });
  return {
    ...summary,
    perMinute: Object.fromEntries(perMinute),
    seconds: summary.total === 0 ? 0 : Math.ceil((Math.max(0, ...waits) + workMs) / 1000),
  };
}

/** What does not fit into the present window waits for its end, and what does not fit into the next for a minute more. */
function waitMs(count: number, capacity: ReturnType<Pace['capacity']>): number {
  if (!capacity || count <= capacity.room) return 0;
  return capacity.resetsInMs + Math.floor((count - capacity.room - 1) / capacity.perMinute) * WINDOW_MS;
}

/** Requests one after the other on the longest way through changes that need each other. */
export function longestChain({ changes }: Pick<OrgPlan, 'changes'>, { byChange }: Pick<Sends, 'byChange'>): number {
  const lengths = new Map<string, number>();
  // A plan stands in the order of writing: what a change needs comes before it.
  for (const { address, needs } of changes) {
    const before = Math.max(0, ...needs.map((need) => lengths.get(need) ?? 0));
    lengths.set(address, before + (byChange.get(address)?.length ?? 0));
  }
  return Math.max(0, ...lengths.values());
}
