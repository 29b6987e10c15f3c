/** How many holes are kept before the rows are moved together. */
const HOLES_KEPT = 1024;

/**
 * A map in insertion order that can be read on from any of its keys, so that a page of a long list costs what it shows. A
 * key that was deleted keeps its place until the holes are cleared up: a client that deletes while it pages goes on where
 * it was.
 */
export class OrderedMap<V> {
  #values: (V | undefined)[] = [];
  #keys: string[] = [];
  /** Place by key; also of deleted keys, whose value is undefined. */
  readonly #places = new Map<string, number>();
  #size = 0;
  /** The first place that may hold a value: tables that lose their oldest rows have their holes in front. */
  #first = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): V | undefined {
    const place = this.#places.get(key);
    return place === undefined ? undefined : this.#values[place];
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** Adds at the end, or replaces in place. */
  set(key: string, value: V): void {
    const place = this.#places.get(key);
    if (place !== undefined && this.#values[place] !== undefined) {
      this.#values[place] = value;
      return;
    }
    this.#places.set(key, this.#values.length);
    this.#values.push(value);
    this.#keys.push(key);
    this.#size += 1;
  }

  delete(key: string): boolean {
    const place = this.#places.get(key);
    if (place === undefined || this.#values[place] === undefined) return false;
    this.#values[place] = undefined;
    this.#size -= 1;
    while (this.#first < this.#values.length && this.#values[this.#first] === undefined) this.#first += 1;
    const holes = this.#values.length - this.#size;
    if (holes > HOLES_KEPT && holes > this.#size) this.#compact();
    return true;
  }

  clear(): void {
    this.#values = [];
    this.#keys = [];
    this.#places.clear();
    this.#size = 0;
    this.#first = 0;
  }

  /** Where a key stands, to sort by; undefined for one that was never here. */
  placeOf(key: string): number | undefined {
    return this.#places.get(key);
  }

  *values(): Generator<V> {
    yield* this.after(undefined);
  }

  /** The values behind a key, in order; all of them for undefined and for a key that is not known. */
  *after(key: string | undefined): Generator<V> {
    const start = Math.max(this.#first, key === undefined ? 0 : (this.#places.get(key) ?? -1) + 1);
    // Held on to, so that rows may be deleted while somebody reads.
    const values = this.#values;
    for (let place = start; place < values.length; place += 1) {
      const value = values[place];
      if (value !== undefined) yield value;
    }
  }

  last(): V | undefined {
    for (let place = this.#values.length - 1; place >= 0; place -= 1) {
      const value = this.#values[place];
      if (value !== undefined) return value;
    }
    return undefined;
  }

  #compact(): void {
    const rows = this.#keys.flatMap((key, place) => {
      const value = this.#values[place];
      return value === undefined || this.#places.get(key) !== place ? [] : [{ key, value }];
    });
    this.#values = rows.map(({ value }) => value);
    this.#keys = rows.map(({ key }) => key);
    this.#places.clear();
    this.#first = 0;
    for (const [place, key] of this.#keys.entries()) this.#places.set(key, place);
  }
}
