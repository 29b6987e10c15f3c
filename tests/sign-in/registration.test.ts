/** Self-service registration: the form, the new user, what is enrolled in which order; by HTTP and by okta-auth-js. */
import type { IdxTransaction } from '@okta/okta-auth-js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/wire/directory.ts';
import type { Policy, PolicyRule } from '../../src/wire/policy.ts';
import { legacyOktaAuth } from '../support/okta-auth.ts';
import { claimsOf, formNames, formOf, MARY, messagesOf, offered, SignIn, SignInOrg } from '../support/sign-in.ts';

let org: SignInOrg;
let email = '';
let round = 0;
beforeAll(async () => {
  org = await SignInOrg.start();
});
afterAll(() => org.stop());
beforeEach(async () => {
  round++;
  email = `new${round}@example.com`;
  await org.demand({ factorMode: '1FA', constraints: [{ knowledge: { types: ['password'] } }] });
  await org.allow({ okta_password: 'REQUIRED', okta_email: 'REQUIRED', phone_number: 'OPTIONAL' });
  await enrollment({ activationRequirements: { emailVerification: false } });
});

interface Enrollment {
  profileAttributes?: unknown;
}

async function enrollmentRule(): Promise<{ path: string; rule: PolicyRule | undefined; now: Enrollment }> {
  const { body } = await org.api<Policy[]>('GET', '/api/v1/policies?type=PROFILE_ENROLLMENT');
  const path = `/api/v1/policies/${body.find((policy) => policy.system)?.id}/rules`;
  const rule = (await org.api<PolicyRule[]>('GET', path)).body[0];
  return { path: `${path}/${rule?.id}`, rule, now: rule?.actions.profileEnrollment as Enrollment };
}

/** Changes the profile enrollment of the app's policy. */
async function enrollment(change: object): Promise<void> {
  const { path, rule, now } = await enrollmentRule();
  await org.api('PUT', path, { ...rule, actions: { profileEnrollment: { ...now, access: 'ALLOW', ...change } } });
}

/** The password is optional and email required, for everyone; the default policy demands a password. */
async function passwordOptional(): Promise<string> {
  const { body } = await org.api<Policy>('POST', '/api/v1/policies', {
    type: 'MFA_ENROLL',
    name: 'Email first',
    conditions: { people: { groups: { include: [org.everyoneId] } } },
    settings: {
      type: 'AUTHENTICATORS',
      authenticators: [
        { key: 'okta_password', enroll: { self: 'OPTIONAL' } },
        { key: 'okta_email', enroll: { self: 'REQUIRED' } },
      ],
    },
  });
  const rule = { type: 'MFA_ENROLL', name: 'All', actions: { enroll: { self: 'CHALLENGE' } } };
  await org.api('POST', `/api/v1/policies/${body.id}/rules`, rule);
  return body.id;
}

async function currentAttributes(): Promise<unknown> {
  return (await enrollmentRule()).now.profileAttributes;
}

async function registering(): Promise<SignIn> {
  const { signIn } = await SignIn.begin(org);
  await signIn.post('enroll');
  return signIn;
}

function profile(more: Record<string, string> = {}): { userProfile: Record<string, string> } {
  return { userProfile: { firstName: 'Nina', lastName: 'New', email, ...more } };
}

async function user(): Promise<User> {
  return (await org.api<User>('GET', `/api/v1/users/${email}`)).body;
}

describe('registering', () => {
  test('password, then the required email, then the optional phone, which is skipped', async () => {
    const { signIn } = await SignIn.begin(org);
    const form = await signIn.post('enroll');
    expect(formNames(form.body)).toEqual(['enroll-profile', 'select-identify']);
    const fields = formOf(form.body, 'enroll-profile').value[0]?.form?.value;
    expect(fields?.map(({ name, label, required }) => ({ name, label, required }))).toEqual([
      { name: 'firstName', label: 'First name', required: true },
      { name: 'lastName', label: 'Last name', required: true },
      { name: 'email', label: 'Email', required: true },
    ]);
    const first = await signIn.post('enroll/new', profile());
    expect(formNames(first.body)).toEqual(['select-authenticator-enroll']);
    expect(offered(first.body, 'select-authenticator-enroll')).toEqual(['Password']);
    expect((await user()).status).toBe('STAGED');

    const password = await signIn.enroll('okta_password');
    expect(formNames(password.body)[0]).toBe('enroll-authenticator');
    expect(password.body.currentAuthenticator?.value).not.toHaveProperty('recover');
    expect(formOf(password.body, 'enroll-authenticator').value[0]?.form?.value[0]).toEqual({
      name: 'passcode',
      label: 'Enter password',
      secret: true,
    });
    expect((await signIn.answer('short')).status).toBe(400);
    const second = await signIn.answer(MARY.password);
    expect(offered(second.body, 'select-authenticator-enroll')).toEqual(['Email']);
    expect((await user()).status).toBe('STAGED');

    const asked = await signIn.enroll('okta_email');
    expect(formNames(asked.body)).toEqual(['authenticator-enrollment-data', 'select-authenticator-enroll']);
    expect(await org.messages(`?to=${email}`)).toEqual([]);
    const sent = await signIn.enroll('okta_email', { methodType: 'email' });
    expect(formNames(sent.body)[0]).toBe('enroll-authenticator');
    expect((await org.messages()).at(-1)).toMatchObject({ channel: 'email', to: email });
    expect((await signIn.answer(await org.wrongCode())).status).toBe(401);
    const third = await signIn.answer(await org.lastCode());
    expect(formNames(third.body)).toEqual(['select-authenticator-enroll', 'skip']);
    expect(offered(third.body, 'select-authenticator-enroll')).toEqual(['Phone']);

    const done = await signIn.post('skip');
    const tokens = await signIn.redeem(done.body);
    expect(claimsOf(tokens.body.id_token)).toMatchObject({ preferred_username: email, name: 'Nina New' });
    expect(await user()).toMatchObject({ status: 'ACTIVE', profile: { firstName: 'Nina', login: email } });
    const again = await SignIn.begin(org);
    expect((await again.signIn.identify(email)).body.successWithInteractionCode?.name).toBe('issue');
  });

  test('the address must be verified where the policy says so, also when email is optional', async () => {
    await org.allow({ okta_email: 'OPTIONAL' });
    await enrollment({ activationRequirements: { emailVerification: true } });
    const signIn = await registering();
    const asked = await signIn.post('enroll/new', profile());
    expect(formNames(asked.body)).toEqual(['authenticator-enrollment-data', 'select-authenticator-enroll']);
    const form = formOf(asked.body, 'authenticator-enrollment-data');
    expect({ href: form.href, relatesTo: form.relatesTo }).toEqual({
      href: `${org.url}/idp/idx/credential/enroll`,
      relatesTo: ['$.currentAuthenticator'],
    });
    expect(form.value[0]).toEqual({
      name: 'authenticator',
      label: 'Email',
      form: {
        value: [
          { name: 'id', required: true, value: org.authenticatorId('okta_email'), mutable: false },
          { name: 'methodType', type: 'string', required: true, options: [{ label: 'Email', value: 'email' }] },
        ],
      },
    });
    expect(asked.body.currentAuthenticator?.value.key).toBe('okta_email');
    expect(await org.messages(`?to=${email}`)).toEqual([]);
    const sent = await signIn.enroll('okta_email', { methodType: 'email' });
    expect(formNames(sent.body)[0]).toBe('enroll-authenticator');
    const second = await signIn.answer(await org.lastCode());
    expect(offered(second.body, 'select-authenticator-enroll')).toEqual(['Password']);
    await signIn.enroll('okta_password');
    const third = await signIn.answer(MARY.password);
    expect(formNames(third.body)).toEqual(['select-authenticator-enroll', 'skip']);
    expect(offered(third.body, 'select-authenticator-enroll')).toEqual(['Phone']);
    expect((await signIn.post('skip')).body.successWithInteractionCode?.name).toBe('issue');
  });

  test('where the password is optional the code goes out right after the profile', async () => {
    await org.demand({ factorMode: '1FA', constraints: [] });
    const policy = await passwordOptional();
    const signIn = await registering();
    const sent = await signIn.post('enroll/new', profile());
    expect(formNames(sent.body)).toEqual(['enroll-authenticator', 'select-authenticator-enroll']);
    expect((await org.messages()).at(-1)).toMatchObject({ channel: 'email', to: email });
    const second = await signIn.answer(await org.lastCode());
    expect(formNames(second.body)).toEqual(['select-authenticator-enroll', 'skip']);
    expect(offered(second.body, 'select-authenticator-enroll')).toEqual(['Password']);
    expect((await signIn.post('skip')).body.successWithInteractionCode?.name).toBe('issue');
    await org.api('DELETE', `/api/v1/policies/${policy}`);
  });

  test('an optional email that was skipped is no factor', async () => {
    await org.allow({ okta_email: 'OPTIONAL', phone_number: 'NOT_ALLOWED' });
    const signIn = await registering();
    await signIn.post('enroll/new', profile());
    await signIn.enroll('okta_password');
    const optional = await signIn.answer(MARY.password);
    expect(offered(optional.body, 'select-authenticator-enroll')).toEqual(['Email']);
    expect((await signIn.post('skip')).body.successWithInteractionCode?.name).toBe('issue');
    await org.demand({ factorMode: '2FA', constraints: [{ knowledge: { types: ['password'] } }] });
    const again = await SignIn.begin(org);
    expect((await again.signIn.identify(email)).status).toBe(400);
  });

  test('groups of the policy are joined', async () => {
    const group = await org.api<{ id: string }>('POST', '/api/v1/groups', { profile: { name: `Newcomers ${round}` } });
    await enrollment({ targetGroupIds: [group.body.id], activationRequirements: { emailVerification: false } });
    await (await registering()).post('enroll/new', profile());
    const groups = await org.api<{ profile: { name: string } }[]>('GET', `/api/v1/users/${(await user()).id}/groups`);
    expect(groups.body.map((one) => one.profile.name).sort()).toEqual(['Everyone', `Newcomers ${round}`]);
  });

  test('who stopped may begin again; who is there already may not', async () => {
    await (await registering()).post('enroll/new', profile());
    const before = (await user()).id;
    expect((await (await registering()).post('enroll/new', profile())).status).toBe(200);
    expect((await user()).id).not.toBe(before);
    const taken = await (await registering()).post('enroll/new', profile({ email: MARY.login }));
    expect({ status: taken.status, forms: formNames(taken.body) }).toEqual({
      status: 400,
      forms: ['enroll-profile', 'select-identify'],
    });
    expect(messagesOf(taken.body)).toEqual([
      {
        message: 'A user with this Email already exists',
        i18n: { key: 'registration.error.notUniqueWithinOrg', params: ['Email'] },
        class: 'ERROR',
      },
    ]);
  });

  test.each([
    { what: 'the email alone', names: ['email'], labels: ['First name', 'Last name', 'Email'] },
    { what: 'first name and email', names: ['firstName', 'email'], labels: ['Given', 'Last name', 'Email'] },
    { what: 'the email twice', names: ['email', 'email'], labels: ['First name', 'Last name', 'Email'] },
    { what: 'nothing', names: [], labels: ['First name', 'Last name', 'Primary email'] },
  ])('a rule that names $what: the form asks for what the schema requires besides', async ({ names, labels }) => {
    const label: Record<string, string> = { firstName: 'Given', email: 'Email' };
    const before = await currentAttributes();
    await enrollment({ profileAttributes: names.map((name) => ({ name, label: label[name], required: true })) });
    try {
      const { signIn } = await SignIn.begin(org);
      const form = formOf((await signIn.post('enroll')).body, 'enroll-profile');
      expect(form.value[0]?.form?.value.map((field) => [field.label, field.required])).toEqual(
        labels.map((text) => [text, true]),
      );
      expect((await signIn.post('enroll/new', profile())).status).toBe(200);
      expect((await user()).profile).toMatchObject({ firstName: 'Nina', lastName: 'New', email, login: email });
    } finally {
      await enrollment({ profileAttributes: before });
    }
  });

  test('an address that is none gets both of Okta’s messages', async () => {
    const refused = await (await registering()).post('enroll/new', profile({ email: 'nobody' }));
    expect(messagesOf(refused.body).map((message) => message.message)).toEqual([
      "'Email' must be in the form of an email address",
      "Provided value for property 'Email' does not match required pattern",
    ]);
    const empty = await (await registering()).post('enroll/new', { userProfile: { email } });
    expect(empty.status).toBe(400);
    expect((await (await registering()).post('enroll/new', { userProfile: 'x' })).status).toBe(400);
  });

  test('back to the first screen; and not offered where the policy denies it', async () => {
    const signIn = await registering();
    expect(formNames((await signIn.post('identify/select')).body)[0]).toBe('identify');
    await enrollment({ unknownUserAction: 'DENY' });
    const { signIn: other, first } = await SignIn.begin(org);
    expect(formNames(first.body)).not.toContain('select-enroll-profile');
    expect((await other.post('enroll')).status).toBe(403);
    await enrollment({ unknownUserAction: 'REGISTER' });
  });
});

function choices(step: IdxTransaction): unknown[] {
  return (step.nextStep?.inputs?.[0]?.options ?? []).map((option) => (option as { label: string }).label);
}

test('okta-auth-js registers a user step by step', async () => {
  const auth = legacyOktaAuth(org);
  let step = await auth.idx.register({ firstName: 'Nina', lastName: 'New', email });
  expect(choices(step)).toEqual(['Password']);
  step = await auth.idx.proceed({ authenticator: 'okta_password' });
  step = await auth.idx.proceed({ password: MARY.password });
  expect({ name: step.nextStep?.name, choices: choices(step) }).toEqual({
    name: 'select-authenticator-enroll',
    choices: ['Email'],
  });
  step = await auth.idx.proceed({ authenticator: 'okta_email' });
  expect(step.nextStep?.name).toBe('authenticator-enrollment-data');
  await auth.idx.proceed({ methodType: 'email' });
  step = await auth.idx.proceed({ verificationCode: await org.lastCode() });
  expect({ choices: choices(step), canSkip: step.nextStep?.canSkip }).toEqual({ choices: ['Phone'], canSkip: true });
  step = await auth.idx.proceed({ skip: true });
  expect(step.status).toBe('SUCCESS');
  expect(step.tokens?.idToken?.claims.preferred_username).toBe(email);
});

test('okta-auth-js verifies the address first where the policy says so', async () => {
  await enrollment({ activationRequirements: { emailVerification: true } });
  const auth = legacyOktaAuth(org);
  let step = await auth.idx.register({ firstName: 'Nina', lastName: 'New', email });
  expect({ name: step.nextStep?.name, key: step.nextStep?.authenticator?.key, choices: choices(step) }).toEqual({
    name: 'authenticator-enrollment-data',
    key: 'okta_email',
    choices: ['Email'],
  });
  step = await auth.idx.proceed({ methodType: 'email' });
  expect(step.nextStep?.name).toBe('enroll-authenticator');
  step = await auth.idx.proceed({ verificationCode: await org.lastCode() });
  expect(choices(step)).toEqual(['Password']);
  await auth.idx.proceed({ authenticator: 'okta_password' });
  step = await auth.idx.proceed({ password: MARY.password });
  expect({ choices: choices(step), canSkip: step.nextStep?.canSkip }).toEqual({ choices: ['Phone'], canSkip: true });
  step = await auth.idx.proceed({ skip: true });
  expect(step.tokens?.idToken?.claims.preferred_username).toBe(email);
});
