/**
 * `/api/v1/api-tokens`: read, restricted and revoked here, made only in the Admin Console. The emulator has one; once it is
 * revoked the API takes it no more, until a reset or a snapshot of the control plane brings it back.
 */
import { Hono } from 'hono';
import { oktaDate } from '../../shared/clock.ts';
import type { ApiToken } from '../../wire/org.ts';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { link } from '../http/links.ts';
import { notFound } from '../http/okta-error.ts';
import { type Org, orgNow } from '../org.ts';
import type { ApiTokenEntity } from '../store/entities.ts';
import { defined, oneOf, record, requiredText, texts } from './input.ts';

const BASE = '/api/v1/api-tokens';
/** A token dies when it was not used for this long; each use moves the end (documented). */
const WINDOW_MS = 30 * 24 * 60 * 60_000;

export function apiTokenRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const find = (c: AppContext) => {
    const id = c.req.param('tokenId') ?? '';
    const row = org.store.apiTokens.get(id);
    if (!row) throw notFound(id, 'ApiToken');
    return row;
  };

  app.get(BASE, (c) => c.json(org.store.apiTokens.values().map((row) => render(org, row, c.get('baseUrl')))));
  app.get(`${BASE}/:tokenId`, (c) => c.json(render(org, find(c), c.get('baseUrl'))));
  app.put(`${BASE}/:tokenId`, async (c) => {
    const body = await readJson(c);
    const network = record(body.network);
    const changed: ApiTokenEntity = {
      ...find(c),
      name: requiredText('name', body.name, 255),
      network: network
        ? defined<ApiTokenEntity['network']>({
            connection: oneOf(network.connection, ['ANYWHERE', 'ZONE'] as const) ?? 'ANYWHERE',
            include: texts(network.include),
            exclude: texts(network.exclude),
          })
        : { connection: 'ANYWHERE' },
      lastUpdated: orgNow(org),
    };
    return c.json(render(org, org.store.apiTokens.put(changed), c.get('baseUrl')));
  });
  const revoke = (c: AppContext, row: ApiTokenEntity) => {
    org.store.apiTokens.delete(row.id);
    return c.body(null, 204);
  };
  app.delete(`${BASE}/current`, (c) => {
    const row = c.get('principal').kind === 'ssws' ? org.store.apiTokens.values()[0] : undefined;
    if (!row) throw notFound('current', 'ApiToken');
    return revoke(c, row);
  });
  app.delete(`${BASE}/:tokenId`, (c) => revoke(c, find(c)));
  return app;
}

function render(org: Org, row: ApiTokenEntity, baseUrl: string): ApiToken {
  return {
    ...row,
    expiresAt: oktaDate(org.clock.now() + WINDOW_MS),
    _links: {
      self: link(`${baseUrl}${BASE}/${row.id}`, 'GET', 'DELETE'),
      user: link(`${baseUrl}/api/v1/users/${row.userId}`, 'GET'),
    },
  };
}
