/** One field of a change, before and after. */
import type { FieldChange } from '../../engine/diff.ts';
import { RESTORED } from '../../engine/plan.ts';
import type { OrgPlan } from '../../provision/index.ts';
import { oneLine } from '../../shared/one-line.ts';
import type { Io } from '../io.ts';
import { fieldTitle, valueText } from './words.ts';

/** A line, or of a set one for each member that comes or goes. */
export function fieldLines(field: FieldChange, change: OrgPlan['changes'][number], io: Io): string[] {
  if (field.path === RESTORED) return ['comes back with what belonged to it'];
  const { kind, action, implementation } = change;
  const text = (value: unknown) => valueText(value, { kind, path: field.path });
  const name = fieldTitle(field.path);
  if (field.secret) return [`${name}: ${action === 'create' ? '(secret)' : '(changed)'}`];
  if (field.path === 'position') return [`Priority: moves to place ${text(field.after)} of the list`];
  if (action === 'create' && field.before === undefined) return [`${name}: ${text(field.after)}`];
  const isSet = (implementation.fields as Readonly<Record<string, string>>)[field.path] === 'set';
  if (isSet) return setLines(name, field, io);
  return [`${name}: ${io.paint('red', text(field.before))} → ${io.paint('green', text(field.after))}`];
}

function setLines(name: string, field: FieldChange, io: Io): string[] {
  const [before, after] = [membersOf(field.before), membersOf(field.after)];
  const stay = after.filter((member) => before.includes(member)).length;
  return [
    `${name}:${stay > 0 ? io.paint('dim', ` (${stay} more stay)`) : ''}`,
    ...after.filter((member) => !before.includes(member)).map((member) => `  ${io.paint('green', `+ ${member}`)}`),
    ...before.filter((member) => !after.includes(member)).map((member) => `  ${io.paint('red', `- ${member}`)}`),
  ];
}

function membersOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map((member) => oneLine(String(member))) : [];
}
