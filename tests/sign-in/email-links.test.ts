/** The link in an email with a code, as Okta's samples and its client use it: the app gets `otp` and `state`. */
import { type IdxTransaction, isEmailVerifyCallbackError, type OktaAuth } from '@okta/okta-auth-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Authenticator } from '../../src/wire/authenticator.ts';
import type { Policy, PolicyRule } from '../../src/wire/policy.ts';
import { legacyOktaAuth } from '../support/okta-auth.ts';
import { formNames, MARY, REDIRECT_URI, SignIn, SignInOrg } from '../support/sign-in.ts';

const STALE = 'This email link is out of date. Return to the screen where you requested it.';

let org: SignInOrg;
beforeAll(async () => {
  org = await SignInOrg.start();
  await org.allow({ okta_email: 'OPTIONAL', phone_number: 'NOT_ALLOWED' });
});
afterAll(() => org.stop());

async function lastLink(): Promise<string> {
  const link = (await org.messages()).at(-1)?.link;
  if (link === undefined) throw new Error('the last message has no link');
  return link;
}

async function open(link: string): Promise<{ status: number; location: string; text: string }> {
  const response = await fetch(link, { redirect: 'manual' });
  return { status: response.status, location: response.headers.get('location') ?? '', text: await response.text() };
}

/** Where the last link leads: the query that the app is opened with. */
async function callback(): Promise<string> {
  const { status, location } = await open(await lastLink());
  expect([status, location.split('?')[0]]).toEqual([302, REDIRECT_URI]);
  return new URL(location).search;
}

/** A sign-in that waits for the code by email. */
async function waiting(auth: OktaAuth): Promise<IdxTransaction> {
  await auth.idx.authenticate({ username: MARY.login, password: MARY.password });
  return auth.idx.proceed({ methodType: 'email' });
}

test('in the browser of the sign-in the link signs in', async () => {
  const auth = legacyOktaAuth(org);
  expect((await waiting(auth)).nextStep?.name).toBe('challenge-authenticator');
  const message = (await org.messages()).at(-1);
  expect(message?.link).toMatch(new RegExp(`^${org.url}/email/verify/${org.clientId}\\?token=[\\w-]{32}$`));
  expect(message?.text).toContain(message?.link);
  const search = await callback();
  expect(auth.idx.isEmailVerifyCallback(search)).toBe(true);
  expect(auth.idx.parseEmailVerifyCallback(search)).toEqual({
    otp: message?.code,
    state: auth.transactionManager.load()?.state,
  });
  const done = await auth.idx.handleEmailVerifyCallback(search);
  expect(done?.status).toBe('SUCCESS');
  expect(done?.tokens?.idToken?.claims.amr).toEqual(['mfa', 'email', 'pwd']);
});

test('in another browser it brings the code only, which is good where it was asked for', async () => {
  const auth = legacyOktaAuth(org);
  await waiting(auth);
  const elsewhere = legacyOktaAuth(org);
  const code = await org.lastCode();
  const refused = elsewhere.idx.handleEmailVerifyCallback(await callback());
  await expect(refused).rejects.toSatisfy(isEmailVerifyCallbackError);
  await expect(refused).rejects.toMatchObject({ otp: code });
  expect((await auth.idx.proceed({ verificationCode: code })).status).toBe('SUCCESS');
});

test('recovers a password', async () => {
  await org.createUser('forgot@example.com', MARY.password);
  const auth = legacyOktaAuth(org);
  await auth.idx.recoverPassword({ username: 'forgot@example.com' });
  await auth.idx.recoverPassword({ authenticator: 'okta_email' });
  const step = await auth.idx.handleEmailVerifyCallback(await callback());
  expect(step?.nextStep?.name).toBe('reset-authenticator');
  const done = await auth.idx.proceed({ password: 'Brand-new-horse-8' });
  expect(done.status).toBe('SUCCESS');
});

test('verifies the address of somebody who registers, whose screen polls meanwhile', async () => {
  const { body } = await org.api<Policy[]>('GET', '/api/v1/policies?type=PROFILE_ENROLLMENT');
  const path = `/api/v1/policies/${body.find((policy) => policy.system)?.id}/rules`;
  const rule = (await org.api<PolicyRule[]>('GET', path)).body[0];
  const profileEnrollment = {
    ...(rule?.actions.profileEnrollment as object),
    access: 'ALLOW',
    activationRequirements: { emailVerification: true },
  };
  await org.api('PUT', `${path}/${rule?.id}`, { ...rule, actions: { profileEnrollment } });
  const auth = legacyOktaAuth(org);
  await auth.idx.register({ firstName: 'New', lastName: 'Person', email: 'new@example.com' });
  const step = await auth.idx.proceed({ methodType: 'email' });
  expect(step.nextStep?.name).toBe('enroll-authenticator');
  expect(step.rawIdxState.currentAuthenticator?.value).toMatchObject({ poll: { name: 'poll', refresh: 4000 } });
  const next = await auth.idx.handleEmailVerifyCallback(await callback());
  expect(next?.nextStep?.name).toBe('select-authenticator-enroll');
  expect(next?.nextStep?.inputs?.[0]?.options?.map((option) => option.value)).toEqual(['okta_password']);
});

test('a link dies with its code: sent again, used, run out; an unknown one is out of date too', async () => {
  const auth = legacyOktaAuth(org);
  await waiting(auth);
  const first = await lastLink();
  await auth.idx.proceed({ resend: true });
  expect(await open(first)).toMatchObject({ status: 200, text: expect.stringContaining(STALE) });
  const second = await lastLink();
  await auth.idx.proceed({ verificationCode: await org.lastCode() });
  expect((await open(second)).text).toContain(STALE);
  await waiting(legacyOktaAuth(org));
  const third = await lastLink();
  const wrongApp = third.replace(org.clientId, 'another');
  expect((await open(wrongApp)).text).toContain(STALE);
  await org.advance(5 * 60_000 + 1000);
  expect((await open(third)).text).toContain('This email link has expired.');
  expect((await open(`${org.url}/email/verify/${org.clientId}?token=none`)).text).toContain(STALE);
});

test('code and link live as long as the authenticator says', async () => {
  const path = `/api/v1/authenticators/${org.authenticatorId('okta_email')}`;
  const lifetime = async (tokenLifetimeInMinutes: number) => {
    const { body } = await org.api<Authenticator>('GET', path);
    await org.api('PUT', path, { ...body, settings: { ...body.settings, tokenLifetimeInMinutes } });
  };
  await lifetime(30);
  try {
    const { signIn } = await SignIn.begin(org);
    await signIn.identify();
    await signIn.choose('okta_email', 'email');
    await org.advance(29 * 60_000);
    expect((await open(await lastLink())).status).toBe(302);
    expect((await signIn.answer(await org.lastCode())).body.successWithInteractionCode?.name).toBe('issue');
    await waiting(legacyOktaAuth(org));
    await org.advance(31 * 60_000);
    expect((await open(await lastLink())).text).toContain('This email link has expired.');
  } finally {
    await lifetime(5);
  }
});

test('without a state the link shows the code', async () => {
  const { signIn } = await SignIn.begin(org, { state: '' });
  await signIn.identify();
  await signIn.choose('okta_email', 'email');
  expect(await open(await lastLink())).toMatchObject({
    status: 200,
    text: expect.stringContaining(await org.lastCode()),
  });
});

test('the screen that polls shows what comes next once the code was given in another tab', async () => {
  const login = 'poll@example.com';
  await org.createUser(login, MARY.password);
  await org.allow({ security_question: 'REQUIRED' });
  try {
    const { signIn } = await SignIn.begin(org);
    expect((await signIn.post('challenge/poll')).status).toBe(400);
    await signIn.identify(login);
    const sent = await signIn.choose('okta_email', 'email');
    expect(sent.body.currentAuthenticatorEnrollment?.value.poll).toMatchObject({ name: 'poll', refresh: 4000 });
    expect(formNames((await signIn.post('challenge/poll')).body)).toEqual(formNames(sent.body));
    await signIn.answer(await org.lastCode());
    expect(formNames((await signIn.post('challenge/poll')).body)).toEqual(['select-authenticator-enroll']);
  } finally {
    await org.allow({ security_question: 'NOT_ALLOWED' });
  }
});
