/**
 * Where a client is: its address as trusted proxies tell it, the network zones that the address lies in, and the platform
 * that its user agent names. Help pages: an address in the `proxies` of an IP zone may forward for others; without such a
 * zone `X-Forwarded-For` says nothing, and the server that called is the client.
 */
import { isIP } from 'node:net';
import type { NetworkZone } from '../wire/network-zone.ts';
import { addressSet, contains, readAddress } from './addresses.ts';
import { dynamicZoneHolds, type Geolocation, geolocate } from './geography.ts';
import type { SignInContext } from './person.ts';

type Zone = Omit<NetworkZone, '_links'>;

export interface ClientAddress {
  ip: string;
  /** Every address on the way that is believed, the client first. */
  chain: string[];
}

/**
 * The client's address: from the peer backwards through `X-Forwarded-For` as long as each hop is a proxy of an active zone.
 * @param forwardedFor the header's value, `client, proxy1, …`; entries that are no address end the walk.
 */
export function clientAddress(peer: string, forwardedFor: string | undefined, zones: readonly Zone[]): ClientAddress {
  const proxies = addressSet(
    zones.flatMap((zone) => (zone.status === 'ACTIVE' && zone.type === 'IP' ? (zone.proxies ?? []) : [])),
  );
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim());
  const chain = [plain(peer)];
  while (contains(proxies, readAddress(chain[0]))) {
    const before = hops.pop();
    if (before === undefined || isIP(before) === 0) break;
    chain.unshift(plain(before));
  }
  return { ip: chain[0] ?? peer, chain };
}

/** The active zones that an address lies in: IP zones by its number, dynamic ones by what is said of where it is. */
export function zonesAround<T extends Zone>(
  ip: string,
  zones: readonly T[],
  geolocations: readonly Geolocation[] = [],
): T[] {
  return zoneFinder(zones)(ip, geolocations);
}

/** As {@link zonesAround}, to be asked about many addresses. */
export function zoneFinder<T extends Zone>(
  zones: readonly T[],
): (ip: string, geolocations?: readonly Geolocation[]) => T[] {
  const known = zones
    .filter(({ status }) => status === 'ACTIVE')
    .map((zone) => ({ zone, addresses: zone.type === 'IP' ? addressSet(zone.gateways ?? []) : undefined }));
  return (ip, geolocations = []) => {
    const [address, place] = [readAddress(ip), geolocate(ip, geolocations)];
    const around = known.filter(({ zone, addresses }) =>
      addresses ? contains(addresses, address) : place !== undefined && dynamicZoneHolds(zone, place),
    );
    return around.map(({ zone }) => zone);
  };
}

/** Okta's own zone of addresses that no blocklist holds back; there can be no other (help page "IP exempt zone"). */
const EXEMPT = 'DefaultExemptIpZone';

/**
 * The zone that blocks a client, before any policy is asked: an active one of usage BLOCKLIST, unless the client is in the
 * exempt zone as well.
 * @param around the zones that the client is in
 */
export function blockingZone<T extends Zone>(around: readonly T[]): T | undefined {
  const active = around.filter((zone) => zone.status === 'ACTIVE');
  if (active.some((zone) => zone.name === EXEMPT && zone.system)) return undefined;
  return active.find((zone) => zone.usage === 'BLOCKLIST');
}

/** An IPv4 address that a dual-stack socket writes as IPv6 is that IPv4 address. */
function plain(ip: string): string {
  return ip.replace(/^::ffff:(?=\d+\.)/i, '');
}

/** The first pattern that matches counts: an Android browser names Linux too, an iPhone's Mac OS X. */
const PLATFORMS: readonly (readonly [pattern: RegExp, type: 'DESKTOP' | 'MOBILE', os: string])[] = [
  [/iPhone|iPad|iPod/, 'MOBILE', 'IOS'],
  [/Android/, 'MOBILE', 'ANDROID'],
  [/Windows/, 'DESKTOP', 'WINDOWS'],
  [/Mac OS X|Macintosh/, 'DESKTOP', 'OSX'],
  [/CrOS/, 'DESKTOP', 'CHROMEOS'],
];

/** The platform in the words of platform conditions (OpenAPI 2026.06.3); a user agent that names none is OTHER. */
export function platformOf(userAgent: string): NonNullable<SignInContext['platform']> {
  const [, type, os] = PLATFORMS.find(([pattern]) => pattern.test(userAgent)) ?? [undefined, 'OTHER', 'OTHER'];
  return { type: type as 'DESKTOP' | 'MOBILE' | 'OTHER', os: os as string };
}
