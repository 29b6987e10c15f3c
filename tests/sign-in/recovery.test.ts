/** Forgotten passwords, locked accounts, passwords that run out: by plain HTTP, each screen and each refusal. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/wire/directory.ts';
import type { Policy, PolicyRule } from '../../src/wire/policy.ts';
import { claimsOf, formNames, formOf, MARY, messagesOf, offered, SignIn, SignInOrg } from '../support/sign-in.ts';

const NEW_PASSWORD = 'Brand-new-horse-8';

let org: SignInOrg;
let login = '';
let user: User;
let round = 0;
beforeAll(async () => {
  org = await SignInOrg.start();
});
afterAll(() => org.stop());
beforeEach(async () => {
  round++;
  login = `user${round}@example.com`;
  user = await org.createUser(login, MARY.password);
  await org.demand({ factorMode: '1FA', constraints: [{ knowledge: { types: ['password'] } }] });
  await passwordRule({});
  await passwordSettings({ age: { maxAgeDays: 0, expireWarnDays: 0, minAgeMinutes: 0, historyCount: 4 } });
});

async function defaultPasswordPolicy(): Promise<Policy> {
  const { body } = await org.api<Policy[]>('GET', '/api/v1/policies?type=PASSWORD');
  const policy = body.find((one) => one.system);
  if (!policy) throw new Error('no default password policy');
  return policy;
}

/** Changes the default rule; without a change it is that of a fresh org with recovery by email, SMS and voice. */
async function passwordRule(actions: object): Promise<void> {
  const { id } = await defaultPasswordPolicy();
  const { body } = await org.api<PolicyRule[]>('GET', `/api/v1/policies/${id}/rules`);
  const rule = body[0];
  if (!rule) throw new Error('no rule');
  const requirement = { primary: { methods: ['email', 'sms', 'voice'] }, stepUp: { required: false } };
  await org.api('PUT', `/api/v1/policies/${id}/rules/${rule.id}`, {
    name: rule.name,
    type: 'PASSWORD',
    system: true,
    conditions: rule.conditions,
    actions: {
      passwordChange: { access: 'ALLOW' },
      selfServicePasswordReset: { access: 'ALLOW', requirement },
      selfServiceUnlock: { access: 'DENY' },
      ...actions,
    },
  });
}

async function passwordSettings(password: object): Promise<void> {
  const policy = await defaultPasswordPolicy();
  const settings = policy.settings as { password: object };
  const changed = { ...policy, settings: { ...settings, password: { ...settings.password, ...password } } };
  await org.api('PUT', `/api/v1/policies/${policy.id}`, changed);
}

async function givePhone(): Promise<void> {
  for (const factorType of ['sms', 'call']) {
    await org.api('POST', `/api/v1/users/${user.id}/factors?activate=true`, {
      factorType,
      provider: 'OKTA',
      profile: { phoneNumber: '+14155550142' },
    });
  }
}

async function status(): Promise<string> {
  return (await org.api<User>('GET', `/api/v1/users/${user.id}`)).body.status;
}

async function recovering(): Promise<SignIn> {
  const { signIn } = await SignIn.begin(org);
  await signIn.post('recover');
  return signIn;
}

function texts(body: Parameters<typeof messagesOf>[0]): string[] {
  return messagesOf(body).map((message) => message.message);
}

describe('a forgotten password', () => {
  test('by email: who, code, new password, signed in; the old one is gone', async () => {
    const { signIn } = await SignIn.begin(org);
    const ask = await signIn.post('recover');
    expect(formNames(ask.body)).toEqual(['identify-recovery']);
    expect(formOf(ask.body, 'identify-recovery').href).toBe(`${org.url}/idp/idx/identify`);
    expect(formOf(ask.body, 'identify-recovery').value[0]).toEqual({
      name: 'identifier',
      label: 'Username',
      required: true,
    });
    expect(ask.body.recoveryAuthenticator?.value.key).toBe('okta_password');

    const choose = await signIn.post('identify', { identifier: login });
    expect(formNames(choose.body)).toEqual(['select-authenticator-authenticate']);
    expect(offered(choose.body, 'select-authenticator-authenticate')).toEqual(['Email']);
    expect(choose.body.authenticatorEnrollments?.value[0]?.profile).toEqual({
      email: `u***${round % 10}@example.com`,
    });
    expect((await org.messages(`?to=${login}`)).length).toBe(0);
    const sent = await signIn.choose('okta_email');
    expect(formNames(sent.body)).toEqual(['challenge-authenticator']);
    const wrong = await signIn.answer(await org.wrongCode());
    expect({ status: wrong.status, texts: texts(wrong.body) }).toEqual({
      status: 401,
      texts: ['Invalid code. Try again.'],
    });

    const reset = await signIn.answer(await org.lastCode());
    expect(formNames(reset.body)).toEqual(['reset-authenticator']);
    const form = formOf(reset.body, 'reset-authenticator');
    expect({ href: form.href, relatesTo: form.relatesTo }).toEqual({
      href: `${org.url}/idp/idx/challenge/answer`,
      relatesTo: ['$.currentAuthenticator'],
    });
    expect(form.value[0]?.form?.value.map(({ name, label, secret }) => ({ name, label, secret }))).toEqual([
      { name: 'passcode', label: 'New password', secret: true },
      { name: 'revokeSessions', label: 'Sign me out of all other devices', secret: undefined },
    ]);
    expect(reset.body.currentAuthenticator?.value.settings).toMatchObject({
      complexity: { minLength: 8, minLowerCase: 1, minUpperCase: 1, minNumber: 1, minSymbol: 0, excludeUsername: true },
      age: { minAgeMinutes: 0, historyCount: 4 },
    });
    const done = await signIn.answer(NEW_PASSWORD);
    const tokens = await signIn.redeem(done.body);
    expect(claimsOf(tokens.body.id_token)).toMatchObject({ sub: user.id, preferred_username: login });

    const again = await SignIn.begin(org);
    expect((await again.signIn.identify(login, MARY.password)).status).toBe(401);
    expect((await again.signIn.identify(login, NEW_PASSWORD)).body.successWithInteractionCode?.name).toBe('issue');
  });

  test('by SMS, chosen among email and phone', async () => {
    await givePhone();
    const signIn = await recovering();
    const choose = await signIn.post('identify', { identifier: login });
    expect(formNames(choose.body)).toEqual(['select-authenticator-authenticate']);
    expect(offered(choose.body, 'select-authenticator-authenticate')).toEqual(['Email', 'Phone']);
    await signIn.choose('phone_number', 'sms');
    const message = (await org.messages()).at(-1);
    expect(message).toMatchObject({ channel: 'sms', to: '+14155550142', userId: user.id });
    expect(formNames((await signIn.answer(message?.code ?? '')).body)).toEqual(['reset-authenticator']);
  });

  test('the rule says which methods recover', async () => {
    await givePhone();
    const requirement = { primary: { methods: ['voice'] }, stepUp: { required: false } };
    await passwordRule({ selfServicePasswordReset: { access: 'ALLOW', requirement } });
    const signIn = await recovering();
    const only = await signIn.post('identify', { identifier: login });
    expect(only.body.authenticatorEnrollments?.value[0]?.methods).toEqual([{ type: 'voice' }]);
    expect((await signIn.choose('phone_number', 'sms')).status).toBe(400);
    expect((await signIn.choose('okta_email', 'email')).status).toBe(400);
  });

  test('a step up asks for another factor', async () => {
    await givePhone();
    const requirement = { primary: { methods: ['email'] }, stepUp: { required: true } };
    await passwordRule({ selfServicePasswordReset: { access: 'ALLOW', requirement } });
    const signIn = await recovering();
    await signIn.post('identify', { identifier: login });
    await signIn.choose('okta_email', 'email');
    const next = await signIn.answer(await org.lastCode());
    expect(formNames(next.body)[0]).toBe('authenticator-verification-data');
    expect(next.body.currentAuthenticatorEnrollment?.value.key).toBe('phone_number');
    await signIn.choose('phone_number', 'voice');
    expect(formNames((await signIn.answer(await org.lastCode())).body)).toEqual(['reset-authenticator']);
  });

  test('from the password’s own screen the user is known already', async () => {
    await org.primaryFactor('PASSWORD_IDP_ANY_FACTOR');
    const { signIn } = await SignIn.begin(org);
    const password = await signIn.post('identify', { identifier: login });
    expect(password.body.currentAuthenticatorEnrollment?.value.recover?.href).toBe(`${org.url}/idp/idx/recover`);
    expect(formNames((await signIn.post('recover')).body)).toEqual(['select-authenticator-authenticate']);
    await org.primaryFactor('PASSWORD_IDP');
  });

  test.each([
    {
      password: 'short',
      text: 'Password requirements were not met. Password requirements: at least 8 characters, a lowercase letter, an uppercase letter, a number, no parts of your username.',
    },
    {
      password: MARY.password,
      text: 'Password requirements were not met. Your password cannot be any of your last 4 password(s).',
    },
  ])('$password is not taken', async ({ password, text }) => {
    const signIn = await recovering();
    await signIn.post('identify', { identifier: login });
    await signIn.choose('okta_email', 'email');
    await signIn.answer(await org.lastCode());
    const refused = await signIn.answer(password);
    expect({ status: refused.status, forms: formNames(refused.body), texts: texts(refused.body) }).toEqual({
      status: 400,
      forms: ['reset-authenticator'],
      texts: [text],
    });
    expect((await signIn.answer(NEW_PASSWORD)).status).toBe(200);
  });

  test('nobody by that name, a policy that forbids it, a suspended user', async () => {
    const signIn = await recovering();
    const nobody = await signIn.post('identify', { identifier: 'nobody@example.com' });
    expect({ forms: formNames(nobody.body), texts: texts(nobody.body) }).toEqual({
      forms: ['identify-recovery'],
      texts: ['There is no account with the Username nobody@example.com.'],
    });
    await org.api('POST', `/api/v1/users/${user.id}/lifecycle/suspend`);
    const suspended = await signIn.post('identify', { identifier: login });
    const notAllowed = {
      status: 403,
      texts: ['Reset password is not allowed at this time. Please contact support for assistance.'],
    };
    expect({ status: suspended.status, texts: texts(suspended.body) }).toEqual(notAllowed);
    await org.api('POST', `/api/v1/users/${user.id}/lifecycle/unsuspend`);
    await passwordRule({ selfServicePasswordReset: { access: 'DENY' } });
    const denied = await (await recovering()).post('identify', { identifier: login });
    expect({ status: denied.status, texts: texts(denied.body) }).toEqual(notAllowed);
  });

  test('a code of a recovery signs nobody in, and what it proved is no second factor where email may not be one', async () => {
    await org.demand({ factorMode: '2FA', constraints: [{ knowledge: { types: ['password'] } }] });
    const signIn = await recovering();
    await signIn.post('identify', { identifier: login });
    await signIn.choose('okta_email', 'email');
    await signIn.answer(await org.lastCode());
    expect((await signIn.post('skip')).status).toBe(400);
    const next = await signIn.answer(NEW_PASSWORD);
    expect(next.body.successWithInteractionCode).toBeUndefined();
  });
});

describe('a locked account', () => {
  beforeEach(async () => {
    await passwordRule({ selfServiceUnlock: { access: 'ALLOW' } });
    await passwordSettings({ lockout: { maxAttempts: 2, autoUnlockMinutes: 0 } });
    const { signIn } = await SignIn.begin(org);
    await signIn.identify(login, 'wrong 1');
    await signIn.identify(login, 'wrong 2');
  });

  test('is unlocked by a code', async () => {
    expect(await status()).toBe('LOCKED_OUT');
    const { signIn, first } = await SignIn.begin(org);
    expect(formNames(first.body)).toContain('unlock-account');
    const form = await signIn.post('unlock-account');
    expect(formNames(form.body)).toEqual(['select-authenticator-unlock-account']);
    expect(offered(form.body, 'select-authenticator-unlock-account')).toEqual(['Email', 'Phone']);
    const authenticator = { id: org.authenticatorId('okta_email'), methodType: 'email' };
    const sent = await signIn.post('challenge', { identifier: login, authenticator });
    expect(formNames(sent.body)).toEqual(['challenge-authenticator']);
    const done = await signIn.answer(await org.lastCode());
    expect({ status: done.status, messages: messagesOf(done.body), forms: formNames(done.body) }).toEqual({
      status: 200,
      messages: [
        {
          message: 'Your account is now unlocked!',
          i18n: { key: 'oie.selfservice.unlock_user.success.message' },
          class: 'INFO',
        },
      ],
      forms: [],
    });
    expect(await status()).toBe('ACTIVE');
    const again = await SignIn.begin(org);
    expect((await again.signIn.identify(login)).status).toBe(200);
  });

  test('stays locked where no rule allows it, also for recovery', async () => {
    await passwordRule({});
    const { signIn, first } = await SignIn.begin(org);
    expect(formNames(first.body)).not.toContain('unlock-account');
    expect((await signIn.post('unlock-account')).status).toBe(403);
    expect((await (await recovering()).post('identify', { identifier: login })).status).toBe(403);
    expect(await status()).toBe('LOCKED_OUT');
  });

  test('a group whose own policy forbids it stays locked, though others may unlock', async () => {
    const group = await org.api<{ id: string }>('POST', '/api/v1/groups', { profile: { name: `Strict ${round}` } });
    await org.api('PUT', `/api/v1/groups/${group.body.id}/users/${user.id}`);
    const policy = await org.api<Policy>('POST', '/api/v1/policies', {
      type: 'PASSWORD',
      name: `Strict ${round}`,
      conditions: { people: { groups: { include: [group.body.id] } } },
    });
    await org.api('POST', `/api/v1/policies/${policy.body.id}/rules`, {
      type: 'PASSWORD',
      name: 'No self-service',
      conditions: { network: { connection: 'ANYWHERE' } },
      actions: {
        passwordChange: { access: 'ALLOW' },
        selfServicePasswordReset: { access: 'DENY' },
        selfServiceUnlock: { access: 'DENY' },
      },
    });
    const { signIn } = await SignIn.begin(org);
    await signIn.post('unlock-account');
    const authenticator = { id: org.authenticatorId('okta_email'), methodType: 'email' };
    const refused = await signIn.post('challenge', { identifier: login, authenticator });
    expect({ status: refused.status, texts: texts(refused.body) }).toEqual({
      status: 403,
      texts: ['Self Service Unlock is not allowed at this time. Please contact support for assistance.'],
    });
    expect(await org.messages(`?to=${login}`)).toEqual([]);
    await org.api('DELETE', `/api/v1/policies/${policy.body.id}`);
  });

  test('unlocks itself after the time of the policy', async () => {
    await passwordSettings({ lockout: { maxAttempts: 2, autoUnlockMinutes: 30 } });
    const { signIn } = await SignIn.begin(org);
    expect((await signIn.identify(login)).status).toBe(401);
    await org.advance(30 * 60_000);
    const later = await SignIn.begin(org);
    expect((await later.signIn.identify(login)).status).toBe(200);
  });
});

describe('a password that runs out', () => {
  test('expired by an admin: a new one is asked for, then the sign-in goes on', async () => {
    await org.api('POST', `/api/v1/users/${user.id}/lifecycle/expire_password`);
    const { signIn } = await SignIn.begin(org);
    const asked = await signIn.identify(login);
    expect({ status: asked.status, forms: formNames(asked.body) }).toEqual({
      status: 200,
      forms: ['reenroll-authenticator'],
    });
    expect((await signIn.post('skip')).status).toBe(400);
    expect((await signIn.answer('short')).status).toBe(400);
    const done = await signIn.answer(NEW_PASSWORD);
    expect(claimsOf((await signIn.redeem(done.body)).body.id_token)).toMatchObject({ sub: user.id, amr: ['pwd'] });
    expect(await status()).toBe('ACTIVE');
  });

  test('by age: first a warning that can be put off, then the change', async () => {
    await passwordSettings({ age: { maxAgeDays: 10, expireWarnDays: 3, minAgeMinutes: 0, historyCount: 4 } });
    await org.advance(8 * 86_400_000);
    const { signIn } = await SignIn.begin(org);
    const warned = await signIn.identify(login);
    expect(formNames(warned.body)).toEqual(['reenroll-authenticator-warning', 'skip']);
    expect(warned.body.currentAuthenticator?.value.settings?.daysToExpiry).toBe(1);
    expect((await signIn.post('skip')).body.successWithInteractionCode?.name).toBe('issue');
    await org.advance(2 * 86_400_000);
    const later = await SignIn.begin(org);
    expect(formNames((await later.signIn.identify(login)).body)).toEqual(['reenroll-authenticator']);
  });

  test('a choice to change early keeps to the least age', async () => {
    await passwordSettings({ age: { maxAgeDays: 1, expireWarnDays: 5, minAgeMinutes: 120, historyCount: 4 } });
    const { signIn } = await SignIn.begin(org);
    await signIn.identify(login);
    const refused = await signIn.answer(NEW_PASSWORD);
    expect(texts(refused.body)).toEqual([
      'Password requirements were not met. At least 2 hour(s) must have elapsed since you last changed your password.',
    ]);
  });
});
