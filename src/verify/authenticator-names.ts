/** What a flow calls an authenticator: the same names as the config's `authenticators` and `enrollmentPolicies`. */
import type { AuthenticatorKey } from '../wire/authenticator.ts';

const NAMES: Record<AuthenticatorKey, string> = {
  okta_password: 'password',
  okta_email: 'email',
  phone_number: 'phone',
  okta_verify: 'oktaVerify',
  security_question: 'securityQuestion',
  google_otp: 'googleAuthenticator',
  webauthn: 'webauthn',
  custom_otp: 'customOtp',
  custom_app: 'customApp',
  external_idp: 'externalIdp',
  onprem_mfa: 'onPremMfa',
  rsa_token: 'rsaToken',
  yubikey_token: 'yubikey',
  smart_card_idp: 'smartCard',
  duo: 'duo',
  symantec_vip: 'symantecVip',
  tac: 'temporaryAccessCode',
};

/** `phone_number` as `phone`; a key that orgproof does not know yet stays as it is. */
export function authenticatorName(key: string): string {
  return (NAMES as Record<string, string>)[key] ?? key;
}

/** `phone` as `phone_number`. */
export function authenticatorKey(name: string): string {
  return Object.entries(NAMES).find(([, known]) => known === name)?.[0] ?? name;
}
