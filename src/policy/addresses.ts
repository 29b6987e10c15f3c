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
