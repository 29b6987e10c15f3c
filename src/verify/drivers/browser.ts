/**
 * The `browser` driver: a person at a real browser, on the reference app. It reads the page as it is shown and fills its
 * forms; nothing is passed beside the page.
 */
import type { BrowserContext, Locator, Page } from 'playwright';
import type { BrowserPool } from '../browser/launch.ts';
import type { AppSettings } from '../idx/client.ts';
import { type ReferenceApp, startReferenceApp } from '../reference-app/server.ts';
import type { Action, PhoneMethod, Screen, ScreenMessage, Screenshot, SignIn } from '../screens.ts';

const PAGE_TIMEOUT_MS = 20_000;

/** A sign-in in a browser context of its own, on a reference app of its own. */
export async function browserSignIn(settings: AppSettings, pool: BrowserPool): Promise<SignIn> {
  const context = await pool.newContext();
  try {
    const app = await startReferenceApp(settings);
    return new BrowserSignIn(context, app);
  } catch (error) {
    await context.close();
    throw error;
  }
}

class BrowserSignIn implements SignIn {
  readonly screenshots: Screenshot[] = [];
  private readonly context: BrowserContext;
  private readonly app: ReferenceApp;
  private page: Page | undefined;

  constructor(context: BrowserContext, app: ReferenceApp) {
    this.context = context;
    this.app = app;
    context.setDefaultTimeout(PAGE_TIMEOUT_MS);
  }

  get transcript() {
    return this.app.transcript();
  }

  async start(): Promise<Screen> {
    this.page = await this.context.newPage();
    await this.page.goto(`${this.app.url}/`);
    return this.read(this.page);
  }

  async submit(action: Action): Promise<Screen> {
    const { page } = this;
    if (page === undefined) throw new Error('the sign-in was not started');
    const loaded = page.waitForEvent('load');
    await Promise.all([loaded, perform(page, action)]);
    return this.read(page);
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.app.stop();
  }

  private async read(page: Page): Promise<Screen> {
    const screen = await readScreen(page);
    // Taken as the page comes, before anything is typed: no password and no code is ever in a picture.
    this.screenshots.push({ name: screen.kind, png: await page.screenshot({ fullPage: true }) });
    return screen;
  }
}

async function perform(page: Page, action: Action): Promise<void> {
  switch (action.do) {
    case 'identify':
      await page.getByLabel('Username').fill(action.username);
      if (action.password !== undefined) await page.getByLabel('Password').fill(action.password);
      return page.locator('form[action$="/identify"] button').click();
    case 'password':
      await page.getByLabel('Password').fill(action.password);
      return page.locator('form[action$="/password"] button').click();
    case 'choose-authenticator':
    case 'choose-enrolment':
      return page.locator(`button[name="authenticator"][value="${action.authenticator}"]`).click();
    case 'choose-phone-method':
      return page.locator(`button[name="method"][value="${action.method}"]`).click();
    case 'send-code':
      return page.locator('form[action$="/send-code"] button').click();
    case 'enrol-phone':
      await page.getByLabel('Phone number').fill(action.phone);
      return page.locator(`button[name="method"][value="${action.method}"]`).click();
    case 'enter-code':
      await page.getByLabel('Code', { exact: true }).fill(action.code);
      return page.locator('form[action$="/enter-code"] button').click();
    case 'skip':
      return page.getByRole('button', { name: 'Set up later' }).click();
    case 'resend':
      return page.getByRole('button', { name: 'Send another code' }).click();
  }
}

async function readScreen(page: Page): Promise<Screen> {
  const main = page.locator('main');
  const kind = await main.getAttribute('data-screen');
  const messages = await readMessages(main);
  const base = { messages, remediations: [] };
  const canSkip = (await main.getByRole('button', { name: 'Set up later' }).count()) > 0;
  const code = async () => ({
    authenticator: (await main.getAttribute('data-authenticator')) ?? '?',
    canResend: (await main.getByRole('button', { name: 'Send another code' }).count()) > 0,
  });
  const options = () => values(main.locator('.choices button[name="authenticator"]'));
  const others = () => values(main.locator('.others button[name="authenticator"]'));
  const methods = async () => (await values(main.locator('button[name="method"]'))) as PhoneMethod[];
  switch (kind) {
    case 'identify':
      return { ...base, kind, withPassword: (await main.getByLabel('Password').count()) > 0 };
    case 'password':
      return { ...base, kind, others: await others() };
    case 'choose-authenticator':
      return { ...base, kind, options: await options() };
    case 'choose-phone-method':
      return { ...base, kind, methods: await methods(), others: await others() };
    case 'send-code': {
      const { authenticator } = await code();
      return { ...base, kind, authenticator, others: await others() };
    }
    case 'enter-code':
      return { ...base, kind, others: await others(), ...(await code()) };
    case 'choose-enrolment':
      return { ...base, kind, options: await options(), canSkip };
    case 'enrol-phone':
      return { ...base, kind, methods: await methods(), canSkip };
    case 'enter-enrolment-code':
      return { ...base, kind, ...(await code()) };
    case 'signed-in':
      return { ...base, kind, claims: await readClaims(main) };
    case 'refused':
      return { ...base, kind, ...optional('code', await main.getAttribute('data-code')) };
    case 'unknown':
      return { ...base, kind, name: (await main.getAttribute('data-name')) ?? '?' };
    default:
      throw new Error(`the app shows no screen: ${messages.map(({ text }) => text).join(' ')}`);
  }
}

async function readMessages(main: Locator): Promise<ScreenMessage[]> {
  const boxes = await main.getByRole('alert').all();
  return Promise.all(
    boxes.map(async (box) => {
      const level = await box.getAttribute('data-level');
      return {
        text: ((await box.textContent()) ?? '').trim(),
        level: level === 'info' || level === 'warning' ? level : 'error',
        ...optional('key', await box.getAttribute('data-key')),
      } as const;
    }),
  );
}

async function readClaims(main: Locator): Promise<Record<string, unknown>> {
  const rows = await main.locator('tr[data-claim]').all();
  const entries = rows.map(async (row) => [
    await row.getAttribute('data-claim'),
    JSON.parse((await row.getAttribute('data-json')) ?? 'null'),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

async function values(buttons: Locator): Promise<string[]> {
  const all = await buttons.all();
  return Promise.all(all.map(async (button) => (await button.getAttribute('value')) ?? '?'));
}

function optional<Name extends string>(name: Name, value: string | null): { [N in Name]?: string } {
  return (value === null ? {} : { [name]: value }) as { [N in Name]?: string };
}
