/** A plan and its outcome as text and as documents. */
import type { Config } from '../../config/load.ts';
import type { FieldChange } from '../../engine/diff.ts';
import { type Change, publicChange } from '../../engine/plan.ts';
import type { RequestSummary } from '../../okta/buckets.ts';
import type { ExpectedRequests } from '../../provision/estimate.ts';
import type { OrgApplyResult, OrgPlan } from '../../provision/index.ts';
import { formatPlace } from '../../shared/errors.ts';
import type { Io, Style } from '../io.ts';
import { placeOf } from './failures.ts';
import { fieldTitle, title, valueText } from './words.ts';

const MARKS = { create: '+', update: '~', delete: '-' } as const;
const STYLES: Record<Change['action'], Style> = { create: 'green', update: 'yellow', delete: 'red' };

/** The plan for people: each object with its fields, before and after. */
export function renderPlan(plan: OrgPlan, config: Pick<Config, 'locate'>, io: Io, expected?: ExpectedRequests): string {
  const notes = new Map<string, string[]>();
  for (const { address, text } of plan.notes) notes.set(address, [...(notes.get(address) ?? []), text]);
  const blocks = plan.changes.map((change) => {
    const place = config.locate(change.address);
    const head = `${MARKS[change.action]} ${title(change.kind, change.declared.key)}`;
    return [
      `  ${io.paint(STYLES[change.action], head)}${place ? io.paint('dim', `  ${formatPlace(place)}`) : ''}`,
      ...change.fields.map((field) => `      ${renderField(field, change.action)}`),
      ...(notes.get(change.address) ?? []).map((note) => `      ${io.paint('cyan', `note: ${note}`)}`),
    ].join('\n');
  });
  const changed = new Set(plan.changes.map((change) => change.address));
  const others = plan.notes.filter((note) => !changed.has(note.address) && note.text.includes('left alone'));
  return [
    ...(blocks.length > 0 ? [`Changes to ${plan.org}:`, '', ...blocks, ''] : []),
    ...others.map((note) => `  ${io.paint('cyan', `note: ${note.address} ${note.text}`)}`),
    summaryLine(plan),
    ...(expected && plan.changes.length > 0 ? [requestsLine(expected)] : []),
  ].join('\n');
}

export function summaryLine(plan: OrgPlan): string {
  const count = (action: Change['action']) => plan.changes.filter((change) => change.action === action).length;
  if (plan.changes.length === 0) return `Nothing to change: all ${plan.unchanged} objects are as the config says.`;
  return `Plan: ${count('create')} to create, ${count('update')} to change, ${count('delete')} to delete; ${plan.unchanged} as they should be.`;
}

/** `Requests: 15 writes, 12 reads (apps 1 of 25/min, …), about 2 s at this org's limits`. */
function requestsLine({ total, writes, byBucket, perMinute, seconds }: ExpectedRequests): string {
  const buckets = Object.entries(byBucket).map(([bucket, count]) => {
    const limit = perMinute[bucket] === undefined ? '' : ` of ${perMinute[bucket]}/min`;
    return `${bucket.replace('/api/v1/', '').replace('/api/v1', 'others')} ${count}${limit}`;
  });
  const counts = `${writes} writes, ${total - writes} reads`;
  return `Requests: ${counts} (${buckets.join(', ')}), about ${seconds} s at this org's limits.`;
}

function renderField(field: FieldChange, action: Change['action']): string {
  const name = fieldTitle(field.path);
  if (field.secret) return `${name}: (secret)`;
  if (field.path === 'position') return `Priority: moves to place ${valueText(field.after)} of the list`;
  if (action === 'create' && field.before === undefined) return `${name}: ${valueText(field.after)}`;
  return `${name}: ${valueText(field.before)} → ${valueText(field.after)}`;
}

/** @param expected what an apply of this plan is expected to send; for a plan that is not carried out yet */
export function planDocument(plan: OrgPlan, requests: RequestSummary, expected?: ExpectedRequests) {
  return {
    formatVersion: 1,
    org: plan.org,
    changes: plan.changes.map(publicChange),
    unchanged: plan.unchanged,
    requests: { ...requests, ...(expected ? { expected } : {}) },
    notes: plan.notes,
  };
}

export function applyDocument(
  plan: OrgPlan,
  result: OrgApplyResult,
  requests: RequestSummary,
  config: Pick<Config, 'locate'>,
) {
  return {
    ...planDocument(plan, requests),
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
  };
}
