/** The org's own authorization server: the whole way of a browser at `/oauth2/v1`, and what its tokens are good for. */
import { createHash } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimsOf, MARY, REDIRECT_URI, SignIn, SignInOrg, signInBySms, type Tokens } from '../support/sign-in.ts';

const VERIFIER = 'a verifier of no less than forty-three characters';

let org: SignInOrg;
let cookie: string;
beforeAll(async () => {
  org = await SignInOrg.start();
  await org.givePhone('sms');
  cookie = await sessionCookie();
});
afterAll(() => org.stop());

async function sessionCookie(): Promise<string> {
  const { signIn } = await SignIn.begin(org);
  await signIn.identify();
  await signIn.choose('phone_number', 'sms');
  const success = await signIn.answer(await org.lastCode());
  return (success.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

const asked = (fields: Record<string, string> = {}) => ({
  client_id: org.clientId,
  response_type: 'code',
  scope: 'openid profile offline_access',
  redirect_uri: REDIRECT_URI,
  state: 'some-state',
  code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
  code_challenge_method: 'S256',
  ...fields,
});

const client = () => ({ client_id: org.clientId, client_secret: org.clientSecret });

async function authorize(headers: Record<string, string>, fields: Record<string, string> = {}): Promise<URL> {
  const answer = await org.get(`/oauth2/v1/authorize?${new URLSearchParams(asked(fields))}`, headers);
  return new URL(answer.headers.get('location') ?? 'http://nowhere');
}

async function tokens(): Promise<Tokens> {
  const code = (await authorize({ cookie })).searchParams.get('code') ?? '';
  const proof = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: VERIFIER };
  return (await org.form<Tokens>('/oauth2/v1/token', { ...proof, ...client() })).body;
}

const bearer = (token: string | undefined) => ({ authorization: `Bearer ${token}` });

describe('authorize', () => {
  test('redirects a browser with a session to the app with a code, one without to nobody', async () => {
    const target = await authorize({ cookie });
    expect(`${target.origin}${target.pathname}`).toBe(REDIRECT_URI);
    expect([...target.searchParams.keys()].sort()).toEqual(['code', 'state']);
    const refused = await authorize({}, { prompt: 'none' });
    expect(Object.fromEntries(refused.searchParams)).toEqual({
      state: 'some-state',
      error: 'login_required',
      error_description: 'The client specified not to prompt, but the user is not logged in.',
    });
  });

  test.each(['/oauth2/v1/authorize', '/oauth2/default/v1/authorize'])('takes a form as well: %s', async (path) => {
    const post = (fields: Record<string, string>) =>
      fetch(org.url + path, {
        method: 'POST',
        headers: { cookie },
        body: new URLSearchParams(asked(fields)),
        redirect: 'manual',
      });
    const answer = await post({ prompt: 'none' });
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toMatch(/^http:\/\/localhost:8080\/login\/callback\?.*code=/);
    const refused = await post({ redirect_uri: 'https://evil.example' });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: 'invalid_request' });
  });
});

describe('its tokens', () => {
  test('are of the org, and signed by a key of its key set', async () => {
    const { id_token: idToken, access_token: accessToken } = await tokens();
    const keys = createRemoteJWKSet(new URL(`${org.url}/oauth2/v1/keys`));
    const verified = await jwtVerify(idToken ?? '', keys, { issuer: org.url, audience: org.clientId });
    expect(verified.payload.sub).toBe(org.mary.id);
    expect(claimsOf(accessToken)).toMatchObject({ iss: org.url, aud: org.url, sub: MARY.login, uid: org.mary.id });
    await expect(jwtVerify(idToken ?? '', createRemoteJWKSet(new URL(`${org.issuer}/v1/keys`)))).rejects.toThrow();
  });

  test('userinfo tells who it is, by GET and by POST', async () => {
    const { access_token: accessToken } = await tokens();
    const got = await org.get('/oauth2/v1/userinfo', bearer(accessToken));
    expect(got.body).toMatchObject({ sub: org.mary.id, name: 'Mary Major', preferred_username: MARY.login });
    const posted = await org.form('/oauth2/v1/userinfo', {}, bearer(accessToken));
    expect(posted.body).toEqual(got.body);
    expect((await org.form('/oauth2/v1/userinfo', {})).status).toBe(401);
    const custom = await signInBySms(org, { scope: 'openid' });
    const byForm = await org.form('/oauth2/default/v1/userinfo', {}, bearer(custom.access_token));
    expect(byForm.body).toEqual({ sub: org.mary.id });
  });

  test('are strangers to the custom authorization server, and the reverse', async () => {
    const { access_token: accessToken } = await tokens();
    expect((await org.form('/oauth2/default/v1/userinfo', {}, bearer(accessToken))).status).toBe(401);
    const custom = await org.form('/oauth2/default/v1/introspect', { token: accessToken, ...client() });
    expect(custom.body).toEqual({ active: false });
  });

  test('are introspected and revoked', async () => {
    const issued = await tokens();
    const ask = async (token: string | undefined) =>
      (await org.form('/oauth2/v1/introspect', { token: token ?? '', ...client() })).body;
    expect(await ask(issued.access_token)).toMatchObject({ active: true, username: MARY.login, iss: org.url });
    expect(await ask(issued.refresh_token)).toMatchObject({ active: true, uid: org.mary.id });
    const revoked = await org.form('/oauth2/v1/revoke', { token: issued.refresh_token ?? '', ...client() });
    expect(revoked.status).toBe(200);
    expect(await ask(issued.refresh_token)).toEqual({ active: false });
    expect(await ask(issued.access_token)).toEqual({ active: false });
    expect((await org.form('/oauth2/v1/revoke', { token: 'x', client_id: org.clientId })).status).toBe(401);
  });

  test('the ID token signs the browser out', async () => {
    const { id_token: hint = '' } = await tokens();
    const logout = (fields: Record<string, string>) =>
      org.get(`/oauth2/v1/logout?${new URLSearchParams(fields)}`, { cookie });
    expect((await logout({ post_logout_redirect_uri: 'http://localhost:8080/' })).status).toBe(400);
    const answer = await logout({ id_token_hint: hint, post_logout_redirect_uri: 'http://localhost:8080/' });
    expect(answer.headers.get('location')).toBe('http://localhost:8080/');
    expect((await authorize({ cookie }, { prompt: 'none' })).searchParams.get('error')).toBe('login_required');
    cookie = await sessionCookie();
  });
});
