/**
 * `/api/v1/authorizationServers/{id}/associatedServers`: the servers whose tokens a server trusts in a token exchange (OpenAPI
 * 2026.06.3). They are kept and shown; the emulator exchanges no tokens.
 */
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readJson } from '../../http/context.ts';
import { invalid, notFound } from '../../http/okta-error.ts';
import { page } from '../../http/paging.ts';
import type { Org } from '../../org.ts';
import type { AuthorizationServerEntity } from '../../store/entities.ts';
import { texts } from '../input.ts';
import { findServer, renderServer } from './servers.ts';

const BASE = '/api/v1/authorizationServers/:serverId/associatedServers';

export function associatedServerRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const server = (c: AppContext) => findServer(org, c.req.param('serverId') ?? '');
  const show = (c: AppContext, rows: readonly AuthorizationServerEntity[]) =>
    c.json(rows.map((row) => renderServer(row, c.get('baseUrl'))));

  app.get(BASE, (c) => {
    const { id, trusts = [] } = server(c);
    const trusted = c.req.query('trusted') !== 'false';
    const q = c.req.query('q')?.toLowerCase() ?? '';
    const rows = org.store.authorizationServers.filter(
      (row) =>
        row.id !== id &&
        trusts.includes(row.id) === trusted &&
        [row.name, ...row.audiences].some((text) => text.toLowerCase().includes(q)),
    );
    return show(c, page(c, rows, { defaultLimit: 200, maxLimit: 200 }));
  });
  app.post(BASE, async (c) => {
    const { id, trusts = [] } = server(c);
    const added = (texts((await readJson(c)).trusted) ?? []).map((key) => findServer(org, key));
    if (added.length === 0) throw invalid('trusted', 'trusted: The field cannot be left blank');
    // named assumption `refusal-texts`
    if (added.some((row) => row.id === id)) throw invalid('trusted', 'trusted: A server cannot trust itself.');
    const { trusts: now = [] } = org.store.authorizationServers.patch(id, {
      trusts: [...new Set([...trusts, ...added.map((row) => row.id)])],
    });
    return show(
      c,
      org.store.authorizationServers.filter((row) => now.includes(row.id)),
    );
  });
  app.delete(`${BASE}/:associatedId`, (c) => {
    const { id, trusts = [] } = server(c);
    const gone = c.req.param('associatedId');
    if (!trusts.includes(gone)) throw notFound(gone, 'AuthorizationServer');
    org.store.authorizationServers.patch(id, { trusts: trusts.filter((one) => one !== gone) });
    return c.body(null, 204);
  });
  return app;
}
