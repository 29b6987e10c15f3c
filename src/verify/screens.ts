/**
 * The common language of the drivers: what a person sees at each point of a sign-in, and what a person can do there.
 * A driver turns its medium (the SDK's transaction, a page) into screens and actions into calls, and decides nothing.
 */

export type PhoneMethod = 'sms' | 'voice';

export type CodeChannel = PhoneMethod | 'email';

/** A message on a screen; `key` is Okta's i18n key where the driver can see it. */
export interface ScreenMessage {
  text: string;
  key?: string;
  level: 'error' | 'info' | 'warning';
}

interface ScreenBase {
  messages: ScreenMessage[];
  /** Names of Okta's remediations behind the screen, in order; empty where the driver cannot see them. */
  remediations: string[];
}

interface CodeScreen {
  authenticator: string;
  canResend: boolean;
  /** Where the code went, as Okta masks it: `+1 XXX-XXX-0132`. */
  recipient?: string;
  /** How the code went, when Okta says. */
  channel?: CodeChannel;
}

/** Authenticators are named as in the config: `password`, `phone`, `email`, ... */
export type Screen = ScreenBase &
  (
    | { kind: 'identify'; withPassword: boolean }
    /** `others`: what the user could use in place of the password. */
    | { kind: 'password'; others: string[] }
    | { kind: 'choose-authenticator'; options: string[] }
    /** `others`: what the user could switch to; the phone itself is not among them. */
    | { kind: 'choose-phone-method'; methods: PhoneMethod[]; others: string[]; recipient?: string }
    /** An authenticator with one method, before the code is sent. */
    | { kind: 'send-code'; authenticator: string; others: string[]; recipient?: string }
    | ({ kind: 'enter-code'; others: string[] } & CodeScreen)
    | { kind: 'choose-enrolment'; options: string[]; canSkip: boolean }
    | { kind: 'enrol-phone'; methods: PhoneMethod[]; canSkip: boolean }
    | ({ kind: 'enter-enrolment-code' } & CodeScreen)
    /** Claims of the ID token, as verified by the app. */
    | { kind: 'signed-in'; claims: Record<string, unknown> }
    /** The end without tokens; `code` is Okta's error code when there is one. */
    | { kind: 'refused'; code?: string }
    /** A screen that no driver knows how to walk. */
    | { kind: 'unknown'; name: string }
  );

export type ScreenKind = Screen['kind'];

export type Action =
  | { do: 'identify'; username: string; password?: string }
  | { do: 'password'; password: string }
  | { do: 'choose-authenticator'; authenticator: string }
  | { do: 'choose-phone-method'; method: PhoneMethod }
  | { do: 'send-code' }
  | { do: 'enter-code'; code: string }
  | { do: 'choose-enrolment'; authenticator: string }
  | { do: 'enrol-phone'; phone: string; method: PhoneMethod }
  | { do: 'skip' }
  | { do: 'resend' };

/** One exchange with Okta, told without its secrets. */
export interface TranscriptEntry {
  method: string;
  /** Path without the host and the query. */
  path: string;
  status: number;
  remediations: string[];
  messages: string[];
}

export interface Screenshot {
  name: ScreenKind;
  png: Uint8Array;
}

/** One sign-in under way. Methods throw only for what is no answer of Okta's: a dead network, a defect. */
export interface SignIn {
  start(): Promise<Screen>;
  submit(action: Action): Promise<Screen>;
  readonly transcript: readonly TranscriptEntry[];
  readonly screenshots: readonly Screenshot[];
  /** Always called, whatever happened. */
  close(): Promise<void>;
}

/** Whether the screen tells of an error. */
export function hasError(screen: Screen): boolean {
  return screen.messages.some((message) => message.level === 'error');
}
