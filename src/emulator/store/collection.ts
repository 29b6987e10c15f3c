/**
 * A table of objects by id with optional indexes, in insertion order. Objects are replaced, never mutated in
 * place, so that indexes stay true and a snapshot is a shallow copy.
 */
export class Collection<T extends { id: string }, Index extends string = never> {
  /** Called after each change; the state file hangs on it. */
  onChange: (() => void) | undefined;
  readonly #rows = new Map<string, T>();
  readonly #keyOf: Record<Index, (row: T) => string | undefined>;
  /** Ids by key; a set per key, since not every indexed member is unique. */
  readonly #indexes: Record<Index, Map<string, Set<string>>>;

  constructor(keyOf: Record<Index, (row: T) => string | undefined> = {} as Record<Index, never>) {
    this.#keyOf = keyOf;
    this.#indexes = Object.fromEntries(Object.keys(keyOf).map((name) => [name, new Map()])) as Record<
      Index,
      Map<string, Set<string>>
    >;
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

  /** Every row whose indexed key is `key`, in insertion order, without a scan. */
  findAll(index: Index, key: string): T[] {
    return [...(this.#indexes[index].get(key) ?? [])].flatMap((id) => this.#rows.get(id) ?? []);
  }

  /** Adds a row, or replaces the one with its id (which keeps its place in the order). */
  put(row: T): T {
    const before = this.#rows.get(row.id);
    if (before) this.#unindex(before);
    this.#rows.set(row.id, row);
    for (const name of Object.keys(this.#keyOf) as Index[]) {
      const key = this.#keyOf[name](row);
      if (key !== undefined) bucket(this.#indexes[name], key).add(row.id);
    }
    this.onChange?.();
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
    this.#unindex(row);
    this.#rows.delete(id);
    this.onChange?.();
    return true;
  }

  clear(): void {
    this.#rows.clear();
    for (const index of Object.values<Map<string, Set<string>>>(this.#indexes)) index.clear();
    this.onChange?.();
  }

  values(): T[] {
    return [...this.#rows.values()];
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

  #unindex(row: T): void {
    for (const name of Object.keys(this.#keyOf) as Index[]) {
      const key = this.#keyOf[name](row);
      if (key === undefined) continue;
      const ids = this.#indexes[name].get(key);
      ids?.delete(row.id);
      if (ids?.size === 0) this.#indexes[name].delete(key);
    }
  }
}

/** A many-to-many relation, looked up from either side without a scan. */
export class Relation {
  /** Called after each change. */
  onChange: (() => void) | undefined;
  readonly #forward = new Map<string, Set<string>>();
  readonly #backward = new Map<string, Set<string>>();

  add(left: string, right: string): void {
    bucket(this.#forward, left).add(right);
    bucket(this.#backward, right).add(left);
    this.onChange?.();
  }

  remove(left: string, right: string): void {
    this.#forward.get(left)?.delete(right);
    this.#backward.get(right)?.delete(left);
    this.onChange?.();
  }

  has(left: string, right: string): boolean {
    return this.#forward.get(left)?.has(right) ?? false;
  }

  rightsOf(left: string): ReadonlySet<string> {
    return this.#forward.get(left) ?? EMPTY;
  }

  leftsOf(right: string): ReadonlySet<string> {
    return this.#backward.get(right) ?? EMPTY;
  }

  removeLeft(left: string): void {
    for (const right of this.rightsOf(left)) this.#backward.get(right)?.delete(left);
    this.#forward.delete(left);
    this.onChange?.();
  }

  removeRight(right: string): void {
    for (const left of this.leftsOf(right)) this.#forward.get(left)?.delete(right);
    this.#backward.delete(right);
    this.onChange?.();
  }

  pairs(): [string, string][] {
    return [...this.#forward].flatMap(([left, rights]) => [...rights].map((right): [string, string] => [left, right]));
  }

  clear(): void {
    this.#forward.clear();
    this.#backward.clear();
    this.onChange?.();
  }
}

const EMPTY: ReadonlySet<string> = new Set();

function bucket(map: Map<string, Set<string>>, key: string): Set<string> {
  const found = map.get(key) ?? new Set<string>();
  map.set(key, found);
  return found;
}
