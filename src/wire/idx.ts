/**
 * The documents of the sign-in pipeline (`/idp/idx/*`), version 1.0.0, in the wire shape of 2021 and later
 * (`produces: application/ion+json; okta-version=1.0.0`). Facts: recorded answers, and what okta-auth-js reads.
 */
import type { AuthenticatorKey, AuthenticatorType, MethodType } from './authenticator.ts';

export interface IdxResponse {
  version: '1.0.0';
  stateHandle?: string;
  expiresAt?: string;
  intent?: string;
  remediation?: IdxArray<IdxRemediation>;
  messages?: IdxArray<IdxMessage>;
  currentAuthenticator?: IdxObject<IdxAuthenticator>;
  currentAuthenticatorEnrollment?: IdxObject<IdxAuthenticator>;
  authenticators?: IdxArray<IdxAuthenticator>;
  authenticatorEnrollments?: IdxArray<IdxAuthenticator>;
  enrollmentAuthenticator?: IdxObject<IdxAuthenticator>;
  recoveryAuthenticator?: IdxObject<IdxAuthenticator>;
  user?: IdxObject<IdxUser>;
  cancel?: IdxAction;
  app?: IdxObject<{ name: string; label: string; id: string }>;
  authentication?: IdxObject<Record<string, unknown>>;
  successWithInteractionCode?: IdxAction;
  /** The end of a sign-in on the hosted page: where the browser goes. */
  success?: { name: 'success-redirect'; href: string; method: 'GET'; accepts: string };
  failure?: { name: string; href: string };
}

export interface IdxArray<T> {
  type: 'array';
  value: T[];
}

export interface IdxObject<T> {
  type: 'object';
  value: T;
}

export interface IdxMessage {
  message: string;
  i18n?: { key: string; params?: unknown[] };
  class: 'ERROR' | 'INFO' | 'WARNING';
}

/** Something the client may submit; `rel` is what makes it submittable. */
export interface IdxAction {
  rel: ['create-form'];
  name: string;
  href: string;
  method: 'POST';
  produces?: string;
  value: IdxField[];
  accepts: string;
  /** Milliseconds between polls. */
  refresh?: number;
}

export interface IdxRemediation extends IdxAction {
  relatesTo?: [string];
}

export interface IdxField {
  name: string;
  label?: string;
  type?: 'string' | 'boolean' | 'object';
  required?: boolean;
  secret?: boolean;
  visible?: boolean;
  mutable?: boolean;
  value?: unknown;
  form?: { value: IdxField[] };
  options?: IdxOption[];
  minLength?: number;
  maxLength?: number;
  messages?: IdxArray<IdxMessage>;
}

export interface IdxOption {
  label: string;
  value: string | { form: { value: IdxField[] } };
  relatesTo?: string;
}

export interface IdxAuthenticator {
  profile?: Record<string, string>;
  resend?: IdxAction;
  recover?: IdxAction;
  poll?: IdxAction;
  type: AuthenticatorType;
  key: AuthenticatorKey;
  id: string;
  displayName: string;
  methods: { type: MethodType }[];
  /** Of the password, where a new one is asked for: what the password policy demands. */
  settings?: Record<string, unknown>;
  /** Of an enrolled security key. */
  credentialId?: string;
  /** What a client needs to show or answer it: a question, a QR code, a challenge. */
  contextualData?: Record<string, unknown>;
}

export interface IdxUser {
  id?: string;
  identifier?: string;
  profile?: { firstName?: string; lastName?: string; timeZone: string; locale: string };
}
