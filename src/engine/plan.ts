/**
 * The one plan value: `plan` prints it, `apply` executes it. Made from the declared objects and what each kind reads;
 * nothing here writes.
 */
import { addressOf } from '../shared/address.ts';
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
  /** In the order of writing. */
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
      const byKey = await kind.read(context, own, declared);
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
  const order = new WriteOrder(declared, kindOf, found);
  const changes: PlannedChange<Context>[] = [];
  const notes: { address: string; text: string }[] = [];
  for (const object of order.objects()) {
    const kind = kindOf.get(object.kind);
    if (!kind) throw new Error(`no kind ${object.kind}`);
    const live = found.get(object.address);
    for (const text of kind.notes?.(object, live, context) ?? []) notes.push({ address: object.address, text });
    const change = changeOf(object, live, kind, priorities.get(object.address), context);
    if (change) changes.push({ ...change, needs: order.needs(object) });
  }
  return { org: input.org, changes, unchanged: declared.length - changes.length, notes };
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

/** What must be written before what. */
class WriteOrder<Context> {
  readonly #declared: readonly Declared[];
  readonly #kindOf: ReadonlyMap<string, AnyKind<Context>>;
  readonly #found: ReadonlyMap<string, Found>;
  readonly #needs = new Map<string, readonly string[]>();

  constructor(
    declared: readonly Declared[],
    kindOf: ReadonlyMap<string, AnyKind<Context>>,
    found: ReadonlyMap<string, Found>,
  ) {
    this.#declared = declared;
    this.#kindOf = kindOf;
    this.#found = found;
    for (const object of declared) if (object.ensure === 'present') this.#needs.set(object.address, this.#own(object));
    for (const object of declared)
      if (object.ensure === 'absent') this.#needs.set(object.address, this.#whileThere(object));
  }

  /** Addresses that must be done before this one. */
  needs(object: Declared): readonly string[] {
    return this.#needs.get(object.address) ?? [];
  }

  objects(): Declared[] {
    const byAddress = new Map(this.#declared.map((object) => [object.address, object]));
    const order = sortByNeeds([...byAddress.keys()], (address) => this.#needs.get(address) ?? []);
    return order.flatMap((address) => byAddress.get(address) ?? []);
  }

  /** What an object names, and what Okta's rules put before it. */
  #own(object: Declared): string[] {
    const kind = this.#kindOf.get(object.kind);
    return [...this.#named(object), ...(kind?.after?.(object, this.#declared) ?? [])];
  }

  #named(object: Declared, spec: object = object.spec): string[] {
    const references = this.#kindOf.get(object.kind)?.references(spec, object.key) ?? [];
    return references.map((reference) => addressOf(reference.kind, reference.key));
  }

  /** What an object to be deleted names in the org: its entry need say no more than its name. */
  #namedLive(object: Declared): string[] {
    return this.#named(object, { ...object.spec, ...this.#found.get(object.address)?.spec });
  }

  /** An object goes when nothing can need it any more: after all that stays, and after what names it and goes too. */
  #whileThere(object: Declared): string[] {
    return this.#declared
      .filter((other) =>
        other.ensure === 'present'
          ? !this.#waitsFor(other.address, object.address)
          : this.#namedLive(other).includes(object.address),
      )
      .map((other) => other.address);
  }

  #waitsFor(address: string, awaited: string, seen = new Set<string>()): boolean {
    if (address === awaited) return true;
    if (seen.has(address)) return false;
    seen.add(address);
    return (this.#needs.get(address) ?? []).some((need) => this.#waitsFor(need, awaited, seen));
  }
}
