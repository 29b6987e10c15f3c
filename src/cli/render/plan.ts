/** A plan and its outcome as text and as documents. */
import type { Config } from '../../config/load.ts';
import { type Change, publicChange } from '../../engine/plan.ts';
import type { RequestSummary } from '../../okta/buckets.ts';
import { explainApiError } from '../../okta/explain.ts';
import type { Guarded } from '../../provision/guard.ts';
import type { OrgApplyResult, OrgPlan } from '../../provision/index.ts';
import { formatPlace, OrgproofError } from '../../shared/errors.ts';
import { oneLine } from '../../shared/one-line.ts';
import type { Io, Style } from '../io.ts';
import { fieldLines } from './field.ts';
import { title } from './words.ts';

const MARKS = { create: '+', update: '~', replace: '±', delete: '-' } as const;
const STYLES: Record<Change['action'], Style> = { create: 'green', update: 'yellow', replace: 'red', delete: 'red' };

/** The plan for people: each object with its fields, before and after. */
export function renderPlan(plan: OrgPlan, config: Pick<Config, 'locate'>, io: Io): string {
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
  const others = plan.notes.filter((note) => !changed.has(note.address) && note.text.includes('left alone'));
  return [
    ...(blocks.length > 0 ? [`Changes to ${plan.org}:`, '', ...blocks, ''] : []),
    ...others.map((note) => `  ${io.paint('cyan', `note: ${oneLine(`${note.address} ${note.text}`)}`)}`),
    summaryLine(plan),
  ].join('\n');
}

export function summaryLine(plan: OrgPlan): string {
  const count = (action: Change['action']) => plan.changes.filter((change) => change.action === action).length;
  if (plan.changes.length === 0 && plan.undo) return 'Nothing is left to put back.';
  if (plan.changes.length === 0) return `Nothing to change: all ${plan.unchanged} objects are as the config says.`;
  const replaced = count('replace') > 0 ? `${count('replace')} to replace, ` : '';
  return `Plan: ${count('create')} to create, ${count('update')} to change, ${replaced}${count('delete')} to delete; ${plan.unchanged} as they should be.`;
}

export function planDocument(plan: OrgPlan, guarded: Guarded | undefined, requests: RequestSummary) {
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
          notGuarded: guarded.notes,
        }
      : {}),
  };
}

export function applyDocument(
  { plan, guarded }: { plan: OrgPlan; guarded: Guarded | undefined },
  result: OrgApplyResult,
  requests: RequestSummary,
) {
  return {
    ...planDocument(plan, guarded, requests),
    changes: result.changes.map(({ change, outcome, error }) => ({
      ...publicChange(change),
      outcome,
      ...(error === undefined ? {} : { error: error instanceof Error ? error.message : String(error) }),
    })),
    ...(result.recordId === undefined ? {} : { recordId: result.recordId }),
    ...(result.renamed.length === 0 ? {} : { renamed: result.renamed }),
  };
}

function reasonLines(error: unknown, io: Io): string[] {
  const hint = error instanceof OrgproofError ? error.hint : undefined;
  return [
    `      ${oneLine(error instanceof Error ? error.message : String(error))}`,
    ...(hint === undefined ? [] : [`      ${io.paint('cyan', oneLine(hint))}`]),
  ];
}

/** What became of each change that was not applied, and how to go on. */
export function renderFailures(org: string, result: OrgApplyResult, config: Pick<Config, 'locate'>, io: Io): string[] {
  const failed = result.changes.filter((entry) => entry.outcome !== 'applied');
  if (failed.length === 0) return [];
  const lines = failed.flatMap(({ change, outcome, error }) => {
    const place = config.locate(change.address);
    const name = title(change.kind, change.declared.key);
    const state = outcome === 'inDoubt' ? 'in doubt: part of it may have been written' : 'not applied';
    const reason = error === undefined ? [] : reasonLines(explainApiError(error, org), io);
    return [
      `  ${io.paint(error === undefined ? 'dim' : 'red', `${name}: ${state}`)}${place ? io.paint('dim', `  ${formatPlace(place)}`) : ''}`,
      ...reason,
    ];
  });
  const applied = result.changes.length - failed.length;
  return [`${applied} of ${result.changes.length} changes were applied; these were not:`, ...lines];
}
