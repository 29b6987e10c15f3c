/** The MyAccount API from a page of another origin, by okta-auth-js in Chromium: what it needs of CORS. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { MARY, SignInOrg } from '../support/sign-in.ts';
import { appForPage } from '../support/widget-page.ts';

const SCOPES = ['openid', 'profile', 'okta.myAccount.profile.manage', 'okta.myAccount.email.manage'];

let org: SignInOrg;
let browser: Browser;
let site: Server;
let page: Page;
beforeAll(async () => {
  [org, browser] = await Promise.all([SignInOrg.start(), launchBrowser()]);
  await org.demand({ factorMode: '1FA', constraints: [{ knowledge: { types: ['password'] } }] });
  const dist = join(dirname(createRequire(import.meta.url).resolve('@okta/okta-auth-js/package.json')), 'dist');
  const client = await readFile(join(dist, 'okta-auth-js.min.js'));
  site = createServer((request, response) => {
    const script = request.url === '/client.js';
    response.writeHead(200, { 'content-type': script ? 'text/javascript' : 'text/html' });
    response.end(script ? client : '<!doctype html><title>App</title><script src="/client.js"></script>');
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  const config = { ...(await appForPage(org, origin)), scopes: SCOPES, idx: { enableLegacyMode: true } };
  page = await (await browser.newContext()).newPage();
  await page.goto(origin);
  const credentials = { username: MARY.login, password: MARY.password };
  await page.evaluate(`(async () => {
    window.auth = new OktaAuth(${JSON.stringify(config)});
    const { tokens } = await auth.idx.authenticate(${JSON.stringify(credentials)});
    auth.tokenManager.setTokens(tokens);
  })()`);
});
afterAll(async () => {
  site.closeAllConnections();
  await Promise.all([org.stop(), browser.close(), new Promise((resolve) => site.close(resolve))]);
});

/** Calls the client on the page; a refusal comes back as what an app sees of it. */
function call(method: string, options: object = {}): Promise<unknown> {
  return page.evaluate(`auth.myaccount.${method}(${JSON.stringify(options)}).then(
    (answer) => JSON.parse(JSON.stringify(answer)),
    ({ errorSummary, meta }) => ({ errorSummary, meta }),
  )`);
}

test('reads and changes; long after the sign-in it is told to sign in anew', async () => {
  const { profile } = (await call('getProfile')) as { profile: Record<string, string> };
  expect(profile).toMatchObject({ login: MARY.login, firstName: 'Mary' });
  const changed = await call('updateProfile', { payload: { profile: { ...profile, firstName: 'Marie' } } });
  expect(changed).toMatchObject({ profile: { firstName: 'Marie' } });
  const added = await call('addEmail', {
    payload: { profile: { email: 'new@example.com' }, sendEmail: true, role: 'PRIMARY' },
  });
  expect(added).toMatchObject({ status: 'UNVERIFIED', roles: ['PRIMARY'] });
  await org.advance(16 * 60_000);
  const late = await call('updateProfile', { payload: { profile: { ...profile, firstName: 'Maria' } } });
  expect(late).toEqual({ errorSummary: 'insufficient_authentication_context', meta: { max_age: 900 } });
});
