/**
 * List order as priority. Listed objects keep the config's order among themselves; live ones that are not listed are not
 * moved. Pure: the writes it returns, done one after the other from first to last, lead to that order.
 */
import type { Formerly, Place } from './kind.ts';

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

/** The last priority of a gapped list that is not the system object's own (99, documented). */
const LAST_GAPPED = 98;

/**
 * The priority that each object to be moved or created must be written with.
 * @param scheme `dense` (first is 1, inserting shifts the rest) or `gapped` (0 to 98, inserting shifts up to a gap)
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
  for (const [index, entry] of listed.entries()) {
    if (stay.has(index)) continue;
    const previous = listed[index - 1];
    const next = listed.slice(index + 1).find((_, offset) => stay.has(index + 1 + offset));
    const slot = sequence.slotFor(idOf(previous), next && idOf(next), entry.id);
    if (slot === undefined) return fromTheFront(live, listed);
    sequence.place(idOf(entry) ?? '', slot);
    writes.set(entry.key, slot);
  }
  return writes;
}

/** Where an object stands among its siblings; undefined when it is none of them. */
export function placeOf(id: string | undefined, siblings: readonly Sibling[]): Place | undefined {
  const sorted = siblings.toSorted((a, b) => a.priority - b.priority);
  const index = sorted.findIndex((sibling) => sibling.id === id);
  const sibling = sorted[index];
  return sibling && { behind: sorted[index - 1]?.id ?? null, priority: sibling.priority };
}

/**
 * The priorities that put moved objects back behind the siblings that they stood behind. What was not moved stays.
 * @param doomed ids of siblings that this same undo deletes
 * @param objects by the priority that they had, lowest first
 * @returns as {@link arrangePriorities}
 */
export function restorePlaces(
  scheme: 'dense' | 'gapped',
  live: readonly Sibling[],
  doomed: ReadonlySet<string | undefined>,
  objects: readonly (Listed & { formerly: Formerly | undefined })[],
): Map<string, number> {
  const sequence = new Sequence(scheme, live);
  const stays = new Set(live.map(({ id }) => id).filter((id) => !doomed.has(id)));
  // An object that is created again stands in for the one that it was.
  const standIns = new Map(
    objects.flatMap((object) => (object.formerly?.id ? [[object.formerly.id, idOf(object)] as const] : [])),
  );
  const writes = new Map<string, number>();
  for (const object of objects) {
    const place = object.formerly?.place;
    if (!place) continue;
    const self = idOf(object) ?? '';
    const behind = place.behind === null ? undefined : (standIns.get(place.behind) ?? place.behind);
    if (object.id !== undefined && sequence.isBehind(self, behind, stays)) continue;
    const slot = sequence.slotBehind(behind, self) ?? place.priority;
    if (!sequence.place(self, slot)) continue;
    stays.add(self);
    writes.set(object.key, slot);
  }
  return writes;
}

/** A gapped list with no room at its end: every listed object is written anew, in front of all that is not listed. */
function fromTheFront(live: readonly Sibling[], listed: readonly Listed[]): Map<string, number> {
  const sequence = new Sequence('gapped', live);
  const room = listed.every((entry, slot) => sequence.place(idOf(entry) ?? '', slot));
  if (!room) throw new Error(`more than ${LAST_GAPPED + 1} rules: there is no priority left`);
  return new Map(listed.map((entry, slot) => [entry.key, slot]));
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

  /** Right behind `previous`; else right before `next`; else at the end. Undefined when there is no room for it. */
  slotFor(previous: string | undefined, next: string | undefined, self: string | undefined): number | undefined {
    const slot = this.#wanted(previous, next, self);
    return this.#scheme === 'dense' || this.#gapFrom(slot, self) !== undefined ? slot : undefined;
  }

  #wanted(previous: string | undefined, next: string | undefined, self: string | undefined): number {
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

  /** Whether nothing that stays stands between an object and the one in front of it (undefined: the start). */
  isBehind(self: string, previous: string | undefined, stays: ReadonlySet<string>): boolean {
    const own = this.#priorities.get(self);
    if (own === undefined) return false;
    const before = [...this.#priorities]
      .filter(([id, priority]) => priority < own && (stays.has(id) || id === previous))
      .toSorted(([, a], [, b]) => a - b)
      .at(-1)?.[0];
    return before === previous;
  }

  /** The slot right behind `previous`, or the first one; undefined when `previous` is gone or there is no room. */
  slotBehind(previous: string | undefined, self: string): number | undefined {
    if (previous !== undefined && this.#priorities.get(previous) === undefined) return undefined;
    if (previous !== undefined) return this.slotFor(previous, undefined, self);
    return this.#scheme === 'dense' ? 1 : 0;
  }

  /** Writes an object; false when that would push another one past the end. */
  place(id: string, slot: number): boolean {
    const own = this.#priorities.get(id);
    this.#priorities.delete(id);
    if (this.#scheme === 'dense') {
      if (own !== undefined) this.#shift((priority) => priority > own, -1);
      this.#shift((priority) => priority >= slot, 1);
    } else {
      const gap = this.#gapFrom(slot, id);
      if (gap === undefined) return false;
      this.#shift((priority) => priority >= slot && priority < gap, 1);
    }
    this.#priorities.set(id, slot);
    return true;
  }

  /** The first free priority at or behind `slot`, that of the object itself counting as free. */
  #gapFrom(slot: number, self: string | undefined): number | undefined {
    const taken = new Set([...this.#priorities].filter(([id]) => id !== self).map(([, priority]) => priority));
    for (let priority = slot; priority <= LAST_GAPPED; priority++) if (!taken.has(priority)) return priority;
    return undefined;
  }

  #shift(which: (priority: number) => boolean, by: number): void {
    for (const [id, priority] of this.#priorities) if (which(priority)) this.#priorities.set(id, priority + by);
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
