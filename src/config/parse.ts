/** YAML to a tree, with a place for whatever is wrong. Knows nothing of what the config means. */
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
import { assertReasonable, MAX_DEPTH } from './reasonable.ts';
import { type MapNode, overlayMap, type Tree } from './tree.ts';

/** Values beyond this count come from a YAML bomb. */
const MAX_NODES = 200_000;

/**
 * The tree of one file; later documents overlay earlier ones.
 * @throws ConfigError for YAML that is not well-formed, duplicate keys, aliases that explode, or a top that is no map
 */
export function parseYaml(text: string, file: string): MapNode {
  assertReasonable(text, file);
  const lines = new LineCounter();
  const place = (offset: number): SourcePlace => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  // Excerpts are costly and not shown; keys that stand twice are found here, faster than the parser finds them.
  const options = { lineCounter: lines, uniqueKeys: false, prettyErrors: false };
  const documents = parseDocuments(text, file, options);
  const problems: Problem[] = documents.flatMap((document) =>
    document.errors.map((error) => ({ message: syntaxMessage(error.message), place: place(error.pos[0]) })),
  );
  if (problems.length > 0) throw new ConfigError(problems, { code: 'yaml-invalid' });
  const empty: MapNode = { type: 'map', entries: new Map(), place: { file, line: 1, column: 1 } };
  const trees = documents.flatMap((document) => treeOf(document, place, problems));
  if (problems.length > 0) throw new ConfigError(problems, { code: 'yaml-invalid' });
  return trees.reduce(overlayMap, empty);
}

function parseDocuments(text: string, file: string, options: Parameters<typeof parseAllDocuments>[1]): Document[] {
  try {
    return [...parseAllDocuments(text, options)] as Document[];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // The parser recurses; what exhausts it is nested beyond reason.
    throw new ConfigError([{ message: 'nested too deeply', place: { file, line: 1, column: 1 } }], {
      code: 'yaml-invalid',
    });
  }
}

function treeOf({ contents }: Document, place: Reader['place'], problems: Problem[]): MapNode[] {
  if (contents === null || (isScalar(contents) && contents.value === null)) return [];
  const tree = new Reader(place, problems).read(contents as YamlNode);
  if (tree.type === 'map') return [tree];
  throw new ConfigError([{ message: 'a config is a map of sections such as users: and apps:', place: tree.place }]);
}

/** What exhausts the parser, which recurses, is told as one of its errors. */
function syntaxMessage(message: string): string {
  return message.includes('Maximum call stack') ? 'nested too deeply' : message;
}

class Reader {
  readonly place: (offset: number) => SourcePlace;
  readonly #problems: Problem[];
  /** The node that each anchor names at this point of the document: an anchor may be used again. */
  readonly #anchors = new Map<string, YamlNode>();
  #nodes = 0;
  #depth = 0;
  #aliases = 0;

  constructor(place: Reader['place'], problems: Problem[]) {
    this.place = place;
    this.#problems = problems;
  }

  read(node: YamlNode | null): Tree {
    const place = this.place(node?.range?.[0] ?? 0);
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
    if (isAlias(node)) return this.#target(node, place);
    // What an alias repeats has named its anchors already.
    if (node?.anchor !== undefined && this.#aliases === 0) this.#anchors.set(node.anchor, node);
    if (isSeq(node)) return { type: 'list', items: node.items.map((item) => this.read(item as YamlNode)), place };
    if (isMap(node)) return this.#map(node.items, place);
    return { type: 'scalar', value: isScalar(node) ? node.value : null, place };
  }

  #map(pairs: readonly unknown[], place: SourcePlace): MapNode {
    const own: MapNode['entries'] = new Map();
    const merged: MapNode['entries'] = new Map();
    for (const pair of pairs) {
      if (!isPair(pair)) continue;
      const key = pair.key as YamlNode | null;
      const keyPlace = this.place(key?.range?.[0] ?? 0);
      const name = isScalar(key) ? String(key.value) : '';
      const node = this.read(pair.value as YamlNode | null);
      if (name === '<<') mergeInto(merged, node);
      else if (own.has(name)) this.#problems.push({ message: 'this key stands twice in its map', place: keyPlace });
      else own.set(name, { node, keyPlace });
    }
    // `<<: *base`: keys of the map itself win, wherever they stand.
    return { type: 'map', entries: new Map([...merged, ...own]), place };
  }

  #target(alias: Alias, place: SourcePlace): Tree {
    const target = this.#anchors.get(alias.source);
    if (!target) throw new ConfigError([{ message: `no anchor &${alias.source}`, place }]);
    this.#aliases += 1;
    try {
      return this.read(target);
    } finally {
      this.#aliases -= 1;
    }
  }
}

/** The first of several that are merged wins. */
function mergeInto(entries: MapNode['entries'], source: Tree): void {
  for (const part of source.type === 'list' ? source.items : [source]) {
    if (part.type !== 'map') continue;
    for (const [name, entry] of part.entries) if (!entries.has(name)) entries.set(name, entry);
  }
}
