/** The building blocks of IDX documents, in the wire shape of 2021 and later: actions, fields, authenticators. */
import { activeMethods } from '../../policy/index.ts';
import type { MethodType } from '../../wire/authenticator.ts';
import type { IdxAction, IdxAuthenticator, IdxField, IdxMessage, IdxOption, IdxRemediation } from '../../wire/idx.ts';
import type { AuthenticatorEntity } from '../store/entities.ts';
import { CUSTOM_QUESTION, SECURITY_QUESTIONS } from '../store/security-questions.ts';
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
    if (key !== 'phone_number' && key !== 'okta_email' && !(key === 'okta_verify' && waiting)) return {};
    const resend = { resend: this.form('resend', 'challenge/resend') };
    if (key !== 'okta_email' || !waiting) return resend;
    const { value, accepts, ...head } = this.form('poll', 'challenge/poll');
    return { ...resend, poll: { ...head, refresh: EMAIL_POLL_MS, value, accepts } };
  }
}

/** The passcode field in its object; a message about it sits in the field. */
export function credentials(
  label: 'Password' | 'Enter password' | 'New password' | 'Enter code',
  message?: IdxMessage,
): IdxField {
  const passcode: IdxField = {
    name: 'passcode',
    label,
    ...(label === 'Enter code' ? {} : { secret: true }),
    ...(message ? { messages: { type: 'array', value: [message] } } : {}),
  };
  return { name: 'credentials', type: 'object', form: { value: [passcode] }, required: true };
}

/** What the forms about new passwords ask besides: whether to end all other sessions. */
export function newPassword(label: 'New password', message?: IdxMessage): IdxField {
  const field = credentials(label, message);
  const revoke: IdxField = { name: 'revokeSessions', type: 'boolean', label: 'Sign me out of all other devices' };
  return { ...field, form: { value: [...(field.form?.value ?? []), revoke] } };
}

/** The answer to a challenge, as the authenticator names it. */
export function challengeCredentials(enrollment: Enrollment, message?: IdxMessage): IdxField {
  const messages = message ? { messages: { type: 'array' as const, value: [message] } } : {};
  if (enrollment.question) {
    const { questionKey, question } = enrollment.question;
    return group([
      { name: 'questionKey', required: true, value: questionKey, visible: false, mutable: false },
      { name: 'answer', label: question, required: true, ...messages },
    ]);
  }
  if (enrollment.key === 'webauthn') return madeByBrowser(['authenticatorData', 'clientData', 'signatureData']);
  if (enrollment.key === 'okta_verify')
    return group([{ name: 'totp', label: 'Enter code', required: true, ...messages }]);
  return credentials(enrollment.key === 'okta_password' ? 'Password' : 'Enter code', message);
}

/** Choose one of Okta's questions, or make one up. */
export function questionChoice(): IdxField {
  const answer: IdxField = { name: 'answer', label: 'Answer', required: true };
  const options = SECURITY_QUESTIONS.map((one): IdxOption => ({ label: one.questionText, value: one.question }));
  const known: IdxField[] = [
    { name: 'questionKey', type: 'string', label: 'Choose a security question', required: true, options },
    answer,
  ];
  const own: IdxField[] = [
    fixed('questionKey', CUSTOM_QUESTION, true),
    { name: 'question', type: 'string', label: 'Create a security question', required: true },
    answer,
  ];
  return {
    name: 'credentials',
    type: 'object',
    required: true,
    options: [
      { label: 'Choose a security question', value: { form: { value: known } } },
      { label: 'Create my own security question', value: { form: { value: own } } },
    ],
  };
}

const BROWSER_LABELS = {
  clientData: 'Client Data',
  attestation: 'Attestation',
  authenticatorData: 'Authenticator Data',
  signatureData: 'Signature Data',
} as const;

/** What no person types: a script fills it in. */
export function madeByBrowser(names: readonly (keyof typeof BROWSER_LABELS)[]): IdxField {
  return group(
    names.map((name) => ({ name, label: BROWSER_LABELS[name], type: 'string', required: true, visible: false })),
  );
}

function group(value: IdxField[]): IdxField {
  return { name: 'credentials', type: 'object', form: { value }, required: true };
}

const METHOD_LABELS: Partial<Record<MethodType, string>> = {
  sms: 'SMS',
  voice: 'Voice call',
  email: 'Email',
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
  // the email's own form has a choice of one: generation 3 of the widget takes the method from its options
  const chooses = hasMethodChoice(authenticator) || (authenticator.key === 'okta_email' && methodRequired);
  if (!chooses) return [id, fixed('methodType', enrollment.methods[0] ?? '', false)];
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

/** The fields for enrolling a phone or email once it is chosen; a method chosen with it is the only one left (recorded). */
export function enrollmentDataFields(authenticator: AuthenticatorEntity, method: MethodType | undefined): IdxField[] {
  const methods = method === undefined ? activeMethods(authenticator) : [method];
  const fields = [fixed('id', authenticator.id, true), methodChoice(methods, true)];
  return authenticator.key === 'phone_number' ? [...fields, { name: 'phoneNumber', required: true }] : fields;
}

export function option(label: string, fields: IdxField[], relatesTo: string): IdxOption {
  return { label, value: { form: { value: fields } }, relatesTo };
}

/** The fields of an authenticator on the unlock form, where nobody and so no enrolment is known yet. */
export function unlockFields(authenticator: AuthenticatorEntity): IdxField[] {
  const id = fixed('id', authenticator.id, true);
  const methods = activeMethods(authenticator);
  return hasMethodChoice(authenticator)
    ? [id, methodChoice(methods, false)]
    : [id, fixed('methodType', methods[0] ?? '', false)];
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
    ...(enrollment.displayName === undefined ? {} : { displayName: enrollment.displayName }),
    ...(enrollment.credentialId === undefined ? {} : { credentialId: enrollment.credentialId }),
    ...(enrollment.question ? { contextualData: { enrolledQuestion: enrollment.question } } : {}),
  };
}
