/**
 * The steps of a flow: a small fixed language, so that a config can be checked without an org and an editor can
 * complete it. One step is what a person would call one step: "a code by SMS" is the choice, the sending and the typing.
 */
import type { CodeChannel, PhoneMethod } from './screens.ts';

export type Step =
  /** Types the password; `wrong` types another one. */
  | { kind: 'password'; wrong: boolean }
  /** Chooses the phone and the method, waits for the code and enters it; `wrong` enters another one. */
  | { kind: 'phone'; method: PhoneMethod; wrongCode: boolean }
  /** Chooses email, waits for the code and enters it. */
  | { kind: 'email'; wrongCode: boolean }
  /** Sets up the phone while signing in, and enters the code that comes. */
  | { kind: 'enrol-phone'; method: PhoneMethod; wrongCode: boolean }
  /** Passes over the optional authenticators ("Set up later"). */
  | { kind: 'skip' }
  /** Asks for another code and enters that one. */
  | { kind: 'resend-code' };

/** A step that ends with the entry of a code. */
export type CodeStep = Step & { kind: 'phone' | 'email' | 'enrol-phone' };

/** The way the code of a step comes. */
export function channelOf(step: CodeStep): CodeChannel {
  return step.kind === 'email' ? 'email' : step.method;
}

const PHONE_METHODS = ['sms', 'voice'] as const;

/** Every step there is, as it is written; the first spelling is the one the documentation uses. */
export const STEP_TEXTS = [
  'password',
  'wrong password',
  'phone sms',
  'phone voice',
  'phone sms with a wrong code',
  'phone voice with a wrong code',
  'email',
  'email with a wrong code',
  'enrol phone sms',
  'enrol phone voice',
  'enrol phone sms with a wrong code',
  'enrol phone voice with a wrong code',
  'enroll phone sms',
  'enroll phone voice',
  'enroll phone sms with a wrong code',
  'enroll phone voice with a wrong code',
  'skip',
  'resend code',
] as const;

export type StepText = (typeof STEP_TEXTS)[number];

/** Parses a step as a config writes it; throws a RangeError that names the allowed ones. */
export function parseStep(text: string): Step {
  const step = tryParseStep(text);
  if (step === undefined) throw new RangeError(unknownStepMessage(text));
  return step;
}

export function unknownStepMessage(text: string): string {
  const allowed = STEP_TEXTS.filter((step) => !step.startsWith('enroll')).join(', ');
  return `unknown step "${text}"; steps are: ${allowed}`;
}

function tryParseStep(text: string): Step | undefined {
  if (text === 'password' || text === 'wrong password') return { kind: 'password', wrong: text !== 'password' };
  if (text === 'email' || text === 'email with a wrong code') return { kind: 'email', wrongCode: text !== 'email' };
  if (text === 'skip') return { kind: 'skip' };
  if (text === 'resend code') return { kind: 'resend-code' };
  const [, enrol, word, wrong] = /^(enroll? )?phone (\w+)( with a wrong code)?$/.exec(text) ?? [];
  const method = PHONE_METHODS.find((candidate) => candidate === word);
  if (method === undefined) return undefined;
  return { kind: enrol === undefined ? 'phone' : 'enrol-phone', method, wrongCode: wrong !== undefined };
}
