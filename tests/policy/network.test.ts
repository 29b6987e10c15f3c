/** Where a client is. Sources: help pages on client IP evaluation and IP zones; OpenAPI 2026.06.3 for the words. */
import { describe, expect, test } from 'vitest';
import {
  addressesApart,
  addressSet,
  clientAddress,
  type Geolocation,
  platformOf,
  zonesAround,
} from '../../src/policy/index.ts';
import type { NetworkZone, NetworkZoneAddress } from '../../src/wire/network-zone.ts';

function zone(name: string, more: Partial<NetworkZone> = {}): NetworkZone {
  return {
    id: name,
    name,
    type: 'IP',
    status: 'ACTIVE',
    usage: 'POLICY',
    system: false,
    created: '2026-01-01T00:00:00.000Z',
    lastUpdated: '2026-01-01T00:00:00.000Z',
    ...more,
  };
}

function cidr(value: string): NetworkZoneAddress[] {
  return [{ type: 'CIDR', value }];
}

describe('the address of a client', () => {
  const proxies = [zone('proxies', { proxies: cidr('10.0.0.0/8') })];

  test.each<{ what: string; peer: string; header?: string; zones?: NetworkZone[]; chain: string[] }>([
    {
      what: 'without a zone the header says nothing',
      peer: '10.0.0.1',
      header: '203.0.113.9',
      zones: [],
      chain: ['10.0.0.1'],
    },
    {
      what: 'a trusted proxy tells its client',
      peer: '10.0.0.1',
      header: '203.0.113.9',
      chain: ['203.0.113.9', '10.0.0.1'],
    },
    {
      what: 'a peer that is no proxy is the client',
      peer: '198.51.100.7',
      header: '203.0.113.9',
      chain: ['198.51.100.7'],
    },
    {
      what: 'a client cannot put itself further away',
      peer: '10.0.0.1',
      header: '1.1.1.1, 203.0.113.9',
      chain: ['203.0.113.9', '10.0.0.1'],
    },
    {
      what: 'several proxies in a row',
      peer: '10.0.0.1',
      header: '203.0.113.9, 10.9.9.9',
      chain: ['203.0.113.9', '10.9.9.9', '10.0.0.1'],
    },
    { what: 'what is no address ends the way', peer: '10.0.0.1', header: 'unknown', chain: ['10.0.0.1'] },
    { what: 'no header', peer: '10.0.0.1', chain: ['10.0.0.1'] },
    {
      what: 'an inactive zone trusts nobody',
      peer: '10.0.0.1',
      header: '203.0.113.9',
      zones: [zone('off', { status: 'INACTIVE', proxies: cidr('10.0.0.0/8') })],
      chain: ['10.0.0.1'],
    },
    { what: 'a dual-stack socket', peer: '::ffff:10.0.0.1', header: '2001:db8::1', chain: ['2001:db8::1', '10.0.0.1'] },
  ])('$what', ({ peer, header, zones = proxies, chain }) => {
    expect(clientAddress(peer, header, zones)).toEqual({ ip: chain[0], chain });
  });
});

test.each<{ ip: string; expected: string[] }>([
  { ip: '203.0.113.77', expected: ['net', 'range'] },
  { ip: '203.0.113.5', expected: ['net'] },
  { ip: '192.0.2.1', expected: ['one'] },
  { ip: '2001:db8::9', expected: ['v6'] },
  { ip: '8.8.8.8', expected: [] },
  { ip: 'not an address', expected: [] },
])('$ip lies in $expected', ({ ip, expected }) => {
  const zones = [
    zone('net', { gateways: cidr('203.0.113.0/24') }),
    zone('range', { gateways: [{ type: 'RANGE', value: '203.0.113.70-203.0.113.80' }] }),
    zone('one', { gateways: [{ type: 'RANGE', value: '192.0.2.1' }] }),
    zone('v6', { gateways: cidr('2001:db8::/32') }),
    zone('off', { status: 'INACTIVE', gateways: cidr('0.0.0.0/0') }),
    zone('dynamic', { type: 'DYNAMIC', locations: [{ country: 'US' }] }),
    zone('nonsense', {
      gateways: [
        ...['8.8.8.0/99', '8.8.8.8/', '8.8.8.8/8/8', 'what'].flatMap(cidr),
        { type: 'RANGE', value: '8.8.8.9-8.8.8.1' },
        { type: 'RANGE', value: '8.8.8.1-8.8.8.9-8.8.8.10' },
      ],
    }),
  ];
  expect(zonesAround(ip, zones).map((one) => one.name)).toEqual(expected);
});

describe('addresses that sets tell apart', () => {
  const V6 = '0:0:0:0:0:0:0:0';
  test.each<[sets: string[][], apart: string[]]>([
    [[['203.0.113.77/24']], ['0.0.0.0', '203.0.113.0']],
    [[['203.0.113.4']], ['0.0.0.0', '203.0.113.4']],
    [[['203.0.113.4-203.0.113.255']], ['0.0.0.0', '203.0.113.4']],
    [[['0.0.0.0/0']], ['0.0.0.0']],
    [[['0.0.0.0/1']], ['0.0.0.0', '128.0.0.0']],
    [[['0.0.0.0/1', '128.0.0.0/1']], ['0.0.0.0']],
    [[['2001:db8::/32']], ['0.0.0.0', V6, '2001:db8:0:0:0:0:0:0']],
    [[['2001:db8::ff-2001:db8::ffff']], ['0.0.0.0', V6, '2001:db8:0:0:0:0:0:ff']],
    [[['::ffff:203.0.113.4']], ['0.0.0.0', V6, '0:0:0:0:0:ffff:cb00:7104']],
    [
      [['10.0.0.0/8'], ['10.1.0.0/16']],
      ['0.0.0.0', '10.0.0.0', '10.1.0.0'],
    ],
    [
      [['10.0.0.0/16'], ['10.1.0.0/16'], ['10.0.0.0/15']],
      ['0.0.0.0', '10.0.0.0', '10.1.0.0'],
    ],
    [[['10.0.0.9', '10.0.0.1-10.0.0.5', '10.0.0.4-10.0.0.9']], ['0.0.0.0', '10.0.0.1']],
    [[['203.0.113.9-203.0.113.4'], ['not an address'], ['10.0.0.0/33']], ['0.0.0.0']],
  ])('%j', (sets, apart) => {
    const entries = sets.map((values) => values.map((value) => ({ type: 'CIDR' as const, value })));
    expect(addressesApart(entries.map(addressSet))).toEqual(apart);
  });
});

describe('the dynamic zones around an address', () => {
  const geolocations: Geolocation[] = [
    { range: '203.0.113.7', country: 'DE', region: 'DE-BY', asn: 64500 },
    { range: '203.0.113.0/24', country: 'DE', region: 'DE-BE', asn: 64500 },
    { range: '198.51.100.1-198.51.100.9', country: 'FR', asn: 64501, proxyType: 'Tor' },
    { range: '192.0.2.0/24', country: 'FR', proxyType: 'NotTorAnonymizer', ipService: 'NORD_VPN' },
    { range: '2001:db8::/32', country: 'US', ipService: 'GOOGLE_VPN' },
  ];
  const zones = [
    zone('Germany', { type: 'DYNAMIC', locations: [{ country: 'DE', region: null }] }),
    zone('Berlin', { type: 'DYNAMIC', locations: [{ country: 'DE', region: 'DE-BE' }] }),
    zone('network', { type: 'DYNAMIC', asns: ['64500'] }),
    zone('network in France', { type: 'DYNAMIC', asns: ['64500'], locations: [{ country: 'FR' }] }),
    zone('any proxy', { type: 'DYNAMIC', proxyType: 'Any' }),
    zone('Tor', { type: 'DYNAMIC', proxyType: 'Tor' }),
    zone('no criterion', { type: 'DYNAMIC', locations: null, proxyType: '' }),
    zone('off', { type: 'DYNAMIC', status: 'INACTIVE', locations: [{ country: 'DE' }] }),
    zone('anonymizers', { type: 'DYNAMIC_V2', ipServiceCategories: { include: ['ALL_ANONYMIZERS'], exclude: [] } }),
    zone('services but Tor', {
      type: 'DYNAMIC_V2',
      ipServiceCategories: { include: ['ALL_IP_SERVICES'], exclude: ['ANONYMIZER_TOR'] },
    }),
    zone('Nord', { type: 'DYNAMIC_V2', ipServiceCategories: { include: ['NORD_VPN'] } }),
    zone('not Germany', { type: 'DYNAMIC_V2', locations: { include: [], exclude: [{ country: 'DE' }] } }),
    zone('nothing', { type: 'DYNAMIC_V2', locations: { include: [], exclude: [] } }),
  ];

  test.each<{ ip: string; expected: string[] }>([
    { ip: '203.0.113.7', expected: ['Germany', 'network'] },
    { ip: '203.0.113.8', expected: ['Germany', 'Berlin', 'network'] },
    { ip: '198.51.100.5', expected: ['any proxy', 'Tor', 'anonymizers', 'not Germany'] },
    { ip: '192.0.2.77', expected: ['any proxy', 'anonymizers', 'services but Tor', 'Nord', 'not Germany'] },
    { ip: '2001:db8::1', expected: ['services but Tor', 'not Germany'] },
    { ip: '198.51.100.10', expected: [] },
  ])('$ip: $expected', ({ ip, expected }) => {
    expect(zonesAround(ip, zones, geolocations).map((one) => one.name)).toEqual(expected);
  });
});

test('many geolocations are read once, however often addresses are looked up', () => {
  const zones = [zone('Germany', { type: 'DYNAMIC', locations: [{ country: 'DE' }] })];
  const places: Geolocation[] = Array.from({ length: 15_000 }, (_, index) => ({
    range: `10.${index >> 8}.${index & 255}.0/24`,
    country: 'DE',
  }));
  const lookUp = () => {
    const started = performance.now();
    expect(zonesAround('10.58.151.9', zones, places).map((one) => one.name)).toEqual(['Germany']);
    return performance.now() - started;
  };
  const first = lookUp();
  let others = 0;
  for (let time = 0; time < 200; time++) others += lookUp();
  expect(others).toBeLessThan(20 * first);
  expect(zonesAround('10.58.151.9', zones, [{ range: '10.0.0.0/8', country: 'FR' }])).toEqual([]);
});

test.each([
  { agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/143', type: 'DESKTOP', os: 'WINDOWS' },
  { agent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_1) Safari/605', type: 'DESKTOP', os: 'OSX' },
  { agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)', type: 'MOBILE', os: 'IOS' },
  { agent: 'Mozilla/5.0 (Linux; Android 15; Pixel 9)', type: 'MOBILE', os: 'ANDROID' },
  { agent: 'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)', type: 'DESKTOP', os: 'CHROMEOS' },
  { agent: 'okta-auth-js/8.0.1 nodejs/20', type: 'OTHER', os: 'OTHER' },
])('$agent is $os', ({ agent, type, os }) => {
  expect(platformOf(agent)).toEqual({ type, os });
});
