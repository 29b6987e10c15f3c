/** `/api/v1/apps/{id}/credentials/jwks`: the public keys by which a client proves itself, one by one (OpenAPI 2026.06.3). */
import { Hono } from 'hono';
import type { OAuthClientSettings } from '../../../wire/application.ts';
import { type AppContext, type AppEnv, readJson } from '../../http/context.ts';
import { lifecycleLink, link } from '../../http/links.ts';
import { invalid, notFound } from '../../http/okta-error.ts';
import { type Org, orgNow } from '../../org.ts';
import type { ApplicationEntity } from '../../store/entities.ts';
import { type Json, oneOf, text } from '../input.ts';
import { findApp } from './apps.ts';
import { assertPublic } from './oauth-client.ts';

const MAX_KEYS = 50;

export function jwkRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/apps/:id/credentials/jwks';
  const row = (c: AppContext) => findApp(org, c.req.param('id') ?? '');
  const find = (c: AppContext) => {
    const keyId = c.req.param('keyId') ?? '';
    const key = keysOf(row(c)).find((one) => one.id === keyId);
    if (!key) throw notFound(keyId, 'OAuth2ClientJsonWebKey');
    return key;
  };
  const change = (c: AppContext, status: 'ACTIVE' | 'INACTIVE') => {
    const key: Json = { ...find(c), status, lastUpdated: orgNow(org) };
    putKeys(
      org,
      row(c),
      keysOf(row(c)).map((one) => (one.id === key.id ? key : one)),
    );
    return c.json(render(row(c), key, c.get('baseUrl')));
  };

  app.get(base, (c) => c.json(keysOf(row(c)).map((key) => render(row(c), key, c.get('baseUrl')))));
  app.post(base, async (c) => {
    const key = readKey(org, await readJson(c));
    const keys = keysOf(row(c));
    if (keys.length >= MAX_KEYS) throw invalid('jwks', `You've reached the maximum number of keys per client.`);
    if (keys.some((one) => one.kid === key.kid)) throw invalid('kid', 'kid: A key with this kid already exists.');
    putKeys(org, row(c), [...keys, key]);
    return c.json(render(row(c), key, c.get('baseUrl')), 201);
  });
  app.get(`${base}/:keyId`, (c) => c.json(render(row(c), find(c), c.get('baseUrl'))));
  app.delete(`${base}/:keyId`, (c) => {
    const key = find(c);
    // named assumption `refusal-texts`
    if (key.status === 'ACTIVE') throw invalid('jwks', 'An active key cannot be deleted.');
    putKeys(
      org,
      row(c),
      keysOf(row(c)).filter((one) => one.id !== key.id),
    );
    return c.body(null, 204);
  });
  app.post(`${base}/:keyId/lifecycle/activate`, (c) => change(c, 'ACTIVE'));
  app.post(`${base}/:keyId/lifecycle/deactivate`, (c) => change(c, 'INACTIVE'));
  return app;
}

function keysOf(row: ApplicationEntity): Json[] {
  return row.settings.oauthClient?.jwks?.keys ?? [];
}

function putKeys(org: Org, row: ApplicationEntity, keys: Json[]): void {
  const { jwks: _before, ...rest } = row.settings.oauthClient ?? {};
  const oauthClient: OAuthClientSettings = keys.length === 0 ? rest : { ...rest, jwks: { keys } };
  org.store.apps.patch(row.id, { settings: { ...row.settings, oauthClient }, lastUpdated: orgNow(org) });
}

function readKey(org: Org, body: Json): Json {
  const kty = oneOf(body.kty, ['RSA', 'EC'] as const);
  const parts = kty === 'RSA' ? [body.n, body.e] : [body.x, body.y, body.crv];
  if (!kty || !parts.map(text).every(Boolean)) throw invalid('jwks', 'jwks: The key is not a complete public key.');
  assertPublic(body);
  oneOf(body.use, ['sig', 'enc'] as const);
  text(body.alg);
  const now = orgNow(org);
  return {
    ...body,
    id: org.ids.next('pks'),
    kid: text(body.kid) ?? org.ids.opaque(22),
    status: oneOf(body.status, ['ACTIVE', 'INACTIVE'] as const) ?? 'ACTIVE',
    created: now,
    lastUpdated: now,
  };
}

function render(row: ApplicationEntity, key: Json, baseUrl: string): Json {
  const self = `${baseUrl}/api/v1/apps/${row.id}/credentials/jwks/${String(key.id)}`;
  const status = String(key.status);
  const remove = status === 'INACTIVE' ? { delete: link(self, 'DELETE') } : {};
  return {
    created: row.created,
    lastUpdated: row.lastUpdated,
    ...key,
    _links: { ...lifecycleLink(status, self), ...remove },
  };
}
