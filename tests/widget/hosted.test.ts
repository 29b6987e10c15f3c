/**
 * The hosted sign-in page in Chromium: an app sends the browser to `/authorize` and gets it back with a code; with Okta's
 * widget and with the plain page.
 */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Application } from '../../src/wire/application.ts';
import { launchBrowser } from '../support/browser.ts';
import { claimsOf, MARY, SignInOrg, type Tokens } from '../support/sign-in.ts';

const VERIFIER = 'a verifier of no less than forty-three characters';

let org: SignInOrg;
let browser: Browser;
let app: Application;
let site: Server;
let callback = '';
let context: BrowserContext;
let page: Page;
/** What the app's callback received: query, or the posted form. */
let received: URLSearchParams;

beforeAll(async () => {
  [org, browser] = await Promise.all([SignInOrg.start(), launchBrowser()]);
  site = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      received = new URLSearchParams(body || new URL(request.url ?? '/', callback).search);
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>App</title><h1>The app</h1>');
    });
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  callback = `http://127.0.0.1:${(site.address() as AddressInfo).port}/callback`;
  app = await org.createApp({
    label: 'Hosted app',
    oauthClient: { token_endpoint_auth_method: 'none' },
    settings: { application_type: 'browser', redirect_uris: [callback] },
  });
  await org.givePhone('sms');
});
afterAll(async () => {
  site.closeAllConnections();
  await Promise.all([org.stop(), browser.close(), new Promise((resolve) => site.close(resolve))]);
});
beforeEach(async () => {
  received = new URLSearchParams();
  context = await browser.newContext();
  page = await context.newPage();
  page.setDefaultTimeout(8000);
});
afterEach(() => context.close());

function authorizeUrl(fields: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: app.id,
    response_type: 'code',
    scope: 'openid profile',
    redirect_uri: callback,
    state: 'some-state',
    nonce: 'some-nonce',
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
    ...fields,
  });
  return `${org.url}/oauth2/default/v1/authorize?${query}`;
}

async function arrived(): Promise<void> {
  await page.getByRole('heading', { name: 'The app' }).waitFor();
  expect(received.get('state')).toBe('some-state');
}

async function claims(): Promise<Record<string, unknown>> {
  const { body } = await org.form<Tokens>('/oauth2/default/v1/token', {
    grant_type: 'authorization_code',
    code: received.get('code') ?? '',
    redirect_uri: callback,
    code_verifier: VERIFIER,
    client_id: app.id,
  });
  return claimsOf(body.id_token);
}

async function press(): Promise<void> {
  const answered = page.waitForResponse((response) => response.url().includes('/idp/idx/'));
  await page.locator('form [type=submit]').first().press('Enter');
  await answered;
}

async function signIn(): Promise<void> {
  await page.locator('input[name="credentials.passcode"]').fill(MARY.password);
  await press();
  await page.getByText('+1 XXX-XXX-0132').first().waitFor();
  await press();
  await page.locator('input[name="credentials.passcode"]').fill(await org.lastCode());
  await page.locator('form [type=submit]').first().press('Enter');
}

describe.each([
  { what: 'Okta’s widget', signInWidget: true },
  { what: 'the plain page', signInWidget: false },
])('$what', ({ signInWidget }) => {
  beforeAll(() => org.control('PUT', 'settings', { signInWidget }));

  test('signs in by password and SMS; the next time the session is enough', async () => {
    await page.goto(authorizeUrl({ login_hint: MARY.login }));
    expect(await page.locator('.auth-container').count()).toBe(signInWidget ? 1 : 0);
    await page.locator('input[name="credentials.passcode"]').waitFor();
    expect(await page.locator('input[name=identifier]').inputValue()).toBe(MARY.login);
    await signIn();
    await arrived();
    expect(await claims()).toMatchObject({
      sub: org.mary.id,
      nonce: 'some-nonce',
      amr: ['mfa', 'sms', 'mca', 'pwd'],
    });
    received = new URLSearchParams();
    await page.goto(authorizeUrl({ prompt: 'none', response_mode: 'form_post' }));
    await arrived();
    expect((await claims()).sub).toBe(org.mary.id);
    await page.goto(authorizeUrl({ prompt: 'login' }));
    await page.locator('input[name=identifier]').waitFor();
  });
});

describe('the plain page', () => {
  beforeAll(() => org.control('PUT', 'settings', { signInWidget: false }));

  test('shows what is wrong, and takes another try', async () => {
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    await page.goto(authorizeUrl());
    await page.getByLabel('Username').fill(MARY.login);
    await page.getByLabel('Password').fill('wrong');
    await press();
    await page.getByRole('alert').getByText('Authentication failed').waitFor();
    await page.getByLabel('Username').fill(MARY.login);
    await page.getByLabel('Password').fill(MARY.password);
    await press();
    await press();
    await page.getByLabel('Enter code').fill(await org.wrongCode());
    await press();
    await page.getByRole('alert').getByText('Invalid code. Try again.').waitFor();
    await page.getByRole('button', { name: 'Back to sign in' }).click();
    await page.getByLabel('Username').waitFor();
    expect(problems).toEqual([]);
  });

  test('enrols a phone, the only choice on its list', async () => {
    const user = await org.createUser('plain@example.com', MARY.password);
    await page.goto(authorizeUrl({ login_hint: 'plain@example.com' }));
    await page.getByLabel('Password').fill(MARY.password);
    await press();
    await page.getByLabel('Phone', { exact: true }).check();
    await page.getByLabel('Phone number').fill('+14155550188');
    await press();
    await page.getByLabel('Enter code').fill(await org.lastCode());
    await page.getByRole('button', { name: 'Finish' }).press('Enter');
    await arrived();
    expect((await claims()).sub).toBe(user.id);
  });
});

test('the plain page waits for Okta Verify', async () => {
  await org.control('PUT', 'settings', { signInWidget: false });
  await org.allow({ okta_verify: 'OPTIONAL', phone_number: 'NOT_ALLOWED' });
  const login = 'plain-verify@example.com';
  await org.createUser(login, MARY.password);
  await page.goto(authorizeUrl({ login_hint: login }));
  await page.getByLabel('Password').fill(MARY.password);
  await press();
  await press(); // the one choice of the list
  await page.getByAltText('QR code').waitFor();
  await org.control('POST', 'okta-verify', { user: login });
  await arrived();
  await page.goto(authorizeUrl({ prompt: 'login', login_hint: login }));
  await page.getByLabel('Password').fill(MARY.password);
  await press();
  await page.getByLabel('How').selectOption('push');
  await press();
  const number = (await page.locator('.number').textContent())?.trim();
  await org.control('POST', 'okta-verify', { user: login, number });
  received = new URLSearchParams();
  await arrived();
  expect((await claims()).amr).toEqual(['mfa', 'swk', 'pwd']);
  await org.allow({ okta_verify: 'NOT_ALLOWED', phone_number: 'OPTIONAL' });
});

test('what cannot be sent back to an app is a page of its own', async () => {
  await page.goto(authorizeUrl({ redirect_uri: 'https://evil.example/"><script>alert(1)</script>' }));
  await page.getByText("The 'redirect_uri' parameter must be a Login redirect URI").waitFor();
  expect(page.url().startsWith(org.url)).toBe(true);
  expect(await page.locator('script').count()).toBe(0);
});

test('an app in another window gets its answer by a message', async () => {
  await page.goto(callback);
  const url = authorizeUrl({ prompt: 'none', response_mode: 'okta_post_message' });
  // as text, since it runs in the browser, whose globals are not those of the tests
  const message = page.evaluate(`new Promise((resolve) => {
    addEventListener('message', (event) => resolve({ origin: event.origin, data: event.data }));
    document.body.append(Object.assign(document.createElement('iframe'), { src: ${JSON.stringify(url)} }));
  })`);
  expect(await message).toEqual({
    origin: org.url,
    data: {
      state: 'some-state',
      error: 'login_required',
      error_description: 'The client specified not to prompt, but the user is not logged in.',
    },
  });
});
