/**
 * The two ceremonies of WebAuthn, as a relying party checks them (W3C Web Authentication, sections 7.1 and 7.2): a new
 * credential, and the signature of a known one. Keys are ES256 or RS256; attestation is none, or `packed`, whose signature
 * is checked but not who vouches for its certificate.
 */
import { createHash, createPublicKey, type JsonWebKey, type KeyObject, verify, X509Certificate } from 'node:crypto';
import { type Cbor, decodeCbor } from './cbor.ts';

/** COSE numbers of the algorithms, in the order of preference. */
export const ALGORITHMS = { ES256: -7, RS256: -257 } as const;

export interface Credential {
  /** Base64url. */
  id: string;
  publicKey: JsonWebKey;
  signCount: number;
  rpId: string;
}

/** What the relying party wants of an answer. */
export interface Expected {
  /** Base64url, as it was given out. */
  challenge: string;
  isAllowedOrigin: (origin: string) => boolean;
  /** The domain of the credential; by default that of the page. */
  rpId?: string;
  userVerification: boolean;
}

export interface AttestationAnswer {
  clientData: string;
  attestation: string;
}

export interface AssertionAnswer {
  clientData: string;
  authenticatorData: string;
  signatureData: string;
}

/** The credential that somebody registered. @throws Error with what is wrong about the answer */
export function registeredCredential(answer: AttestationAnswer, expected: Expected): Credential {
  const { hash, origin } = readClientData(answer.clientData, 'webauthn.create', expected);
  const object = asMap(decodeCbor(bytesOf(answer.attestation)).value);
  const authData = asBytes(object.get('authData'));
  const rpId = expected.rpId ?? new URL(origin).hostname;
  const { signCount, rest } = readAuthenticatorData(authData, rpId, expected.userVerification, true);
  const idLength = rest.readUInt16BE(16);
  const id = rest.subarray(18, 18 + idLength);
  if (idLength === 0 || id.length !== idLength) throw new Error('the credential has no id');
  const { jwk, algorithm } = readKey(asMap(decodeCbor(rest, 18 + idLength).value));
  const statement = asMap(object.get('attStmt'));
  checkAttestation(object.get('fmt'), statement, Buffer.concat([authData, hash]), keyOf(jwk), algorithm);
  return { id: id.toString('base64url'), publicKey: jwk, signCount, rpId };
}

/** The number of signatures so far, where a credential made this one. @throws Error with what is wrong about the answer */
export function assertedSignCount(answer: AssertionAnswer, credential: Credential, expected: Expected): number {
  const { hash } = readClientData(answer.clientData, 'webauthn.get', expected);
  const authData = bytesOf(answer.authenticatorData);
  const { signCount } = readAuthenticatorData(authData, credential.rpId, expected.userVerification, false);
  const signed = Buffer.concat([authData, hash]);
  if (!verify('sha256', signed, keyOf(credential.publicKey), bytesOf(answer.signatureData))) {
    throw new Error('the signature is wrong');
  }
  const counts = signCount > 0 || credential.signCount > 0;
  if (counts && signCount <= credential.signCount) throw new Error('the count of signatures went back');
  return signCount;
}

function readClientData(text: string, type: string, expected: Expected): { hash: Buffer; origin: string } {
  const bytes = bytesOf(text);
  const data = JSON.parse(bytes.toString('utf8')) as Readonly<Record<string, unknown>> | null;
  if (data?.type !== type) throw new Error(`the client data is not of type ${type}`);
  if (data.challenge !== expected.challenge) throw new Error('the challenge is another');
  const { origin, crossOrigin } = data;
  if (typeof origin !== 'string' || !expected.isAllowedOrigin(origin)) throw new Error('the origin is not trusted');
  if (crossOrigin === true) throw new Error('the page is framed by another origin');
  return { hash: createHash('sha256').update(bytes).digest(), origin };
}

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

/** @returns the count of signatures, and what follows it */
function readAuthenticatorData(
  authData: Buffer,
  rpId: string,
  userVerification: boolean,
  registering: boolean,
): { signCount: number; rest: Buffer } {
  if (authData.length < 37) throw new Error('the authenticator data is too short');
  const rpIdHash = createHash('sha256').update(rpId).digest();
  if (!authData.subarray(0, 32).equals(rpIdHash)) throw new Error('the credential is for another domain');
  const flags = authData.readUInt8(32);
  if ((flags & USER_PRESENT) === 0) throw new Error('nobody was present');
  if (userVerification && (flags & USER_VERIFIED) === 0) throw new Error('the user was not verified');
  if (registering && (flags & HAS_CREDENTIAL) === 0) throw new Error('there is no credential');
  return { signCount: authData.readUInt32BE(33), rest: authData.subarray(37) };
}

/** A COSE key (RFC 9053) as JSON Web Key. */
function readKey(key: Map<Cbor, Cbor>): { jwk: JsonWebKey; algorithm: number } {
  const part = (label: number) => asBytes(key.get(label)).toString('base64url');
  const [type, algorithm] = [key.get(1), key.get(3)];
  if (type === 2 && algorithm === ALGORITHMS.ES256 && key.get(-1) === 1) {
    return { jwk: { kty: 'EC', crv: 'P-256', x: part(-2), y: part(-3) }, algorithm };
  }
  if (type === 3 && algorithm === ALGORITHMS.RS256) {
    return { jwk: { kty: 'RSA', n: part(-1), e: part(-2) }, algorithm };
  }
  throw new Error('the algorithm of the key is not supported');
}

function checkAttestation(
  format: Cbor | undefined,
  statement: Map<Cbor, Cbor>,
  signed: Buffer,
  own: KeyObject,
  ownAlgorithm: number,
): void {
  if (format === 'none' && statement.size === 0) return;
  if (format !== 'packed') throw new Error('the format of the attestation is not supported');
  const certificates = statement.get('x5c');
  const [first] = Array.isArray(certificates) ? certificates : [];
  const key = first === undefined ? own : new X509Certificate(asBytes(first)).publicKey;
  if (first === undefined && statement.get('alg') !== ownAlgorithm) throw new Error('the attestation is not its own');
  if (!verify('sha256', signed, key, asBytes(statement.get('sig')))) throw new Error('the attestation is forged');
}

function keyOf(jwk: JsonWebKey): KeyObject {
  return createPublicKey({ key: jwk, format: 'jwk' });
}

/** Clients write either alphabet of base64. */
function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'base64');
}

function asMap(value: Cbor | undefined): Map<Cbor, Cbor> {
  if (value instanceof Map) return value;
  throw new Error('a map is missing');
}

function asBytes(value: Cbor | undefined): Buffer {
  if (Buffer.isBuffer(value)) return value;
  throw new Error('a byte string is missing');
}
