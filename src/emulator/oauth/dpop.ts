/**
 * Demonstrating Proof of Possession (RFC 9449) for service apps: the token is bound to a key, and each request proves that its
 * sender has it. Error codes and texts as Okta's users quote them.
 */
import { createHash, createHmac } from 'node:crypto';
import { calculateJwkThumbprint, decodeProtectedHeader, EmbeddedJWK, type JWK, type JWTPayload, jwtVerify } from 'jose';
import type { AppContext } from '../http/context.ts';
import type { Org } from '../org.ts';
import { dropExpired } from '../store/expiry.ts';
import { OAuthError } from './oauth-error.ts';

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
/** How far a proof's time may be from the org's, and for how long its id is remembered. */
const PROOF_MS = 5 * 60_000;
/** A nonce is good for a day (documented), and a little longer so that none runs out on its way. */
const NONCE_MS = 24 * 60 * 60_000;

/** What is wrong with a proof, in Okta's words. */
export class ProofFault extends Error {}

/**
 * Checks the proof of a token request and returns the thumbprint of its key.
 * @throws OAuthError 400 invalid_dpop_proof, or use_dpop_nonce with the nonce in a header
 */
export async function proofAtTokenEndpoint(c: AppContext, org: Org): Promise<string> {
  try {
    const { claims, thumbprint } = await readProof(c, org);
    if (typeof claims.nonce === 'string' && nonces(org).includes(claims.nonce)) return thumbprint;
  } catch (error) {
    if (error instanceof ProofFault) throw new OAuthError(400, 'invalid_dpop_proof', error.message);
    throw error;
  }
  c.header('dpop-nonce', nonces(org)[0]);
  throw new OAuthError(400, 'use_dpop_nonce', 'Authorization server requires nonce in DPoP proof.');
}

/**
 * Checks that the sender of an API request has the key that its token is bound to.
 * @throws ProofFault
 */
export async function proofAtApi(c: AppContext, org: Org, token: string, boundTo: string): Promise<void> {
  const { claims, thumbprint } = await readProof(c, org);
  if (claims.ath !== createHash('sha256').update(token).digest('base64url')) throw invalidClaim('ath');
  if (thumbprint !== boundTo) throw new ProofFault('The DPoP proof JWT is not signed by the key of the access token.');
}

/** `DPoP algs="…", …, error="invalid_dpop_proof", …`: the header of a refused proof, quoted whole by Okta's users. */
export function proofChallenge(c: AppContext, fault: ProofFault): string {
  const realm = c.get('baseUrl');
  return [
    `DPoP algs="${ALGORITHMS.join(' ')}"`,
    `authorization_uri="${realm}/oauth2/v1/authorize"`,
    `realm="${realm}"`,
    'error="invalid_dpop_proof"',
    `error_description="${fault.message}"`,
    `resource="${c.req.path}"`,
  ].join(', ');
}

async function readProof(c: AppContext, org: Org): Promise<{ claims: JWTPayload; thumbprint: string }> {
  const proof = c.req.header('DPoP');
  if (!proof) throw new ProofFault('The DPoP proof JWT header is missing.');
  const { payload, jwk } = await verified(proof, org);
  if (payload.htm !== c.req.method) throw invalidClaim('htm');
  if (payload.htu !== c.get('baseUrl') + provenPath(new URL(c.req.url).pathname)) throw invalidClaim('htu');
  const thumbprint = await calculateJwkThumbprint(jwk);
  checkOnce(org, thumbprint, payload);
  return { claims: payload, thumbprint };
}

async function verified(proof: string, org: Org): Promise<{ payload: JWTPayload; jwk: JWK }> {
  try {
    const { payload } = await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: ALGORITHMS,
      currentDate: new Date(org.clock.now()),
      clockTolerance: PROOF_MS / 1000,
      maxTokenAge: PROOF_MS / 1000,
      requiredClaims: ['iat', 'jti'],
    });
    return { payload, jwk: decodeProtectedHeader(proof).jwk as JWK };
  } catch {
    throw new ProofFault('The DPoP proof JWT is invalid.');
  }
}

function checkOnce(org: Org, thumbprint: string, { jti }: JWTPayload): void {
  const now = org.clock.now();
  const id = `dpop/${thumbprint}/${jti}`;
  const used = org.store.usedAssertions.get(id);
  if (used && used.expiresAt > now) throw new ProofFault('The DPoP proof JWT has already been used.');
  dropExpired(org.store.usedAssertions, now);
  org.store.usedAssertions.put({ id, expiresAt: now + 2 * PROOF_MS });
}

/** The present nonce and the one before: a text that only this org can make, of the day. */
function nonces(org: Org): [string, string] {
  const day = Math.floor(org.clock.now() / NONCE_MS);
  const of = (count: number) => createHmac('sha256', org.adminToken).update(`nonce ${count}`).digest('base64url');
  return [of(day).slice(0, 32), of(day - 1).slice(0, 32)];
}

function invalidClaim(name: string): ProofFault {
  return new ProofFault(`'${name}' claim in the DPoP proof JWT is invalid.`);
}

/**
 * The path that `htu` must name, letter by letter: as it reads once decoded, but for `%`, space, `"` and `#`. RFC 9449 would
 * have both sides normalised, by which `%40` and `@` differ; Okta takes the latter alone (reported against its Node and Python
 * SDKs). What stays escaped is what its Java SDK leaves so, which was tried on an org with many characters.
 */
function provenPath(path: string): string {
  const escaped = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  try {
    return decodeURIComponent(path).replace(/[% "#]/g, escaped);
  } catch {
    return path;
  }
}
