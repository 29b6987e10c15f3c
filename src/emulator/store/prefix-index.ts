interface Entry {
  key: string;
  id: string;
}

/**
 * Ids by the start of a text. New entries wait unsorted until the next question, so that filling a table costs nothing
 * here; entries of rows that changed or went stay as stale ones, which the asker filters out, until they are half of all.
 */
export class PrefixIndex {
  #sorted: Entry[] = [];
  #waiting: Entry[] = [];
  #stale = 0;

  add(key: string, id: string): void {
    this.#waiting.push({ key, id });
  }

  /** Counts an entry as stale. */
  remove(): void {
    this.#stale += 1;
  }

  clear(): void {
    this.#sorted = [];
    this.#waiting = [];
    this.#stale = 0;
  }

  /** Whether so many entries are stale that it should be filled anew. */
  get worn(): boolean {
    return this.#stale > 1000 && this.#stale > (this.#sorted.length + this.#waiting.length) / 2;
  }

  /** How many entries start with `prefix`, stale and double ones included. */
  count(prefix: string): number {
    this.#settle();
    const [from, to] = this.#range(prefix);
    return to - from;
  }

  /** The ids of the entries that start with `prefix`; stale and double ones may be among them. */
  ids(prefix: string): string[] {
    this.#settle();
    const [from, to] = this.#range(prefix);
    return this.#sorted.slice(from, to).map(({ id }) => id);
  }

  #range(prefix: string): [from: number, to: number] {
    const from = this.#lowerBound(prefix);
    // No text holds this character: the bound lies behind everything that starts with the prefix.
    return [from, this.#lowerBound(`${prefix}\uffff`)];
  }

  #lowerBound(key: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle]?.key ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #settle(): void {
    if (this.#waiting.length === 0) return;
    // The engine's sort finds the sorted run and merges, which is linear in what was there before.
    this.#sorted = [...this.#sorted, ...this.#waiting.sort(byKey)].sort(byKey);
    this.#waiting = [];
  }
}

function byKey(a: Entry, b: Entry): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
