/**
 * What of Okta's HTTP surface the emulator has: its registered routes, each with the test files that exercise it. The routes
 * are read from the app itself; which test hits which route is recorded while the tests run (tested-by.ts).
 */
import { emulatorRoutes } from './server.ts';
import { TESTED_BY } from './tested-by.ts';

export interface CoveredRoute {
  method: string;
  /** As registered, with `:name` for parameters. */
  path: string;
  plane: string;
  /** Up to three test files that get a success from it; empty: none does. */
  tests: readonly string[];
}

const PLANES: readonly [title: string, test: RegExp][] = [
  ['Console', /^\/$/],
  ['Control plane (the emulator’s own)', /^\/_emulator\//],
  ['MyAccount API', /^\/idp\/myaccount\//],
  ['Sign-in pipeline', /^\/idp\//],
  ['OAuth 2.0 and OpenID Connect', /^\/(oauth2|\.well-known\/(openid|oauth))/],
  ['Management API', /^\/(api|admin|\.well-known)\//],
  ['Hosted pages', /./],
];

/** Every supported route, by plane and path. */
export function emulatorCoverage(): CoveredRoute[] {
  const rows = emulatorRoutes().map(({ method, path }) => ({
    method,
    path,
    plane: PLANES.find(([, test]) => test.test(path))?.[0] ?? '',
    tests: TESTED_BY[path]?.[method] ?? [],
  }));
  return rows.sort(
    (a, b) => a.plane.localeCompare(b.plane) || comparePaths(a.path, b.path) || (a.method < b.method ? -1 : 1),
  );
}

function comparePaths(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The table for a terminal. */
export function formatCoverage(rows: readonly CoveredRoute[]): string {
  const lines: string[] = [];
  let plane = '';
  for (const row of rows) {
    if (row.plane !== plane) {
      plane = row.plane;
      lines.push('', `${plane} (${rows.filter((one) => one.plane === plane).length} routes)`);
    }
    lines.push(`  ${row.method.padEnd(6)} ${row.path.padEnd(78)} ${row.tests.join(', ') || 'no test'}`);
  }
  const untested = rows.filter((row) => row.tests.length === 0).length;
  lines.push(
    '',
    `${rows.length} routes, ${untested} without a test. Any other route answers 501 E_EMULATOR_UNSUPPORTED.`,
  );
  return lines.join('\n').trimStart();
}
