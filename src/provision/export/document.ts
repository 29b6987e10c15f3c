/** A config as the text of a YAML file: the data, and in comments what the data cannot say. */
import { Document, isCollection, isScalar, Pair, type Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { Layout } from '../../kinds/section.ts';
import { oneLine } from '../../shared/one-line.ts';
import type { Beyond } from './beyond.ts';
import { type EntryNode, plainEntries } from './entries.ts';
import type { Item } from './items.ts';

export interface LeftOut {
  readonly item: Item;
  readonly reason: string;
}

/** One top-level key with what it holds. */
export interface ExportedSection {
  readonly key: string;
  readonly layout: Layout;
  /** Fields whose values are references to variables, and are written as such. */
  readonly secrets: readonly string[];
  readonly entries: readonly EntryNode[];
  /** What is left out of an entry, or (without one) of the section as a whole. */
  leftOut(entry: EntryNode | undefined): readonly LeftOut[];
}

export interface Surroundings {
  readonly beyond: readonly Beyond[];
  /** Whether users were asked for. */
  readonly users: boolean;
}

/** Version of the config format, as its schema has it. */
const VERSION = 1;

const HEAD = [
  'yaml-language-server: $schema=./schema.json',
  '(for an editor that completes and checks this file: orgproof schema > schema.json)',
];

const WITHOUT_USERS = 'Users are left out: export --users writes them, with their names and phone numbers.';
const ONE_BY_ONE = 'Users who are assigned to an app one by one, and not by a group, have no words in the config.';
const PASSWORDS =
  'Passwords cannot be read. Where a user is to be created with one, write e.g. password: ${env:MARY_PASSWORD}';

/** @returns the text, and the same as data that may be written to a file as it is */
export function renderConfig(
  sections: readonly ExportedSection[],
  around: Surroundings,
): { text: string; config: Record<string, unknown> } {
  const document = new Document(new YAMLMap());
  const map = document.contents as unknown as YAMLMap;
  const writer = new Writer(document);
  map.add(writer.pair('version', VERSION));
  const ends: string[] = [];
  for (const section of sections) {
    const heads = section.leftOut(undefined).map(leftOutLine);
    if (section.entries.length === 0) ends.push(...heads);
    else map.add(writer.section(section, section.key === 'users' ? [PASSWORDS, ...heads] : heads));
  }
  if (map.has('apps')) ends.push(ONE_BY_ONE);
  document.commentBefore = comment(HEAD);
  document.comment = comment([...ends, ...around.beyond.map(beyondLine), ...(around.users ? [] : [WITHOUT_USERS])]);
  const config = Object.fromEntries(
    sections
      .filter(({ entries }) => entries.length > 0)
      .map(({ key, layout, entries, secrets }) => [key, escaped(plainEntries(layout, entries), secrets)]),
  );
  return { text: document.toString({ lineWidth: 0 }), config: { version: VERSION, ...config } };
}

/** Makes nodes of the YAML library. */
class Writer {
  readonly #document: Document;

  constructor(document: Document) {
    this.#document = document;
  }

  section(section: ExportedSection, heads: readonly string[]): Pair {
    const pair = new Pair(this.#key(section.key), this.#entries(section.layout, section.entries, section));
    pair.key.spaceBefore = true;
    pair.key.commentBefore = comment(heads);
    return pair;
  }

  pair(name: string, value: unknown): Pair<Scalar> {
    return new Pair(this.#key(name), this.#value(value));
  }

  #entries(layout: Layout, entries: readonly EntryNode[], section: ExportedSection): YAMLMap | YAMLSeq {
    return layout.naming === undefined ? this.#map(entries, section) : this.#list(entries, section);
  }

  #list(entries: readonly EntryNode[], section: ExportedSection): YAMLSeq {
    const list = new YAMLSeq();
    for (const entry of entries) {
      const node = this.#entry(entry, section);
      node.commentBefore = commentOf(entry, section);
      list.add(node);
    }
    return list;
  }

  #map(entries: readonly EntryNode[], section: ExportedSection): YAMLMap {
    const map = new YAMLMap();
    for (const entry of entries) {
      const key = this.#key(entry.name);
      key.commentBefore = commentOf(entry, section);
      map.add(new Pair(key, this.#value(entry.members)));
    }
    return map;
  }

  #entry({ members, nested }: EntryNode, section: ExportedSection): YAMLMap {
    const map = new YAMLMap();
    for (const [name, value] of Object.entries(members)) {
      const isReference = section.secrets.includes(name);
      map.add(isReference ? new Pair(this.#key(name), this.#document.createNode(value)) : this.pair(name, value));
    }
    for (const { field, layout, entries } of nested) {
      if (entries.length > 0) map.add(new Pair(this.#key(field), this.#entries(layout, entries, section)));
    }
    return map;
  }

  #key(name: string): Scalar {
    return this.#document.createNode(name) as Scalar;
  }

  /** Short lists and maps stand on one line, as people write them. */
  #value(value: unknown): unknown {
    const node = this.#document.createNode(escaped(value));
    if (isCollection(node)) node.flow = JSON.stringify(value).length <= ONE_LINE;
    return isScalar(node) || isCollection(node) ? node : value;
  }
}

/** Longer flow collections are broken by the YAML library itself, a member a line. */
const ONE_LINE = 60;

/** Strings that mean themselves: `$${` is a literal `${`. Those of the fields in `references` do not. */
function escaped(value: unknown, references: readonly string[] = []): unknown {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${');
  if (Array.isArray(value)) return value.map((inner) => escaped(inner, references));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, references.includes(key) ? inner : escaped(inner, references)]),
  );
}

function commentOf(entry: EntryNode, section: ExportedSection): string | null {
  return comment([...(entry.item?.remarks ?? []), ...section.leftOut(entry).map(leftOutLine)]);
}

function leftOutLine({ item, reason }: LeftOut): string {
  const kind = item.kind
    .replaceAll(/([A-Z])/g, ' $1')
    .toLowerCase()
    .replace('sign in', 'sign-in');
  return `left out: ${kind} ${JSON.stringify(item.names.at(-1))}: ${reason}`;
}

function beyondLine({ what, names, refusal }: Beyond): string {
  if (names === undefined) return `${what} could not be read (${refusal})`;
  return `${what} are no part of a config: ${names.map((name) => JSON.stringify(name)).join(', ')}`;
}

/** Names come from the org: none may end the comment and go on as data. */
function comment(lines: readonly string[]): string | null {
  return lines.length === 0 ? null : [...new Set(lines)].map((line) => ` ${oneLine(line)}`).join('\n');
}
