/**
 * From which addresses people might sign in: the network zones of some states of an org divide all addresses into places
 * that no condition and no blocklist tells apart further, and one address stands for each.
 */
import {
  addressesApart,
  addressSet,
  blockingZone,
  type Geolocation,
  type PolicyWithRules,
  zoneFinder,
} from '../policy/index.ts';
import type { NetworkZone } from '../wire/network-zone.ts';
import { changedConditions, conditionsOf, zonesNamed } from './conditions.ts';
import type { OrgView } from './org-view.ts';
import { remembering } from './remembering.ts';
import type { SignInPlace } from './sign-ins.ts';

export interface Place {
  ip: string;
  /** What is said of the address; undefined: nothing. */
  geolocation?: Geolocation;
  /** Zones of which nothing but the id is known, and that the place is taken to lie in. */
  unread: readonly string[];
  /** Who has signed in or changed the org from there; undefined: nobody that is known. */
  login?: string;
  /** Empty when no zone is looked at by anything. */
  words: string;
}

interface ZonesAt {
  ids: readonly string[];
  blocking: NetworkZone | undefined;
}

type Zones = OrgView['zones'];

/** What was found out about each place in each state. */
const KNOWN = new WeakMap<Zones, (place: Place) => ZonesAt>();

/** The zones that a place lies in, in one state of the org. */
export function zonesAt({ zones }: Pick<OrgView, 'zones'>, place: Place): ZonesAt {
  const find = KNOWN.get(zones) ?? remembering(finderOf(zones));
  KNOWN.set(zones, find);
  return find(place);
}

function finderOf(zones: Zones): (place: Place) => ZonesAt {
  const find = zoneFinder([...zones.values()]);
  return ({ ip, geolocation, unread }) => {
    const around = find(ip, geolocation ? [geolocation] : []);
    return { ids: [...around.map(({ id }) => id), ...unread], blocking: blockingZone(around) };
  };
}

/** Only so many are tried: the number of vantages is a product. */
const MOST_PLACES = 10;

/** Addresses that no zone tells apart. */
interface Cell {
  place: Place;
  /** Ids of the zones that matter, in each state. */
  at: readonly (readonly string[])[];
  /** They lie in other zones afterwards, or are blocked. */
  changes: boolean;
  /** They are blocked afterwards. */
  isBlocked: boolean;
  /** Somebody has been there. */
  isUsed: boolean;
}

export interface Places {
  places: readonly Place[];
  /** How many more there are. */
  cut: number;
}

/**
 * The places that people under some policies might sign in from: that outside of all zones first, then those that change,
 * then those in zones which changed conditions name.
 * @param views the states of the org, before and after
 * @param signIns from where people have signed in: what blocklists gain elsewhere is left out, see {@link withoutHarmless};
 *   undefined when that is not known
 * @returns asked with the policies of each state
 */
export function placesIn(
  views: readonly Pick<OrgView, 'zones'>[],
  signIns?: readonly SignInPlace[],
): (policies: readonly (readonly PolicyWithRules[])[]) => Places {
  const zones = views.flatMap((view) => [...view.zones.values()]);
  const cellsBy = remembering((names: string) =>
    cellsOf(views, zones, { named: new Set(names.split(' ').filter(Boolean)), signIns }),
  );
  return (policies) => {
    const named = [...new Set(policies.flatMap(conditionsOf).flatMap(zonesNamed))].sort();
    const unread = named.filter((id) => id !== ALL_ZONES && !zones.some((zone) => zone.id === id));
    return mostUrgent([...cellsBy(named.join(' ')), ...unread.map(unreadCell)], policies);
  };
}

function mostUrgent(cells: readonly Cell[], policies: readonly (readonly PolicyWithRules[])[]): Places {
  const { changed, moved } = changedConditions(policies);
  const urgent = [changed, moved].map((conditions) => new Set(conditions.flatMap(zonesNamed)));
  const rank = ({ at, changes }: Cell) => {
    if (at.every((ids) => ids.length === 0)) return 0;
    if (changes) return 1;
    const first = urgent.findIndex((ids) => ids.has(ALL_ZONES) || at.flat().some((id) => ids.has(id)));
    return 2 + (first < 0 ? urgent.length : first);
  };
  const places = cells.toSorted((a, b) => rank(a) - rank(b)).map(({ place }) => place);
  return { places: places.slice(0, MOST_PLACES), cut: Math.max(places.length - MOST_PLACES, 0) };
}

/** Stands in a condition for every zone of the org. */
const ALL_ZONES = 'ALL_ZONES';

/** The first address of all. */
const FIRST = '0.0.0.0';

/** What the zones that matter make of all addresses; those that are blocked before the plan have nothing to lose. */
function cellsOf(
  views: readonly Pick<OrgView, 'zones'>[],
  zones: readonly NetworkZone[],
  { named, signIns }: { named: ReadonlySet<string>; signIns: readonly SignInPlace[] | undefined },
): Cell[] {
  const isNamed = (id: string) => named.has(id) || named.has(ALL_ZONES);
  const relevant = new Map(
    zones.filter(({ id, usage }) => usage === 'BLOCKLIST' || isNamed(id)).map((zone) => [zone.id, zone.name]),
  );
  const cells = new Map<string, Cell>();
  const used = (signIns ?? []).flatMap(usedPlaces);
  for (const place of [...used, ...candidates(zones.filter(({ id }) => relevant.has(id)))]) {
    const there = views.map((view) => zonesAt(view, place));
    if (there[0]?.blocking) continue;
    const at = there.map(({ ids }) => ids.filter((id) => relevant.has(id)));
    const isBlocked = there.some(({ blocking }) => blocking);
    const key = JSON.stringify([at, isBlocked]);
    const changes = isBlocked || at.some((ids) => ids.join() !== at[0]?.join());
    const words = named.size > 0 || changes ? wordsFor(place, at, changes, relevant) : '';
    const isUsed = used.includes(place);
    if (!cells.has(key)) cells.set(key, { place: { ...place, words }, at, changes, isBlocked, isUsed });
  }
  return signIns === undefined ? [...cells.values()] : withoutHarmless([...cells.values()], isNamed);
}

/**
 * What a blocklist gains is harmless where nobody is known to have been and no policy names a zone, as long as there are other
 * such addresses: blocking strangers is what a blocklist is for.
 */
function withoutHarmless(cells: readonly Cell[], isNamed: (id: string) => boolean): Cell[] {
  const isOutside = ({ at }: Cell) => !at[0]?.some(isNamed);
  const leavesOthers = cells.some((cell) => isOutside(cell) && !cell.isBlocked);
  return cells.filter((cell) => !cell.isBlocked || cell.isUsed || !isOutside(cell) || !leavesOthers);
}

function usedPlaces({ ip, geolocations, login }: SignInPlace): Place[] {
  const place = { ip, login, unread: [], words: '' };
  return [place, ...geolocations.map((geolocation) => ({ ...place, geolocation }))];
}

function unreadCell(id: string): Cell {
  return {
    place: { ip: FIRST, unread: [id], words: `in the network zone "${id}"` },
    at: [[id]],
    changes: false,
    isBlocked: false,
    isUsed: false,
  };
}

function wordsFor(
  { ip, geolocation, login }: Place,
  [ids = []]: Cell['at'],
  changes: boolean,
  names: ReadonlyMap<string, string>,
): string {
  if (changes && login !== undefined) return `from ${ip} (which ${login} has used)`;
  if (changes) return geolocation ? `from ${describe(geolocation)}` : `from ${ip}`;
  if (ids.length === 0) return 'outside of the network zones';
  const words = ids.map((id) => `"${names.get(id)}"`).join(' and ');
  return `in the network zone${ids.length > 1 ? 's' : ''} ${words}`;
}

function describe({ country, region, asn, proxyType, ipService }: Geolocation): string {
  const parts = [region ?? (country === NOWHERE ? undefined : country), asn && `network ${asn}`, proxyType, ipService];
  return parts.filter(Boolean).join(', ');
}

const NO_ADDRESSES: NonNullable<NetworkZone['gateways']> = [];

/** An address of each part of the address space that the zones divide, and each place that they name. */
function candidates(zones: readonly NetworkZone[]): Place[] {
  const addresses = addressesApart(zones.map(({ gateways }) => addressSet(gateways ?? NO_ADDRESSES)));
  const find = zoneFinder(zones);
  const empty = addresses.find((ip) => find(ip).length === 0) ?? FIRST;
  return [
    ...addresses.map((ip) => ({ ip, unread: [], words: '' })),
    ...zones.flatMap(geolocations).map((geolocation) => ({ ip: empty, geolocation, unread: [], words: '' })),
  ];
}

/** The country of a place of which a zone names no country (user-assigned in ISO 3166-1). */
const NOWHERE = 'ZZ';

/** Places of what a dynamic zone names; it holds those for which each of its criteria fits. */
function geolocations(zone: NetworkZone): Geolocation[] {
  if (zone.type === 'IP') return [];
  const { proxyType, ipServiceCategories } = zone;
  const proxy =
    proxyType === 'NotTorAnonymizer' ? proxyType : ['Tor', 'Any'].includes(proxyType ?? '') ? 'Tor' : undefined;
  const locations = orNone(included(zone.locations));
  const networks = orNone(included(zone.asns));
  const services = orNone(ipServiceCategories?.include ?? []);
  return locations.flatMap((location) =>
    networks.flatMap((network) =>
      services.map((service) => ({
        range: '0.0.0.0/0',
        country: location?.country ?? NOWHERE,
        ...(location?.region ? { region: location.region } : {}),
        ...(network === undefined ? {} : { asn: Number(network) }),
        ...(proxy === undefined ? {} : { proxyType: proxy }),
        ...(service === undefined ? {} : { ipService: service }),
      })),
    ),
  );
}

function included<T>(value: readonly T[] | { include?: T[] } | null | undefined): readonly T[] {
  if (Array.isArray(value)) return value as readonly T[];
  return (value as { include?: T[] } | null | undefined)?.include ?? [];
}

function orNone<T>(values: readonly T[]): (T | undefined)[] {
  return values.length > 0 ? [...values] : [undefined];
}
