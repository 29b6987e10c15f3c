/** Okta's Sign-In Widget from the npm package, when it is installed next to the emulator: found once, served as it is. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join, sep } from 'node:path';

const PACKAGE = '@okta/okta-signin-widget/package.json';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

let found: { dist: string | undefined } | undefined;

/** The package's `dist` folder; undefined when it is not installed, here or in the working directory. */
export function widgetFolder(): string | undefined {
  found ??= { dist: findFolder() };
  return found.dist;
}

function findFolder(): string | undefined {
  for (const from of [import.meta.url, join(process.cwd(), 'package.json')]) {
    try {
      return join(dirname(createRequire(from).resolve(PACKAGE)), 'dist');
    } catch {
      // not there: the next place, or the plain page
    }
  }
  return undefined;
}

/** A file of the package by its path in `dist`; undefined when there is none or it lies outside. */
export async function widgetFile(path: string): Promise<{ content: Buffer; type: string } | undefined> {
  const dist = widgetFolder();
  const type = TYPES[extname(path)];
  if (dist === undefined || type === undefined) return undefined;
  const file = join(dist, path);
  if (!file.startsWith(dist + sep)) return undefined;
  try {
    return { content: await readFile(file), type };
  } catch {
    return undefined;
  }
}
