/**
 * Holds the emulator against Okta's OpenAPI description of the Management API, which is not part of this repository:
 *
 *     npx tsx scripts/openapi.ts path/to/management.yaml
 *
 * Says how many operations are supported, which would be answered 405 although Okta has them (none may), and which answers
 * of a tour through the API do not fit their schema. Known exceptions are in `tests/contract/openapi-exceptions.ts`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { emulatorRoutes, startEmulator } from '../src/emulator/index.ts';
import { MISSING_ROUTES } from '../src/emulator/management/missing-routes.ts';
import { EXCEPTIONS } from '../tests/contract/openapi-exceptions.ts';
import { misfits, type Schema } from './openapi/schema.ts';
import { type Stop, tour } from './openapi/tour.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const [file] = process.argv.slice(2);
if (file === undefined || !existsSync(file)) {
  console.log(`Skipped: there is no OpenAPI description at ${file ?? '(no path given)'}.`);
} else {
  const description = parse(readFileSync(file, 'utf8')) as Schema & { paths: Record<string, Record<string, Schema>> };
  const unreachable = coverage(description.paths);
  const found = await answers(description);
  if (unreachable + found > 0) process.exitCode = 1;
}

/** @returns how many operations of Okta's would be answered 405. */
function coverage(paths: Record<string, Record<string, Schema>>): number {
  const supported = emulatorRoutes().map((route) => ({ ...route, pattern: patternOf(route.path) }));
  const missing = MISSING_ROUTES.map((route) => ({ ...route, pattern: patternOf(route.path) }));
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/[{}]/g, ''),
    })),
  );
  const has = (routes: typeof supported, { method, path }: (typeof operations)[number]) =>
    routes.some((route) => route.method === method && route.pattern.test(path));
  const ours = operations.filter((operation) => has(supported, operation));
  const refused = operations.filter(
    (operation) =>
      !has(supported, operation) &&
      !has(missing, operation) &&
      supported.some((route) => route.pattern.test(operation.path)),
  );
  console.log(`operations: ${ours.length} of ${operations.length} supported`);
  for (const { method, path } of refused) console.log(`405 instead of 501: ${method} ${path}`);
  return refused.length;
}

function patternOf(path: string): RegExp {
  const source = path
    .replaceAll('.', '\\.')
    .replaceAll(/:\w+(?:\{([^}]*)\})?/g, (_all, words?: string) => (words === undefined ? '[^/]+' : `(?:${words})`));
  return new RegExp(`^${source}$`);
}

/** @returns how many kinds of misfits there are besides the exceptions. */
async function answers(description: Schema & { paths: Record<string, Record<string, Schema>> }): Promise<number> {
  const emulator = await startEmulator();
  const stops = await tour(emulator.url, emulator.token).finally(() => emulator.stop());
  const failed = stops.filter((stop) => stop.status >= 400);
  for (const { method, path, status } of failed) console.log(`${status}: ${method} ${path}`);
  const seen = new Map<string, number>();
  let held = 0;
  for (const stop of stops) {
    const operation = operationOf(description.paths, stop);
    if (!operation) continue;
    held += 1;
    for (const { path, problem } of misfits(description, operation.schema, stop.body)) {
      const what = `${operation.name} ${path} ${problem}`;
      if (!EXCEPTIONS.some(({ pattern }) => pattern.test(what))) seen.set(what, (seen.get(what) ?? 0) + 1);
    }
  }
  console.log(
    `answers: ${held} of ${stops.length} held against their schema, ${seen.size} kinds of misfits, ${EXCEPTIONS.length} exceptions`,
  );
  for (const [what, count] of seen) console.log(`${String(count).padStart(4)}  ${what}`);
  return seen.size + failed.length;
}

function operationOf(
  paths: Record<string, Record<string, Schema>>,
  stop: Stop,
): { name: string; schema: Schema } | undefined {
  const entries = Object.entries(paths).filter(([path]) =>
    new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(stop.path),
  );
  // A literal path is meant before one with parameters.
  const [path, item] = entries.sort(([a], [b]) => a.split('{').length - b.split('{').length)[0] ?? [];
  const operation = item?.[stop.method.toLowerCase()] as
    | { responses?: Record<string, { content?: Record<string, { schema?: Schema }> }> }
    | undefined;
  const schema = Object.entries(operation?.responses ?? {}).find(([status]) => status.startsWith('2'))?.[1]?.content?.[
    'application/json'
  ]?.schema;
  return path !== undefined && schema ? { name: `${stop.method} ${path}`, schema } : undefined;
}
