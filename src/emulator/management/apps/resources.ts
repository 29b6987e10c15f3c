/** What else hangs on an app: its logo, its signing key, tokens, and the ID token settings that the Terraform provider reads. */
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readJson } from '../../http/context.ts';
import { invalid, notFound, OktaError } from '../../http/okta-error.ts';
import { endFamily } from '../../oauth/refresh-tokens.ts';
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
    const form = await c.req.parseBody().catch(() => ({}) as Json);
    if (!(form.file instanceof File)) {
      throw new OktaError(400, 'E0000028', 'The request is missing a required parameter.');
    }
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
      if (token.clientId === clientId) endFamily(org, token);
    }
    return c.body(null, 204);
  });
  // Nobody provisions through an app here, and asking for the features of an app that does not is an error (OpenAPI
  // 2026.06.3; the text is of the named assumption `refusal-texts`).
  app.get(`${base}/features`, (c) => {
    row(c);
    throw invalid('provisioning', 'Provisioning is not enabled for the app.');
  });
  // None until somebody adds one, which is not supported.
  app.get(`${base}/federated-claims`, (c) => {
    row(c);
    return c.json([]);
  });

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
