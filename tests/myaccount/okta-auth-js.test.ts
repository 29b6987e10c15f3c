/** The MyAccount API by okta-auth-js, as Okta's samples call it: profile, emails, phones, password of whoever signed in. */
import type { OktaAuth } from '@okta/okta-auth-js';
import {
  addEmail,
  addPhone,
  deletePassword,
  type EmailTransaction,
  enrollPassword,
  getEmails,
  getPassword,
  getPhones,
  getProfile,
  getProfileSchema,
  type PhoneTransaction,
  updatePassword,
  updateProfile,
  verifyEmailChallenge,
  verifyPhoneChallenge,
} from '@okta/okta-auth-js/myaccount';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { User, UserFactor } from '../../src/wire/directory.ts';
import { oktaAuth } from '../support/okta-auth.ts';
import { MARY, SignIn, SignInOrg, type Tokens } from '../support/sign-in.ts';

const SCOPES = ['openid', 'profile', 'email', 'offline_access'].concat(
  ['profile', 'email', 'phone', 'password'].flatMap((part) => [
    `okta.myAccount.${part}.read`,
    `okta.myAccount.${part}.manage`,
  ]),
);

let org: SignInOrg;
let auth: OktaAuth;
let user: User;
let round = 0;
beforeAll(async () => {
  org = await SignInOrg.start();
  await org.demand({ factorMode: '1FA', constraints: [{ knowledge: { types: ['password'] } }] });
});
afterAll(() => org.stop());
beforeEach(async () => {
  round += 1;
  user = await org.createUser(`me${round}@example.com`, MARY.password);
  auth = await signedIn();
});

async function signedIn(scopes = SCOPES): Promise<OktaAuth> {
  const client = oktaAuth(org, { scopes, idx: { enableLegacyMode: true } });
  const { tokens } = await client.idx.authenticate({ username: user.profile.login, password: MARY.password });
  if (!tokens) throw new Error('nobody signed in');
  client.tokenManager.setTokens(tokens);
  return client;
}

const profileNow = async () => (await org.api<User>('GET', `/api/v1/users/${user.id}`)).body.profile;

describe('profile', () => {
  test('is shown, and changed where its owner may', async () => {
    const before = await getProfile(auth);
    expect(before).toMatchObject({ createdAt: user.created, modifiedAt: user.lastUpdated });
    const { login } = user.profile;
    expect(before.profile).toEqual({ login, email: login, firstName: 'Mary', lastName: 'Major' });
    const changed = await updateProfile(auth, { payload: { profile: { ...before.profile, firstName: 'Marie' } } });
    expect(changed.profile.firstName).toBe('Marie');
    expect(await profileNow()).toMatchObject({ firstName: 'Marie', lastName: 'Major' });
  });

  test('a custom attribute, by its schema', async () => {
    const age = { title: 'Age', type: 'integer', permissions: [{ principal: 'SELF', action: 'READ_WRITE' }] };
    await org.api('POST', '/api/v1/meta/schemas/user/default', { definitions: { custom: { properties: { age } } } });
    const { properties } = await getProfileSchema(auth);
    expect(properties).toMatchObject({
      age: { permissions: { SELF: 'READ_WRITE' }, title: 'Age', type: 'integer' },
      login: { permissions: { SELF: 'READ_ONLY' }, title: 'Username', required: true, minLength: 5, maxLength: 100 },
    });
    expect(properties).not.toHaveProperty('city');
    const { profile } = await getProfile(auth);
    await updateProfile(auth, { payload: { profile: { ...profile, age: 42 } } });
    expect(await profileNow()).toMatchObject({ age: 42 });
    const refused = updateProfile(auth, { payload: { profile: { ...profile, age: 'old' } } });
    await expect(refused).rejects.toMatchObject({
      errorCode: 'E0000001',
      errorCauses: [{ errorSummary: "Invalid value data type for property 'age'" }],
    });
  });

  test.each<[string, object, string]>([
    [
      'an address',
      { email: 'other@example.com' },
      'You cannot update email attributes using the profile endpoint. Use the emails endpoint to make any required changes.',
    ],
    [
      'what is left out',
      { lastName: undefined },
      "Property 'lastName' needs a value passed.  To unset it, explicitly set it to null.",
    ],
    [
      'a read-only one',
      { login: 'other@example.com' },
      "Property 'login' is read only.  The value supplied must exactly match the existing value.",
    ],
    ['an unknown one', { nonsense: 'x' }, "Property 'nonsense' does not exist or is not accessible."],
    ['a hidden one', { city: 'Paris' }, "Property 'city' does not exist or is not accessible."],
  ])('refuses %s', async (_what, change, errorSummary) => {
    const { profile } = await getProfile(auth);
    const refused = updateProfile(auth, { payload: { profile: { ...profile, ...change } } });
    await expect(refused).rejects.toMatchObject({
      errorSummary: 'Api validation failed: forUpdate',
      errorCauses: [{ errorSummary }],
    });
    expect(await profileNow()).toEqual(user.profile);
  });
});

describe('emails', () => {
  const emails = async () => (await getEmails(auth)) as unknown as EmailTransaction[];
  const shown = (email: EmailTransaction | undefined) => ({
    email: email?.profile.email,
    roles: email?.roles,
    status: email?.status,
  });

  test('a new primary one counts once its code is given; the login stays', async () => {
    expect((await emails()).map(shown)).toEqual([
      { email: user.profile.email, roles: ['PRIMARY'], status: 'VERIFIED' },
    ]);
    const profile = { email: `new${round}@example.com` };
    await addEmail(auth, { payload: { profile, sendEmail: true, role: 'PRIMARY' as never } });
    const sent = (await org.messages()).at(-1);
    expect(sent).toMatchObject({ channel: 'email', to: profile.email, userId: user.id });
    const [old, pending] = await emails();
    expect(shown(pending)).toEqual({ email: profile.email, roles: ['PRIMARY'], status: 'UNVERIFIED' });
    expect(old?.verify).toBeUndefined();
    const challenge = await pending?.challenge();
    expect(challenge).toMatchObject({ status: 'UNVERIFIED', profile, id: expect.stringMatching(/^myaccount\./) });
    expect(await challenge?.poll()).toMatchObject({ status: 'UNVERIFIED' });
    const emailId = pending?.id ?? '';
    const challengeId = challenge?.id ?? '';
    const wrong = { emailId, challengeId, payload: { verificationCode: await org.wrongCode() } };
    await expect(verifyEmailChallenge(auth, wrong)).rejects.toMatchObject({
      errorCode: 'E0000004',
      errorCauses: [{ errorSummary: 'The verification challenge failed due to an invalid code.' }],
    });
    await verifyEmailChallenge(auth, { emailId, challengeId, payload: { verificationCode: await org.lastCode() } });
    expect((await emails()).map(shown)).toEqual([{ ...profile, roles: ['PRIMARY'], status: 'VERIFIED' }]);
    expect(await challenge?.poll()).toMatchObject({ status: 'VERIFIED' });
    expect(await profileNow()).toMatchObject({ ...profile, login: user.profile.login });
  });

  test('a secondary one is added without a code, removed, and added again', async () => {
    const profile = { email: `second${round}@example.com` };
    const before = (await org.messages()).length;
    const payload = { profile, sendEmail: false, role: 'SECONDARY' as never };
    const added = (await addEmail(auth, { payload })) as unknown as EmailTransaction;
    expect((await org.messages()).length).toBe(before);
    expect(added.verify).toBeUndefined();
    await added.delete();
    expect(await emails()).toHaveLength(1);
    const again = (await addEmail(auth, { payload })) as unknown as EmailTransaction;
    const challenge = await again.challenge();
    await challenge.verify({ verificationCode: await org.lastCode() });
    expect(await profileNow()).toMatchObject({ secondEmail: profile.email, email: user.profile.email });
  });

  test('refuses no address, one that is there already, and the removal of a verified one', async () => {
    const add = (email: string) =>
      addEmail(auth, { payload: { profile: { email }, sendEmail: false, role: 'PRIMARY' as never } });
    await expect(add('nonsense')).rejects.toMatchObject({
      errorSummary: 'Api validation failed: email',
      errorCauses: [{ errorSummary: 'Invalid email address.' }],
    });
    await expect(add(user.profile.email)).rejects.toMatchObject({ errorCode: 'E0000157' });
    const [verified] = await emails();
    await expect(verified?.delete()).rejects.toMatchObject({
      errorCauses: [{ errorSummary: "Can't delete a verified email address." }],
    });
  });
});

describe('phones', () => {
  const phones = async () => (await getPhones(auth)) as unknown as PhoneTransaction[];
  const add = async (phoneNumber: string, method = 'SMS') =>
    (await addPhone(auth, {
      payload: { profile: { phoneNumber }, sendCode: true, method },
    })) as unknown as PhoneTransaction;

  test('is a factor once its code is given, and no longer once it is removed', async () => {
    const added = await add('+1 (415) 555-0199');
    expect(added).toMatchObject({ status: 'UNVERIFIED', profile: { phoneNumber: '+14155550199' } });
    const id = added.id;
    const wrong = { id, payload: { verificationCode: await org.wrongCode() } };
    await expect(verifyPhoneChallenge(auth, wrong)).rejects.toMatchObject({ errorCode: 'E0000004' });
    await added.challenge({ method: 'SMS' });
    await verifyPhoneChallenge(auth, { id, payload: { verificationCode: await org.lastCode() } });
    const [phone] = await phones();
    expect(phone).toMatchObject({ id, status: 'VERIFIED' });
    expect(phone?.verify).toBeUndefined();
    const factors = await org.api<UserFactor[]>('GET', `/api/v1/users/${user.id}/factors`);
    expect(factors.body).toMatchObject([{ id, factorType: 'sms', status: 'ACTIVE' }]);
    await phone?.delete();
    expect(await phones()).toEqual([]);
  });

  test('by a call; refuses the same number twice, what is no number, a method, a code that nobody asked for', async () => {
    const added = await add('+14155550188', 'CALL');
    expect((await org.messages()).at(-1)).toMatchObject({ channel: 'voice', to: '+14155550188' });
    await expect(add('+14155550188')).rejects.toMatchObject({ errorCode: 'E0000157' });
    await expect(add('nonsense')).rejects.toMatchObject({ errorCauses: [{ errorSummary: 'Invalid phone number.' }] });
    await expect(add('+14155550187', 'PIGEON')).rejects.toMatchObject({
      errorCauses: [{ errorSummary: 'Invalid method PIGEON in the request.' }],
    });
    await added.verify?.({ verificationCode: await org.lastCode() });
    const again = verifyPhoneChallenge(auth, { id: added.id, payload: { verificationCode: '123456' } });
    await expect(again).rejects.toMatchObject({ errorCode: 'E0000157' });
  });

  test('refused where the org has no phones', async () => {
    await org.allow({ phone_number: 'NOT_ALLOWED' });
    await expect(add('+14155550177')).rejects.toMatchObject({
      errorCode: 'E0000038',
      errorCauses: [{ errorSummary: 'Phone authenticator is not enabled for your org.' }],
    });
    await org.allow({ phone_number: 'OPTIONAL' });
  });
});

test('password: replaced, refused, removed, set anew', async () => {
  expect(await getPassword(auth)).toMatchObject({ status: 'ACTIVE', created: user.created });
  const replace = (password: string, currentPassword: string) =>
    updatePassword(auth, { payload: { profile: { password, currentPassword } } });
  await expect(replace('Brand-new-horse-8', 'wrong')).rejects.toMatchObject({
    errorSummary: 'Api validation failed: Password',
  });
  await expect(replace('short', MARY.password)).rejects.toMatchObject({ errorCode: 'E0000001' });
  await replace('Brand-new-horse-8', MARY.password);
  const { signIn } = await SignIn.begin(org);
  expect((await signIn.identify(user.profile.login, 'Brand-new-horse-8')).status).toBe(200);
  await deletePassword(auth);
  expect(await getPassword(auth)).toMatchObject({ status: 'NOT_ENROLLED' });
  await enrollPassword(auth, { payload: { profile: { password: 'Another-horse-9' } } });
  expect(await getPassword(auth)).toMatchObject({ status: 'ACTIVE' });
});

describe('access', () => {
  const headers = (token: string | undefined) => ({
    authorization: `Bearer ${token}`,
    accept: 'application/json; okta-version=1.0.0',
  });

  test('needs the scope, the version and a token; a scope to read does not let change', async () => {
    const reader = await signedIn(['openid', 'okta.myAccount.email.read']);
    const token = reader.getAccessToken();
    const ask = (path: string, more: RequestInit = {}) =>
      fetch(`${org.url}/idp/myaccount/${path}`, { headers: headers(token), ...more });
    expect((await ask('emails')).status).toBe(200);
    expect((await ask('phones')).status).toBe(403);
    expect((await ask('emails', { method: 'POST' })).status).toBe(403);
    expect((await ask('emails', { headers: { authorization: `Bearer ${token}` } })).status).toBe(406);
    expect((await ask('emails', { headers: headers('nonsense') })).status).toBe(401);
    expect((await ask('emails', { headers: headers(undefined) })).status).toBe(401);
  });

  test('changes need a sign-in of the last 15 minutes, also by a token of the org’s own server', async () => {
    const begun = await SignIn.begin(org, { scope: SCOPES.join(' ') }, '/oauth2');
    const done = await begun.signIn.identify(user.profile.login);
    const { body } = await begun.signIn.redeem<Tokens>(done.body);
    await getEmails(auth, { accessToken: body.access_token });
    await org.advance(16 * 60_000);
    await getEmails(auth, { accessToken: body.access_token });
    const payload = { profile: { email: 'late@example.com' }, sendEmail: false, role: 'PRIMARY' as never };
    await expect(addEmail(auth, { payload, accessToken: body.access_token })).rejects.toMatchObject({
      errorSummary: 'insufficient_authentication_context',
      meta: { max_age: 900 },
    });
  });
});
