/**
 * Which users an apply of ours created, per org, so that a later apply may set their credentials and finish what a crash
 * left half done. An intent is written before the user is created: a crash in between is recognised by the time at which
 * the org says the user was made. Holds no secrets.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Ledger {
  /** Written before the object is created. */
  intend(org: string, address: string): void;
  /** Written once its id is known. */
  created(org: string, address: string, id: string): void;
  owns(org: string, address: string, live: { id: string; created: string }): boolean;
}

interface Entry {
  intendedAt: string;
  id?: string;
}

type Entries = Record<string, Record<string, Entry>>;

/** The org's clock and ours may differ by this much, milliseconds. */
const CLOCK_SKEW_MS = 60_000;

/** A ledger that lasts as long as the process: for orgs that do, too. */
export function memoryLedger(now: () => number = Date.now): Ledger {
  return ledgerOver({}, () => {}, now);
}

/** A ledger in a JSON file, replaced whole at each entry so that a crash never leaves half of it. */
export function fileLedger(file: string, now: () => number = Date.now): Ledger {
  return ledgerOver(
    readEntries(file),
    (entries) => {
      mkdirSync(dirname(file), { recursive: true });
      const draft = `${file}.${process.pid}.tmp`;
      writeFileSync(draft, `${JSON.stringify(entries, null, 2)}\n`, { mode: 0o600 });
      renameSync(draft, file);
    },
    now,
  );
}

function ledgerOver(entries: Entries, save: (entries: Entries) => void, now: () => number): Ledger {
  const put = (org: string, address: string, change: Partial<Entry>) => {
    const of = entries[org] ?? {};
    of[address] = { ...(of[address] ?? { intendedAt: new Date(now()).toISOString() }), ...change };
    entries[org] = of;
    save(entries);
  };
  return {
    // A new intent forgets the id of an earlier object of that name: it is gone, or we would not create one.
    intend: (org, address) => {
      delete entries[org]?.[address];
      put(org, address, {});
    },
    created: (org, address, id) => put(org, address, { id }),
    owns: (org, address, live) => {
      const entry = entries[org]?.[address];
      if (!entry) return false;
      if (entry.id !== undefined) return entry.id === live.id;
      // A crash between intent and id: the user is ours only if it was made at that very time.
      return Math.abs(Date.parse(live.created) - Date.parse(entry.intendedAt)) <= CLOCK_SKEW_MS;
    },
  };
}

function readEntries(file: string): Entries {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Entries;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
