/**
 * Sends one request until its fate is known: within the rate limits, again where that is safe. What may have been carried
 * out is never sent twice unless twice is as good as once.
 */
import { isNotFound, ManagementApiError, OrgUnreachableError } from './api.ts';
import { isWrite } from './buckets.ts';
import { asApiError, headersOf } from './failures.ts';
import type { Governor } from './governor.ts';
import { pause } from './interrupted.ts';
import { type AnswerHeaders, type RateLimit, rateLimitOf } from './rate-limit.ts';
import type { AccessToken, AccessTokens } from './tokens.ts';

export interface Answer {
  text: string;
  headers: AnswerHeaders;
}

export type Send = (method: string, path: string, body?: unknown, signal?: AbortSignal) => Promise<Answer>;

interface Request {
  method: string;
  path: string;
  body: unknown;
}

/** One attempt. @throws what the SDK throws */
export type Exchange = (request: Request, token: AccessToken | undefined) => Promise<Answer>;

interface Line {
  orgUrl: string;
  governor: Governor;
  exchange: Exchange;
  /** Whence each request gets an access token; without, it needs none. */
  tokens?: AccessTokens | undefined;
}

/** What came of an attempt that failed. */
interface Failed {
  failure: Error;
  told: RateLimit | undefined;
}

/** How often a request is sent at most, and the first of the waits in between, which double. */
const ATTEMPTS = 5;
const FIRST_DELAY_MS = 400;
/** The same for a rate limit of which the org tells no end: all of them together last a window of a minute. */
const FIRST_LIMIT_MS = 4_000;
/** Nobody waits longer than this for a rate limit: Okta's windows are a minute. */
const LONGEST_WAIT_MS = 90_000;

export const NO_HEADERS: AnswerHeaders = { get: () => null };

/** Sends within the governor's limits and with retries. Throws as {@link OktaApi} says. */
export function createSender(line: Line): Send {
  let hasAnswered = false;
  return async (method, path, body, signal) => {
    const request = { method, path, body };
    /** An attempt that may have done it, with nothing to tell. */
    let doubt: Error | undefined;
    for (let count = 1; ; count++) {
      const result = await unlessInDoubt(attempt(line, request, count, signal), doubt);
      if ('text' in result) {
        hasAnswered = true;
        return result;
      }
      const { failure } = result;
      hasAnswered ||= failure instanceof ManagementApiError;
      // The attempt before did it, and only its answer was lost.
      if (doubt && method === 'DELETE' && isNotFound(failure)) return { text: '', headers: NO_HEADERS };
      if (count >= ATTEMPTS || !mayRepeat(result, request, hasAnswered)) throw stillInDoubt(failure, doubt);
      if (isWrite(request) && isUnanswered(failure)) doubt = failure;
      // How long a rate limit lasts the governor knows.
      if (!isRateLimited(failure)) await unlessInDoubt(pause(delayMs(FIRST_DELAY_MS, count), signal), doubt);
    }
  };
}

/** A wait that was cut short: what an earlier attempt may have done counts for more than that. */
async function unlessInDoubt<T>(wait: Promise<T>, doubt: Error | undefined): Promise<T> {
  try {
    return await wait;
  } catch (error) {
    throw doubt ?? error;
  }
}

/**
 * One attempt, with a new access token where the org does not take the present one any more.
 * @throws OrgproofError `interrupted`, and what a token is refused with: nothing was sent then
 */
async function attempt(line: Line, request: Request, count: number, signal?: AbortSignal): Promise<Answer | Failed> {
  // First of all: it may take requests of its own, which wait for their turn, too.
  const token = await line.tokens?.get(signal);
  const result = await attemptWith(token, line, request, count, signal);
  if (!token || 'text' in result || !isTokenRefused(result.failure)) return result;
  line.tokens?.refused(token);
  return attemptWith(await line.tokens?.get(signal), line, request, count, signal);
}

async function attemptWith(
  token: AccessToken | undefined,
  { orgUrl, governor, exchange }: Line,
  request: Request,
  count: number,
  signal?: AbortSignal,
): Promise<Answer | Failed> {
  await governor.admit(request.path, signal);
  try {
    const answer = await exchange(request, token);
    governor.settle(request.path, toldBy(answer.headers));
    return answer;
  } catch (error) {
    const failure = asApiError(error, { ...request, orgUrl, byServiceApp: token !== undefined });
    const told = toldBy(headersOf(error));
    const limitedForMs = told?.resetsInMs ?? delayMs(FIRST_LIMIT_MS, count);
    governor.settle(request.path, told, isRateLimited(failure) ? limitedForMs : 0);
    return { failure, told };
  }
}

function toldBy(headers: AnswerHeaders | undefined): RateLimit | undefined {
  return headers && rateLimitOf(headers);
}

/**
 * - 429 and 423: the org did nothing yet, so that everything may be sent again. Not so a 429 that is no rate limit of the API,
 *   such as E0000109 (one code in 30 seconds).
 * - nothing was sent: everything, provided that the org is there at all.
 * - no answer, or that of an org or gateway that failed: only what is the same done once or twice.
 */
function mayRepeat({ failure, told }: Failed, request: Request, hasAnswered: boolean): boolean {
  if (isRateLimited(failure)) return (told?.resetsInMs ?? 0) <= LONGEST_WAIT_MS;
  if (failure instanceof ManagementApiError && failure.status === 423) return true;
  if (failure instanceof OrgUnreachableError && !failure.inDoubt) return hasAnswered;
  return isUnanswered(failure) && isRepeatable(request);
}

/**
 * Nothing is known of what became of the request: no answer, one from a gateway in between (502, 503, 504), or one of an org
 * that failed over it (500, which deletions of apps answer at times and not the next time: its Terraform provider retries).
 */
function isUnanswered(failure: Error): boolean {
  if (failure instanceof OrgUnreachableError) return failure.inDoubt;
  return failure instanceof ManagementApiError && [500, 502, 503, 504].includes(failure.status);
}

function isRateLimited(failure: Error): boolean {
  return (
    failure instanceof ManagementApiError &&
    failure.status === 429 &&
    (failure.errorCode === 'E0000047' || failure.errorCode === 'HTTP')
  );
}

/** Not for want of a feature, which Okta tells by 401, too. */
function isTokenRefused(failure: Error): boolean {
  return failure instanceof ManagementApiError && failure.status === 401 && failure.errorCode !== 'E0000015';
}

/** Twice is as good as once: reads, whole objects, and deletions but for that of a user, whose second one does more. */
function isRepeatable(request: Request): boolean {
  if (request.method === 'DELETE') return !/^\/api\/v1\/users\/[^/?]+(\?|$)/.test(request.path);
  return request.method === 'PUT' || !isWrite(request);
}

/** A refusal after an attempt whose fate nobody knows leaves that open. */
function stillInDoubt(failure: Error, doubt: Error | undefined): Error {
  if (!doubt) return failure;
  return failure instanceof ManagementApiError ? new ManagementApiError({ ...failure, inDoubt: true }) : doubt;
}

/** Doubling, and chance on top, so that clients that failed together do not come back together. */
function delayMs(firstMs: number, attempt: number): number {
  return firstMs * 2 ** (attempt - 1) * (1 + Math.random() / 4);
}
