import type { Hono } from 'hono';
import type { Org } from '../org.ts';
import type { AppContext, AppEnv } from './context.ts';
import { OktaError } from './okta-error.ts';

/** One route of the emulator. */
export interface Route {
  method: string;
  /** As registered, with `:name` for parameters. */
  path: string;
}

/** The routes that an app answers, middlewares left out, sorted by path: the rows of the coverage table. */
export function listRoutes(app: Hono<AppEnv>): Route[] {
  const seen = new Map<string, Route>();
  for (const { method, path } of app.routes) {
    if (method === 'ALL' || path.includes('*')) continue;
    seen.set(`${method} ${path}`, { method, path });
  }
  return [...seen.values()].sort((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method));
}

/**
 * What a request gets that no route takes: 405 when its path is known, so that Okta has no such method, else 501, never
 * 404, since a false 404 reads as "absent".
 */
export function unknownRoute(org: Org, app: Hono<AppEnv>): (c: AppContext) => never {
  let known: RegExp[] | undefined;
  return (c) => {
    // Compiled at the first unknown route: by then all are registered, and most runs never need it.
    known ??= listRoutes(app).map((route) => pathPattern(route.path));
    const { method, path } = c.req;
    if (known.some((pattern) => pattern.test(path))) {
      throw new OktaError(405, 'E0000022', 'The endpoint does not support the provided HTTP method');
    }
    org.log(`unsupported: ${method} ${path}`);
    throw new OktaError(501, 'E_EMULATOR_UNSUPPORTED', `The emulator does not support ${method} ${path}.`);
  };
}

function pathPattern(path: string): RegExp {
  const source = path.replaceAll(/:\w+(\{([^}]*)\})?|[.]/g, (part, _braces, words: string | undefined) => {
    if (part === '.') return '\\.';
    return words === undefined ? '[^/]+' : `(${words})`;
  });
  return new RegExp(`^${source}$`);
}
