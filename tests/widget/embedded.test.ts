/**
 * Okta's Sign-In Widget, unmodified, both generations, on a page of another origin, in Chromium: everything it does goes
 * over CORS to the emulator.
 */
import type { WidgetOptions } from '@okta/okta-signin-widget';
import type { Browser, Page, Request } from 'playwright';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { User } from '../../src/wire/directory.ts';
import { launchBrowser } from '../support/browser.ts';
import { MARY, SignIn, SignInOrg } from '../support/sign-in.ts';
import { appForPage, type Generation, serveWidget, type WidgetPage } from '../support/widget-page.ts';

let org: SignInOrg;
let browser: Browser;
let site: WidgetPage;
let config: WidgetOptions = {};
beforeAll(async () => {
  [org, browser, site] = await Promise.all([SignInOrg.start(), launchBrowser(), serveWidget(() => config)]);
  config = await appForPage(org, site.origin);
  await org.givePhone('sms', 'call');
});
afterAll(() => Promise.all([org.stop(), browser.close(), site.stop()]));

/** The one authenticator of a list. */
const AUTHENTICATOR = '.authenticator-button a, button[data-se="authenticator-button"]';

/** A fresh browser, so without session, on the page. */
async function open(generation: Generation): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  await page.goto(site.url(generation));
  return page;
}

/**
 * Submits the form on the page and waits for the pipeline's answer to it. Filled and pressed again until it is on its way:
 * generation 2 draws a form anew after it first shows, which empties it, and is deaf while it slides its messages in.
 *
 * @param fields what to type, by the name of the input
 */
async function submit(page: Page, fields: Readonly<Record<string, string>> = {}): Promise<void> {
  // The form first: the request that brought it is not the one to wait for.
  const [firstField] = Object.keys(fields);
  await (firstField === undefined ? submitButton(page) : page.locator(`input[name="${firstField}"]`)).waitFor();
  let onItsWay = false;
  const note = (request: Request) => {
    onItsWay ||= request.url().includes('/idp/idx/');
  };
  page.on('request', note);
  const answered = page.waitForResponse((response) => response.url().includes('/idp/idx/'));
  answered.catch(() => {}); // awaited below; it must not be thrown while a form is still being filled
  try {
    while (!onItsWay && !page.isClosed()) {
      for (const [name, value] of Object.entries(fields)) await page.locator(`input[name="${name}"]`).fill(value);
      if (!onItsWay) await submitButton(page).press('Enter');
      for (let waited = 0; waited < 700 && !onItsWay; waited += 50) await page.waitForTimeout(50);
    }
    await answered;
  } finally {
    page.off('request', note);
  }
}

function submitButton(page: Page) {
  return page.locator('input[type=submit], button[type=submit]').first();
}

function identify(page: Page, login: string, password: string): Promise<void> {
  return submit(page, { identifier: login, 'credentials.passcode': password });
}

function enterCode(page: Page, code: string): Promise<void> {
  return submit(page, { 'credentials.passcode': code });
}

async function result(page: Page): Promise<{ claims: Record<string, unknown>; scopes: string[] }> {
  const shown = page.locator('#result:not(:empty)');
  return JSON.parse((await shown.textContent()) ?? '');
}

describe.each<Generation>(['gen2', 'gen3'])('%s', (generation) => {
  test('password and SMS, with a wrong password and a wrong code on the way', async () => {
    const page = await open(generation);
    await identify(page, MARY.login, 'wrong');
    await page.getByText('Unable to sign in').first().waitFor();
    await identify(page, MARY.login, MARY.password);
    await page.getByText('+1 XXX-XXX-0132').first().waitFor();
    await page.getByText('Receive a code via SMS').first().click();
    await page.locator('input[name="credentials.passcode"]').waitFor();
    await enterCode(page, await org.wrongCode());
    await page.getByText('Invalid code. Try again.').first().waitFor();
    await enterCode(page, await org.lastCode());
    const { claims, scopes } = await result(page);
    expect(claims).toMatchObject({
      sub: org.mary.id,
      preferred_username: MARY.login,
      amr: ['mfa', 'sms', 'mca', 'pwd'],
      aud: config.clientId,
      iss: org.issuer,
    });
    expect(scopes).toEqual(['openid', 'profile', 'email']);
    await page.context().close();
  });

  test('recovers a password by email', async () => {
    const login = `forgot-${generation}@example.com`;
    const user = await org.createUser(login, MARY.password);
    const page = await open(generation);
    await page.getByText('Forgot password?').click();
    await page.getByText('Reset your password').first().waitFor();
    await submit(page, { identifier: login });
    await page.locator(AUTHENTICATOR).click();
    await page.getByText('Enter a verification code instead').click();
    await enterCode(page, await org.lastCode());
    await page.getByText('At least 8 characters').first().waitFor();
    await page.locator('input[name=confirmPassword]').fill('Brand-new-horse-8');
    await enterCode(page, 'Brand-new-horse-8');
    await page.getByText('Set up security methods').waitFor();
    const { signIn } = await SignIn.begin(org);
    expect((await signIn.identify(login, MARY.password)).status).toBe(401);
    expect((await signIn.identify(login, 'Brand-new-horse-8')).body.user?.value.id).toBe(user.id);
    await page.context().close();
  });

  test('registers: the address is verified, then a password is set', async () => {
    const email = `registers-${generation}@example.com`;
    await org.allow({ okta_email: 'REQUIRED' });
    const page = await open(generation);
    onTestFinished(() => org.allow({ okta_email: 'NOT_ALLOWED' }));
    await page.getByText('Sign up').click();
    // generation 2 shows both forms while it slides from one to the other
    await page.locator('input[name=identifier]').waitFor({ state: 'detached' });
    await page.locator('input[name="userProfile.firstName"]').fill('Nina');
    await page.locator('input[name="userProfile.lastName"]').fill('New');
    await page.locator('input[name="userProfile.email"]').fill(email);
    await submit(page);
    await page.getByText('Get a verification email').waitFor();
    expect(await org.messages(`?to=${email}`)).toEqual([]);
    await submit(page);
    const code = page.locator('input[name="credentials.passcode"]');
    await page.getByText('Enter a verification code instead').or(code).first().click();
    await enterCode(page, await org.lastCode());
    await page.locator(AUTHENTICATOR).click();
    await page.locator('input[name=confirmPassword]').fill('Brand-new-horse-8');
    await enterCode(page, 'Brand-new-horse-8');
    await page.locator(AUTHENTICATOR).waitFor();
    const { body } = await org.api<User>('GET', `/api/v1/users/${email}`);
    expect(body).toMatchObject({ status: 'ACTIVE', profile: { firstName: 'Nina', lastName: 'New' } });
    await page.context().close();
  });

  test('enrols a phone', async () => {
    const login = `new-${generation}@example.com`;
    const user = await org.createUser(login, MARY.password);
    const page = await open(generation);
    await identify(page, login, MARY.password);
    await page.locator(AUTHENTICATOR).click();
    await page.locator('input[name="authenticator.phoneNumber"]').fill('4155550177');
    await submit(page);
    await page.locator('input[name="credentials.passcode"]').waitFor();
    await enterCode(page, await org.lastCode());
    expect((await result(page)).claims).toMatchObject({ sub: user.id, amr: ['mfa', 'sms', 'mca', 'pwd'] });
    const factors = await org.api<{ factorType: string; profile: object }[]>('GET', `/api/v1/users/${user.id}/factors`);
    expect(factors.body).toMatchObject([{ factorType: 'sms', profile: { phoneNumber: '+14155550177' } }]);
    await page.context().close();
  });
});

test('a page whose origin is not trusted gets nowhere', async () => {
  const stranger = await serveWidget(() => config);
  const page = await browser.newPage();
  await page.goto(stranger.url('gen2'));
  await page.getByText('There was an unexpected internal error.').waitFor({ timeout: 8000 });
  expect(await page.locator('input[name=identifier]').count()).toBe(0);
  await page.close();
  await stranger.stop();
});
