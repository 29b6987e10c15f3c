/**
 * The org as relying party of WebAuthn: what browsers are asked for, from which pages it takes answers, and what becomes of
 * them, at sign-in and through the Factors API. The members are those that okta-auth-js and the widget read (named
 * assumption `webauthn-documents`).
 */
import { isLoopbackHost } from '../http/base-url.ts';
import type { Org } from '../org.ts';
import type { FactorEntity, UserEntity } from '../store/entities.ts';
import {
  ALGORITHMS,
  type AssertionAnswer,
  type AttestationAnswer,
  assertedSignCount,
  type Credential,
  type Expected,
  registeredCredential,
} from './ceremony.ts';

/** Settings of the authenticator's one method (OpenAPI 2026.06.3). */
interface Settings {
  userVerification?: string;
  userVerificationForVerify?: string;
  attachment?: string;
  residentKeyRequirement?: string;
  rpId?: { enabled?: boolean; domain?: { name?: string } };
}

function settingsOf(org: Org): Settings {
  const authenticator = org.store.authenticators.find('key', 'webauthn');
  return (authenticator?.methods[0]?.settings ?? {}) as Settings;
}

/** The domain that credentials are for, where the org has set one; else it is that of the page (OpenAPI 2026.06.3). */
function rpIdOf({ rpId }: Settings): string | undefined {
  return rpId?.enabled === true ? rpId.domain?.name : undefined;
}

/** A multiple of four characters is base64url of whole bytes, which a browser spells the same. */
export function newChallenge(org: Org): string {
  return org.ids.opaque(32);
}

const ATTACHMENT: Readonly<Record<string, string>> = { BUILT_IN: 'platform', ROAMING: 'cross-platform' };

/** What `navigator.credentials.create` is given. */
export function activationData(org: Org, user: UserEntity, challenge: string): Record<string, unknown> {
  const settings = settingsOf(org);
  const { userVerification = 'DISCOURAGED', attachment = 'ANY', residentKeyRequirement } = settings;
  const id = rpIdOf(settings);
  const { firstName, lastName, login } = user.profile;
  const authenticatorAttachment = ATTACHMENT[attachment];
  return {
    rp: { name: org.store.org.name, ...(id === undefined ? {} : { id }) },
    user: { id: user.id, name: login, displayName: [firstName, lastName].filter(Boolean).join(' ') || login },
    pubKeyCredParams: Object.values(ALGORITHMS).map((alg) => ({ type: 'public-key', alg })),
    challenge,
    attestation: 'none',
    authenticatorSelection: {
      userVerification: userVerification.toLowerCase(),
      requireResidentKey: residentKeyRequirement === 'REQUIRED',
      ...(residentKeyRequirement === undefined ? {} : { residentKey: residentKeyRequirement.toLowerCase() }),
      ...(authenticatorAttachment === undefined ? {} : { authenticatorAttachment }),
    },
    excludeCredentials: keysOf(org, user.id).map(({ credential }) => ({
      type: 'public-key',
      id: credential.id,
    })),
  };
}

/** What `navigator.credentials.get` is given. */
export function challengeData(org: Org, challenge: string): Record<string, unknown> {
  const settings = settingsOf(org);
  const rpId = rpIdOf(settings);
  return {
    challenge,
    userVerification: verificationAtSignIn(settings).toLowerCase(),
    ...(rpId === undefined ? {} : { rpId }),
  };
}

function verificationAtSignIn({ userVerificationForVerify, userVerification }: Settings): string {
  return userVerificationForVerify ?? userVerification ?? 'DISCOURAGED';
}

/** An answer of a browser, and what it was asked. */
export interface Asked<Answer> {
  answer: Answer;
  challenge: string;
  /** Origins whose pages may ask, beside the org's own and the trusted ones (named assumption `webauthn-origins`). */
  origins: readonly string[];
}

/** The credential that the browser made, with the profile that its factor shows. @throws Error with what is wrong */
export function register(
  org: Org,
  asked: Asked<AttestationAnswer>,
): Required<Pick<FactorEntity, 'credential' | 'profile'>> {
  const wanted = expected(org, asked, settingsOf(org).userVerification === 'REQUIRED');
  const credential = registeredCredential(asked.answer, wanted);
  if (org.store.factors.count('credentialId', credential.id) > 0) throw new Error('the credential is known already');
  const authenticatorName = org.store.authenticators.find('key', 'webauthn')?.name;
  return { credential, profile: { credentialId: credential.id, authenticatorName } };
}

/**
 * Notes the signature of one of some credentials: clients do not say which. @throws Error with what is wrong, when it is
 * none of theirs
 */
export function noteSignature(org: Org, rows: readonly FactorEntity[], asked: Asked<AssertionAnswer>): void {
  const wanted = expected(org, asked, verificationAtSignIn(settingsOf(org)) === 'REQUIRED');
  const faults: unknown[] = [];
  for (const { id, credential } of rows) {
    if (!credential) continue;
    try {
      const signCount = assertedSignCount(asked.answer, credential, wanted);
      org.store.factors.patch(id, { credential: { ...credential, signCount } });
      return;
    } catch (fault) {
      faults.push(fault);
    }
  }
  throw faults[0] ?? new Error('there is no credential');
}

/** Why an answer was refused is for the org's log; callers are told one thing. */
export function orRefused<T>(org: Org, work: () => T, refusal: () => Error): T {
  try {
    return work();
  } catch (fault) {
    org.log(`webauthn: ${fault instanceof Error ? fault.message : String(fault)}`);
    throw refusal();
  }
}

function expected(org: Org, { challenge, origins }: Asked<unknown>, userVerification: boolean): Expected {
  const rpId = rpIdOf(settingsOf(org));
  return {
    challenge,
    isAllowedOrigin: (origin) => origins.includes(origin) || isOrigin(org, origin),
    ...(rpId === undefined ? {} : { rpId }),
    userVerification,
  };
}

function isOrigin(org: Org, origin: string): boolean {
  const trusted = org.store.trustedOrigins.values().some((row) => row.status === 'ACTIVE' && row.origin === origin);
  return trusted || isOwnOrigin(org, origin);
}

function isOwnOrigin(org: Org, origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const [own, given] = [new URL(org.url), new URL(origin)];
  const alike = own.hostname === given.hostname || (isLoopbackHost(own.host) && isLoopbackHost(given.host));
  return alike && own.port === given.port && own.protocol === given.protocol;
}

/** The active security keys of a person. */
export function keysOf(org: Org, userId: string): (FactorEntity & { credential: Credential })[] {
  return org.store.factors
    .findAll('userId', userId)
    .flatMap(({ credential, ...row }) => (credential && row.status === 'ACTIVE' ? [{ ...row, credential }] : []));
}
