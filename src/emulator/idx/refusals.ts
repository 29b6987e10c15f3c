/**
 * Everything the pipeline refuses with: Okta's message key and text, HTTP status, where the message sits and what stays on
 * the screen. Texts and statuses as recorded, else as observed with Okta's clients; where none is known the comment says so.
 */
import type { IdxMessage } from '../../wire/idx.ts';

export type RefusalStatus = 200 | 400 | 401 | 403 | 429 | 500 | 501;

/**
 * What follows the refusal. `stay`: the same screen. `restart`: the first screen again. `end`: messages only, the sign-in
 * is over. `hold`: messages only, but the sign-in can be resumed by its handle.
 */
export type Aftermath = 'stay' | 'restart' | 'end' | 'hold';

export interface RefusalOptions {
  /** The message belongs to the passcode field instead of the whole screen. */
  onField?: boolean;
  params?: unknown[];
  messageClass?: IdxMessage['class'];
  /** Messages about fields of the first form, by name. */
  fields?: ReadonlyMap<string, IdxMessage[]>;
  /** The OAuth error that redirect clients would be sent back with. */
  failure?: 'access_denied' | 'unmet_authentication_requirements';
}

export class IdxRefusal extends Error {
  readonly status: RefusalStatus;
  readonly key: string;
  readonly aftermath: Aftermath;
  readonly options: RefusalOptions;

  constructor(status: RefusalStatus, key: string, text: string, aftermath: Aftermath, options: RefusalOptions = {}) {
    super(text);
    this.name = 'IdxRefusal';
    this.status = status;
    this.key = key;
    this.aftermath = aftermath;
    this.options = options;
  }

  toMessage(): IdxMessage {
    const { params, messageClass = 'ERROR' } = this.options;
    return { message: this.message, i18n: { key: this.key, ...(params ? { params } : {}) }, class: messageClass };
  }
}

const NOT_ALLOWED_HERE = 'You are not allowed to access this app. To request access, contact an admin.';

export const refusals = {
  /** Wrong password; also unknown, locked, suspended and deactivated users, who are not told apart. */
  authenticationFailed: () => new IdxRefusal(401, 'errors.E0000004', 'Authentication failed', 'stay'),

  /** Only where self-registration is on. */
  unknownUser: (typed: string) =>
    new IdxRefusal(200, 'idx.unknown.user', `There is no account with the Username ${typed}.`, 'stay', {
      params: [],
      messageClass: 'INFO',
    }),

  wrongCode: () =>
    new IdxRefusal(401, 'api.authn.error.PASSCODE_INVALID', 'Invalid code. Try again.', 'stay', {
      onField: true,
      params: [],
    }),

  tooManyRequests: () => new IdxRefusal(429, 'tooManyRequests', 'Too many requests', 'hold'),

  smsLimit: () =>
    new IdxRefusal(
      429,
      'errors.E0000150',
      'You have reached the limit of sms requests, please try again later.',
      'hold',
    ),

  callLimit: () =>
    new IdxRefusal(
      429,
      'errors.E0000151',
      'You have reached the limit of call requests, please try again later.',
      'stay',
    ),

  /** Named assumption `failed-send`. */
  sendFailed: () => new IdxRefusal(500, 'errors.E0000138', 'Internal error with call provider(s).', 'stay'),

  expired: () =>
    new IdxRefusal(
      401,
      'idx.session.expired',
      'You have been logged out due to inactivity. Refresh or return to the sign in screen.',
      'end',
    ),

  /** The link of an email was opened in another tab of the browser (the widget's label). */
  transferred: () =>
    new IdxRefusal(200, 'idx.transferred.to.new.tab', 'Flow continued in a new tab.', 'end', { messageClass: 'INFO' }),

  invalidPhoneNumber: () => new IdxRefusal(400, 'api.factors.error.sms.invalid_phone', 'Invalid Phone Number.', 'stay'),

  /** Named assumption `okta-verify-documents`. */
  invalidEmail: () => new IdxRefusal(400, 'errors.E0000001', 'Invalid email address.', 'stay'),

  /** A push notification that was turned down (the widget's label; named assumption `okta-verify-documents`). */
  pushRejected: () => new IdxRefusal(400, 'oktaverify.rejected', 'You have chosen to reject this login.', 'stay'),

  accessDenied: () =>
    new IdxRefusal(403, 'security.access_denied', 'You do not have permission to perform the requested action.', 'end'),

  unsatisfiable: (appLabel: string) =>
    new IdxRefusal(
      400,
      'oie.assurance.unsatisfiable',
      `Unable to login to "${appLabel}" at this time. For assistance, please contact your administrator.`,
      'restart',
      { params: [appLabel] },
    ),

  /** What the app asks for by `acr_values` cannot be given (error of the guide; text as where policy cannot be met). */
  unmet: (appLabel: string) => {
    const { key, message } = refusals.unsatisfiable(appLabel);
    const failure = 'unmet_authentication_requirements' as const;
    return new IdxRefusal(400, key, message, 'hold', { params: [appLabel], failure });
  },

  /** A new password that the policy does not like. */
  passwordRequirements: (text: string) =>
    new IdxRefusal(400, 'password.passwordRequirementsNotMet', text, 'stay', { onField: true }),

  /** A used code of a code generator (the widget's label). */
  usedCode: () =>
    new IdxRefusal(
      401,
      'authfactor.challenge.soft_token.used_passcode',
      'Each code can only be used once. Please wait for a new code and try again.',
      'stay',
      { onField: true },
    ),

  /** Named assumption `question-texts`. */
  wrongAnswer: () =>
    new IdxRefusal(
      401,
      'authfactor.challenge.question_factor.answer_invalid',
      "Your answer doesn't match our records. Please try again.",
      'stay',
    ),

  /** The widget's label; status as for other refusals of what was sent (named assumption `webauthn-documents`). */
  webauthnFailed: () =>
    new IdxRefusal(
      400,
      'authfactor.webauthn.error',
      'You are currently unable to use a Security key or biometric authenticator. Try again.',
      'stay',
    ),

  answerTooShort: (minLength: number) =>
    new IdxRefusal(
      400,
      'securityQuestion.answer.tooShort.arg',
      `The security question answer must be at least ${minLength} characters in length`,
      'stay',
      { params: [minLength] },
    ),

  resetNotAllowed: () =>
    new IdxRefusal(
      403,
      'oie.selfservice.reset.password.not.allowed',
      'Reset password is not allowed at this time. Please contact support for assistance.',
      'end',
    ),

  unlockNotAllowed: () =>
    new IdxRefusal(
      403,
      'oie.selfservice.user.unlock.not.allowed',
      'Self Service Unlock is not allowed at this time. Please contact support for assistance.',
      'end',
    ),

  /** The end of an unlock: no refusal, but a screen of one message all the same (named assumption `unlocked-text`). */
  unlocked: () =>
    new IdxRefusal(200, 'oie.selfservice.unlock_user.success.message', 'Your account is now unlocked!', 'end', {
      messageClass: 'INFO',
    }),

  registrationOff: () =>
    new IdxRefusal(403, 'oie.registration.is.not.enabled', 'Sign up is not enabled for this organization.', 'end'),

  /** What is wrong with a profile stands at its fields. */
  profileFields: (fields: ReadonlyMap<string, IdxMessage[]>) =>
    new IdxRefusal(400, 'registration.error.generic', 'The profile is not valid.', 'stay', { fields }),

  /** A session of somebody who may not use the app. */
  sessionNotAssigned: () =>
    new IdxRefusal(400, 'idx.error.code.user_not_assigned', NOT_ALLOWED_HERE, 'hold', { failure: 'access_denied' }),

  notAssigned: () =>
    new IdxRefusal(400, 'idx.error.user.not.assigned.to.app', 'User is not assigned to this application.', 'restart'),

  /** The status is not known [?]; 400 as the neighbouring refusals. */
  noMatchingPolicy: () =>
    new IdxRefusal(400, 'idx.error.code.no_matching_policy', NOT_ALLOWED_HERE, 'hold', { failure: 'access_denied' }),

  badRequest: () => new IdxRefusal(400, 'E0000020', 'Bad request.', 'hold'),

  serverError: () => new IdxRefusal(500, 'E0000009', 'Internal Server Error', 'hold'),

  unsupported: (what: string) =>
    new IdxRefusal(501, 'E_EMULATOR_UNSUPPORTED', `The emulator does not support ${what}.`, 'hold'),
} as const;
