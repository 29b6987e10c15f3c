import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Org } from '../org.ts';
import type { AppEnv } from './context.ts';
import { type HttpErrorStatus, OktaError } from './okta-error.ts';

/** What Okta says with a status that a fault asks for without a body. */
const OKTA_BODIES: Partial<Record<number, readonly [code: string, summary: string]>> = {
  401: ['E0000011', 'Invalid token provided'],
  403: ['E0000006', 'You do not have permission to perform the requested action'],
  423: ['E0000239', 'Policy priorities are being reconciled. Please try again later.'],
  429: ['E0000047', 'API call exceeded rate limit due to too many requests.'],
  500: ['E0000009', 'Internal Server Error'],
  503: ['E0000010', 'Service is in read only mode'],
};

/** Lets the faults that the control plane armed hit requests of all planes but its own. */
export function faults(org: Org): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const fault = org.faults.take(c.req.method, c.req.path);
    if (!fault) return next();
    if (fault.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    if (fault.drop === true) {
      c.env?.incoming?.socket.destroy();
      c.set('dropped', true);
      return RESPONSE_ALREADY_SENT;
    }
    if (fault.status === undefined) return next();
    // Clients wait until the reset: a short window keeps tests of their back-off short.
    if (fault.status === 429) c.set('resetAt', Math.ceil(org.clock.now() / 1000) + 1);
    if (fault.body !== undefined) return c.json(fault.body as object, fault.status as ContentfulStatusCode);
    const known = OKTA_BODIES[fault.status] ?? ['E0000009', 'Internal Server Error'];
    throw new OktaError(fault.status as HttpErrorStatus, known[0], known[1]);
  };
}
