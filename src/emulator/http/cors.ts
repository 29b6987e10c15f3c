import type { MiddlewareHandler } from 'hono';
import type { Org } from '../org.ts';
import type { AppEnv } from './context.ts';

/** Request headers that okta-auth-js and the Sign-In Widget send, and those an app may add. */
const ALLOWED_HEADERS = [
  'accept',
  'authorization',
  'content-type',
  'dpop',
  'x-device-fingerprint',
  'x-device-token',
  'x-okta-user-agent-extended',
  'x-okta-xsrftoken',
  'x-requested-with',
].join(', ');

/**
 * Cross-origin access as Okta grants it: to ACTIVE trusted origins with the scope CORS, credentials included. Any other
 * origin is answered without CORS headers, so that its browser refuses the answer.
 */
export function cors(org: Org): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const origin = c.req.header('Origin');
    const trusted = origin !== undefined && isTrusted(org, origin);
    const grant = () => {
      c.header('Vary', 'Origin', { append: true });
      if (!trusted) return;
      c.header('Access-Control-Allow-Origin', origin);
      c.header('Access-Control-Allow-Credentials', 'true');
    };
    if (c.req.method === 'OPTIONS' && c.req.header('Access-Control-Request-Method') !== undefined) {
      grant();
      if (trusted) {
        c.header('Access-Control-Allow-Methods', 'GET, HEAD, POST, PUT, PATCH, DELETE');
        c.header('Access-Control-Allow-Headers', ALLOWED_HEADERS);
        c.header('Access-Control-Max-Age', '600');
      }
      return c.body(null, 204);
    }
    await next();
    grant();
    return;
  };
}

function isTrusted(org: Org, origin: string): boolean {
  return org.store.trustedOrigins
    .values()
    .some(
      (row) =>
        row.status === 'ACTIVE' &&
        row.scopes.some((scope) => scope.type === 'CORS') &&
        row.origin.toLowerCase() === origin.toLowerCase(),
    );
}
