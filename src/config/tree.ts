/**
 * YAML as a tree in which every value knows its place in its file, so that places survive variables, several documents
 * and overlays. Knows nothing of what the config means, save the keys that name an entry of a list.
 */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Node as YamlNode,
} from 'yaml';
import type { SourcePlace } from '../shared/errors.ts';
import { ConfigError, type Problem } from './problems.ts';

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

/** Files larger than this are not configs; values beyond this count come from a YAML bomb. */
const MAX_BYTES = 5_000_000;
const MAX_NODES = 200_000;
/** Deeper than any config; an alias to itself, or a bomb. */
const MAX_DEPTH = 100;

/**
 * The tree of one file; later documents overlay earlier ones.
 * @throws ConfigError for YAML that is not well-formed, duplicate keys, aliases that explode, or a top that is no map
 */
export function parseYaml(text: string, file: string): MapNode {
  if (text.length > MAX_BYTES) {
    throw new ConfigError([{ message: `${file} is larger than ${MAX_BYTES / 1e6} MB`, hint: 'split the config' }]);
  }
  const lines = new LineCounter();
  const documents = parseDocuments(text, file, lines);
  const place = (offset: number): SourcePlace => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems: Problem[] = [...documents].flatMap((document) =>
    document.errors.map((error) => ({ message: syntaxMessage(error.message), place: place(error.pos[0]) })),
  );
  if (problems.length > 0) throw new ConfigError(problems, { code: 'yaml-invalid' });
  let merged: MapNode = { type: 'map', entries: new Map(), place: { file, line: 1, column: 1 } };
  for (const document of documents) {
    if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) continue;
    const tree = new Reader(document as Document, place).read(document.contents as YamlNode);
    if (tree.type !== 'map') {
      throw new ConfigError([{ message: 'a config is a map of sections such as users: and apps:', place: tree.place }]);
    }
    merged = overlayMap(merged, tree);
  }
  return merged;
}

/** The first line of the parser's message, without the place that is told beside it and the excerpt below. */
function syntaxMessage(message: string): string {
  const [first = ''] = message.split('\n');
  if (first.includes('Maximum call stack')) return 'nested too deeply';
  if (first.startsWith('Map keys must be unique')) return 'this key stands twice in its map';
  return first.replace(/ at line \d+, column \d+:?$/, '');
}

function parseDocuments(text: string, file: string, lineCounter: LineCounter) {
  try {
    return parseAllDocuments(text, { lineCounter, uniqueKeys: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // The parser recurses; what exhausts it is nested beyond reason.
    throw new ConfigError([{ message: 'nested too deeply', place: { file, line: 1, column: 1 } }], {
      code: 'yaml-invalid',
    });
  }
}

class Reader {
  readonly #document: Document;
  readonly #place: (offset: number) => SourcePlace;
  #nodes = 0;
  #depth = 0;

  constructor(document: Document, place: (offset: number) => SourcePlace) {
    this.#document = document;
    this.#place = place;
  }

  read(node: YamlNode | null): Tree {
    const place = this.#place(node?.range?.[0] ?? 0);
    this.#nodes += 1;
    if (this.#nodes > MAX_NODES) {
      throw new ConfigError([{ message: `more than ${MAX_NODES} values: aliases that multiply?`, place }]);
    }
    if (this.#depth > MAX_DEPTH) {
      throw new ConfigError([{ message: `nested more than ${MAX_DEPTH} deep: an alias to itself?`, place }]);
    }
    this.#depth += 1;
    try {
      return this.#node(node, place);
    } finally {
      this.#depth -= 1;
    }
  }

  #node(node: YamlNode | null, place: SourcePlace): Tree {
    if (isAlias(node)) return this.read(this.#target(node, place));
    if (isSeq(node)) return { type: 'list', items: node.items.map((item) => this.read(item as YamlNode)), place };
    if (isMap(node)) return this.#map(node.items, place);
    return { type: 'scalar', value: isScalar(node) ? node.value : null, place };
  }

  #map(pairs: readonly unknown[], place: SourcePlace): MapNode {
    const entries: MapNode['entries'] = new Map();
    for (const pair of pairs) {
      if (!isPair(pair)) continue;
      const key = pair.key as YamlNode | null;
      const keyPlace = this.#place(key?.range?.[0] ?? 0);
      const name = isScalar(key) ? String(key.value) : '';
      if (name === '<<') this.#mergeInto(entries, pair.value as YamlNode | null);
      else entries.set(name, { node: this.read(pair.value as YamlNode | null), keyPlace });
    }
    return { type: 'map', entries, place };
  }

  /** `<<: *base`: keys of the map itself win, wherever they stand. */
  #mergeInto(entries: MapNode['entries'], value: YamlNode | null): void {
    const source = this.read(value);
    for (const part of source.type === 'list' ? source.items : [source]) {
      if (part.type !== 'map') continue;
      for (const [name, entry] of part.entries) if (!entries.has(name)) entries.set(name, entry);
    }
  }

  #target(alias: Alias, place: SourcePlace): YamlNode | null {
    const target = alias.resolve(this.#document) as YamlNode | undefined;
    if (!target) throw new ConfigError([{ message: `no anchor &${alias.source}`, place }]);
    return target;
  }
}

/** `over` laid on `base`: maps by key, lists of named entries by name, everything else replaced. */
export function overlayMap(base: MapNode, over: MapNode): MapNode {
  const entries = new Map(base.entries);
  for (const [name, entry] of over.entries) {
    const before = entries.get(name);
    entries.set(name, before ? { ...entry, node: overlay(before.node, entry.node) } : entry);
  }
  return { type: 'map', entries, place: over.entries.size > 0 ? over.place : base.place };
}

function overlay(base: Tree, over: Tree): Tree {
  if (base.type === 'map' && over.type === 'map') return overlayMap(base, over);
  if (base.type === 'list' && over.type === 'list') return overlayList(base, over);
  return over;
}

function overlayList(base: ListNode, over: ListNode): ListNode {
  if (![...base.items, ...over.items].every((item) => nameOf(item) !== undefined)) return over;
  const items = [...base.items];
  for (const item of over.items) {
    const index = items.findIndex((candidate) => nameOf(candidate) === nameOf(item));
    const before = items[index];
    if (before) items[index] = overlay(before, item);
    else items.push(item);
  }
  return { ...over, items };
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

function memberAt(node: Tree, step: PropertyKey): { node: Tree; keyPlace?: SourcePlace } | undefined {
  if (node.type === 'map') return node.entries.get(String(step));
  const item = node.type === 'list' ? node.items[Number(step)] : undefined;
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
