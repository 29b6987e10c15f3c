/** Okta Verify in Okta's Sign-In Widget, unmodified, both generations: the QR code, then a push notification. */
import type { WidgetOptions } from '@okta/okta-signin-widget';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IdxResponse } from '../../src/wire/idx.ts';
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

/** The next poll that ends the wait, and what it ends in. */
async function ended(page: Page): Promise<string | undefined> {
  const answer = await page.waitForResponse(async (response) => {
    return response.url().endsWith('/poll') && (await response.text()).includes('successWithInteractionCode');
  });
  return ((await answer.json()) as IdxResponse).successWithInteractionCode?.name;
}

async function claims(page: Page): Promise<Record<string, unknown>> {
  const text = await page.locator('#result:not(:empty)').textContent();
  return JSON.parse(text ?? '').claims;
}

/** An authenticator, or a method of it, in a list. */
const listed = (page: Page, text: string) =>
  page.locator('.authenticator-row, button[data-se="authenticator-button"]').filter({ hasText: text });

const choose = async (page: Page, generation: Generation, text: string): Promise<void> => {
  const row = listed(page, text).first();
  await (generation === 'gen2' ? row.locator('.authenticator-button a') : row).click();
};

describe.each<Generation>(['gen2', 'gen3'])('%s', (generation) => {
  // Generation 3 of this version polls without `exchangeCodeForTokens: false`: its client redeems the code of a poll and drops
  // the transaction, which the widget then misses. What the org answers is all that can be seen of its end.
  const tokens = generation === 'gen2';

  test('shows the QR code until the phone is set up, later the number of a push notification', async () => {
    const login = `phone-${generation}@example.com`;
    const user = await org.createUser(login, MARY.password);
    let page = await signInPage(generation, login);
    await choose(page, generation, 'Okta Verify');
    await page.locator('img[src^="data:image/png"]').waitFor();
    let end = ended(page);
    await org.control('POST', 'okta-verify', { user: login });
    expect(await end).toBe('issue');
    if (tokens) expect(await claims(page)).toMatchObject({ sub: user.id, amr: ['mfa', 'otp', 'pwd'] });
    await page.context().close();

    page = await signInPage(generation, login);
    const challenged = page.waitForResponse((response) => response.url().endsWith('/idp/idx/challenge'));
    await choose(page, generation, 'Get a push notification');
    const { currentAuthenticator } = (await (await challenged).json()) as IdxResponse;
    const number = String(currentAuthenticator?.value.contextualData?.correctAnswer);
    await page.getByText('On your mobile device').first().waitFor();
    end = ended(page);
    await org.control('POST', 'okta-verify', { user: login, number });
    expect(await end).toBe('issue');
    if (tokens) expect(await claims(page)).toMatchObject({ sub: user.id, amr: ['mfa', 'swk', 'pwd'] });
    await page.context().close();
  }, 60_000); // two waits of four seconds, and two of the widget's start
});
