/** When the global session policy prompts for a second factor: at every sign-in, per device, or by MFA lifetime. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Policy, PolicyRule, SignOnAction } from '../../src/wire/policy.ts';
import { formNames, formOf, MARY, SignIn, SignInOrg } from '../support/sign-in.ts';

const MINUTE = 60_000;
const SECOND_FACTOR = 'authenticator-verification-data';

let org: SignInOrg;
beforeAll(async () => {
  org = await SignInOrg.start();
  await org.givePhone('sms');
});
afterAll(() => org.stop());
beforeEach(async () => {
  await org.demand({ factorMode: '1FA', constraints: [{ knowledge: { types: ['password'] } }] });
  await org.api('DELETE', `/api/v1/users/${org.mary.id}/sessions`);
});

async function globalRule(signon: Partial<SignOnAction>): Promise<void> {
  const { body } = await org.api<Policy[]>('GET', '/api/v1/policies?type=OKTA_SIGN_ON');
  const rules = await org.api<PolicyRule[]>('GET', `/api/v1/policies/${body[0]?.id}/rules`);
  const rule = rules.body[0];
  const actions = { signon: { access: 'ALLOW', primaryFactor: 'PASSWORD_IDP', requireFactor: true, ...signon } };
  await org.api('PUT', `/api/v1/policies/${body[0]?.id}/rules/${rule?.id}`, { ...rule, actions });
}

/** Signs in with the password, and a code if it is asked for; what was asked, and the cookies that were set. */
async function signsIn(headers: Record<string, string> = {}, rememberMe?: boolean) {
  const signIn = await SignIn.interact(org);
  Object.assign(signIn.headers, headers);
  const first = (await signIn.introspect()).body;
  const answered = first.successWithInteractionCode ? { body: first, headers: new Headers() } : await password();
  const prompted = formNames(answered.body)[0] === SECOND_FACTOR;
  const end = prompted ? await code() : answered;
  expect(end.body.successWithInteractionCode?.name).toBe('issue');
  const cookies = end.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
  return { prompted, asked: formNames(first)[0], cookies };

  function password() {
    if (formNames(first)[0] !== 'identify') return signIn.answer(MARY.password);
    const { login: identifier, password: passcode } = MARY;
    return signIn.post('identify', {
      identifier,
      credentials: { passcode },
      ...(rememberMe === undefined ? {} : { rememberMe }),
    });
  }
  async function code() {
    await signIn.choose('phone_number', 'sms');
    return signIn.answer(await org.lastCode());
  }
}

function named(cookies: readonly string[], name: string): string {
  return cookies.find((cookie) => cookie.startsWith(`${name}=`)) ?? '';
}

describe('at every sign-in', () => {
  test('also on a device that was to be remembered', async () => {
    await globalRule({ factorPromptMode: 'ALWAYS' });
    const device = { 'x-device-token': 'every-time' };
    expect((await signsIn(device, true)).prompted).toBe(true);
    expect((await signsIn(device, true)).prompted).toBe(true);
  });

  test('not again in the session that it began', async () => {
    await globalRule({ factorPromptMode: 'ALWAYS' });
    const { cookies } = await signsIn();
    await org.advance(30 * MINUTE);
    expect(await signsIn({ cookie: named(cookies, 'idx') })).toMatchObject({ prompted: false, asked: undefined });
  });
});

describe('per device', () => {
  beforeEach(() => globalRule({ factorPromptMode: 'DEVICE' }));

  test('once on a device that its app names, where the user asked for that', async () => {
    const device = { 'x-device-token': 'laptop' };
    expect((await signsIn(device)).prompted).toBe(true);
    expect((await signsIn(device, true)).prompted).toBe(true);
    await org.advance(400 * 24 * 60 * MINUTE);
    expect((await signsIn(device)).prompted).toBe(false);
    expect((await signsIn({ 'x-device-token': 'phone' })).prompted).toBe(true);
  });

  test('once in a browser, which its DT cookie tells apart from others', async () => {
    const { cookies } = await signsIn({}, true);
    const cookie = named(cookies, 'DT');
    expect(cookie).toMatch(/^DT=[\w-]{25}$/);
    expect(await signsIn({ cookie })).toMatchObject({ prompted: false, asked: 'identify' });
    expect((await signsIn({ cookie: 'DT=forged' })).prompted).toBe(true);
    expect((await signsIn()).prompted).toBe(true);
  });

  test.each([
    { what: 'cookie', headers: { cookie: 'DT=' } },
    { what: 'header', headers: { 'x-device-token': '' } },
  ])('an empty $what names no device: the browser gets a cookie of its own', async ({ headers }) => {
    const cookie = named((await signsIn(headers, true)).cookies, 'DT');
    expect(cookie).toMatch(/^DT=[\w-]{25}$/);
    expect((await signsIn(headers)).prompted).toBe(true);
    expect((await signsIn({ 'x-device-token': '', cookie })).prompted).toBe(false);
  });

  test('is for the one who was there, not for others on the device', async () => {
    const device = { 'x-device-token': 'shared' };
    await signsIn(device, true);
    await org.createUser('joe@example.com', MARY.password);
    const signIn = await SignIn.interact(org);
    Object.assign(signIn.headers, device);
    await signIn.introspect();
    const { body } = await signIn.identify('joe@example.com');
    expect(formNames(body)[0]).toBe('select-authenticator-enroll');
  });

  test('an admin can make the org forget the devices, or keep them', async () => {
    const device = { 'x-device-token': 'lost' };
    await signsIn(device, true);
    await org.api('DELETE', `/api/v1/users/${org.mary.id}/sessions?forgetDevices=false`);
    expect((await signsIn(device)).prompted).toBe(false);
    await org.api('DELETE', `/api/v1/users/${org.mary.id}/sessions`);
    expect((await signsIn(device)).prompted).toBe(true);
  });

  test('what the app’s rule demands is demanded all the same', async () => {
    const device = { 'x-device-token': 'demanding' };
    await signsIn(device, true);
    await org.demand({ factorMode: '2FA', constraints: [{ knowledge: { types: ['password'] } }] });
    expect((await signsIn(device)).prompted).toBe(true);
  });
});

describe('by MFA lifetime', () => {
  beforeEach(() => globalRule({ factorPromptMode: 'SESSION', factorLifetime: 60 }));

  test('again once it is over, counted from the last second factor on the device', async () => {
    const device = { 'x-device-token': 'work' };
    await signsIn(device, true);
    await org.advance(59 * MINUTE);
    expect((await signsIn(device, true)).prompted).toBe(false);
    await org.advance(MINUTE);
    expect((await signsIn(device, true)).prompted).toBe(true);
    await org.advance(59 * MINUTE);
    expect((await signsIn(device)).prompted).toBe(false);
  });

  test('in a session the second factor is asked for again, the password is not', async () => {
    const idx = named((await signsIn()).cookies, 'idx');
    await org.advance(59 * MINUTE);
    expect(await signsIn({ cookie: idx })).toMatchObject({ asked: undefined });
    await org.advance(MINUTE);
    const signIn = await SignIn.interact(org);
    signIn.headers.cookie = idx;
    expect(formNames((await signIn.introspect()).body)[0]).toBe(SECOND_FACTOR);
  });

  test('is 15 minutes where the rule does not say', async () => {
    await globalRule({ factorPromptMode: 'SESSION' });
    const { body } = await org.api<Policy[]>('GET', '/api/v1/policies?type=OKTA_SIGN_ON');
    const rules = await org.api<PolicyRule[]>('GET', `/api/v1/policies/${body[0]?.id}/rules`);
    expect(rules.body[0]?.actions.signon?.factorLifetime).toBe(15);
  });
});

test('a rule can remember devices by default; who unticks the box is not remembered', async () => {
  await globalRule({ factorPromptMode: 'DEVICE', rememberDeviceByDefault: true });
  const { first } = await SignIn.begin(org);
  const box = formOf(first.body, 'identify').value.find((field) => field.name === 'rememberMe');
  expect(box).toMatchObject({ type: 'boolean', value: true });
  const device = { 'x-device-token': 'default' };
  await signsIn(device, false);
  expect((await signsIn(device)).prompted).toBe(true);
  expect((await signsIn(device)).prompted).toBe(false);
});

test('minutes cannot be negative', async () => {
  await expect(globalRule({ factorPromptMode: 'SESSION', factorLifetime: -1 })).rejects.toThrow(
    'actions.signon.factorLifetime: must not be negative',
  );
});
