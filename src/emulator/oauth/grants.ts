/** What the authorization servers remember between requests. Times with `At` are milliseconds since the epoch. */
import type { AcrValue } from '../../policy/index.ts';
import type { AuthenticatorKey, MethodType } from '../../wire/authenticator.ts';

/** How and when a person proved who they are: what tokens say about it. */
export interface AuthenticationFacts {
  userId: string;
  amr: string[];
  /** Seconds since the epoch, as the `auth_time` claim. */
  authTime: number;
}

/** What was granted to whom, carried from code to tokens. */
export interface Grant extends AuthenticationFacts {
  clientId: string;
  /** Authorization server id, or `ORG_SERVER` for the org authorization server. */
  serverId: string;
  scopes: string[];
  nonce?: string;
  /** What the app asked for by `acr_values`, and got. */
  acr?: AcrValue;
}

/** An interaction code or authorization code: one use, short life, bound to client, redirect URI and PKCE challenge. */
export interface AuthorizationCode extends Grant {
  /** The code. */
  id: string;
  grantType: 'interaction_code' | 'authorization_code';
  redirectUri: string;
  codeChallenge?: string;
  expiresAt: number;
}

export interface RefreshToken extends Grant {
  /** The token. */
  id: string;
  /** `oar…`: shared by all tokens that follow from one sign-in; access tokens carry it in their `jti`. */
  family: string;
  /** When the family began; unknown of tokens that older state files hold. */
  issuedAt?: number;
  /** Absent: does not expire by age. */
  expiresAt?: number;
  /** Moves forward with each use. */
  idleExpiresAt: number;
  /** When rotation replaced it; usable within the leeway only. */
  replacedAt?: number;
}

/**
 * An access token of this second, by its `jti`: its `iat`, whole seconds, does not tell it from a revocation in the same
 * second.
 */
export interface FreshToken {
  id: string;
  userId: string;
  /** The end of its second. */
  expiresAt: number;
}

/** A token revoked before its time; `id` is its `jti`, or an `oar…` family. */
export interface RevokedToken {
  id: string;
  expiresAt: number;
}

/** A client assertion that was taken: `id` is client and `jti`; kept until it would have run out anyway. */
export interface UsedAssertion {
  id: string;
  expiresAt: number;
}

/** A browser session, by its `idx` cookie. */
export interface Session extends AuthenticationFacts {
  id: string;
  /** What was verified, and when (milliseconds since the epoch): a rule may want it fresh. */
  factors: { key: AuthenticatorKey; method: MethodType; at: number }[];
  /** When it dies unless it is used before; moves forward with each use. */
  expiresAt: number;
  /** When it dies however much it is used. */
  endsAt?: number;
  /** How long it may lie idle, milliseconds. */
  idleMs: number;
  /** Whether the browser keeps it when it is closed. */
  persistent: boolean;
}
