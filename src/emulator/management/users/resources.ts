/** What hangs on a user besides groups and factors: blocks, app links, clients with tokens. */
import { Hono } from 'hono';
import type { AppEnv } from '../../http/context.ts';
import { link } from '../../http/links.ts';
import { endFamily } from '../../oauth/refresh-tokens.ts';
import type { Org } from '../../org.ts';
import type { UserEntity } from '../../store/entities.ts';
import { isAssigned } from '../apps/assignments.ts';
import { renderClient } from '../refresh-tokens.ts';
import { userOf } from './users.ts';

export function resourceRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/users/:userId';

  app.get(`${base}/blocks`, (c) => c.json(blocksOf(userOf(org, c))));
  app.get(`${base}/appLinks`, (c) => c.json(appLinks(org, userOf(org, c).id, c.get('baseUrl'))));
  app.get(`${base}/clients`, (c) => {
    const user = userOf(org, c);
    const ids = new Set(org.store.refreshTokens.findAll('userId', user.id).map((token) => token.clientId));
    const clients = [...ids].flatMap((id) => org.store.apps.find('clientId', id) ?? []);
    return c.json(
      clients.map((row) => ({
        ...renderClient(row),
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
      if (token.clientId === clientId) endFamily(org, token);
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
  return app;
}

/** A locked account is blocked for every device (OpenAPI 2026.06.3). */
export function blocksOf({ status }: UserEntity): { type: string; appliesTo: string }[] {
  return status === 'LOCKED_OUT' ? [{ type: 'DEVICE_BASED', appliesTo: 'ANY_DEVICES' }] : [];
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
