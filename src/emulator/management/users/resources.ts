/** What hangs on a user besides groups and factors: blocks, app links, clients with tokens, sessions. */
import { Hono } from 'hono';
import { oktaDate } from '../../../shared/clock.ts';
import { type AppContext, type AppEnv, readJson } from '../../http/context.ts';
import { link } from '../../http/links.ts';
import { notFound } from '../../http/okta-error.ts';
import type { Org } from '../../org.ts';
import { isAssigned } from '../apps/assignments.ts';
import { userOf } from './users.ts';

export function resourceRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/users/:userId';

  // A locked account is blocked for every device (OpenAPI 2026.06.3).
  app.get(`${base}/blocks`, (c) => {
    const blocked = userOf(org, c).status === 'LOCKED_OUT';
    return c.json(blocked ? [{ type: 'DEVICE_BASED', appliesTo: 'ANY_DEVICES' }] : []);
  });
  app.get(`${base}/appLinks`, (c) => c.json(appLinks(org, userOf(org, c).id, c.get('baseUrl'))));
  app.get(`${base}/clients`, (c) => {
    const user = userOf(org, c);
    const ids = new Set(org.store.refreshTokens.findAll('userId', user.id).map((token) => token.clientId));
    const clients = [...ids].flatMap((id) => org.store.apps.find('clientId', id) ?? []);
    return c.json(
      clients.map((row) => ({
        client_id: row.credentials.oauthClient?.client_id,
        client_name: row.label,
        client_uri: row.settings.oauthClient?.client_uri ?? null,
        logo_uri: row.settings.oauthClient?.logo_uri ?? null,
        _links: {
          grants: link(`${c.get('baseUrl')}/api/v1/users/${user.id}/clients/${row.id}/grants`, 'GET', 'DELETE'),
          tokens: link(`${c.get('baseUrl')}/api/v1/users/${user.id}/clients/${row.id}/tokens`, 'GET', 'DELETE'),
        },
      })),
    );
  });
  app.delete(`${base}/clients/:clientId/tokens`, (c) => {
    const user = userOf(org, c);
    const clientId = c.req.param('clientId');
    for (const token of org.store.refreshTokens.findAll('userId', user.id)) {
      if (token.clientId !== clientId) continue;
      org.store.refreshTokens.delete(token.id);
      org.store.revokedTokens.put({ id: token.family, expiresAt: token.idleExpiresAt });
    }
    return c.body(null, 204);
  });
  // Consents, identity providers and devices of a user: there are none in the emulator.
  for (const name of ['grants', 'idps', 'devices']) {
    app.get(`${base}/${name}`, (c) => {
      userOf(org, c);
      return c.json([]);
    });
  }
  return app.route('/', sessionRoutes(org));
}

/** The tiles of a user's dashboard. */
function appLinks(org: Org, userId: string, baseUrl: string) {
  return org.store.apps
    .filter((row) => row.status === 'ACTIVE' && isAssigned(org, row.id, userId))
    .map((row, sortOrder) => ({
      id: row.id,
      label: row.label,
      linkUrl: `${baseUrl}/home/${row.name}/${row.id}/aln${org.store.org.id.slice(3)}`,
      logoUrl: `${baseUrl}/assets/img/logos/default.png`,
      appName: row.name,
      appInstanceId: row.id,
      appAssignmentId: userId,
      credentialsSetup: false,
      hidden: false,
      sortOrder,
    }));
}

function sessionRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/sessions/:sessionId';
  const find = (c: AppContext) => {
    const id = c.req.param('sessionId') ?? '';
    const row = org.store.sessions.get(id);
    if (!row || row.expiresAt <= org.clock.now()) throw notFound(id, 'Session');
    return row;
  };
  const show = (c: AppContext) => {
    const row = find(c);
    const user = org.store.users.get(row.userId);
    const self = `${c.get('baseUrl')}/api/v1/sessions/${row.id}`;
    return c.json({
      id: row.id,
      userId: row.userId,
      login: user?.profile.login ?? null,
      createdAt: oktaDate(row.authTime * 1000),
      expiresAt: oktaDate(row.expiresAt),
      status: 'ACTIVE',
      lastPasswordVerification: row.amr.includes('pwd') ? oktaDate(row.authTime * 1000) : null,
      lastFactorVerification: row.amr.includes('mfa') ? oktaDate(row.authTime * 1000) : null,
      amr: row.amr,
      idp: { id: org.store.org.id, type: 'OKTA' },
      mfaActive: row.amr.includes('mfa'),
      _links: {
        self: link(self, 'GET', 'DELETE'),
        refresh: link(`${self}/lifecycle/refresh`, 'POST'),
        user: { name: user?.profile.login ?? '', ...link(`${c.get('baseUrl')}/api/v1/users/${row.userId}`, 'GET') },
      },
    });
  };
  app.get(base, show);
  app.delete(base, (c) => {
    org.store.sessions.delete(find(c).id);
    return c.body(null, 204);
  });
  app.post(`${base}/lifecycle/refresh`, async (c) => {
    await readJson(c);
    return show(c);
  });
  return app;
}
