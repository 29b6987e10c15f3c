import { afterAll, beforeAll, expect, test } from 'vitest';
import { SignIn, SignInOrg } from '../support/sign-in.ts';

let org: SignInOrg;
beforeAll(async () => {
  org = await SignInOrg.start();
  await org.givePhone('sms');
});
afterAll(() => org.stop());

/** An access token of Mary from the org's own authorization server, with a scope of the Management API. */
async function adminScopedToken(): Promise<string> {
  const { signIn } = await SignIn.begin(org, { scope: 'openid okta.users.manage' }, '/oauth2');
  await signIn.identify();
  await signIn.choose('phone_number', 'sms');
  const success = await signIn.answer(await org.lastCode());
  return (await signIn.redeem(success.body)).body.access_token;
}

const users = (token: string) => fetch(`${org.url}/api/v1/users`, { headers: { Authorization: `Bearer ${token}` } });

test('a scope of the Management API gives a user no more than the user may do', async () => {
  const refused = await users(await adminScopedToken());
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({
    errorCode: 'E0000006',
    errorSummary: 'You do not have permission to perform the requested action',
  });
  await org.api('POST', `/api/v1/users/${org.mary.id}/roles`, { type: 'SUPER_ADMIN' });
  expect((await users(await adminScopedToken())).status).toBe(200);
});
