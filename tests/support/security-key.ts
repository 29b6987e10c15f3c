/** A security key in software: answers WebAuthn's two calls as a browser with a key plugged in would. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

type Encodable = number | string | Buffer | Map<number | string, Encodable>;

/** What tests have the key do differently. */
export interface Quirks {
  challenge?: string;
  origin?: string;
  rpId?: string;
  type?: string;
  /** Of the authenticator data; 1 is user present, 4 user verified. */
  flags?: number;
  signCount?: number;
  format?: 'none' | 'packed';
}

export class SecurityKey {
  readonly id = randomBytes(16);
  readonly #origin: string;
  readonly #algorithm: 'ES256' | 'RS256';
  readonly #keys: { privateKey: KeyObject; publicKey: KeyObject };
  #signCount = 0;

  constructor(origin: string, algorithm: 'ES256' | 'RS256' = 'ES256') {
    this.#origin = origin;
    this.#algorithm = algorithm;
    this.#keys =
      algorithm === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('rsa', { modulusLength: 2048 });
  }

  /** What `navigator.credentials.create` would bring. */
  create(challenge: string, quirks: Quirks = {}): { clientData: string; attestation: string } {
    const clientData = this.#clientData('webauthn.create', challenge, quirks);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const credential = Buffer.concat([Buffer.alloc(16), length, this.id, encode(this.#coseKey())]);
    const authData = Buffer.concat([this.#authenticatorData(0x40, quirks), credential]);
    const format = quirks.format ?? 'none';
    const statement = new Map<string, Encodable>();
    if (format === 'packed') {
      statement.set('alg', this.#coseAlgorithm());
      statement.set('sig', this.#sign(authData, clientData));
    }
    const object = new Map<string, Encodable>([
      ['fmt', format],
      ['attStmt', statement],
      ['authData', authData],
    ]);
    return { clientData: clientData.toString('base64url'), attestation: encode(object).toString('base64url') };
  }

  /** What `navigator.credentials.get` would bring. */
  get(
    challenge: string,
    quirks: Quirks = {},
  ): { clientData: string; authenticatorData: string; signatureData: string } {
    const clientData = this.#clientData('webauthn.get', challenge, quirks);
    this.#signCount += 1;
    const authData = this.#authenticatorData(0, quirks);
    return {
      clientData: clientData.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signatureData: this.#sign(authData, clientData).toString('base64url'),
    };
  }

  #clientData(type: string, challenge: string, quirks: Quirks): Buffer {
    const data = {
      type: quirks.type ?? type,
      challenge: quirks.challenge ?? challenge,
      origin: quirks.origin ?? this.#origin,
    };
    return Buffer.from(JSON.stringify({ ...data, crossOrigin: false }));
  }

  #authenticatorData(more: number, quirks: Quirks): Buffer {
    const head = Buffer.alloc(5);
    head.writeUInt8((quirks.flags ?? 1) | more);
    head.writeUInt32BE(quirks.signCount ?? this.#signCount, 1);
    const rpId = quirks.rpId ?? new URL(this.#origin).hostname;
    return Buffer.concat([createHash('sha256').update(rpId).digest(), head]);
  }

  #sign(authData: Buffer, clientData: Buffer): Buffer {
    const hash = createHash('sha256').update(clientData).digest();
    return sign('sha256', Buffer.concat([authData, hash]), this.#keys.privateKey);
  }

  #coseAlgorithm(): number {
    return this.#algorithm === 'ES256' ? -7 : -257;
  }

  #coseKey(): Map<number, Encodable> {
    const { x = '', y = '', n = '', e = '' } = this.#keys.publicKey.export({ format: 'jwk' });
    const bytes = (text: string) => Buffer.from(text, 'base64url');
    return this.#algorithm === 'ES256'
      ? new Map<number, Encodable>([
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, bytes(x)],
          [-3, bytes(y)],
        ])
      : new Map<number, Encodable>([
          [1, 3],
          [3, -257],
          [-1, bytes(n)],
          [-2, bytes(e)],
        ]);
  }
}

/** CBOR. */
function encode(value: Encodable): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, one]) => [encode(key), encode(one)])]);
}

function head(type: number, count: number): Buffer {
  if (count < 24) return Buffer.from([(type << 5) | count]);
  if (count < 256) return Buffer.from([(type << 5) | 24, count]);
  return Buffer.from([(type << 5) | 25, count >> 8, count & 255]);
}
