/** Turns a transaction of okta-auth-js, or the error it threw, into the screen that an app would show. */
import type { IdxAuthenticator, IdxMessage, IdxRemediation, IdxTransaction } from '@okta/okta-auth-js';
import { authenticatorName } from '../../shared/authenticators.ts';
import type { CodeChannel, PhoneMethod, Screen, ScreenMessage } from '../screens.ts';
import { rawMessages } from './document.ts';
import type { VerifiedClaims } from './tokens.ts';

interface Option {
  label?: string;
  value?: unknown;
  relatesTo?: { key?: string };
}

/** Statuses of okta-auth-js, as its `IdxStatus` spells them; the enum itself would import the SDK. */
const SUCCESS = 'SUCCESS';
const TERMINAL = 'TERMINAL';

/** Code of errors that the SDK makes itself. */
const SDK_ERROR = 'INTERNAL';

/** What the SDK says in legacy mode when its flow knows none of the forms. */
const UNWALKABLE = /No remediation can match current flow[\s\S]*Remediations: \[([^\]]*)\]/;

const CHANNELS = ['sms', 'voice', 'email'] as const;

/**
 * The screen of a transaction. Okta puts the main form first; the forms after it are ways to change one's mind, except
 * that a list may stand behind the form of its chosen member.
 *
 * @param claims of the verified ID token, when the transaction is a success
 */
export function screenOf(transaction: IdxTransaction, claims: VerifiedClaims | undefined): Screen {
  const forms = transaction.neededToProceed ?? [];
  const base = { messages: screenMessages(transaction.messages ?? []), remediations: forms.map(({ name }) => name) };
  if (transaction.status === SUCCESS && claims !== undefined) return { ...base, kind: 'signed-in', claims };
  const main = forms.find(({ name }) => name !== 'skip');
  if (transaction.status === TERMINAL || main === undefined) return refused(base);
  return { ...base, ...formScreen(main, forms, transaction) };
}

type FormScreen = Screen extends infer S ? (S extends Screen ? Omit<S, 'messages' | 'remediations'> : never) : never;

function formScreen(main: IdxRemediation, forms: IdxRemediation[], transaction: IdxTransaction): FormScreen {
  const canSkip = forms.some(({ name }) => name === 'skip');
  const canResend = Object.keys(transaction.actions ?? {}).some((name) => name.endsWith('-resend'));
  const related = main.relatesTo?.value;
  const authenticator = authenticatorName(related?.key ?? main.name);
  const others = listed(forms, 'select-authenticator-authenticate').filter((name) => name !== authenticator);
  switch (main.name) {
    case 'identify':
      return { kind: 'identify', withPassword: main.value?.some(({ name }) => name === 'credentials') === true };
    case 'select-authenticator-authenticate':
      return { kind: 'choose-authenticator', options: listed([main], main.name) };
    case 'authenticator-verification-data':
      if (authenticator === 'email') return { kind: 'send-code', authenticator, others, ...recipientOf(related) };
      if (authenticator !== 'phone') return { kind: 'unknown', name: `${main.name} of ${authenticator}` };
      return { kind: 'choose-phone-method', methods: phoneMethods(main), others, ...recipientOf(related) };
    case 'challenge-authenticator':
      if (authenticator === 'password') return { kind: 'password', others };
      return { kind: 'enter-code', authenticator, canResend, others, ...recipientOf(related), ...channelOf(related) };
    case 'select-authenticator-enroll':
      return { kind: 'choose-enrolment', options: listed([main], main.name), canSkip };
    case 'authenticator-enrollment-data':
      if (authenticator !== 'phone') return { kind: 'unknown', name: `${main.name} of ${authenticator}` };
      return { kind: 'enrol-phone', methods: phoneMethods(main), canSkip };
    case 'enroll-authenticator':
      return {
        kind: 'enter-enrolment-code',
        authenticator,
        canResend,
        ...recipientOf(related),
        ...channelOf(related),
      };
    default:
      return { kind: 'unknown', name: main.name };
  }
}

function recipientOf(related: IdxAuthenticator | undefined): { recipient?: string } {
  const recipient = related?.profile?.phoneNumber ?? related?.profile?.email;
  return typeof recipient === 'string' ? { recipient } : {};
}

/** Once the method is chosen Okta lists it alone. */
function channelOf(related: IdxAuthenticator | undefined): { channel?: CodeChannel } {
  const [only, ...more] = related?.methods ?? [];
  const channel = CHANNELS.find((each) => each === only?.type);
  return channel === undefined || more.length > 0 ? {} : { channel };
}

/** Names of the authenticators on a list form. */
function listed(forms: IdxRemediation[], name: string): string[] {
  const list = forms.find((form) => form.name === name)?.value?.find((field) => field.name === 'authenticator');
  return ((list?.options ?? []) as Option[]).map(({ relatesTo, label }) =>
    authenticatorName(relatesTo?.key ?? label ?? '?'),
  );
}

function phoneMethods(form: IdxRemediation): PhoneMethod[] {
  const authenticator = form.value?.find(({ name }) => name === 'authenticator');
  const method = authenticator?.form?.value.find(({ name }) => name === 'methodType');
  const values = method?.options?.map(({ value }) => value) ?? [method?.value];
  return values.filter((value): value is PhoneMethod => value === 'sms' || value === 'voice');
}

function screenMessages(messages: readonly IdxMessage[]): ScreenMessage[] {
  return messages.map(({ message, i18n, class: level }) => ({
    text: message,
    ...(i18n?.key === undefined ? {} : { key: i18n.key }),
    level: level === 'INFO' ? 'info' : level === 'WARNING' ? 'warning' : 'error',
  }));
}

function refused(base: { messages: ScreenMessage[]; remediations: string[] }): Screen {
  const code = base.messages[0]?.key;
  return { ...base, kind: 'refused', ...(code === undefined ? {} : { code }) };
}

/**
 * The screen for an error that the SDK threw. An error that carries an answer of the org is a refusal; the SDK throws
 * the IDX document of a failed introspect with an empty message (8.0.1 reads `application/json` there and nothing
 * else), so the text is read again. Anything else is rethrown: it is no answer.
 */
export function screenOfError(error: unknown): Screen {
  const answer = error as {
    errorCode?: string;
    errorSummary?: string;
    errorCauses?: { errorSummary?: string }[];
    xhr?: { responseText?: string };
  };
  const messages = screenMessages(rawMessages(answer.xhr?.responseText) as IdxMessage[]);
  if (messages.length > 0) return refused({ messages, remediations: [] });
  const unwalkable = UNWALKABLE.exec(answer.errorSummary ?? '')?.[1];
  if (unwalkable !== undefined) {
    const remediations = unwalkable.split(/\s*,\s*/);
    return { kind: 'unknown', name: remediations[0] ?? '?', messages: [], remediations };
  }
  if (typeof answer.errorCode !== 'string' || answer.errorCode === SDK_ERROR) throw error;
  const text = [answer.errorSummary, ...(answer.errorCauses ?? []).map((cause) => cause.errorSummary)]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
  return {
    kind: 'refused',
    code: answer.errorCode,
    messages: [{ text: text === '' ? answer.errorCode : text, level: 'error' }],
    remediations: [],
  };
}
