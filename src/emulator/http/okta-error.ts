import type { OktaErrorBody, OktaErrorCause } from '../../wire/common.ts';

export type HttpErrorStatus =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 406
  | 409
  | 410
  | 411
  | 412
  | 413
  | 423
  | 429
  | 500
  | 501
  | 502
  | 503
  | 504;

/**
 * A refusal in the Management API's dialect. Texts are Okta's, word for word where recorded. Thrown by handlers, rendered
 * once in `server.ts`; the error id is made there.
 */
export class OktaError extends Error {
  readonly status: HttpErrorStatus;
  readonly errorCode: string;
  readonly causes: OktaErrorCause[];
  readonly headers: Record<string, string>;

  constructor(
    status: HttpErrorStatus,
    errorCode: string,
    errorSummary: string,
    causes: (string | OktaErrorCause)[] = [],
    headers: Record<string, string> = {},
  ) {
    super(errorSummary);
    this.name = 'OktaError';
    this.status = status;
    this.errorCode = errorCode;
    this.causes = causes.map((cause) => (typeof cause === 'string' ? { errorSummary: cause } : cause));
    this.headers = headers;
  }

  body(errorId: string): OktaErrorBody {
    return {
      errorCode: this.errorCode,
      errorSummary: this.message,
      errorLink: this.errorCode,
      errorId,
      errorCauses: this.causes,
    };
  }
}

/** 404 E0000007, e.g. `notFound('00u…', 'User')` (recorded wording). */
export function notFound(id: string, type: string): OktaError {
  return new OktaError(404, 'E0000007', `Not found: Resource not found: ${id} (${type})`);
}

/** 400 E0000001 "Api validation failed: <subject>" with its causes. */
export function invalid(subject: string, ...causes: (string | OktaErrorCause)[]): OktaError {
  return new OktaError(400, 'E0000001', `Api validation failed: ${subject}`, causes);
}

/** Okta has it, the emulator does not (yet): 501, never 404, since a false 404 reads as "absent". */
export function unsupported(what: string): OktaError {
  return new OktaError(501, 'E_EMULATOR_UNSUPPORTED', `The emulator does not support ${what}.`);
}
