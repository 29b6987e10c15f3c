/** What an app must check of the tokens it got beyond what the SDK checks, and the claims that may be shown. */
import type { IdxTransaction } from '@okta/okta-auth-js';
import type { AppSettings } from './client.ts';

export type VerifiedClaims = Record<string, unknown>;

/** Tokens that an app must not accept. */
class TokenError extends Error {
  readonly errorCode = 'token-claims-wrong';
  readonly errorSummary: string;

  constructor(summary: string) {
    super(summary);
    this.name = 'TokenError';
    this.errorSummary = summary;
  }
}

/**
 * The claims of the ID token of a successful transaction; undefined while it is not successful. The SDK has verified
 * signature, issuer, audience, times and at_hash. It does not check the nonce in this flow, and takes tokens without
 * `amr`.
 *
 * @throws {TokenError}
 */
export function verifiedClaims(transaction: IdxTransaction, settings: AppSettings): VerifiedClaims | undefined {
  if (transaction.tokens === undefined) return undefined;
  const { idToken, accessToken } = transaction.tokens;
  if (idToken === undefined) throw new TokenError('The answer holds no ID token although openid was asked for.');
  if (accessToken === undefined) throw new TokenError('The answer holds no access token.');
  const claims: VerifiedClaims = { ...idToken.claims };
  const audiences = [claims.aud].flat();
  if (claims.iss !== settings.issuer) throw new TokenError(`iss is ${claims.iss}, not ${settings.issuer}.`);
  if (!audiences.includes(settings.clientId)) throw new TokenError(`aud is ${audiences}, not ${settings.clientId}.`);
  const expectedNonce = transaction.meta?.nonce;
  // Whether Okta echoes the nonce in this flow is not recorded; where it does, it must be ours.
  if (claims.nonce !== undefined && claims.nonce !== expectedNonce) throw new TokenError('nonce is not the one sent.');
  if (!Array.isArray(claims.amr) || claims.amr.length === 0) throw new TokenError('amr is missing.');
  return claims;
}
