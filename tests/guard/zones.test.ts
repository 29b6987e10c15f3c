import { describe, expect, it } from 'vitest';
import type { NetworkZone } from '../../src/wire/network-zone.ts';
import { provisioner, textConfig } from '../support/provision.ts';
import { realSignIn } from './real-sign-in.ts';
import { twoConfigs } from './two-configs.ts';

const { org, planned } = twoConfigs();

/** Mary's sign-in from an address, by way of a proxy that the org trusts. */
async function signInFrom(from: string): Promise<string> {
  const proxies = [{ type: 'CIDR', value: '127.0.0.1/32' }];
  const zones = await org.ok<NetworkZone[]>('GET', '/api/v1/zones');
  if (!zones.some(({ name }) => name === 'Proxies')) {
    await org.ok('POST', '/api/v1/zones', { type: 'IP', name: 'Proxies', usage: 'POLICY', gateways: null, proxies });
  }
  return realSignIn(org, { app: 'Shop', login: 'mary@example.com', password: 'Correct-Horse-9', from });
}

const OFFICE_ONLY = `globalSessionPolicies:
  - name: Office only
    groups: [Everyone]
    rules: [{ name: In office, networkZones: [Office], access: allowed }, { name: Else, access: denied }]
networkZones: [{ name: Office, type: ip, gateways: [203.0.113.0/24] }]
`;
const ADMIN = 'the admin admin@example.com, and admins with the groups of admin@example.com';

describe('a blocklist', () => {
  it('over all addresses locks everyone out', async () => {
    const all =
      'networkZones: [{ name: Block all, type: ip, usedFor: blocklist, gateways: [0.0.0.0/1, 128.0.0.0/1] }]\n';
    const { lockouts, places } = await provisioner(org).guard(textConfig(all));
    expect(lockouts[0]).toBe(
      `networkZone/Block all: ${ADMIN} who have Password and Email, or Password, Email and Phone could no longer reach the Admin Console: the network zone "Block all" blocks sign-ins from there; no other admin could, either`,
    );
    expect(lockouts.at(-1)).toMatch(/could no longer sign in to "Shop": the network zone "Block all" blocks/);
    expect(places[0]).toBe('2:54');
  });

  const BLOCKED = (gateways: string, more = '') =>
    `networkZones: [{ name: BlockedIpZone, type: ip, usedFor: blocklist, gateways: [${gateways}]${more} }]\n`;

  it('that gains addresses from which nobody signed in, and that no policy names, is no lockout', async () => {
    const { guard } = provisioner(org);
    const { lockouts, notes, requests } = await guard(textConfig(BLOCKED('198.51.100.0/24')));
    expect(lockouts).toEqual([]);
    expect(notes).toEqual([
      'the System Log holds no sign-in: whom a blocklist keeps out by the addresses that it gains is not known',
    ]);
    expect(requests.filter((request) => request.startsWith('GET /api/v1/logs'))).toHaveLength(1);
  });

  it('that gains an address from which somebody signed in is told with who did', async () => {
    expect(await signInFrom('203.0.113.7')).toBe('in');
    const config = textConfig(BLOCKED('198.51.100.0/24, 203.0.113.4-203.0.113.9'));
    const { lockouts, notes } = await provisioner(org).guard(config);
    expect(lockouts[0]).toBe(
      `networkZone/BlockedIpZone: ${ADMIN} who have Password and Email, or Password, Email and Phone could no longer reach the Admin Console from 203.0.113.7 (which mary@example.com has used): the network zone "BlockedIpZone" blocks sign-ins from there`,
    );
    expect(notes).toEqual([]);
    await provisioner(org).apply(config);
    expect(await signInFrom('203.0.113.7')).not.toBe('in');
    expect(await signInFrom('203.0.113.10')).toBe('in');
  });

  it('that holds addresses of a zone which rules name is a lockout', async () => {
    const { lockouts } = await planned(OFFICE_ONLY, BLOCKED('203.0.113.128/25'));
    expect(lockouts[0]).toMatch(/^networkZone\/BlockedIpZone: .* from 203\.0\.113\.128: the network zone "BlockedIp/);
  });

  it('counts with each of its addresses where the log may not be read, and that is said', async () => {
    const refusal = { errorCode: 'E0000006', errorSummary: 'no', errorLink: '', errorId: 'x', errorCauses: [] };
    const faults = [{ method: 'GET', path: '/api/v1/logs', status: 403, body: refusal }];
    await org.ok('PUT', '/_emulator/faults', { faults });
    const { lockouts, notes } = await provisioner(org).guard(textConfig(BLOCKED('198.51.100.0/24')));
    expect(lockouts[0]).toMatch(/^networkZone\/BlockedIpZone: .* from 198\.51\.100\.0: the network zone/);
    expect(notes).toEqual([
      'the credentials may not read from where people sign in (okta.logs.read): every address that a blocklist gains counts as one of theirs',
    ]);
  });

  it('that comes into force, or was a zone for policies, is judged, and one that blocks less is not', async () => {
    await signInFrom('203.0.113.7');
    const both = '198.51.100.0/24, 203.0.113.0/24';
    const off = BLOCKED(both, ', status: inactive');
    const { lockouts } = await planned(off, BLOCKED(both, ', status: active'));
    expect(lockouts[0]).toMatch(/^networkZone\/BlockedIpZone: .* from 203\.0\.113\.7 \(which mary/);
    const less = await planned(BLOCKED(both, ', status: active'), BLOCKED('203.0.113.0/24'));
    expect(less.lockouts).toEqual([]);
    const zone = (use: string) =>
      `networkZones: [{ name: Office, type: ip, usedFor: ${use}, gateways: [192.0.2.0/24] }]\n`;
    await provisioner(org).apply(textConfig(BLOCKED('198.51.100.0/24')));
    await signInFrom('192.0.2.7');
    const other = await planned(zone('policies'), zone('blocklist'));
    expect(other.lockouts[0]).toMatch(/^networkZone\/Office: .* from 192\.0\.2\.7 \(which mary.* blocks/);
  });

  it('of countries is judged by those from which people signed in', async () => {
    const geolocations = [{ range: '203.0.113.0/24', country: 'FR', region: 'FR-75' }];
    await org.ok('PUT', '/_emulator/settings', { geolocations });
    await signInFrom('203.0.113.7');
    const zone = (locations: string) =>
      `networkZones: [{ name: Far, type: dynamic, usedFor: blocklist, locations: [${locations}] }]\n`;
    expect((await planned(zone('DE'), zone('DE, IT'))).lockouts).toEqual([]);
    const { lockouts } = await provisioner(org).guard(textConfig(zone('DE, FR')));
    expect(lockouts[0]).toMatch(/^networkZone\/Far: .* from 203\.0\.113\.7 \(which mary@example\.com has used\): /);
  });

  it('that holds the address from which the org was changed, such as our own, is a lockout', async () => {
    const { lockouts } = await provisioner(org).guard(textConfig(BLOCKED('127.0.0.0/8')));
    expect(lockouts[0]).toMatch(
      /^networkZone\/BlockedIpZone: .* from 127\.0\.0\.1 \(which admin@example\.com has used\): /,
    );
  });

  it('spares the addresses of the exempt zone, as Okta does', async () => {
    const zones = await org.ok<NetworkZone[]>('GET', '/api/v1/zones');
    const exempt = zones.find(({ name }) => name === 'DefaultExemptIpZone');
    const gateways = [{ type: 'CIDR', value: '203.0.113.0/24' }];
    await org.ok('PUT', `/api/v1/zones/${exempt?.id}`, { ...exempt, gateways });
    await signInFrom('203.0.113.7');
    const config = textConfig(BLOCKED('203.0.113.0/24'));
    expect((await provisioner(org).guard(config)).lockouts).toEqual([]);
    await provisioner(org).apply(config);
    expect(await signInFrom('203.0.113.7')).toBe('in');
  });
});

describe('a zone that rules name', () => {
  it('and that moves takes the way in from those who stay where it was', async () => {
    const { lockouts } = await planned(
      OFFICE_ONLY,
      'networkZones: [{ name: Office, type: ip, gateways: [198.51.100.7] }]\n',
    );
    expect(lockouts[0]).toMatch(
      /^networkZone\/Office: the admin admin@example\.com.* from 203\.0\.113\.0: the global session policy denies access \(rule "Else"\)$/,
    );
  });

  it('and that is switched off takes it from everyone', async () => {
    const { lockouts } = await planned(OFFICE_ONLY, 'networkZones: [{ name: Office, type: ip, status: inactive }]\n');
    expect(lockouts[0]).toMatch(/^networkZone\/Office: the admin admin@example\.com.* denies access \(rule "Else"\)/);
  });

  it('and that grows keeps it', async () => {
    const wider = 'networkZones: [{ name: Office, type: ip, gateways: [203.0.113.0/24, 198.51.100.7] }]\n';
    expect((await planned(OFFICE_ONLY, wider)).lockouts).toEqual([]);
  });
});

describe('more zones than are tried', () => {
  const BRANCHES = Array.from({ length: 12 }, (_, n) => `B${n}`);
  const zones = `networkZones:
${BRANCHES.map((name, n) => `  - { name: ${name}, type: ip, gateways: [10.0.${n}.0/24] }`).join('\n')}
  - { name: HQ, type: ip, gateways: [10.1.0.0/24] }
`;
  const rules = (first: string) => `globalSessionPolicies:
  - name: Default Policy
    rules:
${first}      - { name: Branches, networkZones: [${BRANCHES.join(', ')}], access: allowed }
      - { name: Default Rule }
`;

  it('those that changed rules name come first, and what is left out is said', async () => {
    const closed = rules('      - { name: HQ closed, networkZones: [HQ], access: denied }\n');
    const { lockouts, notes } = await planned(zones + rules(''), zones + closed);
    expect(lockouts[0]).toMatch(/^globalSessionPolicyRule\/Default Policy\/HQ closed: .* in the network zone "HQ": /);
    expect(notes).toEqual(['sign-ins were tried from 10 places; the network zones tell 4 more apart']);
  });
});
