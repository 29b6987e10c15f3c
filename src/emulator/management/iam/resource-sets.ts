/** `/api/v1/iam/resource-sets`: what custom roles are good for, and who has which there (OpenAPI 2026.06.3). */
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readJson } from '../../http/context.ts';
import { link } from '../../http/links.ts';
import { invalid, notFound } from '../../http/okta-error.ts';
import { nextPage, page } from '../../http/paging.ts';
import { type Org, orgNow } from '../../org.ts';
import type { ResourceRow, ResourceSetEntity } from '../../store/entities.ts';
import { type Json, record, requiredText, text, texts } from '../input.ts';

export const RESOURCE_SETS = '/api/v1/iam/resource-sets';

export function resourceSetRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const find = (c: AppContext) => findResourceSet(org, c.req.param('set') ?? '');
  const show = (c: AppContext, row: ResourceSetEntity) => c.json(render(row, c.get('baseUrl')));

  app.get(RESOURCE_SETS, (c) => {
    const shown = page(c, org.store.resourceSets.values(), { defaultLimit: 100, maxLimit: 200 });
    const next = nextPage(c);
    return c.json({
      'resource-sets': shown.map((row) => render(row, c.get('baseUrl'))),
      _links: { next: next === undefined ? null : link(next) },
    });
  });
  app.post(RESOURCE_SETS, async (c) => {
    const body = await readJson(c);
    const now = orgNow(org);
    const resources = (texts(body.resources) ?? []).map((resource) => resourceRow(org, resource));
    const row = { id: org.ids.next('iam'), ...readBody(org, body), created: now, lastUpdated: now, resources };
    return show(c, org.store.resourceSets.put(row));
  });
  app.get(`${RESOURCE_SETS}/:set`, (c) => show(c, find(c)));
  app.put(`${RESOURCE_SETS}/:set`, async (c) => {
    const given = readBody(org, await readJson(c), find(c));
    return show(c, org.store.resourceSets.patch(find(c).id, { ...given, lastUpdated: orgNow(org) }));
  });
  app.delete(`${RESOURCE_SETS}/:set`, (c) => {
    const { id } = find(c);
    for (const row of org.store.roleAssignments.values()) {
      if (row['resource-set'] === id) org.store.roleAssignments.delete(row.id);
    }
    org.store.resourceSets.delete(id);
    return c.body(null, 204);
  });
  return app.route('/', resourceRoutes(org));
}

function resourceRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = `${RESOURCE_SETS}/:set/resources`;
  const set = (c: AppContext) => findResourceSet(org, c.req.param('set') ?? '');
  const find = (c: AppContext) => {
    const id = c.req.param('resource') ?? '';
    const row = set(c).resources.find((one) => one.id === id);
    if (!row) throw notFound(id, 'ResourceSetResource');
    return row;
  };
  const keep = (c: AppContext, resources: ResourceRow[]) =>
    org.store.resourceSets.patch(set(c).id, { resources, lastUpdated: orgNow(org) });

  app.get(base, (c) => {
    const self = `${c.get('baseUrl')}${RESOURCE_SETS}/${set(c).id}`;
    return c.json({
      resources: set(c).resources.map((row) => renderResource(org, row)),
      _links: { 'resource-set': link(self) },
    });
  });
  app.patch(base, async (c) => {
    const additions = (texts((await readJson(c)).additions) ?? []).map((resource) => resourceRow(org, resource));
    const added = additions.filter(({ resource }) => set(c).resources.every((one) => one.resource !== resource));
    return c.json(render(keep(c, [...set(c).resources, ...added]), c.get('baseUrl')));
  });
  app.post(base, async (c) => {
    const body = await readJson(c);
    const row = resourceRow(org, requiredText('resourceOrnOrUrl', body.resourceOrnOrUrl), record(body.conditions));
    keep(c, [...set(c).resources, row]);
    return c.json(renderResource(org, row));
  });
  app.get(`${base}/:resource`, (c) => c.json(renderResource(org, find(c))));
  app.delete(`${base}/:resource`, (c) => {
    const { id } = find(c);
    keep(
      c,
      set(c).resources.filter((row) => row.id !== id),
    );
    return c.body(null, 204);
  });
  return app;
}

/** By id or label. */
export function findResourceSet(org: Org, key: string): ResourceSetEntity {
  const row = org.store.resourceSets.get(key) ?? org.store.resourceSets.values().find((one) => one.label === key);
  if (!row) throw notFound(key, 'ResourceSet');
  return row;
}

function resourceRow(org: Org, resource: string, conditions?: Json): ResourceRow {
  if (!resource.startsWith('orn:') && !URL.canParse(resource)) {
    throw invalid('resources', `resources: Invalid resource ${resource}.`);
  }
  const now = orgNow(org);
  const row = { id: org.ids.next('ire'), resource, created: now, lastUpdated: now };
  return conditions === undefined ? row : { ...row, conditions };
}

type Given = Pick<ResourceSetEntity, 'label' | 'description'>;

function readBody(org: Org, body: Json, before?: ResourceSetEntity): Given {
  const label = requiredText('label', body.label);
  if (org.store.resourceSets.values().some((row) => row.label === label && row.id !== before?.id)) {
    throw invalid('label', 'label: An object with this field already exists in the current organization');
  }
  return { label, description: text(body.description) ?? '' };
}

function render({ resources: _resources, ...row }: ResourceSetEntity, baseUrl: string): Json {
  const self = `${baseUrl}${RESOURCE_SETS}/${row.id}`;
  return {
    ...row,
    _links: { self: link(self), resources: link(`${self}/resources`), bindings: link(`${self}/bindings`) },
  };
}

/** Where the directory keeps what a URL of the API names. */
const SERVICES: Readonly<Record<string, string>> = { users: 'directory', groups: 'directory', apps: 'idp' };

/** A resource is shown by its URL, when it was named so, and by its name where the emulator knows how Okta builds it. */
function renderResource(org: Org, { resource, ...row }: ResourceRow): Json {
  if (resource.startsWith('orn:')) return { ...row, orn: resource, _links: {} };
  const [, kind = '', id] = /\/api\/v1\/(\w+)(?:\/(\w+))?$/.exec(new URL(resource).pathname) ?? [];
  const service = SERVICES[kind];
  const path = id === undefined ? kind : `${kind}:${id}`;
  const orn = service === undefined ? {} : { orn: `orn:okta:${service}:${org.store.org.id}:${path}` };
  return { ...row, ...orn, _links: { self: link(resource) } };
}
