/** Codes for a phone that was removed, replaced or switched off while the sign-in waited for them. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { IdxResponse } from '../../src/wire/idx.ts';
import { type Answer, formNames, MARY, messagesOf, SignIn, SignInOrg } from '../support/sign-in.ts';

let org: SignInOrg;
beforeAll(async () => {
  org = await SignInOrg.start();
});
afterAll(() => org.stop());

function expectRefused(answer: Answer<IdxResponse>, ...forms: string[]): void {
  expect({ status: answer.status, messages: messagesOf(answer.body), forms: formNames(answer.body) }).toEqual({
    status: 401,
    messages: [{ message: 'Authentication failed', i18n: { key: 'errors.E0000004' }, class: 'ERROR' }],
    forms,
  });
}

describe('a code whose phone is no longer what it was', () => {
  let login = '';
  let factors = '';
  let sms = '';
  let round = 0;
  beforeEach(async () => {
    login = `gone${++round}@example.com`;
    factors = `/api/v1/users/${(await org.createUser(login, MARY.password)).id}/factors`;
    sms = await enrol('+14155550177');
  });

  async function enrol(phoneNumber: string): Promise<string> {
    const body = { factorType: 'sms', provider: 'OKTA', profile: { phoneNumber } };
    return (await org.api<{ id: string }>('POST', `${factors}?activate=true`, body)).body.id;
  }

  async function challenged(): Promise<SignIn> {
    const { signIn } = await SignIn.begin(org);
    await signIn.identify(login);
    await signIn.choose('phone_number', 'sms');
    return signIn;
  }

  test('signs nobody in once the phone was removed: it is to be enrolled anew', async () => {
    const signIn = await challenged();
    await org.api('DELETE', `${factors}/${sms}`);
    expectRefused(await signIn.answer(await org.lastCode()), 'select-authenticator-enroll');
    expect(formNames((await signIn.introspect()).body)).toEqual(['select-authenticator-enroll']);
  });

  test('signs nobody in by another number than that of the phone', async () => {
    const signIn = await challenged();
    await org.api('DELETE', `${factors}/${sms}`);
    await enrol('+14155550178');
    const code = await org.lastCode();
    expectRefused(await signIn.answer(code), 'authenticator-verification-data', 'select-authenticator-authenticate');
    await signIn.choose('phone_number', 'sms');
    expect((await signIn.answer(await org.lastCode())).body.successWithInteractionCode?.name).toBe('issue');
  });

  test('signs nobody in, nor verifies the factor, once its method was switched off', async () => {
    const signIn = await challenged();
    const code = await org.lastCode();
    const method = `/api/v1/authenticators/${org.authenticatorId('phone_number')}/methods/sms/lifecycle`;
    await org.api('POST', `${method}/deactivate`);
    try {
      expect((await signIn.answer(code)).status).toBe(401);
      await expect(org.api('POST', `${factors}/${sms}/verify`)).rejects.toThrow('403 {"errorCode":"E0000079"');
    } finally {
      await org.api('POST', `${method}/activate`);
    }
  });
});
