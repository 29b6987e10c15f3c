/** Sets of addresses as zones and geolocations write them. */
import { BlockList, isIP } from 'node:net';
import type { NetworkZoneAddress } from '../wire/network-zone.ts';

/** The addresses of zone entries as one set. */
export function addressSet(entries: readonly NetworkZoneAddress[]): BlockList {
  const set = new BlockList();
  for (const { value } of entries) addEntry(set, value);
  return set;
}

/** Takes a CIDR, a range or a single address, whichever the entry calls itself; what is none of these is nowhere. */
function addEntry(set: BlockList, value: string): void {
  const [first = '', last, beyond] = value.split('-').map((part) => part.trim());
  const [net = '', prefix, more] = first.split('/');
  const family = familyOf(net);
  if (!family || beyond !== undefined || more !== undefined) return;
  if (last !== undefined) {
    if (familyOf(last) === family && prefix === undefined) addRange(set, net, last, family);
    return;
  }
  const longest = family === 'ipv4' ? 32 : 128;
  const bits = prefix === undefined ? longest : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (bits <= longest) set.addSubnet(net, bits, family);
}

function addRange(set: BlockList, first: string, last: string, family: 'ipv4' | 'ipv6'): void {
  try {
    set.addRange(first, last, family);
  } catch {
    // a range that ends before it begins holds nothing
  }
}

export function contains(set: BlockList, ip: string | undefined): boolean {
  const family = familyOf(ip ?? '');
  return ip !== undefined && family !== undefined && set.check(ip, family);
}

function familyOf(ip: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(ip);
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6';
}

/** Whether a text is a CIDR, a range that does not end before it begins, or an address. */
export function isRange(text: string): boolean {
  const set = new BlockList();
  addEntry(set, text);
  return set.rules.length > 0;
}

/**
 * Where a CIDR, range or single address begins, and the address behind its end: between such borders no address differs
 * from the next. Of what is none of these, nothing.
 */
export function bordersOf(range: string): string[] {
  const [first = '', last] = range.split('-').map((part) => part.trim());
  const [net = '', prefix] = first.split('/');
  const family = familyOf(net);
  if (!family || !isRange(range)) return [];
  const bits = family === 'ipv4' ? 32 : 128;
  const size = 1n << BigInt(bits - Number(prefix ?? bits));
  const start = (numberOf(net, family) / size) * size;
  const end = last === undefined ? start + size : numberOf(last, family) + 1n;
  return [start, end].filter((value) => value < 1n << BigInt(bits)).map((value) => addressOf(value, family));
}

function numberOf(ip: string, family: 'ipv4' | 'ipv6'): bigint {
  if (family === 'ipv4') return joined(ip.split('.'), 8n);
  // The URL parser writes an IPv4 tail as groups, too.
  const [head = '', tail] = new URL(`http://[${ip}]`).hostname.slice(1, -1).split('::');
  const [before, after] = [head, tail ?? ''].map((text) => text.split(':').filter((group) => group !== ''));
  const gap = Array<string>(8 - (before?.length ?? 0) - (after?.length ?? 0)).fill('0');
  return joined(
    [...(before ?? []), ...gap, ...(after ?? [])].map((group) => `0x${group}`),
    16n,
  );
}

function joined(parts: readonly string[], bits: bigint): bigint {
  return parts.reduce((value, part) => (value << bits) + BigInt(part), 0n);
}

function addressOf(value: bigint, family: 'ipv4' | 'ipv6'): string {
  const [count, bits] = family === 'ipv4' ? [4, 8n] : [8, 16n];
  const parts = Array.from({ length: count }, (_, at) => (value >> (BigInt(count - 1 - at) * bits)) % (1n << bits));
  return family === 'ipv4' ? parts.join('.') : parts.map((part) => part.toString(16)).join(':');
}
