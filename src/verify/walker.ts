/**
 * Takes the steps of a flow through a sign-in, whatever performs it. The walk follows the screens, not a fixed order of
 * pages: at each screen it asks what the next step wants there, and passes over optional enrolments it does not want.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../shared/clock.ts';
import { PendingCode } from './codes/pending.ts';
import type { CodeSource } from './codes/source.ts';
import { judge } from './expectations.ts';
import type { Flow } from './flow.ts';
import type { Choice, Mismatch, Performance, TimelineStep } from './outcome.ts';
import { type Action, type CodeChannel, hasError, type Screen, type SignIn } from './screens.ts';
import { type CodeStep, channelOf, parseStep, type Step } from './steps.ts';
import { asFlowError, MissingCredentialError } from './walk-errors.ts';
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

type CodeScreen = Screen & { kind: 'enter-code' | 'enter-enrolment-code' };

/** What the walk does at a screen: an action, the end, or a step that cannot be done there. */
type Move = { action: Action } | 'stop' | { mismatch: Mismatch };

class Walk {
  private readonly steps: Step[];
  private readonly context: WalkContext;
  private readonly timeline: TimelineStep[] = [];
  private readonly choices: Choice[] = [];
  private screen: Screen | undefined;
  private mismatch: Mismatch | undefined;
  private readonly code: PendingCode;
  /** Whether the choice that the next screen belongs to is recorded. */
  private choiceMade = false;
  private lastAction: Action['do'] | 'start' = 'start';
  /** Whether the last action was meant to be refused. */
  private lastWasWrong = false;

  constructor(steps: Step[], context: WalkContext) {
    this.steps = steps;
    this.context = context;
    const { login, userId, phone } = context.credentials;
    this.code = new PendingCode(context.codes, { login, userId, phone }, context.onSecret);
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
    await this.code.dispose();
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
        this.recordAlternatives(screen);
        return step?.kind === 'password' ? { action: this.password(step) } : notFor(step, screen);
      case 'choose-authenticator':
        return this.chooseAuthenticator(screen, step);
      case 'choose-phone-method':
        return this.chooseMethod(screen, step);
      case 'send-code':
        return this.sendCode(screen, step);
      case 'enter-code':
      case 'enter-enrolment-code':
        return this.enterCode(screen, step);
      case 'choose-enrolment':
        return this.chooseEnrolment(screen, step);
      case 'enrol-phone':
        return this.enrolPhone(screen, step);
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
    this.recordChoice('verify', screen.options, step?.kind === 'password' ? 'firstFactor' : 'taken');
    if (step === undefined) return 'stop';
    const wanted = step.kind;
    if (wanted !== 'password' && wanted !== 'phone' && wanted !== 'email') return notFor(step, screen);
    if (!screen.options.includes(wanted)) return { mismatch: { kind: 'option-missing', step, wanted, screen } };
    // An org may send the code at once when there is one method.
    if (step.kind === 'phone' || step.kind === 'email') await this.code.arm(channelOf(step));
    return { action: { do: 'choose-authenticator', authenticator: wanted } };
  }

  private async chooseMethod(screen: Screen & { kind: 'choose-phone-method' }, step: Step | undefined): Promise<Move> {
    this.recordSkippedList('verify', ['phone', ...screen.others]);
    if (step?.kind === 'email') return { mismatch: { kind: 'option-missing', step, wanted: 'email', screen } };
    if (step?.kind !== 'phone') return notFor(step, screen);
    const { method } = step;
    if (!screen.methods.includes(method)) {
      return { mismatch: { kind: 'method-missing', step, wanted: method, screen } };
    }
    await this.code.arm(method);
    return { action: { do: 'choose-phone-method', method } };
  }

  private async sendCode(screen: Screen & { kind: 'send-code' }, step: Step | undefined): Promise<Move> {
    this.recordSkippedList('verify', [screen.authenticator, ...screen.others]);
    if (step?.kind === 'phone') return { mismatch: { kind: 'option-missing', step, wanted: 'phone', screen } };
    if (step?.kind !== 'email') return notFor(step, screen);
    await this.code.arm('email');
    return { action: { do: 'send-code' } };
  }

  private async enterCode(screen: CodeScreen, step: Step | undefined): Promise<Move> {
    const kind = screen.kind === 'enter-code' ? screen.authenticator : `enrol-${screen.authenticator}`;
    if (screen.kind === 'enter-code') {
      this.recordSkippedList('verify', [screen.authenticator, ...screen.others]);
      if ((step?.kind === 'phone' || step?.kind === 'email') && step.kind !== kind) {
        return { mismatch: { kind: 'option-missing', step, wanted: step.kind, screen } };
      }
    }
    if (step?.kind === 'resend-code') return this.resend(screen, sameAgain(kind, this.code.channel));
    if (!isCodeStep(step) || step.kind !== kind) return notFor(step, screen);
    // The resend takes the place of this step: the first code is never typed.
    if (!step.wrongCode && this.steps[1]?.kind === 'resend-code') {
      this.steps.shift();
      return this.resend(screen, step);
    }
    if (!this.code.armed) return this.resend(screen, step);
    this.steps.shift();
    this.choiceMade = step.wrongCode;
    this.lastWasWrong = step.wrongCode;
    const timeoutMs = this.context.codeTimeoutMs ?? CODE_TIMEOUT_MS;
    return { action: { do: 'enter-code', code: await this.code.take({ wrong: step.wrongCode, timeoutMs }) } };
  }

  /** Asks for another code; the walk then does `instead` in place of the first step left. */
  private async resend(screen: CodeScreen, instead: CodeStep): Promise<Move> {
    if (!screen.canResend) return { mismatch: { kind: 'wrong-screen', step: { kind: 'resend-code' }, screen } };
    await this.code.arm(channelOf(instead));
    this.steps[0] = instead;
    return { action: { do: 'resend' } };
  }

  private chooseEnrolment(screen: Screen & { kind: 'choose-enrolment' }, step: Step | undefined): Move {
    if (step?.kind === 'enrol-phone') {
      this.recordChoice('enrol', screen.options, 'taken');
      if (!screen.options.includes('phone')) {
        return { mismatch: { kind: 'option-missing', step, wanted: 'phone', screen } };
      }
      return { action: { do: 'choose-enrolment', authenticator: 'phone' } };
    }
    const role = screen.canSkip ? 'passedOver' : step === undefined ? 'taken' : 'blocking';
    this.recordChoice('enrol', screen.options, role);
    return this.skip(screen, step);
  }

  private async enrolPhone(screen: Screen & { kind: 'enrol-phone' }, step: Step | undefined): Promise<Move> {
    if (step?.kind !== 'enrol-phone') {
      this.recordSkippedList('enrol', ['phone'], screen.canSkip ? 'passedOver' : 'blocking');
      return this.skip(screen, step);
    }
    this.recordSkippedList('enrol', ['phone']);
    const { method } = step;
    if (!screen.methods.includes(method)) {
      return { mismatch: { kind: 'method-missing', step, wanted: method, screen } };
    }
    const { phone, login } = this.context.credentials;
    if (phone === undefined) throw new MissingCredentialError('phone', login);
    await this.code.arm(method);
    return { action: { do: 'enrol-phone', phone, method } };
  }

  /** Passes over an optional enrolment, whether a step says so or not. */
  private skip(screen: Screen & { canSkip: boolean }, step: Step | undefined): Move {
    if (!screen.canSkip) return notFor(step, screen);
    if (step?.kind === 'skip') this.steps.shift();
    this.choiceMade = false;
    return { action: { do: 'skip' } };
  }

  private recordChoice(purpose: Choice['purpose'], authenticators: string[], role: Choice['role']): void {
    this.choices.push({ purpose, authenticators: [...new Set(authenticators)], role });
    this.choiceMade = role !== 'firstFactor';
  }

  /** What stands beside a password that was not chosen from a list. */
  private recordAlternatives({ others }: Screen & { kind: 'password' }): void {
    if (others.length === 0 || this.lastAction === 'choose-authenticator') return;
    this.recordChoice('verify', ['password', ...others], 'firstFactor');
  }

  /** Okta skips the list when one authenticator is left: the choice was made all the same. */
  private recordSkippedList(
    purpose: Choice['purpose'],
    authenticators: string[],
    role: Choice['role'] = 'taken',
  ): void {
    if (!this.choiceMade) this.recordChoice(purpose, authenticators, role);
  }
}

function isCodeStep(step: Step | undefined): step is CodeStep {
  return step?.kind === 'phone' || step?.kind === 'email' || step?.kind === 'enrol-phone';
}

/** The step that enters another code by the channel of the last one. */
function sameAgain(kind: string, channel: CodeChannel): CodeStep {
  if (channel === 'email') return { kind: 'email', wrongCode: false };
  return { kind: kind === 'enrol-phone' ? 'enrol-phone' : 'phone', method: channel, wrongCode: false };
}

function notFor(step: Step | undefined, screen: Screen): Move {
  return step === undefined ? 'stop' : { mismatch: { kind: 'wrong-screen', step, screen } };
}
