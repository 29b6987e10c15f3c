/** What the Management API does to sessions and tokens that people have already. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oktaAuth } from '../support/okta-auth.ts';
import { MARY, SignIn, SignInOrg, signInBySms, type Tokens } from '../support/sign-in.ts';

let org: SignInOrg;
beforeAll(async () => {
  org = await SignInOrg.start();
  await org.givePhone('sms');
});
afterAll(() => org.stop());

const offline = { scope: 'openid offline_access' };

/** Signs Mary in; the cookie is that of her browser. */
async function browser(): Promise<{ cookie: string; sessionId: string }> {
  const { signIn } = await SignIn.begin(org);
  await signIn.identify();
  await signIn.choose('phone_number', 'sms');
  const success = await signIn.answer(await org.lastCode());
  const cookie = (success.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return { cookie, sessionId: cookie.replace(/^idx=/, '') };
}

const me = (cookie: string, method = 'GET', path = '') =>
  fetch(`${org.url}/api/v1/sessions/me${path}`, { method, headers: { cookie } });

/** Whether the browser of this cookie is still signed in. */
async function signedIn(cookie: string): Promise<boolean> {
  return (await me(cookie)).status === 200;
}

async function isActive(token: string | undefined): Promise<boolean> {
  const { body } = await org.form<{ active: boolean }>('/oauth2/default/v1/introspect', {
    token: token ?? '',
    client_id: org.clientId,
    client_secret: org.clientSecret,
  });
  return body.active;
}

const activity = async (tokens: Tokens) => [await isActive(tokens.access_token), await isActive(tokens.refresh_token)];

describe('refresh tokens', () => {
  interface Shown {
    id: string;
    userId: string;
    clientId: string;
    _links: { self: { href: string } };
  }
  const list = async (path: string) => (await org.api<Shown[]>('GET', path)).body;

  test('are seen, and revoked one by one, at their app, their user and their server', async () => {
    const app = `/api/v1/apps/${org.app.id}`;
    await org.api('DELETE', `${app}/tokens`);
    const tokens = await signInBySms(org, offline);
    const [shown] = await list(`${app}/tokens`);
    expect(shown).toMatchObject({
      id: expect.stringMatching(/^oar/),
      status: 'ACTIVE',
      issuer: org.issuer,
      clientId: org.clientId,
      userId: org.mary.id,
      scopes: ['openid', 'offline_access'],
    });
    expect(JSON.stringify(shown)).not.toContain(tokens.refresh_token);
    const { body: servers } = await org.api<{ id: string }[]>('GET', '/api/v1/authorizationServers');
    const server = `/api/v1/authorizationServers/${servers[0]?.id}/clients`;
    expect(await list(server)).toMatchObject([{ client_id: org.clientId, client_name: org.app.label }]);
    for (const path of [
      `${app}/tokens`,
      `/api/v1/users/${org.mary.id}/clients/${org.clientId}/tokens`,
      `${server}/${org.clientId}/tokens`,
    ]) {
      expect(await list(path)).toMatchObject([
        { id: shown?.id, _links: { self: { href: `${org.url}${path}/${shown?.id}` } } },
      ]);
      expect((await org.api<Shown>('GET', `${path}/${shown?.id}`)).body.id).toBe(shown?.id);
    }
    expect((await org.api('DELETE', `${app}/tokens/${shown?.id}`)).status).toBe(204);
    expect(await list(`${app}/tokens`)).toEqual([]);
    expect(await activity(tokens)).toEqual([false, false]);
  });

  test('of a client at a server are revoked at once', async () => {
    const tokens = await signInBySms(org, offline);
    const { status } = await org.api('DELETE', `/api/v1/authorizationServers/default/clients/${org.clientId}/tokens`);
    expect(status).toBe(204);
    expect(await activity(tokens)).toEqual([false, false]);
  });
});

describe('a browser session', () => {
  test('is shown to admins by its id, and to the browser as its own', async () => {
    const { cookie, sessionId } = await browser();
    const { body } = await org.api<object>('GET', `/api/v1/sessions/${sessionId}`);
    expect(body).toMatchObject({
      id: sessionId,
      userId: org.mary.id,
      login: MARY.login,
      status: 'ACTIVE',
      amr: ['mfa', 'sms', 'mca', 'pwd'],
      mfaActive: true,
      idp: { type: 'OKTA' },
      _links: { refresh: { href: `${org.url}/api/v1/sessions/${sessionId}/lifecycle/refresh` } },
    });
    expect(await (await me(cookie)).json()).toMatchObject({ id: sessionId, login: MARY.login });
    const stranger = await me('');
    expect(stranger.status).toBe(404);
    expect(await stranger.json()).toMatchObject({
      errorCode: 'E0000007',
      errorSummary: 'Not found: Resource not found: me (Session)',
    });
  });

  test.each(['admin', 'browser'])('lives longer once the %s refreshes it', async (who) => {
    const { cookie, sessionId } = await browser();
    const path = `/api/v1/sessions/${sessionId}`;
    const before = await org.api<{ expiresAt: string }>('GET', path);
    await org.advance(60 * 60_000);
    const answer =
      who === 'admin'
        ? (await org.api<{ expiresAt: string }>('POST', `${path}/lifecycle/refresh`)).body
        : ((await (await me(cookie, 'POST', '/lifecycle/refresh')).json()) as { expiresAt: string });
    expect(Date.parse(answer.expiresAt) - Date.parse(before.body.expiresAt)).toBe(60 * 60_000);
    await org.advance(119 * 60_000);
    expect(await signedIn(cookie)).toBe(true);
    await org.advance(120 * 60_000);
    expect(await signedIn(cookie)).toBe(false);
  });

  test('is over when an admin deletes it, that of another browser is not', async () => {
    const [first, second] = [await browser(), await browser()];
    expect((await org.api('DELETE', `/api/v1/sessions/${first.sessionId}`)).status).toBe(204);
    expect([await signedIn(first.cookie), await signedIn(second.cookie)]).toEqual([false, true]);
    await expect(org.api('GET', `/api/v1/sessions/${first.sessionId}`)).rejects.toThrow('404');
    await expect(org.api('DELETE', `/api/v1/sessions/${first.sessionId}`)).rejects.toThrow('404');
  });

  test('is closed by its own browser, once', async () => {
    const { cookie } = await browser();
    const closed = await me(cookie, 'DELETE');
    expect(closed.status).toBe(204);
    expect(closed.headers.get('set-cookie')).toContain('idx=;');
    expect((await me(cookie, 'DELETE')).status).toBe(404);
  });

  test('is none to a client that has no cookie: okta-auth-js says so', async () => {
    expect(await oktaAuth(org).session.exists()).toBe(false);
  });

  test('is over with all others of the user, tokens staying unless they are named', async () => {
    const tokens = await signInBySms(org, offline);
    const [first, second] = [await browser(), await browser()];
    expect((await org.api('DELETE', `/api/v1/users/${org.mary.id}/sessions`)).status).toBe(204);
    expect([await signedIn(first.cookie), await signedIn(second.cookie)]).toEqual([false, false]);
    expect(await activity(tokens)).toEqual([true, true]);
    const online = await signInBySms(org, { scope: 'openid' });
    expect((await org.api('DELETE', `/api/v1/users/${org.mary.id}/sessions?oauthTokens=true`)).status).toBe(204);
    expect(await activity(tokens)).toEqual([false, false]);
    expect(await isActive(online.access_token)).toBe(false);
    expect(await isActive((await signInBySms(org)).access_token)).toBe(true);
    await expect(org.api('DELETE', '/api/v1/users/nobody/sessions')).rejects.toThrow('404');
  });
});

describe('tokens', () => {
  test('of the same second are revoked as well as older ones, and a code that was not redeemed is void', async () => {
    await org.control('POST', 'clock', { freeze: true });
    try {
      const older = await signInBySms(org);
      await org.advance(5000);
      const { signIn } = await SignIn.begin(org);
      await signIn.identify();
      await signIn.choose('phone_number', 'sms');
      const success = await signIn.answer(await org.lastCode());
      const tokens = await signInBySms(org);
      await org.api('DELETE', `/api/v1/users/${org.mary.id}/sessions?oauthTokens=true`);
      expect([await isActive(older.access_token), await isActive(tokens.access_token)]).toEqual([false, false]);
      const bearer = { authorization: `Bearer ${tokens.access_token}` };
      expect((await org.get('/oauth2/default/v1/userinfo', bearer)).status).toBe(401);
      expect(await signIn.redeem<object>(success.body)).toMatchObject({
        status: 400,
        body: { error: 'invalid_grant', error_description: 'The interaction code is invalid or has expired.' },
      });
      const later = await signInBySms(org);
      expect(await isActive(later.access_token)).toBe(true);
      await org.advance(1000);
      expect([await isActive(tokens.access_token), await isActive(later.access_token)]).toEqual([false, true]);
    } finally {
      await org.control('POST', 'clock', { freeze: false });
    }
  });

  test('of a user and one client are revoked, those of another client are not', async () => {
    const tokens = await signInBySms(org, offline);
    const path = (clientId: string) => `/api/v1/users/${org.mary.id}/clients/${clientId}/tokens`;
    await org.api('DELETE', path('0oaSomebodyElse'));
    expect(await activity(tokens)).toEqual([true, true]);
    const clients = await org.api<{ client_id: string }[]>('GET', `/api/v1/users/${org.mary.id}/clients`);
    expect(clients.body.map((one) => one.client_id)).toEqual([org.clientId]);
    expect((await org.api('DELETE', path(org.clientId))).status).toBe(204);
    expect(await activity(tokens)).toEqual([false, false]);
    expect((await org.api('GET', `/api/v1/users/${org.mary.id}/clients`)).body).toEqual([]);
  });

  test('of an app are revoked, save access tokens without a refresh token', async () => {
    const [tokens, online] = [await signInBySms(org, offline), await signInBySms(org, { scope: 'openid' })];
    expect((await org.api('DELETE', `/api/v1/apps/${org.clientId}/tokens`)).status).toBe(204);
    expect(await activity(tokens)).toEqual([false, false]);
    expect(await isActive(online.access_token)).toBe(true);
    await expect(org.api('DELETE', '/api/v1/apps/0oaNobody/tokens')).rejects.toThrow('404');
  });

  test('of a user who is deactivated are not good again once he is back', async () => {
    const john = await org.createUser('john@example.com', MARY.password);
    await org.demand({ factorMode: '1FA', constraints: [{ knowledge: { types: ['password'] } }] });
    const { signIn } = await SignIn.begin(org);
    const success = await signIn.identify('john@example.com');
    const tokens = (await signIn.redeem(success.body)).body;
    expect(await isActive(tokens.access_token)).toBe(true);
    await org.api('POST', `/api/v1/users/${john.id}/lifecycle/deactivate`);
    await org.api('POST', `/api/v1/users/${john.id}/lifecycle/activate?sendEmail=false`);
    await org.api('PUT', `/api/v1/users/${john.id}`, { credentials: { password: { value: 'Other-horse-8' } } });
    expect(await isActive(tokens.access_token)).toBe(false);
  });

  test('from before a rotation of the signing key stay good', async () => {
    const { signIn } = await SignIn.begin(org);
    const tokens = (await signIn.redeem((await signIn.identify()).body)).body;
    const path = '/api/v1/authorizationServers/default/credentials/lifecycle/keyRotate';
    await org.api('POST', path, { use: 'sig' });
    expect(await isActive(tokens.access_token)).toBe(true);
    const bearer = { authorization: `Bearer ${tokens.access_token}` };
    expect((await org.get('/oauth2/default/v1/userinfo', bearer)).status).toBe(200);
    // Only the last key is kept.
    await org.api('POST', path, { use: 'sig' });
    expect(await isActive(tokens.access_token)).toBe(false);
  });
});
