/** Okta's own client, unmodified, in both of its modes, against an org that was set up through the Management API. */
import { type IdxTransaction, TokenKind } from '@okta/okta-auth-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oktaAuth } from '../support/okta-auth.ts';
import { claimsOf, MARY, SignInOrg } from '../support/sign-in.ts';

const SCOPES = ['openid', 'profile', 'email', 'offline_access'];

let org: SignInOrg;
beforeAll(async () => {
  org = await SignInOrg.start();
  await org.givePhone('sms', 'call');
});
afterAll(() => org.stop());

function seen(transaction: IdxTransaction): object {
  return {
    status: transaction.status,
    step: transaction.nextStep?.name,
    messages: transaction.messages?.map((message) => message.message),
  };
}

describe('step mode', () => {
  test('password, then a code by SMS; tokens verified by the SDK, userinfo, introspect, revoke', async () => {
    const auth = oktaAuth(org, { scopes: SCOPES });
    let transaction = await auth.idx.startTransaction();
    expect(transaction.neededToProceed.map((form) => form.name)).toEqual(['identify', 'select-enroll-profile']);
    transaction = await auth.idx.proceed({ step: 'identify', username: MARY.login, password: MARY.password });
    expect(seen(transaction)).toEqual({ status: 'PENDING', step: 'authenticator-verification-data' });
    const authenticator = { id: org.authenticatorId('phone_number'), methodType: 'sms' };
    transaction = await auth.idx.proceed({ step: 'authenticator-verification-data', authenticator });
    expect(seen(transaction)).toEqual({ status: 'PENDING', step: 'challenge-authenticator' });
    transaction = await auth.idx.proceed({
      step: 'challenge-authenticator',
      credentials: { passcode: await org.lastCode() },
    });
    expect(transaction.status).toBe('SUCCESS');
    const { idToken, accessToken, refreshToken } = transaction.tokens ?? {};
    expect(idToken?.claims).toMatchObject({
      sub: org.mary.id,
      iss: org.issuer,
      aud: org.clientId,
      amr: ['mfa', 'sms', 'mca', 'pwd'],
    });
    if (!idToken || !accessToken || !refreshToken) throw new Error('a token is missing');
    expect(await auth.token.getUserInfo(accessToken, idToken)).toMatchObject({ sub: org.mary.id, email: MARY.login });
    expect(await auth.token.introspect(TokenKind.ACCESS, accessToken)).toMatchObject({
      active: true,
      username: MARY.login,
    });
    await auth.revokeAccessToken(accessToken);
    expect(await auth.token.introspect(TokenKind.ACCESS, accessToken)).toMatchObject({ active: false });
  });

  test('wrong password, wrong code: the same step stays, with the message', async () => {
    const auth = oktaAuth(org, { scopes: SCOPES });
    await auth.idx.startTransaction();
    let transaction = await auth.idx.proceed({ step: 'identify', username: MARY.login, password: 'wrong' });
    expect(seen(transaction)).toEqual({ status: 'PENDING', step: 'identify', messages: ['Authentication failed'] });
    await auth.idx.proceed({ step: 'identify', username: MARY.login, password: MARY.password });
    const authenticator = { id: org.authenticatorId('phone_number'), methodType: 'voice' };
    await auth.idx.proceed({ step: 'authenticator-verification-data', authenticator });
    transaction = await auth.idx.proceed({
      step: 'challenge-authenticator',
      credentials: { passcode: await org.wrongCode() },
    });
    expect(seen(transaction)).toEqual({
      status: 'PENDING',
      step: 'challenge-authenticator',
      messages: ['Invalid code. Try again.'],
    });
    transaction = await auth.idx.proceed({ actions: ['currentAuthenticatorEnrollment-resend'] });
    expect(transaction.status).toBe('PENDING');
    transaction = await auth.idx.proceed({
      step: 'challenge-authenticator',
      credentials: { passcode: await org.lastCode() },
    });
    expect(claimsOf(transaction.tokens?.idToken?.idToken).amr).toEqual(['mfa', 'tel', 'mca', 'pwd']);
  });

  test('cancel', async () => {
    const auth = oktaAuth(org, { scopes: SCOPES });
    await auth.idx.startTransaction();
    await auth.idx.proceed({ step: 'identify', username: MARY.login, password: MARY.password });
    expect((await auth.idx.cancel()).status).toBe('CANCELED');
  });
});

describe('legacy mode, the calls of the guide', () => {
  const legacy = () => oktaAuth(org, { scopes: SCOPES, idx: { enableLegacyMode: true } });

  test('idx.authenticate, then the method, then the code', async () => {
    const auth = legacy();
    let transaction = await auth.idx.authenticate({ username: MARY.login, password: MARY.password });
    expect(seen(transaction)).toEqual({ status: 'PENDING', step: 'authenticator-verification-data' });
    expect(transaction.nextStep?.inputs?.[0]).toMatchObject({
      name: 'methodType',
      options: [
        { label: 'SMS', value: 'sms' },
        { label: 'Voice call', value: 'voice' },
      ],
    });
    transaction = await auth.idx.proceed({ methodType: 'sms' });
    expect(seen(transaction)).toEqual({ status: 'PENDING', step: 'challenge-authenticator' });
    transaction = await auth.idx.proceed({ verificationCode: await org.wrongCode() });
    expect(seen(transaction)).toEqual({
      status: 'PENDING',
      step: 'challenge-authenticator',
      messages: ['Invalid code. Try again.'],
    });
    transaction = await auth.idx.proceed({ verificationCode: await org.lastCode() });
    expect(transaction.status).toBe('SUCCESS');
    expect(transaction.tokens?.idToken?.claims.amr).toEqual(['mfa', 'sms', 'mca', 'pwd']);
  });

  test('a wrong password, then an unknown user', async () => {
    const wrong = await legacy().idx.authenticate({ username: MARY.login, password: 'wrong' });
    expect(seen(wrong)).toEqual({ status: 'PENDING', step: 'identify', messages: ['Authentication failed'] });
    const unknown = await legacy().idx.authenticate({ username: 'nobody@example.com', password: 'x' });
    expect(unknown.messages?.map((message) => message.message)).toEqual([
      'There is no account with the Username nobody@example.com.',
    ]);
  });

  test('with email optional chooses from the list; email alone is confirmed first', async () => {
    await org.allow({ okta_email: 'OPTIONAL' });
    try {
      const auth = legacy();
      let transaction = await auth.idx.authenticate({ username: MARY.login, password: MARY.password });
      expect(seen(transaction)).toEqual({ status: 'PENDING', step: 'select-authenticator-authenticate' });
      expect(transaction.nextStep?.inputs?.[0]?.options?.map((option) => option.label)).toEqual(['Email', 'Phone']);
      transaction = await auth.idx.proceed({ authenticator: 'phone_number' });
      expect(seen(transaction)).toEqual({ status: 'PENDING', step: 'authenticator-verification-data' });
      await org.allow({ phone_number: 'NOT_ALLOWED' });
      const other = legacy();
      transaction = await other.idx.authenticate({ username: MARY.login, password: MARY.password });
      expect(seen(transaction)).toEqual({ status: 'PENDING', step: 'authenticator-verification-data' });
      transaction = await other.idx.proceed({ methodType: 'email' });
      expect(seen(transaction)).toEqual({ status: 'PENDING', step: 'challenge-authenticator' });
      transaction = await other.idx.proceed({ verificationCode: await org.lastCode() });
      expect(transaction.tokens?.idToken?.claims.amr).toEqual(['mfa', 'email', 'pwd']);
    } finally {
      await org.allow({ okta_email: 'NOT_ALLOWED', phone_number: 'OPTIONAL' });
    }
  });

  test('enrols a phone: choose it, method, number, code', async () => {
    const login = 'joe@example.com';
    await org.createUser(login, MARY.password);
    const auth = legacy();
    let transaction = await auth.idx.authenticate({ username: login, password: MARY.password });
    expect(seen(transaction)).toEqual({ status: 'PENDING', step: 'select-authenticator-enroll' });
    transaction = await auth.idx.proceed({ authenticator: 'phone_number' });
    expect(seen(transaction)).toEqual({ status: 'PENDING', step: 'authenticator-enrollment-data' });
    transaction = await auth.idx.proceed({ methodType: 'sms', phoneNumber: 'nonsense' });
    expect(seen(transaction)).toMatchObject({ status: 'PENDING', messages: ['Invalid Phone Number.'] });
    transaction = await auth.idx.proceed({ methodType: 'sms', phoneNumber: '+14155550177' });
    expect(seen(transaction)).toEqual({ status: 'PENDING', step: 'enroll-authenticator' });
    transaction = await auth.idx.proceed({ verificationCode: await org.lastCode() });
    expect(transaction.status).toBe('SUCCESS');
  });
});

test('a refused client is an OAuth error that the SDK throws', async () => {
  await org.control('PUT', 'settings', { embeddedSignIn: false });
  try {
    await expect(oktaAuth(org, { scopes: SCOPES }).idx.startTransaction()).rejects.toMatchObject({
      errorCode: 'access_denied',
      errorSummary: 'The requested feature is not enabled in this environment.',
    });
  } finally {
    await org.control('PUT', 'settings', { embeddedSignIn: true });
  }
});
