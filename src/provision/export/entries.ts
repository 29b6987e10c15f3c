/** Live objects as entries of the config's lists, nested as the sections lay them out. Pure. */
import type { Layout } from '../../kinds/section.ts';
import type { Declarable } from './items.ts';

/** An entry of a list, or of a map by name. */
export interface EntryNode {
  readonly name: string;
  /** Undefined where the entry only holds others. */
  readonly item: Declarable | undefined;
  /** What the entry itself says; nested lists are not in it. */
  readonly members: Readonly<Record<string, unknown>>;
  readonly layout: Layout;
  readonly nested: readonly NestedEntries[];
}

/** A list inside of an entry. */
export interface NestedEntries {
  readonly field: string;
  readonly layout: Layout;
  readonly entries: readonly EntryNode[];
}

/** The entries of a list, in the order of the objects. */
export function entriesOf(layout: Layout, items: readonly Declarable[], parents: readonly string[] = []): EntryNode[] {
  const depth = parents.length;
  const kinds = kindsOf(layout);
  const inside = items.filter(
    ({ kind, names }) => kinds.includes(kind) && parents.every((parent, index) => names[index] === parent),
  );
  const names = new Set(inside.map((item) => item.names[depth] ?? ''));
  return [...names].map((name) => {
    const item = inside.find(({ kind, names }) => kind === layout.kind && names[depth] === name);
    return {
      name,
      item,
      members: { ...naming(layout, name), ...(item && own(layout, item)) },
      layout,
      nested: (layout.nested ?? []).map((nested) => ({
        ...nested,
        entries: entriesOf(nested.layout, inside, [...parents, name]),
      })),
    };
  });
}

/** The kinds of the objects in a section, nested ones too. */
export function kindsOf({ kind, nested = [] }: Layout): string[] {
  return [...(kind === undefined ? [] : [kind]), ...nested.flatMap(({ layout }) => kindsOf(layout))];
}

function naming(layout: Layout, name: string): Record<string, unknown> {
  return layout.naming === undefined ? {} : { [layout.naming]: name };
}

/** In the order in which the kind has its fields. */
function own(layout: Layout, { spec, implementation }: Declarable): Record<string, unknown> {
  const members = layout.entry?.(spec as Record<string, unknown>) ?? { ...spec };
  const order = Object.keys(implementation.fields);
  return Object.fromEntries(Object.entries(members).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)));
}

/** An entry that says no more than its name: the object is there and stays as it is. */
export function byNameAlone(entry: EntryNode, nested: EntryNode['nested'] = []): EntryNode {
  return { ...entry, item: undefined, members: naming(entry.layout, entry.name), nested };
}

/** The entries as plain data: what the section's schema takes. */
export function plainEntries(layout: Layout, entries: readonly EntryNode[]): unknown {
  const plain = entries.map(({ members, nested }) => ({
    ...members,
    ...Object.fromEntries(
      nested
        .filter(({ entries }) => entries.length > 0)
        .map(({ field, layout, entries }) => [field, plainEntries(layout, entries)]),
    ),
  }));
  if (layout.naming !== undefined) return plain;
  return Object.fromEntries(entries.map(({ name }, index) => [name, plain[index]]));
}

/** The innermost entry that a path of keys and indexes leads into. */
export function nodeAt(entries: readonly EntryNode[], path: readonly PropertyKey[]): EntryNode | undefined {
  const [first, field, ...rest] = path;
  const isList = entries[0]?.layout.naming !== undefined;
  const entry = isList ? entries[Number(first)] : entries.find(({ name }) => name === first);
  const nested = entry?.nested.find((list) => list.field === field);
  return nested && rest.length > 0 ? (nodeAt(nested.entries, rest) ?? entry) : entry;
}

/** The entry of these names, parents first, that objects of a kind stand in. */
export function nodeOf(entries: readonly EntryNode[], names: readonly string[], kind: string): EntryNode | undefined {
  const [first, ...rest] = names;
  const entry = entries.find(({ name }) => name === first);
  if (rest.length === 0) return entry;
  const nested = entry?.nested.find(({ layout }) => kindsOf(layout).includes(kind));
  return nested && nodeOf(nested.entries, rest, kind);
}
