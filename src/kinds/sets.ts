/** Lists of the config that are the whole truth, or that only add. */
import type { SetValue } from '../engine/kind.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The names that a list mentions. */
export function listed(value: SetValue | undefined): readonly string[] {
  return value === undefined ? [] : 'add' in value ? value.add : value;
}

/** The names that an undo takes away. */
export function unwanted(value: SetValue | undefined): readonly string[] {
  return (value !== undefined && 'add' in value && value.remove) || [];
}

/** What a set shall be: the list itself, or the live one with what is to be added and without what is to go. */
export function merged(live: readonly string[], wanted: SetValue | undefined): string[] {
  if (wanted === undefined) return [...live];
  if (!('add' in wanted)) return [...wanted];
  const going = unwanted(wanted);
  return [...new Set([...live.filter((item) => !going.includes(item)), ...wanted.add])];
}

/** The same list with each of its members written otherwise. */
export function mapped(value: SetValue | undefined, write: (member: string) => string): SetValue | undefined {
  if (value === undefined) return undefined;
  return 'add' in value ? { ...value, add: value.add.map(write) } : value.map(write);
}

/** {@link merged} of wire values by the words for them. */
export function mergedWords<Word extends string, Wire extends string>(
  vocabulary: Vocabulary<Word, Wire>,
  live: readonly string[],
  wanted: SetValue,
): Wire[] {
  const words = merged(
    live.map((wire) => vocabulary.toWord(wire)),
    wanted,
  );
  return words.map((word) => vocabulary.toWire(word as Word));
}
