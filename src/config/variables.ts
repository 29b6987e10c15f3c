/** `${env:NAME}`, `${env:NAME:-default}`, `${var:NAME}` and `${file:PATH}` in any string of the config. */
import { OrgproofError, type SourcePlace } from '../shared/errors.ts';
import { nearest } from '../shared/nearest.ts';
import type { Problem } from './problems.ts';
import type { Tree } from './tree.ts';

export interface VariableSources {
  env: Readonly<Record<string, string | undefined>>;
  /** `--var k=v` */
  vars: Readonly<Record<string, string>>;
  /** Reads a file named relative to the config file that names it; throws when it cannot. */
  readFile(path: string, from: string): string;
}

/** `$${` stands for a literal `${`. */
const REFERENCE = /\$\$\{|\$\{(?:(env|var|file):)?([^}]*)(\}|$)/g;

/** A copy of the tree with every variable in its strings replaced; problems are added to `problems`. */
export function interpolate(node: Tree, sources: VariableSources, problems: Problem[]): Tree {
  if (node.type === 'list') return { ...node, items: node.items.map((item) => interpolate(item, sources, problems)) };
  if (node.type === 'map') {
    const entries = [...node.entries].map(
      ([name, entry]) => [name, { ...entry, node: interpolate(entry.node, sources, problems) }] as const,
    );
    return { ...node, entries: new Map(entries) };
  }
  if (typeof node.value !== 'string' || !node.value.includes('${')) return node;
  const value = node.value.replace(REFERENCE, (whole: string, kind?: string, rest?: string, end?: string) => {
    if (whole === '$${') return '${';
    const resolved = end === '' ? UNCLOSED : resolve(kind, rest ?? '', node.place, sources);
    if (typeof resolved === 'string') return resolved;
    problems.push({ ...resolved, place: node.place });
    return '';
  });
  return { ...node, value };
}

const UNCLOSED = { message: 'a ${ without its }', hint: '$${ stands for a literal ${' };

function resolve(
  kind: string | undefined,
  text: string,
  place: SourcePlace,
  sources: VariableSources,
): string | { message: string; hint: string } {
  const [, name = '', fallback] = /^(.*?)(?::-(.*))?$/s.exec(text) ?? [];
  if (kind !== undefined && name === '')
    return { message: `\${${kind}:} names nothing`, hint: `write \${${kind}:NAME}` };
  switch (kind) {
    case 'env':
      return sources.env[name] ?? fallback ?? undefinedVariable(name);
    case 'var':
      return sources.vars[name] ?? fallback ?? undefinedVar(name, Object.keys(sources.vars));
    case 'file':
      try {
        return sources.readFile(text, place.file).replace(/\r?\n$/, '');
      } catch (error) {
        const reason = error instanceof OrgproofError ? error.message : (error as NodeJS.ErrnoException).code;
        return {
          message: `the file ${text} cannot be read (${reason})`,
          hint: 'paths are relative to the config file',
        };
      }
    default:
      return {
        message: `\${${text}} says neither env:, var: nor file:`,
        hint: `write \${env:NAME}, \${env:NAME:-default}, \${var:NAME} or \${file:PATH}; $\${ stands for a literal \${`,
      };
  }
}

function undefinedVariable(name: string) {
  return {
    message: `the environment variable ${name} is not set`,
    hint: `set it, or give a default: \${env:${name}:-...}`,
  };
}

function undefinedVar(name: string, known: readonly string[]) {
  const near = nearest(name, known);
  return {
    message: `the variable ${name} is not given`,
    hint: near === undefined ? `pass --var ${name}=VALUE` : `did you mean ${near}?`,
  };
}
