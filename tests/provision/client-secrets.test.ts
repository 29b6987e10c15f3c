/** Client secrets of an app: one follows upon the other without a gap, and none is told. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Application } from '../../src/wire/application.ts';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

const ENV = { OLD: 'old-secret-of-batch', NEXT: 'next-secret-of-batch', THIRD: 'third-secret-of-batch' };

/** Runs commands on a config whose app has these secrets, and keeps all that they say. */
function orgproof() {
  const folder = workFolder();
  const told: string[] = [];
  const run = async (...args: string[]) => {
    const { stdout, stderr, exitCode } = await cli(folder, [...args, '--org-url', org.url, '--token', org.token], ENV);
    told.push(stdout, stderr);
    return { stdout, stderr, exitCode };
  };
  const config = (...names: (keyof typeof ENV)[]) =>
    writeFileSync(
      join(folder, 'org.yaml'),
      `version: 1
apps:
  - label: Batch
    type: service
    grantTypes: [client credentials]
    clientSecrets: [${names.map((name) => `"\${env:${name}}"`).join(', ')}]
authorizationServers:
  - name: default
    scopes: [{ name: orders }]
`,
    );
  const apply = async (...names: (keyof typeof ENV)[]) => {
    config(...names);
    return run('apply', '-f', 'org.yaml', '--yes');
  };
  const kept = () =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile())
      .map((path) => readFileSync(path, 'utf8'));
  return { run, config, apply, told: () => [...told, ...kept()].join('\n') };
}

/** Which of the secrets get a token. */
async function working(): Promise<string[]> {
  const apps = await org.ok<Application[]>('GET', '/api/v1/apps?limit=200');
  const id = apps.find(({ label }) => label === 'Batch')?.id ?? '';
  const answers = Object.entries(ENV).map(async ([name, secret]) => {
    const { status } = await fetch(`${org.url}/oauth2/default/v1/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'orders' }),
    });
    return status === 200 ? [name] : [];
  });
  return (await Promise.all(answers)).flat();
}

describe('client secrets', () => {
  it('follow upon one another: both, then the new one alone, then a third; none is shown or kept', async () => {
    const { run, apply, told } = orgproof();
    expect((await apply('OLD')).exitCode).toBe(0);
    expect(await working()).toEqual(['OLD']);
    expect((await run('plan', '-f', 'org.yaml')).stdout).toContain('Nothing to change');
    const both = await apply('NEXT', 'OLD');
    expect(both.stdout).toContain('Client secrets: (changed)');
    expect(await working()).toEqual(['OLD', 'NEXT']);
    await apply('NEXT');
    expect(await working()).toEqual(['NEXT']);
    await apply('OLD', 'NEXT'); // it was switched off, not deleted
    expect(await working()).toEqual(['OLD', 'NEXT']);
    await apply('THIRD');
    expect(await working()).toEqual(['THIRD']);
    expect((await run('plan', '-f', 'org.yaml')).stdout).toContain('Nothing to change');
    expect((await run('rollback', '--yes')).stdout).toContain(
      'cannot be put back: the clientSecrets that was replaced',
    );
    await run('export');
    for (const secret of Object.values(ENV)) expect(told()).not.toContain(secret);
  }, 60_000);

  it('of an app that was there before are left alone, unless they may be adopted', async () => {
    const made = await org.ok<Application>('POST', '/api/v1/apps', {
      name: 'oidc_client',
      label: 'Batch',
      signOnMode: 'OPENID_CONNECT',
      credentials: { oauthClient: { client_secret: ENV.OLD } },
      settings: {
        oauthClient: { application_type: 'service', grant_types: ['client_credentials'], response_types: ['token'] },
      },
    });
    expect(made.credentials.oauthClient?.client_secret).toBe(ENV.OLD);
    const { run, apply } = orgproof();
    expect((await apply('NEXT')).stdout).toContain(
      'note: app/Batch was there before this config: its client secrets are left alone (--adopt-credentials to set them)',
    );
    expect(await working()).toEqual(['OLD']);
    await run('apply', '-f', 'org.yaml', '--yes', '--adopt-credentials');
    expect(await working()).toEqual(['NEXT']);
    await apply('OLD', 'NEXT'); // from now on they are ours
    expect(await working()).toEqual(['OLD', 'NEXT']);
  });
});
