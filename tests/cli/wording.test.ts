import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

const ZONE = 'version: 1\nnetworkZones: [{ name: Office, type: ip, gateways: [203.0.113.7/32] }]\n';
const run = (folder: string, ...args: string[]) =>
  cli(folder, [...args, '-f', 'org.yaml', '--org-url', org.url, '--token', org.token]);

describe('what is printed', () => {
  it('has the words of the Admin Console, and counts one as one', async () => {
    const { stdout } = await run(workFolder({ 'org.yaml': ZONE }), 'apply', '--yes');
    expect(stdout).toContain('      Type: IP\n      Gateways: 203.0.113.7\n');
    expect(stdout).toContain(`Applied to ${org.url}: 1 change with 1 write.\n`);
  });

  it('keeps names that somebody chose as they are', async () => {
    const template =
      'version: 1\nsmsTemplates: [{ name: Custom, text: "$${code}", translations: { pt-BR: "é $${code}" } }]\n';
    const { stdout } = await run(workFolder({ 'org.yaml': template }), 'plan');
    expect(stdout).toContain('      Translation pt-BR: é ${code}\n');
  });
});

describe('plan --out', () => {
  it('replaces an earlier plan, and nothing else', async () => {
    const folder = workFolder({ 'org.yaml': ZONE, 'empty.plan.json': '' });
    for (const name of ['empty.plan.json', 'empty.plan.json']) {
      expect((await run(folder, 'plan', '--out', name)).exitCode).toBe(0);
    }
    expect(JSON.parse(readFileSync(join(folder, 'empty.plan.json'), 'utf8')).changes).toHaveLength(1);
    writeFileSync(join(folder, 'notes.json'), '{}');
    for (const name of ['org.yaml', 'notes.json']) {
      const { exitCode, stderr } = await run(folder, 'plan', '--out', name);
      expect(exitCode).toBe(5);
      expect(stderr).toContain(`--out ${name}: the file is there, and is no saved plan`);
    }
    expect(readFileSync(join(folder, 'org.yaml'), 'utf8')).toBe(ZONE);
  });
});
