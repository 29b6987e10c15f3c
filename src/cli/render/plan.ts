/** A plan and its outcome as text and as documents. */
import type { Config } from '../../config/load.ts';
import { type Change, publicChange } from '../../engine/plan.ts';
import type { RequestSummary } from '../../okta/buckets.ts';
import type { ExpectedRequests } from '../../provision/estimate.ts';
import type { Guarded } from '../../provision/guard.ts';
import type { OrgApplyResult, OrgPlan } from '../../provision/index.ts';
import { formatPlace } from '../../shared/errors.ts';
import { oneLine } from '../../shared/one-line.ts';
import type { Io, Style } from '../io.ts';
import { counted } from './counted.ts';
import { placeOf } from './failures.ts';
import { fieldLines } from './field.ts';
import { title } from './words.ts';

const MARKS = { create: '+', update: '~', replace: '±', delete: '-' } as const;
const STYLES: Record<Change['action'], Style> = { create: 'green', update: 'yellow', replace: 'red', delete: 'red' };

/**
 * The plan for people: each object with its fields, before and after.
 * @param expected what carrying it out is expected to send
 */
export function renderPlan(plan: OrgPlan, config: Pick<Config, 'locate'>, io: Io, expected?: ExpectedRequests): string {
  const notes = new Map<string, string[]>();
  for (const { address, text } of plan.notes) notes.set(address, [...(notes.get(address) ?? []), text]);
  const blocks = plan.changes.map((change) => {
    const place = config.locate(change.address);
    const head = `${MARKS[change.action]} ${title(change.kind, change.declared.key)}`;
    return [
      `  ${io.paint(STYLES[change.action], head)}${place ? io.paint('dim', `  ${formatPlace(place)}`) : ''}`,
      ...change.fields.flatMap((field) => fieldLines(field, change, io)).map((line) => `      ${line}`),
      ...(notes.get(change.address) ?? []).map((note) => `      ${io.paint('cyan', `note: ${oneLine(note)}`)}`),
    ].join('\n');
  });
  const changed = new Set(plan.changes.map((change) => change.address));
  const others = plan.notes.filter(
    (note) => !changed.has(note.address) && (plan.undo || note.text.includes('left alone')),
  );
  return [
    ...(blocks.length > 0 ? [`Changes to ${plan.org}:`, '', ...blocks, ''] : []),
    ...others.map((note) => `  ${io.paint('cyan', `note: ${oneLine(`${note.address} ${note.text}`)}`)}`),
    summaryLine(plan),
    ...(expected && plan.changes.length > 0 ? [requestsLine(expected)] : []),
  ].join('\n');
}

export function summaryLine(plan: OrgPlan): string {
  const count = (action: Change['action']) => plan.changes.filter((change) => change.action === action).length;
  if (plan.changes.length === 0 && plan.undo) return 'Nothing is left to put back.';
  if (plan.changes.length === 0) return `Nothing to change: all ${plan.unchanged} objects are as the config says.`;
  const replaced = count('replace') > 0 ? `${count('replace')} to replace, ` : '';
  return `Plan: ${count('create')} to create, ${count('update')} to change, ${replaced}${count('delete')} to delete; ${plan.unchanged} as they should be.`;
}

/** `Requests: 15 writes, 12 reads (apps 1 of 25/min, …), about 2 s at this org's limits.` */
function requestsLine({ total, writes, byBucket, perMinute, seconds }: ExpectedRequests): string {
  const buckets = Object.entries(byBucket).map(([bucket, count]) => {
    const limit = perMinute[bucket] === undefined ? ' of an unknown limit' : ` of ${perMinute[bucket]}/min`;
    return `${bucket.replace('/api/v1/', '').replace('/api/v1', 'others')} ${count}${limit}`;
  });
  const counts = `${counted(writes, 'write')}, ${counted(total - writes, 'read')}`;
  return `Requests: ${counts} (${buckets.join(', ')}), about ${seconds} s at this org's limits.`;
}

/** Requests that were sent; of a plan that is not carried out yet also those that it is expected to send. */
type Requests = RequestSummary & { expected?: ExpectedRequests };

export function planDocument(plan: OrgPlan, guarded: Guarded | undefined, requests: Requests) {
  return {
    formatVersion: 1,
    org: plan.org,
    changes: plan.changes.map(publicChange),
    unchanged: plan.unchanged,
    requests,
    notes: plan.notes,
    ...(guarded
      ? {
          lockouts: guarded.lockouts.map(({ address, reason, accepted }) => ({ address, reason, accepted })),
          lostForAMoment: guarded.moments,
          notGuarded: guarded.notes,
        }
      : {}),
  };
}

export function applyDocument(
  { plan, guarded }: { plan: OrgPlan; guarded: Guarded | undefined },
  result: OrgApplyResult,
  requests: RequestSummary,
  config: Pick<Config, 'locate'>,
) {
  return {
    ...planDocument(plan, guarded, requests),
    changes: result.changes.map((entry) => ({
      ...publicChange(entry.change),
      outcome: entry.outcome,
      ...(entry.error === undefined
        ? {}
        : {
            error: entry.error instanceof Error ? entry.error.message : String(entry.error),
            source: placeOf(entry, config),
          }),
    })),
    ...(result.recordId === undefined ? {} : { recordId: result.recordId }),
    ...(result.renamed.length === 0 ? {} : { renamed: result.renamed }),
  };
}
