/** Bad input to sign-in and tokens: forged and replayed handles and codes, injected headers, a thousand at once. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IdxResponse } from '../../src/wire/idx.ts';
import { formNames, interactFields, read, SignIn, SignInOrg, type Tokens } from '../support/sign-in.ts';

let org: SignInOrg;
beforeAll(async () => {
  org = await SignInOrg.start();
  await org.demand({ factorMode: '1FA', constraints: [{ knowledge: { types: ['password'] } }] });
});
afterAll(() => org.stop());

interface OAuthAnswer extends Partial<Tokens> {
  error?: string;
  error_description?: string;
}

test.each([
  { what: 'empty', stateHandle: '' },
  { what: 'forged', stateHandle: '02.id.forged' },
  { what: 'a path', stateHandle: '../../etc/passwd' },
  { what: 'very long', stateHandle: 'a'.repeat(100_000) },
  { what: 'a query', stateHandle: "' OR 1=1 --" },
  { what: 'a null character', stateHandle: '\u0000' },
])('a state handle that is $what opens nothing', async ({ stateHandle }) => {
  const { signIn } = await SignIn.begin(org);
  for (const path of ['identify', 'challenge', 'challenge/answer', 'skip', 'recover', 'enroll/new', 'cancel']) {
    const answer = await signIn.postRaw(path, { stateHandle });
    expect({ path, status: answer.status, forms: formNames(answer.body) }).toEqual({ path, status: 401, forms: [] });
  }
});

test('an interaction handle is no state handle, nor the reverse', async () => {
  const { signIn } = await SignIn.begin(org);
  expect((await signIn.postRaw('identify', { stateHandle: signIn.interactionHandle })).status).toBe(401);
  expect((await signIn.postRaw('introspect', { interactionHandle: signIn.stateHandle })).status).toBe(401);
});

test('after success neither handle nor code is good again', async () => {
  const { signIn } = await SignIn.begin(org);
  const done = await signIn.identify();
  expect((await signIn.redeem(done.body)).status).toBe(200);
  expect((await signIn.redeem<OAuthAnswer>(done.body)).body.error).toBe('invalid_grant');
  expect((await signIn.identify()).status).toBe(401);
  expect((await signIn.introspect()).status).toBe(401);
});

test.each<{ what: string; fields: Record<string, string>; status: number; error: string }>([
  { what: 'another verifier', fields: { code_verifier: 'x'.repeat(43) }, status: 400, error: 'invalid_grant' },
  { what: 'no verifier', fields: { code_verifier: '' }, status: 400, error: 'invalid_grant' },
  {
    what: 'another redirect URI',
    fields: { redirect_uri: 'https://evil.example' },
    status: 400,
    error: 'invalid_grant',
  },
  { what: 'a wrong secret', fields: { client_secret: 'wrong' }, status: 401, error: 'invalid_client' },
  { what: 'no secret', fields: { client_secret: '' }, status: 401, error: 'invalid_client' },
  { what: 'an unknown client', fields: { client_id: '0oaNobody' }, status: 401, error: 'invalid_client' },
  { what: 'another grant', fields: { grant_type: 'authorization_code' }, status: 400, error: 'invalid_grant' },
  { what: 'a grant that nobody has', fields: { grant_type: 'magic' }, status: 400, error: 'unsupported_grant_type' },
])('a code with $what buys nothing', async ({ fields, status, error }) => {
  const { signIn } = await SignIn.begin(org);
  const done = await signIn.identify();
  const answer = await signIn.redeem<OAuthAnswer>(done.body, fields);
  expect({ status: answer.status, error: answer.body.error }).toEqual({ status, error });
});

test('a code dies after a minute', async () => {
  const { signIn } = await SignIn.begin(org);
  const done = await signIn.identify();
  await org.advance(60_000);
  expect((await signIn.redeem<OAuthAnswer>(done.body)).body.error).toBe('invalid_grant');
});

test('an access token dies after its hour', async () => {
  const { signIn } = await SignIn.begin(org);
  const { body } = await signIn.redeem((await signIn.identify()).body);
  const userinfo = () => org.get('/oauth2/default/v1/userinfo', { authorization: `Bearer ${body.access_token}` });
  expect((await userinfo()).status).toBe(200);
  await org.advance(3_600_000);
  const late = await userinfo();
  expect(late.status).toBe(401);
  expect(late.headers.get('www-authenticate')).toContain('error="invalid_token"');
});

test('line breaks in what is echoed stay out of the headers', async () => {
  const state = 'a\r\nSet-Cookie: idx=stolen\r\n\r\n<script>';
  const { signIn } = await SignIn.begin(org, { state, nonce: state });
  expect((await signIn.identify()).status).toBe(200);
  const query = new URLSearchParams({
    ...interactFields(org, 'x'.repeat(43)),
    response_type: 'code',
    prompt: 'none',
    state,
  });
  for (const mode of ['query', 'fragment', 'form_post', 'okta_post_message']) {
    const answer = await org.get(`/oauth2/default/v1/authorize?${query}&response_mode=${mode}`);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(String(answer.body ?? '')).not.toContain('<script>');
  }
  const hosts = await fetch(`${org.url}/oauth2/default/.well-known/openid-configuration`, {
    headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  });
  expect(((await hosts.json()) as { issuer: string }).issuer).toBe(org.issuer);
});

test('fields of wrong types are refused, never a defect', async () => {
  for (const value of [null, 7, [], {}, true, ['x'], { passcode: {} }, { id: [] }]) {
    const { signIn } = await SignIn.begin(org);
    for (const path of ['identify', 'challenge', 'challenge/answer', 'credential/enroll', 'enroll/new', 'introspect']) {
      const body = {
        identifier: value,
        credentials: value,
        authenticator: value,
        userProfile: value,
        rememberMe: value,
      };
      expect([200, 400, 401]).toContain((await signIn.post(path, body)).status);
    }
  }
});

test('a thousand sign-ins of one user at once all succeed, each with a code of its own', async () => {
  // in a browser that is signed in, since a thousand password hashes would take a minute for nothing that is asked here
  const first = await SignIn.begin(org);
  const cookie = ((await first.signIn.identify()).headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const codes = await Promise.all(Array.from({ length: 1000 }, () => codeByCookie(cookie)));
  expect(codes).not.toContain(undefined);
  expect(new Set(codes).size).toBe(1000);
}, 30_000);

async function codeByCookie(cookie: string): Promise<unknown> {
  const { interactionHandle } = await SignIn.interact(org);
  const response = await fetch(`${org.url}/idp/idx/introspect`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ interactionHandle }),
  });
  const { body } = await read<IdxResponse>(response);
  return body.successWithInteractionCode?.value.find((field) => field.name === 'interaction_code')?.value;
}
