/** What a performed flow came to, before anyone asks the org why: plain values that the walker makes and others read. */
import type { Action, PhoneMethod, Screen } from './screens.ts';
import type { Step } from './steps.ts';

/** One screen or call of a flow. */
export interface TimelineStep {
  /** What was done, in words: `Choose phone`. */
  name: string;
  /** ISO 8601. */
  startedAt: string;
  durationMs: number;
  /** What came of it: what was offered, what Okta said. */
  detail: string;
}

/** A point at which the org offers authenticators. */
export interface Choice {
  purpose: 'verify' | 'enrol';
  authenticators: string[];
  /**
   * What the choice is to the flow; `expect.offered` speaks of those that are `taken`. `firstFactor`: what comes before
   * the password when the org asks for the username alone. `passedOver`: optional authenticators skipped on the flow's
   * behalf. `blocking`: an enrolment that the flow does not list and that cannot be skipped.
   */
  role: 'taken' | 'firstFactor' | 'passedOver' | 'blocking';
}

/** Why a flow does not do what it expects, as seen from the outside. */
export type Mismatch =
  /** An authenticator of `notOffered` was offered, or `offered` is not exactly what was. */
  | {
      kind: 'offered';
      expected: string[];
      actual: string[];
      unwanted: string[];
      missing: string[];
      purpose: Choice['purpose'];
    }
  /** The step asks for an authenticator that is not on the screen. */
  | { kind: 'option-missing'; step: Step; wanted: string; screen: Screen }
  | { kind: 'method-missing'; step: Step; wanted: PhoneMethod; screen: Screen }
  /** The screen is not one on which the step can be done. */
  | { kind: 'wrong-screen'; step: Step; screen: Screen }
  /** Okta did not accept what the step did. */
  | { kind: 'step-refused'; action: Action['do'] | 'start'; screen: Screen }
  /** The flow met no choice at all, and expects what is offered at one. */
  | { kind: 'nothing-offered'; expected: string[] }
  | { kind: 'signed-in-early'; remaining: Step[] }
  | { kind: 'not-signed-in'; screen: Screen }
  | { kind: 'signed-in-unexpectedly' }
  | { kind: 'message'; expected: string; seen: string[] }
  | { kind: 'amr'; expected: string[]; actual: unknown }
  | { kind: 'claim'; name: string; expected: unknown; actual: unknown };

/** Something that is no answer of the org's: no code came, a password is not known, a driver broke. */
export interface FlowError {
  code: string;
  message: string;
  hint: string;
}

export interface Performance {
  timeline: TimelineStep[];
  choices: Choice[];
  screen: Screen | undefined;
  /** Steps that were not reached. */
  remaining: Step[];
  mismatch?: Mismatch;
  error?: FlowError;
}
