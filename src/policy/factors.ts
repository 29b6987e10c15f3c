/**
 * What each authenticator method proves: its factor class and characteristics. One table, the ground of every statement
 * about assurance.
 *
 * Sources. Classes: help page "About MFA authenticators" (knowledge: password, security question; possession: the rest;
 * inherence only with biometrics). Device-bound: the same page, all possession authenticators except email and phone.
 * Phishing-resistant: WebAuthn, FastPass and smart cards. amr: recorded ID tokens for pwd, sms, email; the Session API's list
 * for the rest, where `tel` for voice is inferred [?]. No source says which class a temporary access code (tac) counts as;
 * knowledge is the safe reading, since with a password it then adds nothing [?].
 */
import type { AuthenticatorKey, MethodType } from '../wire/authenticator.ts';

export type FactorClass = 'knowledge' | 'possession' | 'inherence';

/** One way to prove who one is: an authenticator and the method used. */
export interface Factor {
  key: AuthenticatorKey;
  method: MethodType;
}

export interface FactorTraits extends Factor {
  classes: readonly FactorClass[];
  deviceBound: boolean;
  phishingResistant: boolean;
  hardwareProtected: boolean;
  userPresence: boolean;
  /** The method itself verifies the user by PIN or biometrics. */
  userVerifying: boolean;
  /** Authentication method references that the ID token lists for it. */
  amr: readonly string[];
}

type Mark = 'deviceBound' | 'phishingResistant' | 'hardwareProtected' | 'userVerifying';

function row(
  key: AuthenticatorKey,
  method: MethodType,
  classes: readonly FactorClass[],
  amr: readonly string[],
  ...marks: Mark[]
): FactorTraits {
  return {
    key,
    method,
    classes,
    amr,
    deviceBound: marks.includes('deviceBound'),
    phishingResistant: marks.includes('phishingResistant'),
    hardwareProtected: marks.includes('hardwareProtected'),
    userVerifying: marks.includes('userVerifying'),
    userPresence: true,
  };
}

const KNOWLEDGE = ['knowledge'] as const;
const POSSESSION = ['possession'] as const;

const FACTORS: readonly FactorTraits[] = [
  row('okta_password', 'password', KNOWLEDGE, ['pwd']),
  row('security_question', 'security_question', KNOWLEDGE, ['kba']),
  // mca: multiple-channel, recorded together with sms
  row('phone_number', 'sms', POSSESSION, ['sms', 'mca']),
  row('phone_number', 'voice', POSSESSION, ['tel', 'mca']),
  row('okta_email', 'email', POSSESSION, ['email']),
  row('okta_verify', 'push', POSSESSION, ['swk'], 'deviceBound'),
  row('okta_verify', 'totp', POSSESSION, ['otp'], 'deviceBound'),
  row('okta_verify', 'signed_nonce', POSSESSION, ['swk'], 'deviceBound', 'phishingResistant', 'hardwareProtected'),
  row('google_otp', 'otp', POSSESSION, ['otp'], 'deviceBound'),
  row('custom_otp', 'otp', POSSESSION, ['otp'], 'deviceBound'),
  row('custom_app', 'push', POSSESSION, ['swk'], 'deviceBound'),
  row('webauthn', 'webauthn', POSSESSION, ['hwk'], 'deviceBound', 'phishingResistant', 'hardwareProtected'),
  row('yubikey_token', 'otp', POSSESSION, ['otp'], 'deviceBound', 'hardwareProtected'),
  row('rsa_token', 'otp', POSSESSION, ['otp'], 'deviceBound', 'hardwareProtected'),
  row('symantec_vip', 'otp', POSSESSION, ['otp'], 'deviceBound', 'hardwareProtected'),
  row('onprem_mfa', 'otp', POSSESSION, ['otp'], 'deviceBound'),
  row('duo', 'duo', POSSESSION, ['swk'], 'deviceBound'),
  row('external_idp', 'idp', POSSESSION, ['fed']),
  row(
    'smart_card_idp',
    'cert',
    ['possession', 'knowledge'],
    ['sc'],
    'deviceBound',
    'phishingResistant',
    'hardwareProtected',
    'userVerifying',
  ),
  row('tac', 'tac', KNOWLEDGE, ['otp']),
];

const BY_NAME = new Map(FACTORS.map((traits) => [`${traits.key}/${traits.method}`, traits]));

/** What a method proves; undefined for a combination that Okta does not have. */
export function traitsOf(factor: Factor): FactorTraits | undefined {
  return BY_NAME.get(`${factor.key}/${factor.method}`);
}

/** Methods an authenticator can have at all. */
export function methodsOf(key: AuthenticatorKey): MethodType[] {
  return FACTORS.filter((traits) => traits.key === key).map((traits) => traits.method);
}

/**
 * The `amr` claim of a sign-in, in the order of the recordings: `mfa` when two factor classes were shown, the other
 * factors, then `pwd`. The claim is a set; no client reads its order.
 */
export function amrOf(verified: readonly Factor[]): string[] {
  const traits = verified.flatMap((factor) => traitsOf(factor) ?? []);
  const classes = new Set(traits.flatMap((one) => one.classes));
  const refs = traits.filter((one) => one.key !== 'okta_password').flatMap((one) => one.amr);
  const password = traits.some((one) => one.key === 'okta_password') ? ['pwd'] : [];
  return [...new Set([...(classes.size > 1 ? ['mfa'] : []), ...refs, ...password])];
}

const NAMES: Partial<Record<AuthenticatorKey, string>> = {
  okta_password: 'password',
  okta_email: 'email',
  phone_number: 'phone',
  okta_verify: 'Okta Verify',
  security_question: 'security question',
  google_otp: 'Google Authenticator',
  webauthn: 'security key or biometric',
};

/** An authenticator in words, for reasons. */
export function authenticatorName(key: AuthenticatorKey): string {
  return NAMES[key] ?? key;
}
