/**
 * The one plan value: `plan` prints it, `apply` executes it. Made from the declared objects and what each kind reads;
 * nothing here writes.
 */
import { diffFields, type FieldChange } from './diff.ts';
import type { AnyKind, Declared, Found } from './kind.ts';
import { sortByNeeds } from './order.ts';
import { arrangePriorities } from './priority.ts';

export type Action = 'create' | 'update' | 'delete';

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
  readonly implementation: AnyKind<Context>;
  /** Addresses of changes in this plan that must be done first. */
  readonly needs: readonly string[];
}

export interface Plan<Context> {
  readonly org: string;
  /** In the order of writing; deletions last. */
  readonly changes: readonly PlannedChange<Context>[];
  /** How many declared objects are as they should be. */
  readonly unchanged: number;
  /** What a person should know before saying yes, by address. */
  readonly notes: readonly { address: string; text: string }[];
}

export interface PlanInput<Context> {
  org: string;
  declared: readonly Declared[];
  kinds: readonly AnyKind<Context>[];
  context: Context;
}

/** Reads what the declared objects need, all kinds at once, and works out what differs. */
export async function makePlan<Context>(input: PlanInput<Context>): Promise<Plan<Context>> {
  const { declared, kinds, context } = input;
  const found = new Map<string, Found>();
  const priorities = new Map<string, number>();
  await Promise.all(
    kinds.map(async (kind) => {
      const own = declared.filter((object) => object.kind === kind.name);
      if (own.length === 0) return;
      const byKey = await kind.read(context, own);
      for (const object of own) {
        const live = byKey.get(object.key);
        if (live) found.set(object.address, live);
      }
      for (const [address, priority] of await priorityWrites(kind, own, byKey, context)) {
        priorities.set(address, priority);
      }
    }),
  );
  const kindOf = new Map(kinds.map((kind) => [kind.name, kind]));
  const changes: PlannedChange<Context>[] = [];
  const notes: { address: string; text: string }[] = [];
  for (const object of inWriteOrder(declared, kindOf)) {
    const kind = kindOf.get(object.kind);
    if (!kind) throw new Error(`no kind ${object.kind}`);
    const live = found.get(object.address);
    for (const text of kind.notes?.(object, live, context) ?? []) notes.push({ address: object.address, text });
    const change = changeOf(object, live, kind, priorities.get(object.address), context);
    if (change) changes.push({ ...change, needs: needsOf(object, kind, declared) });
  }
  return {
    org: input.org,
    changes: [
      ...changes.filter((change) => change.action !== 'delete'),
      ...changes.filter((change) => change.action === 'delete').reverse(),
    ],
    unchanged: declared.length - changes.length,
    notes,
  };
}

/** The plan as a document for programs (`--json`) and for `--out`. */
export function publicChange(change: Change): Change {
  return { address: change.address, kind: change.kind, action: change.action, fields: change.fields };
}

function changeOf<Context>(
  object: Declared,
  live: Found | undefined,
  kind: AnyKind<Context>,
  priority: number | undefined,
  context: Context,
): Omit<PlannedChange<Context>, 'needs'> | undefined {
  const base = {
    address: object.address,
    kind: kind.name,
    declared: object,
    found: live,
    priority,
    implementation: kind,
  };
  if (object.ensure === 'absent') return live ? { ...base, action: 'delete', fields: [] } : undefined;
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

async function priorityWrites<Context>(
  kind: AnyKind<Context>,
  own: readonly Declared[],
  byKey: ReadonlyMap<string, Found>,
  context: Context,
): Promise<[string, number][]> {
  const rule = kind.order;
  if (!rule) return [];
  const parents = new Map<string, Declared[]>();
  for (const object of own) {
    if (object.ensure === 'absent' || !rule.ordered(object, byKey.get(object.key))) continue;
    const parent = rule.parent(object);
    parents.set(parent, [...(parents.get(parent) ?? []), object]);
  }
  const writes = await Promise.all(
    [...parents].map(async ([parent, objects]) => {
      const listed = objects
        .toSorted((a, b) => a.position - b.position)
        .map((object) => ({ key: object.address, id: byKey.get(object.key)?.live.id }));
      return [...arrangePriorities(rule.scheme, await rule.siblings(context, parent), listed)];
    }),
  );
  return writes.flat();
}

function inWriteOrder<Context>(
  declared: readonly Declared[],
  kindOf: ReadonlyMap<string, AnyKind<Context>>,
): Declared[] {
  const byAddress = new Map(declared.map((object) => [object.address, object]));
  const order = sortByNeeds([...byAddress.keys()], (address) => {
    const object = byAddress.get(address);
    const kind = object && kindOf.get(object.kind);
    return object && kind ? needsOf(object, kind, declared) : [];
  });
  return order.flatMap((address) => byAddress.get(address) ?? []);
}

function needsOf<Context>(object: Declared, kind: AnyKind<Context>, all: readonly Declared[]): string[] {
  const named = kind.references(object.spec, object.key).map((reference) => `${reference.kind}/${reference.key}`);
  return [...named, ...(kind.after?.(object, all) ?? [])];
}
