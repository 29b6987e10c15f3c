import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeEvidence } from '../../src/verify/evidence/index.ts';
import { resultsAsMarkdown } from '../../src/verify/evidence/markdown.ts';
import { type FlowRecord, type FlowResult, summarize, type VerifyResult } from '../../src/verify/result.ts';
import { launchBrowser } from '../support/browser.ts';

const ONE_PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const step = { name: 'Choose <SMS>', startedAt: '2026-11-24T04:00:00.000Z', durationMs: 60, detail: 'asked & told' };

function record(result: Partial<FlowResult> & Pick<FlowResult, 'name' | 'driver' | 'status'>): FlowRecord {
  return {
    result: { startedAt: '2026-11-24T04:00:00.000Z', durationMs: 250, steps: [step], offered: [['phone']], ...result },
    user: 'mary@example.com',
    app: 'Phone app',
    choices: [{ purpose: 'verify', authenticators: ['phone'], role: 'taken' }],
    transcript: [
      {
        method: 'POST',
        path: '/idp/idx/challenge',
        status: 200,
        remediations: ['challenge-authenticator'],
        messages: [],
      },
    ],
    screenshots: result.driver === 'browser' ? [{ name: 'identify', png: ONE_PIXEL }] : [],
  };
}

const FAILURE = {
  code: 'email-offered',
  message: 'Email is offered: "Default Policy" allows it & <more>\u0007.',
  hint: 'Disable it.',
  source: { file: 'org.yaml', line: 12, column: 3 },
};
const RECORDS = [
  record({ name: 'By SMS', driver: 'sdk', status: 'passed', claims: { amr: ['pwd', 'sms'] } }),
  record({ name: 'By SMS', driver: 'browser', status: 'failed', failure: FAILURE }),
  record({ name: 'By voice', driver: 'sdk', status: 'error', failure: { ...FAILURE, code: 'driver-error' } }),
  record({ name: 'By voice', driver: 'browser', status: 'skipped' }),
];
const FLOWS = RECORDS.map(({ result }) => result);
const RESULT: VerifyResult = {
  formatVersion: 1,
  org: 'https://dev-1.okta.com',
  flows: FLOWS,
  summary: summarize(FLOWS),
  warnings: [],
};

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'orgproof-evidence-'));
  await writeEvidence(directory, RESULT, RECORDS, Date.parse('2026-11-24T04:00:00Z'));
});
afterAll(() => rm(directory, { recursive: true }));

const read = (file: string) => readFile(join(directory, file), 'utf8');

describe('evidence', () => {
  it('results.json is the result', async () => {
    expect(JSON.parse(await read('results.json'))).toEqual(RESULT);
    expect(RESULT.summary).toEqual({ total: 4, passed: 1, failed: 1, error: 1, skipped: 1, durationMs: 1000 });
  });

  it('junit.xml has a suite per driver and a case per flow, escaped', async () => {
    const xml = await read('junit.xml');
    expect(xml).toContain(
      '<testsuites name="orgproof verify" tests="4" failures="1" errors="1" skipped="1" time="1.000">',
    );
    expect(xml).toContain('<testcase name="By SMS" classname="orgproof.browser" time="0.250">');
    expect(xml).toContain(
      '<failure type="email-offered" message="Email is offered: &quot;Default Policy&quot; allows it &amp; &lt;more&gt;.">',
    );
    expect(xml).toContain('org.yaml:12:3</failure>');
    expect(xml).toContain('<error type="driver-error"');
    expect(xml).toContain('<skipped/>');
    expect(xml).toContain('Choose &lt;SMS&gt; (60 ms): asked &amp; told');
  });

  it('keeps each screenshot as a file', async () => {
    expect(await readdir(join(directory, 'screenshots'))).toEqual([
      'by-sms--01-identify.png',
      'by-voice--01-identify.png',
    ]);
  });

  it('replaces its own files of an earlier run and leaves others alone', async () => {
    const screenshots = join(directory, 'screenshots');
    await writeFile(join(screenshots, 'holiday.png'), ONE_PIXEL);
    await writeFile(join(screenshots, 'gone--01-identify.png'), ONE_PIXEL);
    await writeEvidence(directory, RESULT, RECORDS, 0);
    expect(await readdir(screenshots)).toEqual(['by-sms--01-identify.png', 'by-voice--01-identify.png', 'holiday.png']);
  });

  it('a Markdown summary lists flows and failures', () => {
    const text = resultsAsMarkdown(RESULT);
    expect(text).toContain('### Sign-in verification of https://dev-1.okta.com: 1 of 4 passed in 1.0 s');
    expect(text).toContain('| ❌ failed | By SMS | browser | 250 ms |');
    expect(text).toContain('(`org.yaml:12:3`)');
  });
});

describe('report.html', () => {
  it('opens in a browser from the file alone, with every flow, its screens and its failure', async () => {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const problems: string[] = [];
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      page.on('request', (request) => /^(file|data):/.test(request.url()) || problems.push(request.url()));
      await page.goto(pathToFileURL(join(directory, 'report.html')).href);

      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('1 of 4 passed');
      expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(['By SMS', 'By voice']);
      const failed = page.locator('#flow-0-browser');
      expect(await failed.locator('.what').textContent()).toContain(
        'Email is offered: "Default Policy" allows it & <more>',
      );
      expect(await failed.locator('.where').textContent()).toContain('org.yaml:12:3');
      expect(
        await failed.locator('img').evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
      ).toBe(1);
      expect(await page.locator('#flow-0-sdk .claims').textContent()).toContain('["pwd","sms"]');
      expect(await page.locator('#flow-0-sdk .exchange').textContent()).toContain('challenge-authenticator');
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
