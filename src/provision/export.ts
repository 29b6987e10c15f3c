/**
 * A config of a live org: what a plan on it would leave as it is, and what makes the same of a fresh org. What the config
 * has no words for is told in comments, and left out of the data wherever writing it back would make something else.
 */
import type { AnyKind } from '../engine/kind.ts';
import { KINDS, type OrgContext, SECTIONS } from '../kinds/index.ts';
import type { Layout, Section } from '../kinds/section.ts';
import type { OktaApi } from '../okta/api.ts';
import { escapeName } from '../shared/address.ts';
import { readBeyond } from './export/beyond.ts';
import { type ExportedSection, type LeftOut, renderConfig } from './export/document.ts';
import { byNameAlone, type EntryNode, entriesOf, kindsOf, nodeOf } from './export/entries.ts';
import { asOktaMakesThem, collect, type Declarable, type Item, referencesOf, settle } from './export/items.ts';
import { assertIdentityEngine, createContext } from './index.ts';
import { memoryLedger } from './ledger.ts';

export interface ExportOptions {
  api: OktaApi;
  /** Also what is as Okta makes it in a fresh org. */
  all?: boolean;
  /** Also users, with their phone numbers: personal data. */
  users?: boolean;
}

/** Something that the config does not say, and why. */
export interface Remark {
  readonly address: string;
  readonly text: string;
}

export interface ExportedConfig {
  /** The config as YAML, comments included. */
  readonly text: string;
  /** The same as data, strings written as the YAML writes them (`$${` for `${`). */
  readonly config: Readonly<Record<string, unknown>>;
  /** How many objects the config declares. */
  readonly objects: number;
  /** Objects that are not in the config. */
  readonly leftOut: readonly Remark[];
  /** Objects that are in it, but not all that the org says of them. */
  readonly remarks: readonly Remark[];
}

/**
 * Reads an org and puts it into the words of the config. Sends no write.
 * @throws ManagementApiError, OrgUnreachableError when a read fails: half an org is no config
 * @throws OrgproofError `classic-engine` for an org that does not run Identity Engine
 */
export async function exportOrg(options: ExportOptions): Promise<ExportedConfig> {
  const context = createContext({ api: options.api, ledger: memoryLedger() });
  await assertIdentityEngine(context);
  const [items, beyond] = await Promise.all([collect(context, kindsToRead(options)), readBeyond(options.api)]);
  const { declarable, leftOut } = settle(items);
  const shown = new Selection(declarable, options.all ?? false);
  const sections = SECTIONS.map(({ key, layout, secrets = [] }: Section): ExportedSection => {
    const entries = shown.of(entriesOf(layout, declarable));
    return { key, layout, secrets, entries, leftOut: leftOutOf(layout, entries, leftOut) };
  });
  const { text, config } = renderConfig(sections, { beyond, users: options.users ?? false });
  return {
    text,
    config,
    objects: declarable.filter((item) => shown.has(item)).length,
    leftOut: [...leftOut].map(([item, reason]) => ({ address: item.address, text: reason })),
    remarks: declarable
      .filter((item) => shown.has(item))
      .flatMap(({ address, remarks }) => remarks.map((text) => ({ address, text }))),
  };
}

function kindsToRead({ users }: ExportOptions): readonly AnyKind<OrgContext>[] {
  return KINDS.filter((kind) => users || kind.name !== 'user');
}

/** What stands in the config: in full, or by its name alone because something else refers to it. */
class Selection {
  readonly #full: ReadonlySet<string>;
  readonly #named: ReadonlySet<string>;

  constructor(items: readonly Declarable[], all: boolean) {
    const hidden = all ? new Set<string>() : asOktaMakesThem(items);
    const full = items.filter(({ address }) => !hidden.has(address));
    this.#full = new Set(full.map(({ address }) => address));
    this.#named = new Set(full.flatMap(referencesOf).map(({ address }) => address));
  }

  has({ address }: Pick<Item, 'address'>): boolean {
    return this.#full.has(address);
  }

  /** The entries to write. The order of some is their priority: where one of those is told, all are, to tell its place. */
  of(entries: readonly EntryNode[]): EntryNode[] {
    const kept = entries.map((entry) => this.#one(entry));
    const ordered = entries.some(({ item }) => item?.implementation.order !== undefined);
    if (!ordered || kept.every((entry) => entry === undefined)) return kept.filter((entry) => entry !== undefined);
    return entries.map((entry, index) => kept[index] ?? byNameAlone(entry));
  }

  #one(entry: EntryNode): EntryNode | undefined {
    const nested = entry.nested.map((list) => ({ ...list, entries: this.of(list.entries) }));
    if (entry.item && this.has(entry.item)) return { ...entry, nested };
    const named = entry.item !== undefined && this.#named.has(entry.item.address);
    return named || nested.some(({ entries }) => entries.length > 0) ? byNameAlone(entry, nested) : undefined;
  }
}

/** What is told of objects that are not declared, at the entry they would stand in; else at the head of the section. */
function leftOutOf(layout: Layout, entries: readonly EntryNode[], leftOut: ReadonlyMap<Item, string>) {
  const kinds = kindsOf(layout);
  const gone = new Set(
    [...leftOut.keys()].filter(({ kind }) => kinds.includes(kind)).map(({ names }) => joined(names)),
  );
  const placed = new Map<EntryNode | undefined, LeftOut[]>();
  for (const [item, reason] of leftOut) {
    const parents = item.names.slice(0, -1);
    // Of what stands in an object that is left out, all is said with that object.
    if (!kinds.includes(item.kind) || gone.has(joined(parents))) continue;
    const entry = parents.length > 0 ? nodeOf(entries, parents, item.kind) : undefined;
    placed.set(entry, [...(placed.get(entry) ?? []), { item, reason }]);
  }
  return (entry: EntryNode | undefined) => placed.get(entry) ?? [];
}

const joined = (names: readonly string[]) => names.map(escapeName).join('/');
