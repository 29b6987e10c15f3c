/**
 * Which users and apps of an org an apply of ours created, so that a later apply may set their credentials and finish what a crash
 * left half done. An intent is written before the object is created: a crash in between is recognised by the time at which
 * the org says it was made. Holds no secrets.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { OrgproofError } from '../shared/errors.ts';

export interface Ledger {
  /** Written before the object is created. */
  intend(address: string): void;
  /** Written once its id is known, or once the secrets of an object that was there are ours. */
  own(address: string, id: string): void;
  /** The intent came to nothing: the org refused. */
  withdraw(address: string): void;
  owns(address: string, live: { id: string; created: string }): boolean;
}

interface Entry {
  intendedAt: string;
  id?: string;
}

type Orgs = Record<string, Record<string, Entry>>;

/** The org's clock and ours may differ by this much, milliseconds. */
const CLOCK_SKEW_MS = 60_000;

/** A ledger that lasts as long as the process: for orgs that do, too. */
export function memoryLedger(now: () => number = Date.now): Ledger {
  return ledgerOver({}, () => {}, now);
}

/**
 * A ledger in a JSON file, replaced whole at each entry so that a crash never leaves half of it.
 * @param org what tells this org from others in the file: its URL, or where an embedded one is kept
 * @throws OrgproofError `ledger-damaged`
 */
export function fileLedger(file: string, org: string, now: () => number = Date.now): Ledger {
  const entries = readOrgs(file)[org] ?? {};
  const save = () => {
    // Read again: another apply, to another org, may have written meanwhile.
    const orgs = { ...readOrgs(file), [org]: entries };
    mkdirSync(dirname(file), { recursive: true });
    const draft = `${file}.${process.pid}.tmp`;
    writeFileSync(draft, `${JSON.stringify(orgs, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, file);
  };
  return ledgerOver(entries, save, now);
}

function ledgerOver(entries: Record<string, Entry>, save: () => void, now: () => number): Ledger {
  return {
    // A new intent forgets the id of an earlier object of that name: it is gone, or we would not create one.
    intend: (address) => {
      entries[address] = { intendedAt: new Date(now()).toISOString() };
      save();
    },
    own: (address, id) => {
      entries[address] = { intendedAt: new Date(now()).toISOString(), ...entries[address], id };
      save();
    },
    withdraw: (address) => {
      delete entries[address];
      save();
    },
    owns: (address, live) => {
      const entry = entries[address];
      if (!entry) return false;
      if (entry.id !== undefined) return entry.id === live.id;
      // A crash between intent and id: the user is ours only if it was made at that very time.
      return Math.abs(Date.parse(live.created) - Date.parse(entry.intendedAt)) <= CLOCK_SKEW_MS;
    },
  };
}

function readOrgs(file: string): Orgs {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  const orgs = parsed(text);
  if (orgs === undefined) {
    throw new OrgproofError(`${file} is damaged: it says which users and apps are ours`, {
      code: 'ledger-damaged',
      hint: 'put back a copy, or delete it: then the credentials of users that are there are left alone',
    });
  }
  return orgs;
}

function parsed(text: string): Orgs | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Orgs) : undefined;
  } catch {
    return undefined;
  }
}
