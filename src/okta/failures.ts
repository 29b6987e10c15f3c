/** What the SDK throws, as the errors of this project. */
import { OrgproofError } from '../shared/errors.ts';
import type { OktaErrorCause } from '../wire/common.ts';
import { ManagementApiError, NotOktaError, OrgUnreachableError } from './api.ts';
import type { AnswerHeaders } from './rate-limit.ts';

/** The members of the SDK's OktaApiError and HttpError; none of them on errors that come from elsewhere. */
interface SdkError {
  status?: number;
  errorCode?: string;
  errorSummary?: string;
  errorCauses?: OktaErrorCause[];
  errorId?: string;
  message?: string;
  headers?: AnswerHeaders;
}

/** What failed. */
export interface FailedRequest {
  orgUrl: string;
  method: string;
  path: string;
  /** Sent with the access token of a service app. */
  byServiceApp: boolean;
}

/** The headers of the answer that an error stands for. */
export function headersOf(error: unknown): AnswerHeaders | undefined {
  return (error as SdkError).headers;
}

export function asApiError(error: unknown, { orgUrl, method, path, byServiceApp }: FailedRequest): Error {
  if (error instanceof OrgproofError) return error;
  const answer = error as SdkError;
  if (typeof answer.status === 'number') return refusal(answer, answer.status, { method, path, byServiceApp });
  if (error instanceof Error && error.name === 'AbortError') {
    return new OrgUnreachableError(orgUrl, method, path, new Error('the time for an answer is up'));
  }
  // The SDK's HTTP library marks what went wrong on the network; anything else broke before a request was made.
  if (error instanceof Error && error.name === 'FetchError') {
    const isJson = (error as { type?: string }).type !== 'invalid-json';
    return isJson
      ? new OrgUnreachableError(orgUrl, method, path, error)
      : new NotOktaError(orgUrl, method, path, error.message.replace(/^.* reason: /, ''));
  }
  return new OrgproofError(`no request could be made: ${error instanceof Error ? error.message : String(error)}`, {
    code: 'credentials-unusable',
    hint: 'check the private key (PEM or JWK), client id and scopes',
    cause: error,
  });
}

function refusal(
  answer: SdkError,
  status: number,
  request: Pick<FailedRequest, 'method' | 'path' | 'byServiceApp'>,
): ManagementApiError {
  const challenge = answer.headers?.get('WWW-Authenticate') ?? '';
  const isProof = /error="?invalid_dpop_proof"?/.test(challenge);
  return new ManagementApiError({
    ...request,
    status,
    // The body of a refused proof, where there is one, tells no more than that the token is invalid.
    errorCode: isProof ? 'invalid_dpop_proof' : (answer.errorCode ?? 'HTTP'),
    errorSummary:
      (isProof ? /error_description="([^"]+)"/.exec(challenge)?.[1] : undefined) ??
      answer.errorSummary ??
      `the answer is not Okta's: ${(answer.message ?? '').replace(/^HTTP \d+ /, '').slice(0, 120)}`,
    errorCauses: answer.errorCauses ?? [],
    errorId: answer.errorId,
    missingScope: missingScope(challenge),
  });
}

/** `…, scope="okta.policies.read", error="insufficient_scope", …` (seen by users; the body says nothing of it). */
function missingScope(challenge: string): string | undefined {
  if (!/error="?insufficient_scope"?/.test(challenge)) return undefined;
  return /\bscope="([^"]+)"/.exec(challenge)?.[1];
}
