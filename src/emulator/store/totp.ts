/**
 * Time-based one-time passwords (RFC 6238, HMAC-SHA1, six digits, 30 seconds), as Google Authenticator and Okta Verify make
 * them. A code is taken from the present interval and its two neighbours, and never twice.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export const TOTP_STEP_SECONDS = 30;
const DIGITS = 6;
const WINDOW = 1;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A new shared secret: 16 characters of base32 (documented length), 80 bits. */
export function newTotpSecret(): string {
  let secret = '';
  for (const byte of randomBytes(16)) secret += BASE32[byte & 31];
  return secret;
}

/** The code of a secret at a time, milliseconds since the epoch. */
export function totpAt(secret: string, now: number): string {
  return codeOf(secret, Math.floor(now / 1000 / TOTP_STEP_SECONDS));
}

/**
 * Which interval a code belongs to; undefined when it is wrong, or of an interval that was used before.
 * @param lastInterval the interval of the last code that was taken; to be kept from this function's answer
 */
export function matchTotp(secret: string, code: string, now: number, lastInterval = -1): number | undefined {
  const present = Math.floor(now / 1000 / TOTP_STEP_SECONDS);
  const given = Buffer.from(code.trim());
  for (let interval = present - WINDOW; interval <= present + WINDOW; interval += 1) {
    const expected = Buffer.from(codeOf(secret, interval));
    const right = given.length === expected.length && timingSafeEqual(given, expected);
    if (right && interval > lastInterval) return interval;
  }
  return undefined;
}

function codeOf(secret: string, interval: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.max(interval, 0)));
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

function fromBase32(text: string): Buffer {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const character of text.toUpperCase().replaceAll(/[=\s]/g, '')) {
    const value = BASE32.indexOf(character);
    if (value < 0) throw new Error('a TOTP secret is written in base32');
    held = (held << 5) | value;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >>> bits) & 255);
    held &= (1 << bits) - 1;
  }
  return Buffer.from(bytes);
}
