import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

const ENV = { HOOK_SECRET: 'sesame-of-the-hook', API_KEY: 'key-in-a-header' };
const HOOK = (more: string) =>
  `version: 1\ninlineHooks: [{ name: SMS, type: telephony, url: https://a.example.com/sms, authorizationSecret: "\${env:HOOK_SECRET}"${more} }]\n`;
const WITH_HEADER = HOOK(', headers: { x-api-key: "${env:API_KEY}" }');

describe('the secret and the headers of a hook', () => {
  it('are shown nowhere: not in a plan, not by an apply, not in what is kept of it', async () => {
    const folder = workFolder();
    const run = (command: string, ...flags: string[]) =>
      cli(folder, [command, ...flags, '--org-url', org.url, '--token', org.token], ENV);
    const told: string[] = [];
    const give = async (yaml: string, ...flags: string[]) => {
      writeFileSync(join(folder, 'org.yaml'), yaml);
      for (const how of [[], ['--json']]) told.push((await run('plan', '-f', 'org.yaml', ...how)).stdout);
      const applied = await run('apply', '-f', 'org.yaml', '--yes', ...flags);
      expect(applied).toMatchObject({ exitCode: 0, stderr: '' });
      told.push(applied.stdout);
    };
    await give(WITH_HEADER);
    expect(told.at(-1)).toContain('Header x-api-key: (secret)');
    ENV.API_KEY = 'next-key-in-a-header';
    await give(WITH_HEADER);
    expect(told.at(-1)).toMatch(/~ Inline hook "SMS" .*\n {6}Header x-api-key: \(changed\)\n\nPlan/);
    await give(HOOK(', ensure: absent'));
    const undone = await run('rollback', '--yes');
    told.push(undone.stdout, undone.stderr);
    expect(undone.stdout + undone.stderr).toContain('its authorization secret and its headers');
    const all = [...told, ...filesUnder(folder).map((path) => readFileSync(path, 'utf8'))].join('\n');
    expect(all).toContain('https://a.example.com/sms');
    for (const secret of ['sesame-of-the-hook', 'key-in-a-header']) expect(all).not.toContain(secret);
  });
});

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
