import { describe, expect, it } from 'vitest';
import { CodeNotReceivedError, type CodeSource } from '../../src/verify/codes/source.ts';
import type { Expectation, Flow } from '../../src/verify/flow.ts';
import type { Action, CodeChannel, Screen, SignIn } from '../../src/verify/screens.ts';
import { performFlow } from '../../src/verify/walker.ts';

type Play = Partial<Screen> & Pick<Screen, 'kind'>;

const IDENTIFY = { kind: 'identify', withPassword: true } as const;
const LIST = { kind: 'choose-authenticator', options: ['email', 'phone'] } as const;
const METHODS = { kind: 'choose-phone-method', methods: ['sms', 'voice'], others: [] } as const;
const CODE = { kind: 'enter-code', authenticator: 'phone', canResend: true, others: [] } as const;
const ENROL_LIST = { kind: 'choose-enrolment', options: ['phone', 'oktaVerify'], canSkip: false } as const;
const ENROL_PHONE = { kind: 'enrol-phone', methods: ['sms', 'voice'], canSkip: false } as const;
const ENROL_CODE = { kind: 'enter-enrolment-code', authenticator: 'phone', canResend: true } as const;
const SIGNED_IN = { kind: 'signed-in', claims: { amr: ['mfa', 'sms', 'pwd'], sub: '00u1' } } as const;
const WRONG = { messages: [{ text: 'Invalid code. Try again.', level: 'error' }] } as const;

/** A sign-in that shows the given screens in turn, whatever is done. */
function play(...screens: object[]) {
  const actions: Action[] = [];
  const next = async (): Promise<Screen> => {
    const screen = screens.shift() as Play | undefined;
    if (screen === undefined) throw new Error('the play is over');
    return { messages: [], remediations: [], ...screen } as Screen;
  };
  const signIn: SignIn = {
    transcript: [],
    screenshots: [],
    start: next,
    submit: (action) => {
      actions.push(action);
      return next();
    },
    close: async () => {},
  };
  return { signIn, actions };
}

/** Sends 100001, 100002, ... and tells by which channels it was armed. */
function codeSource() {
  const armed: CodeChannel[] = [];
  const codes: CodeSource = {
    name: 'script',
    channels: ['sms', 'voice', 'email'],
    preflight: async () => {},
    arm: async ({ channel }) => {
      armed.push(channel);
      const code = String(100_000 + armed.length);
      return { wait: async () => ({ code }), dispose: async () => {} };
    },
  };
  return { codes, armed };
}

async function perform(steps: string[], expectation: Expectation, screens: object[], source = codeSource()) {
  const { signIn, actions } = play(...screens);
  const flow = { name: 'f', user: 'mary', app: 'a', steps, expect: expectation } as Flow;
  const secrets: string[] = [];
  const credentials = { login: 'mary', userId: '00u1', password: 'right', phone: '+14155550132' };
  const clock = { now: () => 0 };
  const seen = await performFlow(flow, {
    signIn,
    credentials,
    codes: source.codes,
    clock,
    onSecret: (secret) => secrets.push(secret),
  });
  return { ...seen, actions, armed: source.armed, secrets };
}

describe('the walk', () => {
  it('signs in with password and SMS, and says that the phone was offered when Okta skips the list', async () => {
    const walk = await perform(
      ['password', 'phone sms'],
      { signedIn: true, offered: ['phone'], notOffered: ['email'], amr: ['pwd', 'sms'] },
      [IDENTIFY, METHODS, CODE, SIGNED_IN],
    );
    expect(walk.mismatch).toBeUndefined();
    expect(walk.error).toBeUndefined();
    expect(walk.actions).toEqual([
      { do: 'identify', username: 'mary', password: 'right' },
      { do: 'choose-phone-method', method: 'sms' },
      { do: 'enter-code', code: '100001' },
    ]);
    expect(walk.choices.map((choice) => choice.authenticators)).toEqual([['phone']]);
    expect(walk.timeline.map((step) => step.name)).toEqual([
      'Open the sign-in',
      'Enter username and password',
      'Choose SMS',
      'Enter the code',
    ]);
    expect(walk.secrets).toContain('100001');
  });

  it('counts one choice when the list is shown, and walks an org that asks for the username first', async () => {
    const walk = await perform(['password', 'phone voice'], { signedIn: true, offered: ['email', 'phone'] }, [
      { ...IDENTIFY, withPassword: false },
      { kind: 'password', others: [] },
      LIST,
      METHODS,
      CODE,
      SIGNED_IN,
    ]);
    expect(walk.mismatch).toBeUndefined();
    expect(walk.choices).toHaveLength(1);
    expect(walk.actions.map((action) => action.do)).toEqual([
      'identify',
      'password',
      'choose-authenticator',
      'choose-phone-method',
      'enter-code',
    ]);
    expect(walk.armed.at(-1)).toBe('voice');
  });

  it('does not hold the choice of the first factor against `offered`', async () => {
    const first = { kind: 'choose-authenticator', options: ['password', 'email'] };
    const walk = await perform(['password', 'phone sms'], { signedIn: true, offered: ['phone'] }, [
      { ...IDENTIFY, withPassword: false },
      first,
      { kind: 'password', others: [] },
      METHODS,
      CODE,
      SIGNED_IN,
    ]);
    expect(walk.mismatch).toBeUndefined();
  });

  it('passes over optional enrolments that the flow does not list, and records them', async () => {
    const optional = { kind: 'choose-enrolment', options: ['oktaVerify'], canSkip: true };
    const walk = await perform(['password', 'phone sms'], { signedIn: true, offered: ['phone'] }, [
      IDENTIFY,
      METHODS,
      CODE,
      optional,
      SIGNED_IN,
    ]);
    expect(walk.mismatch).toBeUndefined();
    expect(walk.actions.at(-1)).toEqual({ do: 'skip' });
    expect(walk.choices[1]).toMatchObject({ purpose: 'enrol', authenticators: ['oktaVerify'], role: 'passedOver' });
  });

  it('still fails when a passed-over screen offers what must not be offered', async () => {
    const optional = { kind: 'choose-enrolment', options: ['email'], canSkip: true };
    const walk = await perform(['password', 'phone sms'], { signedIn: true, notOffered: ['email'] }, [
      IDENTIFY,
      METHODS,
      CODE,
      optional,
      SIGNED_IN,
    ]);
    expect(walk.mismatch).toMatchObject({ kind: 'offered', unwanted: ['email'], purpose: 'enrol' });
  });

  it('enrols a phone', async () => {
    const walk = await perform(['password', 'enrol phone sms'], { signedIn: true, notOffered: ['email'] }, [
      IDENTIFY,
      ENROL_LIST,
      ENROL_PHONE,
      ENROL_CODE,
      SIGNED_IN,
    ]);
    expect(walk.mismatch).toBeUndefined();
    expect(walk.actions.slice(1)).toEqual([
      { do: 'choose-enrolment', authenticator: 'phone' },
      { do: 'enrol-phone', phone: '+14155550132', method: 'sms' },
      { do: 'enter-code', code: '100001' },
    ]);
  });

  it('enters a code that is not the one sent, and takes the refusal as the end', async () => {
    const walk = await perform(
      ['password', 'phone sms with a wrong code'],
      { signedIn: false, message: 'Invalid code. Try again.' },
      [IDENTIFY, METHODS, CODE, { ...CODE, ...WRONG }],
    );
    expect(walk.mismatch).toBeUndefined();
    expect(walk.actions.at(-1)).toEqual({ do: 'enter-code', code: '100002' });
  });

  it('goes on after a wrong code with the right one', async () => {
    const walk = await perform(['password', 'phone sms with a wrong code', 'phone sms'], { signedIn: true }, [
      IDENTIFY,
      METHODS,
      CODE,
      { ...CODE, ...WRONG },
      SIGNED_IN,
    ]);
    expect(walk.mismatch).toBeUndefined();
    expect(walk.actions.at(-1)).toEqual({ do: 'enter-code', code: '100001' });
  });

  it('asks for another code and enters that one', async () => {
    const walk = await perform(['password', 'phone sms', 'resend code'], { signedIn: true }, [
      IDENTIFY,
      METHODS,
      CODE,
      CODE,
      SIGNED_IN,
    ]);
    expect(walk.mismatch).toBeUndefined();
    expect(walk.actions.slice(-2)).toEqual([{ do: 'resend' }, { do: 'enter-code', code: '100002' }]);
  });

  it('fails when the user is signed in before all steps are done', async () => {
    const walk = await perform(['password', 'phone sms'], { signedIn: true }, [IDENTIFY, SIGNED_IN]);
    expect(walk.mismatch).toEqual({
      kind: 'signed-in-early',
      remaining: [{ kind: 'phone', method: 'sms', wrongCode: false }],
    });
  });

  it('fails when a step is refused that should not be', async () => {
    const walk = await perform(['password', 'phone sms'], { signedIn: true }, [
      IDENTIFY,
      { ...IDENTIFY, messages: [{ text: 'Authentication failed', level: 'error' }] },
    ]);
    expect(walk.mismatch).toMatchObject({ kind: 'step-refused', action: 'identify' });
  });

  it.each([
    ['a method is not offered', { ...METHODS, methods: ['voice'] }, { kind: 'method-missing', wanted: 'sms' }],
    ['the phone is not on the list', { ...LIST, options: ['email'] }, { kind: 'option-missing', wanted: 'phone' }],
    ['another authenticator was chosen for the user', { ...CODE, authenticator: 'email' }, { kind: 'option-missing' }],
    ['an enrolment cannot be skipped', ENROL_LIST, { kind: 'wrong-screen' }],
    ['the screen is not known', { kind: 'unknown', name: 'enroll-profile' }, { kind: 'wrong-screen' }],
  ])('fails when %s', async (_, screen, mismatch) => {
    const walk = await perform(['password', 'phone sms'], { signedIn: true }, [IDENTIFY, screen]);
    expect(walk.mismatch).toMatchObject(mismatch);
  });

  it.each<[string, Expectation, object]>([
    ['amr lacks a value', { signedIn: true, amr: ['tel'] }, { kind: 'amr', expected: ['tel'] }],
    ['a claim differs', { signedIn: true, claims: { sub: '00u2' } }, { kind: 'claim', name: 'sub', actual: '00u1' }],
    ['nobody should be signed in', { signedIn: false }, { kind: 'signed-in-unexpectedly' }],
    ['a message is missing', { signedIn: true, message: 'Hello' }, { kind: 'message', seen: [] }],
    ['more is offered than expected', { signedIn: true, offered: [] }, { kind: 'offered', unwanted: ['phone'] }],
    ['less is offered than expected', { signedIn: true, offered: ['phone', 'email'] }, { missing: ['email'] }],
  ])('fails when %s', async (_, expectation, mismatch) => {
    const walk = await perform(['password', 'phone sms'], expectation, [IDENTIFY, METHODS, CODE, SIGNED_IN]);
    expect(walk.mismatch).toMatchObject(mismatch);
  });

  it('ends with an error, not a failure, when no code comes', async () => {
    const { codes, armed } = codeSource();
    const silent: CodeSource = {
      ...codes,
      arm: async (to) => ({
        ...(await codes.arm(to)),
        wait: async ({ timeoutMs }) => {
          throw new CodeNotReceivedError('script', to.channel, timeoutMs);
        },
      }),
    };
    const walk = await perform(['password', 'phone sms'], { signedIn: true }, [IDENTIFY, METHODS, CODE], {
      codes: silent,
      armed,
    });
    expect(walk.error).toMatchObject({
      code: 'code-not-received',
      message: 'no code by sms from the code source "script" within 15 s',
    });
  });

  it('verifies by email, whether the list is shown or not', async () => {
    const send = { kind: 'send-code', authenticator: 'email', others: [] };
    const enter = { ...CODE, authenticator: 'email' };
    for (const screens of [[LIST, send], [send]]) {
      const walk = await perform(
        ['password', 'email'],
        { signedIn: true, offered: screens.length === 2 ? ['email', 'phone'] : ['email'] },
        [IDENTIFY, ...screens, enter, SIGNED_IN],
      );
      expect(walk.mismatch).toBeUndefined();
      expect(walk.actions.slice(-2)).toMatchObject([{ do: 'send-code' }, { do: 'enter-code' }]);
      expect(walk.armed.at(-1)).toBe('email');
    }
  });

  it('holds only the choices that the flow makes against `offered`', async () => {
    const walk = await perform(['password', 'phone sms'], { signedIn: true, offered: ['phone'] }, [
      IDENTIFY,
      { kind: 'choose-enrolment', options: ['oktaVerify'], canSkip: false },
    ]);
    expect(walk.choices).toEqual([{ purpose: 'enrol', authenticators: ['oktaVerify'], role: 'blocking' }]);
    expect(walk.mismatch).toMatchObject({ kind: 'wrong-screen' });
  });

  it('says so when the source of codes has no such channel', async () => {
    const { codes, armed } = codeSource();
    const smsOnly = { codes: { ...codes, channels: ['sms'] as const }, armed };
    const voice = await perform(['password', 'phone voice'], { signedIn: true }, [IDENTIFY, METHODS], smsOnly);
    expect(voice.error).toMatchObject({
      code: 'code-channel-unsupported',
      message: 'the code source "script" receives no codes by voice',
    });
  });

  it('tries again after a wrong password', async () => {
    const walk = await perform(['wrong password', 'password', 'phone sms'], { signedIn: true }, [
      IDENTIFY,
      { ...IDENTIFY, messages: [{ text: 'Authentication failed', level: 'error' }] },
      METHODS,
      CODE,
      SIGNED_IN,
    ]);
    expect(walk.mismatch).toBeUndefined();
    const passwords = walk.actions.flatMap((action) => (action.do === 'identify' ? [action.password] : []));
    expect(passwords[0]).not.toBe('right');
    expect(passwords[1]).toBe('right');
  });

  it('gives up on a sign-in that goes round in circles', async () => {
    const optional = { kind: 'choose-enrolment', options: ['oktaVerify'], canSkip: true };
    const walk = await perform(['password'], { signedIn: true }, [IDENTIFY, ...Array(60).fill(optional)]);
    expect(walk.error?.message).toBe('more than 40 screens: the sign-in goes round in circles');
  });
});

describe('what is offered', () => {
  it('is not proven by a flow that never comes to a choice', async () => {
    const walk = await perform(['password'], { signedIn: true, offered: ['phone'] }, [IDENTIFY, SIGNED_IN]);
    expect(walk.mismatch).toEqual({ kind: 'nothing-offered', expected: ['phone'] });
  });

  it('includes what stands beside a password that was not chosen from a list', async () => {
    const walk = await perform(['password', 'phone sms'], { signedIn: true, notOffered: ['email'] }, [
      { ...IDENTIFY, withPassword: false },
      { kind: 'password', others: ['email'] },
      METHODS,
      CODE,
      SIGNED_IN,
    ]);
    expect(walk.mismatch).toMatchObject({ kind: 'offered', unwanted: ['email'] });
  });
});
