/** Step-up by `acr_values`: more than the app's policy demands, and told by the `acr` claim. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { oktaAuth } from '../support/okta-auth.ts';
import {
  claimsOf,
  formNames,
  MARY,
  messagesOf,
  REDIRECT_URI,
  SignIn,
  SignInOrg,
  type Tokens,
} from '../support/sign-in.ts';

let org: SignInOrg;
beforeAll(async () => {
  org = await SignInOrg.start();
  await org.givePhone('sms');
});
afterAll(() => org.stop());
beforeEach(() => org.demand({ factorMode: '1FA', constraints: [{ knowledge: { types: ['password'] } }] }));

async function bySms(signIn: SignIn): Promise<Tokens> {
  await signIn.choose('phone_number', 'sms');
  const success = await signIn.answer(await org.lastCode());
  return (await signIn.redeem(success.body)).body;
}

test('two factors where the policy wants one; refreshed tokens say so too', async () => {
  const scope = 'openid offline_access';
  const { signIn } = await SignIn.begin(org, { acr_values: 'urn:okta:loa:2fa:any', scope });
  expect(formNames((await signIn.identify()).body)[0]).toBe('authenticator-verification-data');
  const tokens = await bySms(signIn);
  expect(claimsOf(tokens.id_token)).toMatchObject({ acr: 'urn:okta:loa:2fa:any', amr: ['mfa', 'sms', 'mca', 'pwd'] });
  expect(claimsOf(tokens.access_token).acr).toBe('urn:okta:loa:2fa:any');
  const refreshed = await org.form<Tokens>('/oauth2/default/v1/token', {
    grant_type: 'refresh_token',
    refresh_token: tokens.refresh_token ?? '',
    client_id: org.clientId,
    client_secret: org.clientSecret,
  });
  expect(claimsOf(refreshed.body.id_token).acr).toBe('urn:okta:loa:2fa:any');
});

describe('one factor is enough for', () => {
  test.each(['urn:okta:loa:1fa:any', 'urn:okta:loa:1fa:pwd'])('%s', async (acr) => {
    const { signIn } = await SignIn.begin(org, { acr_values: acr });
    const tokens = await signIn.redeem((await signIn.identify()).body);
    expect(claimsOf(tokens.body.id_token)).toMatchObject({ acr, amr: ['pwd'] });
  });

  test('values that Okta does not know, which it ignores', async () => {
    const { signIn } = await SignIn.begin(org, { acr_values: 'urn:example:unknown' });
    const tokens = await signIn.redeem((await signIn.identify()).body);
    expect(claimsOf(tokens.body.id_token)).not.toHaveProperty('acr');
  });
});

test('two factors if possible: asked of who has them', async () => {
  const acr_values = 'urn:okta:loa:2fa:any:ifpossible';
  await org.createUser('alone@example.com', MARY.password);
  const alone = await SignIn.begin(org, { acr_values });
  expect((await alone.signIn.identify('alone@example.com')).body.successWithInteractionCode?.name).toBe('issue');
  const { signIn } = await SignIn.begin(org, { acr_values });
  expect(formNames((await signIn.identify()).body)[0]).toBe('authenticator-verification-data');
});

test('what nobody can give is refused, with the error that the app is to get', async () => {
  const { signIn } = await SignIn.begin(org, { acr_values: 'phr' });
  const refused = await signIn.identify();
  expect(refused.status).toBe(400);
  expect(messagesOf(refused.body)[0]?.i18n?.key).toBe('oie.assurance.unsatisfiable');
  const back = new URL(refused.body.failure?.href ?? '');
  expect(back.origin + back.pathname).toBe(REDIRECT_URI);
  expect(back.searchParams.get('error')).toBe('unmet_authentication_requirements');
  expect(back.searchParams.get('state')).toBe('some-state');
});

test('a browser session of one factor is not enough for two; with them it is', async () => {
  const { signIn } = await SignIn.begin(org);
  const first = await signIn.identify();
  const authorize = (acr: string, cookie: string) => {
    const query = new URLSearchParams({
      client_id: org.clientId,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: REDIRECT_URI,
      state: 's',
      prompt: 'none',
      acr_values: acr,
    });
    return org.get(`/oauth2/default/v1/authorize?${query}`, { cookie });
  };
  const query = (answer: { headers: Headers }) => new URL(answer.headers.get('location') ?? '').searchParams;
  const one = cookieOf(first.headers);
  expect(query(await authorize('urn:okta:loa:2fa:any', one)).get('error')).toBe('login_required');
  const code = query(await authorize('urn:okta:loa:1fa:any', one)).get('code') ?? '';
  const { body } = await org.form<Tokens>('/oauth2/default/v1/token', {
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT_URI,
    client_id: org.clientId,
    client_secret: org.clientSecret,
  });
  expect(claimsOf(body.id_token).acr).toBe('urn:okta:loa:1fa:any');
  const again = await SignIn.begin(org, { acr_values: 'urn:okta:loa:2fa:any' });
  await again.signIn.identify();
  await again.signIn.choose('phone_number', 'sms');
  const two = cookieOf((await again.signIn.answer(await org.lastCode())).headers);
  expect(query(await authorize('urn:okta:loa:2fa:any', two)).get('code')).not.toBeNull();
});

function cookieOf(headers: Headers): string {
  return (
    headers
      .getSetCookie()
      .find((cookie) => cookie.startsWith('idx='))
      ?.split(';')[0] ?? ''
  );
}

test('okta-auth-js asks for it, and gets the claim', async () => {
  const auth = oktaAuth(org, { acrValues: 'urn:okta:loa:1fa:pwd', idx: { enableLegacyMode: true } });
  const done = await auth.idx.authenticate({ username: MARY.login, password: MARY.password });
  expect(done.tokens?.idToken?.claims.acr).toBe('urn:okta:loa:1fa:pwd');
});
