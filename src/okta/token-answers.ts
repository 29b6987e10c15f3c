/** What the token endpoint answers. Okta's SDK takes every answer for a token (read in its source). */
import type { AnswerHeaders } from './rate-limit.ts';

/** Refusals included: those of OAuth 2.0, and Okta's own. */
export interface TokenAnswer {
  access_token?: string;
  expires_in?: number;
  scope?: string;
  error?: string;
  error_description?: string;
  errorCode?: string;
  errorSummary?: string;
}

interface Response {
  ok: boolean;
  status: number;
  headers: AnswerHeaders;
  text(): Promise<string>;
}

/**
 * An answer of the token endpoint that is no token, as an error with the members of the SDK's own. Undefined for what the
 * SDK deals with: a token, and the first demand for a nonce. It would follow such demands for ever.
 */
export async function tokenRefusal(request: unknown, response: Response): Promise<Error | undefined> {
  const { status, headers } = response;
  if (response.ok) return undefined;
  if (status === 400 && headers.get('dpop-nonce') !== null && !holdsNonce(request)) return undefined;
  const text = await response.text();
  return refusalError(parsed(text), { status, headers, text });
}

/** A refusal that the SDK took for a token. */
export function refusalError(
  { error, error_description, errorCode, errorSummary }: TokenAnswer,
  { text, ...answer }: { status: number; headers: AnswerHeaders; text: string },
): Error {
  const refusal = { errorCode: error ?? errorCode, errorSummary: error_description ?? errorSummary };
  return Object.assign(new Error(text), refusal, answer);
}

function holdsNonce(request: unknown): boolean {
  const { headers } = request as { headers?: { DPoP?: string } };
  const [, claims = ''] = headers?.DPoP?.split('.') ?? [];
  return parsed<{ nonce?: string }>(Buffer.from(claims, 'base64url').toString()).nonce !== undefined;
}

function parsed<T extends object = TokenAnswer>(text: string): Partial<T> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
