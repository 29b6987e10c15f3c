/** The whole state of an org as one JSON value, and back: for `/_emulator/snapshot` and the state file. */
import type { StoredKey } from '../oauth/keys.ts';
import type { Org } from '../org.ts';
import { Collection, Relation } from './collection.ts';
import type { OrgInfo, Store } from './store.ts';

export interface Snapshot {
  formatVersion: 1;
  info: OrgInfo;
  settings: Record<string, unknown>;
  /** Rows by the name of their collection in the store. */
  collections: Record<string, { id: string }[]>;
  /** Pairs by the name of their relation in the store. */
  relations: Record<string, [string, string][]>;
  /** Private signing keys, so that tokens from before stay valid. */
  keys: StoredKey[];
}

export async function takeSnapshot(org: Org): Promise<Snapshot> {
  const snapshot: Snapshot = {
    formatVersion: 1,
    info: org.store.org,
    settings: { ...org.settings },
    collections: {},
    relations: {},
    keys: await org.signingKeys.export(),
  };
  for (const [name, table] of tables(org.store)) {
    if (table instanceof Collection) snapshot.collections[name] = table.values();
    else snapshot.relations[name] = table.pairs();
  }
  return snapshot;
}

/** Puts an org back into a state: same ids, secrets and keys. Tables that the snapshot lacks become empty. */
export function restoreSnapshot(org: Org, snapshot: Snapshot): void {
  org.store.info = snapshot.info;
  org.settings = { ...org.initialSettings, ...snapshot.settings };
  for (const [name, table] of tables(org.store)) {
    table.clear();
    if (table instanceof Collection) for (const row of snapshot.collections[name] ?? []) table.put(row);
    else for (const [left, right] of snapshot.relations[name] ?? []) table.add(left, right);
  }
  org.signingKeys.import(snapshot.keys);
  org.store.onChange?.();
}

/** Whether a parsed JSON value has the form of a snapshot. Rows are not looked into: only we write them. */
export function isSnapshot(value: unknown): value is Snapshot {
  if (typeof value !== 'object' || value === null) return false;
  const { formatVersion, info, collections, relations, keys } = value as Partial<Snapshot>;
  return (
    formatVersion === 1 &&
    typeof info === 'object' &&
    typeof collections === 'object' &&
    collections !== null &&
    Object.values(collections).every(Array.isArray) &&
    typeof relations === 'object' &&
    relations !== null &&
    Object.values(relations).every(Array.isArray) &&
    Array.isArray(keys)
  );
}

/** Calls `changed` after each change of any table, and of what else belongs to a snapshot. */
export function watchStore(store: Store, changed: () => void): void {
  store.onChange = changed;
  for (const [, table] of tables(store)) table.onChange = changed;
}

/** Empties every table. */
export function clearStore(store: Store): void {
  for (const [, table] of tables(store)) table.clear();
}

function tables(store: Store): [string, Collection<{ id: string }> | Relation][] {
  return Object.entries(store).filter(
    (entry): entry is [string, Collection<{ id: string }> | Relation] =>
      entry[1] instanceof Collection || entry[1] instanceof Relation,
  );
}
