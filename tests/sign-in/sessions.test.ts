/** The `idx` session: what a browser that signed in before is not asked again, and for how long. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { IdxResponse } from '../../src/wire/idx.ts';
import type { Policy, PolicyRule } from '../../src/wire/policy.ts';
import {
  claimsOf,
  formNames,
  MARY,
  messagesOf,
  PASSWORD_AND_ANOTHER,
  read,
  SignIn,
  SignInOrg,
} from '../support/sign-in.ts';

const MINUTE = 60_000;

let org: SignInOrg;
beforeAll(async () => {
  org = await SignInOrg.start();
  await org.givePhone('sms');
});
afterAll(() => org.stop());
beforeEach(async () => {
  await org.demand({ ...PASSWORD_AND_ANOTHER, reauthenticateIn: 'PT1H' });
  await globalSession({ maxSessionIdleMinutes: 120, maxSessionLifetimeMinutes: 0, usePersistentCookie: false });
});

/** Signs in as a browser does; the cookie that it gets. */
async function signedIn(more: object = {}): Promise<{ cookie: string; header: string }> {
  const { signIn } = await SignIn.begin(org);
  await signIn.post('identify', { identifier: MARY.login, credentials: { passcode: MARY.password }, ...more });
  await signIn.choose('phone_number', 'sms');
  const { headers } = await signIn.answer(await org.lastCode());
  const header = headers.get('set-cookie') ?? '';
  return { cookie: header.split(';')[0] ?? '', header };
}

/** A new sign-in in that browser: interact without, introspect with the cookie. */
async function resumed(cookie: string, fields: Record<string, string> = {}) {
  const { signIn } = await SignIn.begin(org, fields);
  const response = await fetch(`${org.url}/idp/idx/introspect`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ interactionHandle: signIn.interactionHandle }),
  });
  return { signIn, ...(await read<IdxResponse>(response)) };
}

async function globalSession(session: object): Promise<void> {
  const { body } = await org.api<Policy[]>('GET', '/api/v1/policies?type=OKTA_SIGN_ON');
  const rules = await org.api<PolicyRule[]>('GET', `/api/v1/policies/${body[0]?.id}/rules`);
  const rule = rules.body[0];
  const signon = { ...rule?.actions.signon, session };
  await org.api('PUT', `/api/v1/policies/${body[0]?.id}/rules/${rule?.id}`, { ...rule, actions: { signon } });
}

describe('a session', () => {
  test('signs in without a question while all of it is fresh; tokens tell the first sign-in', async () => {
    const { cookie } = await signedIn();
    await org.advance(30 * MINUTE);
    const { signIn, body } = await resumed(cookie);
    const claims = claimsOf((await signIn.redeem(body)).body.id_token);
    expect(claims).toMatchObject({ sub: org.mary.id, amr: ['mfa', 'sms', 'mca', 'pwd'] });
    expect(Number(claims.iat) - Number(claims.auth_time)).toBeGreaterThanOrEqual(30 * 60);
  });

  test('after the rule’s interval the user is known and asked again', async () => {
    const { cookie } = await signedIn();
    await org.advance(61 * MINUTE);
    const { signIn, body } = await resumed(cookie);
    expect(body.user?.value).toEqual({ identifier: MARY.login });
    expect(formNames(body)[0]).toBe('challenge-authenticator');
    expect(body.currentAuthenticatorEnrollment?.value.key).toBe('okta_password');
    expect(formNames((await signIn.answer(MARY.password)).body)[0]).toBe('authenticator-verification-data');
  });

  test('max_age counts as well; reauthenticateIn PT0S always asks', async () => {
    const { cookie } = await signedIn();
    await org.advance(2 * MINUTE);
    expect(formNames((await resumed(cookie, { max_age: '60' })).body)[0]).toBe('challenge-authenticator');
    await org.demand({ ...PASSWORD_AND_ANOTHER, reauthenticateIn: 'PT0S' });
    expect(formNames((await resumed(cookie)).body)[0]).toBe('challenge-authenticator');
  });

  test('dies idle, and at the end of its life however much it is used', async () => {
    await globalSession({ maxSessionIdleMinutes: 10, maxSessionLifetimeMinutes: 25, usePersistentCookie: false });
    const { cookie } = await signedIn();
    for (let used = 0; used < 2; used++) {
      await org.advance(9 * MINUTE);
      expect((await resumed(cookie)).body.successWithInteractionCode?.name).toBe('issue');
    }
    await org.advance(8 * MINUTE);
    expect(formNames((await resumed(cookie)).body)[0]).toBe('identify');
    const idle = await signedIn();
    await org.advance(10 * MINUTE);
    expect(formNames((await resumed(idle.cookie)).body)[0]).toBe('identify');
  });

  test('is no use to a suspended user, after a forged cookie, or for an app of others', async () => {
    const { cookie } = await signedIn();
    expect(formNames((await resumed('idx=forged')).body)[0]).toBe('identify');
    await org.api('DELETE', `/api/v1/apps/${org.clientId}/groups/${org.everyoneId}`);
    const refused = await resumed(cookie);
    expect({ status: refused.status, key: messagesOf(refused.body)[0]?.i18n?.key }).toEqual({
      status: 400,
      key: 'idx.error.code.user_not_assigned',
    });
    expect(refused.body.failure?.name).toBe('failure-redirect');
    await org.api('PUT', `/api/v1/apps/${org.clientId}/groups/${org.everyoneId}`, {});
    await org.api('POST', `/api/v1/users/${org.mary.id}/lifecycle/suspend`);
    expect(formNames((await resumed(cookie)).body)[0]).toBe('identify');
    await org.api('POST', `/api/v1/users/${org.mary.id}/lifecycle/unsuspend`);
  });

  test('is for the browser only', async () => {
    expect((await signedIn()).header).toMatch(/^idx=[\w-]{40}; Path=\/; HttpOnly; SameSite=Lax$/);
    expect((await signedIn({ rememberMe: true })).header).toMatch(
      /^idx=[\w-]{40}; Path=\/; HttpOnly; SameSite=Lax, DT=/,
    );
  });

  test('that has no end of its own lives as long as it is used', async () => {
    const { cookie } = await signedIn();
    await org.demand({ ...PASSWORD_AND_ANOTHER, reauthenticateIn: 'PT43800H' });
    for (let hour = 0; hour < 30; hour++) {
      await org.advance(60 * MINUTE);
      expect((await resumed(cookie)).body.successWithInteractionCode?.name).toBe('issue');
    }
  });
});

describe('a session that may outlive the browser', () => {
  let ruleUrl: string;
  beforeEach(async () => {
    const { body } = await org.api<Policy[]>('GET', '/api/v1/policies?type=OKTA_SIGN_ON');
    const rules = `/api/v1/policies/${body[0]?.id}/rules`;
    const session = { usePersistentCookie: true, maxSessionIdleMinutes: 120, maxSessionLifetimeMinutes: 0 };
    const signon = { access: 'ALLOW', primaryFactor: 'PASSWORD_IDP', session };
    const rule = { type: 'SIGN_ON', name: 'Persistent', actions: { signon } };
    ruleUrl = `${rules}/${(await org.api<PolicyRule>('POST', rules, rule)).body.id}`;
  });
  afterEach(async () => {
    await org.api('DELETE', ruleUrl);
  });

  test('does so for who asked for it and is no admin', async () => {
    expect((await signedIn({ rememberMe: true })).header).toContain('Max-Age=31536000');
    expect((await signedIn()).header).not.toContain('Max-Age');
    const role = await org.api<{ id: string }>('POST', `/api/v1/users/${org.mary.id}/roles`, {
      type: 'READ_ONLY_ADMIN',
    });
    expect((await signedIn({ rememberMe: true })).header).not.toContain('Max-Age=31536000');
    await org.api('DELETE', `/api/v1/users/${org.mary.id}/roles/${role.body.id}`);
  });

  test('is nothing that the default rule of the default policy can be told', async () => {
    const rules = ruleUrl.slice(0, ruleUrl.lastIndexOf('/'));
    const { body } = await org.api<PolicyRule[]>('GET', rules);
    const rule = body.find((one) => one.system);
    const session = { ...rule?.actions.signon?.session, usePersistentCookie: true };
    const signon = { ...rule?.actions.signon, session };
    const changed = await org.api<PolicyRule>('PUT', `${rules}/${rule?.id}`, { ...rule, actions: { signon } });
    expect(changed.body.actions.signon?.session?.usePersistentCookie).toBe(false);
  });
});
