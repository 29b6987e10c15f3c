/**
 * The one plan value: `plan` prints it, `apply` executes it. Made from the declared objects and what each kind reads;
 * nothing here writes.
 */
import { diffFields, type FieldChange } from './diff.ts';
import type { AnyKind, Declared, Formerly, Found, OrderRule, Place } from './kind.ts';
import { arrangePriorities, placeOf, restorePlaces, type Sibling } from './priority.ts';
import { WriteOrder } from './write-order.ts';

/** `replace`: deleted, and created again from what was remembered of the one before. Only an undo does it. */
export type Action = 'create' | 'update' | 'replace' | 'delete';

/** One step of a plan as people and programs see it: no ids, no secrets. */
export interface Change {
  readonly address: string;
  readonly kind: string;
  readonly action: Action;
  readonly fields: readonly FieldChange[];
}

/** A change with what is needed to carry it out. */
export interface PlannedChange<Context> extends Change {
  readonly declared: Declared;
  readonly found: Found | undefined;
  readonly priority: number | undefined;
  /** Where the object stands now among its siblings, when the change moves or deletes it. */
  readonly stood: Place | undefined;
  readonly implementation: AnyKind<Context>;
  /** Addresses of changes in this plan that must be done first. */
  readonly needs: readonly string[];
}

export interface Plan<Context> {
  readonly org: string;
  /** In the order of writing. */
  readonly changes: readonly PlannedChange<Context>[];
  /** How many declared objects are as they should be. */
  readonly unchanged: number;
  /** What it was made for, the objects that are as they should be included. */
  readonly declared: readonly Declared[];
  /** Ids of the objects that are there, by address. */
  readonly ids: ReadonlyMap<string, string>;
  /** It undoes earlier changes; no config declares what it wants. */
  readonly undo: boolean;
  /** What a person should know before saying yes, by address. */
  readonly notes: readonly { address: string; text: string }[];
}

export interface PlanInput<Context> {
  org: string;
  declared: readonly Declared[];
  /** Each names only objects of kinds that stand before it. */
  kinds: readonly AnyKind<Context>[];
  context: Context;
  /** The declared objects undo earlier changes: what was moved goes back to its place, what was not stays where it is. */
  undo?: boolean;
}

/** Reads what the declared objects need, all kinds at once, and works out what differs. */
export async function makePlan<Context>(input: PlanInput<Context>): Promise<Plan<Context>> {
  const { declared, kinds, context } = input;
  const found = new Map<string, Found>();
  const arrangement: Arrangement = { priorities: new Map(), places: new Map() };
  await Promise.all(
    kinds.map(async (kind) => {
      const own = declared.filter((object) => object.kind === kind.name);
      if (own.length === 0) return;
      const byKey = await kind.read(context, own, declared);
      for (const object of own) {
        const live = byKey.get(object.key);
        if (live) found.set(object.address, live);
      }
      if (kind.order) await arrange(kind.order, { ...input, declared: own }, byKey, arrangement);
    }),
  );
  const kindOf = new Map(kinds.map((kind) => [kind.name, kind]));
  const order = new WriteOrder(declared, kindOf, found);
  const changes: PlannedChange<Context>[] = [];
  const notes: { address: string; text: string }[] = [];
  for (const object of order.objects()) {
    const kind = kindOf.get(object.kind);
    if (!kind) throw new Error(`no kind ${object.kind}`);
    const live = found.get(object.address);
    const obstacle = object.formerly && obstacleTo(object.ensure, object.formerly, live?.live.id);
    if (obstacle !== undefined) {
      notes.push({ address: object.address, text: obstacle });
      continue;
    }
    for (const text of kind.notes?.(object, live, context) ?? []) notes.push({ address: object.address, text });
    const change = changeOf(object, live, kind, arrangement, context);
    if (change) changes.push({ ...change, needs: order.needs(object) });
  }
  const unchanged = declared.length - changes.length;
  const ids = new Map([...found].map(([address, { live }]) => [address, live.id]));
  return { org: input.org, declared, ids, changes, unchanged, notes, undo: input.undo ?? false };
}

/** The plan as a document for programs (`--json`) and for `--out`. */
export function publicChange(change: Change): Change {
  return { address: change.address, kind: change.kind, action: change.action, fields: change.fields };
}

function changeOf<Context>(
  object: Declared,
  live: Found | undefined,
  kind: AnyKind<Context>,
  { priorities, places }: Arrangement,
  context: Context,
): Omit<PlannedChange<Context>, 'needs'> | undefined {
  const priority = priorities.get(object.address);
  const gone = object.ensure === 'absent';
  const base = {
    address: object.address,
    kind: kind.name,
    declared: object,
    found: live,
    priority,
    stood: live && (gone || priority !== undefined) ? places.get(object.address) : undefined,
    implementation: kind,
  };
  if (gone) return live ? { ...base, action: 'delete', fields: [] } : undefined;
  const returning = live && object.formerly && returnOf(object.formerly, live.live.id);
  if (returning === 'replace') return { ...base, action: 'replace', fields: [] };
  if (returning === 'restore') return { ...base, action: 'update', fields: [{ path: RESTORED, after: true }] };
  if (returning === 'done') return undefined;
  const left = new Set((live && kind.leaveAlone?.(live, context)) ?? []);
  const fields = diffFields(kind.fields, object.spec as Record<string, unknown>, live?.spec as never).filter(
    (field) => !left.has(field.path.split('.')[0] ?? ''),
  );
  if (!live) return { ...base, action: 'create', fields };
  const moved = priority === undefined ? [] : [{ path: 'position', after: object.position + 1 }];
  const rewritten = (kind.rewrite?.(object, live, context) ?? []).map((path) => ({ path, secret: true as const }));
  const all = [...fields, ...rewritten, ...moved];
  return all.length === 0 ? undefined : { ...base, action: 'update', fields: all };
}

/** The field of a change that gives an object what belonged to it before it was deleted. */
export const RESTORED = 'restored';

/** Why an undo leaves an object alone; undefined when there is no reason to. */
function obstacleTo(
  ensure: Declared['ensure'],
  { there, now, returned, image }: Formerly,
  id: string | undefined,
): string | undefined {
  if (id === undefined) {
    if (ensure === 'absent' || image !== undefined) return undefined;
    return 'is gone by now: left alone';
  }
  const ours = id === returned?.id || (there && (now === undefined || id === now));
  return ours ? undefined : 'another object has this name by now: left alone';
}

/**
 * What an undo of a deletion does to a live object: it came back by an earlier undo, whole or not, or a later change of
 * ours made another one in its place. Undefined: as to any object.
 */
function returnOf(
  { id, image, returned, there, changedBefore }: Formerly,
  live: string,
): 'replace' | 'restore' | 'done' | undefined {
  if (image === undefined) return undefined;
  if (live !== returned?.id) return there && live !== id ? 'replace' : undefined;
  if (!returned.whole) return 'restore';
  return changedBefore ? undefined : 'done';
}

/** By address: the priorities to write, and where ordered objects stand now. */
interface Arrangement {
  priorities: Map<string, number>;
  places: Map<string, Place>;
}

/** Works out the priorities of one kind's objects, one sequence of siblings after the other. */
async function arrange<Context>(
  rule: OrderRule<object, { id: string }, Context>,
  { declared, context, undo = false }: PlanInput<Context>,
  byKey: ReadonlyMap<string, Found>,
  { priorities, places }: Arrangement,
): Promise<void> {
  const parents = new Map<string, Declared[]>();
  for (const object of declared) {
    if (!rule.ordered(object, byKey.get(object.key))) continue;
    const parent = rule.parent(object);
    parents.set(parent, [...(parents.get(parent) ?? []), object]);
  }
  await Promise.all(
    [...parents].map(async ([parent, objects]) => {
      const siblings = await rule.siblings(context, parent);
      for (const object of objects) {
        const place = placeOf(byKey.get(object.key)?.live.id, siblings);
        if (place) places.set(object.address, place);
      }
      for (const [address, priority] of (undo ? undoPriorities : listPriorities)(
        rule.scheme,
        siblings,
        objects,
        byKey,
      )) {
        priorities.set(address, priority);
      }
    }),
  );
}

type Priorities = (
  scheme: 'dense' | 'gapped',
  siblings: readonly Sibling[],
  objects: readonly Declared[],
  byKey: ReadonlyMap<string, Found>,
) => ReadonlyMap<string, number>;

/** The order of the config's list as priorities. */
const listPriorities: Priorities = (scheme, siblings, objects, byKey) =>
  arrangePriorities(scheme, siblings, staying(objects, byKey));

/** What an undo writes to put moved objects back. */
const undoPriorities: Priorities = (scheme, siblings, objects, byKey) => {
  const doomed = objects.filter((object) => object.ensure === 'absent').map(({ key }) => byKey.get(key)?.live.id);
  return restorePlaces(scheme, siblings, new Set(doomed), staying(objects, byKey));
};

function staying(objects: readonly Declared[], byKey: ReadonlyMap<string, Found>) {
  return objects
    .filter((object) => object.ensure === 'present')
    .toSorted((a, b) => a.position - b.position)
    .map(({ address, key, formerly }) => ({ key: address, id: byKey.get(key)?.live.id, formerly }));
}
