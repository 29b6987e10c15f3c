import { beforeEach, describe, expect, it } from 'vitest';
import type { Authenticator } from '../../src/wire/authenticator.ts';
import type { User, UserFactor } from '../../src/wire/directory.ts';
import type { MfaEnrollSettings, Policy } from '../../src/wire/policy.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
let factors = '';

const PHONE = '+14155550132';
const sms = (phoneNumber = PHONE) => ({ factorType: 'sms', provider: 'OKTA', profile: { phoneNumber } });

/** An org where phone is active and allowed, and a user without a phone. */
beforeEach(async () => {
  await org.reset();
  const rows = await org.ok<Authenticator[]>('GET', '/api/v1/authenticators');
  const phone = rows.find((row) => row.key === 'phone_number');
  await org.ok('POST', `/api/v1/authenticators/${phone?.id}/lifecycle/activate`);
  await allowPhone('OPTIONAL');
  const mary = await org.ok<User>('POST', '/api/v1/users', {
    profile: { login: 'mary@example.com', email: 'mary@example.com', firstName: 'Mary', lastName: 'Major' },
    credentials: { password: { value: 'Correct-horse-7' } },
  });
  factors = `/api/v1/users/${mary.id}/factors`;
});

async function allowPhone(self: 'OPTIONAL' | 'NOT_ALLOWED'): Promise<void> {
  const [policy] = await org.ok<Policy[]>('GET', '/api/v1/policies?type=MFA_ENROLL');
  const settings = policy?.settings as MfaEnrollSettings | undefined;
  const authenticators = settings?.authenticators.map((entry) =>
    entry.key === 'phone_number' ? { ...entry, enroll: { self } } : entry,
  );
  await org.ok('PUT', `/api/v1/policies/${policy?.id}`, { ...policy, settings: { ...settings, authenticators } });
}

async function lastCode(): Promise<string> {
  const { messages } = await org.ok<{ messages: { code: string }[] }>('GET', '/_emulator/messages');
  return messages.at(-1)?.code ?? '';
}

describe('a phone by SMS', () => {
  it('is enrolled at once when activated by the admin, and sends nothing', async () => {
    const factor = await org.ok<UserFactor>('POST', `${factors}?activate=true`, sms('+1 415 555 0132'));
    expect(factor).toMatchObject({
      id: expect.stringMatching(/^sms/),
      factorType: 'sms',
      provider: 'OKTA',
      vendorName: 'OKTA',
      status: 'ACTIVE',
      profile: { phoneNumber: PHONE },
    });
    expect(Object.keys(factor._links ?? {})).toEqual(['verify', 'self', 'user']);
    expect(await org.ok('GET', '/_emulator/messages')).toEqual({ messages: [] });
  });

  it('is pending until its code is given', async () => {
    const pending = await org.ok<UserFactor>('POST', factors, sms());
    expect(pending).toMatchObject({ id: expect.stringMatching(/^mbl/), status: 'PENDING_ACTIVATION' });
    expect(Object.keys(pending._links ?? {})).toEqual(['activate', 'resend', 'self', 'user']);
    const activate = `${factors}/${pending.id}/lifecycle/activate`;
    const code = await lastCode();
    const wrong = code === '000000' ? '000001' : '000000';
    expect(await org.refused('POST', activate, { passCode: wrong })).toEqual({
      status: 403,
      code: 'E0000068',
      summary: 'Invalid Passcode/Answer',
      causes: ["Your passcode doesn't match our records. Please try again."],
    });
    const active = await org.ok<UserFactor>('POST', activate, { passCode: code });
    expect(active.status).toBe('ACTIVE');
    const listed = await org.ok<UserFactor[]>('GET', factors);
    expect(listed.map((factor) => [factor.factorType, factor.status])).toEqual([
      ['sms', 'ACTIVE'],
      ['email', 'ACTIVE'],
    ]);
  });

  it('is challenged and verified', async () => {
    const factor = await org.ok<UserFactor>('POST', `${factors}?activate=true`, sms());
    const verify = `${factors}/${factor.id}/verify`;
    expect(await org.ok('POST', verify)).toMatchObject({ factorResult: 'CHALLENGE' });
    const { messages } = await org.ok<{ messages: object[] }>(
      'GET',
      `/_emulator/messages?to=${encodeURIComponent(PHONE)}`,
    );
    expect(messages).toMatchObject([{ channel: 'sms', to: PHONE, code: expect.stringMatching(/^\d{6}$/) }]);
    expect(await org.ok('POST', verify, { passCode: await lastCode() })).toEqual({ factorResult: 'SUCCESS' });
    expect(await org.refused('POST', verify, { passCode: await lastCode() })).toMatchObject({ code: 'E0000068' });
  });

  it('that is no phone number is refused', async () => {
    for (const number of ['555', '', 'not a number']) {
      expect(await org.refused('POST', `${factors}?activate=true`, sms(number))).toEqual({
        status: 400,
        code: 'E0000001',
        summary: 'Api validation failed: factorEnrollRequest',
        causes: ['Invalid Phone Number.'],
      });
    }
  });

  it('is not replaced by another number while it is active', async () => {
    await org.ok('POST', `${factors}?activate=true`, sms());
    expect(await org.refused('POST', `${factors}?activate=true&updatePhone=true`, sms('+14155550199'))).toMatchObject({
      status: 400,
      causes: ['There is an existing verified phone number.'],
    });
  });

  it('gives way to another number while it is pending, if told so', async () => {
    const first = await org.ok<UserFactor>('POST', factors, sms());
    expect(await org.refused('POST', factors, sms('+14155550199'))).toMatchObject({ status: 400 });
    await org.ok('POST', `${factors}?updatePhone=true`, sms('+14155550199'));
    expect(await org.refused('GET', `${factors}/${first.id}`)).toMatchObject({ status: 404 });
  });

  it('needs the enrollment policy and the method', async () => {
    await allowPhone('NOT_ALLOWED');
    expect(await org.refused('POST', `${factors}?activate=true`, sms())).toMatchObject({
      status: 400,
      code: 'E0000001',
    });
    await allowPhone('OPTIONAL');
    const call = { ...sms(), factorType: 'call' };
    expect(await org.refused('POST', `${factors}?activate=true`, call)).toMatchObject({ status: 400 });
    const rows = await org.ok<Authenticator[]>('GET', '/api/v1/authenticators');
    const phone = rows.find((row) => row.key === 'phone_number');
    await org.ok('POST', `/api/v1/authenticators/${phone?.id}/methods/voice/lifecycle/activate`);
    const factor = await org.ok<UserFactor>('POST', `${factors}?activate=true`, call);
    expect(factor.id).toMatch(/^clf/);
  });

  it('is not listed while the policy does not allow it, and is back afterwards', async () => {
    await org.ok('POST', `${factors}?activate=true`, sms());
    const types = async () => (await org.ok<UserFactor[]>('GET', factors)).map((factor) => factor.factorType);
    expect(await types()).toEqual(['sms', 'email']);
    await allowPhone('NOT_ALLOWED');
    expect(await types()).toEqual(['email']);
    await allowPhone('OPTIONAL');
    expect(await types()).toEqual(['sms', 'email']);
  });

  it('is removed', async () => {
    const factor = await org.ok<UserFactor>('POST', `${factors}?activate=true`, sms());
    expect((await org.api('DELETE', `${factors}/${factor.id}`)).status).toBe(204);
    expect(await org.refused('GET', `${factors}/${factor.id}`)).toMatchObject({
      status: 404,
      summary: `Not found: Resource not found: ${factor.id} (UserFactor)`,
    });
  });

  it('is sent again no sooner than after 30 seconds once limits are on', async () => {
    await org.ok('PUT', '/_emulator/settings', { rateLimits: true });
    const factor = await org.ok<UserFactor>('POST', factors, sms());
    expect(await org.refused('POST', `${factors}/${factor.id}/resend`, sms())).toEqual({
      status: 429,
      code: 'E0000109',
      summary: 'An SMS message was recently sent. Please wait 30 seconds before trying again.',
      causes: [],
    });
    await org.ok('POST', '/_emulator/clock', { advanceMs: 31_000 });
    await org.ok('POST', `${factors}/${factor.id}/resend`, sms());
  });
});

describe('the catalog of factors', () => {
  it('names what the user may enrol, and what is set up', async () => {
    await org.ok('POST', `${factors}?activate=true`, sms());
    const catalog = await org.ok<UserFactor[]>('GET', `${factors}/catalog`);
    expect(catalog).toMatchObject([
      { factorType: 'sms', status: 'ACTIVE', enrollment: 'OPTIONAL' },
      { factorType: 'email', status: 'ACTIVE', enrollment: 'OPTIONAL' },
      { factorType: 'push', provider: 'OKTA', status: 'NOT_SETUP', enrollment: 'OPTIONAL' },
      { factorType: 'token:software:totp', provider: 'OKTA', status: 'NOT_SETUP', enrollment: 'OPTIONAL' },
    ]);
  });
});
