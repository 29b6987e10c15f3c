/**
 * How the org keeps passwords: salted scrypt in a versioned string, so that the cost can rise without losing old hashes.
 * Verification is constant in time and never throws on a string it does not know.
 */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { readImportedHash, verifyImported } from './imported-passwords.ts';

/** scrypt N=2^14 r=8 p=1: about 40 ms and 16 MiB, done in the thread pool. */
const COST = { N: 16_384, r: 8, p: 1 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;

/** @returns `scrypt$1$N$r$p$salt$key`, salt and key in base64url. */
export async function hashPassword(plain: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(plain, salt, KEY_BYTES, COST);
  return ['scrypt', '1', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Whether `plain` is the password behind `hash`, ours or an imported one; false for a hash of an unknown form. */
export async function verifyPassword(plain: string, hash: string): Promise<boolean> {
  const imported = readImportedHash(hash);
  if (imported) return verifyImported(plain, imported);
  const [scheme, version, n, r, p, salt, key] = hash.split('$');
  if (scheme !== 'scrypt' || version !== '1' || salt === undefined || key === undefined) return false;
  const expected = Buffer.from(key, 'base64url');
  const cost = { N: Number(n), r: Number(r), p: Number(p) };
  const actual = await derive(plain, Buffer.from(salt, 'base64url'), expected.length, cost);
  return timingSafeEqual(actual, expected);
}

function derive(plain: string, salt: Buffer, length: number, cost: ScryptOptions): Promise<Buffer> {
  // NFKC: the same password typed on two keyboards is the same password.
  return new Promise((resolve, reject) => {
    scrypt(plain.normalize('NFKC'), salt, length, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
