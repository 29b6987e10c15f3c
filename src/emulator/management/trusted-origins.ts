/** `/api/v1/trustedOrigins`: where browsers may call the org from, and be redirected to. */
import { Hono } from 'hono';
import type { TrustedOrigin } from '../../wire/org.ts';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { lifecycleLink, link } from '../http/links.ts';
import { invalid, notFound } from '../http/okta-error.ts';
import { page } from '../http/paging.ts';
import { type Org, orgNow } from '../org.ts';
import type { TrustedOriginEntity } from '../store/entities.ts';
import { compileFilter } from './filter.ts';
import { defined, type Json, oneOf, records, requiredText, texts } from './input.ts';

export function trustedOriginRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/trustedOrigins';
  const find = (c: AppContext) => {
    const id = c.req.param('id') ?? '';
    const row = org.store.trustedOrigins.get(id);
    if (!row) throw notFound(id, 'TrustedOrigin');
    return row;
  };

  app.get(base, (c) => {
    const rows = page(c, search(org, c), { defaultLimit: 20, maxLimit: 200 });
    return c.json(rows.map((row) => render(row, c.get('baseUrl'))));
  });
  app.post(base, async (c) => {
    const body = await readJson(c);
    const now = orgNow(org);
    const by = c.get('principal').userId;
    const row: TrustedOriginEntity = {
      id: org.ids.next('tos'),
      ...readBody(org, body),
      status: oneOf(body.status, ['ACTIVE', 'INACTIVE'] as const) ?? 'ACTIVE',
      created: now,
      createdBy: by,
      lastUpdated: now,
      lastUpdatedBy: by,
    };
    return c.json(render(org.store.trustedOrigins.put(row), c.get('baseUrl')));
  });
  app.get(`${base}/:id`, (c) => c.json(render(find(c), c.get('baseUrl'))));
  app.put(`${base}/:id`, async (c) => {
    const body = await readJson(c);
    const before = find(c);
    // Recorded: a PUT sets the status as well.
    const status = oneOf(body.status, ['ACTIVE', 'INACTIVE'] as const) ?? before.status;
    return c.json(render(touch(org, c, { ...before, ...readBody(org, body, before.id), status }), c.get('baseUrl')));
  });
  app.delete(`${base}/:id`, (c) => {
    org.store.trustedOrigins.delete(find(c).id);
    return c.body(null, 204);
  });
  app.post(`${base}/:id/lifecycle/activate`, (c) => {
    return c.json(render(touch(org, c, { ...find(c), status: 'ACTIVE' }), c.get('baseUrl')));
  });
  app.post(`${base}/:id/lifecycle/deactivate`, (c) => {
    return c.json(render(touch(org, c, { ...find(c), status: 'INACTIVE' }), c.get('baseUrl')));
  });
  return app;
}

function touch(org: Org, c: AppContext, row: TrustedOriginEntity): TrustedOriginEntity {
  return org.store.trustedOrigins.put({
    ...row,
    lastUpdated: orgNow(org),
    lastUpdatedBy: c.get('principal').userId,
  });
}

function search(org: Org, c: AppContext): TrustedOriginEntity[] {
  const { q, filter } = c.req.query();
  const test = filter === undefined ? undefined : compileFilter(filter, 'filter');
  const part = q?.toLowerCase();
  return org.store.trustedOrigins.filter(
    (row) =>
      (part === undefined || [row.name, row.origin].some((text) => text.toLowerCase().includes(part))) &&
      (test === undefined || test(row)),
  );
}

/** Names and origins are unique; the wording is that of other unique fields (named assumption `refusal-texts`). */
function readBody(org: Org, body: Json, except?: string): Pick<TrustedOriginEntity, 'name' | 'origin' | 'scopes'> {
  const name = requiredText('name', body.name, 255);
  const origin = requiredText('origin', body.origin);
  if (!isOrigin(origin)) throw invalid('origin', 'origin: The field must be a valid origin.');
  for (const [field, value] of [
    ['name', name],
    ['origin', origin],
  ] as const) {
    const taken = org.store.trustedOrigins.filter((row) => row[field] === value && row.id !== except);
    if (taken.length > 0) {
      throw invalid(field, `${field}: An object with this field already exists in the current organization`);
    }
  }
  const scopes = (records(body.scopes) ?? []).map((scope) => {
    const type = oneOf(scope.type, ['CORS', 'REDIRECT', 'IFRAME_EMBED'] as const);
    if (!type) throw invalid('scopes', 'scopes: The field cannot be left blank');
    return defined<TrustedOrigin['scopes'][number]>({ type, allowedOktaApps: texts(scope.allowedOktaApps) });
  });
  if (scopes.length === 0) throw invalid('scopes', 'scopes: The field cannot be left blank');
  return { name, origin, scopes };
}

/** Scheme, host and port; a path is no part of an origin. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.host !== '' && url.pathname.length <= 1 && url.search === '' && url.hash === '' && !text.endsWith('/');
}

function render(row: TrustedOriginEntity, baseUrl: string): TrustedOrigin {
  const self = `${baseUrl}/api/v1/trustedOrigins/${row.id}`;
  return { ...row, _links: { self: link(self, 'GET', 'PUT', 'DELETE'), ...lifecycleLink(row.status, self) } };
}
