import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimsOf, MARY, REDIRECT_URI, SignIn, SignInOrg, signInBySms, type Tokens } from '../support/sign-in.ts';

let org: SignInOrg;
beforeAll(async () => {
  org = await SignInOrg.start();
  await org.givePhone('sms');
});
afterAll(() => org.stop());

/** A sign-in that has got as far as its interaction code. */
async function readyToRedeem(fields: Record<string, string> = {}) {
  const { signIn } = await SignIn.begin(org, fields);
  await signIn.identify();
  await signIn.choose('phone_number', 'sms');
  const { body } = await signIn.answer(await org.lastCode());
  return { signIn, success: body };
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('the tokens of a sign-in', () => {
  test('say who, how, when and for whom', async () => {
    const before = Math.floor(Date.now() / 1000);
    const tokens = await signInBySms(org, { scope: 'openid profile email offline_access' });
    expect(Object.keys(tokens)).toEqual([
      'token_type',
      'expires_in',
      'access_token',
      'scope',
      'refresh_token',
      'id_token',
    ]);
    expect(tokens).toMatchObject({
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'openid profile email offline_access',
    });
    const id = claimsOf(tokens.id_token);
    expect(id).toMatchObject({
      sub: org.mary.id,
      name: 'Mary Major',
      email: MARY.login,
      preferred_username: MARY.login,
      ver: 1,
      iss: org.issuer,
      aud: org.clientId,
      amr: ['mfa', 'sms', 'mca', 'pwd'],
      nonce: 'some-nonce',
      at_hash: createHash('sha256').update(tokens.access_token).digest().subarray(0, 16).toString('base64url'),
    });
    expect(id.jti).toMatch(/^ID\.[\w-]{43}$/);
    expect(id.idp).toMatch(/^00o/);
    expect(Number(id.exp) - Number(id.iat)).toBe(3600);
    expect(Number(id.auth_time)).toBeGreaterThanOrEqual(before);
    const access = claimsOf(tokens.access_token);
    expect(access).toMatchObject({
      ver: 1,
      iss: org.issuer,
      aud: 'api://default',
      cid: org.clientId,
      uid: org.mary.id,
      scp: ['openid', 'profile', 'email', 'offline_access'],
      sub: MARY.login,
    });
    expect(access.jti).toMatch(/^AT\.[\w-]{43}\.oar\w{17}$/);
  });

  test('no refresh token without offline_access; no profile without its scope', async () => {
    const tokens = await signInBySms(org, { scope: 'openid' });
    expect(Object.keys(tokens)).toEqual(['token_type', 'expires_in', 'access_token', 'scope', 'id_token']);
    expect(claimsOf(tokens.access_token).jti).toMatch(/^AT\.[\w-]{43}$/);
    expect(claimsOf(tokens.id_token)).not.toHaveProperty('email');
    expect(claimsOf(tokens.id_token)).not.toHaveProperty('name');
  });

  test('live as long as the rule of the authorization server says', async () => {
    await org.changeServerRule((rule) => ({
      ...rule,
      actions: { token: { ...rule.actions.token, accessTokenLifetimeMinutes: 5 } },
    }));
    try {
      const tokens = await signInBySms(org);
      expect(tokens.expires_in).toBe(300);
      const access = claimsOf(tokens.access_token);
      expect(Number(access.exp) - Number(access.iat)).toBe(300);
    } finally {
      await org.changeServerRule((rule) => ({
        ...rule,
        actions: { token: { ...rule.actions.token, accessTokenLifetimeMinutes: 60 } },
      }));
    }
  });

  test('carry the claims that the server adds: groups by filter, expressions, by place and scope', async () => {
    const group = await org.api<{ id: string }>('POST', '/api/v1/groups', { profile: { name: 'Phone testers' } });
    await org.api('PUT', `/api/v1/groups/${group.body.id}/users/${org.mary.id}`);
    const claim = { status: 'ACTIVE', alwaysIncludeInToken: true, conditions: { scopes: [] } };
    for (const one of [
      { name: 'groups', claimType: 'IDENTITY', valueType: 'GROUPS', group_filter_type: 'STARTS_WITH', value: 'Phone' },
      { name: 'everything', claimType: 'RESOURCE', valueType: 'GROUPS', group_filter_type: 'REGEX', value: '.*' },
      { name: 'greeting', claimType: 'RESOURCE', valueType: 'EXPRESSION', value: '"Hello " + user.firstName' },
      {
        name: 'lazy',
        claimType: 'IDENTITY',
        valueType: 'EXPRESSION',
        value: 'user.lastName',
        alwaysIncludeInToken: false,
      },
      { name: 'unknown', claimType: 'IDENTITY', valueType: 'EXPRESSION', value: 'String.nothingOfTheKind(user.email)' },
    ]) {
      await org.api('POST', '/api/v1/authorizationServers/default/claims', { ...claim, ...one });
    }
    const tokens = await signInBySms(org);
    const id = claimsOf(tokens.id_token);
    expect(id.groups).toEqual(['Phone testers']);
    expect(id).not.toHaveProperty('lazy');
    expect(id).not.toHaveProperty('unknown');
    const access = claimsOf(tokens.access_token);
    expect(access.everything).toEqual(['Everyone', 'Phone testers']);
    expect(access.greeting).toBe('Hello Mary');
    const userinfo = await org.get('/oauth2/default/v1/userinfo', { authorization: `Bearer ${tokens.access_token}` });
    expect(userinfo.body).toMatchObject({ lazy: 'Major', groups: ['Phone testers'] });
  });
});

describe('an interaction code', () => {
  test('works once', async () => {
    const { signIn, success } = await readyToRedeem();
    expect((await signIn.redeem(success)).status).toBe(200);
    const again = await signIn.redeem(success);
    expect(again.status).toBe(400);
    expect(again.body).toEqual({
      error: 'invalid_grant',
      error_description: 'The interaction code is invalid or has expired.',
    });
  });

  test('works for a minute', async () => {
    const { signIn, success } = await readyToRedeem();
    await org.advance(MINUTE);
    expect((await signIn.redeem(success)).status).toBe(400);
  });

  test.each([
    {
      what: 'a wrong verifier',
      fields: { code_verifier: 'wrong' },
      status: 400,
      body: { error: 'invalid_grant', error_description: 'PKCE verification failed.' },
    },
    {
      what: 'no verifier',
      fields: { code_verifier: '' },
      status: 400,
      body: { error: 'invalid_grant', error_description: 'PKCE verification failed.' },
    },
    {
      what: 'another redirect URI',
      fields: { redirect_uri: 'http://localhost:9999/' },
      status: 400,
      body: {
        error: 'invalid_grant',
        error_description: "The 'redirect_uri' does not match the redirection URI used in the authorization request.",
      },
    },
    {
      what: 'a wrong secret',
      fields: { client_secret: 'wrong' },
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: 'The client secret supplied for a confidential client is invalid.',
      },
    },
    {
      what: 'no secret',
      fields: { client_secret: '' },
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: 'Client authentication failed. No client secret was supplied.',
      },
    },
    {
      what: 'an unknown client',
      fields: { client_id: '0oaNobody' },
      status: 401,
      body: { error: 'invalid_client', error_description: "Invalid value for 'client_id' parameter." },
    },
    {
      what: 'a grant that does not exist',
      fields: { grant_type: 'magic' },
      status: 400,
      body: { error: 'unsupported_grant_type', error_description: "The grant type in the request isn't supported." },
    },
  ])('is refused with $what', async ({ fields, status, body }) => {
    const { signIn, success } = await readyToRedeem();
    const answer = await signIn.redeem<object>(success, fields as Record<string, string>);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual(body);
  });

  test('of another client is refused', async () => {
    const other = await org.createApp({ label: 'Other' });
    const { signIn, success } = await readyToRedeem();
    const secret = other.credentials.oauthClient?.client_secret ?? '';
    const answer = await signIn.redeem(success, { client_id: other.id, client_secret: secret });
    expect(answer.body).toMatchObject({ error: 'invalid_grant' });
  });

  test('is worth nothing once the user is suspended', async () => {
    const { signIn, success } = await readyToRedeem();
    await org.api('POST', `/api/v1/users/${org.mary.id}/lifecycle/suspend`);
    const answer = await signIn.redeem(success);
    await org.api('POST', `/api/v1/users/${org.mary.id}/lifecycle/unsuspend`);
    expect(answer.body).toMatchObject({ error: 'invalid_grant' });
  });

  test('may be redeemed with the secret in the header', async () => {
    const { signIn, success } = await readyToRedeem();
    const code = success.successWithInteractionCode?.value.find((field) => field.name === 'interaction_code')?.value;
    const basic = Buffer.from(`${org.clientId}:${org.clientSecret}`).toString('base64');
    const answer = await org.form<Tokens>(
      '/oauth2/default/v1/token',
      {
        grant_type: 'interaction_code',
        interaction_code: String(code),
        redirect_uri: REDIRECT_URI,
        code_verifier: signIn.verifier,
      },
      { authorization: `Basic ${basic}` },
    );
    expect(answer.status).toBe(200);
  });
});

describe('a refresh token', () => {
  const refresh = (token: string | undefined, fields: Record<string, string> = {}) =>
    org.form<Tokens & { error?: string; error_description?: string }>('/oauth2/default/v1/token', {
      grant_type: 'refresh_token',
      client_id: org.clientId,
      client_secret: org.clientSecret,
      refresh_token: token ?? '',
      ...fields,
    });
  const invalid = { error: 'invalid_grant', error_description: 'The refresh token is invalid or expired.' };
  const offline = { scope: 'openid profile offline_access' };

  test('gives new tokens for the same sign-in, and stays the same in a web app', async () => {
    const tokens = await signInBySms(org, offline);
    const answer = await refresh(tokens.refresh_token);
    expect(answer.status).toBe(200);
    expect(answer.body.refresh_token).toBe(tokens.refresh_token);
    const [before, after] = [claimsOf(tokens.id_token), claimsOf(answer.body.id_token)];
    expect(after).toMatchObject({ sub: before.sub, amr: before.amr, auth_time: before.auth_time });
    expect(after.jti).not.toBe(before.jti);
    expect(after).not.toHaveProperty('nonce');
  });

  test('may be narrowed, not widened', async () => {
    const tokens = await signInBySms(org, offline);
    expect((await refresh(tokens.refresh_token, { scope: 'openid' })).body.scope).toBe('openid');
    expect((await refresh(tokens.refresh_token, { scope: 'openid email' })).body.error).toBe('invalid_scope');
  });

  test('dies after a week of disuse, and with each use lives on', async () => {
    const tokens = await signInBySms(org, offline);
    await org.advance(6 * DAY);
    expect((await refresh(tokens.refresh_token)).status).toBe(200);
    await org.advance(6 * DAY);
    expect((await refresh(tokens.refresh_token)).status).toBe(200);
    await org.advance(7 * DAY);
    const late = await refresh(tokens.refresh_token);
    expect(late.status).toBe(400);
    expect(late.body).toEqual(invalid);
  });

  test('that nobody gave out, or gave to another client, is invalid', async () => {
    expect((await refresh('made-up')).body).toEqual(invalid);
    const other = await org.createApp({ label: 'Another' });
    const tokens = await signInBySms(org, offline);
    const stolen = await refresh(tokens.refresh_token, {
      client_id: other.id,
      client_secret: other.credentials.oauthClient?.client_secret ?? '',
    });
    expect(stolen.body).toEqual(invalid);
  });

  test('rotates where the app says so; using the old one again ends the family', async () => {
    const rotate = async (rotation_type: 'ROTATE' | 'STATIC') => {
      const { body } = await org.api<{ settings: { oauthClient: object } }>('GET', `/api/v1/apps/${org.clientId}`);
      const oauthClient = { ...body.settings.oauthClient, refresh_token: { rotation_type, leeway: 30 } };
      await org.api('PUT', `/api/v1/apps/${org.clientId}`, { ...body, settings: { ...body.settings, oauthClient } });
    };
    await rotate('ROTATE');
    try {
      const tokens = await signInBySms(org, offline);
      const second = await refresh(tokens.refresh_token);
      expect(second.body.refresh_token).not.toBe(tokens.refresh_token);
      await org.advance(28_000);
      expect((await refresh(tokens.refresh_token)).status).toBe(200);
      await org.advance(2000);
      expect((await refresh(tokens.refresh_token)).body).toEqual(invalid);
      expect((await refresh(second.body.refresh_token)).body).toEqual(invalid);
    } finally {
      await rotate('STATIC');
    }
  });
});

describe('what a client may do with its tokens', () => {
  const post = (endpoint: string, token: string) =>
    org.form(`/oauth2/default/v1/${endpoint}`, { token, client_id: org.clientId, client_secret: org.clientSecret });
  const userinfo = (token: string) => org.get('/oauth2/default/v1/userinfo', { authorization: `Bearer ${token}` });

  test('userinfo by scope', async () => {
    const tokens = await signInBySms(org, { scope: 'openid email' });
    const { status, body } = await userinfo(tokens.access_token);
    expect(status).toBe(200);
    expect(body).toMatchObject({ sub: org.mary.id, email: MARY.login, email_verified: true });
    expect(body).not.toHaveProperty('name');
    const full = await signInBySms(org);
    expect((await userinfo(full.access_token)).body).toMatchObject({
      name: 'Mary Major',
      given_name: 'Mary',
      family_name: 'Major',
      locale: 'en-US',
      zoneinfo: 'America/Los_Angeles',
    });
  });

  test.each(['', 'nonsense', 'a.b.c'])('userinfo with the token "%s" is refused', async (token) => {
    const { status, headers } = await userinfo(token);
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe(
      'Bearer error="invalid_token", error_description="The access token is invalid"',
    );
  });

  test('an ID token is no access token, an expired or tampered one neither', async () => {
    const tokens = await signInBySms(org);
    expect((await userinfo(tokens.id_token ?? '')).status).toBe(401);
    const [header, payload, signature] = tokens.access_token.split('.');
    const forged = Buffer.from(JSON.stringify({ ...claimsOf(tokens.access_token), uid: '00uOther' })).toString(
      'base64url',
    );
    expect((await userinfo(`${header}.${forged}.${signature}`)).status).toBe(401);
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
    expect((await userinfo(`${unsigned}.${payload}.`)).status).toBe(401);
    await org.advance(60 * MINUTE);
    expect((await userinfo(tokens.access_token)).status).toBe(401);
  });

  test('introspect, revoke, introspect', async () => {
    const tokens = await signInBySms(org, { scope: 'openid offline_access' });
    expect((await post('introspect', tokens.access_token)).body).toMatchObject({
      active: true,
      scope: 'openid offline_access',
      username: MARY.login,
      client_id: org.clientId,
      token_type: 'Bearer',
      sub: MARY.login,
      aud: 'api://default',
    });
    expect((await post('introspect', tokens.refresh_token ?? '')).body).toMatchObject({ active: true });
    expect((await post('introspect', 'nonsense')).body).toEqual({ active: false });
    expect((await post('revoke', tokens.access_token)).status).toBe(200);
    expect((await post('introspect', tokens.access_token)).body).toEqual({ active: false });
    expect((await userinfo(tokens.access_token)).status).toBe(401);
    expect((await post('introspect', tokens.refresh_token ?? '')).body).toMatchObject({ active: true });
    expect((await post('revoke', 'nonsense')).status).toBe(200);
  });

  test('revoking the refresh token ends the access token that came with it', async () => {
    const tokens = await signInBySms(org, { scope: 'openid offline_access' });
    await post('revoke', tokens.refresh_token ?? '');
    expect((await post('introspect', tokens.refresh_token ?? '')).body).toEqual({ active: false });
    expect((await userinfo(tokens.access_token)).status).toBe(401);
  });

  test('neither without the secret', async () => {
    const fields = { token: 'x', client_id: org.clientId };
    expect((await org.form('/oauth2/default/v1/introspect', fields)).status).toBe(401);
    expect((await org.form('/oauth2/default/v1/revoke', fields)).status).toBe(401);
  });
});
