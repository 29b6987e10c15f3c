/** One browser per run of verify, started on first use, with a fresh context for each flow. */
import type { Browser, BrowserContext } from 'playwright';
import { type FoundBrowser, findBrowser } from './find.ts';

/** As large as a sign-in page needs, so that a screenshot shows the form and not the ground around it. */
const VIEWPORT = { width: 720, height: 600 };
const LAUNCH_ATTEMPTS = 3;
const RETRY_DELAY_MS = 500;

export class BrowserPool {
  private readonly named: string | undefined;
  private browser: Promise<Browser> | undefined;

  /** @param named path of a browser; otherwise one is looked for (see {@link findBrowser}) */
  constructor(named?: string) {
    this.named = named;
  }

  /** An empty context: no cookies, no storage, so that nothing of an earlier sign-in is remembered. */
  async newContext(): Promise<BrowserContext> {
    this.browser ??= findBrowser(this.named).then(launch);
    const browser = await this.browser;
    return browser.newContext({ viewport: VIEWPORT, locale: 'en-US' });
  }

  async close(): Promise<void> {
    const browser = await this.browser?.catch(() => undefined);
    this.browser = undefined;
    await browser?.close();
  }
}

/** Two processes that unpack the packaged browser at once can meet a half-written file; so it is tried again. */
async function launch(found: FoundBrowser): Promise<Browser> {
  const { chromium } = await import('playwright');
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await chromium.launch({ executablePath: found.executablePath, args: found.args });
    } catch (error) {
      if (attempt === LAUNCH_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS * attempt));
    }
  }
}
