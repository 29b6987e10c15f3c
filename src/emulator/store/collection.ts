import { MultiMap } from './multi-map.ts';
import { OrderedMap } from './ordered-map.ts';
import { PrefixIndex } from './prefix-index.ts';

type KeyOf<T> = (row: T) => string | readonly string[] | undefined;

/** One change of a table, as the journal of a state file holds it. */
export type TableChange =
  | { put: { id: string } }
  | { delete: string }
  | { add: [left: string, right: string] }
  | { remove: [left: string, right: string] }
  | { removeLeft: string }
  | { removeRight: string }
  | { clear: true };

/**
 * A table of objects by id with optional indexes, in insertion order. Objects are replaced, never mutated in
 * place, so that indexes stay true and a snapshot is a shallow copy.
 */
export class Collection<T extends { id: string }, Index extends string = never> {
  /** Called after each change; the state file hangs on it. */
  onChange: ((change: TableChange) => void) | undefined;
  #version = 0;
  readonly #rows = new OrderedMap<T>();
  readonly #keyOf: Record<Index, KeyOf<T>>;
  /** Ids by key; several per key, since not every indexed member is unique. */
  readonly #indexes: Record<Index, MultiMap>;
  readonly #textsOf: ((row: T) => readonly string[]) | undefined;
  readonly #texts = new PrefixIndex();

  /**
   * @param keyOf the key, or keys, of a row in each index
   * @param textsOf the texts, in lower case, by whose start {@link startingWith} finds a row
   */
  constructor(
    keyOf: Record<Index, KeyOf<T>> = {} as Record<Index, never>,
    textsOf: ((row: T) => readonly string[]) | undefined = undefined,
  ) {
    this.#keyOf = keyOf;
    this.#textsOf = textsOf;
    this.#indexes = Object.fromEntries(Object.keys(keyOf).map((name) => [name, new MultiMap()])) as Record<
      Index,
      MultiMap
    >;
  }

  /** Grows with each change: what was worked out of the rows holds for as long as it is the same. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): T | undefined {
    return this.#rows.get(id);
  }

  /** The row whose indexed key is `key`; the newest if there are several. */
  find(index: Index, key: string): T | undefined {
    return this.findAll(index, key).at(-1);
  }

  /** Every row whose indexed key is `key`, as they got it, without a scan. */
  findAll(index: Index, key: string): T[] {
    return [...this.#indexes[index].get(key)].flatMap((id) => this.#rows.get(id) ?? []);
  }

  /** How many rows have the indexed key. */
  count(index: Index, key: string): number {
    return this.#indexes[index].count(key);
  }

  /** Adds a row, or replaces the one with its id (which keeps its place in the order). */
  put(row: T): T {
    const before = this.#rows.get(row.id);
    this.#rows.set(row.id, row);
    for (const name of Object.keys(this.#keyOf) as Index[]) this.#reindex(name, before, row);
    if (this.#textsOf) this.#retext(this.#textsOf, before, row);
    this.#version += 1;
    this.onChange?.({ put: row });
    return row;
  }

  /** Replaces some members of a row that must exist. */
  patch(id: string, change: Partial<T>): T {
    const row = this.#rows.get(id);
    if (!row) throw new Error(`no row ${id} to patch`);
    return this.put({ ...row, ...change });
  }

  delete(id: string): boolean {
    const row = this.#rows.get(id);
    if (!row) return false;
    for (const name of Object.keys(this.#keyOf) as Index[]) {
      for (const key of keys(this.#keyOf[name](row))) this.#indexes[name].delete(key, id);
    }
    for (const _text of this.#textsOf?.(row) ?? []) this.#texts.remove();
    this.#rows.delete(id);
    this.#version += 1;
    this.onChange?.({ delete: id });
    return true;
  }

  clear(): void {
    this.#rows.clear();
    this.#texts.clear();
    for (const index of Object.values<MultiMap>(this.#indexes)) index.clear();
    this.#version += 1;
    this.onChange?.({ clear: true });
  }

  values(): T[] {
    return [...this.#rows.values()];
  }

  /** The rows behind the one with this id, in order, without a look at those before it; all of them for undefined. */
  after(id: string | undefined): Iterable<T> {
    return this.#rows.after(id);
  }

  last(): T | undefined {
    return this.#rows.last();
  }

  /** The oldest rows, without a copy of the rest. */
  head(count: number): T[] {
    const rows: T[] = [];
    for (const row of this.#rows.values()) {
      if (rows.length === count) break;
      rows.push(row);
    }
    return rows;
  }

  filter(test: (row: T) => boolean): T[] {
    return this.values().filter(test);
  }

  /**
   * The rows behind `id` one of whose texts starts with `prefix` (lower case), in order. Found by the index; when a large
   * part of the table matches, by walking on, which a page of them ends soon.
   */
  *startingWith(prefix: string, id: string | undefined): Generator<T> {
    const textsOf = this.#textsOf;
    if (!textsOf) throw new Error('the table has no index of texts');
    const matches = (row: T) => textsOf(row).some((text) => text.startsWith(prefix));
    if (this.#texts.worn) this.#refill(textsOf);
    if (this.#texts.count(prefix) > this.size / 4) {
      for (const row of this.#rows.after(id)) if (matches(row)) yield row;
      return;
    }
    const from = id === undefined ? -1 : (this.#rows.placeOf(id) ?? -1);
    const found = [...new Set(this.#texts.ids(prefix))]
      .map((one) => ({ place: this.#rows.placeOf(one) ?? -1, row: this.#rows.get(one) }))
      .filter(({ place }) => place > from)
      .sort((a, b) => a.place - b.place);
    for (const { row } of found) if (row && matches(row)) yield row;
  }

  #reindex(name: Index, before: T | undefined, row: T): void {
    const now = keys(this.#keyOf[name](row));
    // A key that stays keeps its place, so that equal keys are found in the order they were set.
    if (before)
      for (const key of keys(this.#keyOf[name](before)))
        if (!now.includes(key)) this.#indexes[name].delete(key, row.id);
    for (const key of now) this.#indexes[name].add(key, row.id);
  }

  #retext(textsOf: (row: T) => readonly string[], before: T | undefined, row: T): void {
    const known = before ? textsOf(before) : [];
    const now = textsOf(row);
    for (const text of known) if (!now.includes(text)) this.#texts.remove();
    for (const text of now) if (!known.includes(text)) this.#texts.add(text, row.id);
  }

  #refill(textsOf: (row: T) => readonly string[]): void {
    this.#texts.clear();
    for (const row of this.#rows.values()) for (const text of textsOf(row)) this.#texts.add(text, row.id);
  }
}

function keys(key: string | readonly string[] | undefined): readonly string[] {
  if (key === undefined) return [];
  return typeof key === 'string' ? [key] : key;
}

/** What is related to one thing, in the order it was added. */
export interface RelatedIds extends Iterable<string> {
  readonly size: number;
  has(id: string): boolean;
  /** The ids behind this one; all for undefined. */
  after(id: string | undefined): Iterable<string>;
}

/** A many-to-many relation, looked up from either side without a scan. */
export class Relation {
  /** Called after each change. */
  onChange: ((change: TableChange) => void) | undefined;
  readonly #forward = new Map<string, IdList>();
  readonly #backward = new MultiMap();

  add(left: string, right: string): void {
    const rights = this.#forward.get(left) ?? new IdList();
    this.#forward.set(left, rights);
    rights.add(right);
    this.#backward.add(right, left);
    this.onChange?.({ add: [left, right] });
  }

  remove(left: string, right: string): void {
    this.#forward.get(left)?.delete(right);
    this.#backward.delete(right, left);
    this.onChange?.({ remove: [left, right] });
  }

  has(left: string, right: string): boolean {
    return this.#forward.get(left)?.has(right) ?? false;
  }

  rightsOf(left: string): RelatedIds {
    return this.#forward.get(left) ?? NOTHING;
  }

  leftsOf(right: string): ReadonlySet<string> {
    return this.#backward.get(right);
  }

  removeLeft(left: string): void {
    for (const right of this.rightsOf(left)) this.#backward.delete(right, left);
    this.#forward.delete(left);
    this.onChange?.({ removeLeft: left });
  }

  removeRight(right: string): void {
    for (const left of this.leftsOf(right)) this.#forward.get(left)?.delete(right);
    this.#backward.deleteKey(right);
    this.onChange?.({ removeRight: right });
  }

  pairs(): [string, string][] {
    return [...this.#forward].flatMap(([left, rights]) => [...rights].map((right): [string, string] => [left, right]));
  }

  clear(): void {
    this.#forward.clear();
    this.#backward.clear();
    this.onChange?.({ clear: true });
  }
}

class IdList implements RelatedIds {
  readonly #ids = new OrderedMap<string>();

  get size(): number {
    return this.#ids.size;
  }

  add(id: string): void {
    if (!this.#ids.has(id)) this.#ids.set(id, id);
  }

  delete(id: string): void {
    this.#ids.delete(id);
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  after(id: string | undefined): Iterable<string> {
    return this.#ids.after(id);
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#ids.values();
  }
}

const NOTHING: RelatedIds = new IdList();
