/** Okta Verify at sign-in: set up by QR code or link, then codes and push notifications; the control plane is the phone. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { totpAt } from '../../src/emulator/store/totp.ts';
import type { IdxResponse } from '../../src/wire/idx.ts';
import { oktaAuth } from '../support/okta-auth.ts';
import { claimsOf, formNames, formOf, MARY, messagesOf, offered, SignIn, SignInOrg } from '../support/sign-in.ts';

interface PhoneAnswer {
  did?: string;
  userId?: string;
  methods?: string[];
  sharedSecret?: string;
  errorSummary?: string;
}

let org: SignInOrg;
let login = '';
let userId = '';
let round = 0;
let now = Date.UTC(2026, 0, 5, 12);
beforeAll(async () => {
  org = await SignInOrg.start({ clock: { now: () => now } });
  await org.allow({ okta_verify: 'OPTIONAL', phone_number: 'NOT_ALLOWED' });
});
afterAll(() => org.stop());
beforeEach(async () => {
  round++;
  login = `user${round}@example.com`;
  userId = (await org.createUser(login, MARY.password)).id;
});

/** The phone does something; the answer of the control plane. */
async function phone(request: object): Promise<{ status: number; body: PhoneAnswer }> {
  const response = await fetch(`${org.url}/_emulator/okta-verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  return { status: response.status, body: (await response.json()) as PhoneAnswer };
}

async function begin(): Promise<SignIn> {
  const { signIn } = await SignIn.begin(org);
  await signIn.identify(login);
  return signIn;
}

/** Signs in once and sets the app up on the way; the secret of its codes. */
async function setUp(): Promise<string> {
  const signIn = await begin();
  await signIn.enroll('okta_verify');
  const { body } = await phone({ user: login });
  await signIn.post('challenge/poll');
  return body.sharedSecret ?? '';
}

/** The number that a sign-in shows while it waits for a push notification. */
async function numberOf(signIn: SignIn): Promise<string> {
  const { body } = await signIn.introspect();
  return String(body.currentAuthenticator?.value.contextualData?.correctAnswer);
}

const succeeded = ({ body }: { body: IdxResponse }) => body.successWithInteractionCode?.name === 'issue';

describe('setting up Okta Verify', () => {
  test('shows a QR code and waits for the phone', async () => {
    const signIn = await begin();
    const shown = await signIn.enroll('okta_verify');
    expect(formNames(shown.body)).toEqual(['enroll-poll', 'select-enrollment-channel', 'select-authenticator-enroll']);
    const poll = formOf(shown.body, 'enroll-poll');
    expect({ href: poll.href, refresh: poll.refresh, relatesTo: poll.relatesTo }).toEqual({
      href: `${org.url}/idp/idx/challenge/poll`,
      refresh: 4000,
      relatesTo: ['$.currentAuthenticator'],
    });
    const { contextualData } = shown.body.currentAuthenticator?.value ?? {};
    expect(contextualData).toEqual({
      qrcode: { method: 'embedded', href: expect.stringMatching(/^data:image\/png;base64,/), type: 'image/png' },
      selectedChannel: 'qrcode',
    });
    expect(formNames((await signIn.post('challenge/poll')).body)[0]).toBe('enroll-poll');
    const { body } = await phone({ stateHandle: signIn.stateHandle });
    expect(body).toEqual({
      did: 'enrolled',
      userId,
      methods: ['push', 'totp'],
      sharedSecret: expect.stringMatching(/^[A-Z2-7]{16}$/),
    });
    const factors = await org.api<{ factorType: string }[]>('GET', `/api/v1/users/${userId}/factors`);
    expect(factors.body.map((factor) => factor.factorType)).toEqual(['token:software:totp', 'push']);
    const done = await signIn.post('challenge/poll');
    expect(claimsOf((await signIn.redeem(done.body)).body.id_token).amr).toEqual(['mfa', 'otp', 'pwd']);
  });

  test.each([
    { channel: 'email', field: 'email', to: 'mary.major@example.com' },
    { channel: 'sms', field: 'phoneNumber', to: '+14155550188' },
  ])('sends a link by $channel, whose phone is then waited for', async ({ channel, field, to }) => {
    const signIn = await begin();
    await signIn.enroll('okta_verify');
    const asked = await signIn.enroll('okta_verify', { channel });
    expect(formNames(asked.body).slice(0, 2)).toEqual(['enrollment-channel-data', 'select-enrollment-channel']);
    expect(formOf(asked.body, 'enrollment-channel-data').value.map((one) => one.name)).toEqual([field, 'stateHandle']);
    expect(asked.body.currentAuthenticator?.value.contextualData).toEqual({ selectedChannel: channel });
    const refused = await signIn.post('credential/enroll', { [field]: 'nonsense' });
    expect({
      status: refused.status,
      form: formNames(refused.body)[0],
      texts: messagesOf(refused.body).length,
    }).toEqual({
      status: 400,
      form: 'enrollment-channel-data',
      texts: 1,
    });
    const waiting = await signIn.post('credential/enroll', { [field]: to });
    expect(formNames(waiting.body)[0]).toBe('enroll-poll');
    expect(waiting.body.currentAuthenticator?.value.contextualData).toEqual({ [field]: to, selectedChannel: channel });
    expect((await signIn.post('challenge/resend')).status).toBe(200);
    const sent = (await org.messages()).filter((message) => message.to === to);
    expect(sent.map((message) => [message.channel, message.userId])).toEqual([
      [channel, userId],
      [channel, userId],
    ]);
    const [voided, url] = sent.map(({ text }) => /http\S+$/.exec(text)?.[0] ?? '');
    expect((await phone({ url: `${url}x` })).status).toBe(404);
    expect((await phone({ url: voided })).status).toBe(404);
    const opened = await fetch(url ?? '');
    expect({ status: opened.status, text: await opened.text() }).toEqual({
      status: 200,
      text: 'To set up Okta Verify here, send {"url": "<this URL>"} to POST /_emulator/okta-verify.\n',
    });
    expect((await phone({ url })).body.did).toBe('enrolled');
    expect(succeeded(await signIn.post('challenge/poll'))).toBe(true);
  });

  test('can be skipped where a second factor is not demanded, and be left for another authenticator', async () => {
    await org.allow({ phone_number: 'OPTIONAL' });
    const signIn = await begin();
    const shown = await signIn.enroll('okta_verify');
    expect(offered(shown.body, 'select-authenticator-enroll')).toEqual(['Okta Verify', 'Phone']);
    const left = await signIn.enroll('phone_number', { methodType: 'sms', phoneNumber: '+14155550123' });
    expect(formNames(left.body)[0]).toBe('enroll-authenticator');
    expect((await phone({ user: login })).status).toBe(404);
    await org.allow({ phone_number: 'NOT_ALLOWED' });
  });

  test('happens once: the app is not set up twice, and a second sign-in that waited for it goes on to verify it', async () => {
    expect(await phone({ user: login })).toMatchObject({
      status: 404,
      body: { errorSummary: 'Nothing waits for Okta Verify there.' },
    });
    expect((await phone({})).status).toBe(400);
    expect((await phone({ user: login, method: 'totp' })).status).toBe(400);
    const [first, second] = [await begin(), await begin()];
    await first.enroll('okta_verify');
    await second.enroll('okta_verify');
    expect((await phone({ stateHandle: first.stateHandle })).status).toBe(200);
    expect((await phone({ stateHandle: first.stateHandle })).status).toBe(404);
    expect(await phone({ stateHandle: second.stateHandle })).toMatchObject({
      status: 400,
      body: { errorSummary: 'The user has Okta Verify already.' },
    });
    const overtaken = await second.post('challenge/poll');
    expect(offered(overtaken.body, 'select-authenticator-authenticate')).toEqual(['Okta Verify']);
    await second.choose('okta_verify', 'push');
    expect((await phone({ user: login, number: await numberOf(second) })).body.did).toBe('approved');
    const done = await second.post('authenticators/poll');
    expect(claimsOf((await second.redeem(done.body)).body.id_token).amr).toEqual(['mfa', 'swk', 'pwd']);
  });

  test.each([{ approve: false }, { number: '42' }])(
    'is no notification: %o is refused and sets nothing up',
    async (answer) => {
      const signIn = await begin();
      await signIn.enroll('okta_verify');
      const refusal = {
        status: 400,
        body: { errorSummary: 'What waits is the setup of Okta Verify: it is not turned down, and shows no number.' },
      };
      expect(await phone({ user: login, ...answer })).toMatchObject(refusal);
      expect(formNames((await signIn.post('challenge/poll')).body)[0]).toBe('enroll-poll');
      await org.api('POST', `/api/v1/users/${userId}/factors`, { factorType: 'push', provider: 'OKTA' });
      await signIn.post('cancel');
      expect(await phone({ user: login, ...answer })).toMatchObject(refusal);
      expect((await phone({ user: login, approve: true })).body.did).toBe('enrolled');
    },
  );

  test('an unknown channel and a poll where nothing is waited for are refused', async () => {
    const signIn = await begin();
    expect((await signIn.enroll('okta_verify', { channel: 'fax' })).status).toBe(400);
    expect((await signIn.post('challenge/poll')).status).toBe(400);
    expect((await signIn.post('authenticators/poll')).status).toBe(400);
    expect((await signIn.post('credential/enroll', { email: 'a@b.c' })).status).toBe(400);
  });
});

describe('signing in with Okta Verify', () => {
  test('by the code of the app', async () => {
    const secret = await setUp();
    now += 60_000;
    const signIn = await begin();
    await signIn.choose('okta_verify', 'totp');
    const wrong = totpAt(secret, now) === '000000' ? '000001' : '000000';
    expect((await signIn.post('challenge/answer', { credentials: { totp: wrong } })).status).toBe(401);
    const done = await signIn.post('challenge/answer', { credentials: { totp: totpAt(secret, now) } });
    expect(succeeded(done)).toBe(true);
  });

  test('by a push notification that shows a number and is approved on the phone', async () => {
    await setUp();
    const signIn = await begin();
    const shown = await signIn.choose('okta_verify', 'push');
    expect(formNames(shown.body)).toEqual(['challenge-poll', 'select-authenticator-authenticate']);
    expect(formOf(shown.body, 'challenge-poll')).toMatchObject({
      href: `${org.url}/idp/idx/authenticators/poll`,
      refresh: 4000,
    });
    const current = shown.body.currentAuthenticator?.value;
    const number = String(current?.contextualData?.correctAnswer);
    expect(number).toMatch(/^[1-9][0-9]$/);
    expect(current?.methods).toEqual([{ type: 'push' }]);
    expect(formNames((await signIn.post('authenticators/poll')).body)[0]).toBe('challenge-poll');
    const other = number === '99' ? '10' : '99';
    expect((await phone({ user: login, number: other })).status).toBe(400);
    expect(await phone({ user: login })).toMatchObject({
      status: 400,
      body: { errorSummary: 'A number is shown: approving needs it as "number".' },
    });
    expect(formNames((await signIn.post('authenticators/poll')).body)[0]).toBe('challenge-poll');
    expect((await phone({ user: login, number })).body).toEqual({ did: 'approved', userId });
    const done = await signIn.post('authenticators/poll');
    expect(claimsOf((await signIn.redeem(done.body)).body.id_token).amr).toEqual(['mfa', 'swk', 'pwd']);
  });

  test('a push notification that is turned down ends nothing: another can be sent', async () => {
    await setUp();
    const signIn = await begin();
    await signIn.choose('okta_verify', 'push');
    expect((await phone({ user: login, approve: false })).body.did).toBe('rejected');
    const refused = await signIn.post('authenticators/poll');
    expect({ status: refused.status, texts: messagesOf(refused.body).map((one) => one.message) }).toEqual({
      status: 400,
      texts: ['You have chosen to reject this login.'],
    });
    expect(formNames(refused.body)[0]).toBe('authenticator-verification-data');
    await signIn.choose('okta_verify', 'push');
    await signIn.post('challenge/resend');
    await phone({ user: userId, number: await numberOf(signIn) });
    expect(succeeded(await signIn.post('authenticators/poll'))).toBe(true);
  });

  test('the phone answers the notification that was sent last, or the one that is named', async () => {
    await setUp();
    const [first, second] = [await begin(), await begin()];
    await second.choose('okta_verify', 'push');
    await first.choose('okta_verify', 'push');
    await phone({ user: login, number: await numberOf(first) });
    expect(succeeded(await first.post('authenticators/poll'))).toBe(true);
    const waiting = async () => formNames((await second.post('authenticators/poll')).body)[0];
    expect(await waiting()).toBe('challenge-poll');

    const factors = `/api/v1/users/${userId}/factors`;
    const { body } = await org.api<{ id: string; factorType: string }[]>('GET', factors);
    const verify = `${factors}/${body.find((factor) => factor.factorType === 'push')?.id}/verify`;
    const notified = async () => {
      const sent = await org.api<{ _links: { poll: { href: string } } }>('POST', verify);
      return sent.body._links.poll.href.slice(org.url.length);
    };
    const result = async (poll: string) => (await org.api<{ factorResult: string }>('GET', poll)).body.factorResult;
    const [earlier, later] = [await notified(), await notified()];
    await phone({ user: login });
    expect([await result(earlier), await result(later), await waiting()]).toEqual([
      'WAITING',
      'SUCCESS',
      'challenge-poll',
    ]);
    await second.post('challenge/resend');
    const transactionId = earlier.split('/').at(-1);
    expect((await phone({ user: login, stateHandle: first.stateHandle })).status).toBe(404);
    expect((await phone({ transactionId, approve: false })).body).toEqual({ did: 'rejected', userId });
    expect((await phone({ transactionId })).status).toBe(404);
    expect([await result(earlier), await waiting()]).toEqual(['REJECTED', 'challenge-poll']);
    await phone({ user: login, number: await numberOf(second) });
    expect(succeeded(await second.post('authenticators/poll'))).toBe(true);
  });

  test('a push notification proves nothing once the app was removed, answered before or not', async () => {
    await setUp();
    const [before, after] = [await begin(), await begin()];
    await before.choose('okta_verify', 'push');
    const approval = { stateHandle: before.stateHandle, number: await numberOf(before) };
    expect((await phone(approval)).body.did).toBe('approved');
    await after.choose('okta_verify', 'push');
    const { body } = await org.api<{ id: string; factorType: string }[]>('GET', `/api/v1/users/${userId}/factors`);
    const push = body.find((factor) => factor.factorType === 'push');
    await org.api('DELETE', `/api/v1/users/${userId}/factors/${push?.id}`);
    expect((await phone({ stateHandle: after.stateHandle })).status).toBe(404);
    for (const signIn of [before, after]) {
      const refused = await signIn.post('authenticators/poll');
      expect({ status: refused.status, texts: messagesOf(refused.body).map((one) => one.message) }).toEqual({
        status: 401,
        texts: ['Authentication failed'],
      });
      expect(formNames(refused.body)).toEqual(['select-authenticator-enroll']);
    }
  });

  test('a push notification proves nothing once its method was switched off; the code of the app still does', async () => {
    const secret = await setUp();
    now += 60_000;
    const signIn = await begin();
    await signIn.choose('okta_verify', 'push');
    await phone({ user: login, number: await numberOf(signIn) });
    const method = `/api/v1/authenticators/${org.authenticatorId('okta_verify')}/methods/push/lifecycle`;
    await org.api('POST', `${method}/deactivate`);
    try {
      expect((await signIn.post('authenticators/poll')).status).toBe(401);
      await signIn.choose('okta_verify', 'totp');
      const done = await signIn.post('challenge/answer', { credentials: { totp: totpAt(secret, now) } });
      expect(succeeded(done)).toBe(true);
    } finally {
      await org.api('POST', `${method}/activate`);
    }
  });

  test('the app counts for nothing when it was removed between its setup and the poll', async () => {
    const signIn = await begin();
    await signIn.enroll('okta_verify');
    await phone({ user: login });
    await org.api('POST', `/api/v1/users/${userId}/lifecycle/reset_factors`);
    const refused = await signIn.post('challenge/poll');
    expect(refused.status).toBe(401);
    expect(formNames(refused.body)).toEqual(['select-authenticator-enroll']);
  });

  test('shows no number where the authenticator does not want one', async () => {
    const id = org.authenticatorId('okta_verify');
    const { body } = await org.api<{ settings: object }>('GET', `/api/v1/authenticators/${id}`);
    const settings = { ...body.settings, channelBinding: { style: 'NUMBER_CHALLENGE', required: 'HIGH_RISK_ONLY' } };
    await org.api('PUT', `/api/v1/authenticators/${id}`, { ...body, settings });
    await setUp();
    const signIn = await begin();
    const shown = await signIn.choose('okta_verify', 'push');
    expect(shown.body.currentAuthenticator?.value).not.toHaveProperty('contextualData');
    await org.api('PUT', `/api/v1/authenticators/${id}`, body);
  });
});

test('Okta’s own client sets it up by polling, and signs in by a push notification', async () => {
  const auth = oktaAuth(org, { ignoreLifetime: true });
  await auth.idx.startTransaction();
  await auth.idx.proceed({ step: 'identify', username: login, password: MARY.password });
  const id = org.authenticatorId('okta_verify');
  let transaction = await auth.idx.proceed({ step: 'select-authenticator-enroll', authenticator: { id } });
  expect(transaction.nextStep?.name).toBe('enroll-poll');
  expect(transaction.context.currentAuthenticator?.value.contextualData).toMatchObject({ selectedChannel: 'qrcode' });
  transaction = await auth.idx.proceed({
    step: 'select-enrollment-channel',
    authenticator: { id, channel: 'email' },
  });
  expect(transaction.nextStep?.name).toBe('enrollment-channel-data');
  transaction = await auth.idx.proceed({ step: 'enrollment-channel-data', email: 'mary.major@example.com' });
  expect(transaction.nextStep?.name).toBe('enroll-poll');
  await phone({ user: login });
  transaction = await auth.idx.proceed({ step: 'enroll-poll' });
  expect(transaction.status).toBe('SUCCESS');

  const again = oktaAuth(org, { ignoreLifetime: true });
  await again.idx.startTransaction();
  await again.idx.proceed({ step: 'identify', username: login, password: MARY.password });
  const push = { id, methodType: 'push' };
  transaction = await again.idx.proceed({ step: 'select-authenticator-authenticate', authenticator: push });
  expect(transaction.nextStep?.name).toBe('challenge-poll');
  // not among the types of the client
  const { contextualData } = transaction.context.currentAuthenticator?.value ?? {};
  const number = String((contextualData as { correctAnswer?: number } | undefined)?.correctAnswer);
  await phone({ user: login, number });
  transaction = await again.idx.proceed({ step: 'challenge-poll' });
  expect(transaction.status).toBe('SUCCESS');
});
