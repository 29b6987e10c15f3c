import { OrgproofError } from '../shared/errors.ts';
import type { OktaErrorCause } from '../wire/common.ts';
import type { Capacity } from './windows.ts';

/** One request as it went out, for counting and reports. */
export interface SentRequest {
  method: string;
  /** Path and query, without the org's host. */
  path: string;
  /** HTTP status; undefined when no answer came. */
  status: number | undefined;
}

/**
 * The Management API of one org, in raw JSON. Paths start with `/` and are relative to the org URL. Every method throws
 * {@link ManagementApiError} on a refusal, {@link OrgUnreachableError} when no answer came and {@link NotOktaError} when
 * something else answered.
 */
export interface OktaApi {
  readonly orgUrl: string;
  /** Everything sent so far, oldest first, retries included. */
  readonly requests: readonly SentRequest[];
  get<T>(path: string): Promise<T>;
  /** Every page of a list, following `Link: rel="next"`; a page that fails fails the list. */
  list<T>(path: string): Promise<T[]>;
  post<T>(path: string, body?: unknown): Promise<T>;
  put<T>(path: string, body?: unknown): Promise<T>;
  delete(path: string): Promise<void>;
  /** The same connection, whose waits end with an OrgproofError `interrupted` once the signal is aborted. */
  until(signal: AbortSignal): OktaApi;
  readonly pace: Pace;
  /**
   * The OAuth scopes of our access token; undefined for an API token, which has what its owner may do.
   * @throws OrgproofError `credentials-refused` when the org gives us no token
   */
  grantedScopes(): Promise<readonly string[] | undefined>;
}

/** How fast the org lets us work, as far as it has told. */
export interface Pace {
  /** What we may send of a rate-limit bucket; undefined until an answer told. */
  capacity(bucket: string): Capacity | undefined;
  /** How long an answer takes, milliseconds, on the average; 0 before the first. */
  answerMs(): number;
}

/** A refusal by the org, with all that Okta said. Only {@link isNotFound} means "absent". */
export class ManagementApiError extends Error {
  readonly status: number;
  readonly errorCode: string;
  readonly errorSummary: string;
  readonly errorCauses: OktaErrorCause[];
  readonly errorId: string | undefined;
  readonly method: string;
  readonly path: string;
  /** The OAuth scope that the access token lacks, by `WWW-Authenticate`. */
  readonly missingScope: string | undefined;
  /** Sent with the access token of a service app, not with an API token. */
  readonly byServiceApp: boolean;
  /** The request may have been carried out all the same: the org failed over it, or an earlier attempt got no answer. */
  readonly inDoubt: boolean;

  constructor(answer: {
    status: number;
    errorCode: string;
    errorSummary: string;
    errorCauses: OktaErrorCause[];
    errorId: string | undefined;
    method: string;
    path: string;
    missingScope?: string | undefined;
    byServiceApp?: boolean;
    inDoubt?: boolean;
  }) {
    super(
      `${answer.method} ${answer.path} answered ${answer.status} ${answer.errorCode}: ${[
        answer.errorSummary,
        ...answer.errorCauses.map((cause) => cause.errorSummary).filter((text) => text !== answer.errorSummary),
      ].join('; ')}`,
    );
    this.name = 'ManagementApiError';
    this.status = answer.status;
    this.errorCode = answer.errorCode;
    this.errorSummary = answer.errorSummary;
    this.errorCauses = answer.errorCauses;
    this.errorId = answer.errorId;
    this.method = answer.method;
    this.path = answer.path;
    this.missingScope = answer.missingScope;
    this.byServiceApp = answer.byServiceApp ?? false;
    this.inDoubt = answer.inDoubt ?? answer.status >= 500;
  }
}

/** Errors that come before a request is sent: no such host, nobody listening, no trusted certificate. */
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPROTO|.*(CERT|UNABLE_TO_VERIFY|SELF_SIGNED).*)$/;

/** No answer: DNS, connection refused or dropped, timeout. */
export class OrgUnreachableError extends Error {
  readonly method: string;
  readonly path: string;
  /** The request may have reached the org, and been carried out. */
  readonly inDoubt: boolean;

  constructor(orgUrl: string, method: string, path: string, cause: unknown, inDoubt?: boolean) {
    const text = cause instanceof Error ? cause.message : String(cause);
    // the SDK's HTTP library repeats the whole URL before it comes to the point
    const reason = text
      .replace(/^(request to|Invalid response body while trying to fetch) \S+?( failed, reason)?: /, '')
      .trim();
    super(`no answer from ${orgUrl} to ${method} ${path}: ${reason}`, { cause });
    this.name = 'OrgUnreachableError';
    this.method = method;
    this.path = path;
    this.inDoubt = inDoubt ?? !NEVER_SENT.test((cause as { code?: string } | undefined)?.code ?? '');
  }
}

/** Something answers at the URL, but not as an Okta org does: a proxy, a login page, another site. */
export class NotOktaError extends OrgproofError {
  /** The request was none that only reads: behind what answered, the org may have carried it out. */
  readonly inDoubt: boolean;

  constructor(orgUrl: string, method: string, path: string, text: string) {
    const start = text.replace(/\s+/g, ' ').slice(0, 60);
    super(`${orgUrl} answered ${method} ${path} with something that is not Okta's: ${start}`, {
      code: 'not-an-org',
      hint: 'check the org URL, and proxies on the way',
    });
    this.name = 'NotOktaError';
    this.inDoubt = method !== 'GET';
  }
}

/** Whether the org said, in so many words, that the object is not there (404 E0000007). */
export function isNotFound(error: unknown): boolean {
  return error instanceof ManagementApiError && error.status === 404 && error.errorCode === 'E0000007';
}

/** Whether a request that failed may have been carried out all the same. */
export function isInDoubt(error: unknown): boolean {
  const may =
    error instanceof ManagementApiError || error instanceof OrgUnreachableError || error instanceof NotOktaError;
  return may && error.inDoubt;
}

/** Whether the org does not let these credentials do it: an admin role or a scope is missing. */
export function isForbidden(error: unknown): boolean {
  return error instanceof ManagementApiError && (error.status === 401 || error.status === 403);
}
