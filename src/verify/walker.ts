/**
 * Takes the steps of a flow through a sign-in, whatever performs it. The walk follows the screens, not a fixed order of
 * pages: at each screen it asks what the next step wants there, and passes over optional enrolments it does not want.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../shared/clock.ts';
import { CodeNotReceivedError, type CodeSource, type CodeTicket } from './codes/source.ts';
import { judge } from './expectations.ts';
import type { Flow } from './flow.ts';
import type { Choice, FlowError, Mismatch, Performance, TimelineStep } from './outcome.ts';
import { type Action, hasError, type PhoneMethod, type Screen, type SignIn } from './screens.ts';
import { parseStep, type Step } from './steps.ts';
import { actionName, describeScreen } from './wording.ts';

/** Who signs in. What is undefined is not known to the run, and only missed when a step needs it. */
export interface Credentials {
  login: string;
  userId: string | undefined;
  password: string | undefined;
  phone: string | undefined;
}

export interface WalkContext {
  signIn: SignIn;
  credentials: Credentials;
  codes: CodeSource;
  clock: Clock;
  /** Told of every secret before it is used: codes. */
  onSecret: (secret: string) => void;
  onStep?: ((step: TimelineStep) => void) | undefined;
  codeTimeoutMs?: number;
}

const CODE_TIMEOUT_MS = 15_000;
/** More screens than any sign-in has: something goes round in circles. */
const MOST_SCREENS = 40;

/** Performs one flow to its end. Never throws: what breaks is the `error` of the result. */
export async function performFlow(flow: Flow, context: WalkContext): Promise<Performance> {
  const walk = new Walk(flow.steps.map(parseStep), context);
  try {
    await walk.run();
  } catch (error) {
    return { ...walk.seen(), error: asFlowError(error) };
  } finally {
    await walk.dispose();
  }
  const seen = walk.seen();
  const mismatch = judge(flow.expect, seen);
  return mismatch === undefined ? seen : { ...seen, mismatch };
}

/** What the walk does at a screen: an action, the end, or a step that cannot be done there. */
type Move = { action: Action } | 'stop' | { mismatch: Mismatch };

class Walk {
  private readonly steps: Step[];
  private readonly context: WalkContext;
  private readonly timeline: TimelineStep[] = [];
  private readonly choices: Choice[] = [];
  private screen: Screen | undefined;
  private mismatch: Mismatch | undefined;
  private ticket: CodeTicket | undefined;
  /** The code of the ticket, kept so that a wrong attempt can be followed by the right one. */
  private received: string | undefined;
  /** The method of the ticket. */
  private method: PhoneMethod = 'sms';
  /** Whether the list of authenticators was shown for the choice that the next screen belongs to. */
  private listShown = false;
  private lastAction: Action['do'] | 'start' = 'start';
  /** Whether the last action was meant to be refused. */
  private lastWasWrong = false;

  constructor(steps: Step[], context: WalkContext) {
    this.steps = steps;
    this.context = context;
  }

  seen(): Performance {
    return {
      timeline: this.timeline,
      choices: this.choices,
      screen: this.screen,
      remaining: [...this.steps],
      ...(this.mismatch === undefined ? {} : { mismatch: this.mismatch }),
    };
  }

  async dispose(): Promise<void> {
    await this.ticket?.dispose();
  }

  async run(): Promise<void> {
    let screen = await this.time('Open the sign-in', () => this.context.signIn.start());
    for (let count = 0; count < MOST_SCREENS; count += 1) {
      const move = await this.nextMove(screen);
      if (move === 'stop') return;
      if ('mismatch' in move) {
        this.mismatch = move.mismatch;
        return;
      }
      const { action } = move;
      this.lastAction = action.do;
      screen = await this.time(actionName(action), () => this.context.signIn.submit(action));
    }
    throw new Error(`more than ${MOST_SCREENS} screens: the sign-in goes round in circles`);
  }

  private async time(name: string, act: () => Promise<Screen>): Promise<Screen> {
    const start = this.context.clock.now();
    const record = (detail: string) => {
      const durationMs = this.context.clock.now() - start;
      const step = { name, startedAt: new Date(start).toISOString(), durationMs, detail };
      this.timeline.push(step);
      this.context.onStep?.(step);
    };
    try {
      this.screen = await act();
    } catch (error) {
      record(`broke off: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    }
    record(describeScreen(this.screen));
    return this.screen;
  }

  private async nextMove(screen: Screen): Promise<Move> {
    if (screen.kind === 'refused' || (hasError(screen) && !this.lastWasWrong)) {
      if (this.steps.length === 0) return 'stop';
      return { mismatch: { kind: 'step-refused', action: this.lastAction, screen } };
    }
    this.lastWasWrong = false;
    const step = this.steps[0];
    switch (screen.kind) {
      case 'identify':
        return this.identify(screen, step);
      case 'password':
        return step?.kind === 'password' ? { action: this.password(step) } : notFor(step, screen);
      case 'choose-authenticator':
        return this.chooseAuthenticator(screen, step);
      case 'choose-phone-method':
        return this.chooseMethod(screen, step);
      case 'enter-code':
        return this.enterCode(screen, step);
      case 'choose-enrolment':
        return this.chooseEnrolment(screen, step);
      case 'enrol-phone':
        return this.enrolPhone(screen, step);
      case 'enter-enrolment-code':
        return this.enterCode(screen, step);
      case 'unknown':
        return notFor(step, screen);
      case 'signed-in':
        return 'stop';
    }
  }

  private identify(screen: Screen & { kind: 'identify' }, step: Step | undefined): Move {
    const { login: username } = this.context.credentials;
    if (step?.kind === 'password' && screen.withPassword) {
      const { password } = this.password(step);
      return { action: { do: 'identify', username, password } };
    }
    // The username alone was just taken, and the same screen is back: the org wants something else.
    if (screen.withPassword || step === undefined || this.lastAction === 'identify') return notFor(step, screen);
    return { action: { do: 'identify', username } };
  }

  private password(step: Step & { kind: 'password' }): Action & { do: 'password' } {
    this.steps.shift();
    this.lastWasWrong = step.wrong;
    const { password, login } = this.context.credentials;
    if (step.wrong) return { do: 'password', password: randomUUID() };
    if (password === undefined) throw new MissingCredentialError('password', login);
    return { do: 'password', password };
  }

  private async chooseAuthenticator(
    screen: Screen & { kind: 'choose-authenticator' },
    step: Step | undefined,
  ): Promise<Move> {
    const wanted = step?.kind === 'password' ? 'password' : 'phone';
    this.recordChoice('verify', screen.options, { firstFactor: wanted === 'password' });
    if (step === undefined) return 'stop';
    if (step.kind !== 'password' && step.kind !== 'phone') return notFor(step, screen);
    if (!screen.options.includes(wanted)) return { mismatch: { kind: 'option-missing', step, wanted, screen } };
    this.listShown = true;
    // An org may send the code at once when the phone has one method.
    if (step.kind === 'phone') await this.arm(step.method);
    return { action: { do: 'choose-authenticator', authenticator: wanted } };
  }

  private async chooseMethod(screen: Screen & { kind: 'choose-phone-method' }, step: Step | undefined): Promise<Move> {
    if (!this.listShown) this.recordChoice('verify', ['phone', ...screen.others]);
    this.listShown = false;
    if (step?.kind !== 'phone') return notFor(step, screen);
    const { method } = step;
    if (!screen.methods.includes(method)) {
      return { mismatch: { kind: 'method-missing', step, wanted: method, screen } };
    }
    await this.arm(method);
    return { action: { do: 'choose-phone-method', method } };
  }

  private async enterCode(
    screen: Screen & { kind: 'enter-code' | 'enter-enrolment-code' },
    step: Step | undefined,
  ): Promise<Move> {
    const purpose = screen.kind === 'enter-code' ? 'phone' : 'enrol-phone';
    if (screen.kind === 'enter-code' && screen.authenticator !== 'phone') {
      if (!this.listShown) this.recordChoice('verify', [screen.authenticator, ...screen.others]);
      if (step?.kind !== 'phone') return notFor(step, screen);
      return { mismatch: { kind: 'option-missing', step, wanted: 'phone', screen } };
    }
    this.listShown = false;
    if (step?.kind === 'resend-code') {
      return this.resend(screen, { kind: purpose, method: this.method, wrongCode: false });
    }
    if (step?.kind !== purpose) return notFor(step, screen);
    // The resend takes the place of this step: the first code is never typed.
    if (!step.wrongCode && this.steps[1]?.kind === 'resend-code') {
      this.steps.shift();
      return this.resend(screen, step);
    }
    if (this.ticket === undefined) return this.resend(screen, step);
    this.steps.shift();
    this.lastWasWrong = step.wrongCode;
    const code = await this.code();
    return { action: { do: 'enter-code', code: step.wrongCode ? otherCode(code) : code } };
  }

  /** Asks for another code; the walk then does `instead` in place of the first step left. */
  private async resend(
    screen: Screen & { kind: 'enter-code' | 'enter-enrolment-code' },
    instead: Step & { kind: 'phone' | 'enrol-phone' },
  ): Promise<Move> {
    if (!screen.canResend) return { mismatch: { kind: 'wrong-screen', step: { kind: 'resend-code' }, screen } };
    await this.arm(instead.method);
    this.steps[0] = instead;
    return { action: { do: 'resend' } };
  }

  private chooseEnrolment(screen: Screen & { kind: 'choose-enrolment' }, step: Step | undefined): Move {
    if (step?.kind === 'enrol-phone') {
      this.recordChoice('enrol', screen.options);
      if (!screen.options.includes('phone')) {
        return { mismatch: { kind: 'option-missing', step, wanted: 'phone', screen } };
      }
      this.listShown = true;
      return { action: { do: 'choose-enrolment', authenticator: 'phone' } };
    }
    if (step?.kind === 'skip' && screen.canSkip) this.steps.shift();
    this.recordChoice('enrol', screen.options, { passedOver: screen.canSkip });
    return screen.canSkip ? { action: { do: 'skip' } } : notFor(step, screen);
  }

  private async enrolPhone(screen: Screen & { kind: 'enrol-phone' }, step: Step | undefined): Promise<Move> {
    if (!this.listShown) this.recordChoice('enrol', ['phone'], { passedOver: step?.kind !== 'enrol-phone' });
    this.listShown = false;
    if (step?.kind === 'skip' && screen.canSkip) this.steps.shift();
    if (step?.kind !== 'enrol-phone') return screen.canSkip ? { action: { do: 'skip' } } : notFor(step, screen);
    const { method } = step;
    if (!screen.methods.includes(method)) {
      return { mismatch: { kind: 'method-missing', step, wanted: method, screen } };
    }
    const { phone, login } = this.context.credentials;
    if (phone === undefined) throw new MissingCredentialError('phone', login);
    await this.arm(method);
    return { action: { do: 'enrol-phone', phone, method } };
  }

  private recordChoice(
    purpose: Choice['purpose'],
    authenticators: string[],
    about: { passedOver?: boolean; firstFactor?: boolean } = {},
  ): void {
    const { passedOver = false, firstFactor = false } = about;
    this.choices.push({ purpose, authenticators: [...new Set(authenticators)], passedOver, firstFactor });
  }

  private async arm(method: PhoneMethod): Promise<void> {
    await this.ticket?.dispose();
    const { login, userId, phone } = this.context.credentials;
    this.method = method;
    this.received = undefined;
    this.ticket = await this.context.codes.arm({ login, userId, phone, channel: method });
  }

  private async code(): Promise<string> {
    if (this.received === undefined) {
      const timeoutMs = this.context.codeTimeoutMs ?? CODE_TIMEOUT_MS;
      const received = await this.ticket?.wait({ timeoutMs });
      if (received === undefined) throw new Error('no code was asked for');
      this.context.onSecret(received.code);
      this.context.onSecret(otherCode(received.code));
      this.received = received.code;
    }
    return this.received;
  }
}

function notFor(step: Step | undefined, screen: Screen): Move {
  return step === undefined ? 'stop' : { mismatch: { kind: 'wrong-screen', step, screen } };
}

/** A code of the same length that is not this one. */
function otherCode(code: string): string {
  const last = Number(code.at(-1));
  return code.slice(0, -1) + (Number.isNaN(last) ? '0' : String((last + 1) % 10));
}

class MissingCredentialError extends Error {
  readonly what: 'password' | 'phone';

  constructor(what: 'password' | 'phone', login: string) {
    super(`the ${what === 'phone' ? 'phone number' : what} of ${login} is not known to this run`);
    this.name = 'MissingCredentialError';
    this.what = what;
  }
}

function asFlowError(error: unknown): FlowError {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CodeNotReceivedError) {
    return {
      code: 'code-not-received',
      message,
      hint: 'Check that the org sends through the code source chosen with --codes, and that the number is the one it watches.',
    };
  }
  if (error instanceof MissingCredentialError) {
    return {
      code: `${error.what}-unknown`,
      message,
      hint: `Declare the user in the config with a ${error.what}; a secret is written as \${env:NAME}.`,
    };
  }
  return { code: 'driver-error', message, hint: 'The sign-in broke off; the transcript shows how far it came.' };
}
