/** How a part of the config file becomes declared objects. */
import { z } from 'zod';
import type { Declared } from '../engine/kind.ts';
import { addressOf, escapeName } from '../shared/address.ts';

export type Path = readonly (string | number)[];

/** How the entries of a list are laid out: what {@link Section.declare} takes apart, the other way round. */
export interface Layout {
  /** The kind of the objects; left out where an entry only holds others. */
  readonly kind?: string;
  /** The field that names an entry; left out where the entries are a map by name. */
  readonly naming?: 'name' | 'label' | 'login';
  /** Objects that stand inside of an entry: their names begin with that of the entry. */
  readonly nested?: { readonly field: string; readonly layout: Layout };
  /** Members that an entry writes otherwise than the spec has them. */
  entry?(spec: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

/** One top-level key of the config. */
export interface Section<Value = unknown> {
  readonly key: string;
  readonly schema: z.ZodType<Value>;
  /** Fields of an entry that hold secrets: written as a reference only, and never shown. */
  readonly secrets?: readonly string[];
  declare(value: Value, path: Path): Declared[];
  readonly layout?: Layout;
}

/** `ensure` of every object: whether it shall be there. */
export const ensureField = z
  .enum(['present', 'absent'])
  .optional()
  .meta({ description: '`absent` deletes the object; without it nothing is ever deleted.' });

/** A name as Okta limits it: 1 to `max` characters, no line breaks or other control characters. */
export function nameField(description: string, max = 255) {
  return z
    .string()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .refine((value) => ![...value].some((char) => char < ' ' || char === '\u007f'), 'must not hold control characters')
    .meta({ description });
}

/** A list that is the whole truth, or `{ add: [...] }`, which leaves what else is live. */
export function setField<Item extends z.ZodType<string>>(item: Item, description: string) {
  return z
    .union([z.array(item), z.strictObject({ add: z.array(item) })])
    .meta({ description: `${description} A list is the whole truth; \`{ add: [...] }\` leaves what else is live.` });
}

/** Makes a declared object of a parsed entry: `ensure` and nested lists are no part of its spec. */
export function declare<Spec extends object>(
  kind: string,
  names: readonly string[],
  spec: Spec,
  rest: { ensure?: 'present' | 'absent' | undefined; position: number; path: Path },
): Declared<Spec> {
  const key = names.map(escapeName).join('/');
  return {
    address: addressOf(kind, key),
    kind,
    key,
    spec: withoutUndefined(spec),
    ensure: rest.ensure ?? 'present',
    position: rest.position,
    path: rest.path,
  };
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
