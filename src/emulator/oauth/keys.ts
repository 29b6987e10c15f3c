/**
 * The org's signing keys, by key id. The id is part of the org's state (authorization servers and apps show it); the RSA
 * key behind it is made when it is first needed, in the thread pool, so that an org starts at once. A key id never gets
 * a second key: clients cache key sets for a day.
 */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

const MODULUS_BITS = 2048;
const generate = promisify(generateKeyPair);

export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/** A key as a JSON Web Key with its private members, for snapshots and the state file. */
export interface StoredKey {
  kid: string;
  jwk: Record<string, unknown>;
}

/** An entry of a key set (recorded members and order). */
export interface PublicJwk {
  kty: string;
  alg: 'RS256';
  kid: string;
  use: 'sig';
  e: string;
  n: string;
}

export class SigningKeys {
  /** Called once a new key is there: it is part of the org's state, though no row of the store. */
  onChange: (() => void) | undefined;
  readonly #keys = new Map<string, Promise<SigningKey>>();

  /** The key with this id; made on the first call. */
  get(kid: string): Promise<SigningKey> {
    const known = this.#keys.get(kid);
    if (known !== undefined) return known;
    const made = generate('rsa', { modulusLength: MODULUS_BITS }).then((pair) => ({ kid, ...pair }));
    this.#keys.set(kid, made);
    // A key that cannot be made is the caller's error, not the watcher's.
    made.then(
      () => this.onChange?.(),
      () => this.#keys.delete(kid),
    );
    return made;
  }

  async publicJwk(kid: string): Promise<PublicJwk> {
    const { publicKey } = await this.get(kid);
    const { n, e } = publicKey.export({ format: 'jwk' });
    return { kty: 'RSA', alg: 'RS256', kid, use: 'sig', e: String(e), n: String(n) };
  }

  /** Every key made so far. */
  async export(): Promise<StoredKey[]> {
    const keys = await Promise.all(this.#keys.values());
    return keys.map(({ kid, privateKey }) => ({ kid, jwk: { ...privateKey.export({ format: 'jwk' }) } }));
  }

  /** Replaces all keys by those of an export. */
  import(stored: readonly StoredKey[]): void {
    this.#keys.clear();
    for (const key of stored) this.add(key);
  }

  /** Adds a key that is known in advance. Throws when it is no private key. */
  add({ kid, jwk }: StoredKey): void {
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
    this.#keys.set(kid, Promise.resolve({ kid, privateKey, publicKey: createPublicKey(privateKey) }));
  }

  clear(): void {
    this.#keys.clear();
  }
}
