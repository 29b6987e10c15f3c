/** Lists of the config that are the whole truth, or that only add. */
import type { SetValue } from '../engine/kind.ts';

/** The names that a list mentions. */
export function listed(value: SetValue | undefined): readonly string[] {
  return value === undefined ? [] : 'add' in value ? value.add : value;
}

/** What a set shall be: the list itself, or the live one with what is to be added. */
export function merged(live: readonly string[], wanted: SetValue | undefined): string[] {
  if (wanted === undefined) return [...live];
  return 'add' in wanted ? [...new Set([...live, ...wanted.add])] : [...wanted];
}
