/** `/api/v1/zones`: network zones of the three types, normalised as recorded. */
import { isIP } from 'node:net';
import { Hono } from 'hono';
import type { NetworkZone, NetworkZoneAddress } from '../../wire/network-zone.ts';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { lifecycleLink, link } from '../http/links.ts';
import { invalid, notFound } from '../http/okta-error.ts';
import { page } from '../http/paging.ts';
import { type Org, orgNow } from '../org.ts';
import type { NetworkZoneEntity } from '../store/entities.ts';
import { isCountryCode } from './country-codes.ts';
import { compileFilter } from './filter.ts';
import { flag, type Json, oneOf, record, records, requiredText, text, texts } from './input.ts';
import { readOnlyObject } from './policies/common.ts';
import { zonesInUse } from './zone-use.ts';

const TYPES = ['IP', 'DYNAMIC', 'DYNAMIC_V2'] as const;
const STATUS = ['ACTIVE', 'INACTIVE'] as const;
const BASE = '/api/v1/zones';

export function zoneRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const find = (c: AppContext) => {
    const id = c.req.param('id') ?? '';
    const row = org.store.zones.get(id);
    if (!row) throw notFound(id, 'NetworkZone');
    return row;
  };

  app.get(BASE, (c) => {
    const filter = c.req.query('filter');
    const rows =
      filter === undefined ? org.store.zones.values() : org.store.zones.filter(compileFilter(filter, 'filter'));
    const shown = page(c, rows, { defaultLimit: Number.POSITIVE_INFINITY, maxLimit: 200 });
    return c.json(shown.map((row) => render(row, c.get('baseUrl'))));
  });
  app.post(BASE, async (c) => c.json(render(createZone(org, await readJson(c)), c.get('baseUrl'))));
  app.get(`${BASE}/:id`, (c) => c.json(render(find(c), c.get('baseUrl'))));
  app.put(`${BASE}/:id`, async (c) => {
    const body = await readJson(c);
    const shown = render(replaceZone(org, find(c), body), c.get('baseUrl'));
    // Recorded: only the answer to a PUT that asks for it tells what list the zone is on.
    return c.json(
      flag(body.useAsExemptList) === true ? { ...shown, useAsBlackList: false, useAsExemptList: true } : shown,
    );
  });
  app.delete(`${BASE}/:id`, (c) => {
    const row = find(c);
    if (row.system) throw readOnlyObject('NetworkZone');
    assertUnused(org, row, 'deleted');
    org.store.zones.delete(row.id);
    return c.body(null, 204);
  });
  app.post(`${BASE}/:id/lifecycle/:verb{activate|deactivate}`, (c) => {
    const row = find(c);
    const status = c.req.param('verb') === 'activate' ? 'ACTIVE' : 'INACTIVE';
    if (status === 'INACTIVE') assertUnused(org, row, 'deactivated');
    return c.json(render(org.store.zones.patch(row.id, { status, lastUpdated: orgNow(org) }), c.get('baseUrl')));
  });
  return app;
}

function createZone(org: Org, body: Json): NetworkZoneEntity {
  const now = orgNow(org);
  return org.store.zones.put({
    id: org.ids.next('nzo'),
    ...readBody(org, body),
    status: oneOf(body.status, STATUS) ?? 'ACTIVE',
    created: now,
    lastUpdated: now,
    system: false,
  });
}

/** Recorded: a PUT sets the status as well. */
function replaceZone(org: Org, row: NetworkZoneEntity, body: Json): NetworkZoneEntity {
  const { id, created, system } = row;
  if (oneOf(body.type, TYPES) !== row.type) {
    throw invalid('type', 'type: The type of a network zone cannot be changed.');
  }
  return org.store.zones.put({
    id,
    ...readBody(org, body, row),
    status: oneOf(body.status, STATUS) ?? row.status,
    created,
    lastUpdated: orgNow(org),
    system,
  });
}

/** Named assumption `refusal-texts`. */
function assertUnused(org: Org, row: NetworkZoneEntity, what: string): void {
  const users = zonesInUse(org, row.id);
  if (users.length === 0) return;
  throw invalid('networkZone', `This zone cannot be ${what} because it is used by: ${users.join(', ')}.`);
}

type Body = Omit<NetworkZoneEntity, 'id' | 'status' | 'created' | 'lastUpdated' | 'system'>;

function readBody(org: Org, body: Json, before?: NetworkZoneEntity): Body {
  const type = oneOf(body.type, TYPES);
  if (!type) throw invalid('type', 'type: The field cannot be left blank');
  const name = requiredText('name', body.name, 128);
  if (org.store.zones.values().some((row) => row.name === name && row.id !== before?.id)) {
    throw invalid('name', 'name: An object with this field already exists in the current organization');
  }
  const usage = oneOf(body.usage, ['POLICY', 'BLOCKLIST'] as const) ?? 'POLICY';
  return { type, name, usage, ...details(type, body, before?.system ?? false) };
}

/** What each type holds besides; members that it lacks are null, or empty lists in the newer type (recorded). */
function details(type: NetworkZone['type'], body: Json, system: boolean): Json {
  switch (type) {
    case 'IP': {
      const [gateways, proxies] = [addresses('gateways', body.gateways), addresses('proxies', body.proxies)];
      // OpenAPI 2026.06.3 demands one of the two; zones of Okta's own may be empty (recorded). Text: `refusal-texts`.
      if (!system && gateways === null && proxies === null) {
        throw invalid('gateways', 'gateways: Either gateways or proxies must be given.');
      }
      return { gateways, proxies };
    }
    case 'DYNAMIC': {
      const locations = records(body.locations);
      return {
        locations: locations && locations.length > 0 ? inHashOrder(locations.map(location)) : null,
        proxyType: text(body.proxyType) ?? '',
        ...((texts(body.asns)?.length ?? 0) > 0 ? { asns: texts(body.asns) } : {}),
      };
    }
    case 'DYNAMIC_V2':
      return {
        locations: both(body.locations, (value) => inHashOrder((records(value) ?? []).map(location))),
        ipServiceCategories: both(body.ipServiceCategories, (value) => texts(value) ?? []),
        asns: both(body.asns, (value) => texts(value) ?? []),
      };
  }
}

function both<T>(value: unknown, read: (value: unknown) => T): { include: T; exclude: T } {
  const given = record(value) ?? {};
  return { include: read(given.include), exclude: read(given.exclude) };
}

interface Location {
  country: string;
  region: string | null;
}

function location(given: Json): Location {
  const country = text(given.country);
  const region = text(given.region) ?? null;
  // named assumption `refusal-texts`
  if (country === undefined || !isCountryCode(country)) {
    throw invalid('locations.country', 'locations.country: must be a country code of ISO 3166-1.');
  }
  if (region !== null && !region.startsWith(`${country}-`)) {
    throw invalid('locations.region', 'locations.region: must be a region code of ISO 3166-2 of the country.');
  }
  return { country, region };
}

/**
 * Locations come back in the order of a hash set, not as they were sent (recorded). This is the order of a Java hash set
 * whose elements hash country, then region; it agrees with all recorded answers.
 */
function inHashOrder(locations: readonly Location[]): Location[] {
  const unique = [...new Map(locations.map((one) => [`${one.country}/${one.region}`, one])).values()];
  let buckets = 16;
  while (unique.length > buckets * 0.75) buckets *= 2;
  const place = ({ country, region }: Location) => {
    const hash = Math.imul(Math.imul(17, 37) + javaHash(country), 37) + javaHash(region ?? '');
    return (hash ^ (hash >>> 16)) & (buckets - 1);
  };
  return unique.sort((a, b) => place(a) - place(b));
}

function javaHash(value: string): number {
  let hash = 0;
  for (let at = 0; at < value.length; at += 1) hash = (Math.imul(31, hash) + value.charCodeAt(at)) | 0;
  return hash;
}

/** A single address becomes a network of one (documented). */
function addresses(field: string, value: unknown): NetworkZoneAddress[] | null {
  const given = records(value);
  if (!given || given.length === 0) return null;
  return given.map((entry) => {
    const type = oneOf(entry.type, ['CIDR', 'RANGE'] as const) ?? 'CIDR';
    const address = text(entry.value) ?? '';
    if (type === 'CIDR' && isAddress(address)) {
      return { type, value: `${address}/${address.includes(':') ? 128 : 32}` };
    }
    const parts = type === 'CIDR' ? address.split('/') : address.split('-');
    const wellFormed =
      type === 'CIDR' ? isAddress(parts[0]) && /^\d{1,3}$/.test(parts[1] ?? '') : parts.every(isAddress);
    if (parts.length !== 2 || !wellFormed) {
      throw invalid(field, `${field}: Invalid IP address or range: ${address}`);
    }
    return { type, value: address };
  });
}

function isAddress(value: string | undefined): boolean {
  return isIP(value?.trim() ?? '') !== 0;
}

function render(row: NetworkZoneEntity, baseUrl: string): NetworkZone {
  const self = `${baseUrl}/api/v1/zones/${row.id}`;
  const { type, id, name, status, usage, created, lastUpdated, system, ...rest } = row;
  return {
    type,
    id,
    name,
    status,
    usage,
    created,
    lastUpdated,
    system,
    ...rest,
    _links: { self: link(self, 'GET', 'PUT', 'DELETE'), ...lifecycleLink(status, self) },
  };
}
