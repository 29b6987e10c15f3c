/**
 * `/api/v1/behaviors`: what counts as unusual for a user, to be named by rules. They are kept and shown; the emulator knows
 * nobody's habits and evaluates none.
 */
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { lifecycleLink, link } from '../http/links.ts';
import { invalid, notFound } from '../http/okta-error.ts';
import { page } from '../http/paging.ts';
import { type Org, orgNow } from '../org.ts';
import type { BehaviorEntity } from '../store/entities.ts';
import { defined, integer, type Json, oneOf, record, requiredText } from './input.ts';

const BASE = '/api/v1/behaviors';

const TYPES = ['ANOMALOUS_DEVICE', 'ANOMALOUS_IP', 'ANOMALOUS_LOCATION', 'VELOCITY', 'ANOMALOUS_ASN'] as const;

export function behaviorRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const find = (c: AppContext) => {
    const id = c.req.param('id') ?? '';
    const row = org.store.behaviors.get(id);
    if (!row) throw notFound(id, 'BehaviorSettings');
    return row;
  };
  const save = (c: AppContext, row: BehaviorEntity) =>
    c.json(render(org.store.behaviors.put({ ...row, lastUpdated: orgNow(org) }), c.get('baseUrl')));

  // `q` is in no description of Okta's; the Terraform provider finds a behaviour by it.
  app.get(BASE, (c) => {
    const part = c.req.query('q')?.toLowerCase() ?? '';
    const found = org.store.behaviors.filter((row) => row.name.toLowerCase().includes(part));
    const rows = page(c, found, { defaultLimit: Number.POSITIVE_INFINITY, maxLimit: Number.POSITIVE_INFINITY });
    return c.json(rows.map((row) => render(row, c.get('baseUrl'))));
  });
  app.post(BASE, async (c) => {
    const body = await readJson(c);
    const type = oneOf(body.type, TYPES);
    if (!type) throw invalid('type', 'type: The field cannot be left blank');
    const id = org.ids.next('bhv');
    const status = oneOf(body.status, ['ACTIVE', 'INACTIVE'] as const) ?? 'ACTIVE';
    const now = orgNow(org);
    const row = { id, type, status, ...readBody(org, type, body), created: now, lastUpdated: now };
    return c.json(render(org.store.behaviors.put(row), c.get('baseUrl')), 201);
  });
  app.get(`${BASE}/:id`, (c) => c.json(render(find(c), c.get('baseUrl'))));
  app.put(`${BASE}/:id`, async (c) => {
    const body = await readJson(c);
    const row = find(c);
    if (body.type !== row.type) throw invalid('type', 'type: The type of a behavior cannot be changed.');
    return save(c, { ...row, ...readBody(org, row.type, body, row.id) });
  });
  app.delete(`${BASE}/:id`, (c) => {
    org.store.behaviors.delete(find(c).id);
    return c.body(null, 204);
  });
  app.post(`${BASE}/:id/lifecycle/activate`, (c) => save(c, { ...find(c), status: 'ACTIVE' }));
  app.post(`${BASE}/:id/lifecycle/deactivate`, (c) => save(c, { ...find(c), status: 'INACTIVE' }));
  return app;
}

function readBody(org: Org, type: string, body: Json, except?: string): Pick<BehaviorEntity, 'name' | 'settings'> {
  const name = requiredText('name', body.name, 128);
  if (org.store.behaviors.filter((row) => row.name === name && row.id !== except).length > 0) {
    throw invalid('name', 'name: An object with this field already exists in the current organization');
  }
  return { name, settings: readSettings(type, record(body.settings) ?? {}) };
}

/** Bounds and defaults by type (OpenAPI 2026.06.3). */
function readSettings(type: string, given: Json): Json {
  if (type === 'VELOCITY') return { velocityKph: bounded('velocityKph', given, 1, Number.MAX_SAFE_INTEGER, 805) };
  const [least, usual] = type === 'ANOMALOUS_IP' ? [0, 50] : [1, 20];
  const events = {
    maxEventsUsedForEvaluation: bounded('maxEventsUsedForEvaluation', given, least, 100, usual),
    minEventsNeededForEvaluation: bounded('minEventsNeededForEvaluation', given, 0, 10, 0),
  };
  if (type !== 'ANOMALOUS_LOCATION') return events;
  const granularity = oneOf(given.granularity, ['CITY', 'COUNTRY', 'LAT_LONG', 'SUBDIVISION'] as const);
  if (!granularity) throw invalid('settings.granularity', 'settings.granularity: The field cannot be left blank');
  const radiusKilometers = integer(given.radiusKilometers);
  if (granularity === 'LAT_LONG' && radiusKilometers === undefined) {
    throw invalid('settings.radiusKilometers', 'settings.radiusKilometers: The field cannot be left blank');
  }
  return defined<Json>({ ...events, granularity, radiusKilometers });
}

function bounded(name: string, given: Json, least: number, most: number, otherwise: number): number {
  const value = integer(given[name]) ?? otherwise;
  if (value < least || value > most) {
    throw invalid(`settings.${name}`, `settings.${name}: must be from ${least} to ${most}.`);
  }
  return value;
}

function render(row: BehaviorEntity, baseUrl: string): Json {
  const self = `${baseUrl}${BASE}/${row.id}`;
  return { ...row, _links: { self: link(self, 'GET', 'PUT', 'DELETE'), ...lifecycleLink(row.status, self) } };
}
