/** What the SDK throws, as the errors of this project. */
import { OrgproofError } from '../shared/errors.ts';
import type { OktaErrorCause } from '../wire/common.ts';
import { ManagementApiError, OrgUnreachableError } from './api.ts';
import type { AnswerHeaders } from './rate-limit.ts';

/** The members of the SDK's OktaApiError and HttpError; none of them on errors that come from elsewhere. */
interface SdkError {
  status?: number;
  errorCode?: string;
  errorSummary?: string;
  errorCauses?: OktaErrorCause[];
  errorId?: string;
  responseText?: string;
  headers?: AnswerHeaders;
}

/** The headers of the answer that an error stands for. */
export function headersOf(error: unknown): AnswerHeaders | undefined {
  return (error as SdkError).headers;
}

export function asApiError(error: unknown, orgUrl: string, method: string, path: string): Error {
  if (error instanceof OrgproofError || error instanceof OrgUnreachableError) return error;
  const answer = error as SdkError;
  if (typeof answer.status === 'number') return refusal(answer, answer.status, method, path);
  // The SDK's HTTP library marks what went wrong on the network; anything else broke before a request was made.
  const sent = error instanceof Error && error.name === 'FetchError';
  if (sent) return new OrgUnreachableError(orgUrl, method, path, error);
  return new OrgproofError(`no request could be made: ${error instanceof Error ? error.message : String(error)}`, {
    code: 'credentials-unusable',
    hint: 'check the private key (PEM or JWK), client id and scopes',
    cause: error,
  });
}

function refusal(answer: SdkError, status: number, method: string, path: string): ManagementApiError {
  return new ManagementApiError({
    status,
    errorCode: answer.errorCode ?? 'HTTP',
    errorSummary: answer.errorSummary ?? `the answer is not Okta's: ${(answer.responseText ?? '').slice(0, 120)}`,
    errorCauses: answer.errorCauses ?? [],
    errorId: answer.errorId,
    method,
    path,
    missingScope: missingScope(answer.headers?.get('WWW-Authenticate')),
  });
}

/** `…, scope="okta.policies.read", error="insufficient_scope", …` (seen by users; the body says nothing of it). */
function missingScope(challenge: string | null | undefined): string | undefined {
  if (!challenge || !/error="?insufficient_scope"?/.test(challenge)) return undefined;
  return /\bscope="([^"]+)"/.exec(challenge)?.[1];
}
