import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { claimsOf, formNames, formOf, MARY, messagesOf, offered, SignIn, SignInOrg } from '../support/sign-in.ts';

let org: SignInOrg;
beforeAll(async () => {
  org = await SignInOrg.start();
});
afterAll(() => org.stop());

describe('the first screen', () => {
  test('asks for username and password on one page, as a password is what starts a session', async () => {
    const { first } = await SignIn.begin(org);
    expect(first.status).toBe(200);
    expect(first.headers.get('content-type')).toBe('application/ion+json; okta-version=1.0.0');
    expect(formNames(first.body)).toEqual(['identify', 'select-enroll-profile']);
    expect(formOf(first.body, 'identify')).toEqual({
      rel: ['create-form'],
      name: 'identify',
      href: `${org.url}/idp/idx/identify`,
      method: 'POST',
      produces: 'application/ion+json; okta-version=1.0.0',
      value: [
        { name: 'identifier', label: 'Username', required: true },
        {
          name: 'credentials',
          type: 'object',
          form: { value: [{ name: 'passcode', label: 'Password', secret: true }] },
          required: true,
        },
        { name: 'rememberMe', type: 'boolean', label: 'Remember this device' },
        { name: 'stateHandle', required: true, value: first.body.stateHandle, visible: false, mutable: false },
      ],
      accepts: 'application/json; okta-version=1.0.0',
    });
    expect(first.body.currentAuthenticator?.value).toMatchObject({
      key: 'okta_password',
      recover: { name: 'recover', href: `${org.url}/idp/idx/recover` },
    });
    expect(first.body.app?.value).toEqual({ name: 'oidc_client', label: 'Password and phone app', id: org.clientId });
    expect(first.body.user).toBeUndefined();
  });

  test('asks for the identifier alone where any factor may start a session', async () => {
    await org.primaryFactor('PASSWORD_IDP_ANY_FACTOR');
    try {
      const { signIn, first } = await SignIn.begin(org);
      const names = formOf(first.body, 'identify').value.map((field) => field.name);
      expect(names).toEqual(['identifier', 'rememberMe', 'stateHandle']);
      expect(first.body.currentAuthenticator).toBeUndefined();
      const second = await signIn.post('identify', { identifier: MARY.login });
      expect(formNames(second.body)).toEqual(['challenge-authenticator']);
      expect(second.body.currentAuthenticatorEnrollment?.value.key).toBe('okta_password');
      expect(second.body.user?.value).toEqual({ identifier: MARY.login });
      const third = await signIn.answer(MARY.password);
      expect(formNames(third.body)).toEqual(['select-authenticator-enroll']);
    } finally {
      await org.primaryFactor('PASSWORD_IDP');
    }
  });

  test('can be resumed at the current step by the interaction handle, and by the state handle', async () => {
    const { signIn } = await SignIn.begin(org);
    await signIn.identify();
    expect(formNames((await signIn.introspect()).body)).toEqual(['select-authenticator-enroll']);
    expect(formNames((await signIn.introspect()).body)).toEqual(['select-authenticator-enroll']);
    const byState = await signIn.postRaw('introspect', { stateToken: signIn.stateHandle });
    expect(formNames(byState.body)).toEqual(['select-authenticator-enroll']);
  });
});

describe('enrolling a phone while signing in', () => {
  afterEach(async () => {
    await org.allow({ okta_verify: 'NOT_ALLOWED', phone_number: 'OPTIONAL' });
    await org.api('POST', `/api/v1/users/${org.mary.id}/lifecycle/reset_factors`);
  });

  test('goes from the list to method and number to the code to success', async () => {
    const { signIn } = await SignIn.begin(org);
    const list = await signIn.identify();
    expect(formNames(list.body)).toEqual(['select-authenticator-enroll']);
    expect(offered(list.body, 'select-authenticator-enroll')).toEqual(['Phone']);
    const data = await signIn.enroll('phone_number');
    expect(formNames(data.body)).toEqual(['authenticator-enrollment-data', 'select-authenticator-enroll']);
    expect(formOf(data.body, 'authenticator-enrollment-data').relatesTo).toEqual(['$.currentAuthenticator']);
    expect(formOf(data.body, 'authenticator-enrollment-data').value[0]).toEqual({
      name: 'authenticator',
      label: 'Phone',
      form: {
        value: [
          { name: 'id', required: true, value: org.authenticatorId('phone_number'), mutable: false },
          {
            name: 'methodType',
            type: 'string',
            required: true,
            options: [
              { label: 'SMS', value: 'sms' },
              { label: 'Voice call', value: 'voice' },
            ],
          },
          { name: 'phoneNumber', required: true },
        ],
      },
    });
    const code = await signIn.enroll('phone_number', { methodType: 'sms', phoneNumber: '+1 (415) 555-0199' });
    expect(formNames(code.body)).toEqual(['enroll-authenticator', 'select-authenticator-enroll']);
    expect(code.body.enrollmentAuthenticator?.value.methods).toEqual([{ type: 'sms' }]);
    expect((await org.messages('?to=%2B14155550199')).map((message) => message.channel)).toEqual(['sms']);
    const wrong = await signIn.answer(await org.wrongCode());
    expect(wrong.status).toBe(401);
    expect(formNames(wrong.body)).toEqual(['enroll-authenticator', 'select-authenticator-enroll']);
    expect(messagesOf(wrong.body)).toEqual([
      {
        message: 'Invalid code. Try again.',
        i18n: { key: 'api.authn.error.PASSCODE_INVALID', params: [] },
        class: 'ERROR',
      },
    ]);
    const success = await signIn.answer(await org.lastCode());
    expect(success.body.remediation).toBeUndefined();
    expect(claimsOf((await signIn.redeem(success.body)).body.id_token).amr).toEqual(['mfa', 'sms', 'mca', 'pwd']);
    const factors = await org.api<{ factorType: string; status: string; profile: object }[]>(
      'GET',
      `/api/v1/users/${org.mary.id}/factors`,
    );
    const phones = factors.body.filter((factor) => factor.factorType === 'sms' || factor.factorType === 'call');
    expect(phones).toMatchObject([{ factorType: 'sms', status: 'ACTIVE', profile: { phoneNumber: '+14155550199' } }]);
  });

  test('offers the optional rest with a skip once the app is content', async () => {
    await org.allow({ okta_verify: 'OPTIONAL' });
    const { signIn } = await SignIn.begin(org);
    const list = await signIn.identify();
    expect(formNames(list.body)).toEqual(['select-authenticator-enroll']);
    expect(offered(list.body, 'select-authenticator-enroll')).toEqual(['Okta Verify', 'Phone']);
    expect((await signIn.post('skip')).status).toBe(400);
    await signIn.introspect();
    await signIn.enroll('phone_number', { methodType: 'voice', phoneNumber: '+14155550199' });
    const rest = await signIn.answer(await org.lastCode());
    expect(formNames(rest.body)).toEqual(['select-authenticator-enroll', 'skip']);
    expect(offered(rest.body, 'select-authenticator-enroll')).toEqual(['Okta Verify']);
    const success = await signIn.post('skip');
    expect(success.body.successWithInteractionCode?.name).toBe('issue');
  });

  test('choosing an authenticator that the emulator cannot enrol says so with 501', async () => {
    const duo = await org.api<{ id: string }>('POST', '/api/v1/authenticators?activate=true', {
      key: 'duo',
      name: 'Duo Security',
    });
    org.authenticatorIds.duo = duo.body.id;
    await org.allow({ duo: 'OPTIONAL' });
    const { signIn } = await SignIn.begin(org);
    await signIn.identify();
    const refused = await signIn.enroll('duo');
    await org.allow({ duo: 'NOT_ALLOWED' });
    expect(refused.status).toBe(501);
    expect(messagesOf(refused.body)).toEqual([
      {
        message: 'The emulator does not support enrolling Duo Security at sign-in.',
        i18n: { key: 'E_EMULATOR_UNSUPPORTED' },
        class: 'ERROR',
      },
    ]);
    expect(formNames((await signIn.introspect()).body)).toEqual(['select-authenticator-enroll']);
  });

  test('an impossible number is refused and asked for again', async () => {
    const { signIn } = await SignIn.begin(org);
    await signIn.identify();
    const refused = await signIn.enroll('phone_number', { methodType: 'sms', phoneNumber: '12' });
    expect(refused.status).toBe(400);
    expect(messagesOf(refused.body)).toEqual([
      { message: 'Invalid Phone Number.', i18n: { key: 'api.factors.error.sms.invalid_phone' }, class: 'ERROR' },
    ]);
    expect(formNames(refused.body)).toEqual(['authenticator-enrollment-data', 'select-authenticator-enroll']);
  });

  test('a required phone is enrolled even where a password would do', async () => {
    await org.allow({ phone_number: 'REQUIRED' });
    await org.demand({ factorMode: '1FA', constraints: [{ knowledge: { types: ['password'] } }] });
    try {
      const { signIn } = await SignIn.begin(org);
      expect(formNames((await signIn.identify()).body)).toEqual(['select-authenticator-enroll']);
    } finally {
      await org.demand({ factorMode: '2FA', constraints: [{ knowledge: { types: ['password'] } }] });
    }
  });
});

describe('a user with a phone', () => {
  beforeAll(() => org.givePhone('sms', 'call'));
  afterAll(() => org.api('POST', `/api/v1/users/${org.mary.id}/lifecycle/reset_factors`));

  test('chooses SMS or voice call; the list is skipped with one authenticator left', async () => {
    const sentBefore = (await org.messages()).length;
    const { signIn } = await SignIn.begin(org);
    const choice = await signIn.identify();
    expect(formNames(choice.body)).toEqual(['authenticator-verification-data', 'select-authenticator-authenticate']);
    expect(await org.messages()).toHaveLength(sentBefore);
    const form = formOf(choice.body, 'authenticator-verification-data');
    expect(form.relatesTo).toEqual(['$.currentAuthenticatorEnrollment']);
    expect(form.value[0]?.form?.value.map((field) => [field.name, field.required, field.mutable])).toEqual([
      ['id', true, false],
      ['methodType', true, undefined],
      ['enrollmentId', true, false],
    ]);
    expect(choice.body.currentAuthenticatorEnrollment?.value.profile).toEqual({ phoneNumber: '+1 XXX-XXX-0132' });
    expect(choice.body.currentAuthenticatorEnrollment?.value.id).toMatch(/^pae/);
    expect(choice.body.authenticatorEnrollments?.value.map((one) => one.key)).toEqual(['phone_number']);
    expect(choice.body.user?.value).toEqual({
      id: org.mary.id,
      identifier: MARY.login,
      profile: { firstName: 'Mary', lastName: 'Major', timeZone: 'America/Los_Angeles', locale: 'en_US' },
    });
  });

  test.each([
    { method: 'sms', text: /^Your verification code is \d{6}\.$/, amr: ['mfa', 'sms', 'mca', 'pwd'] },
    { method: 'voice', text: /Your verification code is \d, \d, \d, \d, \d, \d\.$/, amr: ['mfa', 'tel', 'mca', 'pwd'] },
  ])('signs in by password and $method', async ({ method, text, amr }) => {
    const { signIn } = await SignIn.begin(org);
    await signIn.identify();
    const challenge = await signIn.choose('phone_number', method);
    expect(formNames(challenge.body)).toEqual(['challenge-authenticator', 'select-authenticator-authenticate']);
    expect(challenge.body.currentAuthenticatorEnrollment?.value.methods).toEqual([{ type: method }]);
    const sent = (await org.messages(`?channel=${method}`)).at(-1);
    expect(sent).toMatchObject({ channel: method, to: MARY.phone, userId: org.mary.id });
    expect(sent?.text).toMatch(text);
    const success = await signIn.answer(await org.lastCode());
    expect(success.body.successWithInteractionCode?.value.map((field) => field.name)).toEqual([
      'grant_type',
      'interaction_code',
      'client_id',
      'client_secret',
      'code_verifier',
    ]);
    const tokens = await signIn.redeem(success.body);
    expect(claimsOf(tokens.body.id_token)).toMatchObject({ sub: org.mary.id, amr });
  });

  test('may ask for the code again: the one before dies at once', async () => {
    const { signIn } = await SignIn.begin(org);
    await signIn.identify();
    await signIn.choose('phone_number', 'sms');
    const first = await org.lastCode();
    let second = first;
    while (second === first) {
      const again = await signIn.post('challenge/resend');
      expect(formNames(again.body)).toEqual(['challenge-authenticator', 'select-authenticator-authenticate']);
      second = await org.lastCode();
    }
    expect((await signIn.answer(first)).status).toBe(401);
    expect((await signIn.answer(second)).body.successWithInteractionCode?.name).toBe('issue');
  });

  test('may change from SMS to a call; the code of the SMS dies', async () => {
    const { signIn } = await SignIn.begin(org);
    await signIn.identify();
    await signIn.choose('phone_number', 'sms');
    await signIn.choose('phone_number', 'voice');
    expect((await org.messages()).at(-1)?.channel).toBe('voice');
    expect((await signIn.answer(await org.lastCode())).body.successWithInteractionCode?.name).toBe('issue');
  });

  test('with email optional too chooses from a list, email can be verified and polled', async () => {
    await org.allow({ okta_email: 'OPTIONAL' });
    try {
      const { signIn } = await SignIn.begin(org);
      const list = await signIn.identify();
      expect(formNames(list.body)).toEqual(['select-authenticator-authenticate']);
      expect(offered(list.body, 'select-authenticator-authenticate')).toEqual(['Email', 'Phone']);
      const email = await signIn.choose('okta_email', 'email');
      expect(formNames(email.body)).toEqual(['challenge-authenticator', 'select-authenticator-authenticate']);
      expect(email.body.currentAuthenticatorEnrollment?.value).toMatchObject({
        profile: { email: 'm***y@example.com' },
        resend: { name: 'resend' },
        poll: { name: 'poll', refresh: 4000 },
      });
      expect((await signIn.post('challenge/poll')).body.remediation).toEqual(email.body.remediation);
      expect((await org.messages()).at(-1)).toMatchObject({ channel: 'email', to: MARY.login });
      const success = await signIn.answer(await org.lastCode());
      expect(claimsOf((await signIn.redeem(success.body)).body.id_token).amr).toEqual(['mfa', 'email', 'pwd']);
    } finally {
      await org.allow({ okta_email: 'NOT_ALLOWED' });
    }
  });

  test('does not see a method that was switched off, nor a disabled phone', async () => {
    const phone = org.authenticatorId('phone_number');
    await org.api('POST', `/api/v1/authenticators/${phone}/methods/voice/lifecycle/deactivate`);
    const { signIn } = await SignIn.begin(org);
    const form = formOf((await signIn.identify()).body, 'authenticator-verification-data');
    expect(form.value[0]?.form?.value[1]?.options).toEqual([{ label: 'SMS', value: 'sms' }]);
    expect((await signIn.choose('phone_number', 'voice')).status).toBe(400);
    await org.api('POST', `/api/v1/authenticators/${phone}/methods/voice/lifecycle/activate`);
    await org.allow({ phone_number: 'NOT_ALLOWED' });
    try {
      const { signIn: other } = await SignIn.begin(org);
      expect(messagesOf((await other.identify()).body)[0]?.i18n?.key).toBe('oie.assurance.unsatisfiable');
    } finally {
      await org.allow({ phone_number: 'OPTIONAL' });
    }
  });
});

test('with email as the only factor left a form asks before the message is sent', async () => {
  await org.allow({ okta_email: 'OPTIONAL', phone_number: 'NOT_ALLOWED' });
  try {
    const sentBefore = (await org.messages()).length;
    const { signIn } = await SignIn.begin(org);
    const ask = await signIn.identify();
    expect(formNames(ask.body)).toEqual(['authenticator-verification-data', 'select-authenticator-authenticate']);
    expect(formOf(ask.body, 'authenticator-verification-data').value[0]).toEqual({
      name: 'authenticator',
      label: 'Email',
      form: {
        value: [
          { name: 'id', required: true, value: org.authenticatorId('okta_email'), mutable: false },
          { name: 'methodType', type: 'string', required: true, options: [{ label: 'Email', value: 'email' }] },
        ],
      },
    });
    expect(await org.messages()).toHaveLength(sentBefore);
    expect(formNames((await signIn.choose('okta_email')).body)).toEqual(['challenge-authenticator']);
    expect((await signIn.answer(await org.lastCode())).body.successWithInteractionCode?.name).toBe('issue');
  } finally {
    await org.allow({ okta_email: 'NOT_ALLOWED', phone_number: 'OPTIONAL' });
  }
});

test('an email chosen from the list asks before it sends, unless it is chosen with its method', async () => {
  await org.allow({ okta_email: 'OPTIONAL' });
  await org.givePhone('sms');
  try {
    const { signIn } = await SignIn.begin(org);
    expect(offered((await signIn.identify()).body, 'select-authenticator-authenticate')).toEqual(['Email', 'Phone']);
    const sentBefore = (await org.messages()).length;
    const ask = await signIn.choose('okta_email');
    expect(formNames(ask.body)).toEqual(['authenticator-verification-data', 'select-authenticator-authenticate']);
    expect(await org.messages()).toHaveLength(sentBefore);
    const { signIn: other } = await SignIn.begin(org);
    await other.identify();
    expect(formNames((await other.choose('okta_email', 'email')).body)[0]).toBe('challenge-authenticator');
    expect(await org.messages()).toHaveLength(sentBefore + 1);
  } finally {
    await org.allow({ okta_email: 'NOT_ALLOWED' });
    await org.api('POST', `/api/v1/users/${org.mary.id}/lifecycle/reset_factors`);
  }
});

test('a password is enough where the app asks for no more', async () => {
  await org.demand({ factorMode: '1FA', constraints: [{ knowledge: { types: ['password'] } }] });
  try {
    const { signIn } = await SignIn.begin(org);
    const success = await signIn.identify();
    expect(claimsOf((await signIn.redeem(success.body)).body.id_token).amr).toEqual(['pwd']);
  } finally {
    await org.demand({ factorMode: '2FA', constraints: [{ knowledge: { types: ['password'] } }] });
  }
});

test('cancel starts over with a fresh first screen; the old handles are dead', async () => {
  const { signIn } = await SignIn.begin(org);
  await signIn.identify();
  const fresh = await signIn.post('cancel');
  expect(fresh.status).toBe(200);
  expect(formNames(fresh.body)).toEqual(['identify', 'select-enroll-profile']);
  expect(fresh.body.stateHandle).not.toBe(signIn.stateHandle);
  expect((await signIn.introspect()).status).toBe(401);
  expect((await signIn.post('identify', { identifier: MARY.login })).status).toBe(401);
});
