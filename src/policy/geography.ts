/**
 * Where addresses are and what they are known as, and the dynamic zones that are made of such places. Okta buys this data;
 * here whoever runs the org says it (`Geolocation`). Of an address that nobody said anything about nothing is known, and it
 * lies in no dynamic zone.
 */
import type { NetworkZone } from '../wire/network-zone.ts';
import { type AddressSet, addressSet, contains, readAddress } from './addresses.ts';

/** What is said of a range of addresses. */
export interface Geolocation {
  /** A CIDR, a range (`203.0.113.1-203.0.113.9`) or an address. */
  range: string;
  /** Two letters of ISO 3166-1. */
  country: string;
  /** ISO 3166-2, with the country: `DE-BE`. */
  region?: string;
  city?: string;
  /** Number of the autonomous system. */
  asn?: number;
  /** The range belongs to anonymizing proxies; absent: it does not. */
  proxyType?: 'Tor' | 'NotTorAnonymizer';
  /** A single service of IPServiceCategory (OpenAPI 2026.06.3), e.g. `NORD_VPN`. */
  ipService?: string;
}

/** A list of geolocations made ready to look addresses up, with what was looked up lately. */
interface Atlas {
  ranges: readonly (readonly [range: AddressSet, place: Geolocation])[];
  found: Map<string, Geolocation | undefined>;
}

/** By list: a sign-in looks the same few addresses up at each step, and who changes geolocations makes another list. */
const ATLASES = new WeakMap<readonly Geolocation[], Atlas>();
/** Addresses that are remembered per list. */
const MAX_FOUND = 1000;

/** The first entry whose range holds the address. The list must not be changed afterwards. */
export function geolocate(ip: string, geolocations: readonly Geolocation[]): Geolocation | undefined {
  if (geolocations.length === 0) return undefined;
  const { ranges, found } = atlasOf(geolocations);
  if (found.has(ip)) return found.get(ip);
  const address = readAddress(ip);
  const place = ranges.find(([range]) => contains(range, address))?.[1];
  if (found.size >= MAX_FOUND) found.clear();
  found.set(ip, place);
  return place;
}

function atlasOf(geolocations: readonly Geolocation[]): Atlas {
  const known = ATLASES.get(geolocations);
  if (known) return known;
  const ranges = geolocations.map((place) => [addressSet([{ type: 'CIDR', value: place.range }]), place] as const);
  const atlas: Atlas = { ranges, found: new Map() };
  ATLASES.set(geolocations, atlas);
  return atlas;
}

/** Whether a place lies in a dynamic zone, of either type. A zone without any criterion holds nobody. */
export function dynamicZoneHolds(zone: Partial<NetworkZone>, place: Geolocation): boolean {
  return zone.type === 'DYNAMIC_V2' ? enhancedZoneHolds(zone, place) : plainZoneHolds(zone, place);
}

/** Locations, networks and proxies: each that the zone names must fit (named assumption `dynamic-zone-criteria`). */
function plainZoneHolds({ locations, asns, proxyType }: Partial<NetworkZone>, place: Geolocation): boolean {
  const criteria = [
    ...(Array.isArray(locations) && locations.length > 0 ? [isAmong(locations, place)] : []),
    ...(Array.isArray(asns) && asns.length > 0 ? [asns.includes(String(place.asn))] : []),
    ...(proxyType && proxyType !== 'null' ? [isProxyOf(proxyType, place)] : []),
  ];
  return criteria.length > 0 && criteria.every(Boolean);
}

function isProxyOf(proxyType: string, place: Geolocation): boolean {
  return place.proxyType !== undefined && (proxyType === 'Any' || proxyType === place.proxyType);
}

type Location = { country?: string; region?: string | null };

function isAmong(locations: readonly Location[], { country, region }: Geolocation): boolean {
  return locations.some(
    (one) => one.country === country && (one.region === undefined || one.region === null || one.region === region),
  );
}

/** Each list of what is included must have it, no list of what is excluded may. */
function enhancedZoneHolds(
  { locations, asns, ipServiceCategories }: Partial<NetworkZone>,
  place: Geolocation,
): boolean {
  const services = servicesOf(place);
  const criteria = [
    sides<Location>(locations, (list) => isAmong(list, place)),
    sides<string>(asns, (list) => list.includes(String(place.asn))),
    sides<string>(ipServiceCategories, (list) => list.some((name) => services.includes(name))),
  ];
  const named = criteria.filter(({ included, excluded }) => included !== undefined || excluded !== undefined);
  return named.length > 0 && named.every(({ included, excluded }) => included !== false && excluded !== true);
}

/** Whether a place is on the two lists of a criterion; undefined for a list that names nothing. */
function sides<T>(value: unknown, isOn: (list: T[]) => boolean): { included?: boolean; excluded?: boolean } {
  const { include = [], exclude = [] } = (value ?? {}) as { include?: T[]; exclude?: T[] };
  return {
    ...(include.length > 0 ? { included: isOn(include) } : {}),
    ...(exclude.length > 0 ? { excluded: isOn(exclude) } : {}),
  };
}

/** The categories that an address counts to, the collective ones included (named assumption `ip-service-groups`). */
function servicesOf({ proxyType, ipService }: Geolocation): string[] {
  if (proxyType === undefined && ipService === undefined) return [];
  const anonymizer = proxyType === 'Tor' ? ['ANONYMIZER_TOR'] : ['ALL_ANONYMIZERS_EXCEPT_TOR'];
  return [
    'ALL_IP_SERVICES',
    'ALL_PROXIES_VPNS',
    ...(proxyType === undefined ? [] : ['ALL_ANONYMIZERS', ...anonymizer]),
    ...(ipService === undefined ? [] : [ipService]),
  ];
}
