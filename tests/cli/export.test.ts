import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Application } from '../../src/wire/application.ts';
import type { Authenticator } from '../../src/wire/authenticator.ts';
import type { Group } from '../../src/wire/directory.ts';
import type { Policy } from '../../src/wire/policy.ts';
import { load } from '../laws/text.ts';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg, type Untyped } from '../support/emulator.ts';
import { exporter, on, signInRule } from '../support/export.ts';
import { fileConfig, provisioner } from '../support/provision.ts';
import { webApp } from '../support/web-app.ts';

const org = testOrg();
const copy = testOrg();
beforeEach(() => Promise.all([org.reset(), copy.reset()]));
const { exported, exportThatPlansEmpty } = exporter(org);

describe('export of a fresh org', () => {
  it('says nothing of what Okta makes itself', async () => {
    const { stdout, stderr } = await exported(workFolder());
    expect(stdout.split('\n')[0]).toBe('# yaml-language-server: $schema=./schema.json');
    expect(parse(stdout)).toEqual({ version: 1 });
    expect(stdout).toContain('# Users are left out: export --users writes them');
    expect(stderr).toBe('Exported 0 objects\n');
  });

  it('says all of it with --all', async () => {
    const text = await exportThatPlansEmpty('--all');
    expect(text).toContain('# the knowledge factor is asked for again after PT43800H');
    const config = parse(text);
    expect(config.authenticators.email).toEqual({ status: 'active', usedFor: 'recovery', codeLifetimeMinutes: 5 });
    expect(config.appSignInPolicies.map((policy: Untyped) => policy.name)).toEqual([
      'Any two factors',
      'Okta Account Management Policy',
      'Okta Admin Console',
      'Okta Browser Plugin',
      'Okta Dashboard',
    ]);
    expect(config.enrollmentPolicies[0].rules).toEqual([{ name: 'Default Rule', enroll: 'first challenge' }]);
  });
});

describe('export of an org that a config made', () => {
  beforeEach(async () => {
    expect((await provisioner(org).apply(fileConfig('config/password-phone.yaml'))).exitCode).toBe(0);
  });

  it('says the same as that config', async () => {
    const config = parse(await exportThatPlansEmpty());
    expect(config).toMatchObject({
      version: 1,
      authenticators: {
        phone: {
          status: 'active',
          usedFor: 'authentication and recovery',
          methods: { sms: 'active', voice: 'active' },
        },
      },
      groups: [{ name: 'Phone testers' }],
      enrollmentPolicies: [
        { name: 'Default Policy', authenticators: { password: 'required', email: 'disabled', phone: 'optional' } },
      ],
      appSignInPolicies: [
        {
          name: 'Password and phone',
          rules: [
            {
              name: 'Catch-all Rule',
              access: 'allowed',
              userMustAuthenticateWith: 'password + another factor',
              reauthenticateAfter: 'PT12H',
            },
          ],
        },
      ],
      apps: [
        {
          label: 'Password and phone app',
          type: 'web',
          grantTypes: ['authorization code', 'interaction code', 'refresh token'],
          redirectUris: ['http://localhost:8080/login/callback'],
          signInPolicy: 'Password and phone',
          assignedTo: ['Everyone'],
        },
      ],
    });
    expect(config.users).toBeUndefined();
  });

  it('makes the same of a fresh org, which then exports the same', async () => {
    const { stdout } = await exported(workFolder());
    expect((await provisioner(copy).apply(load(stdout))).errors).toEqual([]);
    expect((await cli(workFolder(), ['export', ...on(copy)])).stdout).toBe(stdout);
  });

  it('writes users only when asked to, and never a password', async () => {
    const text = await exportThatPlansEmpty('--users');
    expect(parse(text).users).toContainEqual({
      login: 'mary@example.com',
      email: 'mary@example.com',
      firstName: 'Mary',
      lastName: 'Major',
      groups: ['Phone testers'],
      phone: '+14155550132',
    });
    expect(text).toContain('# Passwords cannot be read.');
    expect((await exported(workFolder())).stdout).not.toContain('14155550132');
  });

  it('writes a file that only its owner can read', async () => {
    const folder = workFolder({ 'org.yaml': 'old' });
    const { stdout, stderr } = await exported(folder, '--out', 'org.yaml', '--force');
    expect(stdout).toBe('');
    expect(stderr).toBe('org.yaml: 9 objects\n');
    expect(statSync(join(folder, 'org.yaml')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'org.yaml'), 'utf8')).toBe((await exported(folder)).stdout);
  });

  it('prints one JSON document with --json, and sends no write', async () => {
    const { stdout } = await exported(workFolder(), '--json');
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ formatVersion: 1, org: org.url, objects: 9, leftOut: [], remarks: [] });
    expect(document.requests.writes).toBe(0);
    expect(document.config).toEqual(parse((await exported(workFolder())).stdout));
  });
});

describe('names and texts', () => {
  it('come back as they were, whatever YAML and the config make of their signs', async () => {
    const odd = [
      `"Quote" 'single': colon # hash`,
      '${HOME} $${x} ${env:MARY_PASSWORD}',
      '- dash',
      'null',
      '1e3',
      '{a: [b]}',
      'a/b~c',
      '🙂',
      'עברית \u202eabc',
      'x'.repeat(255),
    ];
    for (const name of odd) {
      const description = `${name}\n  second line \n\tthird: # no comment\r\n`;
      await org.ok('POST', '/api/v1/groups', { profile: { name, description } });
      await org.ok('POST', '/api/v1/apps', webApp(name.slice(0, 100)));
    }
    const text = await exportThatPlansEmpty();
    expect((await provisioner(copy).apply(load(text))).errors).toEqual([]);
    const [groups, apps] = await Promise.all([
      copy.ok<Group[]>('GET', '/api/v1/groups'),
      copy.ok<Application[]>('GET', '/api/v1/apps?limit=200'),
    ]);
    for (const name of odd) {
      const { description } = groups.find(({ profile }) => profile.name === name)?.profile ?? {};
      expect(description).toBe(`${name}\n  second line \n\tthird: # no comment\r\n`);
      expect(apps.map(({ label }) => label)).toContain(name.slice(0, 100));
    }
  });

  it('that no config takes are told in one line of comment, not declared', async () => {
    await org.ok('POST', '/api/v1/groups', { profile: { name: 'two\nlines: []', description: '' } });
    const text = await exportThatPlansEmpty();
    expect(parse(text)).toEqual({ version: 1 });
    expect(text).toContain(
      '# left out: group "two\\nlines: []": the config has no room for it: must not hold control characters',
    );
  });
});

describe('order', () => {
  it('is told whole where a part of it differs from a fresh org', async () => {
    const policies = await org.ok<Policy[]>('GET', '/api/v1/policies?type=ACCESS_POLICY');
    const console = policies.find(({ name }) => name === 'Okta Admin Console');
    await org.ok('POST', `/api/v1/policies/${console?.id}/rules`, { ...signInRule('First of all', {}), priority: 0 });
    const text = await exportThatPlansEmpty();
    expect(parse(text).appSignInPolicies).toMatchObject([
      {
        name: 'Okta Admin Console',
        rules: [{ name: 'First of all' }, { name: 'Admin App Policy' }, { name: 'Catch-all Rule' }],
      },
    ]);
    // Those that are as Okta makes them stand there for their place only.
    expect(parse(text).appSignInPolicies[0].rules[1]).toEqual({ name: 'Admin App Policy' });
  });

  it('says what the Default Policy offers once an authenticator is switched on', async () => {
    const authenticators = await org.ok<Authenticator[]>('GET', '/api/v1/authenticators');
    const phone = authenticators.find(({ key }) => key === 'phone_number');
    await org.ok('POST', `/api/v1/authenticators/${phone?.id}/lifecycle/activate`);
    const config = parse(await exportThatPlansEmpty());
    expect(Object.keys(config.authenticators)).toEqual(['phone']);
    expect(config.enrollmentPolicies).toMatchObject([
      { name: 'Default Policy', authenticators: { phone: 'disabled' } },
    ]);
  });
});

describe('refusals', () => {
  const forbid = (path: string) =>
    org.ok('PUT', '/_emulator/faults', {
      faults: [
        {
          method: 'GET',
          path,
          status: 403,
          body: {
            errorCode: 'E0000006',
            errorSummary: 'You do not have permission to perform the requested action',
            errorLink: 'E0000006',
            errorId: 'oaeX',
            errorCauses: [],
          },
        },
      ],
    });

  it('an org that cannot be read whole is no config: exit 1, nothing on stdout', async () => {
    await forbid('/api/v1/trustedOrigins');
    const { exitCode, stdout, stderr } = await exported(workFolder());
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('the credentials lack an admin role for this request: Super Administrator');
  });

  it('lists that are no part of a config may stay unread', async () => {
    await forbid('/api/v1/idps');
    const { exitCode, stdout } = await exported(workFolder());
    expect(exitCode).toBe(0);
    expect(stdout).toContain('# identity providers could not be read (403 E0000006)');
  });
});
