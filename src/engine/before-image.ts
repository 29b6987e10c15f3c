/**
 * Before-images: what an object was before a change of ours, as plain JSON that can be kept, and what undoing the change
 * wants, as declared objects that {@link makePlan} plans like any others. An undo puts back only the fields that the change
 * touched, and of a set only the members that it added or took: what others did since stays. Pure.
 */
import { addressOf } from '../shared/address.ts';
import type { FieldChange, Json } from './diff.ts';
import type { Declared, Formerly, Place } from './kind.ts';
import type { Action, PlannedChange } from './plan.ts';

export interface BeforeImage {
  readonly kind: string;
  readonly key: string;
  readonly action: Action;
  /** The object's id before the change; absent for one that the change creates. */
  readonly id?: string;
  /** The natural key and what to put back, in the config's words; for a deleted object all of it. Holds no secrets. */
  readonly spec: Readonly<Record<string, Json>>;
  /** A created object that the org cannot delete: `spec` says how it is left. */
  readonly undeletable?: true;
  /** Its place among its siblings before the change, when that changes. */
  readonly place?: Place;
  /** Of a deleted object: what its kind needs to create it again. */
  readonly image?: unknown;
  /** What cannot be put back, in words. */
  readonly lost: readonly string[];
  /** The address of the change that this one comes with, when the org does it by itself. */
  readonly causedBy?: string;
  /** The id of the object that the change created; told once it is known. */
  readonly made?: string;
}

/** The address of the change whose outcome says whether this came to be. */
export function causeOf(image: BeforeImage): string {
  return image.causedBy ?? addressOf(image.kind, image.key);
}

/** The images of what the org changes by itself along with a change. */
export function sideEffectImages<Context>(change: PlannedChange<Context>): BeforeImage[] {
  const { declared, found, implementation } = change;
  if (change.action === 'delete') return [];
  return (implementation.sideEffects?.(declared, found) ?? []).map(({ kind, key, spec }) => ({
    kind,
    key,
    action: 'update',
    spec: plain(spec),
    lost: [],
    causedBy: change.address,
  }));
}

/** @param image of a deletion: what the kind remembered of the object */
export function beforeImage<Context>(change: PlannedChange<Context>, image?: unknown): BeforeImage {
  const { declared, found, action, implementation: kind, stood } = change;
  const base = { kind: kind.name, key: declared.key, action };
  const names = identity(declared.spec as Readonly<Record<string, Json>>, kind.fields);
  if (action === 'create' || !found) {
    const left = kind.undeletable?.(declared);
    return { ...base, spec: { ...names, ...left }, ...(left && { undeletable: true }), lost: [] };
  }
  const place = stood && { place: stood };
  const lost = kind.lost?.(action === 'update' ? 'update' : 'delete', change.fields) ?? [];
  if (action === 'delete' || action === 'replace') {
    return { ...base, ...place, id: found.live.id, spec: plain(shownFields(found.spec, kind.fields)), image, lost };
  }
  const fields = [...change.fields, ...tiedFields(change.fields, kind.tied ?? [], found.spec)];
  const undone = fields.map((field) => undoField(field, kind.fields, kind.clearable ?? []));
  return {
    ...base,
    ...place,
    id: found.live.id,
    spec: undone.reduce<Record<string, Json>>(
      (spec, { field }) => (field ? withValue(spec, field.path.split('.'), field.value) : spec),
      names,
    ),
    lost: [...lost, ...undone.flatMap((one) => one.lost ?? [])],
  };
}

/** Fields that may change along with those that do, as if they did. */
function tiedFields(changed: readonly FieldChange[], tied: readonly string[], live: object): FieldChange[] {
  const tops = new Set(changed.map(({ path }) => path.split('.')[0] ?? ''));
  if (!tied.some((field) => tops.has(field))) return [];
  return tied
    .filter((field) => !tops.has(field))
    .map((field) => {
      const before = (live as Readonly<Record<string, Json | undefined>>)[field];
      return { path: field, ...(before === undefined ? {} : { before }) };
    });
}

interface UndoneField {
  field?: { path: string; value: Json };
  lost?: string;
}

function undoField(
  { path, before, after, secret }: FieldChange,
  rules: Readonly<Record<string, string>>,
  clearable: readonly string[],
): UndoneField {
  const top = path.split('.')[0] ?? '';
  if (secret) return { lost: `the ${path} that was replaced` };
  if (rules[top] === undefined) return {}; // the position: it is put back by place
  if (rules[top] === 'set') {
    const [was, is] = [asStrings(before), asStrings(after)];
    return { field: { path, value: { add: without(was, is), remove: without(is, was) } } };
  }
  if (before !== undefined) return { field: { path, value: before } };
  return clearable.includes(top) ? { field: { path, value: null } } : { lost: `that ${path} had no value` };
}

/**
 * What undoing several changes of one object wants.
 * @param images of one address, oldest first; the oldest one says what the object was
 * @param returned ids of objects that earlier undos created again, by the ids that they had
 */
export function undoOf(
  images: readonly BeforeImage[],
  returned: ReadonlyMap<string, NonNullable<Formerly['returned']>>,
): Declared | undefined {
  const [oldest, ...newer] = images;
  const newest = images.at(-1);
  if (!oldest || !newest) return undefined;
  const stood = images.find((image) => image.place)?.place;
  const place = stood && { ...stood, behind: (stood.behind && returned.get(stood.behind)?.id) ?? stood.behind };
  const id = oldest.action === 'create' ? undefined : images.find((image) => image.id)?.id;
  const idThen = newest.action === 'create' ? newest.made : newest.id;
  const formerly: Formerly = {
    id,
    now: (idThen && returned.get(idThen)?.id) ?? idThen,
    there: newest.action !== 'delete',
    image: oldest.action === 'create' ? undefined : images.find((image) => image.action === 'delete')?.image,
    returned: id === undefined ? undefined : returned.get(id),
    changedBefore: oldest.action === 'update',
    place,
  };
  const leaves = oldest.action === 'create' && !oldest.undeletable;
  return {
    address: addressOf(oldest.kind, oldest.key),
    kind: oldest.kind,
    key: oldest.key,
    path: [],
    position: place?.priority ?? 0,
    ensure: leaves ? 'absent' : 'present',
    spec:
      oldest.action === 'update'
        ? newer.reduce<Readonly<Record<string, Json>>>((older, image) => under(older, image), oldest.spec)
        : oldest.spec,
    formerly,
  };
}

/** The older undo laid over a newer one: the newer is done first, so the older has the last word. */
function under(older: Readonly<Record<string, Json>>, newer: BeforeImage): Readonly<Record<string, Json>> {
  if (newer.action === 'create') return older;
  const fields = { ...newer.spec };
  for (const [field, value] of Object.entries(older)) fields[field] = laidOver(value, fields[field]);
  return fields;
}

function laidOver(older: Json, newer: Json | undefined): Json {
  if (!isObject(older) || !isObject(newer)) return older;
  if ('add' in older && 'add' in newer) {
    const [add, remove] = [asStrings(older.add), asStrings(older.remove)];
    return {
      add: [...add, ...without(asStrings(newer.add), [...remove, ...add])],
      remove: [...remove, ...without(asStrings(newer.remove), [...add, ...remove])],
    };
  }
  const members: Record<string, Json> = { ...newer };
  for (const [member, value] of Object.entries(older)) members[member] = laidOver(value, members[member]);
  return members;
}

function withValue(object: Readonly<Record<string, Json>>, path: readonly string[], value: Json): Record<string, Json> {
  const [head = '', ...rest] = path;
  if (rest.length === 0) return { ...object, [head]: value };
  const inner = object[head];
  return { ...object, [head]: withValue(isObject(inner) ? inner : {}, rest, value) };
}

function identity(
  spec: Readonly<Record<string, Json>>,
  rules: Readonly<Record<string, string>>,
): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(spec).filter(([field]) => rules[field] === 'identity'));
}

function shownFields(spec: object, rules: Readonly<Record<string, string>>): object {
  return Object.fromEntries(Object.entries(spec).filter(([field]) => rules[field] !== 'hidden'));
}

/** As it will be read back from a file. */
function plain(spec: object): Record<string, Json> {
  return JSON.parse(JSON.stringify(spec)) as Record<string, Json>;
}

function asStrings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function without(list: readonly string[], taken: readonly string[]): string[] {
  return list.filter((item) => !taken.includes(item));
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
