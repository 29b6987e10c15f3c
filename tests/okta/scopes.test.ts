import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { neededScopes } from '../../src/provision/scopes.ts';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';
import { textConfig } from '../support/provision.ts';
import { makeServiceApp, type ServiceKeys, serviceKeys } from '../support/service-app.ts';

const org = testOrg();
let keys: ServiceKeys;
beforeAll(async () => {
  keys = await serviceKeys();
});
beforeEach(() => org.reset());

const CORPUS = resolve('tests/corpus');

/** The first config of each kind's corpus, and two of kinds that have none. */
const CONFIGS: [string, string][] = [
  ['group', 'groups: [{ name: A }]'],
  ['trustedOrigin', 'trustedOrigins: [{ name: T, origin: http://localhost:1, allow: [cors] }]'],
  ['user', 'users: [{ login: new@example.com, firstName: New, lastName: User }]'],
  ...readdirSync(CORPUS)
    .filter((name) => name.endsWith('.yaml'))
    .map((name): [string, string] => {
      const [pair] = parse(readFileSync(join(CORPUS, name), 'utf8')) as { a: string }[];
      return [name.replace('.yaml', ''), pair?.a ?? ''];
    }),
];

describe('the scopes that a config needs', () => {
  it.each(CONFIGS)('are enough to plan and apply it: %s', async (_kind, yaml) => {
    const scopes = neededScopes(textConfig(yaml).declared);
    const folder = workFolder({ 'org.yaml': `version: 1\n${yaml}` });
    const env = {
      MARY_PASSWORD: 'Correct-Horse-9',
      OKTA_CLIENT_AUTHORIZATIONMODE: 'PrivateKey',
      OKTA_CLIENT_CLIENTID: await makeServiceApp(org, keys, scopes),
      OKTA_CLIENT_PRIVATEKEY: keys.jwk,
    };
    const at = ['-f', 'org.yaml', '--org-url', org.url];
    const doctor = await cli(folder, ['doctor', ...at], env);
    expect(doctor.stdout).toContain('✓ Permissions: what plan reads may be read');
    expect(doctor.stdout).toContain(`✓ Scopes: the config needs ${scopes.join(', ')}: all there`);
    expect(await cli(folder, ['apply', '--yes', ...at], env)).toMatchObject({ exitCode: 0, stderr: '' });
  });
});
