/** Authenticators by their three names: Okta's key, the word of configs and flows, the title in the Admin Console. */
const TABLE = [
  ['okta_password', 'password', 'Password'],
  ['okta_email', 'email', 'Email'],
  ['phone_number', 'phone', 'Phone'],
  ['okta_verify', 'oktaVerify', 'Okta Verify'],
  ['security_question', 'securityQuestion', 'Security Question'],
  ['google_otp', 'googleAuthenticator', 'Google Authenticator'],
  ['webauthn', 'webauthn', 'Security Key or Biometric'],
  ['custom_otp', 'customOtp', 'Custom OTP'],
  ['custom_app', 'customApp', 'Custom app'],
  ['external_idp', 'externalIdp', 'IdP'],
  ['onprem_mfa', 'onPremMfa', 'On-Prem MFA'],
  ['rsa_token', 'rsaToken', 'RSA SecurID'],
  ['yubikey_token', 'yubikey', 'YubiKey'],
  ['smart_card_idp', 'smartCard', 'Smart Card'],
  ['duo', 'duo', 'Duo Security'],
  ['symantec_vip', 'symantecVip', 'Symantec VIP'],
  ['tac', 'temporaryAccessCode', 'Temporary Access Code'],
] as const;

/** `phone_number` as `phone`; a key that orgproof does not know stays as it is. */
export function authenticatorName(key: string): string {
  return TABLE.find(([known]) => known === key)?.[1] ?? key;
}

/** `phone` as `phone_number`. */
export function authenticatorKey(name: string): string {
  return TABLE.find(([, known]) => known === name)?.[0] ?? name;
}

/** `phone` as `Phone`. */
export function authenticatorTitle(name: string): string {
  return TABLE.find(([, known]) => known === name)?.[2] ?? name;
}
