import type { Links, Status } from './common.ts';

/** Keys of authenticators that an Identity Engine org can hold (OpenAPI 2026.06.3). */
export type AuthenticatorKey =
  | 'okta_password'
  | 'okta_email'
  | 'phone_number'
  | 'okta_verify'
  | 'security_question'
  | 'google_otp'
  | 'webauthn'
  | 'custom_otp'
  | 'custom_app'
  | 'external_idp'
  | 'onprem_mfa'
  | 'rsa_token'
  | 'yubikey_token'
  | 'smart_card_idp'
  | 'duo'
  | 'symantec_vip'
  | 'tac';

export type AuthenticatorType =
  | 'password'
  | 'email'
  | 'phone'
  | 'app'
  | 'security_question'
  | 'security_key'
  | 'federated'
  | 'tac';

/** What an authenticator may be used for; `any` is authentication and recovery. */
export type AllowedFor = 'any' | 'recovery' | 'sso' | 'none';

export interface Authenticator {
  id: string;
  key: AuthenticatorKey;
  type: AuthenticatorType;
  name: string;
  status: Status;
  created: string;
  lastUpdated: string;
  settings?: AuthenticatorSettings;
  provider?: Record<string, unknown>;
  _links?: Links;
}

export interface AuthenticatorSettings {
  allowedFor?: AllowedFor;
  /** Lifetime of an email code or link, minutes. */
  tokenLifetimeInMinutes?: number;
  [setting: string]: unknown;
}

export type MethodType =
  | 'sms'
  | 'voice'
  | 'email'
  | 'password'
  | 'push'
  | 'signed_nonce'
  | 'totp'
  | 'otp'
  | 'security_question'
  | 'webauthn'
  | 'idp'
  | 'cert'
  | 'duo'
  | 'tac';

export interface AuthenticatorMethod {
  type: MethodType;
  status: Status;
  settings?: Record<string, unknown>;
  _links?: Links;
}
