/** Okta's rate-limit buckets, as far as a request's path tells them apart. Facts: published and recorded limits. */
import { TOKEN_PATH } from './paths.ts';

const BUCKETS: readonly [RegExp, string][] = [
  // Recorded: the list of an app's groups counts against the list of apps.
  [/^\/api\/v1\/apps(\/[^/?]+\/groups)?(\?|$)/, '/api/v1/apps'],
  [/^\/api\/v1\/apps\//, '/api/v1/apps/{id}'],
  [/^\/api\/v1\/groups\/rules/, '/api/v1'],
  [/^\/api\/v1\/groups\/[^/?]+/, '/api/v1/groups/{id}'],
  [/^\/api\/v1\/groups/, '/api/v1/groups'],
  [/^\/api\/v1\/users\/[^/?]+/, '/api/v1/users/{id}'],
  [/^\/api\/v1\/users/, '/api/v1/users'],
  [/^\/api\/v1\/logs/, '/api/v1/logs'],
  [/^\/api\/v1\/iam(\/|$)/, '/api/v1/iam'],
  [/^\/api\/v1\/org(\/|$)/, '/api/v1/org'],
  [/^\/api\/v1/, '/api/v1'],
  [/^\/oauth2\/v1\/clients/, '/oauth2/v1/clients'],
  [/^\/oauth2\/v1\//, '/oauth2/v1'],
];

/** The bucket that a request counts against, by its path. */
export function bucketOf(path: string): string {
  return BUCKETS.find(([pattern]) => pattern.test(path))?.[1] ?? 'other';
}

export interface RequestSummary {
  total: number;
  writes: number;
  byBucket: Record<string, number>;
}

/** Counts of requests that went out, retries included. Asking for an access token writes nothing. */
export function summarizeRequests(requests: readonly { method: string; path: string }[]): RequestSummary {
  const byBucket: Record<string, number> = {};
  for (const { path } of requests) byBucket[bucketOf(path)] = (byBucket[bucketOf(path)] ?? 0) + 1;
  return { total: requests.length, writes: requests.filter(isWrite).length, byBucket };
}

export function isWrite({ method, path }: { method: string; path: string }): boolean {
  return method !== 'GET' && path !== TOKEN_PATH;
}
