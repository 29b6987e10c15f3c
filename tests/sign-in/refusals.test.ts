import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { IdxMessage, IdxResponse } from '../../src/wire/idx.ts';
import {
  type Answer,
  formNames,
  MARY,
  messagesOf,
  PASSWORD_AND_ANOTHER,
  SignIn,
  SignInOrg,
} from '../support/sign-in.ts';

let org: SignInOrg;
beforeAll(async () => {
  org = await SignInOrg.start();
  await org.givePhone('sms', 'call');
});
afterAll(() => org.stop());

const MINUTE = 60_000;

const failed: IdxMessage = { message: 'Authentication failed', i18n: { key: 'errors.E0000004' }, class: 'ERROR' };
const expired: IdxMessage = {
  message: 'You have been logged out due to inactivity. Refresh or return to the sign in screen.',
  i18n: { key: 'idx.session.expired' },
  class: 'ERROR',
};

function expectRefusal(answer: Answer<IdxResponse>, status: number, message: IdxMessage, ...forms: string[]): void {
  expect({ status: answer.status, messages: messagesOf(answer.body), forms: formNames(answer.body) }).toEqual({
    status,
    messages: [message],
    forms,
  });
  expect(answer.headers.get('content-type')).toBe('application/ion+json; okta-version=1.0.0');
}

describe('who one is', () => {
  test('a wrong password', async () => {
    const { signIn } = await SignIn.begin(org);
    const answer = await signIn.identify(MARY.login, 'wrong');
    expectRefusal(answer, 401, failed, 'identify', 'select-enroll-profile');
    expect(answer.body.user?.value).toEqual({ identifier: MARY.login });
    expect(formNames((await signIn.identify()).body)[0]).toBe('authenticator-verification-data');
  });

  test('a wrong password on the challenge page', async () => {
    await org.primaryFactor('PASSWORD_IDP_ANY_FACTOR');
    try {
      const { signIn } = await SignIn.begin(org);
      await signIn.post('identify', { identifier: MARY.login });
      await signIn.choose('okta_password');
      expectRefusal(
        await signIn.answer('wrong'),
        401,
        failed,
        'challenge-authenticator',
        'select-authenticator-authenticate',
      );
    } finally {
      await org.primaryFactor('PASSWORD_IDP');
    }
  });

  test('an unknown user, where strangers may register', async () => {
    const { signIn } = await SignIn.begin(org);
    const unknown: IdxMessage = {
      message: 'There is no account with the Username nobody@example.com.',
      i18n: { key: 'idx.unknown.user', params: [] },
      class: 'INFO',
    };
    const answer = await signIn.identify('nobody@example.com', 'x');
    expectRefusal(answer, 200, unknown, 'identify', 'select-enroll-profile');
  });

  test.each([
    { what: 'suspended', on: 'suspend', off: 'unsuspend' },
    { what: 'deactivated', on: 'deactivate', off: undefined },
  ])('a $what user is told the same as with a wrong password', async ({ what, on, off }) => {
    const login = `${what}@example.com`;
    const user = await org.createUser(login, MARY.password);
    await org.api('POST', `/api/v1/users/${user.id}/lifecycle/${on}`);
    const { signIn } = await SignIn.begin(org);
    expectRefusal(await signIn.identify(login), 401, failed, 'identify', 'select-enroll-profile');
    if (!off) return;
    await org.api('POST', `/api/v1/users/${user.id}/lifecycle/${off}`);
    expect(formNames((await signIn.identify(login)).body)).toEqual(['select-authenticator-enroll']);
  });

  test('a user who is suspended in the middle of a sign-in', async () => {
    const { signIn } = await SignIn.begin(org);
    await signIn.identify();
    await signIn.choose('phone_number', 'sms');
    await org.api('POST', `/api/v1/users/${org.mary.id}/lifecycle/suspend`);
    try {
      const answer = await signIn.answer(await org.lastCode());
      expectRefusal(answer, 401, failed, 'challenge-authenticator', 'select-authenticator-authenticate');
    } finally {
      await org.api('POST', `/api/v1/users/${org.mary.id}/lifecycle/unsuspend`);
    }
  });

  test('a suspended user where a phone alone would do: no message is sent', async () => {
    await org.primaryFactor('PASSWORD_IDP_ANY_FACTOR');
    await org.demand({ factorMode: '1FA', constraints: [{ possession: {} }] });
    const suspend = (action: string) => org.api('POST', `/api/v1/users/${org.mary.id}/lifecycle/${action}`);
    try {
      const { signIn } = await SignIn.begin(org);
      expect(formNames((await signIn.post('identify', { identifier: MARY.login })).body)).toEqual([
        'authenticator-verification-data',
        'select-authenticator-authenticate',
      ]);
      await suspend('suspend');
      const { signIn: other } = await SignIn.begin(org);
      const answer = await other.post('identify', { identifier: MARY.login });
      expectRefusal(answer, 401, failed, 'identify', 'select-enroll-profile');
    } finally {
      await suspend('unsuspend');
      await org.demand(PASSWORD_AND_ANOTHER);
      await org.primaryFactor('PASSWORD_IDP');
    }
  });

  test('ten wrong passwords lock the user, unlocking lets them in again', async () => {
    const login = 'forgetful@example.com';
    const user = await org.createUser(login, MARY.password);
    const { signIn } = await SignIn.begin(org);
    for (let attempt = 1; attempt <= 10; attempt++) await signIn.identify(login, `wrong ${attempt}`);
    const status = async () => (await org.api<{ status: string }>('GET', `/api/v1/users/${user.id}`)).body.status;
    expect(await status()).toBe('LOCKED_OUT');
    expectRefusal(await signIn.identify(login), 401, failed, 'identify', 'select-enroll-profile');
    await org.api('POST', `/api/v1/users/${user.id}/lifecycle/unlock`);
    expect(await status()).toBe('ACTIVE');
    expect(formNames((await signIn.identify(login)).body)).toEqual(['select-authenticator-enroll']);
  });

  test('nine wrong passwords and a right one start the count anew', async () => {
    const login = 'careful@example.com';
    const user = await org.createUser(login, MARY.password);
    for (let round = 0; round < 2; round++) {
      const { signIn } = await SignIn.begin(org);
      for (let attempt = 1; attempt <= 9; attempt++) await signIn.identify(login, `wrong ${attempt}`);
      expect(formNames((await signIn.identify(login)).body)).toEqual(['select-authenticator-enroll']);
    }
    expect((await org.api<{ status: string }>('GET', `/api/v1/users/${user.id}`)).body.status).toBe('ACTIVE');
  });
});

describe('what one may', () => {
  const reset = () => org.demand(PASSWORD_AND_ANOTHER);

  test('not assigned to the app', async () => {
    await org.api('DELETE', `/api/v1/apps/${org.clientId}/groups/${org.everyoneId}`);
    try {
      const { signIn } = await SignIn.begin(org);
      const message: IdxMessage = {
        message: 'User is not assigned to this application.',
        i18n: { key: 'idx.error.user.not.assigned.to.app' },
        class: 'ERROR',
      };
      expectRefusal(await signIn.identify(), 400, message, 'identify', 'select-enroll-profile');
      expectRefusal(await signIn.identify(MARY.login, 'wrong'), 401, failed, 'identify', 'select-enroll-profile');
    } finally {
      await org.api('PUT', `/api/v1/apps/${org.clientId}/groups/${org.everyoneId}`, {});
    }
  });

  test('denied by the rule: the sign-in is over', async () => {
    await org.demand('DENY');
    try {
      const { signIn } = await SignIn.begin(org);
      expectRefusal(await signIn.identify(), 403, {
        message: 'You do not have permission to perform the requested action.',
        i18n: { key: 'security.access_denied' },
        class: 'ERROR',
      });
      expect((await signIn.introspect()).status).toBe(401);
    } finally {
      await reset();
    }
  });

  test('a policy that nobody with a password and a phone can satisfy', async () => {
    await org.demand({ factorMode: '2FA', constraints: [{ possession: { deviceBound: 'REQUIRED' } }] });
    try {
      const { signIn } = await SignIn.begin(org);
      const message: IdxMessage = {
        message:
          'Unable to login to "Password and phone app" at this time. For assistance, please contact your administrator.',
        i18n: { key: 'oie.assurance.unsatisfiable', params: ['Password and phone app'] },
        class: 'ERROR',
      };
      expectRefusal(await signIn.identify(), 400, message, 'identify', 'select-enroll-profile');
    } finally {
      await reset();
    }
  });

  test('no rule of the authorization server allows the grant', async () => {
    await org.grants((granted) => granted.filter((name) => name !== 'interaction_code'));
    try {
      const { first } = await SignIn.begin(org);
      expectRefusal(first, 400, {
        message: 'You are not allowed to access this app. To request access, contact an admin.',
        i18n: { key: 'idx.error.code.no_matching_policy' },
        class: 'ERROR',
      });
      expect(first.body.failure?.name).toBe('failure-redirect');
    } finally {
      await org.grants((granted) => [...granted, 'interaction_code']);
    }
  });
});

describe('codes', () => {
  let signIn: SignIn;
  const wrong: IdxMessage = {
    message: 'Invalid code. Try again.',
    i18n: { key: 'api.authn.error.PASSCODE_INVALID', params: [] },
    class: 'ERROR',
  };
  const tooMany: IdxMessage = { message: 'Too many requests', i18n: { key: 'tooManyRequests' }, class: 'ERROR' };
  const forms = ['challenge-authenticator', 'select-authenticator-authenticate'];

  beforeEach(async () => {
    ({ signIn } = await SignIn.begin(org));
    await signIn.identify();
    await signIn.choose('phone_number', 'sms');
  });

  test('a wrong one: said in the field, the same screen stays', async () => {
    const answer = await signIn.answer(await org.wrongCode());
    expectRefusal(answer, 401, wrong, ...forms);
    expect(answer.body.messages).toBeUndefined();
    expect((await signIn.answer(await org.lastCode())).status).toBe(200);
  });

  test.each(['', ' ', '12345', '1234567', 'abcdef', '１２３４５６'])('"%s" is a wrong one', async (code) => {
    expectRefusal(await signIn.answer(code), 401, wrong, ...forms);
    await signIn.answer(await org.lastCode());
  });

  test('one older than five minutes', async () => {
    await org.advance(5 * MINUTE);
    expectRefusal(await signIn.answer(await org.lastCode()), 401, wrong, ...forms);
    await signIn.post('challenge/resend');
    expect((await signIn.answer(await org.lastCode())).status).toBe(200);
  });

  test('the one of another sign-in of the same user', async () => {
    const code = await org.lastCode();
    const { signIn: other } = await SignIn.begin(org);
    await other.identify();
    await other.choose('phone_number', 'sms');
    if ((await org.lastCode()) !== code) expectRefusal(await other.answer(code), 401, wrong, ...forms);
    expect((await signIn.answer(code)).status).toBe(200);
  });

  test('five wrong ones lock the phone for five minutes, the right code and a resend do not help', async () => {
    const [good, bad] = [await org.lastCode(), await org.wrongCode()];
    for (let attempt = 1; attempt <= 4; attempt++) expectRefusal(await signIn.answer(bad), 401, wrong, ...forms);
    expectRefusal(await signIn.answer(bad), 429, tooMany);
    expectRefusal(await signIn.answer(good), 429, tooMany);
    expectRefusal(await signIn.post('challenge/resend'), 429, tooMany);
    await org.advance(5 * MINUTE);
    expect((await signIn.post('challenge/resend')).status).toBe(200);
    expect((await signIn.answer(await org.lastCode())).status).toBe(200);
  });

  test('one message per number in 30 seconds, while rate limits are on', async () => {
    await org.control('PUT', 'settings', { rateLimits: true });
    try {
      expectRefusal(await signIn.post('challenge/resend'), 429, {
        message: 'You have reached the limit of sms requests, please try again later.',
        i18n: { key: 'errors.E0000150' },
        class: 'ERROR',
      });
      await org.advance(30_000);
      expect((await signIn.post('challenge/resend')).status).toBe(200);
    } finally {
      await org.control('PUT', 'settings', { rateLimits: false });
    }
  });
});

describe('handles', () => {
  test.each(['02.id.forged', '', '__proto__'])('the forged state handle "%s"', async (stateHandle) => {
    const { signIn } = await SignIn.begin(org);
    const answer = await signIn.postRaw('identify', { identifier: MARY.login, stateHandle });
    expectRefusal(answer, 401, expired);
    expect(Object.keys(answer.body)).toEqual(['version', 'messages']);
  });

  test('a forged interaction handle, and none', async () => {
    const { signIn } = await SignIn.begin(org);
    expectRefusal(await signIn.postRaw('introspect', { interactionHandle: 'forged' }), 401, expired);
    expectRefusal(await signIn.postRaw('introspect', {}), 401, expired);
  });

  test('a sign-in left alone for an hour; each step gives it another hour', async () => {
    const { signIn } = await SignIn.begin(org);
    await org.advance(59 * MINUTE);
    await signIn.identify();
    await org.advance(59 * MINUTE);
    expect((await signIn.choose('phone_number', 'sms')).status).toBe(200);
    await org.advance(60 * MINUTE);
    expectRefusal(await signIn.answer(await org.lastCode()), 401, expired);
    expectRefusal(await signIn.introspect(), 401, expired);
  });

  test('a sign-in that has ended in success', async () => {
    const { signIn } = await SignIn.begin(org);
    await signIn.identify();
    await signIn.choose('phone_number', 'sms');
    const code = await org.lastCode();
    expect((await signIn.answer(code)).status).toBe(200);
    expectRefusal(await signIn.answer(code), 401, expired);
    expectRefusal(await signIn.introspect(), 401, expired);
  });
});

describe('what a screen does not offer', () => {
  const badRequest: IdxMessage = { message: 'Bad request.', i18n: { key: 'E0000020' }, class: 'ERROR' };

  test.each([
    { path: 'challenge/answer', body: { credentials: { passcode: '123456' } } },
    { path: 'challenge', body: { authenticator: { id: 'aut' } } },
    { path: 'challenge/resend', body: {} },
    { path: 'challenge/poll', body: {} },
    { path: 'credential/enroll', body: { authenticator: { id: 'aut' } } },
    { path: 'skip', body: {} },
    { path: 'identify', body: {} },
  ])('$path on the first screen', async ({ path, body }) => {
    const { signIn } = await SignIn.begin(org);
    expectRefusal(await signIn.post(path, body), 400, badRequest);
    expect(formNames((await signIn.introspect()).body)).toEqual(['identify', 'select-enroll-profile']);
  });

  test('identify, skip and enrolling once the password is given', async () => {
    const { signIn } = await SignIn.begin(org);
    await signIn.identify();
    expectRefusal(await signIn.identify(), 400, badRequest);
    expectRefusal(await signIn.post('skip'), 400, badRequest);
    const number = { methodType: 'sms', phoneNumber: '+14155550100' };
    expectRefusal(await signIn.enroll('phone_number', number), 400, badRequest);
    expectRefusal(await signIn.choose('okta_email', 'email'), 400, badRequest);
    expect(formNames((await signIn.introspect()).body)[0]).toBe('authenticator-verification-data');
  });

  test.each(['{', '[]', 'null', '"x"', ''])('the body %s', async (body) => {
    const { signIn } = await SignIn.begin(org);
    expectRefusal(await signIn.postRaw('identify', body), 400, badRequest);
  });
});

test('fifty sign-ins of one user at once do not disturb each other', async () => {
  const signIns = await Promise.all(Array.from({ length: 50 }, () => SignIn.begin(org)));
  const steps = await Promise.all(signIns.map(({ signIn }) => signIn.identify()));
  expect(new Set(steps.map((step) => formNames(step.body)[0]))).toEqual(new Set(['authenticator-verification-data']));
  const twice = await SignIn.begin(org);
  const both = await Promise.all([twice.signIn.identify(), twice.signIn.identify()]);
  expect(both.map((answer) => answer.status).sort()).toEqual([200, 400]);
});
