/** Where an org differs from its config, as text and as a document. */
import type { Config } from '../../config/load.ts';
import type { FieldChange } from '../../engine/diff.ts';
import type { Change } from '../../engine/plan.ts';
import type { RequestSummary } from '../../okta/buckets.ts';
import type { ChangedBy, Drift } from '../../provision/drift.ts';
import { formatPlace } from '../../shared/errors.ts';
import { oneLine } from '../../shared/one-line.ts';
import type { Io } from '../io.ts';
import { planDocument } from './plan.ts';
import { fieldTitle, title, valueText } from './words.ts';

const STATES = {
  create: 'is missing',
  update: 'differs',
  replace: 'is another one',
  delete: 'is there, but should not be',
} as const;

/** Each object that differs, with its fields, the line of the config, and who changed it last. */
export function renderDrift({ plan, changedBy, log }: Drift, config: Pick<Config, 'locate'>, io: Io): string {
  if (plan.changes.length === 0) return `No drift: all ${plan.unchanged} objects are as the config says.`;
  const blocks = plan.changes.map((change) => {
    const place = config.locate(change.address);
    const author = changedBy.get(change.address);
    return [
      `  ${io.paint('yellow', `${title(change.kind, change.declared.key)} ${STATES[change.action]}`)}${place ? io.paint('dim', `  ${formatPlace(place)}`) : ''}`,
      ...(change.action === 'update' ? change.fields.map((field) => `      ${fieldLine(field, change.kind)}`) : []),
      ...(author ? [`      ${io.paint('cyan', authorLine(author, change.action))}`] : []),
    ].join('\n');
  });
  return [
    `${plan.org} differs from the config:`,
    '',
    ...blocks,
    '',
    ...(log === undefined ? [] : [io.paint('cyan', `note: ${oneLine(log)}`)]),
    `Drift: ${plan.changes.length} of ${plan.changes.length + plan.unchanged} objects differ.`,
  ].join('\n');
}

function fieldLine(field: FieldChange, kind: string): string {
  const text = (value: unknown) => valueText(value, { kind, path: field.path });
  const name = fieldTitle(field.path);
  if (field.secret) return `${name}: (secret)`;
  if (field.path === 'position') return `Priority: should be at place ${text(field.after)} of the list`;
  return `${name}: is ${text(field.before)}, should be ${text(field.after)}`;
}

function authorLine({ actor, at, event }: ChangedBy, action: Change['action']): string {
  return oneLine(`${action === 'create' ? 'deleted' : 'last changed'} by ${actor} at ${at} (${event})`);
}

export function driftDocument({ plan, changedBy, log }: Drift, requests: RequestSummary) {
  const document = planDocument(plan, undefined, requests);
  return {
    ...document,
    changes: document.changes.map((change) => {
      const author = changedBy.get(change.address);
      return { ...change, ...(author ? { changedBy: author } : {}) };
    }),
    ...(log === undefined ? {} : { log }),
  };
}
