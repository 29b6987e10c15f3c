/** What else hangs on an app: its logo, its signing key, tokens, and the ID token settings that the Terraform provider reads. */
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readJson } from '../../http/context.ts';
import { notFound } from '../../http/okta-error.ts';
import type { Org } from '../../org.ts';
import type { Json } from '../input.ts';
import { putSetting, setting } from '../org-settings.ts';
import { findApp } from './apps.ts';

export function appResourceRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/apps/:id';
  const row = (c: AppContext) => findApp(org, c.req.param('id') ?? '');

  // The picture is read and dropped: nobody sees it here.
  app.post(`${base}/logo`, async (c) => {
    row(c);
    await c.req.arrayBuffer();
    return c.body(null, 201);
  });
  app.get(`${base}/credentials/keys`, async (c) => c.json([await signingKey(org, row(c).credentials.signing?.kid)]));
  app.get(`${base}/credentials/keys/:kid`, async (c) => {
    const kid = row(c).credentials.signing?.kid;
    if (kid !== c.req.param('kid')) throw notFound(c.req.param('kid'), 'JsonWebKey');
    return c.json(await signingKey(org, kid));
  });
  app.delete(`${base}/tokens`, (c) => {
    const clientId = row(c).credentials.oauthClient?.client_id;
    for (const token of org.store.refreshTokens.values()) {
      if (token.clientId !== clientId) continue;
      org.store.refreshTokens.delete(token.id);
      org.store.revokedTokens.put({ id: token.family, expiresAt: token.idleExpiresAt });
    }
    return c.body(null, 204);
  });
  // OIDC apps have no provisioning features and no federated claims unless somebody adds them, which is not supported.
  for (const name of ['features', 'federated-claims']) {
    app.get(`${base}/${name}`, (c) => {
      row(c);
      return c.json([]);
    });
  }

  // Okta's own endpoint (recorded): the Terraform provider calls it with its API token.
  const idToken = '/api/v1/internal/apps/:id/settings/oauth/idToken';
  app.get(idToken, (c) => {
    const client = row(c);
    const saved = setting(org, `idToken/${client.id}`);
    return c.json({ issuer: c.get('baseUrl'), ...fixed, audience: client.id, issuerMode: 'ORG_URL', ...saved });
  });
  app.post(idToken, async (c) => {
    const saved = putSetting(org, `idToken/${row(c).id}`, await readJson(c));
    return c.json({ issuer: null, ...fixed, audience: null, issuerMode: 'ORG_URL', ...saved });
  });
  return app;
}

const fixed: Json = { orgUrl: null, customUrl: null };

async function signingKey(org: Org, kid = org.store.org.signingKid): Promise<Json> {
  return { ...(await org.signingKeys.publicJwk(kid)) };
}
