import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Emulator, type OrgSeed, startEmulator } from '../../src/emulator/index.ts';
import { readSeedFile } from '../../src/emulator/seed/read.ts';
import type { Untyped } from '../support/emulator.ts';

const PRIVATE_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const PEM = String(PRIVATE_KEY.export({ type: 'pkcs8', format: 'pem' }));
const MODULUS = PRIVATE_KEY.export({ format: 'jwk' }).n;

const SEED: OrgSeed = {
  version: 1,
  token: 'known-token',
  org: { id: '00oSEED0000000000000', name: 'Seeded org' },
  admin: { password: 'Known-horse-7' },
  settings: { transactionMinutes: 5 },
  signingKeys: [{ kid: 'known-kid', privateKey: PEM }],
  groups: [{ id: '00gTESTERS0000000000', name: 'Testers' }],
  users: [
    {
      id: '00uMARY0000000000000',
      login: 'mary@example.com',
      firstName: 'Mary',
      lastName: 'Major',
      password: 'Correct-horse-7',
      groups: ['Testers'],
      phone: '+1 415 555 0132',
      googleAuthenticator: 'JBSWY3DPEHPK3PXP',
    },
  ],
  apps: [
    {
      id: '0oaAPP00000000000000',
      label: 'App',
      clientId: 'known-client',
      clientSecret: 'known-secret-of-the-client',
      redirectUris: ['http://localhost:8080/login/callback'],
      assignedTo: ['Testers'],
    },
  ],
};

let running: Emulator | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function start(seed: OrgSeed | number, more: object = {}): Promise<Emulator> {
  running = await startEmulator({ seed, ...more });
  return running;
}

async function get({ url }: Emulator, path: string, token = 'known-token'): Promise<Untyped> {
  return (await fetch(url + path, { headers: { Authorization: `SSWS ${token}` } })).json();
}

async function assertSeeded(org: Emulator): Promise<void> {
  expect(await get(org, '/.well-known/okta-organization')).toMatchObject({ id: '00oSEED0000000000000' });
  expect(await get(org, '/api/v1/users/mary@example.com')).toMatchObject({
    id: '00uMARY0000000000000',
    status: 'ACTIVE',
    profile: { email: 'mary@example.com' },
  });
  const members = await get(org, '/api/v1/groups/00gTESTERS0000000000/users');
  expect(members.map((user: Untyped) => user.id)).toEqual(['00uMARY0000000000000']);
  const app = await get(org, '/api/v1/apps/0oaAPP00000000000000');
  expect(app).toMatchObject({
    label: 'App',
    credentials: { oauthClient: { client_id: 'known-client' } },
  });
  const secrets = await get(org, '/api/v1/apps/0oaAPP00000000000000/credentials/secrets');
  expect(secrets).toMatchObject([{ client_secret: 'known-secret-of-the-client', status: 'ACTIVE' }]);
  const groups = await get(org, '/api/v1/apps/0oaAPP00000000000000/groups');
  expect(groups.map((group: Untyped) => group.id)).toEqual(['00gTESTERS0000000000']);
  const { keys } = await get(org, '/oauth2/default/v1/keys');
  expect(keys).toMatchObject([{ kid: 'known-kid', n: MODULUS }]);
}

describe('a seed', () => {
  it('gives the org ids, keys and secrets that are known in advance, and a reset leads back to it', async () => {
    const org = await start(SEED);
    expect(org.token).toBe('known-token');
    expect(org.admin).toEqual({ login: 'admin@example.com', password: 'Known-horse-7' });
    await assertSeeded(org);
    expect(await get(org, '/_emulator/settings')).toMatchObject({ transactionMinutes: 5, telephony: true });
    expect(await get(org, '/_emulator/requests')).toMatchObject({
      requests: expect.not.arrayContaining([expect.objectContaining({ method: 'POST' })]),
    });
    const before = await get(org, '/api/v1/groups');
    await fetch(`${org.url}/api/v1/users/00uMARY0000000000000/lifecycle/deactivate`, {
      method: 'POST',
      headers: { Authorization: 'SSWS known-token' },
    });
    await fetch(`${org.url}/_emulator/reset`, { method: 'POST' });
    await assertSeeded(org);
    expect(await get(org, '/api/v1/groups')).toEqual(before);
  });

  it('gives an authenticator app whose codes are accepted', async () => {
    const org = await start({ ...SEED, ids: 1 }, { clock: { now: () => 59_000 } });
    const post = (path: string, body: object): Promise<Untyped> =>
      fetch(org.url + path, {
        method: 'POST',
        headers: { Authorization: 'SSWS known-token', 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }).then((response) => response.json());
    const google = await post('/api/v1/authenticators', { key: 'google_otp', name: 'Google Authenticator' });
    await post(`/api/v1/authenticators/${google.id}/lifecycle/activate`, {});
    const [policy] = await get(org, '/api/v1/policies?type=MFA_ENROLL');
    const authenticators = [
      ...policy.settings.authenticators.filter((entry: Untyped) => entry.key !== 'google_otp'),
      { key: 'google_otp', enroll: { self: 'OPTIONAL' } },
    ];
    await fetch(`${org.url}/api/v1/policies/${policy.id}`, {
      method: 'PUT',
      headers: { Authorization: 'SSWS known-token', 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...policy, settings: { ...policy.settings, authenticators } }),
    });
    const factors = await get(org, '/api/v1/users/00uMARY0000000000000/factors');
    const app = factors.find((factor: Untyped) => factor.provider === 'GOOGLE');
    expect(app).toMatchObject({ factorType: 'token:software:totp', status: 'ACTIVE' });
    // RFC 6238 for the secret of the seed at 59 s, worked out apart from this code.
    const passCode = '996554';
    const verified = await post(`/api/v1/users/00uMARY0000000000000/factors/${app.id}/verify`, { passCode });
    expect(verified).toMatchObject({ factorResult: 'SUCCESS' });
  });

  it('stands behind a state file: that one is what the org holds, a reset leads back to the seed', async () => {
    const state = join(mkdtempSync(join(tmpdir(), 'orgproof-seed-')), 'org.json');
    const first = await start(SEED, { state });
    await fetch(`${first.url}/api/v1/groups/00gTESTERS0000000000`, {
      method: 'DELETE',
      headers: { Authorization: 'SSWS known-token' },
    });
    await first.stop();
    const second = await start(SEED, { state });
    expect(await get(second, '/api/v1/groups/00gTESTERS0000000000')).toMatchObject({ errorCode: 'E0000007' });
    await fetch(`${second.url}/_emulator/reset`, { method: 'POST' });
    await assertSeeded(second);
  });

  it('whose ids are repeatable does not give the ids of a state file a second time', async () => {
    const state = join(mkdtempSync(join(tmpdir(), 'orgproof-seed-')), 'org.json');
    const ids: string[] = [];
    for (let run = 0; run < 2; run += 1) {
      const org = await start(7, { state, token: 't' });
      const response = await fetch(`${org.url}/api/v1/groups`, {
        method: 'POST',
        headers: { Authorization: 'SSWS t', 'Content-Type': 'application/json' },
        body: JSON.stringify({ profile: { name: `Run ${run}` } }),
      });
      ids.push(((await response.json()) as Untyped).id);
      await org.stop();
    }
    running = undefined;
    expect(new Set(ids).size).toBe(2);
  });

  it('with a number for ids makes the others repeatable', async () => {
    const ids = async () => {
      const org = await start({ version: 1, ids: 7, groups: [{ name: 'Any' }] }, { token: 't' });
      const groups = await get(org, '/api/v1/groups', 't');
      await org.stop();
      return groups.map((group: Untyped) => group.id);
    };
    expect(await ids()).toEqual(await ids());
    running = undefined;
  });

  const wrong: [what: string, seed: unknown, message: string][] = [
    ['an unknown member', { version: 1, user: [] }, 'user is unknown'],
    ['an unknown member of a user', { version: 1, users: [{ login: 'a', pasword: 'x' }] }, 'users[0].firstName: '],
    [
      'an id of another type',
      { version: 1, groups: [{ id: '00u00000000000000000', name: 'A' }] },
      'groups[0].id: an id of this type begins with 00g',
    ],
    [
      'a place that is none',
      { version: 1, settings: { geolocations: [{ range: '203.0.113.0/24', country: 'Germany' }] } },
      'geolocations[0].country has a wrong value: "Germany"',
    ],
    ['a version nobody knows', { version: 2 }, 'version: '],
    [
      'what the org refuses',
      { version: 1, users: [{ login: 'a@b.c', firstName: 'A', lastName: 'B', password: 'x' }] },
      'users[0]: Api validation failed: password',
    ],
    [
      'a group that is not there',
      { version: 1, apps: [{ label: 'A', redirectUris: ['http://localhost/cb'], assignedTo: ['Nobody'] }] },
      'apps[0] names the group "Nobody"',
    ],
    [
      'an id that is there twice',
      {
        version: 1,
        groups: [
          { id: '00g00000000000000000', name: 'A' },
          { id: '00g00000000000000000', name: 'B' },
        ],
      },
      'groups[1].id: 00g00000000000000000 is there twice',
    ],
    [
      'a key that is none',
      { version: 1, signingKeys: [{ kid: 'k', privateKey: 'PRIVATE KEY' }] },
      'signingKeys[0].privateKey is no private key',
    ],
    [
      'a key of another kind',
      {
        version: 1,
        signingKeys: [
          {
            kid: 'k',
            privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
          },
        ],
      },
      'must be RSA of 2048 bits',
    ],
  ];
  it.each(wrong)('is refused by place: %s', async (_what, seed, message) => {
    await expect(startEmulator({ seed: seed as OrgSeed })).rejects.toThrow(message);
  });
});

describe('a seed file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orgproof-seed-'));
  const file = (text: string): string => {
    writeFileSync(join(folder, 'seed.yaml'), text);
    return join(folder, 'seed.yaml');
  };

  it('is YAML or JSON', async () => {
    expect(await readSeedFile(file('version: 1\ngroups:\n  - name: A\n'))).toEqual({
      version: 1,
      groups: [{ name: 'A' }],
    });
    expect(await readSeedFile(file('{"version": 1, "token": "t"}'))).toEqual({ version: 1, token: 't' });
  });

  it.each([
    [
      'version: 1\nusers:\n  - login: a\n    firstName: A\n    lastName: B\n    pasword: x\n',
      'users[0].pasword is unknown',
      6,
      14,
    ],
    ['version: 1\ngroups:\n  - description: nameless\n', 'groups[0].name: ', 3, 5],
    ['version: 1\ngroups: [\n', 'Flow sequence', 3, 1],
    ['', 'the seed: ', 1, 1],
  ])('says where it is wrong: %j', async (text, message, line, column) => {
    const error = await readSeedFile(file(text)).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ exitCode: 5, source: { line, column }, message: expect.stringContaining(message) });
  });

  it('of the README works as it stands, but for its key', async () => {
    const [, example = ''] = /```yaml\n(version: 1\ntoken:[^`]*)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
    const seed = await readSeedFile(file(example));
    const org = await start({ ...seed, signingKeys: [{ kid: 'known-kid', privateKey: PEM }] });
    expect(await get(org, '/api/v1/users/mary@example.com')).toMatchObject({ id: '00u00000000000000000' });
    expect(await get(org, '/api/v1/apps/0oa00000000000000000')).toMatchObject({ label: 'Test app' });
    expect((await get(org, '/oauth2/default/v1/keys')).keys).toMatchObject([{ kid: 'known-kid' }]);
    expect(await get(org, '/api/v1/authorizationServers/default')).toMatchObject({
      audiences: ['api://shop'],
      credentials: { signing: { kid: 'known-kid', rotationMode: 'MANUAL' } },
    });
    const authenticators = await get(org, '/api/v1/authenticators');
    expect(authenticators.filter((one: Untyped) => one.status === 'INACTIVE')).toEqual([]);
  });

  it('that is not there is said to be', async () => {
    await expect(readSeedFile(join(folder, 'none.yaml'))).rejects.toThrow('none.yaml cannot be read');
  });
});
