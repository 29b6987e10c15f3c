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
import { OrgproofError } from '../shared/errors.ts';

/** What a record is of. A rollback is recorded as well, but is not itself rolled back. */
export type Recorded = 'apply' | 'destroy' | 'rollback';

export interface ApplyRecord {
  /** When it began, e.g. `2026-11-24T07-39-12.345Z`; sorts by time. */
  readonly id: string;
  readonly does: Recorded;
  readonly images: readonly BeforeImage[];
  /** By address; a change that began and has no outcome was cut short. */
  readonly outcomes: ReadonlyMap<string, Outcome | 'begun'>;
  /** Addresses that were put back since. */
  readonly undone: ReadonlySet<string>;
}

/** One apply while it goes on. */
export interface Recorder {
  readonly id: string;
  note(address: string, outcome: Outcome | 'begun'): void;
}

export interface Records {
  /** Called before the first write. */
  begin(does: Recorded, images: readonly BeforeImage[]): Recorder;
  /** Oldest first. */
  list(): ApplyRecord[];
  /** Notes that these applies were undone, as far as these addresses are concerned. */
  undone(ids: readonly string[], addresses: readonly string[]): void;
}

const FORMAT_VERSION = 1;

type Line =
  | { formatVersion: number; org: string; does: Recorded; images: readonly BeforeImage[] }
  | { address: string; outcome: Outcome | 'begun' }
  | { undone: readonly string[] };

/** Records that last as long as the process: for orgs that do, too. */
export function memoryRecords(now?: () => number): Records {
  const files = new Map<string, string[]>();
  return recordsOver(
    {
      ids: () => [...files.keys()],
      read: (id) => files.get(id) ?? [],
      append: (id, line) => files.set(id, [...(files.get(id) ?? []), line]),
    },
    'memory',
    now,
  );
}

/**
 * Records in a folder, a file for each apply, readable by this user only.
 * @param org what tells this org from others: its URL, or where an embedded one is kept
 * @throws OrgproofError `record-damaged` when a file is no record
 */
export function fileRecords(folder: string, org: string, now?: () => number): Records {
  const own = join(folder, createHash('sha256').update(org).digest('hex').slice(0, 16));
  const fileOf = (id: string) => join(own, `${id}.jsonl`);
  return recordsOver(
    {
      ids: () => namesIn(own).flatMap((name) => (name.endsWith('.jsonl') ? name.slice(0, -'.jsonl'.length) : [])),
      read: (id) => readFileSync(fileOf(id), 'utf8').split('\n'),
      append: (id, line) => {
        mkdirSync(own, { recursive: true, mode: 0o700 });
        appendFileSync(fileOf(id), `${line}\n`, { mode: 0o600 });
      },
    },
    org,
    now,
  );
}

interface Medium {
  ids(): string[];
  read(id: string): string[];
  append(id: string, line: string): void;
}

function recordsOver(medium: Medium, org: string, now: () => number = Date.now): Records {
  const append = (id: string, line: Line) => medium.append(id, JSON.stringify(line));
  return {
    begin: (does, images) => {
      const id = freeId(medium.ids(), now());
      append(id, { formatVersion: FORMAT_VERSION, org, does, images });
      return { id, note: (address, outcome) => append(id, { address, outcome }) };
    },
    list: () =>
      medium
        .ids()
        .sort()
        .map((id) => parseRecord(id, medium.read(id))),
    undone: (ids, addresses) => {
      for (const id of ids) append(id, { undone: addresses });
    },
  };
}

function freeId(taken: readonly string[], at: number): string {
  const id = new Date(at).toISOString().replaceAll(':', '-');
  return taken.includes(id) ? freeId(taken, at + 1) : id;
}

function parseRecord(id: string, text: readonly string[]): ApplyRecord {
  const [head, ...lines] = text.flatMap(parseLine);
  if (!head || !('images' in head) || head.formatVersion !== FORMAT_VERSION) {
    throw new OrgproofError(`the record of the apply ${id} is damaged, or of another version of orgproof`, {
      code: 'record-damaged',
      hint: 'move its file away to go on without it: then that apply cannot be rolled back',
    });
  }
  const outcomes = new Map<string, Outcome | 'begun'>();
  const undone = new Set<string>();
  for (const line of lines) {
    if ('address' in line) outcomes.set(line.address, line.outcome);
    else if ('undone' in line) for (const address of line.undone) undone.add(address);
  }
  return { id, does: head.does, images: head.images, outcomes, undone };
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

/** The images of what was changed, or may have been, and was not put back since. */
export function changedImages(record: ApplyRecord): BeforeImage[] {
  return record.images.filter((image) => {
    const outcome = record.outcomes.get(causeOf(image));
    const isUndone = record.undone.has(addressOf(image.kind, image.key));
    return outcome !== undefined && outcome !== 'unapplied' && !isUndone;
  });
}
