/**
 * Finds a Chromium to run, in this order: one that is named, Playwright's own, Chrome or Chromium of the system, and the
 * `@sparticuz/chromium` package, which carries its binary and needs nothing installed.
 */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { OrgproofError } from '../../shared/errors.ts';

export interface FoundBrowser {
  executablePath: string;
  args: string[];
  /** Where it was found, in words. */
  origin: string;
}

const BROWSER_VARIABLE = 'ORGPROOF_BROWSER';

const SYSTEM_NAMES = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'chrome', 'msedge'];
const SYSTEM_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];
/** Of what @sparticuz/chromium asks for: with the first, closing one context kills the browser; the second drops CORS. */
const UNWANTED_ARGS = ['--single-process', '--disable-web-security'];
/** Chromium's sandbox does not start as root. */
const ROOT_ARGS = ['--no-sandbox'];

/**
 * @param named path of an executable, from an option; the variable ORGPROOF_BROWSER counts when it is not given
 * @throws {OrgproofError} `browser-not-found`, saying where it looked; one that is named and not there is not replaced
 *   by another
 */
export async function findBrowser(named = process.env[BROWSER_VARIABLE]): Promise<FoundBrowser> {
  const args = process.getuid?.() === 0 ? ROOT_ARGS : [];
  if (named !== undefined && named !== '') {
    if (await isExecutable(named)) return { executablePath: named, args, origin: `named: ${named}` };
    throw notFound([`${named} (named by option or ${BROWSER_VARIABLE})`]);
  }
  const looked: string[] = [];
  const { chromium } = await import('playwright');
  const own = chromium.executablePath();
  if (await isExecutable(own)) return { executablePath: own, args, origin: 'Playwright’s Chromium' };
  looked.push(`${own} (Playwright's own)`);
  for (const candidate of systemCandidates()) {
    if (await isExecutable(candidate)) return { executablePath: candidate, args, origin: `system: ${candidate}` };
  }
  looked.push(`${SYSTEM_NAMES.join(', ')} on the PATH`, 'the usual places of Chrome');
  const packaged = await packagedBrowser();
  if (packaged !== undefined) return packaged;
  looked.push('the npm package @sparticuz/chromium');
  throw notFound(looked);
}

function systemCandidates(): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...SYSTEM_NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...SYSTEM_PLACES];
}

/** The package is a dev dependency: absent where orgproof is installed as a package, and then no answer. */
async function packagedBrowser(): Promise<FoundBrowser | undefined> {
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    const executablePath = await chromium.executablePath();
    const args = chromium.args.filter((arg) => !UNWANTED_ARGS.includes(arg));
    return { executablePath, args, origin: 'the @sparticuz/chromium package' };
  } catch {
    return undefined;
  }
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function notFound(looked: readonly string[]): OrgproofError {
  return new OrgproofError(`no browser found; looked for ${looked.join('; ')}`, {
    code: 'browser-not-found',
    hint: `Install one with \`npx playwright install chromium\`, or name one with ${BROWSER_VARIABLE}.`,
  });
}
