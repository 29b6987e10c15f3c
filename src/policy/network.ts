/**
 * Where a client is: its address as trusted proxies tell it, the network zones that the address lies in, and the platform
 * that its user agent names. Help pages: an address in the `proxies` of an IP zone may forward for others; without such a
 * zone `X-Forwarded-For` says nothing, and the server that called is the client.
 */
import { BlockList, isIP } from 'node:net';
import type { NetworkZone, NetworkZoneAddress } from '../wire/network-zone.ts';
import type { SignInContext } from './person.ts';

type Zone = Pick<NetworkZone, 'id' | 'name' | 'type' | 'status' | 'usage' | 'gateways' | 'proxies'>;

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
  const proxies = addressSet(active(zones).flatMap((zone) => zone.proxies ?? []));
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim());
  const chain = [plain(peer)];
  while (contains(proxies, chain[0])) {
    const before = hops.pop();
    if (before === undefined || isIP(before) === 0) break;
    chain.unshift(plain(before));
  }
  return { ip: chain[0] ?? peer, chain };
}

/** The active zones that an address lies in. Dynamic zones (countries, networks) need data that is not here: none. */
export function zonesAround<T extends Zone>(ip: string, zones: readonly T[]): T[] {
  return active(zones).filter((zone) => contains(addressSet(zone.gateways ?? []), ip));
}

function active<T extends Zone>(zones: readonly T[]): T[] {
  return zones.filter((zone) => zone.status === 'ACTIVE' && zone.type === 'IP');
}

/** An IPv4 address that a dual-stack socket writes as IPv6 is that IPv4 address. */
function plain(ip: string): string {
  return ip.replace(/^::ffff:(?=\d+\.)/i, '');
}

function addressSet(entries: readonly NetworkZoneAddress[]): BlockList {
  const set = new BlockList();
  for (const { value } of entries) addEntry(set, value);
  return set;
}

/** Takes a CIDR, a range or a single address, whichever the entry calls itself; what is none of these is nowhere. */
function addEntry(set: BlockList, value: string): void {
  const [first = '', last] = value.split('-').map((part) => part.trim());
  const [net = '', prefix] = first.split('/');
  const family = familyOf(net);
  if (!family) return;
  if (last !== undefined) {
    if (familyOf(last) === family && prefix === undefined) addRange(set, net, last, family);
    return;
  }
  const bits = prefix === undefined ? (family === 'ipv4' ? 32 : 128) : Number(prefix);
  if (Number.isInteger(bits) && bits >= 0 && bits <= (family === 'ipv4' ? 32 : 128)) set.addSubnet(net, bits, family);
}

function addRange(set: BlockList, first: string, last: string, family: 'ipv4' | 'ipv6'): void {
  try {
    set.addRange(first, last, family);
  } catch {
    // a range that ends before it begins holds nothing
  }
}

function contains(set: BlockList, ip: string | undefined): boolean {
  const family = familyOf(ip ?? '');
  return ip !== undefined && family !== undefined && set.check(ip, family);
}

function familyOf(ip: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(ip);
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6';
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
