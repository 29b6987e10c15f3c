/**
 * What each apply changed, kept so that it can be undone: the before-images, written before the first write, and then what
 * became of each change. Lines of JSON that are only ever added to, so that a crash leaves all but the last one whole.
 * Holds no secrets: passwords, client secrets and keys are never read for it.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from '../engine/apply.ts';
import { type BeforeImage, causeOf } from '../engine/before-image.ts';
import { addressOf } from '../shared/address.ts';

/** What a record is of. A rollback is recorded as well, but is not itself rolled back. */
export type Recorded = 'apply' | 'destroy' | 'rollback';

export interface ApplyRecord {
  /** When it began, e.g. `2026-11-24T07-39-12.345Z`; sorts by time. */
  readonly id: string;
  readonly does: Recorded;
  readonly images: readonly BeforeImage[];
  /** By address; a change that began and has no outcome was cut short. */
  readonly outcomes: ReadonlyMap<string, Outcome | 'begun'>;
  /** Ids of the objects that it created, by address; `before`: the id of the object that came back as this one. */
  readonly made: ReadonlyMap<string, { readonly id: string; readonly before?: string | undefined }>;
  /** Addresses that were put back since, and by which record. */
  readonly undone: readonly Undone[];
}

interface Undone {
  readonly undone: readonly string[];
  readonly by?: string | undefined;
}

/** One apply while it goes on. */
export interface Recorder {
  readonly id: string;
  note(address: string, outcome: Outcome | 'begun'): void;
  made(address: string, id: string, before: string | undefined): void;
}

export interface Records {
  /** Called before the first write. */
  begin(does: Recorded, images: readonly BeforeImage[]): Recorder;
  /** Oldest first. */
  list(): ApplyRecord[];
  /** Notes that these applies were undone, as far as these addresses are concerned. @param by the record that did it */
  undone(ids: readonly string[], addresses: readonly string[], by?: string): void;
  /** What stands where records should and is none: the beginning of one that was cut short, before anything was written. */
  unreadable(): string[];
}

const FORMAT_VERSION = 1;

type Line =
  | { formatVersion: number; org: string; does: Recorded; images: readonly BeforeImage[] }
  | { address: string; outcome: Outcome | 'begun' }
  | { address: string; id: string; before?: string | undefined }
  | Undone;

/** Records that last as long as the process: for orgs that do, too. */
export function memoryRecords(now?: () => number): Records {
  const files = new Map<string, string[]>();
  return recordsOver(
    {
      ids: () => [...files.keys()],
      read: (id) => files.get(id) ?? [],
      nameOf: (id) => id,
      append: (id, line) => files.set(id, [...(files.get(id) ?? []), line]),
    },
    'memory',
    now,
  );
}

/**
 * Records in a folder, a file for each apply, readable by this user only.
 * @param org what tells this org from others: its URL, or where an embedded one is kept
 */
export function fileRecords(folder: string, org: string, now?: () => number): Records {
  const own = join(folder, createHash('sha256').update(org).digest('hex').slice(0, 16));
  const fileOf = (id: string) => join(own, `${id}.jsonl`);
  return recordsOver(
    {
      ids: () => namesIn(own).flatMap((name) => (name.endsWith('.jsonl') ? name.slice(0, -'.jsonl'.length) : [])),
      read: (id) => readFileSync(fileOf(id), 'utf8').split('\n'),
      nameOf: fileOf,
      append: (id, line) => {
        mkdirSync(own, { recursive: true, mode: 0o700 });
        // After what a crash or a full disk may have left of a line.
        appendFileSync(fileOf(id), `\n${line}\n`, { mode: 0o600 });
      },
    },
    org,
    now,
  );
}

interface Medium {
  ids(): string[];
  read(id: string): string[];
  /** What people know it by. */
  nameOf(id: string): string;
  append(id: string, line: string): void;
}

function recordsOver(medium: Medium, org: string, now: () => number = Date.now): Records {
  const append = (id: string, line: Line) => medium.append(id, JSON.stringify(line));
  return {
    begin: (does, images) => {
      const id = freeId(medium.ids(), now());
      append(id, { formatVersion: FORMAT_VERSION, org, does, images });
      return {
        id,
        note: (address, outcome) => append(id, { address, outcome }),
        made: (address, made, before) => append(id, { address, id: made, before }),
      };
    },
    list: () =>
      medium
        .ids()
        .sort()
        .flatMap((id) => parseRecord(id, medium.read(id)) ?? []),
    unreadable: () =>
      medium
        .ids()
        .filter((id) => !parseRecord(id, medium.read(id)))
        .map((id) => medium.nameOf(id)),
    undone: (ids, addresses, by) => {
      for (const id of ids) append(id, { undone: addresses, by });
    },
  };
}

function freeId(taken: readonly string[], at: number): string {
  const id = new Date(at).toISOString().replaceAll(':', '-');
  return taken.includes(id) ? freeId(taken, at + 1) : id;
}

function parseRecord(id: string, text: readonly string[]): ApplyRecord | undefined {
  const [head, ...lines] = text.flatMap(parseLine);
  if (!head || !('images' in head) || head.formatVersion !== FORMAT_VERSION) return undefined;
  const outcomes = new Map<string, Outcome | 'begun'>();
  const made = new Map<string, { id: string; before?: string | undefined }>();
  const undone: Undone[] = [];
  for (const line of lines) {
    if ('outcome' in line) outcomes.set(line.address, line.outcome);
    else if ('id' in line) made.set(line.address, { id: line.id, before: line.before });
    else if ('undone' in line) undone.push(line);
  }
  return { id, does: head.does, images: head.images, outcomes, made, undone };
}

/** A line that a crash cut short says nothing. */
function parseLine(text: string): Line[] {
  try {
    return text === '' ? [] : [JSON.parse(text) as Line];
  } catch {
    return [];
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * The images of what a record changed, or may have changed, and what was not put back since.
 * @param records all of them: what was put back by one that was itself undone since is as it was
 */
export function changedImages(record: ApplyRecord, records: readonly ApplyRecord[]): BeforeImage[] {
  return record.images.flatMap((image) => {
    const address = addressOf(image.kind, image.key);
    const outcome = record.outcomes.get(causeOf(image));
    if (outcome === undefined || outcome === 'unapplied' || isUndone(record, address, records)) return [];
    const made = record.made.get(address)?.id;
    return [made === undefined ? image : { ...image, made }];
  });
}

function isUndone(record: ApplyRecord, address: string, records: readonly ApplyRecord[]): boolean {
  return record.undone.some(({ undone, by }) => {
    const doer = records.find(({ id }) => id === by);
    return undone.includes(address) && !(doer && isUndone(doer, address, records));
  });
}

/** The ids by which objects that undos created again are known now, by those that they had. */
export function renamedObjects(records: readonly ApplyRecord[]): Map<string, string> {
  return new Map([...returnedObjects(records)].map(([before, { id }]) => [before, id]));
}

/** Objects that undos created again, by the ids that they had; `whole`: with what belonged to them. */
export function returnedObjects(records: readonly ApplyRecord[]): Map<string, { id: string; whole: boolean }> {
  const returned = new Map<string, { id: string; whole: boolean }>();
  for (const { made, outcomes } of records) {
    for (const [address, { id, before }] of made) {
      if (before !== undefined) returned.set(before, { id, whole: outcomes.get(address) === 'applied' });
    }
  }
  // A later undo may have made whole what an earlier one left half done.
  for (const [before, { id }] of returned) {
    const isWhole = records.some(({ images, outcomes }) =>
      images.some((image) => image.id === id && outcomes.get(addressOf(image.kind, image.key)) === 'applied'),
    );
    if (isWhole) returned.set(before, { id, whole: true });
  }
  // What came back may have been deleted and have come back once more.
  for (const [before, first] of returned) {
    let last = first;
    for (let next = returned.get(last.id); next; next = returned.get(next.id)) last = next;
    returned.set(before, last);
  }
  return returned;
}
