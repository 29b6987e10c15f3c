/**
 * Security keys and biometrics at sign-in: what the browser is asked for, and what becomes of its answer. The members of
 * the documents are those that okta-auth-js and the widget read (named assumption `webauthn-documents`).
 */
import { isLoopbackHost } from '../http/base-url.ts';
import { type Org, orgNow } from '../org.ts';
import type { FactorEntity, UserEntity } from '../store/entities.ts';
import {
  ALGORITHMS,
  assertedSignCount,
  type Credential,
  type Expected,
  registeredCredential,
} from '../webauthn/ceremony.ts';
import type { GivenCredentials } from './proof.ts';
import { refusals } from './refusals.ts';
import { appOf } from './situation.ts';
import type { CurrentAuthenticator, SignInTransaction } from './transaction.ts';

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

/** What is on a screen of the authenticator: a challenge, once. */
export function withChallenge(org: Org, current: CurrentAuthenticator): CurrentAuthenticator {
  if (current.key !== 'webauthn' || current.challenge !== undefined) return current;
  // a multiple of four characters is base64url of whole bytes, which a browser spells the same
  return { ...current, challenge: org.ids.opaque(32) };
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
    excludeCredentials: credentialsOf(org, user.id).map(({ credential }) => ({
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

/** Keeps the credential that the browser made. */
export function keepCredential(org: Org, transaction: SignInTransaction, given: GivenCredentials): void {
  const { userId = '' } = transaction;
  const { clientData = '', attestation = '' } = given;
  const required = settingsOf(org).userVerification === 'REQUIRED';
  const credential = orRefused(org, () =>
    registeredCredential({ clientData, attestation }, expected(org, transaction, required)),
  );
  const known = org.store.factors.filter((row) => row.credential?.id === credential.id).length > 0;
  if (known) throw refusals.webauthnFailed();
  const now = orgNow(org);
  const authenticatorName = org.store.authenticators.find('key', 'webauthn')?.name;
  org.store.factors.put({
    id: org.ids.next('fwf'),
    userId,
    factorType: 'webauthn',
    provider: 'FIDO',
    vendorName: 'FIDO',
    status: 'ACTIVE',
    created: now,
    lastUpdated: now,
    profile: { credentialId: credential.id, authenticatorName },
    credential,
  });
}

/** Throws unless one of the person's credentials signed the challenge; clients do not say which. */
export function checkAssertion(org: Org, transaction: SignInTransaction, given: GivenCredentials): void {
  const { userId = '' } = transaction;
  const { clientData = '', authenticatorData = '', signatureData = '' } = given;
  const wanted = expected(org, transaction, verificationAtSignIn(settingsOf(org)) === 'REQUIRED');
  const faults: unknown[] = [];
  for (const { row, credential } of credentialsOf(org, userId)) {
    try {
      const signCount = assertedSignCount({ clientData, authenticatorData, signatureData }, credential, wanted);
      org.store.factors.patch(row.id, { credential: { ...credential, signCount } });
      return;
    } catch (fault) {
      faults.push(fault);
    }
  }
  orRefused(org, () => {
    throw faults[0] ?? new Error('there is no credential');
  });
}

/** Why an answer was refused is for the org's log; a person reads one text (the widget's label). */
function orRefused<T>(org: Org, work: () => T): T {
  try {
    return work();
  } catch (fault) {
    org.log(`webauthn: ${fault instanceof Error ? fault.message : String(fault)}`);
    throw refusals.webauthnFailed();
  }
}

function expected(org: Org, transaction: SignInTransaction, userVerification: boolean): Expected {
  const rpId = rpIdOf(settingsOf(org));
  return {
    challenge: transaction.current?.challenge ?? '',
    isAllowedOrigin: (origin) => isAllowedOrigin(org, transaction, origin),
    ...(rpId === undefined ? {} : { rpId }),
    userVerification,
  };
}

/** Pages that may ask for credentials: the org's own, those of trusted origins and of the app (assumption `webauthn-origins`). */
function isAllowedOrigin(org: Org, transaction: SignInTransaction, origin: string): boolean {
  if (isOwnOrigin(org, origin)) return true;
  const trusted = org.store.trustedOrigins.values().some((row) => row.status === 'ACTIVE' && row.origin === origin);
  const { redirect_uris = [] } = appOf(org, transaction).settings.oauthClient ?? {};
  return trusted || redirect_uris.some((uri) => URL.canParse(uri) && new URL(uri).origin === origin);
}

function isOwnOrigin(org: Org, origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const [own, given] = [new URL(org.url), new URL(origin)];
  const alike = own.hostname === given.hostname || (isLoopbackHost(own.host) && isLoopbackHost(given.host));
  return alike && own.port === given.port && own.protocol === given.protocol;
}

function credentialsOf(org: Org, userId: string): { row: FactorEntity; credential: Credential }[] {
  return org.store.factors
    .findAll('userId', userId)
    .flatMap((row) => (row.credential && row.status === 'ACTIVE' ? [{ row, credential: row.credential }] : []));
}
