/**
 * List order as priority. Listed objects keep the config's order among themselves; live ones that are not listed are not
 * moved. Pure: the writes it returns, done one after the other from first to last, lead to that order.
 */

export interface Sibling {
  id: string;
  priority: number;
}

/** One entry of the listed sequence: a live id, or a new object that is still to be created. */
export interface Listed {
  key: string;
  /** Undefined for an object that does not exist yet. */
  id: string | undefined;
}

/**
 * The priority that each object to be moved or created must be written with.
 * @param scheme `dense` (first is 1, inserting shifts the rest) or `gapped` (first is 0, inserting shifts up to a gap)
 * @param live every live sibling, in any order
 * @param listed the listed objects in the order of the config
 * @returns priority by key, in the order in which to write; keys that need no write are absent
 */
export function arrangePriorities(
  scheme: 'dense' | 'gapped',
  live: readonly Sibling[],
  listed: readonly Listed[],
): Map<string, number> {
  const sequence = new Sequence(scheme, live);
  const stay = new Set(longestKept(listed.map((entry) => entry.id && sequence.priorityOf(entry.id))));
  const writes = new Map<string, number>();
  listed.forEach((entry, index) => {
    if (stay.has(index)) return;
    const previous = listed[index - 1];
    const next = listed.slice(index + 1).find((_, offset) => stay.has(index + 1 + offset));
    const slot = sequence.slotFor(idOf(previous), next && idOf(next), entry.id);
    sequence.place(idOf(entry) ?? '', slot);
    writes.set(entry.key, slot);
  });
  return writes;
}

/** Live objects go by their id, new ones by a stand-in that cannot be one. */
function idOf(entry: Listed | undefined): string | undefined {
  return entry && (entry.id ?? `new:${entry.key}`);
}

/** The live sequence as the org would have it after each write. */
class Sequence {
  readonly #scheme: 'dense' | 'gapped';
  readonly #priorities: Map<string, number>;

  constructor(scheme: 'dense' | 'gapped', live: readonly Sibling[]) {
    this.#scheme = scheme;
    this.#priorities = new Map(live.map((sibling) => [sibling.id, sibling.priority]));
  }

  priorityOf(id: string): number | undefined {
    return this.#priorities.get(id);
  }

  /** Right behind `previous`; else right before `next`; else at the end. */
  slotFor(previous: string | undefined, next: string | undefined, self: string | undefined): number {
    const own = self === undefined ? undefined : this.#priorities.get(self);
    // Taking a dense object out closes its gap, so what stands behind it moves up by one.
    const closed = (priority: number) =>
      this.#scheme === 'dense' && own !== undefined && own < priority ? priority - 1 : priority;
    const before = previous === undefined ? undefined : this.#priorities.get(previous);
    if (before !== undefined) return closed(before) + 1;
    const following = next === undefined ? undefined : this.#priorities.get(next);
    if (following !== undefined) return closed(following);
    const others = [...this.#priorities].filter(([id]) => id !== self).map(([, priority]) => closed(priority));
    return Math.max(this.#scheme === 'dense' ? 0 : -1, ...others) + 1;
  }

  place(id: string, slot: number): void {
    const own = this.#priorities.get(id);
    this.#priorities.delete(id);
    if (this.#scheme === 'dense' && own !== undefined) this.#shift((priority) => priority > own, -1);
    if (this.#scheme === 'dense') this.#shift((priority) => priority >= slot, 1);
    else this.#makeGap(slot);
    this.#priorities.set(id, slot);
  }

  #shift(which: (priority: number) => boolean, by: number): void {
    for (const [id, priority] of this.#priorities) if (which(priority)) this.#priorities.set(id, priority + by);
  }

  #makeGap(slot: number): void {
    const occupant = [...this.#priorities].find(([, priority]) => priority === slot)?.[0];
    if (occupant === undefined) return;
    this.#makeGap(slot + 1);
    this.#priorities.set(occupant, slot + 1);
  }
}

/** Indexes of a longest strictly increasing run of the given numbers: the objects that need not move. */
function longestKept(priorities: readonly (number | undefined | '')[]): number[] {
  const best: number[][] = [];
  priorities.forEach((priority, index) => {
    if (typeof priority !== 'number') {
      best[index] = [];
      return;
    }
    const before = best
      .slice(0, index)
      .filter((run) => run.length > 0 && (priorities[run.at(-1) ?? 0] as number) < priority)
      .reduce<number[]>((longest, run) => (run.length > longest.length ? run : longest), []);
    best[index] = [...before, index];
  });
  return best.reduce<number[]>((longest, run) => (run.length > longest.length ? run : longest), []);
}
