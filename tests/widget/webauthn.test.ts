/**
 * Security keys in Chromium, with its own virtual authenticator: in Okta's widget, on the hosted pages, and as Okta's
 * samples do it, where a server drives the sign-in and a page of the app asks for the key.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { WidgetOptions } from '@okta/okta-signin-widget';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Authenticator } from '../../src/wire/authenticator.ts';
import { launchBrowser } from '../support/browser.ts';
import { legacyOktaAuth } from '../support/okta-auth.ts';
import { claimsOf, MARY, SignInOrg, type Tokens } from '../support/sign-in.ts';
import { appForPage, type Generation, serveWidget, type WidgetPage } from '../support/widget-page.ts';

let org: SignInOrg;
let browser: Browser;
beforeAll(async () => {
  [org, browser] = await Promise.all([SignInOrg.start(), launchBrowser()]);
  const key = { key: 'webauthn', name: 'Security Key or Biometric' };
  const { body } = await org.api<Authenticator>('POST', '/api/v1/authenticators?activate=true', key);
  org.authenticatorIds.webauthn = body.id;
  await org.allow({ webauthn: 'OPTIONAL', phone_number: 'NOT_ALLOWED' });
});
afterAll(() => Promise.all([org.stop(), browser.close()]));

/** A fresh browser with a key plugged in, which is touched whenever it is asked for. */
async function pageWithKey(): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'usb', automaticPresenceSimulation: true },
  });
  return page;
}

/** Types name and password until they are on their way: generation 2 draws its first form twice. */
async function identify(page: Page, login: string): Promise<void> {
  await page.locator('input[name="credentials.passcode"]').waitFor();
  const answered = page.waitForResponse((response) => response.url().endsWith('/idp/idx/identify'));
  let sent = false;
  page.on('request', (request) => {
    sent ||= request.url().endsWith('/idp/idx/identify');
  });
  while (!sent) {
    await page.locator('input[name="identifier"]').fill(login);
    await page.locator('input[name="credentials.passcode"]').fill(MARY.password);
    if (!sent) await page.locator('form [type=submit]').first().press('Enter');
    await page.waitForTimeout(300);
  }
  await answered;
}

const chooseInWidget = (page: Page) =>
  page.locator('.authenticator-button a, button[data-se="authenticator-button"]').first().click();

/** The button that makes the browser ask for the key: in generation 2 it is a link. */
const setUpInWidget = async (page: Page): Promise<void> => {
  const button = page.locator('.webauthn-setup').or(page.getByRole('button', { name: 'Set up', exact: true }));
  await button.waitFor();
  await button.click();
};

describe('the widget on a page of the app', () => {
  let site: WidgetPage;
  let config: WidgetOptions = {};
  beforeAll(async () => {
    site = await serveWidget(() => config, 'localhost');
    config = await appForPage(org, site.origin);
  });
  afterAll(() => site.stop());

  test.each<Generation>(['gen2', 'gen3'])(
    '%s sets up a key, and signs in with it',
    async (generation) => {
      const login = `${generation}@example.com`;
      const user = await org.createUser(login, MARY.password);
      const page = await pageWithKey();
      const claims = async () => {
        const { claims } = JSON.parse((await page.locator('#result:not(:empty)').textContent()) ?? '');
        return claims;
      };
      await page.goto(site.url(generation));
      await identify(page, login);
      await chooseInWidget(page);
      await setUpInWidget(page);
      expect(await claims()).toMatchObject({ sub: user.id, amr: ['mfa', 'hwk', 'pwd'] });
      await page.context().clearCookies();
      await page.goto(site.url(generation));
      await identify(page, login);
      // it asks for the key by itself
      expect(await claims()).toMatchObject({ sub: user.id, amr: ['mfa', 'hwk', 'pwd'] });
      await page.context().close();
    },
    60_000,
  );
});

describe.each([
  { what: 'Okta’s widget', signInWidget: true },
  { what: 'the plain page', signInWidget: false },
])('the hosted page with $what', ({ signInWidget }) => {
  let site: Server;
  let authorize = '';
  let callback = '';
  let secret = '';
  let clientId = '';
  beforeAll(async () => {
    site = createServer((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>The app</h1>'),
    );
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    callback = `http://127.0.0.1:${(site.address() as AddressInfo).port}/callback`;
    const app = await org.createApp({
      label: `App of ${signInWidget}`,
      settings: { redirect_uris: [callback], grant_types: ['authorization_code'] },
    });
    clientId = app.id;
    secret = app.credentials.oauthClient?.client_secret ?? '';
    const query = { client_id: app.id, response_type: 'code', scope: 'openid', redirect_uri: callback, state: 's' };
    authorize = `${org.url.replace('127.0.0.1', 'localhost')}/oauth2/default/v1/authorize?${new URLSearchParams(query)}`;
    await org.control('PUT', 'settings', { signInWidget });
  });
  afterAll(() => new Promise((resolve) => site.close(resolve)));

  async function amr(page: Page): Promise<unknown> {
    await page.getByRole('heading', { name: 'The app' }).waitFor();
    const { body } = await org.form<Tokens>('/oauth2/default/v1/token', {
      grant_type: 'authorization_code',
      code: new URL(page.url()).searchParams.get('code') ?? '',
      redirect_uri: callback,
      client_id: clientId,
      client_secret: secret,
    });
    return claimsOf(body.id_token).amr;
  }

  test('sets up a key, and signs in with it', async () => {
    const login = `hosted-${signInWidget}@example.com`;
    await org.createUser(login, MARY.password);
    const page = await pageWithKey();
    await page.goto(authorize);
    await identify(page, login);
    if (signInWidget) {
      await chooseInWidget(page);
      await setUpInWidget(page);
    } else {
      await page.getByRole('button', { name: 'Set up' }).click();
      await page.getByRole('button', { name: 'Use your security key' }).click();
    }
    expect(await amr(page)).toEqual(['mfa', 'hwk', 'pwd']);
    await page.context().clearCookies();
    await page.goto(authorize);
    await identify(page, login);
    if (!signInWidget) await page.getByRole('button', { name: 'Use your security key' }).click();
    expect(await amr(page)).toEqual(['mfa', 'hwk', 'pwd']);
    await page.context().close();
  }, 60_000);
});

test('a server drives the sign-in, a page of the app asks for the key', async () => {
  const login = 'sample@example.com';
  await org.createUser(login, MARY.password);
  const client = await readFile(
    join(
      dirname(createRequire(import.meta.url).resolve('@okta/okta-auth-js/package.json')),
      'dist',
      'okta-auth-js.min.js',
    ),
  );
  const page = await pageWithKey();
  // the sample's address, which is that of the app's redirect URI
  await page.route('http://localhost:8080/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<!doctype html><script>${client}</script>` }),
  );
  await page.goto('http://localhost:8080/challenge-authenticator/webauthn');

  const enrolling = legacyOktaAuth(org);
  await enrolling.idx.authenticate({ username: login, password: MARY.password });
  let step = await enrolling.idx.proceed({ authenticator: 'webauthn' });
  expect(step.nextStep?.name).toBe('enroll-authenticator');
  const made = await page.evaluate(
    `(async ([data, enrolled]) => OktaAuth.webauthn.getAttestation(await navigator.credentials.create(
      OktaAuth.webauthn.buildCredentialCreationOptions(data, enrolled))))(${JSON.stringify([
        step.nextStep?.authenticator?.contextualData?.activationData,
        step.nextStep?.authenticatorEnrollments,
      ])})`,
  );
  const { clientData, attestation } = made as { clientData: string; attestation: string };
  step = await enrolling.idx.proceed({ clientData, attestation });
  expect(step.status).toBe('SUCCESS');

  const verifying = legacyOktaAuth(org);
  step = await verifying.idx.authenticate({ username: login, password: MARY.password });
  expect(step.nextStep).toMatchObject({ name: 'challenge-authenticator', authenticator: { key: 'webauthn' } });
  const answer = await page.evaluate(
    `(async ([data, enrolled]) => OktaAuth.webauthn.getAssertion(await navigator.credentials.get(
      OktaAuth.webauthn.buildCredentialRequestOptions(data, enrolled))))(${JSON.stringify([
        step.nextStep?.authenticator?.contextualData?.challengeData,
        step.nextStep?.authenticatorEnrollments,
      ])})`,
  );
  step = await verifying.idx.proceed(answer as Record<string, string>);
  expect(step.tokens?.idToken?.claims.amr).toEqual(['mfa', 'hwk', 'pwd']);
  await page.context().close();
}, 60_000);
