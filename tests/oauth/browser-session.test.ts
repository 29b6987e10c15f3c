import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimsOf, REDIRECT_URI, SignIn, SignInOrg, type Tokens } from '../support/sign-in.ts';

let org: SignInOrg;
let cookie: string;
let idToken: string;
beforeAll(async () => {
  org = await SignInOrg.start();
  await org.givePhone('sms');
  const { signIn } = await SignIn.begin(org);
  await signIn.identify();
  await signIn.choose('phone_number', 'sms');
  const success = await signIn.answer(await org.lastCode());
  cookie = (success.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  idToken = (await signIn.redeem(success.body)).body.id_token ?? '';
});
afterAll(() => org.stop());

const VERIFIER = 'a verifier of no less than forty-three characters';

async function authorize(fields: Record<string, string> = {}, headers: Record<string, string> = { cookie }) {
  const query = new URLSearchParams({
    client_id: org.clientId,
    response_type: 'code',
    scope: 'openid profile',
    redirect_uri: REDIRECT_URI,
    state: 'some-state',
    nonce: 'another-nonce',
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
    ...fields,
  });
  const answer = await org.get(`/oauth2/default/v1/authorize?${query}`, headers);
  const location = answer.headers.get('location');
  return { status: answer.status, body: answer.body, location, query: new URL(location ?? 'http://none').searchParams };
}

describe('authorize', () => {
  test('gives a browser with a session a code at once, redeemable once with its verifier', async () => {
    expect(cookie).toMatch(/^idx=/);
    const { status, location, query } = await authorize();
    expect(status).toBe(302);
    expect(location?.startsWith(`${REDIRECT_URI}?`)).toBe(true);
    expect(query.get('state')).toBe('some-state');
    const redeem = () =>
      org.form<Tokens>('/oauth2/default/v1/token', {
        grant_type: 'authorization_code',
        code: query.get('code') ?? '',
        redirect_uri: REDIRECT_URI,
        code_verifier: VERIFIER,
        client_id: org.clientId,
        client_secret: org.clientSecret,
      });
    const { body } = await redeem();
    expect(claimsOf(body.id_token)).toMatchObject({
      sub: org.mary.id,
      nonce: 'another-nonce',
      amr: ['mfa', 'sms', 'mca', 'pwd'],
    });
    expect((await redeem()).body).toEqual({
      error: 'invalid_grant',
      error_description: 'The authorization code is invalid or has expired.',
    });
  });

  test('shows a browser without a session the sign-in page, or tells that a sign-in is needed', async () => {
    const silent = await authorize({ prompt: 'none' }, {});
    expect(silent.query.get('error')).toBe('login_required');
    expect(silent.query.get('state')).toBe('some-state');
    const page = await authorize({}, {});
    expect(page.status).toBe(200);
    expect(String(page.body)).toContain('Sign in to Password and phone app');
    expect((await authorize({ prompt: 'none' }, { cookie: 'idx=forged' })).query.get('error')).toBe('login_required');
  });

  test.each([
    { what: 'an unknown client', fields: { client_id: '0oaNobody' }, error: 'invalid_client' },
    {
      what: 'a redirect URI of somebody else',
      fields: { redirect_uri: 'https://evil.example' },
      error: 'invalid_request',
    },
  ])('never redirects for $what', async ({ fields, error }) => {
    const { status, body, location } = await authorize(fields as Record<string, string>);
    expect({ status, error: body.error, location }).toEqual({ status: 400, error, location: null });
  });

  test.each([
    { fields: { response_type: 'token' }, error: 'unsupported_response_type' },
    { fields: { scope: 'profile' }, error: 'invalid_scope' },
  ])('sends $error back to the app', async ({ fields, error }) => {
    expect((await authorize(fields as Record<string, string>)).query.get('error')).toBe(error);
  });

  test('wants a new sign-in once the proof is older than the rule allows', async () => {
    await org.advance(2 * 60 * 60_000 - 60_000);
    await authorize(); // keeps the session itself alive
    await org.advance(60_000);
    expect((await authorize({ prompt: 'none' })).query.get('error')).toBe('login_required');
  });
});

test('logout ends the session and goes to a registered place only', async () => {
  const { signIn } = await SignIn.begin(org);
  await signIn.identify();
  await signIn.choose('phone_number', 'sms');
  const success = await signIn.answer(await org.lastCode());
  const own = { cookie: (success.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
  const hint = (await signIn.redeem(success.body)).body.id_token ?? '';
  expect((await authorize({}, own)).query.get('code')).toMatch(/./);
  const logout = (fields: Record<string, string>) =>
    org.get(`/oauth2/default/v1/logout?${new URLSearchParams(fields)}`, own);
  const target = 'http://localhost:8080/';
  expect((await logout({ id_token_hint: hint, post_logout_redirect_uri: 'https://evil.example/' })).status).toBe(400);
  expect((await logout({ id_token_hint: `${idToken}x`, post_logout_redirect_uri: target })).status).toBe(400);
  const answer = await logout({ id_token_hint: hint, post_logout_redirect_uri: target, state: 'bye' });
  expect(answer.status).toBe(302);
  expect(answer.headers.get('location')).toBe('http://localhost:8080/?state=bye');
  expect((await authorize({ prompt: 'none' }, own)).query.get('error')).toBe('login_required');
});
