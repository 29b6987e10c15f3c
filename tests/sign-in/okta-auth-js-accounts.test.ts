/** Okta's own client, as its samples use it (legacy mode): recovery, unlock and email, one page after the other. */
import type { IdxTransaction } from '@okta/okta-auth-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Policy, PolicyRule } from '../../src/wire/policy.ts';
import { legacyOktaAuth } from '../support/okta-auth.ts';
import { claimsOf, MARY, PASSWORD_AND_ANOTHER, SignIn, SignInOrg } from '../support/sign-in.ts';

const NEW_PASSWORD = 'Brand-new-horse-8';

let org: SignInOrg;
beforeAll(async () => {
  org = await SignInOrg.start();
  await org.givePhone('sms', 'call');
  await allowUnlock();
});
afterAll(() => org.stop());

async function allowUnlock(): Promise<void> {
  const { body } = await org.api<Policy[]>('GET', '/api/v1/policies?type=PASSWORD');
  const policy = body.find((one) => one.system);
  const rules = await org.api<PolicyRule[]>('GET', `/api/v1/policies/${policy?.id}/rules`);
  const rule = rules.body[0];
  const selfServicePasswordReset = {
    access: 'ALLOW',
    requirement: { primary: { methods: ['email', 'sms', 'voice'] }, stepUp: { required: false } },
  };
  const actions = {
    passwordChange: { access: 'ALLOW' },
    selfServicePasswordReset,
    selfServiceUnlock: { access: 'ALLOW' },
  };
  await org.api('PUT', `/api/v1/policies/${policy?.id}/rules/${rule?.id}`, { ...rule, actions });
}

function seen(step: IdxTransaction): object {
  return {
    status: step.status,
    step: step.nextStep?.name,
    messages: step.messages?.map((message) => message.message),
  };
}

test('a forgotten password by SMS, then a sign-in with the new one', async () => {
  const auth = legacyOktaAuth(org);
  let step = await auth.idx.recoverPassword();
  expect(seen(step)).toEqual({ status: 'PENDING', step: 'identify-recovery', messages: undefined });
  step = await auth.idx.recoverPassword({ username: 'nobody@example.com' });
  expect(seen(step)).toEqual({
    status: 'PENDING',
    step: 'identify-recovery',
    messages: ['There is no account with the Username nobody@example.com.'],
  });
  step = await auth.idx.recoverPassword({ username: MARY.login });
  expect(seen(step)).toMatchObject({ status: 'PENDING', step: 'select-authenticator-authenticate' });
  step = await auth.idx.recoverPassword({ authenticator: 'phone_number' });
  expect(seen(step)).toMatchObject({ status: 'PENDING', step: 'authenticator-verification-data' });
  step = await auth.idx.recoverPassword({ methodType: 'sms' });
  expect(seen(step)).toMatchObject({ status: 'PENDING', step: 'challenge-authenticator' });
  step = await auth.idx.recoverPassword({ verificationCode: await org.lastCode() });
  expect(seen(step)).toMatchObject({ status: 'PENDING', step: 'reset-authenticator' });
  expect(step.nextStep?.inputs?.map((input) => input.name)).toEqual(['password', 'revokeSessions']);
  step = await auth.idx.recoverPassword({ password: NEW_PASSWORD });
  expect(step.status).toBe('SUCCESS');
  expect(step.tokens?.idToken?.claims.sub).toBe(org.mary.id);
});

test('password and email', async () => {
  const login = 'email@example.com';
  await org.createUser(login, MARY.password);
  await org.allow({ okta_email: 'OPTIONAL', phone_number: 'NOT_ALLOWED' });
  await org.demand(PASSWORD_AND_ANOTHER);
  const auth = legacyOktaAuth(org);
  let step = await auth.idx.authenticate({ username: login, password: MARY.password });
  expect(step.nextStep?.authenticator?.key).toBe('okta_email');
  step = await auth.idx.proceed({ methodType: 'email' });
  expect(seen(step)).toMatchObject({ status: 'PENDING', step: 'challenge-authenticator' });
  step = await auth.idx.proceed({ verificationCode: await org.wrongCode() });
  expect(step.messages?.map((message) => message.message)).toEqual(['Invalid code. Try again.']);
  step = await auth.idx.proceed({ verificationCode: await org.lastCode() });
  expect(claimsOf(step.tokens?.idToken?.idToken).amr).toEqual(['mfa', 'email', 'pwd']);
  await org.allow({ okta_email: 'NOT_ALLOWED', phone_number: 'OPTIONAL' });
});

test('a locked account is unlocked by email', async () => {
  const login = 'locked@example.com';
  const user = await org.createUser(login, MARY.password);
  const { signIn } = await SignIn.begin(org);
  for (let attempt = 1; attempt <= 10; attempt++) await signIn.identify(login, `wrong ${attempt}`);
  const auth = legacyOktaAuth(org);
  let step = await auth.idx.unlockAccount();
  expect(seen(step)).toMatchObject({ status: 'PENDING', step: 'select-authenticator-unlock-account' });
  step = await auth.idx.unlockAccount({ username: login, authenticator: 'okta_email' });
  expect(seen(step)).toMatchObject({ status: 'PENDING', step: 'challenge-authenticator' });
  step = await auth.idx.proceed({ verificationCode: await org.lastCode() });
  expect(seen(step)).toEqual({
    status: 'TERMINAL',
    step: undefined,
    messages: ['Your account is now unlocked!'],
  });
  expect((await org.api<{ status: string }>('GET', `/api/v1/users/${user.id}`)).body.status).toBe('ACTIVE');
});

test('an expired password is changed on the way', async () => {
  const login = 'expired@example.com';
  const user = await org.createUser(login, MARY.password);
  await org.api('POST', `/api/v1/users/${user.id}/lifecycle/expire_password`);
  await org.demand({ factorMode: '1FA', constraints: [{ knowledge: { types: ['password'] } }] });
  const auth = legacyOktaAuth(org);
  let step = await auth.idx.authenticate({ username: login, password: MARY.password });
  expect(seen(step)).toMatchObject({ status: 'PENDING', step: 'reenroll-authenticator' });
  step = await auth.idx.proceed({ newPassword: NEW_PASSWORD });
  expect(step.status).toBe('SUCCESS');
});
