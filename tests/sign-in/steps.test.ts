import { describe, expect, test } from 'vitest';
import { advance, type Event, type Facts, type Goal, STEP_TABLE, type Step } from '../../src/emulator/idx/steps.ts';

const STEPS: Step[] = [
  'identify',
  'selectAuthenticator',
  'challengePassword',
  'verificationData',
  'challengeCode',
  'challengePoll',
  'selectEnroll',
  'enrollmentData',
  'enrollCode',
  'enrollChannel',
  'enrollPoll',
  'identifyRecovery',
  'resetPassword',
  'expiredPassword',
  'expiringPassword',
  'selectUnlock',
  'enrollProfile',
  'success',
  'terminal',
];
const EVENTS: Event[] = [
  'resumed',
  'identified',
  'verified',
  'authenticatorChosen',
  'methodChosen',
  'resendAsked',
  'enrollmentChosen',
  'numberGiven',
  'addressGiven',
  'rejected',
  'overtaken',
  'enrolled',
  'skipped',
  'recoveryAsked',
  'unlockAsked',
  'registrationAsked',
  'identifyAsked',
  'registered',
  'passwordSet',
];
const GOALS: Goal[] = [
  'success',
  'choose',
  'password',
  'code',
  'answer',
  'enroll',
  'enrollData',
  'enrollCode',
  'resetPassword',
  'expiredPassword',
  'expiringPassword',
  'refuse',
];
const KINDS: Facts['kind'][] = ['password', 'open', 'sent', 'push', 'setup', 'setupByLink', 'other'];
const ALL_FACTS: Facts[] = GOALS.flatMap((goal) => KINDS.map((kind) => ({ goal, kind })));

/** Every event that a screen takes; all others are refused there. */
const POSSIBLE: Record<Step, Event[]> = {
  identify: ['identified', 'verified', 'resumed', 'recoveryAsked', 'unlockAsked', 'registrationAsked'],
  selectAuthenticator: ['authenticatorChosen', 'methodChosen'],
  challengePassword: ['verified', 'authenticatorChosen', 'methodChosen', 'recoveryAsked'],
  verificationData: ['authenticatorChosen', 'methodChosen'],
  challengeCode: ['verified', 'authenticatorChosen', 'methodChosen', 'resendAsked', 'overtaken'],
  challengePoll: ['verified', 'authenticatorChosen', 'methodChosen', 'resendAsked', 'rejected', 'overtaken'],
  selectEnroll: ['enrollmentChosen', 'numberGiven', 'skipped'],
  enrollmentData: ['enrollmentChosen', 'numberGiven', 'skipped'],
  enrollCode: ['resendAsked', 'enrollmentChosen', 'numberGiven', 'enrolled', 'skipped'],
  enrollChannel: ['enrollmentChosen', 'numberGiven', 'addressGiven', 'skipped'],
  enrollPoll: ['resendAsked', 'enrollmentChosen', 'numberGiven', 'enrolled', 'skipped', 'overtaken'],
  identifyRecovery: ['identified'],
  resetPassword: ['passwordSet'],
  expiredPassword: ['passwordSet'],
  expiringPassword: ['passwordSet', 'skipped'],
  selectUnlock: ['authenticatorChosen', 'methodChosen'],
  enrollProfile: ['identifyAsked', 'registered'],
  success: [],
  terminal: [],
};

describe('the table of steps', () => {
  const pairs = STEPS.flatMap((from) => EVENTS.map((on) => ({ from, on, possible: POSSIBLE[from].includes(on) })));

  test.each(pairs)('$on at $from: possible $possible, whatever the facts', ({ from, on, possible }) => {
    for (const facts of ALL_FACTS) expect(advance(from, on, facts) !== undefined).toBe(possible);
  });

  test('reaches every step from the first', () => {
    const reached = new Set<Step>(['identify']);
    for (const _round of STEPS) for (const row of STEP_TABLE) if (reached.has(row.from)) reached.add(row.to);
    expect([...reached].sort()).toEqual([...STEPS].sort());
  });

  test('has no row that an earlier one shadows', () => {
    const used = new Set(
      STEPS.flatMap((from) => EVENTS.flatMap((on) => ALL_FACTS.map((facts) => advance(from, on, facts)))),
    );
    expect(STEP_TABLE.filter((row) => !used.has(row))).toEqual([]);
  });

  test.each([
    { goal: 'success', to: 'success' },
    { goal: 'choose', to: 'selectAuthenticator' },
    { goal: 'password', to: 'challengePassword' },
    { goal: 'code', to: 'verificationData' },
    { goal: 'answer', to: 'challengeCode' },
    { goal: 'enroll', to: 'selectEnroll' },
    { goal: 'enrollData', to: 'enrollmentData' },
    { goal: 'enrollCode', to: 'enrollCode' },
    { goal: 'resetPassword', to: 'resetPassword' },
    { goal: 'expiredPassword', to: 'expiredPassword' },
    { goal: 'expiringPassword', to: 'expiringPassword' },
    { goal: 'refuse', to: 'terminal' },
  ] as const)('leads to $to when the goal is $goal, wherever something was proven', ({ goal, to }) => {
    for (const [from, on] of [
      ['identify', 'verified'],
      ['challengePassword', 'verified'],
      ['challengeCode', 'verified'],
      ['enrollCode', 'enrolled'],
      ['enrollPoll', 'enrolled'],
      ['challengePoll', 'verified'],
      ['selectEnroll', 'skipped'],
    ] as const) {
      expect(advance(from, on, { goal, kind: 'other' })?.to).toBe(to);
    }
  });

  test('issues a code only at success, and sends codes only where one is then entered', () => {
    for (const row of STEP_TABLE) {
      expect(row.emit === 'issueCode').toBe(row.to === 'success');
      if (row.emit === 'sendCode') expect(['challengeCode', 'enrollCode']).toContain(row.to);
      if (row.emit === 'sendLink') expect(row.to).toBe('enrollPoll');
    }
  });
});
