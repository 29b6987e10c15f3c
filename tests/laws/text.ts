/** Config data to YAML in one of the ways people write it, and through the loader. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { type Config, loadConfig } from '../../src/config/load.ts';
import { ENV } from '../support/provision.ts';
import { type ConfigData, PASSWORD } from './repair.ts';

/** How the text is laid out; says nothing about what it means. */
export const layout = fc.record({
  collectionStyle: fc.constantFrom('any', 'block', 'flow'),
  defaultStringType: fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE'),
  // Not folded: the writer of the YAML library loses its place in long names in flow maps.
  lineWidth: fc.constant(0),
  indent: fc.constantFrom(1, 2, 4),
} as const);

type Layout = typeof layout extends fc.Arbitrary<infer L> ? L : never;

export function toYaml(data: ConfigData, how?: Layout): string {
  return stringify(escaped(data), how);
}

const folder = mkdtempSync(join(tmpdir(), 'orgproof-'));

export function load(yaml: string): Config {
  const file = join(folder, 'org.yaml');
  writeFileSync(file, yaml);
  return loadConfig({ paths: [file], env: { ...ENV, ...secretsOf(yaml) } });
}

/** Variables that an export names for secrets that nobody can read. */
function secretsOf(yaml: string): Record<string, string> {
  const names = [...yaml.matchAll(/\$\{env:(HOOK_\w+)\}/g)].map(([, name = '']) => name);
  return Object.fromEntries(names.map((name) => [name, 'anything']));
}

/** Data whose strings mean themselves: `$${` is a literal `${`. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value === PASSWORD ? value : value.replaceAll('${', () => '$${');
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, escaped(inner)]));
}

/** The same data with the keys of every map in another order, drawn from `turns`. */
export function withKeysShuffled<T>(value: T, turns: fc.ContextValue | readonly number[]): T {
  const numbers = turns as readonly number[];
  let at = 0;
  const next = () => numbers[at++ % numbers.length] ?? 0;
  const visit = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(visit);
    if (typeof node !== 'object' || node === null) return node;
    const ranked = Object.entries(node).map(([key, inner]) => ({ key, inner, rank: next() }));
    return Object.fromEntries(ranked.sort((a, b) => a.rank - b.rank).map(({ key, inner }) => [key, visit(inner)]));
  };
  return visit(value) as T;
}
