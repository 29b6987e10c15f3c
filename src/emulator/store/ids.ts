import { randomBytes, randomInt } from 'node:crypto';

/**
 * Makers of everything random that the org hands out. Ids are 20 characters: a 3-character prefix by object type and 17
 * of base62, the last three a cell tag shared by most objects of an org (recorded).
 */
export interface Ids {
  /** A new id, e.g. `next('00u')`. */
  next(prefix: string): string;
  /** `length` characters of the base64url alphabet: secrets, handles, key ids. */
  opaque(length: number): string;
  /** A one-time code of six digits. */
  code(): string;
  /** Makes `id` the next one of its prefix: for seeds, whose ids are known in advance. */
  pin(id: string): void;
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE64URL = `${BASE62}-_`;
const CELL = '5d7';

function pick(alphabet: string, length: number, random: (below: number) => number): string {
  return Array.from({ length }, () => alphabet[random(alphabet.length)]).join('');
}

/** Ids from a source of whole numbers below a bound; the default is cryptographically random. */
export function createIds(random: (below: number) => number = (below) => randomInt(below)): Ids {
  const pinned = new Map<string, string>();
  const unpin = (prefix: string) => {
    const id = pinned.get(prefix);
    pinned.delete(prefix);
    return id;
  };
  return {
    pin: (id) => pinned.set(id.slice(0, 3), id),
    // Real ids hold digits; a leading one keeps an id from looking like a word.
    next: (prefix) => unpin(prefix) ?? prefix + random(10) + pick(BASE62, 13, random) + CELL,
    opaque: (length) => pick(BASE64URL, length, random),
    code: () => String(random(1_000_000)).padStart(6, '0'),
  };
}

/** Repeatable ids for tests; not for secrets that matter. */
export function createSeededIds(seed: number): Ids {
  let state = seed >>> 0;
  // mulberry32: small, well distributed, and enough for ids that need only be repeatable
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return createIds((below) => Math.floor(next() * below));
}

export function randomToken(): string {
  return `00${randomBytes(30).toString('base64url')}`;
}
