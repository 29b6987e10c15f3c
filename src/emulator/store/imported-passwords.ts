/** Passwords that came as the hash of another store: what Okta takes of them, and how one is checked (OpenAPI 2026.06.3). */
import { createHash, pbkdf2, timingSafeEqual } from 'node:crypto';
import { bcrypt } from './bcrypt.ts';

export interface ImportedHash {
  algorithm: 'BCRYPT' | 'SHA-512' | 'SHA-256' | 'SHA-1' | 'MD5' | 'PBKDF2';
  value: string;
  salt?: string;
  saltOrder?: 'PREFIX' | 'POSTFIX';
  workFactor?: number;
  digestAlgorithm?: 'SHA256_HMAC' | 'SHA512_HMAC';
  iterationCount?: number;
  keySize?: number;
}

const SCHEME = 'imported';

/** In the place of a hash: the password import inline hook is asked at the first sign-in. */
export const ASK_HOOK = 'hook$default';

/** @returns `imported$` and the hash with all that is needed to check it. */
export function writeImportedHash(hash: ImportedHash): string {
  return `${SCHEME}$${Buffer.from(JSON.stringify(hash)).toString('base64url')}`;
}

/** The imported hash in a string of {@link writeImportedHash}; undefined for another. */
export function readImportedHash(stored: string): ImportedHash | undefined {
  const [scheme, hash] = stored.split('$');
  if (scheme !== SCHEME || hash === undefined) return undefined;
  return JSON.parse(Buffer.from(hash, 'base64url').toString()) as ImportedHash;
}

/** Whether `plain` is the password behind an imported hash. */
export async function verifyImported(plain: string, hash: ImportedHash): Promise<boolean> {
  const [actual, expected] =
    hash.algorithm === 'BCRYPT'
      ? [Buffer.from(await bcrypt(plain, hash.salt ?? '', hash.workFactor ?? 10)), Buffer.from(hash.value)]
      : [await digest(plain, hash), Buffer.from(hash.value, 'base64')];
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

async function digest(plain: string, hash: ImportedHash): Promise<Buffer> {
  const salt = Buffer.from(hash.salt ?? '', 'base64');
  if (hash.algorithm === 'PBKDF2') return derive(plain, salt, hash);
  const parts = hash.saltOrder === 'POSTFIX' ? [Buffer.from(plain), salt] : [salt, Buffer.from(plain)];
  return createHash(hash.algorithm.replace('-', '').toLowerCase()).update(Buffer.concat(parts)).digest();
}

function derive(plain: string, salt: Buffer, hash: ImportedHash): Promise<Buffer> {
  const { iterationCount = 4096, keySize = 32 } = hash;
  const name = hash.digestAlgorithm === 'SHA512_HMAC' ? 'sha512' : 'sha256';
  return new Promise((resolve, reject) => {
    pbkdf2(plain, salt, iterationCount, keySize, name, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
