import { request } from 'node:http';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { MARY, SignIn, SignInOrg, signInBySms } from '../support/sign-in.ts';

let org: SignInOrg;
let browser: Browser;
let page: Page;
const problems: string[] = [];

beforeAll(async () => {
  [org, browser] = await Promise.all([SignInOrg.start(), launchBrowser()]);
  await org.givePhone('sms', 'call');
}, 60_000);
afterAll(async () => {
  await browser.close();
  await org.stop();
});
afterEach(async () => {
  await page?.close();
  // What the browser refused or could not run: the policy of the page, a script error, a request that failed.
  expect(problems.splice(0)).toEqual([]);
});

async function open(path = '/', options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
  page = await browser.newPage(options);
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (one) => {
    if (!one.url().startsWith(org.url) && !one.url().startsWith('data:')) problems.push(`asked ${one.url()}`);
  });
  await page.goto(org.url + path);
  await page.getByText('live', { exact: true }).waitFor();
  return page;
}

describe('the console page', () => {
  it('shows a message as soon as it is sent, without a reload', async () => {
    await open();
    const { signIn } = await SignIn.begin(org);
    await signIn.identify();
    await signIn.choose('phone_number', 'sms');
    const code = await org.lastCode();
    const row = page.locator('#messages tr', { hasText: code });
    await row.waitFor();
    expect(await row.textContent()).toContain(MARY.phone);
    expect(await row.textContent()).toContain(MARY.login);
  });

  it('opens the link of an email', async () => {
    await org.allow({ okta_email: 'OPTIONAL' });
    try {
      await open();
      const { signIn } = await SignIn.begin(org, { state: '' });
      await signIn.identify();
      await signIn.choose('okta_email', 'email');
      const code = await org.lastCode();
      const link = page.locator('#messages tr', { hasText: code }).getByRole('link');
      const [tab] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
      await tab.getByRole('heading', { name: 'Your verification code' }).waitFor();
      expect(await tab.locator('.number').textContent()).toBe(code);
    } finally {
      await org.allow({ okta_email: 'NOT_ALLOWED' });
    }
  });

  it('shows the last requests, with answers that keep their secrets', async () => {
    await open();
    const tokens = await signInBySms(org);
    const exchange = page.locator('#requests details', { hasText: '/oauth2/default/v1/token' }).first();
    await exchange.locator('summary').click();
    const answer = (await exchange.locator('pre').textContent()) ?? '';
    expect(JSON.parse(answer)).toMatchObject({
      token_type: 'Bearer',
      access_token: '[redacted]',
      id_token: '[redacted]',
    });
    const html = await page.content();
    for (const secret of [tokens.access_token, tokens.id_token ?? 'none', org.clientSecret, '02.id.']) {
      expect(html).not.toContain(secret);
    }
    // An answer that is open stays open when the page changes.
    await fetch(`${org.url}/api/v1/nothing`);
    await page.locator('#requests details', { hasText: '/api/v1/nothing' }).waitFor();
    expect(await exchange.getAttribute('open')).not.toBeNull();
  });

  it('says which policies apply to a user and an app, what they demand and what would do', async () => {
    await open();
    await page.getByLabel('User', { exact: true }).fill(MARY.login);
    await page.getByLabel('App', { exact: true }).selectOption({ label: 'Password and phone app' });
    const effective = page.locator('#effective');
    await effective.getByText('can sign in with what is enrolled').waitFor();
    const text = (await effective.innerText()).replaceAll(/\s+/g, ' ');
    expect(text).toContain('Password and phone, rule Catch-all Rule: two factor types');
    expect(text).toContain('Verify one of: Phone (sms), Phone (voice)');
    expect(text).toContain('Phone optional enrolled');
    expect(text).toContain('Email disabled enrolled');
  });

  it('names what was passed over and why', async () => {
    await org.api('POST', `/api/v1/policies/${org.policyId}/rules`, {
      name: 'Only the others',
      type: 'ACCESS_POLICY',
      conditions: { people: { groups: { include: [await group('The others')] } } },
      actions: { appSignOn: { access: 'DENY', verificationMethod: { type: 'ASSURANCE', factorMode: '1FA' } } },
    });
    await open(`/?user=${MARY.login}&app=${org.app.id}`);
    const skipped = page.locator('#effective li', { hasText: 'Only the others' });
    expect(await skipped.textContent()).toMatch(/group/);
  });

  it('lists users with factors and status, policies in order, apps with client ids', async () => {
    await open();
    const mary = page.locator('#users tr', { hasText: MARY.login });
    expect(((await mary.innerText()) ?? '').replaceAll(/\s+/g, ' ')).toContain(
      `ACTIVE password sms ${MARY.phone} call ${MARY.phone}`,
    );
    expect(await page.locator('#policies summary').first().textContent()).toContain('Default Policy');
    expect(await page.locator('#apps tr', { hasText: 'Password and phone app' }).textContent()).toContain(org.clientId);
  });

  it('escapes whatever people name things', async () => {
    const name = `<img src=x onerror="document.title='pwned'">`;
    await org.api('POST', '/api/v1/groups', { profile: { name, description: name } });
    await org.api('POST', '/api/v1/users?activate=true', {
      profile: { login: 'x@example.com', email: 'x@example.com', firstName: name, lastName: `</td>'"&` },
      credentials: { password: { value: 'Correct-horse-7' } },
    });
    await fetch(`${org.url}/api/v1/groups?q=${encodeURIComponent(name)}`);
    await open(`/?q=x%40&user=${encodeURIComponent(name)}&app=${org.app.id}`);
    expect(await page.locator('#users').textContent()).toContain(name);
    expect(await page.locator('#effective').textContent()).toContain(`There is no user ${name}.`);
    expect(await page.title()).toBe('Emulated org: console');
    expect(await page.locator('img').count()).toBe(0);
  });

  it('is readable on a phone and in the dark, and reached by keyboard', async () => {
    await open('/', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    const colours = await page.evaluate(
      '[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]',
    );
    expect(colours).toEqual(['rgb(16, 18, 26)', 'rgb(232, 234, 242)']);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the messages');
    for (const heading of ['Messages', 'Requests', 'Users', 'Effective policy', 'Policies', 'Apps']) {
      expect(await page.getByRole('region', { name: heading }).count()).toBeGreaterThan(0);
    }
  });
});

describe('who may see it', () => {
  const get = (headers: Record<string, string>): Promise<{ status: number; csp: string }> =>
    new Promise((resolve, reject) => {
      const { port } = new URL(org.url);
      request({ host: '127.0.0.1', port, path: '/', headers: { Accept: 'text/html', ...headers } }, (response) => {
        response.resume();
        const csp = String(response.headers['content-security-policy'] ?? '');
        resolve({ status: response.statusCode ?? 0, csp });
      })
        .on('error', reject)
        .end();
    });

  it('people on this machine; no other name, no other site, no frame', async () => {
    const { status, csp } = await get({ Host: new URL(org.url).host });
    expect(status).toBe(200);
    expect(csp).toContain("default-src 'none'");
    expect(csp).toContain("frame-ancestors 'none'");
    expect((await get({ Host: 'evil.example' })).status).toBe(403);
    expect((await get({ Host: new URL(org.url).host, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
  });

  it('not the clients of the org: to them the path is one that Okta has and the emulator lacks', async () => {
    const response = await fetch(org.url, { headers: { Accept: 'application/json' } });
    expect(response.status).toBe(501);
  });
});

async function group(name: string): Promise<string> {
  const { body } = await org.api<{ id: string }>('POST', '/api/v1/groups', { profile: { name, description: '' } });
  return body.id;
}
