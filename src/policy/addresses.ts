/** Sets of addresses as zones and geolocations write them. */
import { isIP } from 'node:net';
import type { NetworkZoneAddress } from '../wire/network-zone.ts';

type Family = 'ipv4' | 'ipv6';
const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];

/** An address as a number. */
export interface Address {
  family: Family;
  value: bigint;
}

/** The addresses from `start` up to, and without, `end`. */
interface Interval {
  start: bigint;
  end: bigint;
}

/** By family; in order, and none touches the next. */
export type AddressSet = Readonly<Record<Family, readonly Interval[]>>;

/** By list: zones of thousands of ranges are looked at again and again. */
const SETS = new WeakMap<readonly NetworkZoneAddress[], AddressSet>();

/** The addresses of zone entries as one set. The list must not be changed afterwards. */
export function addressSet(entries: readonly NetworkZoneAddress[]): AddressSet {
  const set = SETS.get(entries) ?? setOf(entries.flatMap(({ value }) => intervalOf(value) ?? []));
  SETS.set(entries, set);
  return set;
}

function setOf(intervals: readonly (Interval & { family: Family })[]): AddressSet {
  const of = (family: Family) => joinedTogether(intervals.filter((one) => one.family === family));
  return { ipv4: of('ipv4'), ipv6: of('ipv6') };
}

function joinedTogether(intervals: readonly Interval[]): Interval[] {
  const joined: Interval[] = [];
  for (const { start, end } of intervals.toSorted((a, b) => compare(a.start, b.start))) {
    const last = joined.at(-1);
    if (last && start <= last.end) last.end = end > last.end ? end : last.end;
    else joined.push({ start, end });
  }
  return joined;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function contains(set: AddressSet, address: Address | undefined): boolean {
  if (!address) return false;
  const intervals = set[address.family];
  let [low, high] = [0, intervals.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((intervals[middle]?.end ?? 0n) <= address.value) low = middle + 1;
    else high = middle;
  }
  const found = intervals[low];
  return found !== undefined && found.start <= address.value;
}

/** Undefined for what is no address. */
export function readAddress(ip: string | undefined): Address | undefined {
  const family = familyOf(ip ?? '');
  return ip === undefined || family === undefined ? undefined : { family, value: numberOf(ip, family) };
}

function familyOf(ip: string): Family | undefined {
  const version = isIP(ip);
  return version === 0 || ip.includes('%') ? undefined : version === 4 ? 'ipv4' : 'ipv6';
}

/** Whether a text is a CIDR, a range that does not end before it begins, or an address. */
export function isRange(text: string): boolean {
  return intervalOf(text) !== undefined;
}

/** Takes a CIDR, a range or a single address, whichever the entry calls itself; what is none of these is nowhere. */
function intervalOf(range: string): (Interval & { family: Family }) | undefined {
  const [first = '', last, beyond] = range.split('-').map((part) => part.trim());
  const [net = '', prefix, more] = first.split('/');
  const address = readAddress(net);
  if (!address || beyond !== undefined || more !== undefined) return undefined;
  const { family, value } = address;
  if (last !== undefined) {
    const end = readAddress(last);
    if (end?.family !== family || prefix !== undefined || end.value < value) return undefined;
    return { family, start: value, end: end.value + 1n };
  }
  const bits = bitsOf(family);
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (!(length <= bits)) return undefined;
  const size = 1n << BigInt(bits - length);
  const start = (value / size) * size;
  return { family, start, end: start + size };
}

function bitsOf(family: Family): number {
  return family === 'ipv4' ? 32 : 128;
}

/**
 * One address for each combination of sets that hold it, the first one of its kind: addresses that no set tells apart are
 * the same here. IPv6 is looked at when a set holds some of it.
 */
export function addressesApart(sets: readonly AddressSet[]): string[] {
  return FAMILIES.filter((family) => family === 'ipv4' || sets.some((set) => set.ipv6.length > 0)).flatMap((family) =>
    apartIn(
      family,
      sets.map((set) => set[family]),
    ),
  );
}

/** Walks over the borders of the intervals in order, and knows at each which sets it is in. */
function apartIn(family: Family, sets: readonly (readonly Interval[])[]): string[] {
  const borders = sets.flatMap((intervals, set) =>
    intervals.flatMap(({ start, end }) => [
      { at: start, set, enters: true },
      { at: end, set, enters: false },
    ]),
  );
  borders.sort((a, b) => compare(a.at, b.at));
  const beyond = 1n << BigInt(bitsOf(family));
  const inside = new Set<number>();
  const found = new Map<string, bigint>(borders[0]?.at === 0n ? [] : [['', 0n]]);
  for (const [index, { at, set, enters }] of borders.entries()) {
    if (enters) inside.add(set);
    else inside.delete(set);
    if (at === borders[index + 1]?.at || at >= beyond) continue;
    const key = [...inside].sort((a, b) => a - b).join();
    if (!found.has(key)) found.set(key, at);
  }
  return [...found.values()].map((value) => addressOf(value, family));
}

function numberOf(ip: string, family: Family): bigint {
  if (family === 'ipv4') return BigInt(ip.split('.').reduce((value, part) => value * 256 + Number(part), 0));
  // The URL parser writes an IPv4 tail as groups, too.
  const [head = '', tail] = new URL(`http://[${ip}]`).hostname.slice(1, -1).split('::');
  const [before, after] = [head, tail ?? ''].map((text) => text.split(':').filter((group) => group !== ''));
  const gap = Array<string>(8 - (before?.length ?? 0) - (after?.length ?? 0)).fill('0');
  const groups = [...(before ?? []), ...gap, ...(after ?? [])];
  return groups.reduce((value, group) => (value << 16n) + BigInt(`0x${group}`), 0n);
}

function addressOf(value: bigint, family: Family): string {
  const [count, bits] = family === 'ipv4' ? [4, 8n] : [8, 16n];
  const parts = Array.from({ length: count }, (_, at) => (value >> (BigInt(count - 1 - at) * bits)) % (1n << bits));
  return family === 'ipv4' ? parts.join('.') : parts.map((part) => part.toString(16)).join(':');
}
