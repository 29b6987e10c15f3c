/** The kinds of factors that the emulator can enrol and verify, and the authenticator behind each kind of factor. */
import type { AuthenticatorKey, MethodType } from '../../../wire/authenticator.ts';
import type { Channel } from '../../telephony/entities.ts';

export interface FactorKind {
  factorType: string;
  provider: string;
  authenticator: AuthenticatorKey;
  method: MethodType;
  /** Where its codes are sent; a kind without one is verified by what the user knows or makes himself. */
  channel?: Channel;
  /** Prefix of the id while pending and once active (recorded: an SMS factor changes its id's prefix). */
  prefix: string;
  activePrefix: string;
}

export const FACTOR_KINDS: readonly FactorKind[] = [
  {
    factorType: 'sms',
    provider: 'OKTA',
    authenticator: 'phone_number',
    method: 'sms',
    channel: 'sms',
    prefix: 'mbl',
    activePrefix: 'sms',
  },
  {
    factorType: 'call',
    provider: 'OKTA',
    authenticator: 'phone_number',
    method: 'voice',
    channel: 'voice',
    prefix: 'clf',
    activePrefix: 'clf',
  },
  {
    factorType: 'email',
    provider: 'OKTA',
    authenticator: 'okta_email',
    method: 'email',
    channel: 'email',
    prefix: 'eae',
    activePrefix: 'eae',
  },
  {
    factorType: 'question',
    provider: 'OKTA',
    authenticator: 'security_question',
    method: 'security_question',
    prefix: 'ufs',
    activePrefix: 'ufs',
  },
  {
    factorType: 'push',
    provider: 'OKTA',
    authenticator: 'okta_verify',
    method: 'push',
    prefix: 'opf',
    activePrefix: 'opf',
  },
  {
    factorType: 'token:software:totp',
    provider: 'OKTA',
    authenticator: 'okta_verify',
    method: 'totp',
    prefix: 'ost',
    activePrefix: 'ost',
  },
  {
    factorType: 'token:software:totp',
    provider: 'GOOGLE',
    authenticator: 'google_otp',
    method: 'otp',
    prefix: 'uft',
    activePrefix: 'uft',
  },
  {
    factorType: 'webauthn',
    provider: 'FIDO',
    authenticator: 'webauthn',
    method: 'webauthn',
    prefix: 'fwf',
    activePrefix: 'fwf',
  },
];

/** Kinds that Okta has and the emulator only shows, where a user has one. */
const SHOWN_ONLY: Readonly<Record<string, AuthenticatorKey>> = {
  'signed_nonce/OKTA': 'okta_verify',
};

export function kindOf(factorType: string | undefined, provider: string): FactorKind | undefined {
  return FACTOR_KINDS.find((kind) => kind.factorType === factorType && kind.provider === provider);
}

/** The authenticator behind a factor, to tell whether the enrollment policy lets it appear. */
export function authenticatorOf(factorType: string, provider: string): AuthenticatorKey | undefined {
  return kindOf(factorType, provider)?.authenticator ?? SHOWN_ONLY[`${factorType}/${provider}`];
}
