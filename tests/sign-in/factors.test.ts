/** Security question and Google Authenticator at sign-in: enrolled there, verified, refused. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { totpAt } from '../../src/emulator/store/totp.ts';
import type { Authenticator } from '../../src/wire/authenticator.ts';
import type { User } from '../../src/wire/directory.ts';
import type { VerificationMethod } from '../../src/wire/policy.ts';
import { claimsOf, formNames, formOf, MARY, messagesOf, offered, SignIn, SignInOrg } from '../support/sign-in.ts';

let org: SignInOrg;
let login = '';
let user: User;
let round = 0;
let now = Date.UTC(2026, 0, 5, 12);
beforeAll(async () => {
  org = await SignInOrg.start({ clock: { now: () => now } });
  const created = await org.api<Authenticator>('POST', '/api/v1/authenticators?activate=true', {
    key: 'google_otp',
    name: 'Google Authenticator',
  });
  org.authenticatorIds.google_otp = created.body.id;
  await org.api('PUT', `/api/v1/authenticators/${org.authenticatorId('security_question')}`, {
    name: 'Security Question',
    settings: { allowedFor: 'any' },
  });
});
afterAll(() => org.stop());
beforeEach(async () => {
  round++;
  login = `user${round}@example.com`;
  user = await org.createUser(login, MARY.password);
});

const PASSWORD_ONLY: Partial<VerificationMethod> = {
  factorMode: '1FA',
  constraints: [{ knowledge: { types: ['password'] } }],
};
const TWO: Partial<VerificationMethod> = { factorMode: '2FA' };

async function begin(): Promise<SignIn> {
  const { signIn } = await SignIn.begin(org);
  await signIn.identify(login);
  return signIn;
}

describe('Google Authenticator', () => {
  beforeAll(async () => {
    await org.allow({ google_otp: 'REQUIRED', phone_number: 'NOT_ALLOWED', security_question: 'NOT_ALLOWED' });
    await org.demand(TWO);
  });

  test('is enrolled with a QR code and a key, then verified once per code', async () => {
    let signIn = await begin();
    const shown = await signIn.enroll('google_otp');
    const { contextualData } = shown.body.currentAuthenticator?.value ?? {};
    const secret = String(contextualData?.sharedSecret);
    expect(secret).toMatch(/^[A-Z2-7]{16}$/);
    expect(contextualData?.qrcode).toMatchObject({ method: 'embedded', type: 'image/png' });
    const { href = '' } = (contextualData?.qrcode ?? {}) as { href?: string };
    expect(
      Buffer.from(href.split(',')[1] ?? '', 'base64')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    expect(formNames(shown.body)[0]).toBe('enroll-authenticator');
    const wrong = totpAt(secret, now) === '000000' ? '000001' : '000000';
    expect((await signIn.answer(wrong)).status).toBe(401);
    const done = await signIn.answer(totpAt(secret, now));
    expect(claimsOf((await signIn.redeem(done.body)).body.id_token).amr).toEqual(['mfa', 'otp', 'pwd']);

    // the code that enrolled it is used up
    expect((await (await begin()).answer(totpAt(secret, now))).status).toBe(401);

    now += 60_000;
    signIn = await begin();
    const asked = await signIn.introspect();
    expect(formNames(asked.body)).toEqual(['challenge-authenticator']);
    expect(asked.body.currentAuthenticatorEnrollment?.value.key).toBe('google_otp');
    expect((await signIn.answer(totpAt(secret, now + 600_000))).status).toBe(401);
    const code = totpAt(secret, now);
    expect((await signIn.answer(code)).body.successWithInteractionCode?.name).toBe('issue');

    const replay = await (await begin()).answer(code);
    expect({ status: replay.status, texts: messagesOf(replay.body).map((one) => one.message) }).toEqual({
      status: 401,
      texts: ['Each code can only be used once. Please wait for a new code and try again.'],
    });
    now += 60_000;
    for (let attempt = 1; attempt <= 3; attempt++) await (await begin()).answer('000000');
    expect((await (await begin()).answer('000000')).status).toBe(429);
    expect((await (await begin()).answer(totpAt(secret, now))).status).toBe(429);
    now += 5 * 60_000;
    expect((await (await begin()).answer(totpAt(secret, now))).status).toBe(200);
  });

  test('works with a factor that an admin enrolled', async () => {
    const factor = await org.api<{ id: string; _embedded: { activation: { sharedSecret: string } } }>(
      'POST',
      `/api/v1/users/${user.id}/factors`,
      { factorType: 'token:software:totp', provider: 'GOOGLE' },
    );
    const secret = factor.body._embedded.activation.sharedSecret;
    const passCode = totpAt(secret, now);
    await org.api('POST', `/api/v1/users/${user.id}/factors/${factor.body.id}/lifecycle/activate`, { passCode });
    now += 60_000;
    const done = await (await begin()).answer(totpAt(secret, now));
    expect(done.body.successWithInteractionCode?.name).toBe('issue');
  });
});

describe('a security question', () => {
  beforeAll(async () => {
    await org.allow({ google_otp: 'NOT_ALLOWED', phone_number: 'NOT_ALLOWED', security_question: 'REQUIRED' });
    await org.demand(PASSWORD_ONLY);
  });

  test('is chosen from Okta’s or made up', async () => {
    let signIn = await begin();
    const shown = await signIn.enroll('security_question');
    const [credentials] = formOf(shown.body, 'enroll-authenticator').value;
    expect(credentials?.options?.map((option) => option.label)).toEqual([
      'Choose a security question',
      'Create my own security question',
    ]);
    expect(shown.body.currentAuthenticator?.value.contextualData?.questions).toContainEqual({
      questionKey: 'disliked_food',
      question: 'What is the food you least liked as a child?',
    });
    for (const answer of ['egg', ' egg ', '    ']) {
      const short = await signIn.post('challenge/answer', { credentials: { questionKey: 'disliked_food', answer } });
      expect(messagesOf(short.body)[0]?.message).toBe(
        'The security question answer must be at least 4 characters in length',
      );
    }
    const nonsense = { questionKey: 'no_such_question', answer: 'eggs' };
    expect((await signIn.post('challenge/answer', { credentials: nonsense })).status).toBe(400);
    const done = await signIn.post('challenge/answer', {
      credentials: { questionKey: 'custom', question: 'Which one?', answer: 'the first' },
    });
    expect(done.body.successWithInteractionCode?.name).toBe('issue');
    const factors = await org.api<{ profile: object }[]>('GET', `/api/v1/users/${user.id}/factors`);
    expect(factors.body).toMatchObject([
      { factorType: 'question', profile: { question: 'custom', questionText: 'Which one?' } },
    ]);

    await org.demand({
      factorMode: '1FA',
      constraints: [{ knowledge: { types: ['security_question'] } }],
    });
    signIn = await begin();
    const asked = await signIn.introspect();
    const answer = formOf(asked.body, 'challenge-authenticator').value[0]?.form?.value;
    expect(answer).toEqual([
      { name: 'questionKey', required: true, value: 'custom', visible: false, mutable: false },
      { name: 'answer', label: 'Which one?', required: true },
    ]);
    expect(asked.body.currentAuthenticatorEnrollment?.value.contextualData).toEqual({
      enrolledQuestion: { questionKey: 'custom', question: 'Which one?' },
    });
    const wrong = await signIn.post('challenge/answer', { credentials: { questionKey: 'custom', answer: 'second' } });
    expect({ status: wrong.status, texts: messagesOf(wrong.body).map((one) => one.message) }).toEqual({
      status: 401,
      texts: ["Your answer doesn't match our records. Please try again."],
    });
    const right = await signIn.post('challenge/answer', {
      credentials: { questionKey: 'custom', answer: ' The First' },
    });
    expect(right.body.successWithInteractionCode?.name).toBe('issue');
    await org.demand(PASSWORD_ONLY);
  });

  test('several required authenticators come one after the other, in any order', async () => {
    await org.allow({ phone_number: 'REQUIRED' });
    const signIn = await begin();
    const first = await signIn.introspect();
    expect(offered(first.body, 'select-authenticator-enroll')).toEqual(['Phone', 'Security Question']);
    await signIn.enroll('phone_number', { methodType: 'sms', phoneNumber: '+14155550155' });
    const second = await signIn.answer(await org.lastCode());
    expect(formNames(second.body)).toEqual(['select-authenticator-enroll']);
    expect(offered(second.body, 'select-authenticator-enroll')).toEqual(['Security Question']);
    await signIn.enroll('security_question');
    const done = await signIn.post('challenge/answer', {
      credentials: { questionKey: 'disliked_food', answer: 'cabbage' },
    });
    expect(done.body.successWithInteractionCode?.name).toBe('issue');
  });
});
