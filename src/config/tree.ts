/** A config as a tree in which every value knows its place in its file, so that places survive variables and overlays. */
import type { SourcePlace } from '../shared/errors.ts';

export type Tree = ScalarNode | ListNode | MapNode;

export interface ScalarNode {
  type: 'scalar';
  value: unknown;
  place: SourcePlace;
}

export interface ListNode {
  type: 'list';
  items: Tree[];
  place: SourcePlace;
}

export interface MapNode {
  type: 'map';
  entries: Map<string, { node: Tree; keyPlace: SourcePlace }>;
  place: SourcePlace;
}

/**
 * `over` laid on `base`: maps by key, lists of named entries by name, `{ add: [...] }` to the list or the other `add` that it
 * meets, everything else replaced.
 */
export function overlayMap(base: MapNode, over: MapNode): MapNode {
  const entries = new Map(base.entries);
  for (const [name, entry] of over.entries) {
    const before = entries.get(name);
    entries.set(name, before ? { ...entry, node: overlay(before.node, entry.node) } : entry);
  }
  return { type: 'map', entries, place: over.entries.size > 0 ? over.place : base.place };
}

function overlay(base: Tree, over: Tree): Tree {
  const added = addedBy(over);
  if (added && base.type === 'list') return union(base, added);
  if (base.type === 'list' && over.type === 'list') return overlayList(base, over);
  if (base.type !== 'map' || over.type !== 'map') return over;
  const merged = overlayMap(base, over);
  const addedBefore = addedBy(base);
  const entry = over.entries.get('add');
  if (addedBefore && added && entry) merged.entries.set('add', { ...entry, node: union(addedBefore, added) });
  return merged;
}

/** The list of a field that is written `{ add: [...] }`. */
function addedBy(node: Tree): ListNode | undefined {
  const added = node.type === 'map' && node.entries.size === 1 ? node.entries.get('add')?.node : undefined;
  return added?.type === 'list' ? added : undefined;
}

function union(base: ListNode, over: ListNode): ListNode {
  const values = new Set(base.items.map((item) => (item.type === 'scalar' ? item.value : item)));
  const more = over.items.filter((item) => !values.has(item.type === 'scalar' ? item.value : item));
  return { ...over, items: [...base.items, ...more] };
}

/** The order of `over` holds among its entries: what it adds comes before the next one that was there, or last. */
function overlayList(base: ListNode, over: ListNode): ListNode {
  if (![...base.items, ...over.items].every((item) => nameOf(item) !== undefined)) return over;
  const before = new Map<string | undefined, Tree>();
  for (const item of base.items) if (!before.has(nameOf(item))) before.set(nameOf(item), item);
  const groups: Tree[][] = [];
  let group: Tree[] = [];
  const seen = new Set<string | undefined>();
  for (const item of over.items) {
    const name = nameOf(item);
    const there = seen.has(name) ? undefined : before.get(name);
    seen.add(name);
    group.push(there ? overlay(there, item) : item);
    if (there) {
      groups.push(group);
      group = [];
    }
  }
  // The places of those that `over` names, filled again in its order.
  const placed = new Set<string | undefined>();
  const items = base.items.flatMap((item) => {
    const name = nameOf(item);
    if (!seen.has(name) || placed.has(name)) return [item];
    placed.add(name);
    return groups.shift() ?? [];
  });
  return { ...over, items: [...items, ...group] };
}

const NAMING_KEYS = ['name', 'login', 'label'];

function nameOf(node: Tree): string | undefined {
  if (node.type !== 'map') return undefined;
  const named = NAMING_KEYS.map((key) => node.entries.get(key)?.node).find((value) => value?.type === 'scalar');
  return named?.type === 'scalar' ? String(named.value) : undefined;
}

/** The plain value of a tree. */
export function toValue(node: Tree): unknown {
  if (node.type === 'scalar') return node.value;
  if (node.type === 'list') return node.items.map(toValue);
  return Object.fromEntries([...node.entries].map(([name, entry]) => [name, toValue(entry.node)]));
}

/** The plain value at a path; undefined where there is none. */
export function valueAt(root: Tree, path: readonly PropertyKey[]): unknown {
  const at = path.reduce<Tree | undefined>((node, step) => node && memberAt(node, step)?.node, root);
  return at && toValue(at);
}

/** A member of a map or a list; a place in a list is also one in `{ add: [...] }`. */
function memberAt(node: Tree, step: PropertyKey): { node: Tree; keyPlace?: SourcePlace } | undefined {
  const entry = node.type === 'map' ? node.entries.get(String(step)) : undefined;
  if (entry) return entry;
  const list = node.type === 'list' ? node : addedBy(node);
  const item = list?.items[Number(step)];
  return item && { node: item };
}

/** The place of the value at a path, or of the nearest thing around it; `key` asks for the place of its key. */
export function placeAt(root: Tree, path: readonly PropertyKey[], what: 'value' | 'key' = 'value'): SourcePlace {
  let node = root;
  let place = root.place;
  for (const step of path) {
    const next = memberAt(node, step);
    if (!next) return place;
    node = next.node;
    place = (what === 'key' ? next.keyPlace : undefined) ?? node.place;
  }
  return place;
}
