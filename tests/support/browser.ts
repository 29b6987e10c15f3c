/** A browser for tests that look at pages. One that is missing fails the test: what cannot be looked at is not proven. */
import { type Browser, chromium } from 'playwright';
import { findBrowser } from '../../src/verify/browser/find.ts';

/** What the packaged Chromium is given for the sake of screenshots of any page; with them a browser would not ask CORS. */
const UNSAFE = ['--disable-web-security', '--allow-running-insecure-content', '--disable-site-isolation-trials'];

export async function launchBrowser(): Promise<Browser> {
  const { executablePath, args } = await findBrowser();
  return chromium.launch({ executablePath, args: args.filter((arg) => !UNSAFE.includes(arg)) });
}
