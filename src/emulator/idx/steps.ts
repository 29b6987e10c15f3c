/**
 * The sign-in as a table of steps: on which screen what may happen, and what follows. `advance` is the only way a
 * transaction moves. First match wins; what has no row is not possible on that screen.
 */

/** A screen; the comment names its main form. */
export type Step =
  | 'identify' // identify
  | 'selectAuthenticator' // select-authenticator-authenticate
  | 'challengePassword' // challenge-authenticator
  | 'verificationData' // authenticator-verification-data
  | 'challengeCode' // challenge-authenticator
  | 'challengePoll' // challenge-poll
  | 'selectEnroll' // select-authenticator-enroll
  | 'enrollmentData' // authenticator-enrollment-data
  | 'enrollCode' // enroll-authenticator
  | 'enrollChannel' // enrollment-channel-data
  | 'enrollPoll' // enroll-poll
  | 'identifyRecovery' // identify-recovery
  | 'resetPassword' // reset-authenticator
  | 'expiredPassword' // reenroll-authenticator
  | 'expiringPassword' // reenroll-authenticator-warning
  | 'selectUnlock' // select-authenticator-unlock-account
  | 'enrollProfile' // enroll-profile
  | 'success' // successWithInteractionCode, or a redirect
  | 'terminal'; // messages only

export type Event =
  /** A browser session showed who it is and what was verified before. */
  | 'resumed'
  /** A known identifier was given without a password. */
  | 'identified'
  /** A password or code was right. */
  | 'verified'
  /** An authenticator was chosen to verify, its method still open. */
  | 'authenticatorChosen'
  /** ... with its method: a code is sent. */
  | 'methodChosen'
  | 'resendAsked'
  /** An authenticator was chosen to enrol, its number still missing. */
  | 'enrollmentChosen'
  /** ... with method and number: a code is sent. */
  | 'numberGiven'
  /** The address for the link that sets up Okta Verify was given: it is sent. */
  | 'addressGiven'
  /** A push notification was turned down. */
  | 'rejected'
  /** What the screen waits for was removed elsewhere, or set up elsewhere: nothing was proven. */
  | 'overtaken'
  | 'enrolled'
  | 'skipped'
  | 'recoveryAsked'
  | 'unlockAsked'
  | 'registrationAsked'
  /** Back from registration to the first screen. */
  | 'identifyAsked'
  /** A profile was given that makes a new user. */
  | 'registered'
  /** A new password was set, in recovery or because the old one runs out. */
  | 'passwordSet';

/** What policy says comes next, once something was proven. */
export type Goal =
  | 'success'
  /** Several authenticators could be next. */
  | 'choose'
  /** One is left, and it is the password. */
  | 'password'
  /** One is left, and it sends codes. */
  | 'code'
  /** One is left, and it is answered without anything being sent. */
  | 'answer'
  | 'enroll'
  /** As `enroll`, but the one to enrol is known: the method of it is asked for. */
  | 'enrollData'
  /** As `enroll`, but the one to enrol is known, and its code goes out at once. */
  | 'enrollCode'
  /** Recovery, or unlock, has proven enough. */
  | 'resetPassword'
  | 'expiredPassword'
  | 'expiringPassword'
  /** Policy denies, or can never be met. */
  | 'refuse';

export interface Facts {
  goal: Goal;
  /**
   * What was chosen, by what it needs: `open` something more before a code can go out (a method, a number), `sent` a code
   * that goes out at once, `push` an answer on the phone, `setup` the app on a phone, `setupByLink` the same with an address
   * first, `other` nothing, e.g. a security question.
   */
  kind: 'password' | 'open' | 'sent' | 'push' | 'setup' | 'setupByLink' | 'other';
}

export type Effect = 'issueCode' | 'sendCode' | 'sendLink';

export interface Row {
  from: Step;
  on: Event;
  when?: (facts: Facts) => boolean;
  to: Step;
  emit?: Effect;
}

const VERIFY_STEPS: readonly Step[] = [
  'selectAuthenticator',
  'challengePassword',
  'verificationData',
  'challengeCode',
  'challengePoll',
];
const ENROLL_STEPS: readonly Step[] = ['selectEnroll', 'enrollmentData', 'enrollCode', 'enrollChannel', 'enrollPoll'];

/** What follows when something was proven: one row per goal. */
function toGoal(from: Step, on: Event): Row[] {
  return [
    { from, on, when: (facts) => facts.goal === 'success', to: 'success', emit: 'issueCode' },
    { from, on, when: (facts) => facts.goal === 'choose', to: 'selectAuthenticator' },
    { from, on, when: (facts) => facts.goal === 'password', to: 'challengePassword' },
    { from, on, when: (facts) => facts.goal === 'code', to: 'verificationData' },
    { from, on, when: (facts) => facts.goal === 'answer', to: 'challengeCode' },
    { from, on, when: (facts) => facts.goal === 'enroll', to: 'selectEnroll' },
    { from, on, when: (facts) => facts.goal === 'enrollData', to: 'enrollmentData' },
    { from, on, when: (facts) => facts.goal === 'enrollCode', to: 'enrollCode', emit: 'sendCode' },
    { from, on, when: (facts) => facts.goal === 'resetPassword', to: 'resetPassword' },
    { from, on, when: (facts) => facts.goal === 'expiredPassword', to: 'expiredPassword' },
    { from, on, when: (facts) => facts.goal === 'expiringPassword', to: 'expiringPassword' },
    { from, on, to: 'terminal' },
  ];
}

export const STEP_TABLE: readonly Row[] = [
  ...toGoal('identify', 'identified'),
  ...toGoal('identify', 'verified'),
  ...toGoal('identify', 'resumed'),
  ...toGoal('challengePassword', 'verified'),
  ...toGoal('challengeCode', 'verified'),
  ...toGoal('challengeCode', 'overtaken'),
  ...VERIFY_STEPS.flatMap((from): Row[] => [
    { from, on: 'authenticatorChosen', when: (facts) => facts.kind === 'password', to: 'challengePassword' },
    { from, on: 'authenticatorChosen', to: 'verificationData' },
    { from, on: 'methodChosen', when: (facts) => facts.kind === 'push', to: 'challengePoll' },
    { from, on: 'methodChosen', when: (facts) => facts.kind === 'other', to: 'challengeCode' },
    { from, on: 'methodChosen', to: 'challengeCode', emit: 'sendCode' },
  ]),
  { from: 'challengeCode', on: 'resendAsked', to: 'challengeCode', emit: 'sendCode' },
  { from: 'challengePoll', on: 'resendAsked', to: 'challengePoll' },
  { from: 'challengePoll', on: 'rejected', to: 'verificationData' },
  ...toGoal('challengePoll', 'verified'),
  ...toGoal('challengePoll', 'overtaken'),
  ...ENROLL_STEPS.flatMap((from): Row[] => [
    { from, on: 'enrollmentChosen', when: (facts) => facts.kind === 'open', to: 'enrollmentData' },
    { from, on: 'enrollmentChosen', when: (facts) => facts.kind === 'sent', to: 'enrollCode', emit: 'sendCode' },
    { from, on: 'enrollmentChosen', when: (facts) => facts.kind === 'setup', to: 'enrollPoll' },
    { from, on: 'enrollmentChosen', when: (facts) => facts.kind === 'setupByLink', to: 'enrollChannel' },
    { from, on: 'enrollmentChosen', to: 'enrollCode' },
    { from, on: 'numberGiven', to: 'enrollCode', emit: 'sendCode' },
    ...toGoal(from, 'skipped'),
  ]),
  { from: 'enrollCode', on: 'resendAsked', to: 'enrollCode', emit: 'sendCode' },
  ...toGoal('enrollCode', 'enrolled'),
  { from: 'enrollChannel', on: 'addressGiven', to: 'enrollPoll', emit: 'sendLink' },
  { from: 'enrollPoll', on: 'resendAsked', to: 'enrollPoll', emit: 'sendLink' },
  ...toGoal('enrollPoll', 'enrolled'),
  ...toGoal('enrollPoll', 'overtaken'),
  { from: 'identify', on: 'recoveryAsked', to: 'identifyRecovery' },
  ...toGoal('challengePassword', 'recoveryAsked'),
  ...toGoal('identifyRecovery', 'identified'),
  ...toGoal('resetPassword', 'passwordSet'),
  ...toGoal('expiredPassword', 'passwordSet'),
  ...toGoal('expiringPassword', 'passwordSet'),
  ...toGoal('expiringPassword', 'skipped'),
  { from: 'identify', on: 'unlockAsked', to: 'selectUnlock' },
  { from: 'selectUnlock', on: 'authenticatorChosen', to: 'verificationData' },
  { from: 'selectUnlock', on: 'methodChosen', when: (facts) => facts.kind === 'push', to: 'challengePoll' },
  { from: 'selectUnlock', on: 'methodChosen', when: (facts) => facts.kind === 'other', to: 'challengeCode' },
  { from: 'selectUnlock', on: 'methodChosen', to: 'challengeCode', emit: 'sendCode' },
  { from: 'identify', on: 'registrationAsked', to: 'enrollProfile' },
  { from: 'enrollProfile', on: 'identifyAsked', to: 'identify' },
  ...toGoal('enrollProfile', 'registered'),
];

/** Where an event leads from a step; undefined when it is not possible there. */
export function advance(from: Step, on: Event, facts: Facts): Row | undefined {
  return STEP_TABLE.find((row) => row.from === from && row.on === on && (row.when?.(facts) ?? true));
}
