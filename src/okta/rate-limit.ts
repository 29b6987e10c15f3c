/** What Okta says of its rate limits with an answer, in numbers. Pure. */

/** A header of an answer, by name without regard to case; null when it is not there. */
export interface AnswerHeaders {
  get(name: string): string | null;
}

export interface RateLimit {
  /** Requests that the bucket takes in a window; 0 for a limit on concurrent requests (documented). */
  limit: number;
  remaining: number;
  /** Until the window ends, milliseconds. */
  resetsInMs: number;
}

/**
 * Added to what the headers say: reset and date are whole seconds, cut off from times within them. Okta's own SDK adds the
 * same (read in its source).
 */
const GRAIN_MS = 1_000;

/**
 * The rate limit that an answer tells, by `X-Rate-Limit-*` and by its own date: our clock may be wrong. Undefined for an
 * answer without them, as those of `/.well-known/` are.
 */
export function rateLimitOf(headers: AnswerHeaders): RateLimit | undefined {
  const [limit, remaining, reset] = ['Limit', 'Remaining', 'Reset'].map((name) =>
    wholeNumber(headers.get(`X-Rate-Limit-${name}`)),
  );
  if (limit === undefined || remaining === undefined || reset === undefined) return undefined;
  const date = Date.parse(headers.get('Date') ?? '');
  const now = Number.isNaN(date) ? Date.now() : date;
  return { limit, remaining, resetsInMs: Math.max(0, reset * 1000 - now) + GRAIN_MS };
}

/** A header that came twice reads `1, 2`: that says nothing. */
function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}
