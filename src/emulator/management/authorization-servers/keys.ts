/**
 * Signing keys of an authorization server: the one in use, the next one, and those that were in use (OpenAPI 2026.06.3). A
 * rotation makes the next key the active one at once.
 */
import { Hono } from 'hono';
import { oktaDate } from '../../../shared/clock.ts';
import { type AppContext, type AppEnv, readJson } from '../../http/context.ts';
import { link } from '../../http/links.ts';
import { invalid, notFound } from '../../http/okta-error.ts';
import { type Org, orgNow } from '../../org.ts';
import type { AuthorizationServerEntity } from '../../store/entities.ts';
import { KEY_LIFETIME_MS, newKid } from '../../store/signing.ts';
import { oneOf } from '../input.ts';
import { putSetting, setting } from '../org-settings.ts';
import { findServer, pathOf } from './servers.ts';

type KeyStatus = 'ACTIVE' | 'NEXT' | 'EXPIRED';

export function keyRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/authorizationServers/:serverId/credentials';
  const server = (c: AppContext) => findServer(org, c.req.param('serverId') ?? '');
  const show = async (c: AppContext) => {
    const row = server(c);
    return Promise.all(keysOf(org, row).map((key) => render(org, row, key, c.get('baseUrl'))));
  };

  app.get(`${base}/keys`, async (c) => c.json(await show(c)));
  app.get(`${base}/keys/:kid`, async (c) => {
    const key = keysOf(org, server(c)).find((one) => one.kid === c.req.param('kid'));
    if (!key) throw notFound(c.req.param('kid'), 'JsonWebKey');
    return c.json(await render(org, server(c), key, c.get('baseUrl')));
  });
  app.post(`${base}/lifecycle/keyRotate`, async (c) => {
    if (oneOf((await readJson(c)).use, ['sig'] as const) === undefined) {
      throw invalid('use', 'use: The field cannot be left blank');
    }
    rotate(org, server(c));
    return c.json(await show(c));
  });
  return app;
}

/** The key that follows is known before it is needed, so that clients can fetch it in time. */
function keysOf(org: Org, row: AuthorizationServerEntity): { kid: string; status: KeyStatus }[] {
  const known = setting(org, `keys/${row.id}`);
  const next = typeof known.next === 'string' ? known.next : newKid();
  const expired = Array.isArray(known.expired) ? known.expired.map(String) : [];
  if (known.next === undefined) putSetting(org, `keys/${row.id}`, { next, expired });
  return [
    { kid: row.credentials.signing.kid, status: 'ACTIVE' },
    { kid: next, status: 'NEXT' },
    ...expired.map((kid) => ({ kid, status: 'EXPIRED' as const })),
  ];
}

function rotate(org: Org, row: AuthorizationServerEntity): void {
  const keys = keysOf(org, row);
  const next = keys.find((key) => key.status === 'NEXT')?.kid ?? newKid();
  const { signing } = row.credentials;
  // The last key that was in use stays known, for tokens that it signed.
  putSetting(org, `keys/${row.id}`, { next: newKid(), expired: [signing.kid] });
  const dates = {
    lastRotated: orgNow(org),
    ...(signing.rotationMode === 'AUTO' ? { nextRotation: oktaDate(org.clock.now() + KEY_LIFETIME_MS) } : {}),
  };
  org.store.authorizationServers.patch(row.id, { credentials: { signing: { ...signing, kid: next, ...dates } } });
}

async function render(
  org: Org,
  row: AuthorizationServerEntity,
  { kid, status }: { kid: string; status: KeyStatus },
  baseUrl: string,
): Promise<Record<string, unknown>> {
  const key = await org.signingKeys.publicJwk(kid);
  return { status, ...key, _links: { self: link(`${pathOf(row, baseUrl)}/credentials/keys/${kid}`, 'GET') } };
}
