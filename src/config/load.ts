/** YAML files to a validated desired state, with the place of every node. Reads files; prints nothing. */

import { readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Declared, FieldRule } from '../engine/kind.ts';
import { KINDS, SECTIONS } from '../kinds/index.ts';
import { declareSection, type Path, type Section } from '../kinds/section.ts';
import { addressFor } from '../shared/address.ts';
import { EXIT, OrgproofError, type SourcePlace } from '../shared/errors.ts';
import type { Flow } from '../verify/flow.ts';
import { checkConfig } from './checks.ts';
import { problemsOf } from './issues.ts';
import { parseYaml } from './parse.ts';
import { ConfigError, type Problem } from './problems.ts';
import { readText } from './read-text.ts';
import { configSchema } from './schema.ts';
import { type MapNode, overlayMap, placeAt, toValue, valueAt } from './tree.ts';
import { interpolate } from './variables.ts';

export interface Config {
  readonly files: readonly string[];
  /** In the order of the file. */
  readonly declared: readonly Declared[];
  readonly flows: readonly Flow[];
  /** Values of its fields that are secret: never to be shown. */
  readonly secrets: readonly string[];
  /** The place of an object, or of a dotted field path in it; flows go by `flow/<name>`. */
  locate(address: string, path?: string): SourcePlace | undefined;
}

export interface LoadOptions {
  /** Files, or folders whose `*.yaml` and `*.yml` are read in the order of their names. Later ones overlay earlier. */
  paths: readonly string[];
  env?: Readonly<Record<string, string | undefined>>;
  vars?: Readonly<Record<string, string>>;
}

/**
 * Loads, overlays, interpolates and validates a config.
 * @throws ConfigError (exit 5) with every problem found and its place
 */
export function loadConfig(options: LoadOptions): Config {
  const files = options.paths.flatMap(expandPath);
  const written = files.map(readConfigFile).reduce(overlayMap);
  assertSecretsAreReferences(written);
  const root = interpolated(written, options);
  const parsed = configSchema.safeParse(toValue(root));
  if (!parsed.success) {
    // Values are told as they are written: what a variable stands for may be a secret in the wrong place.
    const value = toValue(written);
    throw new ConfigError(
      problemsOf(parsed.error.issues, { root, schema: configSchema, value, secrets: SECRET_FIELDS }),
    );
  }

  const data = parsed.data as Record<string, unknown> & { flows?: Flow[] };
  const declared = SECTIONS.flatMap((section) => {
    const entries = data[section.key];
    return entries === undefined ? [] : declareSection(section, entries);
  });
  const flows = data.flows ?? [];
  const paths = pathsOf(declared, flows);
  const locate: Config['locate'] = (address, path) => {
    const at = paths(address, path);
    return at && placeAt(root, at);
  };
  const config: Config = { files, declared, flows, secrets: secretsOf(declared), locate };
  checkConfig(config, {
    written: (address, path) => valueAt(written, paths(address, path) ?? []),
    placeAt: (path) => placeAt(root, path),
  });
  return config;
}

/** Fields whose values are never repeated. */
const SECRET_FIELDS: ReadonlySet<string> = new Set(
  SECTIONS.flatMap(({ secrets = [], unrepeated = [] }: Section) => [...secrets, ...unrepeated]),
);

/** A secret in the file itself would be in version control, editors and backups. Its value is not repeated here. */
function assertSecretsAreReferences(root: MapNode): void {
  const problems = SECTIONS.flatMap((section: Section): Problem[] => {
    const entries = root.entries.get(section.key)?.node;
    if (entries?.type !== 'list') return [];
    return entries.items.flatMap((entry) =>
      (section.secrets ?? []).flatMap((field) => {
        const node = entry.type === 'map' ? entry.entries.get(field)?.node : undefined;
        const values = node?.type === 'list' ? node.items : node ? [node] : [];
        return values
          .filter((value) => value.type !== 'scalar' || !SECRET_REFERENCE.test(String(value.value)))
          .map(({ place }) => ({
            message: `${field} is a secret and must not stand in the file`,
            place,
            hint: SECRET_HINT,
          }));
      }),
    );
  });
  if (problems.length > 0) throw new ConfigError(problems, { code: 'secret-in-config' });
}

/** One reference and nothing around it; a default would be the secret itself. */
const SECRET_REFERENCE = /^\$\{(env|var|file):(?![^}]*:-)[^}]+\}$/;

const SECRET_HINT = 'write it as ${env:NAME} or ${file:PATH}, without a default';

function interpolated(root: MapNode, options: LoadOptions): MapNode {
  const problems: Problem[] = [];
  const tree = interpolate(
    root,
    {
      env: options.env ?? process.env,
      vars: options.vars ?? {},
      readFile: (path, from) => readText(resolve(dirname(from), path), path),
    },
    problems,
  );
  if (problems.length > 0) throw new ConfigError(problems, { code: 'variable-undefined' });
  return tree as MapNode;
}

/** No key is shorter, in characters. */
const SHORTEST_KEY = 8;

function secretsOf(declared: readonly Declared[]): string[] {
  return declared.flatMap(({ kind, spec }) => {
    const rules: Readonly<Record<string, FieldRule>> = KINDS.find(({ name }) => name === kind)?.fields ?? {};
    return Object.entries(spec).flatMap(([field, value]) => {
      if (rules[field] === 'writeOnly') return textsIn(value);
      // Some of these values are words, such as `true`, which would be masked wherever they stand.
      return rules[field] === 'hidden' ? textsIn(value).filter((text) => text.length >= SHORTEST_KEY) : [];
    });
  });
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Where an object, or a dotted field path in it, stands in the tree. */
function pathsOf(declared: readonly Declared[], flows: readonly Flow[]) {
  const paths = new Map<string, Path>(declared.map((object) => [object.address, object.path]));
  flows.forEach((flow, index) => {
    paths.set(addressFor('flow', flow.name), ['flows', index]);
  });
  return (address: string, path = ''): Path | undefined => {
    const base = paths.get(address);
    return base && [...base, ...path.split('.').filter((step) => step !== '')];
  };
}

function expandPath(path: string): string[] {
  let stats: ReturnType<typeof statSync>;
  try {
    stats = statSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  if (!stats.isDirectory()) return [path];
  const files = readdirSync(path).filter((name) => /\.ya?ml$/.test(name));
  if (files.length === 0) {
    throw new OrgproofError(`${path} holds no .yaml file`, { code: 'config-missing', exitCode: EXIT.usage });
  }
  return files.sort().map((name) => join(path, name));
}

function readConfigFile(path: string): MapNode {
  const shown = shownPath(path);
  try {
    return parseYaml(readText(path, shown), shown);
  } catch (error) {
    throw error instanceof OrgproofError ? error : unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): OrgproofError {
  return new OrgproofError(`the config ${path} cannot be read (${(cause as NodeJS.ErrnoException).code ?? cause})`, {
    code: 'config-missing',
    hint: 'name a file or folder with -f',
    exitCode: EXIT.usage,
    cause,
  });
}

/** Paths are shown as a person would type them. */
function shownPath(file: string): string {
  const short = relative(process.cwd(), file);
  return short.startsWith('..') ? file : short;
}
