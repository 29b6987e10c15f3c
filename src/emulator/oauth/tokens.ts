/**
 * Signed tokens as Okta makes them: members and their order follow recorded ID and access tokens; `auth_time` in access
 * tokens is of newer orgs (developer docs).
 */
import { createHash } from 'node:crypto';
import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { AcrValue } from '../../policy/index.ts';
import type { Org } from '../org.ts';
import type { UserEntity } from '../store/entities.ts';
import { dropExpired } from '../store/expiry.ts';
import { publishedKids } from '../store/signing.ts';
import { accessTokenSubject, type Claims, claimsFor } from './claims.ts';
import type { OAuthClient } from './client-auth.ts';
import type { Grant } from './grants.ts';
import { issuerOf, type TokenServer } from './servers.ts';

const ID_TOKEN_SECONDS = 3600;

export interface TokenContext {
  server: TokenServer;
  client: OAuthClient;
  /** The org URL that the client uses. */
  baseUrl: string;
}

/**
 * `AT.<43>[.oar…]`: the family shows only when a refresh token goes with it (recorded).
 * @param grant `boundTo`: the thumbprint of the key that whoever uses the token must prove to have
 */
export async function mintAccessToken(
  org: Org,
  context: TokenContext,
  grant: {
    scopes: readonly string[];
    user?: UserEntity;
    authTime?: number;
    family?: string;
    boundTo?: string;
    acr?: AcrValue;
  },
  lifetimeSeconds: number,
): Promise<string> {
  const { server, client, baseUrl } = context;
  const now = nowSeconds(org);
  const request = { server, client, scopes: grant.scopes, ...(grant.user ? { user: grant.user } : {}) };
  const jti = `AT.${org.ids.opaque(43)}${grant.family ? `.${grant.family}` : ''}`;
  if (grant.user) {
    dropExpired(org.store.freshTokens, org.clock.now());
    org.store.freshTokens.put({ id: jti, userId: grant.user.id, expiresAt: (now + 1) * 1000 });
  }
  return sign(org, server.kid, {
    ...claimsFor(org, request, 'accessToken'),
    ver: 1,
    jti,
    iss: issuerOf(server, baseUrl),
    aud: server.audience ?? baseUrl,
    iat: now,
    exp: now + lifetimeSeconds,
    ...(grant.acr === undefined ? {} : { acr: grant.acr }),
    cid: client.id,
    ...(grant.user ? { uid: grant.user.id } : {}),
    scp: [...grant.scopes],
    ...(grant.authTime === undefined ? {} : { auth_time: grant.authTime }),
    sub: accessTokenSubject(org, request),
    ...(grant.boundTo === undefined ? {} : { cnf: { jkt: grant.boundTo } }),
  });
}

/** An ID token for a sign-in, with the hash of the access token that goes with it. */
export async function mintIdToken(
  org: Org,
  context: TokenContext,
  grant: Grant,
  user: UserEntity,
  accessToken: string,
): Promise<string> {
  const { server, client, baseUrl } = context;
  const now = nowSeconds(org);
  const claims: Claims = claimsFor(org, { server, client, scopes: grant.scopes, user }, 'idToken');
  return sign(org, server.kid, {
    sub: user.id,
    ...claims,
    ver: 1,
    iss: issuerOf(server, baseUrl),
    aud: client.id,
    iat: now,
    exp: now + ID_TOKEN_SECONDS,
    jti: `ID.${org.ids.opaque(43)}`,
    amr: grant.amr,
    ...(grant.acr === undefined ? {} : { acr: grant.acr }),
    idp: org.store.org.id,
    ...(grant.nonce === undefined ? {} : { nonce: grant.nonce }),
    auth_time: grant.authTime,
    at_hash: halfHash(accessToken),
  });
}

/**
 * The claims of a token that this server signed and that has not run out; undefined for any other text. A token from before
 * a rotation is good for as long as its key is published.
 */
export async function readToken(org: Org, server: TokenServer, token: string): Promise<JWTPayload | undefined> {
  const keyOf = async ({ kid }: { kid?: string }) => {
    const known = publishedKids(org, server.id, server.kid).find((one) => one === kid);
    return (await org.signingKeys.get(known ?? server.kid)).publicKey;
  };
  try {
    const { payload } = await jwtVerify(token, keyOf, {
      algorithms: ['RS256'],
      currentDate: new Date(org.clock.now()),
    });
    return payload;
  } catch {
    return undefined;
  }
}

/** base64url of the left half of the SHA-256 (OpenID Connect Core, at_hash). */
function halfHash(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
}

async function sign(org: Org, kid: string, payload: JWTPayload): Promise<string> {
  const { privateKey } = await org.signingKeys.get(kid);
  return new SignJWT(payload).setProtectedHeader({ kid, alg: 'RS256' }).sign(privateKey);
}

function nowSeconds(org: Org): number {
  return Math.floor(org.clock.now() / 1000);
}
