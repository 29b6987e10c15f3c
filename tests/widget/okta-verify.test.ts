/** Okta Verify in Okta's Sign-In Widget, unmodified, both generations: the QR code, then a push notification. */
import type { WidgetOptions } from '@okta/okta-signin-widget';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { MARY, SignInOrg } from '../support/sign-in.ts';
import { appForPage, type Generation, serveWidget, type WidgetPage } from '../support/widget-page.ts';

let org: SignInOrg;
let browser: Browser;
let site: WidgetPage;
let config: WidgetOptions = {};
beforeAll(async () => {
  [org, browser, site] = await Promise.all([SignInOrg.start(), launchBrowser(), serveWidget(() => config)]);
  config = await appForPage(org, site.origin);
  await org.allow({ okta_verify: 'OPTIONAL', phone_number: 'NOT_ALLOWED' });
});
afterAll(() => Promise.all([org.stop(), browser.close(), site.stop()]));

/** A fresh browser in which the password was given. */
async function signInPage(generation: Generation, login: string): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(site.url(generation));
  const answered = page.waitForResponse((response) => response.url().endsWith('/idp/idx/identify'));
  answered.catch(() => {}); // awaited below
  // generation 2 draws the form anew after it first shows, which empties it
  let sent = false;
  page.on('request', (request) => {
    sent ||= request.url().endsWith('/idp/idx/identify');
  });
  while (!sent) {
    await page.locator('input[name="identifier"]').fill(login);
    await page.locator('input[name="credentials.passcode"]').fill(MARY.password);
    if (!sent) await page.locator('input[type=submit], button[type=submit]').first().press('Enter');
    await page.waitForTimeout(300);
  }
  await answered;
  return page;
}

async function claims(page: Page): Promise<Record<string, unknown>> {
  const text = await page.locator('#result:not(:empty)').textContent();
  return JSON.parse(text ?? '').claims;
}

describe.each<Generation>(['gen2', 'gen3'])('%s', (generation) => {
  test('shows the QR code until the phone is set up, later the number of a push notification', async () => {
    const login = `phone-${generation}@example.com`;
    const user = await org.createUser(login, MARY.password);
    let page = await signInPage(generation, login);
    await page.locator('.authenticator-button a, button[data-se="authenticator-button"]').first().click();
    await page.locator('img[src^="data:image/png"]').waitFor();
    await org.control('POST', 'okta-verify', { user: login });
    expect(await claims(page)).toMatchObject({ sub: user.id, amr: ['mfa', 'otp', 'pwd'] });
    await page.context().close();

    page = await signInPage(generation, login);
    await page.getByText('Get a push notification').first().click();
    const number = page.locator('[data-se="challenge-number"], .phone--body, #code').first();
    await number.waitFor();
    await org.control('POST', 'okta-verify', { user: login });
    expect(await claims(page)).toMatchObject({ sub: user.id, amr: ['mfa', 'swk', 'pwd'] });
    await page.context().close();
  });
});
