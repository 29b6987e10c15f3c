/**
 * Sends one request until its fate is known: within the rate limits, again where that is safe. What may have been carried
 * out is never sent twice unless twice is as good as once.
 */
import { isNotFound, ManagementApiError, OrgUnreachableError } from './api.ts';
import { asApiError, headersOf } from './failures.ts';
import type { Governor } from './governor.ts';
import { pause } from './interrupted.ts';
import { type AnswerHeaders, type RateLimit, rateLimitOf } from './rate-limit.ts';

export interface Answer {
  text: string;
  headers: AnswerHeaders;
}

export type Send = (method: string, path: string, body?: unknown, signal?: AbortSignal) => Promise<Answer>;

/** One attempt. @throws what the SDK throws */
export type Exchange = (method: string, path: string, body: unknown) => Promise<Answer>;

/** How often a request is sent at most, and the first of the waits in between, which double. */
const ATTEMPTS = 5;
const FIRST_DELAY_MS = 400;
/** Nobody waits longer than this for a rate limit: Okta's windows are a minute. */
const LONGEST_WAIT_MS = 90_000;

/** Sends within the governor's limits and with retries. Throws as {@link OktaApi} says. */
export function createSender(orgUrl: string, governor: Governor, exchange: Exchange): Send {
  return async (method, path, body, signal) => {
    /** An attempt that may have done it, with nothing to tell. */
    let doubt: Error | undefined;
    for (let attempt = 1; ; attempt++) {
      await unlessInDoubt(governor.admit(path, signal), doubt);
      const result = await attemptOnce(governor, () => exchange(method, path, body), path);
      if ('text' in result) return result;
      const failure = asApiError(result.error, orgUrl, method, path);
      // The attempt before did it, and only its answer was lost.
      if (doubt && method === 'DELETE' && isNotFound(failure)) return { text: '', headers: NO_HEADERS };
      if (attempt >= ATTEMPTS || !mayRepeat(failure, result.told, method, path)) throw stillInDoubt(failure, doubt);
      if (isUnanswered(failure)) doubt = failure;
      // How long a rate limit lasts the governor knows.
      if (!isRateLimited(failure) || !result.told) await unlessInDoubt(pause(delayMs(attempt), signal), doubt);
    }
  };
}

/** A wait that was cut short: what an earlier attempt may have done counts for more than that. */
async function unlessInDoubt(wait: Promise<void>, doubt: Error | undefined): Promise<void> {
  try {
    await wait;
  } catch (error) {
    throw doubt ?? error;
  }
}

const NO_HEADERS: AnswerHeaders = { get: () => null };

async function attemptOnce(
  governor: Governor,
  exchange: () => Promise<Answer>,
  path: string,
): Promise<Answer | { error: unknown; told: RateLimit | undefined }> {
  let told: RateLimit | undefined;
  try {
    const answer = await exchange();
    told = rateLimitOf(answer.headers);
    return answer;
  } catch (error) {
    const headers = headersOf(error);
    told = headers && rateLimitOf(headers);
    return { error, told };
  } finally {
    governor.settle(path, told);
  }
}

/**
 * - 429 and 423: the org did nothing yet, so that everything may be sent again. Not so a 429 that is no rate limit of the API,
 *   such as E0000109 (one code in 30 seconds).
 * - no answer, or a gateway's: only what is the same done once or twice.
 */
function mayRepeat(failure: Error, told: RateLimit | undefined, method: string, path: string): boolean {
  if (isRateLimited(failure)) return (told?.resetsInMs ?? 0) <= LONGEST_WAIT_MS;
  if (failure instanceof ManagementApiError && failure.status === 423) return true;
  return isUnanswered(failure) && isRepeatable(method, path);
}

/** Nothing is known of what became of the request: no answer, or one from a gateway in between (502, 503, 504). */
function isUnanswered(failure: Error): boolean {
  if (failure instanceof OrgUnreachableError) return failure.inDoubt;
  return failure instanceof ManagementApiError && [502, 503, 504].includes(failure.status);
}

function isRateLimited(failure: Error): boolean {
  return (
    failure instanceof ManagementApiError &&
    failure.status === 429 &&
    (failure.errorCode === 'E0000047' || failure.errorCode === 'HTTP')
  );
}

/** Twice is as good as once: reads, whole objects, and deletions but for that of a user, whose second one does more. */
function isRepeatable(method: string, path: string): boolean {
  if (method === 'DELETE') return !/^\/api\/v1\/users\/[^/?]+(\?|$)/.test(path);
  return method === 'GET' || method === 'PUT';
}

/** A refusal after an attempt whose fate nobody knows leaves that open. */
function stillInDoubt(failure: Error, doubt: Error | undefined): Error {
  if (!doubt) return failure;
  return failure instanceof ManagementApiError ? new ManagementApiError({ ...failure, inDoubt: true }) : doubt;
}

/** Doubling, with chance in it, so that clients that failed together do not come back together. */
function delayMs(attempt: number): number {
  return FIRST_DELAY_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
}
