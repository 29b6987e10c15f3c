/** What every answer carries, whatever made it: request id, date, rate limit, and a line in the request log. */
import type { MiddlewareHandler } from 'hono';
import type { Org } from '../org.ts';
import { baseUrlOf } from './base-url.ts';
import type { AppContext, AppEnv } from './context.ts';
import { OktaError } from './okta-error.ts';
import { type BucketState, bucketOf, RateLimits } from './rate-limits.ts';

/** Sets the base URL of the request; the outermost middleware of all planes. */
export function baseUrl(org: Org): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    c.set('baseUrl', baseUrlOf(org, c.req.header('Host')));
    await next();
  };
}

/** Counts, limits, labels and logs each request of Okta's planes. */
export function answers(org: Org): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const bucket = bucketOf(c.req.path);
    const now = org.clock.now();
    const state = org.settings.rateLimits ? org.rateLimits.take(bucket, now) : RateLimits.full(bucket, now);
    if (state.exceeded) {
      const error = new OktaError(429, 'E0000047', 'API call exceeded rate limit due to too many requests.');
      c.res = c.json(error.body(`oae${org.ids.opaque(22)}`), 429);
    } else {
      await next();
    }
    const dropped = c.get('dropped') === true;
    org.requests.add({
      method: c.req.method,
      path: pathAndQuery(c),
      status: dropped ? 0 : c.res.status,
      bucket: bucket.name,
      at: new Date(org.clock.now()).toISOString(),
    });
    if (!dropped) label(c, org, state);
  };
}

function label(c: AppContext, org: Org, state: BucketState): void {
  // The org's own time: clients compute their back-off from the reset minus this date.
  c.header('Date', new Date(org.clock.now()).toUTCString());
  c.header('X-Okta-Request-Id', org.ids.opaque(27));
  c.header('X-Rate-Limit-Limit', String(state.limit));
  c.header('X-Rate-Limit-Remaining', c.res.status === 429 ? '0' : String(state.remaining));
  c.header('X-Rate-Limit-Reset', String(c.get('resetAt') ?? state.reset));
}

function pathAndQuery(c: AppContext): string {
  const url = new URL(c.req.url);
  return url.pathname + url.search;
}
