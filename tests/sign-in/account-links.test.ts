/** Links that activate an account or reset a password: their tokens at /interact, by plain HTTP and by okta-auth-js. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/wire/directory.ts';
import { legacyOktaAuth } from '../support/okta-auth.ts';
import {
  claimsOf,
  formNames,
  interactFields,
  MARY,
  messagesOf,
  offered,
  SignIn,
  SignInOrg,
} from '../support/sign-in.ts';

const NEW_PASSWORD = 'Brand-new-horse-8';
const BAD_ACTIVATION = { error: 'invalid_request', error_description: 'The activation token is invalid' };
const BAD_RECOVERY = { error: 'invalid_request', error_description: 'The recovery token is invalid' };

let org: SignInOrg;
let user: User;
let round = 0;
beforeAll(async () => {
  org = await SignInOrg.start();
});
afterAll(() => org.stop());
beforeEach(async () => {
  round++;
  await org.allow({ phone_number: 'OPTIONAL' });
  await org.demand({ factorMode: '1FA', constraints: [{ knowledge: { types: ['password'] } }] });
});

async function staged(): Promise<void> {
  const login = `staged${round}@example.com`;
  const profile = { firstName: 'Sam', lastName: 'Staged', email: login, login };
  user = (await org.api<User>('POST', '/api/v1/users?activate=false', { profile })).body;
}

async function withPassword(): Promise<void> {
  user = await org.createUser(`known${round}@example.com`, MARY.password);
}

async function activationToken(verb = 'activate'): Promise<string> {
  const path = `/api/v1/users/${user.id}/lifecycle/${verb}?sendEmail=false`;
  const { body } = await org.api<{ activationUrl: string; activationToken: string }>('POST', path);
  expect(body.activationUrl).toBe(`${org.url}/welcome/${body.activationToken}`);
  return body.activationToken;
}

async function recoveryToken(path = 'lifecycle/reset_password'): Promise<string> {
  const { body } = await org.api<{ resetPasswordUrl: string }>(
    'POST',
    `/api/v1/users/${user.id}/${path}?sendEmail=false`,
  );
  const [page, token] = body.resetPasswordUrl.split('/').slice(-2);
  expect(page).toBe('reset_password');
  return token ?? '';
}

async function status(): Promise<string> {
  return (await org.api<User>('GET', `/api/v1/users/${user.id}`)).body.status;
}

async function refused(fields: Record<string, string>): Promise<unknown> {
  const answer = await org.form('/oauth2/default/v1/interact', { ...interactFields(org, 'a verifier'), ...fields });
  expect(answer.status).toBe(400);
  return answer.body;
}

async function signsIn(password: string): Promise<number> {
  const { signIn } = await SignIn.begin(org);
  return (await signIn.identify(user.profile.login, password)).status;
}

// before the tests that put the clock forward: the client's own clock would find its tokens issued in the future
describe('okta-auth-js', () => {
  test('register({ activationToken })', async () => {
    await staged();
    const auth = legacyOktaAuth(org);
    let step = await auth.idx.register({ activationToken: await activationToken() });
    expect(step.nextStep?.name).toBe('select-authenticator-enroll');
    await auth.idx.proceed({ authenticator: 'okta_password' });
    step = await auth.idx.proceed({ password: NEW_PASSWORD });
    expect(step.nextStep?.canSkip).toBe(true);
    step = await auth.idx.proceed({ skip: true });
    expect(step.tokens?.idToken?.claims.sub).toBe(user.id);
  });

  test('recoverPassword({ recoveryToken })', async () => {
    await withPassword();
    const auth = legacyOktaAuth(org);
    let step = await auth.idx.recoverPassword({ recoveryToken: await recoveryToken() });
    expect(step.nextStep?.name).toBe('reset-authenticator');
    step = await auth.idx.recoverPassword({ password: NEW_PASSWORD });
    expect(step.tokens?.idToken?.claims.sub).toBe(user.id);
  });
});

describe('an activation token', () => {
  beforeEach(staged);

  test('leads to setting a password, with which the user is active and signed in', async () => {
    const { signIn, first } = await SignIn.begin(org, { activation_token: await activationToken() });
    expect(formNames(first.body)).toEqual(['select-authenticator-enroll']);
    expect(offered(first.body, 'select-authenticator-enroll')).toEqual(['Password']);
    expect(first.body.user?.value).toEqual({ identifier: user.profile.login });
    const form = await signIn.enroll('okta_password');
    expect(formNames(form.body)[0]).toBe('enroll-authenticator');
    expect(await status()).toBe('PROVISIONED');
    const optional = await signIn.answer(NEW_PASSWORD);
    expect(await status()).toBe('ACTIVE');
    expect(formNames(optional.body)).toEqual(['select-authenticator-enroll', 'skip']);
    expect(offered(optional.body, 'select-authenticator-enroll')).toEqual(['Phone']);
    const done = await signIn.post('skip');
    expect(claimsOf((await signIn.redeem(done.body)).body.id_token).sub).toBe(user.id);
    expect(await signsIn(NEW_PASSWORD)).toBe(200);
  });

  test('what the app demands besides is enrolled on the way', async () => {
    await org.allow({ phone_number: 'REQUIRED' });
    const { signIn } = await SignIn.begin(org, { activation_token: await activationToken() });
    await signIn.enroll('okta_password');
    const required = await signIn.answer(NEW_PASSWORD);
    expect(formNames(required.body)).toEqual(['select-authenticator-enroll']);
    expect(offered(required.body, 'select-authenticator-enroll')).toEqual(['Phone']);
  });

  test('may begin anew until the password is set; then it is spent', async () => {
    const token = await activationToken();
    await SignIn.begin(org, { activation_token: token });
    const { signIn } = await SignIn.begin(org, { activation_token: token });
    await signIn.enroll('okta_password');
    expect((await signIn.answer('short')).status).toBe(400);
    await signIn.answer(NEW_PASSWORD);
    expect(await refused({ activation_token: token })).toEqual(BAD_ACTIVATION);
  });

  test('dies by a newer one, after a week, and is none for recovery', async () => {
    const old = await activationToken();
    const token = await activationToken('reactivate');
    expect(await refused({ activation_token: old })).toEqual(BAD_ACTIVATION);
    expect(await refused({ recovery_token: token })).toEqual(BAD_RECOVERY);
    await SignIn.begin(org, { activation_token: token });
    await org.advance(7 * 86_400_000);
    expect(await refused({ activation_token: token })).toEqual(BAD_ACTIVATION);
    expect(await refused({ activation_token: 'made-up' })).toEqual(BAD_ACTIVATION);
  });
});

describe('a recovery token', () => {
  beforeEach(withPassword);

  test.each(['lifecycle/reset_password', 'credentials/forgot_password'])(
    'of %s leads to the new password',
    async (path) => {
      const token = await recoveryToken(path);
      const { signIn, first } = await SignIn.begin(org, { recovery_token: token });
      expect(formNames(first.body)).toEqual(['reset-authenticator']);
      expect(first.body.recoveryAuthenticator?.value.key).toBe('okta_password');
      const weak = await signIn.answer('short');
      expect({ status: weak.status, key: messagesOf(weak.body)[0]?.i18n?.key }).toEqual({
        status: 400,
        key: 'password.passwordRequirementsNotMet',
      });
      const done = await signIn.answer(NEW_PASSWORD);
      expect(claimsOf((await signIn.redeem(done.body)).body.id_token).sub).toBe(user.id);
      expect(await status()).toBe('ACTIVE');
      expect(await signsIn(MARY.password)).toBe(401);
      expect(await signsIn(NEW_PASSWORD)).toBe(200);
      expect(await refused({ recovery_token: token })).toEqual(BAD_RECOVERY);
    },
  );

  test('of an admin is the only way in until it is used: no old password, no self-service', async () => {
    await recoveryToken();
    expect(await status()).toBe('RECOVERY');
    expect(await signsIn(MARY.password)).toBe(401);
    const { signIn } = await SignIn.begin(org);
    await signIn.post('recover');
    const refused = await signIn.post('identify', { identifier: user.profile.login });
    expect([refused.status, messagesOf(refused.body)[0]?.i18n?.key]).toEqual([
      403,
      'oie.selfservice.reset.password.not.allowed',
    ]);
  });

  test('is no second factor: the app still asks for one', async () => {
    await org.demand({ factorMode: '2FA', constraints: [{ knowledge: { types: ['password'] } }] });
    const { signIn } = await SignIn.begin(org, { recovery_token: await recoveryToken() });
    const more = await signIn.answer(NEW_PASSWORD);
    expect(formNames(more.body)[0]).toBe('select-authenticator-enroll');
  });

  test('dies by a password that was set meanwhile, after an hour, and with the user', async () => {
    const token = await recoveryToken('credentials/forgot_password');
    await org.api('POST', `/api/v1/users/${user.id}`, { credentials: { password: { value: NEW_PASSWORD } } });
    expect(await refused({ recovery_token: token })).toEqual(BAD_RECOVERY);
    const second = await recoveryToken();
    await org.advance(60 * 60_000);
    expect(await refused({ recovery_token: second })).toEqual(BAD_RECOVERY);
    const third = await recoveryToken();
    await org.api('POST', `/api/v1/users/${user.id}/lifecycle/deactivate`);
    expect(await refused({ recovery_token: third })).toEqual(BAD_RECOVERY);
  });
});
