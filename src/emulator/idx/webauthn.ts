/** Security keys and biometrics at sign-in. */
import { type Org, orgNow } from '../org.ts';
import { keysOf, newChallenge, noteSignature, orRefused, register } from '../webauthn/relying-party.ts';
import type { GivenCredentials } from './proof.ts';
import { refusals } from './refusals.ts';
import { appOf } from './situation.ts';
import type { CurrentAuthenticator, SignInTransaction } from './transaction.ts';

/** What is on a screen of the authenticator: a challenge, once. */
export function withChallenge(org: Org, current: CurrentAuthenticator): CurrentAuthenticator {
  if (current.key !== 'webauthn' || current.challenge !== undefined) return current;
  return { ...current, challenge: newChallenge(org) };
}

/** Keeps the credential that the browser made. */
export function keepCredential(org: Org, transaction: SignInTransaction, given: GivenCredentials): void {
  const { userId = '' } = transaction;
  const { clientData = '', attestation = '' } = given;
  const asked = { ...askedBy(org, transaction), answer: { clientData, attestation } };
  const made = orRefused(org, () => register(org, asked), refusals.webauthnFailed);
  const now = orgNow(org);
  org.store.factors.put({
    id: org.ids.next('fwf'),
    userId,
    factorType: 'webauthn',
    provider: 'FIDO',
    vendorName: 'FIDO',
    status: 'ACTIVE',
    created: now,
    lastUpdated: now,
    ...made,
  });
}

/** Throws unless one of the person's credentials signed the challenge. */
export function checkAssertion(org: Org, transaction: SignInTransaction, given: GivenCredentials): void {
  const { clientData = '', authenticatorData = '', signatureData = '' } = given;
  const asked = { ...askedBy(org, transaction), answer: { clientData, authenticatorData, signatureData } };
  const keys = keysOf(org, transaction.userId ?? '');
  orRefused(org, () => noteSignature(org, keys, asked), refusals.webauthnFailed);
}

/** Pages of the app may ask, too. */
function askedBy(org: Org, transaction: SignInTransaction): { challenge: string; origins: string[] } {
  const { redirect_uris = [] } = appOf(org, transaction).settings.oauthClient ?? {};
  const origins = redirect_uris.flatMap((uri) => (URL.canParse(uri) ? [new URL(uri).origin] : []));
  return { challenge: transaction.current?.challenge ?? '', origins };
}
