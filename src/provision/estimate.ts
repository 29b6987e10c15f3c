/** What an apply will send, and how long the org's rate limits make that take: told with the plan. Pure. */
import { CONCURRENCY } from '../engine/apply.ts';
import type { WriteOutline } from '../engine/kind.ts';
import type { PlannedChange } from '../engine/plan.ts';
import type { OrgContext } from '../kinds/index.ts';
import type { Pace } from '../okta/api.ts';
import { type RequestSummary, summarizeRequests } from '../okta/buckets.ts';
import type { OrgPlan } from './index.ts';

export interface ExpectedRequests extends RequestSummary {
  /** Requests a minute that we allow ourselves, by bucket, as far as the org has told. */
  perMinute: Record<string, number>;
  /** Until the last of them is answered, rounded up. */
  seconds: number;
}

export interface PlannedRequest {
  method: string;
  path: string;
}

/** Windows of rate limits, milliseconds (documented). */
const WINDOW_MS = 60_000;

/**
 * The requests that carrying out a plan is expected to send.
 * @param pace limits and answer times as the reads of the plan have shown them
 */
export function expectedRequests(plan: OrgPlan, pace: Pace): ExpectedRequests {
  const byChange = requestsByChange(plan);
  const summary = summarizeRequests([...byChange.values()].flat());
  const buckets = Object.entries(summary.byBucket);
  const waits = buckets.map(([bucket, count]) => waitMs(count, pace.capacity(bucket)));
  const workMs = Math.max(longestChain(plan, byChange), summary.total / CONCURRENCY) * pace.answerMs();
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

/** What each change of a plan is expected to send, by its address. */
export function requestsByChange(plan: OrgPlan): Map<string, PlannedRequest[]> {
  const creates = new Set(plan.changes.filter(({ action }) => action === 'create').map(({ address }) => address));
  const shared = new Set<string>();
  return new Map(
    plan.changes.map((change) => {
      const sent = sends(change, (address) => creates.has(address)).filter((request) => {
        const isShared = request.startsWith('GET ') && !request.includes('{id}');
        const known = shared.has(request);
        if (isShared) shared.add(request);
        return !(isShared && known);
      });
      return [change.address, sent.map(parsed)];
    }),
  );
}

function sends(change: PlannedChange<OrgContext>, created: WriteOutline<object>['created']): readonly string[] {
  const { action, declared, found, fields, implementation } = change;
  const outline = { action, declared, found, paths: fields.map(({ path }) => path), created };
  return (
    implementation.sends?.(outline) ??
    (action === 'update' ? ['GET /api/v1/{id}', 'PUT /api/v1/{id}'] : ['POST /api/v1/{id}'])
  );
}

function parsed(request: string): PlannedRequest {
  const [method = '', path = ''] = request.split(' ');
  return { method, path };
}

/** What does not fit into the present window waits for its end, and what does not fit into the next for a minute more. */
function waitMs(count: number, capacity: ReturnType<Pace['capacity']>): number {
  if (!capacity || count <= capacity.room) return 0;
  return capacity.resetsInMs + Math.floor((count - capacity.room - 1) / capacity.perMinute) * WINDOW_MS;
}

/** Requests one after the other on the longest way through changes that need each other. */
export function longestChain(plan: OrgPlan, byChange: ReadonlyMap<string, readonly PlannedRequest[]>): number {
  const lengths = new Map<string, number>();
  // A plan stands in the order of writing: what a change needs comes before it.
  for (const { address, needs } of plan.changes) {
    const before = Math.max(0, ...needs.map((need) => lengths.get(need) ?? 0));
    lengths.set(address, before + (byChange.get(address)?.length ?? 0));
  }
  return Math.max(0, ...lengths.values());
}
