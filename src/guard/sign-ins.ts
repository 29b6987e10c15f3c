/**
 * From where people have signed in or changed the org lately, by the System Log: what a blocklist may not take from them. The
 * address that orgproof itself works from is among them once it has changed something.
 */
import { isForbidden, type OktaApi } from '../okta/api.ts';
import { logPath } from '../okta/system-log.ts';
import type { Geolocation } from '../policy/index.ts';
import type { NetworkZone } from '../wire/network-zone.ts';
import type { World } from './world.ts';

/** An address that somebody has used. */
export interface SignInPlace {
  ip: string;
  /** Where it may be, as far as the log tells; empty: nothing. */
  geolocations: readonly Geolocation[];
  /** Who did so last. */
  login: string;
}

export interface SignIns {
  /** One for each address; undefined when it is not known from where people sign in. */
  places: readonly SignInPlace[] | undefined;
  notes: readonly string[];
}

/** Members of an event that are looked at (OpenAPI 2026.06.3, LogEvent). */
interface LogEvent {
  eventType: string;
  actor: { alternateId: string | null } | null;
  client: {
    ipAddress: string | null;
    geographicalContext: { country: string | null; state: string | null } | null;
  } | null;
  securityContext: { asNumber: number | null; isProxy: boolean | null } | null;
}

/** One page: the newest come first. */
const MOST_EVENTS = 1000;
const SIGN_IN = 'user.session.start';
const CHANGES = ['policy.lifecycle', 'policy.rule', 'application.lifecycle', 'group.lifecycle', 'zone'];
const FILTER = `(eventType eq "${SIGN_IN}" or ${CHANGES.map((family) => `eventType sw "${family}."`).join(' or ')}) and outcome.result eq "SUCCESS"`;

const NOT_READ =
  'the credentials may not read from where people sign in (okta.logs.read): every address that a blocklist gains counts as one of theirs';

const NO_SIGN_IN =
  'the System Log holds no sign-in: whom a blocklist keeps out by the addresses that it gains is not known';

/** One request, when a plan gives a blocklist more addresses; none otherwise. */
export async function readSignIns(
  api: Pick<OktaApi, 'get'>,
  { before, after }: { before: World; after: World },
): Promise<SignIns> {
  if (blocking(after).every((zone) => blocking(before).includes(zone))) return { places: undefined, notes: [] };
  try {
    const events = await api.get<LogEvent[]>(logPath(FILTER, MOST_EVENTS));
    const words = vocabularyOf([...before.zones.values(), ...after.zones.values()]);
    const places = new Map<string, SignInPlace>();
    for (const event of events) {
      const ip = event.client?.ipAddress;
      if (!ip || places.has(ip)) continue;
      places.set(ip, { ip, geolocations: locations(event, words), login: event.actor?.alternateId ?? 'somebody' });
    }
    return {
      places: [...places.values()],
      notes: events.some(({ eventType }) => eventType === SIGN_IN) ? [] : [NO_SIGN_IN],
    };
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return { places: undefined, notes: [NOT_READ] };
  }
}

/** The zones that block, each as text. */
function blocking({ zones }: World): string[] {
  return [...zones.values()]
    .filter(({ usage, status }) => usage === 'BLOCKLIST' && status === 'ACTIVE')
    .map((zone) => JSON.stringify(zone));
}

/** What zones say of places, in the words of the log. */
interface Vocabulary {
  /** Codes of countries by their English names: the log has the name, a zone the code. */
  countries: ReadonlyMap<string, string>;
  /** ISO 3166-2, with the country. */
  regions: readonly string[];
  services: readonly string[];
}

function vocabularyOf(zones: readonly NetworkZone[]): Vocabulary {
  const names = new Intl.DisplayNames('en', { type: 'region' });
  const locations = zones.flatMap((zone) =>
    Array.isArray(zone.locations) ? zone.locations : (zone.locations?.include ?? []),
  );
  return {
    countries: new Map(
      locations.flatMap(({ country }) => (country ? [[names.of(country) ?? country, country] as const] : [])),
    ),
    regions: [...new Set(locations.flatMap(({ region }) => region ?? []))],
    services: [...new Set(zones.flatMap((zone) => zone.ipServiceCategories?.include ?? []))],
  };
}

/**
 * Where an address may be. The log tells the name of a region and not its code, and of a proxy not what it belongs to:
 * each that a zone names may be it.
 */
function locations({ client, securityContext }: LogEvent, words: Vocabulary): Geolocation[] {
  const { country: name, state } = client?.geographicalContext ?? {};
  if (!name) return [];
  const country = words.countries.get(name) ?? name;
  const own = words.regions.filter((region) => region.startsWith(`${country}-`));
  const regions = state && !own.includes(state) ? [undefined, ...own] : [state ?? undefined];
  const asn = securityContext?.asNumber;
  const known: Geolocation = { range: '0.0.0.0/0', country, ...(asn ? { asn } : {}) };
  return regions.flatMap((region) =>
    proxies(securityContext?.isProxy === true, words).map((proxy) => ({
      ...known,
      ...(region === undefined ? {} : { region }),
      ...proxy,
    })),
  );
}

function proxies(isProxy: boolean, { services }: Vocabulary): Pick<Geolocation, 'proxyType' | 'ipService'>[] {
  if (!isProxy) return [{}];
  const other = { proxyType: 'NotTorAnonymizer' } as const;
  return [{ proxyType: 'Tor' }, other, ...services.map((ipService) => ({ ...other, ipService }))];
}
