import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OrgproofError } from '../../src/shared/errors.ts';
import { findBrowser } from '../../src/verify/browser/find.ts';
import { BrowserPool } from '../../src/verify/browser/launch.ts';

describe('finding a browser', () => {
  it('takes the one that is named', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'orgproof-browser-'));
    const named = join(directory, 'browser');
    await writeFile(named, '#!/bin/sh\n');
    await chmod(named, 0o755);
    expect((await findBrowser(named)).executablePath).toBe(named);
    await rm(directory, { recursive: true });
  });

  it('says so when the named one is not there, and takes no other', async () => {
    const error = await findBrowser('/no/such/browser').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OrgproofError);
    expect(error).toMatchObject({
      code: 'browser-not-found',
      message: 'no browser found; looked for /no/such/browser (named by option or ORGPROOF_BROWSER)',
    });
  });

  it('finds one on this machine that opens pages in separate contexts', async () => {
    const pool = new BrowserPool();
    try {
      const first = await pool.newContext();
      const second = await pool.newContext();
      await first.close();
      const page = await second.newPage();
      await page.setContent('<h1>Still here</h1>');
      expect(await page.getByRole('heading').textContent()).toBe('Still here');
    } finally {
      await pool.close();
    }
  });
});
