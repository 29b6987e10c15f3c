/**
 * bcrypt (Provos and Mazières 1999), which Node's crypto lacks: only to check passwords whose hashes were imported. Nothing
 * of ours is hashed with it.
 */
import { setImmediate } from 'node:timers/promises';

const ROUNDS = 16;
/** "OrpheanBeholderScryDoubt", the text that is encrypted. */
const MAGIC = [...'OrpheanBeholderScryDoubt'].map((letter) => letter.charCodeAt(0));
const RADIX_64 = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const HASH_BYTES = 23;
/** A password counts up to here, its final zero byte included. */
const MAX_KEY_BYTES = 72;
/** Other requests are served after so many expansions of the key. */
const BREATHER = 32;

interface Blowfish {
  /** The subkeys. */
  p: Uint32Array;
  /** The four S-boxes one after another. */
  s: Uint32Array;
}

/**
 * The bcrypt hash of a password, without its salt.
 * @param salt 22 characters of bcrypt's radix-64
 * @param workFactor the exponent of the number of key expansions
 * @returns 31 characters of bcrypt's radix-64
 */
export async function bcrypt(plain: string, salt: string, workFactor: number): Promise<string> {
  const key = Buffer.from(`${plain}\0`).subarray(0, MAX_KEY_BYTES);
  const saltBytes = decode(salt).subarray(0, 16);
  const state = fresh();
  expand(state, key, saltBytes);
  for (let left = 2 ** workFactor; left > 0; left -= 1) {
    expand(state, key);
    expand(state, saltBytes);
    if (left % BREATHER === 0) await setImmediate();
  }
  return encode(encryptMagic(state).subarray(0, HASH_BYTES));
}

function encryptMagic(state: Blowfish): Uint8Array {
  const text = Buffer.from(MAGIC);
  const block = new Uint32Array(2);
  for (let at = 0; at < text.length; at += 8) {
    block[0] = text.readUInt32BE(at);
    block[1] = text.readUInt32BE(at + 4);
    for (let count = 0; count < 64; count += 1) encrypt(state, block);
    text.writeUInt32BE(block[0], at);
    text.writeUInt32BE(block[1], at + 4);
  }
  return text;
}

/** Mixes a key into the state; with a salt its halves are mixed into what is encrypted. */
function expand(state: Blowfish, key: Uint8Array, salt?: Uint8Array): void {
  const keyWords = words(key);
  for (let index = 0; index < state.p.length; index += 1) state.p[index] = at(state.p, index) ^ keyWords();
  const saltWords = salt === undefined ? () => 0 : words(salt);
  const block = new Uint32Array(2);
  for (const table of [state.p, state.s]) {
    for (let index = 0; index < table.length; index += 2) {
      block[0] = at(block, 0) ^ saltWords();
      block[1] = at(block, 1) ^ saltWords();
      encrypt(state, block);
      table[index] = at(block, 0);
      table[index + 1] = at(block, 1);
    }
  }
}

/** Reads bytes as words, over and over. */
function words(bytes: Uint8Array): () => number {
  let offset = 0;
  return () => {
    let word = 0;
    for (let count = 0; count < 4; count += 1) {
      word = (word << 8) | (bytes[offset] ?? 0);
      offset = (offset + 1) % bytes.length;
    }
    return word;
  };
}

function encrypt({ p, s }: Blowfish, block: Uint32Array): void {
  let left = at(block, 0);
  let right = at(block, 1);
  for (let round = 0; round < ROUNDS; round += 2) {
    left ^= at(p, round);
    right ^= scramble(s, left) ^ at(p, round + 1);
    left ^= scramble(s, right);
  }
  block[0] = right ^ at(p, ROUNDS + 1);
  block[1] = left ^ at(p, ROUNDS);
}

function scramble(s: Uint32Array, word: number): number {
  const sum = (at(s, word >>> 24) + at(s, 256 + ((word >>> 16) & 255))) | 0;
  return ((sum ^ at(s, 512 + ((word >>> 8) & 255))) + at(s, 768 + (word & 255))) | 0;
}

function at(table: Uint32Array, index: number): number {
  return table[index] ?? 0;
}

let digits: Uint32Array | undefined;

/** Blowfish begins with the fraction of pi: 18 subkeys, then the S-boxes. */
function fresh(): Blowfish {
  digits ??= fractionOfPi(ROUNDS + 2 + 4 * 256);
  return { p: digits.slice(0, ROUNDS + 2), s: digits.slice(ROUNDS + 2) };
}

/** The first words of 32 bits after pi's binary point, by Machin's formula. */
function fractionOfPi(count: number): Uint32Array {
  const guard = 64;
  const bits = BigInt(count * 32 + guard);
  const pi = 16n * arccot(5n, bits) - 4n * arccot(239n, bits);
  const fraction = (pi - (3n << bits)) >> BigInt(guard);
  const hex = fraction.toString(16).padStart(count * 8, '0');
  return Uint32Array.from({ length: count }, (_, index) => Number.parseInt(hex.slice(index * 8, index * 8 + 8), 16));
}

/** arccot(x) as a fixed-point number with so many bits behind the point. */
function arccot(x: bigint, bits: bigint): bigint {
  let power = (1n << bits) / x;
  let sum = power;
  for (let odd = 3n, sign = -1n; power > 0n; odd += 2n, sign = -sign) {
    power /= x * x;
    sum += (sign * power) / odd;
  }
  return sum;
}

function decode(text: string): Uint8Array {
  return Buffer.from(translate(text, RADIX_64, BASE_64), 'base64');
}

function encode(bytes: Uint8Array): string {
  return translate(Buffer.from(bytes).toString('base64').replaceAll('=', ''), BASE_64, RADIX_64);
}

const BASE_64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function translate(text: string, from: string, to: string): string {
  return [...text].map((letter) => to[from.indexOf(letter)] ?? '').join('');
}
