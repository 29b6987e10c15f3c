/** The building blocks of IDX documents, in the wire shape of 2021 and later: actions, fields, authenticators. */
import { activeMethods } from '../../policy/index.ts';
import type { MethodType } from '../../wire/authenticator.ts';
import type { IdxAction, IdxAuthenticator, IdxField, IdxMessage, IdxOption, IdxRemediation } from '../../wire/idx.ts';
import type { AuthenticatorEntity } from '../store/entities.ts';
import type { Enrollment } from './enrollments.ts';

export const ION_JSON = 'application/ion+json; okta-version=1.0.0';
const ACCEPTS = 'application/json; okta-version=1.0.0';

/** Milliseconds between polls of an email challenge (recorded). */
const EMAIL_POLL_MS = 4000;

/** Makes the forms of one sign-in: they all point to the org and carry the state handle. */
export class FormMaker {
  readonly #baseUrl: string;
  readonly #stateHandle: string;

  constructor(baseUrl: string, stateHandle: string) {
    this.#baseUrl = baseUrl;
    this.#stateHandle = stateHandle;
  }

  /** A form or action: posts its fields and the state handle to `/idp/idx/{path}`. */
  form(name: string, path: string, fields: IdxField[] = [], relatesTo?: string): IdxRemediation {
    return {
      rel: ['create-form'],
      name,
      ...(relatesTo === undefined ? {} : { relatesTo: [relatesTo] }),
      href: `${this.#baseUrl}/idp/idx/${path}`,
      method: 'POST',
      produces: ION_JSON,
      value: [
        ...fields,
        { name: 'stateHandle', required: true, value: this.#stateHandle, visible: false, mutable: false },
      ],
      accepts: ACCEPTS,
    };
  }

  /** What can be done about the authenticator on the screen, besides answering. */
  actions(key: string, waiting: boolean): { recover?: IdxAction; resend?: IdxAction; poll?: IdxAction } {
    if (key === 'okta_password') return { recover: this.form('recover', 'recover') };
    const resend = { resend: this.form('resend', 'challenge/resend') };
    if (key !== 'okta_email' || !waiting) return resend;
    const { value, accepts, ...head } = this.form('poll', 'challenge/poll');
    return { ...resend, poll: { ...head, refresh: EMAIL_POLL_MS, value, accepts } };
  }
}

/** The passcode field in its object; a message about it sits in the field. */
export function credentials(label: 'Password' | 'Enter code', message?: IdxMessage): IdxField {
  const passcode: IdxField = {
    name: 'passcode',
    label,
    ...(label === 'Password' ? { secret: true } : {}),
    ...(message ? { messages: { type: 'array', value: [message] } } : {}),
  };
  return { name: 'credentials', type: 'object', form: { value: [passcode] }, required: true };
}

const METHOD_LABELS: Partial<Record<MethodType, string>> = {
  sms: 'SMS',
  voice: 'Voice call',
  totp: 'Enter a code',
  push: 'Get a push notification',
  signed_nonce: 'Use Okta FastPass',
};

function fixed(name: string, value: string, required: boolean): IdxField {
  return { name, required, value, mutable: false };
}

function methodChoice(methods: readonly MethodType[], required: boolean): IdxField {
  const options = methods.map((method): IdxOption => ({ label: METHOD_LABELS[method] ?? method, value: method }));
  return { name: 'methodType', type: 'string', required, options };
}

function hasMethodChoice(authenticator: AuthenticatorEntity): boolean {
  return authenticator.key === 'phone_number' || authenticator.key === 'okta_verify';
}

/** The fields that name an enrolment to verify; `required` tells its own form from an option of the list. */
export function verificationFields(
  authenticator: AuthenticatorEntity,
  enrollment: Enrollment,
  methodRequired: boolean,
): IdxField[] {
  const id = fixed('id', authenticator.id, true);
  if (!hasMethodChoice(authenticator)) return [id, fixed('methodType', enrollment.methods[0] ?? '', false)];
  const choice = methodChoice(enrollment.methods, methodRequired);
  return authenticator.key === 'phone_number' ? [id, choice, fixed('enrollmentId', enrollment.id, true)] : [id, choice];
}

/** The fields of an authenticator in the list of those to enrol. */
export function enrollmentOptionFields(authenticator: AuthenticatorEntity): IdxField[] {
  const id = fixed('id', authenticator.id, true);
  const methods = activeMethods(authenticator);
  if (authenticator.key === 'phone_number') {
    return [id, methodChoice(methods, false), { name: 'phoneNumber', label: 'Phone number', required: false }];
  }
  if (authenticator.key === 'okta_verify') return [id, OKTA_VERIFY_CHANNEL];
  return [id, fixed('methodType', methods[0] ?? '', false)];
}

const OKTA_VERIFY_CHANNEL: IdxField = {
  name: 'channel',
  type: 'string',
  required: false,
  options: [
    { label: 'QRCODE', value: 'qrcode' },
    { label: 'EMAIL', value: 'email' },
    { label: 'SMS', value: 'sms' },
  ],
};

/** The fields for enrolling a phone once it is chosen; a method chosen with it is the only one left (recorded). */
export function phoneEnrollmentFields(authenticator: AuthenticatorEntity, method: MethodType | undefined): IdxField[] {
  const methods = method === undefined ? activeMethods(authenticator) : [method];
  return [fixed('id', authenticator.id, true), methodChoice(methods, true), { name: 'phoneNumber', required: true }];
}

export function option(label: string, fields: IdxField[], relatesTo: string): IdxOption {
  return { label, value: { form: { value: fields } }, relatesTo };
}

/** An authenticator of the org, as the pipeline shows it. */
export function shownAuthenticator(
  authenticator: AuthenticatorEntity,
  methods: readonly MethodType[] = activeMethods(authenticator),
): IdxAuthenticator {
  return {
    type: authenticator.type,
    key: authenticator.key,
    id: authenticator.id,
    displayName: authenticator.name,
    methods: methods.map((type) => ({ type })),
  };
}

/** What a person enrolled of it. */
export function shownEnrollment(
  authenticator: AuthenticatorEntity,
  enrollment: Enrollment,
  withProfile: boolean,
): IdxAuthenticator {
  return {
    ...(withProfile && enrollment.profile ? { profile: enrollment.profile } : {}),
    ...shownAuthenticator(authenticator, enrollment.methods),
    id: enrollment.id,
  };
}
