/** The live objects of an org as a config could declare them, and which of them it cannot. */
import { diffFields } from '../../engine/diff.ts';
import type { AnyKind, Listed, SetValue } from '../../engine/kind.ts';
import { freshObject } from '../../kinds/fresh.ts';
import { KINDS, type OrgContext, SECTIONS } from '../../kinds/index.ts';
import type { Section } from '../../kinds/section.ts';
import { listed } from '../../kinds/sets.ts';
import { addressFor, addressOf, escapeName } from '../../shared/address.ts';
import { entriesOf, nodeAt, plainEntries } from './entries.ts';

/** One live object. */
export interface Item extends Listed {
  readonly address: string;
  readonly implementation: AnyKind<OrgContext>;
}

/** An object whose declaration would be right. */
export type Declarable = Item & { readonly spec: object };

export interface Settled {
  readonly declarable: readonly Declarable[];
  /** Why an object is not in the config. */
  readonly leftOut: ReadonlyMap<Item, string>;
}

/** Reads all that the kinds know of an org, all kinds at once. */
export async function collect(context: OrgContext, kinds: readonly AnyKind<OrgContext>[] = KINDS): Promise<Item[]> {
  const all = await Promise.all(
    kinds.map(async (implementation) =>
      ((await implementation.list?.(context)) ?? []).map(
        (one): Item => ({ ...one, address: addressFor(one.kind, ...one.names), implementation }),
      ),
    ),
  );
  return all.flat();
}

/**
 * Takes out what no config can declare: objects without words, names that stand for several, what the schema refuses (a
 * name with a line break), and then whatever names any of these. What is left is valid as it stands.
 */
export function settle(items: readonly Item[]): Settled {
  const leftOut = new Map<Item, string>();
  let rest = items.filter(isDeclarable);
  for (const item of items) if (!isDeclarable(item)) leftOut.set(item, item.remarks.join('; '));
  let wrong = ambiguous(items.filter(({ foreign }) => !foreign));
  do {
    for (const [item, reason] of wrong) if (!leftOut.has(item)) leftOut.set(item, reason);
    rest = narrowed(rest.filter((item) => !leftOut.has(item)));
    // What stands in an object that is gone is gone first: the schema is asked about whole entries.
    const bereft = [...dangling(rest), ...unfenced(rest, [...leftOut.keys()])];
    wrong = bereft.length > 0 ? bereft : refusedBySchema(rest);
  } while (wrong.length > 0);
  return { declarable: rest, leftOut };
}

function isDeclarable(item: Item): item is Declarable {
  return item.spec !== undefined;
}

function ambiguous(items: readonly Item[]): [Item, string][] {
  const counts = new Map<string, number>();
  for (const { address } of items) counts.set(address, (counts.get(address) ?? 0) + 1);
  return items
    .filter(({ address }) => (counts.get(address) ?? 0) > 1)
    .map((item) => [item, 'several objects have this name']);
}

function refusedBySchema(items: readonly Declarable[]): [Item, string][] {
  return SECTIONS.flatMap((section: Section) => {
    const entries = entriesOf(section.layout, items);
    if (entries.length === 0) return [];
    const parsed = section.schema.safeParse(plainEntries(section.layout, entries));
    if (parsed.success) return [];
    return parsed.error.issues.map((issue): [Item, string] => {
      const item = nodeAt(entries, issue.path)?.item;
      if (!item) throw new Error(`${section.key}: ${issue.message} at ${issue.path.join('.')}`);
      return [item, `the config has no room for it: ${issue.message}`];
    });
  });
}

/** Lists that only grant do without what cannot be named; the rest of them stays where it is, and is not made elsewhere. */
function narrowed(items: readonly Declarable[]): Declarable[] {
  const addresses = new Set(items.map(({ address }) => address));
  return items.map((item) => {
    const missing = referencesOf(item).filter(
      ({ path, address }) => mayNarrow(item, path.split('.')[0] ?? '') && !addresses.has(address),
    );
    return missing.length === 0 ? item : without(item, missing);
  });
}

const mayNarrow = ({ narrows = [] }: Item, field: string) => narrows.includes(field);

function without(item: Declarable, missing: readonly Named[]): Declarable {
  const gone = new Set(missing.map(({ path }) => path));
  const spec = Object.entries(item.spec).map(([field, value]) => {
    if (!mayNarrow(item, field)) return [field, value];
    return [field, { add: listed(value as SetValue).filter((_, index) => !gone.has(`${field}.${index}`)) }];
  });
  const names = missing.map(({ address }) => address).join(', ');
  return {
    ...item,
    spec: Object.fromEntries(spec),
    remarks: [...item.remarks, `it also names ${names}, which the config cannot`],
  };
}

function dangling(items: readonly Declarable[]): [Item, string][] {
  const addresses = new Set(items.map(({ address }) => address));
  return items.flatMap((item): [Item, string][] => {
    const missing = referencesOf(item).find(({ address }) => !addresses.has(address));
    return missing ? [[item, `it needs ${missing.address}, which is not in the config`]] : [];
  });
}

/**
 * Of rules, the first that matches decides. Without one of them those after it would be for more people, so that a policy
 * which would lack a rule is not declared at all.
 */
function unfenced(items: readonly Declarable[], leftOut: readonly Item[]): [Item, string][] {
  const lacking = leftOut.filter(
    ({ implementation: { order }, dormant }) => order && order.parentStays !== true && !dormant,
  );
  return lacking.flatMap((item): [Item, string][] => {
    const parents = namedBy(item, item.spec ?? {}).filter(({ path }) => path === '');
    const reason = `it would lack its ${JSON.stringify(item.names.at(-1))}, and what comes after would be for more people`;
    return items
      .filter(({ address }) => parents.some((parent) => parent.address === address))
      .map((one) => [one, reason]);
  });
}

/** Something that an object names, and where in its spec. */
interface Named {
  readonly address: string;
  readonly path: string;
}

export function referencesOf(item: Declarable): Named[] {
  return namedBy(item, item.spec);
}

function namedBy({ implementation, names }: Item, spec: object): Named[] {
  const key = names.map(escapeName).join('/');
  return implementation
    .references(spec, key)
    .map((reference) => ({ address: addressOf(reference.kind, reference.key), path: reference.path }));
}

/** The addresses of objects that are just as Okta makes them in a fresh org. */
export function asOktaMakesThem(items: readonly Declarable[]): Set<string> {
  const alike = new Set(items.filter(isAsMade).map(({ address }) => address));
  const changedKinds = new Set(items.filter(({ address }) => !alike.has(address)).map(({ kind }) => kind));
  for (const { address, kind, names } of items) {
    const togetherWith = freshObject(kind, names)?.togetherWith;
    if (togetherWith !== undefined && changedKinds.has(togetherWith)) alike.delete(address);
  }
  return alike;
}

function isAsMade({ kind, names, implementation, spec, remarks }: Declarable): boolean {
  const fresh = freshObject(kind, names);
  if (!fresh) return false;
  const live = spec as Record<string, unknown>;
  return (
    diffFields(implementation.fields, fresh.spec, live).length === 0 &&
    diffFields(implementation.fields, live, fresh.spec).length === 0 &&
    remarks.join('\n') === (fresh.remarks ?? []).join('\n')
  );
}
