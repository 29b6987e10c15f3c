/** The credentials that a body gives a user: a password, or where one from elsewhere is checked, and a recovery question. */
import type { User } from '../../../wire/directory.ts';
import { invalid, unsupported } from '../../http/okta-error.ts';
import type { ImportedHash } from '../../store/imported-passwords.ts';
import { isTooShort, MIN_ANSWER } from '../../store/security-questions.ts';
import { defined, integer, type Json, oneOf, record, requiredText, text } from '../input.ts';

export interface GivenCredentials {
  password?: string;
  /** A hash, or `hook`: the password import inline hook knows the password. */
  imported?: ImportedHash | 'hook';
  recovery?: { question: string; answer: string };
}

type Provider = User['credentials']['provider'];

const OKTA: Provider = { type: 'OKTA', name: 'OKTA' };
/** Who checks a password that was imported as a hash (OpenAPI 2026.06.3). */
export const IMPORT: Provider = { type: 'IMPORT', name: 'IMPORT' };

export function readCredentials(value: unknown): GivenCredentials {
  const credentials = record(value) ?? {};
  const password = record(credentials.password);
  const imported = readImported(password);
  const plain = text(password?.value);
  const recovery = record(credentials.recovery_question);
  const question = text(recovery?.question);
  const answer = text(recovery?.answer);
  // Okta's text, as its users quote it.
  if (answer !== undefined && isTooShort(answer)) {
    const tooShort = `The security question answer must be at least ${MIN_ANSWER} characters in length`;
    throw invalid('recovery_question', tooShort);
  }
  return {
    ...(plain === undefined ? {} : { password: plain }),
    ...(imported === undefined ? {} : { imported }),
    ...(question === undefined || answer === undefined ? {} : { recovery: { question, answer } }),
  };
}

function readImported(password: Json | undefined): GivenCredentials['imported'] {
  const hash = record(password?.hash);
  if (hash) return readHash(hash);
  const hook = record(password?.hook);
  if (!hook) return undefined;
  if (text(hook.type) !== 'default') throw invalid('password', 'password.hook.type: The field is not valid.');
  return 'hook';
}

const ALGORITHMS = ['BCRYPT', 'SHA-512', 'SHA-256', 'SHA-1', 'MD5', 'PBKDF2'] as const;

/** What a hash needs is documented by algorithm (OpenAPI 2026.06.3); the texts are of the named assumption `refusal-texts`. */
function readHash(given: Json): ImportedHash {
  const algorithm = oneOf(given.algorithm, ALGORITHMS);
  if (algorithm === undefined) throw faulty('algorithm');
  const value = requiredText('value', given.value);
  const salt = text(given.salt);
  if (algorithm === 'BCRYPT') {
    const workFactor = integer(given.workFactor) ?? 0;
    if (workFactor < 1 || workFactor > 20) throw faulty('workFactor');
    if (salt === undefined || !/^[./A-Za-z0-9]{22}$/.test(salt)) throw faulty('salt');
    return { algorithm, value, salt, workFactor };
  }
  if (algorithm === 'PBKDF2') return { algorithm, value, ...readDerivation(given, salt) };
  const saltOrder = oneOf(given.saltOrder, ['PREFIX', 'POSTFIX'] as const);
  if (salt !== undefined && saltOrder === undefined) throw faulty('saltOrder');
  return defined<ImportedHash>({ algorithm, value, salt, saltOrder });
}

function readDerivation(given: Json, salt: string | undefined): Omit<ImportedHash, 'algorithm' | 'value'> {
  const digestAlgorithm = oneOf(given.digestAlgorithm, ['SHA256_HMAC', 'SHA512_HMAC'] as const);
  const iterationCount = integer(given.iterationCount) ?? 0;
  const keySize = integer(given.keySize) ?? 0;
  if (digestAlgorithm === undefined) throw faulty('digestAlgorithm');
  if (iterationCount < 4096) throw faulty('iterationCount');
  if (keySize < 1) throw faulty('keySize');
  if (salt === undefined) throw faulty('salt');
  return { salt, digestAlgorithm, iterationCount, keySize };
}

function faulty(field: string) {
  return invalid('password', `password.hash.${field}: The field is not valid.`);
}

/** With a password that Okta itself checks from now on; a federated user's provider stays. */
export function withPassword(credentials: User['credentials']): User['credentials'] {
  return { ...withoutPassword(credentials), password: {} };
}

/** Without any password, imported ones included. */
export function withoutPassword({ password: _password, ...rest }: User['credentials']): User['credentials'] {
  return rest.provider.type === IMPORT.type ? { ...rest, provider: OKTA } : rest;
}

/**
 * Who checks the credentials of a new user: Okta, or, with `provider=true`, the federation or the social login that the
 * body names (OpenAPI 2026.06.3). Those users have neither password nor recovery question.
 */
export function readProvider(asked: boolean, value: unknown, given: GivenCredentials): Provider {
  const provider = record(record(value)?.provider);
  const type = text(provider?.type) ?? OKTA.type;
  if (given.imported) return IMPORT;
  if (!asked || type === OKTA.type) return OKTA;
  if (type !== 'FEDERATION' && type !== 'SOCIAL') throw unsupported(`users of provider ${type}`);
  if (given.password !== undefined || given.recovery) throw faultyProvider(type);
  return { type, name: text(provider?.name) ?? type };
}

function faultyProvider(type: string) {
  return invalid('credentials', `A user of provider ${type} cannot have a password or a recovery question.`);
}
