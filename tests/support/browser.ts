/** A browser for tests that look at pages. One that is missing fails the test: what cannot be looked at is not proven. */
import { type Browser, chromium } from 'playwright';
import { findBrowser } from '../../src/verify/browser/find.ts';

export async function launchBrowser(): Promise<Browser> {
  const { executablePath, args } = await findBrowser();
  return chromium.launch({ executablePath, args });
}
