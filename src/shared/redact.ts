/**
 * Keeps secrets out of everything that is printed or written. Two nets: the values a run was told are secret, and the
 * shapes that are secret wherever they turn up (tokens, full phone numbers, members named like credentials).
 */

import { oneLine } from './one-line.ts';

const MASK = '[redacted]';

/** JSON members whose value is never shown, compared without case, `_` and `-`. */
const SECRET_MEMBERS = new Set(
  [
    'password',
    'passcode',
    'otp',
    'verificationCode',
    'secret',
    'sharedSecret',
    'clientSecret',
    'clientAssertion',
    'accessToken',
    'idToken',
    'refreshToken',
    'interactionCode',
    'interactionHandle',
    'codeVerifier',
    'stateHandle',
    'stateToken',
    'sessionToken',
    'authorization',
    'cookie',
    'privateKey',
  ].map(plainName),
);

/** Shorter values are left alone: masking every `12` would spoil the text and hide nothing. */
const SHORTEST_SECRET = 4;

const JWT = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g;
const CREDENTIAL_HEADER = /\b(SSWS|Bearer|Basic|DPoP)\s+[\w.~+/=-]{8,}/g;
/** E.164: a plus sign and 8 to 15 digits, with the separators people write. */
const PHONE_NUMBER = /\+\d(?:[ ().-]?\d){7,14}(?!\d)/g;

export class Redactor {
  private readonly secrets = new Set<string>();
  private sorted: readonly string[] | undefined;

  /** From now on `secret` is masked, however it is written. Values under four characters and absent ones are ignored. */
  tell(...secrets: readonly (string | undefined)[]): void {
    for (const secret of secrets) {
      if (secret === undefined || secret.length < SHORTEST_SECRET) continue;
      for (const form of formsOf(secret)) this.secrets.add(form);
    }
    this.sorted = undefined;
  }

  /** `text` without the secrets that were told. */
  told(text: string): string {
    // Most lines hold none of what may be thousands, and looking is cheaper than replacing.
    return this.longestFirst().reduce(
      (safe, secret) => (safe.includes(secret) ? safe.replace(literalPattern(secret), MASK) : safe),
      text,
    );
  }

  /** `text` without secrets; of a phone number the last four digits stay, as Okta shows it. */
  text(text: string): string {
    return this.told(text)
      .replace(JWT, '[token]')
      .replace(CREDENTIAL_HEADER, `$1 ${MASK}`)
      .replace(PHONE_NUMBER, (number) => maskPhone(number));
  }

  /** A copy of a JSON value without secrets; member names are kept. */
  json<T>(value: T): T {
    return this.redactValue(value) as T;
  }

  private redactValue(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return this.secrets.has(String(value)) ? MASK : value;
    if (Array.isArray(value)) return value.map((item) => this.redactValue(item));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, this.redactMember(name, member)]));
  }

  private redactMember(name: string, member: unknown): unknown {
    const hidden = SECRET_MEMBERS.has(plainName(name)) && typeof member !== 'object' && typeof member !== 'boolean';
    return hidden && member !== undefined ? MASK : this.redactValue(member);
  }

  /** A secret that contains another must go first, or its rest would stay. */
  private longestFirst(): readonly string[] {
    this.sorted ??= [...this.secrets].sort((a, b) => b.length - a.length);
    return this.sorted;
  }
}

/** A secret as it is, and as JSON, our own lines, URLs and headers write it. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  const written = [JSON.stringify(secret).slice(1, -1), oneLine(secret), encodeURIComponent(bytes.toString()), base64];
  return [secret, ...written];
}

/** `+14155550132` as `+1 XXX-XXX-0132`; other countries' numbers keep their last four digits too. */
function maskPhone(number: string): string {
  const digits = number.replace(/\D/g, '');
  const last = digits.slice(-4);
  return digits.length === 11 && digits.startsWith('1') ? `+1 XXX-XXX-${last}` : `+XXXXXX${last}`;
}

/** Digits only (a one-time code) must stand alone, so that a timestamp that happens to hold them is not spoilt. */
function literalPattern(secret: string): RegExp {
  const escaped = secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(/^\d+$/.test(secret) ? `(?<!\\d)${escaped}(?!\\d)` : escaped, 'g');
}

function plainName(name: string): string {
  return name.replace(/[_-]/g, '').toLowerCase();
}
