/** What a live user has enrolled, as `src/policy` counts it. */
import type { Factor } from '../policy/index.ts';
import type { AuthenticatorKey, MethodType } from '../wire/authenticator.ts';
import type { User, UserFactor } from '../wire/directory.ts';

/** Factor types and providers of the Factors API (OpenAPI 2026.06.3), and the authenticator method behind each. */
const BEHIND: Readonly<Record<string, readonly [AuthenticatorKey, MethodType]>> = {
  'sms/OKTA': ['phone_number', 'sms'],
  'call/OKTA': ['phone_number', 'voice'],
  'email/OKTA': ['okta_email', 'email'],
  'question/OKTA': ['security_question', 'security_question'],
  'push/OKTA': ['okta_verify', 'push'],
  'signed_nonce/OKTA': ['okta_verify', 'signed_nonce'],
  'token:software:totp/OKTA': ['okta_verify', 'totp'],
  'token:software:totp/GOOGLE': ['google_otp', 'otp'],
  'token:hotp/CUSTOM': ['custom_otp', 'otp'],
  'push/CUSTOM': ['custom_app', 'push'],
  'token:hardware/YUBICO': ['yubikey_token', 'otp'],
  'token/RSA': ['rsa_token', 'otp'],
  'token/SYMANTEC': ['symantec_vip', 'otp'],
  'web/DUO': ['duo', 'duo'],
  'webauthn/FIDO': ['webauthn', 'webauthn'],
};

export interface Enrolled {
  readonly factors: readonly Factor[];
  /** Factors that this table does not know: nothing can be said of them. */
  readonly unknown: readonly string[];
}

/** The password and the primary email belong to the user (Okta enrols the email by itself); the rest are factors. */
export function enrolledOf(user: User, factors: readonly UserFactor[]): Enrolled {
  const found = new Map<string, Factor>();
  const add = (key: AuthenticatorKey, method: MethodType) => found.set(`${key}/${method}`, { key, method });
  if (user.credentials?.password !== undefined) add('okta_password', 'password');
  if (user.profile.email) add('okta_email', 'email');
  const unknown: string[] = [];
  for (const { factorType, provider, status } of factors) {
    if (status !== 'ACTIVE' || factorType === 'password') continue;
    const behind = BEHIND[`${factorType}/${provider}`];
    if (behind) add(...behind);
    else unknown.push(`${factorType} (${provider})`);
  }
  return { factors: [...found.values()], unknown };
}
