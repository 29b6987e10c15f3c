/** How a part of the config file becomes declared objects. */
import { z } from 'zod';
import type { Declared } from '../engine/kind.ts';
import { addressOf, escapeName } from '../shared/address.ts';
import { STATUS } from './vocabulary.ts';

export type Path = readonly (string | number)[];

/** How the entries of a list are laid out: what loading takes apart, and export puts together. */
export interface Layout {
  /** The kind of the objects; left out where an entry only holds others. */
  readonly kind?: string;
  /** The field that names an entry; left out where the entries are a map by name. */
  readonly naming?: 'name' | 'label' | 'login';
  /** Lists of objects that stand inside of an entry: their names begin with that of the entry. */
  readonly nested?: readonly { readonly field: string; readonly layout: Layout }[];
  /** Where the spec is not the entry without its nested objects: the spec of an entry… */
  spec?(entry: Members): Record<string, unknown>;
  /** …and the entry of a spec. */
  entry?(spec: Members): Record<string, unknown>;
}

type Members = Readonly<Record<string, unknown>>;

/** One top-level key of the config. */
export interface Section<Value = unknown> {
  readonly key: string;
  readonly schema: z.ZodType<Value>;
  /** Fields of an entry that hold secrets: written as a reference only, and never shown. */
  readonly secrets?: readonly string[];
  /** Fields that hold no secrets, but next to which secrets lie: what stands there is not repeated when it is wrong. */
  readonly unrepeated?: readonly string[];
  readonly layout: Layout;
}

/** `ensure` of every object: whether it shall be there. */
export const ensureField = z
  .enum(['present', 'absent'])
  .optional()
  .meta({ description: '`absent` deletes the object; without it nothing is ever deleted.' });

/** `status` of an object that can be switched off. */
export const statusField = z
  .enum(STATUS.words)
  .optional()
  .meta({ description: 'Whether it is in force; a new one is active unless this says otherwise.' });

/** A name as Okta limits it: 1 to `max` characters, no line breaks or other control characters. */
export function nameField(description: string, max = 255) {
  return z
    .string()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .refine((value) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value), 'must not hold control characters')
    .meta({ description });
}

/** A list that is the whole truth, or `{ add: [...] }`, which leaves what else is live. */
export function setField<Item extends z.ZodType<string>>(item: Item, description: string) {
  return z
    .union([z.array(item), z.strictObject({ add: z.array(item).meta({ description: 'What shall be among them.' }) })])
    .meta({ description: `${description} A list is the whole truth; \`{ add: [...] }\` leaves what else is live.` });
}

/** The objects that the entries of a section declare, each before those inside of it. @param value as its schema has read it */
export function declareSection({ key, layout }: Section, value: unknown): Declared[] {
  return declareEntries(layout, value, [key], []);
}

function declareEntries(layout: Layout, value: unknown, path: Path, parents: readonly string[]): Declared[] {
  const entries: readonly [string | number, Members | undefined][] = Array.isArray(value)
    ? (value as Members[]).map((entry, index) => [index, entry])
    : Object.entries(value as Readonly<Record<string, Members | undefined>>);
  return entries.flatMap(([at, entry], position) =>
    entry === undefined ? [] : declareEntry(layout, entry, { at: [...path, at], position, parents }),
  );
}

function declareEntry(
  { kind, naming, nested = [], spec }: Layout,
  entry: Members,
  { at, position, parents }: { at: Path; position: number; parents: readonly string[] },
): Declared[] {
  const names = [...parents, String(naming === undefined ? at.at(-1) : entry[naming])];
  const fields = nested.map(({ field }) => field);
  const { ensure = 'present', ...members } = without(entry, fields);
  const key = names.map(escapeName).join('/');
  const own = naming === undefined ? { name: names.at(-1), ...members } : members;
  const object: Declared = {
    address: addressOf(kind ?? '', key),
    kind: kind ?? '',
    key,
    spec: withoutUndefined(spec?.(own) ?? own),
    ensure: ensure as Declared['ensure'],
    position,
    path: at,
  };
  return [
    ...(kind === undefined ? [] : [object]),
    ...nested.flatMap(({ field, layout }) =>
      entry[field] === undefined ? [] : declareEntries(layout, entry[field], [...at, field], names),
    ),
  ];
}

function without(members: Members, fields: readonly string[]): Members {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !fields.includes(name)));
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

/**
 * Whether an object of the same kind stands earlier in its list and stays. One that goes is no reason to wait: it keeps its
 * place until the others have theirs, and the gap it leaves then closes by itself.
 */
export function isEarlier(other: Declared, own: Declared): boolean {
  return other.kind === own.kind && other.ensure === 'present' && other.position < own.position;
}
