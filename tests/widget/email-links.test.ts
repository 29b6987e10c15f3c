/** The link in an email with a code, in Chromium: on the hosted page and in Okta's widget, embedded and unmodified. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WidgetOptions } from '@okta/okta-signin-widget';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Application } from '../../src/wire/application.ts';
import { launchBrowser } from '../support/browser.ts';
import { MARY, SignInOrg } from '../support/sign-in.ts';
import { appForPage, serveWidget, type WidgetPage } from '../support/widget-page.ts';

let org: SignInOrg;
let browser: Browser;
let context: BrowserContext;
let page: Page;
beforeAll(async () => {
  [org, browser] = await Promise.all([SignInOrg.start(), launchBrowser()]);
  await org.allow({ okta_email: 'OPTIONAL', phone_number: 'NOT_ALLOWED' });
});
afterAll(() => Promise.all([org.stop(), browser.close()]));
beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
});
afterEach(() => context.close());

async function lastLink(): Promise<string> {
  return (await org.messages()).at(-1)?.link ?? '';
}

/** Presses the button of the form on the page until the pipeline is asked; fields as in their inputs. */
async function submit(fields: Readonly<Record<string, string>> = {}): Promise<void> {
  const button = page.locator('form [type=submit]').first();
  await button.waitFor();
  let sent = false;
  const note = (request: { url(): string }) => {
    sent ||= request.url().includes('/idp/idx/');
  };
  page.on('request', note);
  const answered = page.waitForResponse((response) => response.url().includes('/idp/idx/'));
  while (!sent) {
    for (const [name, value] of Object.entries(fields)) await page.locator(`input[name="${name}"]`).fill(value);
    if (!sent) await button.press('Enter');
    await page.waitForTimeout(300);
  }
  await answered;
  page.off('request', note);
}

/** Password, then an email; the page waits for its code. */
async function askForEmail(): Promise<void> {
  await page.locator('input[name="credentials.passcode"]').waitFor();
  await submit({ identifier: MARY.login, 'credentials.passcode': MARY.password });
  await page.getByText('m***y@example.com').first().waitFor();
  const before = (await org.messages()).length;
  await submit();
  await expect.poll(async () => (await org.messages()).length).toBe(before + 1);
}

describe.each([
  { what: 'Okta’s widget', signInWidget: true },
  { what: 'the plain page', signInWidget: false },
])('the hosted page with $what', ({ signInWidget }) => {
  let app: Application;
  let site: Server;
  let callback = '';
  beforeAll(async () => {
    site = createServer((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>App</title><h1>The app</h1>'),
    );
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    callback = `http://127.0.0.1:${(site.address() as AddressInfo).port}/callback`;
    app = await org.createApp({
      label: `App of ${signInWidget}`,
      settings: { redirect_uris: [callback], grant_types: ['authorization_code'] },
    });
    await org.control('PUT', 'settings', { signInWidget });
  });
  afterAll(() => new Promise((resolve) => site.close(resolve)));

  async function begin(): Promise<void> {
    const query = new URLSearchParams({
      client_id: app.id,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: callback,
      state: 'some-state',
    });
    await page.goto(`${org.url}/oauth2/default/v1/authorize?${query}`);
    await askForEmail();
  }

  test('the sign-in ends in the tab of the link; the one before is told', async () => {
    await begin();
    const tab = await context.newPage();
    await tab.goto(await lastLink());
    await tab.getByRole('heading', { name: 'The app' }).waitFor();
    expect(new URL(tab.url()).searchParams.get('state')).toBe('some-state');
    expect(new URL(tab.url()).searchParams.get('code')).toMatch(/^[\w-]{43}$/);
    await page.getByText('Flow continued in a new tab.').waitFor();
  }, 30_000);

  test('another browser shows the code alone', async () => {
    await begin();
    const elsewhere = await browser.newContext();
    const tab = await elsewhere.newPage();
    await tab.goto(await lastLink());
    await tab.getByRole('heading', { name: 'Your verification code' }).waitFor();
    expect(await tab.locator('.number').textContent()).toBe(await org.lastCode());
    await elsewhere.close();
    const enterInstead = page.getByText('Enter a verification code instead', { exact: false });
    if (signInWidget) await enterInstead.first().click();
    await submit({ 'credentials.passcode': await org.lastCode() });
    await page.getByRole('heading', { name: 'The app' }).waitFor();
  }, 30_000);
});

describe('generation 2 of the widget on a page of the app', () => {
  let site: WidgetPage;
  let config: WidgetOptions = {};
  beforeAll(async () => {
    site = await serveWidget(() => config);
    config = await appForPage(org, site.origin);
  });
  afterAll(() => site.stop());

  // Generation 3 of this version asks for the sign-in again and does not send the code on.
  test('takes the code from the address', async () => {
    await page.goto(site.url('gen2'));
    await askForEmail();
    const answer = await fetch(await lastLink(), { redirect: 'manual' });
    const { origin, pathname, search } = new URL(answer.headers.get('location') ?? '');
    expect([origin, pathname]).toEqual([site.origin, '/callback']);
    const tab = await context.newPage();
    await tab.goto(site.url('gen2') + search);
    const { claims } = JSON.parse((await tab.locator('#result:not(:empty)').textContent()) ?? '');
    expect(claims).toMatchObject({ sub: org.mary.id, amr: ['mfa', 'email', 'pwd'] });
  }, 30_000);
});
