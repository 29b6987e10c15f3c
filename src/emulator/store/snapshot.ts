/** The whole state of an org as one JSON value, and back: for `/_emulator/snapshot` and the state file. */
import { createPrivateKey } from 'node:crypto';
import type { StoredKey } from '../oauth/keys.ts';
import type { Org } from '../org.ts';
import { Collection, Relation, type TableChange } from './collection.ts';
import type { OrgInfo, Store, Watcher } from './store.ts';

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
  // The keys first: what is read after them is of one moment.
  return snapshotWith(org, await org.signingKeys.export());
}

/** The same of this very moment, with keys that were exported just before. */
export function snapshotWith(org: Org, keys: StoredKey[]): Snapshot {
  return { formatVersion: 1, info: org.store.org, settings: { ...org.settings }, ...rowsOf(org.store), keys };
}

/** Makes one change to a table again. @throws when there is no such table, or the row is not what it takes. */
export function applyChange(store: Store, name: string, change: TableChange): void {
  const table = tables(store).find(([one]) => one === name)?.[1];
  if (table === undefined) throw new Error(`no table ${name}`);
  if ('clear' in change) table.clear();
  else if (table instanceof Collection) {
    if ('put' in change) table.put(change.put);
    else if ('delete' in change) table.delete(change.delete);
  } else if ('add' in change) table.add(...change.add);
  else if ('remove' in change) table.remove(...change.remove);
  else if ('removeLeft' in change) table.removeLeft(change.removeLeft);
  else if ('removeRight' in change) table.removeRight(change.removeRight);
}

/**
 * Puts an org back into a state: same ids, secrets and keys. Tables that the snapshot lacks become empty.
 * @throws Error when a row is not what its table takes; the org is then as it was.
 */
export function restoreSnapshot(org: Org, snapshot: Snapshot): void {
  const before = rowsOf(org.store);
  try {
    fillTables(org.store, snapshot);
  } catch (cause) {
    fillTables(org.store, before);
    throw new Error('its rows are damaged', { cause });
  }
  org.store.info = { ...snapshot.info };
  org.settings = { ...org.initialSettings, ...snapshot.settings };
  org.signingKeys.import(snapshot.keys);
  org.store.onChange?.();
}

type Rows = Pick<Snapshot, 'collections' | 'relations'>;

function rowsOf(store: Store): Rows {
  const rows: Rows = { collections: {}, relations: {} };
  for (const [name, table] of tables(store)) {
    if (table instanceof Collection) rows.collections[name] = table.values();
    else rows.relations[name] = table.pairs();
  }
  return rows;
}

function fillTables(store: Store, { collections, relations }: Rows): void {
  for (const [name, table] of tables(store)) {
    table.clear();
    if (table instanceof Collection) for (const row of collections[name] ?? []) table.put(row);
    else for (const [left, right] of relations[name] ?? []) table.add(left, right);
  }
}

const INFO_MEMBERS = [
  'id',
  'name',
  'cell',
  'adminUserId',
  'everyoneGroupId',
  'defaultUserTypeId',
  'signingKid',
] as const satisfies readonly (keyof OrgInfo)[];

/**
 * Reads a parsed JSON value as a snapshot. Rows are checked for their id only: what is in them only we write.
 * @returns the snapshot, or in words why it is none.
 */
export function readSnapshot(value: unknown): Snapshot | string {
  if (!isObject(value) || !('formatVersion' in value)) return 'it is no snapshot of an emulator';
  const { formatVersion, info, settings = {}, collections, relations, keys } = value as Partial<Snapshot>;
  if (formatVersion !== 1) return `its formatVersion is ${String(formatVersion)}, this version reads 1`;
  if (!isObject(info) || !INFO_MEMBERS.every((name) => typeof info[name] === 'string')) return 'its info is incomplete';
  if (!isObject(settings)) return 'its settings are no object';
  if (!isObject(collections) || !Object.values(collections).every(isRows)) return 'its collections are damaged';
  if (!isObject(relations) || !Object.values(relations).every(isPairs)) return 'its relations are damaged';
  if (!Array.isArray(keys) || !keys.every(isKey)) return 'its keys are damaged';
  return { formatVersion, info, settings, collections, relations, keys };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRows(rows: unknown): boolean {
  return Array.isArray(rows) && rows.every((row) => isObject(row) && typeof row.id === 'string');
}

function isPairs(pairs: unknown): boolean {
  const isText = (part: unknown) => typeof part === 'string';
  return Array.isArray(pairs) && pairs.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isText));
}

function isKey(key: unknown): boolean {
  if (!isObject(key) || typeof key.kid !== 'string' || !isObject(key.jwk)) return false;
  try {
    return createPrivateKey({ key: key.jwk, format: 'jwk' }).type === 'private';
  } catch {
    return false;
  }
}

/**
 * Calls `changed` after each change of any table, and of what else belongs to a snapshot.
 * @returns ends that.
 */
export function watchStore({ store, signingKeys }: Pick<Org, 'store' | 'signingKeys'>, changed: Watcher): () => void {
  const tell: Watcher = (table, change) => {
    for (const watcher of store.watchers) watcher(table, change);
  };
  if (store.watchers.size === 0) {
    store.onChange = () => tell();
    signingKeys.onChange = () => tell();
    for (const [name, table] of tables(store)) table.onChange = (change) => tell(name, change);
  }
  store.watchers.add(changed);
  return () => store.watchers.delete(changed);
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
