/**
 * What the engine knows of a kind, and nothing more: how an object is named, what it needs, how it is read and written.
 * The engine sees specs as plain data in the config's own words; only a kind knows Okta's JSON.
 */

import type { FieldChange } from './diff.ts';

/**
 * How a field of a spec is compared and written.
 * - `value`: compared by value; inside an object only the members that the config mentions count.
 * - `set`: a list without order; `{ add: [...] }` asks only that its members be there.
 * - `hidden`: as `value`, but its values may be secrets: that they differ is told, not what they are, and they are not kept.
 * - `writeOnly`: sent when the object is created, never read back, never shown.
 * - `identity`: part of the natural key; never a difference.
 */
export type FieldRule = 'value' | 'set' | 'hidden' | 'writeOnly' | 'identity';

export type FieldRules<Spec extends object> = { readonly [F in FieldOf<Spec>]: FieldRule };

/** The name of a field of a spec; of a spec that is not known, any text. */
export type FieldOf<Spec extends object> = [keyof Spec] extends [never] ? string : keyof Spec & string;

/** A list that is the whole truth, or one that only adds; an undo also takes away what an apply had added. */
export type SetValue =
  | readonly string[]
  | { readonly add: readonly string[]; readonly remove?: readonly string[] | undefined };

/** Where an object stood among its siblings: behind which one (by id; null for the first), and with which priority. */
export interface Place {
  readonly behind: string | null;
  readonly priority: number;
}

/** A part of another object as it was before a change, by the kind and key of that object. */
export interface SideEffect {
  readonly kind: string;
  readonly key: string;
  readonly spec: object;
}

/** What an undo knows of an object. */
export interface Formerly {
  /** Its id before the changes that are taken back; undefined for an object that they created. */
  readonly id?: string | undefined;
  /** Its id after them, as far as it is known. Another object of that name is somebody else's, and is left alone. */
  readonly now?: string | undefined;
  /** Whether it was there after them. */
  readonly there: boolean;
  /** A deleted object as its kind remembered it: what {@link Kind.recreate} makes it of again. */
  readonly image?: unknown;
  /** Its id since an earlier undo created it again. */
  readonly returned?: { readonly id: string; readonly whole: boolean } | undefined;
  /** Whether it was changed before it was deleted: then the undo has more to say than the image. */
  readonly changedBefore: boolean;
  /** Its place among its siblings, when that changed. */
  readonly place?: Place | undefined;
}

/** One object as the config declares it. */
export interface Declared<Spec extends object = object> {
  /** `<kind>/<key>`, unique in a config. */
  readonly address: string;
  readonly kind: string;
  /** The natural key: names, parents first, joined by `/`. */
  readonly key: string;
  readonly spec: Spec;
  readonly ensure: 'present' | 'absent';
  /** Place among its siblings in the list of the config, from 0; what an ordered kind makes its priority of. */
  readonly position: number;
  /** Where the object stands in the config, as a path of keys and indexes; empty in an undo, which no file declares. */
  readonly path: readonly (string | number)[];
  /** Only in an undo. */
  readonly formerly?: Formerly | undefined;
}

/** One object as the org has it, with its spec as the kind's one normaliser sees it. */
export interface Found<Spec extends object = object, Live extends { id: string } = { id: string }> {
  readonly live: Live;
  /** Every field that the kind can read. Values the config has no word for stay as Okta writes them. */
  readonly spec: { readonly [F in keyof Spec]?: unknown };
}

/** One live object as a config would declare it. */
export interface Listed<Spec extends object = object> {
  readonly kind: string;
  /** Its names, parents first: what its key is made of. */
  readonly names: readonly string[];
  /** In the config's words, as complete as they are. Undefined when no declaration of it would be right. */
  readonly spec: Spec | undefined;
  /** What the org says of it and the config cannot, one phrase each; why it has no spec, when it has none. */
  readonly remarks: readonly string[];
  /** It is switched off: leaving it out changes nothing for anybody. */
  readonly dormant?: boolean;
  /** The kind takes it for none of its own, whatever its name: it is told because people look for it here. */
  readonly foreign?: true;
  /** Lists of the spec that may do without a member which no config can name: they then grant less, and nothing else. */
  readonly narrows?: readonly string[];
}

/** Something that a spec names: it must be there first. `path` is where the name stands in the spec. */
export interface Reference {
  readonly kind: string;
  readonly key: string;
  readonly path: string;
}

/** One kind. `Context` is what its reads and writes need from outside; the engine passes it through. */
export interface Kind<Spec extends object, Live extends { id: string }, Context> {
  readonly name: string;
  readonly fields: FieldRules<Spec>;
  /** The key as the org compares it, where that is not letter by letter. */
  folded?(key: string): string;
  /** Names in the spec that must be declared (or built in) and come first. */
  references(spec: Spec, key: string): readonly Reference[];
  /** Further objects of the config that must be written first, by Okta's rules rather than by a name in the spec. */
  after?(own: Declared<Spec>, all: readonly Declared[]): readonly string[];
  /** The live counterparts of the declared objects, by key. A failed read throws; a missing key means absent. */
  read(
    context: Context,
    declared: readonly Declared<Spec>[],
    all: readonly Declared[],
  ): Promise<ReadonlyMap<string, Found<Spec, Live>>>;
  /**
   * Every live object that the kind could stand for, siblings in the order of their priority, else by name; those that no
   * declaration would be right for are in it, too. Through the same normaliser as {@link read}.
   */
  list?(context: Context): Promise<readonly Listed<Spec>[]>;
  /** Present for kinds whose order in the config is a priority in the org. */
  readonly order?: OrderRule<Spec, Live, Context>;
  create(context: Context, declared: Declared<Spec>, priority: number | undefined): Promise<{ id: string }>;
  update(context: Context, change: Update<Spec, Live>): Promise<void>;
  remove(context: Context, found: Found<Spec, Live>, declared: Declared<Spec>): Promise<void>;
  /** What is needed to create a deleted object again, as JSON without secrets; the live object when absent. */
  remember?(context: Context, found: Found<Spec, Live>): Promise<unknown>;
  /** Creates a deleted object again from what was remembered of it, without what belongs to it; else {@link create} does. */
  recreate?(
    context: Context,
    declared: Declared<Spec>,
    image: unknown,
    priority: number | undefined,
  ): Promise<{ id: string }>;
  /** Gives an object that was created again what belonged to it. May be done twice: an undo may have been cut short. */
  restore?(context: Context, declared: Declared<Spec>, image: unknown, id: string): Promise<void>;
  /**
   * What the org does to other objects by itself when this one is changed: what they were before, in the words of their
   * kinds. An undo puts that back, too.
   */
  sideEffects?(declared: Declared<Spec>, found: Found<Spec, Live> | undefined): readonly SideEffect[];
  /** Comes back before what its image names: that names it in turn, and is put right when it comes back itself. */
  readonly comesBackFirst?: true;
  /** How an object that we created is left where the org cannot delete it; an empty spec leaves it to its parent. */
  undeletable?(declared: Pick<Declared<Spec>, 'key'>): Partial<Spec> | undefined;
  /** Fields that `null` empties again: what an undo wants of a field that had no value. */
  readonly clearable?: readonly FieldOf<Spec>[];
  /** Fields that can change along with one of them though the config does not say so; an undo puts back all of them. */
  readonly tied?: readonly FieldOf<Spec>[];
  /** What an undo of a change cannot bring back, in words. @param fields what an update changes */
  lost?(action: 'update' | 'delete', fields: readonly FieldChange[]): readonly string[];
  /** What a change of this object means to people, or why a field is left alone; shown with the plan. */
  notes?(declared: Declared<Spec>, found: Found<Spec, Live> | undefined, context: Context): readonly string[];
  /** Fields of the spec that this run leaves alone although they differ (credentials of users that were there before). */
  leaveAlone?(found: Found<Spec, Live>, context: Context): readonly FieldOf<Spec>[];
  /** Objects of this kind are remembered as ours from the moment we create them or take over their secrets. */
  readonly owned?: true;
  /** Changes that share a lane are written one at a time: Okta refuses or mixes up parallel writes of one sequence. */
  readonly lane?: string;
  /** What of the org's API it writes, and what it reads besides, in the words of OAuth scopes: what `okta.<it>.manage` is about. */
  readonly resources: {
    readonly writes: readonly string[];
    readonly reads?: readonly string[];
    /** What only those specs write that have the field. */
    readonly byField?: { readonly [F in FieldOf<Spec>]?: string };
  };
  /**
   * What the refusals of the org call the fields of a spec, where that is not their name there: by the last part of a name on
   * the wire (`redirect_uris`), or by a part of the path of a request that is for that field alone (`/lifecycle/`).
   */
  readonly wireNames?: Readonly<Record<string, string>>;
  /** How the events that tell of its changes begin in the log of the org; without it nobody asks who changed it. */
  readonly changeEvents?: readonly string[];
  /** Write-only fields that this run sends although the object exists and they cannot be compared. */
  rewrite?(declared: Declared<Spec>, found: Found<Spec, Live>, context: Context): readonly FieldOf<Spec>[];
}

export interface Update<Spec extends object, Live extends { id: string }> {
  readonly declared: Declared<Spec>;
  readonly found: Found<Spec, Live>;
  /** The top-level fields that differ. */
  readonly changed: ReadonlySet<FieldOf<Spec>>;
  /** The new priority when it has to move. */
  readonly priority: number | undefined;
}

export interface OrderRule<Spec extends object, Live extends { id: string }, Context> {
  /** `dense`: 1, 2, 3, others make way (v1 policies and rules). `gapped`: from 0, gaps stay (v2 rules). */
  readonly scheme: 'dense' | 'gapped';
  /** The siblings' parent, `''` when the whole kind is one sequence. */
  parent(declared: Declared<Spec>): string;
  /** Every live sibling of the ordered sequence, system ones left out, with its priority. */
  siblings(context: Context, parent: string): Promise<readonly { id: string; priority: number }[]>;
  /** What the siblings stand in can be declared without one of them: that one is told to be missing, and no more. */
  readonly parentStays?: true;
  /** Whether this object takes part (the system one does not: it is always last). */
  ordered(declared: Declared<Spec>, found: Found<Spec, Live> | undefined): boolean;
}

/**
 * A kind whose type parameters the engine need not know: it hands specs and live objects only to the kind that they came
 * from. Members of {@link Kind} are methods, and so compare both ways.
 */
export type AnyKind<Context> = Kind<object, { id: string }, Context>;
