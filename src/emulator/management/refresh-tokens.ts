/**
 * Refresh tokens as admins see them: those of an app, of a user with a client, of a client at an authorization server, each
 * with the clients that hold any (OpenAPI 2026.06.3). The text of a token is never shown; its id is that of its family.
 */
import { Hono } from 'hono';
import { oktaDate } from '../../shared/clock.ts';
import type { AppContext, AppEnv } from '../http/context.ts';
import { link } from '../http/links.ts';
import { notFound } from '../http/okta-error.ts';
import { page } from '../http/paging.ts';
import type { RefreshToken } from '../oauth/grants.ts';
import { endFamily } from '../oauth/refresh-tokens.ts';
import { issuerOf, ORG_SERVER, serverById } from '../oauth/servers.ts';
import type { Org } from '../org.ts';
import type { ApplicationEntity } from '../store/entities.ts';
import { findApp } from './apps/apps.ts';
import { findServer } from './authorization-servers/servers.ts';
import type { Json } from './input.ts';
import { userOf } from './users/users.ts';

/** A place where refresh tokens are seen: those that `among` finds, at a path of their own. */
interface Place {
  path: string;
  among: (org: Org, c: AppContext) => RefreshToken[];
}

const PLACES: readonly Place[] = [
  { path: '/api/v1/apps/:id/tokens', among: tokensOfApp },
  {
    path: '/api/v1/users/:userId/clients/:clientId/tokens',
    among: (org, c) => {
      const { id } = userOf(org, c);
      return org.store.refreshTokens.findAll('userId', id).filter(({ clientId }) => clientId === clientOf(org, c));
    },
  },
  {
    path: '/api/v1/authorizationServers/:serverId/clients/:clientId/tokens',
    among: (org, c) => tokensOfServer(org, c).filter(({ clientId }) => clientId === clientOf(org, c)),
  },
];

export function refreshTokenRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  for (const { path, among } of PLACES) {
    const all = (c: AppContext) => among(org, c).filter((token) => isLive(org, token));
    const find = (c: AppContext) => {
      const id = c.req.param('tokenId') ?? '';
      const token = all(c).find(({ family }) => family === id);
      if (!token) throw notFound(id, 'OAuth2RefreshToken');
      return token;
    };
    app.get(path, (c) => {
      const rows = all(c).map((token) => ({ id: token.family, token }));
      const shown = page(c, rows, { defaultLimit: 20, maxLimit: 200 });
      return c.json(shown.map(({ token }) => render(org, c, token)));
    });
    app.get(`${path}/:tokenId`, (c) => c.json(render(org, c, find(c))));
    app.delete(`${path}/:tokenId`, (c) => {
      endFamily(org, find(c));
      return c.body(null, 204);
    });
  }
  const server = '/api/v1/authorizationServers/:serverId/clients';
  app.get(server, (c) => {
    const ids = new Set(tokensOfServer(org, c).flatMap((token) => (isLive(org, token) ? [token.clientId] : [])));
    const clients = [...ids].flatMap((id) => org.store.apps.find('clientId', id) ?? []);
    return c.json(
      clients.map(renderClient).map((client) => ({
        ...client,
        _links: { tokens: link(`${c.get('baseUrl')}${c.req.path}/${client.client_id}/tokens`, 'GET', 'DELETE') },
      })),
    );
  });
  app.delete(`${server}/:clientId/tokens`, (c) => {
    for (const token of tokensOfServer(org, c)) if (token.clientId === clientOf(org, c)) endFamily(org, token);
    return c.body(null, 204);
  });
  return app;
}

/** A client as lists of clients show it. */
export function renderClient(row: ApplicationEntity): Json {
  return {
    client_id: row.credentials.oauthClient?.client_id,
    client_name: row.label,
    client_uri: row.settings.oauthClient?.client_uri ?? null,
    logo_uri: row.settings.oauthClient?.logo_uri ?? null,
  };
}

function tokensOfApp(org: Org, c: AppContext): RefreshToken[] {
  const id = findApp(org, c.req.param('id') ?? '').credentials.oauthClient?.client_id;
  return org.store.refreshTokens.filter(({ clientId }) => clientId === id);
}

function tokensOfServer(org: Org, c: AppContext): RefreshToken[] {
  const { id } = findServer(org, c.req.param('serverId') ?? '');
  return org.store.refreshTokens.filter(({ serverId }) => serverId === id);
}

function clientOf(org: Org, c: AppContext): string {
  const clientId = c.req.param('clientId') ?? '';
  if (!org.store.apps.find('clientId', clientId)) throw notFound(clientId, 'PublicClientApp');
  return clientId;
}

/** Not run out, and not the one that rotation replaced. */
function isLive(org: Org, token: RefreshToken): boolean {
  const now = org.clock.now();
  return token.replacedAt === undefined && token.idleExpiresAt > now && (token.expiresAt ?? now + 1) > now;
}

function render(org: Org, c: AppContext, token: RefreshToken): Json {
  const baseUrl = c.get('baseUrl');
  const server = serverById(org, token.serverId);
  const app = org.store.apps.find('clientId', token.clientId);
  const created = oktaDate(token.issuedAt ?? token.authTime * 1000);
  const own = `${baseUrl}${c.req.path.replace(/\/tokens\b.*$/, '/tokens')}/${token.family}`;
  return {
    id: token.family,
    status: 'ACTIVE',
    created,
    lastUpdated: created,
    expiresAt: oktaDate(token.expiresAt ?? token.idleExpiresAt),
    issuer: server ? issuerOf(server, baseUrl) : baseUrl,
    clientId: token.clientId,
    userId: token.userId,
    scopes: token.scopes,
    _links: {
      ...(app ? { app: link(`${baseUrl}/api/v1/apps/${app.id}`) } : {}),
      self: link(own),
      revoke: link(own, 'DELETE'),
      client: link(`${baseUrl}/oauth2/v1/clients/${token.clientId}`),
      user: link(`${baseUrl}/api/v1/users/${token.userId}`),
      ...(token.serverId === ORG_SERVER
        ? {}
        : { authorizationServer: link(`${baseUrl}/api/v1/authorizationServers/${token.serverId}`) }),
    },
  };
}
