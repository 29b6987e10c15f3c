/**
 * Security keys through the Factors API: pending until a browser has made a credential for the challenge, verified by its
 * signature of another one. OpenAPI 2026.06.3; named assumption `webauthn-documents`.
 */
import { link } from '../../http/links.ts';
import { OktaError } from '../../http/okta-error.ts';
import { type Org, orgNow } from '../../org.ts';
import type { FactorEntity } from '../../store/entities.ts';
import {
  activationData,
  challengeData,
  newChallenge,
  noteSignature,
  orRefused,
  register,
} from '../../webauthn/relying-party.ts';
import { type Json, text } from '../input.ts';

/** `_embedded.activation` of a pending key: what `navigator.credentials.create` is given. */
export function renderKeyActivation(org: Org, { userId, challenge = '' }: FactorEntity): Json {
  const user = org.store.users.get(userId);
  return user ? activationData(org, user, challenge) : {};
}

/** Takes what the browser made. */
export function activateKey(org: Org, row: FactorEntity, body: Json): FactorEntity {
  const answer = { clientData: text(body.clientData) ?? '', attestation: text(body.attestation) ?? '' };
  const made = orRefused(org, () => register(org, { ...askedOf(row), answer }), wrong);
  const { challenge: _used, ...rest } = row;
  return org.store.factors.put({ ...rest, ...made, status: 'ACTIVE', lastUpdated: orgNow(org) });
}

/** A new challenge to sign; the one before is void. */
export function challengeKey(org: Org, row: FactorEntity, self: string): Json {
  const { challenge = '', profile } = org.store.factors.patch(row.id, { challenge: newChallenge(org) });
  return {
    factorResult: 'CHALLENGE',
    profile,
    _embedded: { challenge: challengeData(org, challenge) },
    _links: { verify: link(`${self}/verify`, 'POST'), factor: link(self, 'GET', 'DELETE') },
  };
}

/** Takes the signature of the last challenge, once. */
export function verifyKey(org: Org, row: FactorEntity, body: Json): void {
  const answer = {
    clientData: text(body.clientData) ?? '',
    authenticatorData: text(body.authenticatorData) ?? '',
    signatureData: text(body.signatureData) ?? '',
  };
  orRefused(org, () => noteSignature(org, [row], { ...askedOf(row), answer }), wrong);
  const { challenge: _used, ...rest } = org.store.factors.get(row.id) ?? row;
  org.store.factors.put(rest);
}

function askedOf({ challenge = '' }: FactorEntity): { challenge: string; origins: string[] } {
  return { challenge, origins: [] };
}

function wrong(): OktaError {
  return new OktaError(403, 'E0000068', 'Invalid Passcode/Answer', [
    "Your answer doesn't match our records. Please try again.",
  ]);
}
