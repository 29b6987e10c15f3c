/** Okta's rate limit buckets: which one a request counts against, and how many requests a minute it allows. */

export interface Bucket {
  name: string;
  perMinute: number;
}

/** Path prefix and limit per minute for one API token, as recorded from real orgs; the first match counts. */
const BUCKETS: readonly (readonly [prefix: RegExp, bucket: Bucket])[] = [
  [/^\/api\/v1\/apps(\/[^/]+\/groups)?$/, { name: '/api/v1/apps', perMinute: 50 }],
  [/^\/api\/v1\/apps\//, { name: '/api/v1/apps/{id}', perMinute: 100 }],
  [/^\/api\/v1\/groups(\/|$)/, { name: '/api/v1/groups', perMinute: 250 }],
  [/^\/api\/v1\/users(\/|$)/, { name: '/api/v1/users', perMinute: 300 }],
  [/^\/api\/v1\/iam(\/|$)/, { name: '/api/v1/iam', perMinute: 800 }],
  [/^\/api\/v1\/domains(\/|$)/, { name: '/api/v1/domains', perMinute: 300 }],
  [/^\/api\/v1\/device-assurances(\/|$)/, { name: '/api/v1/device-assurances', perMinute: 50 }],
  [/^\/api\/v1\/org(\/|$)/, { name: '/api/v1/org', perMinute: 100 }],
  [/^\/api\/v1(\/|$)/, { name: '/api/v1', perMinute: 500 }],
  [/^\/idp\/idx(\/|$)/, { name: '/idp/idx', perMinute: 600 }],
  [/^\/oauth2(\/|$)/, { name: '/oauth2', perMinute: 600 }],
];

const UNLIMITED: Bucket = { name: 'unlimited', perMinute: 10_000 };

/** Discovery and keys are not limited. */
export function bucketOf(path: string): Bucket {
  if (path.includes('/.well-known/') || /^\/oauth2\/(.+\/)?v1\/keys$/.test(path)) return UNLIMITED;
  return BUCKETS.find(([prefix]) => prefix.test(path))?.[1] ?? UNLIMITED;
}

export interface BucketState {
  limit: number;
  remaining: number;
  /** End of the minute window, epoch seconds. */
  reset: number;
  exceeded: boolean;
}

const WINDOW_MS = 60_000;

/** Counts requests per bucket in windows of one minute. */
export class RateLimits {
  readonly #windows = new Map<string, { start: number; used: number }>();

  /** Counts one request at `now` (epoch ms). */
  take(bucket: Bucket, now: number): BucketState {
    const current = this.#windows.get(bucket.name);
    const window =
      current && now - current.start < WINDOW_MS && now >= current.start ? current : { start: now, used: 0 };
    window.used += 1;
    this.#windows.set(bucket.name, window);
    return {
      limit: bucket.perMinute,
      remaining: Math.max(0, bucket.perMinute - window.used),
      reset: Math.ceil((window.start + WINDOW_MS) / 1000),
      exceeded: window.used > bucket.perMinute,
    };
  }

  /** What a bucket shows while limits are switched off: full. */
  static full(bucket: Bucket, now: number): BucketState {
    return {
      limit: bucket.perMinute,
      remaining: bucket.perMinute,
      reset: Math.ceil((now + WINDOW_MS) / 1000),
      exceeded: false,
    };
  }

  clear(): void {
    this.#windows.clear();
  }
}
