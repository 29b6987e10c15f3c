import { afterEach, describe, expect, it } from 'vitest';
import { type Emulator, type OrgSeed, startEmulator } from '../../src/emulator/index.ts';
import { readSeedFile } from '../../src/emulator/seed/read.ts';
import type { Untyped } from '../support/emulator.ts';

let running: Emulator | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function start(seed: Omit<OrgSeed, 'version'>): Promise<Emulator> {
  running = await startEmulator({ seed: { version: 1, token: 't', ...seed } });
  return running;
}

async function get({ url }: Emulator, path: string): Promise<Untyped> {
  return (await fetch(url + path, { headers: { Authorization: 'SSWS t' } })).json();
}

async function authenticator(org: Emulator, key: string): Promise<Untyped> {
  return (await get(org, '/api/v1/authenticators')).find((one: Untyped) => one.key === key);
}

async function methods(org: Emulator, key: string): Promise<Untyped> {
  const { id } = await authenticator(org, key);
  const shown = await get(org, `/api/v1/authenticators/${id}/methods`);
  return shown.map(({ type, status }: Untyped) => `${type} ${status}`);
}

async function zone(org: Emulator, name: string): Promise<Untyped> {
  return (await get(org, '/api/v1/zones')).find((one: Untyped) => one.name === name);
}

describe('authenticators of a seed', () => {
  it('that the org comes with are changed, and keep what is not told', async () => {
    const org = await start({
      authenticators: [
        { key: 'phone_number', status: 'ACTIVE', methods: [{ type: 'sms', status: 'INACTIVE' }, voice('ACTIVE')] },
        { key: 'okta_email', name: 'Mail', settings: { allowedFor: 'any' } },
        { key: 'okta_verify', methods: [{ type: 'totp', settings: { passCodeLength: 8 } }] },
      ],
    });
    expect(await authenticator(org, 'phone_number')).toMatchObject({ status: 'ACTIVE', name: 'Phone' });
    expect(await methods(org, 'phone_number')).toEqual(['sms INACTIVE', 'voice ACTIVE']);
    expect(await authenticator(org, 'okta_email')).toMatchObject({
      name: 'Mail',
      status: 'ACTIVE',
      settings: { allowedFor: 'any', tokenLifetimeInMinutes: 5 },
    });
    const { id } = await authenticator(org, 'okta_verify');
    expect(await get(org, `/api/v1/authenticators/${id}/methods/totp`)).toMatchObject({
      settings: { passCodeLength: 8, timeIntervalInSeconds: 30 },
    });
  });

  it('that it does not come with are added, ACTIVE and in the default policy unless told otherwise', async () => {
    const org = await start({
      authenticators: [
        { key: 'google_otp' },
        {
          key: 'webauthn',
          status: 'INACTIVE',
          methods: [{ type: 'webauthn', settings: { userVerification: 'REQUIRED' } }],
        },
        { key: 'custom_otp', name: 'Token A' },
        { key: 'custom_otp', name: 'Token B' },
      ],
    });
    const shown = await get(org, '/api/v1/authenticators');
    expect(shown.map(({ name, status }: Untyped) => `${name} ${status}`)).toEqual([
      'Email ACTIVE',
      'Google Authenticator ACTIVE',
      'Okta Verify ACTIVE',
      'Password ACTIVE',
      'Phone INACTIVE',
      'Security Key or Biometric INACTIVE',
      'Security Question ACTIVE',
      'Token A ACTIVE',
      'Token B ACTIVE',
    ]);
    const { id } = await authenticator(org, 'webauthn');
    expect(await get(org, `/api/v1/authenticators/${id}/methods/webauthn`)).toMatchObject({
      settings: { userVerification: 'REQUIRED', attachment: 'ANY' },
    });
    const [policy] = await get(org, '/api/v1/policies?type=MFA_ENROLL');
    const offered = policy.settings.authenticators.map((one: Untyped) => one.key);
    expect(offered).toContain('google_otp');
    expect(offered).not.toContain('webauthn');
  });
});

describe('network zones of a seed', () => {
  it('change those of the system and add others', async () => {
    const org = await start({
      zones: [
        { name: 'DefaultExemptIpZone', gateways: ['203.0.113.7'] },
        { name: 'Office', gateways: ['203.0.113.0/24', '198.51.100.1-198.51.100.9'], proxies: ['192.0.2.1'] },
        { name: 'Berlin', type: 'DYNAMIC', locations: ['DE-BE', 'FR'], asns: ['64496'], status: 'INACTIVE' },
      ],
    });
    expect(await zone(org, 'DefaultExemptIpZone')).toMatchObject({
      system: true,
      usage: 'POLICY',
      gateways: [{ type: 'CIDR', value: '203.0.113.7/32' }],
      proxies: null,
    });
    expect(await zone(org, 'Office')).toMatchObject({
      system: false,
      type: 'IP',
      status: 'ACTIVE',
      gateways: [
        { type: 'CIDR', value: '203.0.113.0/24' },
        { type: 'RANGE', value: '198.51.100.1-198.51.100.9' },
      ],
      proxies: [{ type: 'CIDR', value: '192.0.2.1/32' }],
    });
    const berlin = await zone(org, 'Berlin');
    expect(berlin).toMatchObject({ type: 'DYNAMIC', status: 'INACTIVE', asns: ['64496'] });
    expect(berlin.locations).toHaveLength(2);
    expect(berlin.locations).toContainEqual({ country: 'DE', region: 'DE-BE' });
    expect(berlin.locations).toContainEqual({ country: 'FR', region: null });
  });
});

describe('the rest of the org in a seed', () => {
  it('is its authorization server', async () => {
    const org = await start({
      authorizationServers: [{ name: 'default', audiences: ['api://shop'], rotationMode: 'MANUAL' }],
    });
    const server = await get(org, '/api/v1/authorizationServers/default');
    expect(server).toMatchObject({
      name: 'default',
      description: 'Default Authorization Server for your Applications',
      audiences: ['api://shop'],
      credentials: { signing: { rotationMode: 'MANUAL' } },
    });
    expect(server.credentials.signing).not.toHaveProperty('nextRotation');
  });

  it('is its brand', async () => {
    const org = await start({
      apps: [{ id: '0oaSTART000000000000', label: 'Start', redirectUris: ['http://localhost:8080/cb'] }],
      brand: { name: 'Shop', removePoweredByOkta: true, defaultApp: { appInstanceId: '0oaSTART000000000000' } },
    });
    expect(await get(org, '/api/v1/brands')).toMatchObject([
      {
        name: 'Shop',
        isDefault: true,
        removePoweredByOkta: true,
        customPrivacyPolicyUrl: null,
        agreeToCustomPrivacyPolicy: false,
        defaultApp: { appInstanceId: '0oaSTART000000000000', appLinkName: null, classicApplicationUri: null },
      },
    ]);
  });

  it('comes back with a reset', async () => {
    const org = await start({
      authenticators: [{ key: 'phone_number', status: 'ACTIVE' }],
      brand: { name: 'Shop' },
    });
    const before = await Promise.all([get(org, '/api/v1/authenticators'), get(org, '/api/v1/brands')]);
    const { id } = await authenticator(org, 'okta_email');
    const written = await fetch(`${org.url}/api/v1/authenticators/${id}`, {
      method: 'PUT',
      headers: { Authorization: 'SSWS t', 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'Email', settings: { allowedFor: 'any' } }),
    });
    expect(written.status).toBe(200);
    await fetch(`${org.url}/_emulator/reset`, { method: 'POST' });
    expect(await Promise.all([get(org, '/api/v1/authenticators'), get(org, '/api/v1/brands')])).toEqual(before);
    expect(before[0].find((one: Untyped) => one.key === 'phone_number')).toMatchObject({ status: 'ACTIVE' });
  });
});

describe('a seed that sets the org up wrongly is refused by place', () => {
  const wrong: [what: string, seed: Untyped, message: string][] = [
    [
      'an unknown member',
      { authenticators: [{ key: 'okta_email', state: 'ACTIVE' }] },
      'authenticators[0].state is unknown',
    ],
    [
      'an authenticator nobody knows',
      { authenticators: [{ key: 'okta_email' }, { key: 'okta_fax' }] },
      'authenticators[1]: Api validation failed: key',
    ],
    [
      'an authenticator that is there once only',
      { authenticators: [{ key: 'google_otp' }, { key: 'google_otp' }] },
      'authenticators[1]: Another authenticator with key: google_otp is already active.',
    ],
    [
      'the same of those the org comes with',
      { authenticators: [{ key: 'phone_number' }, { key: 'phone_number' }] },
      'authenticators[1]: Another authenticator with key: phone_number is already active.',
    ],
    [
      'a setting that is out of range',
      { authenticators: [{ key: 'okta_email', settings: { tokenLifetimeInMinutes: 2000 } }] },
      'authenticators[0]: Api validation failed: tokenLifetimeInMinutes',
    ],
    [
      'an authenticator that policies need',
      { authenticators: [{ key: 'okta_email', status: 'INACTIVE' }] },
      'authenticators[0]: Cannot modify/disable this authenticator because it is enabled in one or more policies.',
    ],
    [
      'a phone without anybody who sends',
      { settings: { telephony: false }, authenticators: [{ key: 'phone_number', status: 'ACTIVE' }] },
      'authenticators[0]: You must have an active telephony inline hook',
    ],
    [
      'a method of another authenticator',
      { authenticators: [{ key: 'phone_number', methods: [voice('ACTIVE'), { type: 'push' }] }] },
      'authenticators[0].methods[1]: Not found: Resource not found: push (AuthenticatorMethod)',
    ],
    [
      'a phone without a method',
      { authenticators: [{ key: 'phone_number', methods: [{ type: 'sms', status: 'INACTIVE' }] }] },
      'authenticators[0].methods[0]: Api validation failed: Authenticator method',
    ],
    [
      'an authorization server that is not there',
      { authorizationServers: [{ name: 'shop', rotationMode: 'MANUAL' }] },
      'authorizationServers[0] names the authorization server "shop"',
    ],
    [
      'an address that is none',
      {
        zones: [
          { name: 'A', gateways: ['203.0.113.1'] },
          { name: 'B', gateways: ['203.0.113.256'] },
        ],
      },
      'zones[1]: Api validation failed: gateways; gateways: Invalid IP address or range: 203.0.113.256',
    ],
    [
      'a country that is none',
      { zones: [{ name: 'A', type: 'DYNAMIC', locations: ['XX'] }] },
      'zones[0]: Api validation failed: locations.country',
    ],
    [
      'places in a zone of addresses',
      { zones: [{ name: 'A', locations: ['DE'] }] },
      'zones[0].locations: a zone of type IP has none',
    ],
    [
      'a zone of another type',
      { zones: [{ name: 'DefaultEnhancedDynamicZone', gateways: ['203.0.113.1'] }] },
      'zones[0]: Api validation failed: type; type: The type of a network zone cannot be changed.',
    ],
    [
      'a privacy policy without consent',
      { brand: { customPrivacyPolicyUrl: 'https://shop.example/privacy' } },
      'brand: Api validation failed: agreeToCustomPrivacyPolicy',
    ],
  ];
  it.each(wrong)('%s', async (_what, seed, message) => {
    await expect(startEmulator({ seed: { version: 1, ...seed } })).rejects.toMatchObject({
      exitCode: 5,
      message: expect.stringContaining(message),
    });
  });
});

it('the seed of the recorded orgs stands', async () => {
  const { version: _version, ...seed } = await readSeedFile('tests/contract/recorded-orgs.yaml');
  const org = await start(seed);
  expect(await authenticator(org, 'phone_number')).toMatchObject({ status: 'ACTIVE' });
  expect(await authenticator(org, 'webauthn')).toMatchObject({ status: 'INACTIVE' });
  expect(await zone(org, 'DefaultExemptIpZone')).toMatchObject({
    gateways: [
      { type: 'CIDR', value: '1.2.3.4/32' },
      { type: 'CIDR', value: '4.5.6.7/32' },
    ],
  });
});

function voice(status: 'ACTIVE' | 'INACTIVE'): { type: string; status: 'ACTIVE' | 'INACTIVE' } {
  return { type: 'voice', status };
}
