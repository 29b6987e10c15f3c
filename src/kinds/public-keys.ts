/** The public keys by which an app proves itself (`private_key_jwt`), as JSON Web Keys. */
import { z } from 'zod';
import type { OAuthClientSettings } from '../wire/application.ts';

/** A key as the config writes it, and as Okta takes it. */
export type PublicKey = Readonly<Partial<Record<(typeof MEMBERS)[number], string>>>;

/** Members in the order in which they are written. */
const MEMBERS = ['kid', 'kty', 'use', 'alg', 'crv', 'x', 'y', 'e', 'n'] as const;

/** What makes a key (RFC 7518), by its type. */
const PARTS: Readonly<Record<string, readonly (typeof MEMBERS)[number][]>> = { RSA: ['e', 'n'], EC: ['crv', 'x', 'y'] };

/** Members of private keys and of shared secrets (RFC 7518). */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const IS_PRIVATE =
  'this is a private key: only the public part belongs here. Take it out, and give the app another key if anybody may have seen this one';

const part = (description: string) => z.string().optional().meta({ description });

const asObject = z
  .looseObject({
    kid: part('Id of the key; each key has its own.'),
    kty: part('`RSA` or `EC`.').meta({ enum: ['RSA', 'EC'] }),
    use: part('`sig`.'),
    alg: part('E.g. `RS256`.'),
    crv: part('Of an EC key: `P-256`, `P-384` or `P-521`.'),
    x: part('Of an EC key.'),
    y: part('Of an EC key.'),
    e: part('Of an RSA key.'),
    n: part('Of an RSA key.'),
  })
  .superRefine((key, issues) => {
    for (const { message, member } of wrongIn(key)) {
      issues.addIssue({ code: 'custom', message, path: member === undefined ? [] : [member] });
    }
  })
  .meta({ description: 'A public key as a JSON Web Key.' });

const asText = z
  .string()
  .superRefine((text, issues) => {
    for (const { message } of wrongInText(text)) issues.addIssue({ code: 'custom', message });
  })
  .meta({ description: 'The same as JSON, to be read from a file.', examples: ['${file:client.public.jwk.json}'] });

/** The list of keys. Messages about it never hold what stands in it. */
export const publicKeysField = z.array(z.union([asObject, asText])).superRefine((keys, issues) => {
  const ids = keys.map((key) => asKey(key).kid);
  ids.forEach((kid, index) => {
    if (kid === undefined || ids.indexOf(kid) === index) return;
    issues.addIssue({ code: 'custom', message: 'another key of the list has the same kid', path: [index] });
  });
});

export const publicKeysUrlField = z
  .string()
  .refine(
    (value) => value.startsWith('https://') && URL.canParse(value),
    'must be a URL such as https://app.example.com/keys',
  );

interface Wrong {
  message: string;
  /** Where, when it is about one of the key's members. */
  member?: string;
}

function wrongIn(key: Readonly<Record<string, unknown>>): Wrong[] {
  const secret = Object.keys(key).find((member) => PRIVATE.includes(member) || holdsPrivateKey(key[member]));
  if (secret !== undefined) return [{ message: IS_PRIVATE, member: secret }];
  const parts = PARTS[String(key.kty)];
  if (!parts) return [{ message: 'kty must be RSA or EC', ...(key.kty === undefined ? {} : { member: 'kty' }) }];
  const missing = ['kid' as const, ...parts].find((member) => !key[member]);
  if (missing !== undefined) return [{ message: `a public key of this type needs ${missing}` }];
  const odd = parts.find((member) => !/^[A-Za-z0-9_-]+$/.test(String(key[member])));
  if (odd !== undefined) return [{ message: `${odd} must be Base64url without line breaks or padding`, member: odd }];
  const unknown = Object.keys(key).find((member) => !MEMBERS.some((known) => known === member));
  if (unknown === undefined) return [];
  return [{ message: `a public key has no room for this; it has ${MEMBERS.join(', ')}`, member: unknown }];
}

function wrongInText(text: string): Wrong[] {
  if (holdsPrivateKey(text)) return [{ message: IS_PRIVATE }];
  const key = parsed(text);
  return key
    ? wrongIn(key)
    : [{ message: 'must be a JSON Web Key, such as { "kid": ..., "kty": "RSA", "e": ..., "n": ... }' }];
}

/** As PEM files say it. */
const holdsPrivateKey = (value: unknown) => typeof value === 'string' && value.includes('PRIVATE KEY');

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function asKey(key: unknown): PublicKey {
  const members = (typeof key === 'string' ? parsed(key) : (key as Record<string, unknown>)) ?? {};
  return Object.fromEntries(
    MEMBERS.filter((name) => typeof members[name] === 'string').map((name) => [name, members[name]]),
  );
}

/** Keys in one order and one spelling, however they are written; their order means nothing. */
export function plainKeys(keys: readonly unknown[]): PublicKey[] {
  return keys.map(asKey).sort((a, b) => ((a.kid ?? '') < (b.kid ?? '') ? -1 : 1));
}

type LiveKey = Readonly<Record<string, unknown>>;

const isActive = ({ status }: LiveKey) => status !== 'INACTIVE';

/** The keys that prove the app; those that are switched off prove nothing, and are told apart. */
export const activeKeys = (live: readonly LiveKey[] | undefined): PublicKey[] =>
  plainKeys((live ?? []).filter(isActive));
export const inactiveKeys = (live: readonly LiveKey[] | undefined) => (live ?? []).filter((key) => !isActive(key));

/** Keys stand in the app or at an address: the one takes the place of the other. */
export function setKeys(
  client: OAuthClientSettings,
  said: { publicKeys?: readonly PublicKey[] | undefined; publicKeysUrl?: string | null | undefined },
): void {
  const { publicKeys, publicKeysUrl } = said;
  if (publicKeys !== undefined) {
    delete client.jwks_uri;
    const keys = sentKeys(client.jwks?.keys, publicKeys);
    if (keys.length > 0) client.jwks = { keys };
    else delete client.jwks;
  }
  if (publicKeysUrl === null) delete client.jwks_uri;
  else if (publicKeysUrl !== undefined) {
    delete client.jwks;
    client.jwks_uri = publicKeysUrl;
  }
}

/** The keys to send: the wanted ones, switched on, and those that are switched off and not mentioned, as they are. */
function sentKeys(live: readonly LiveKey[] | undefined, wanted: readonly PublicKey[]): Record<string, unknown>[] {
  const rest = inactiveKeys(live).filter(({ kid }) => !wanted.some((key) => key.kid === kid));
  return [...wanted.map((key) => ({ ...key, status: 'ACTIVE' })), ...rest.map(asNew)];
}

/** A key as it can be sent: without what the org fills in. */
export function asNew({ id, created, lastUpdated, _links, ...key }: LiveKey): Record<string, unknown> {
  return key;
}
