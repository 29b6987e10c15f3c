/** `/api/v1/apps/{id}/grants`: which scopes of the org authorization server an app may ask for. */
import { Hono } from 'hono';
import type { ScopeGrant } from '../../../wire/application.ts';
import { type AppContext, type AppEnv, readJson } from '../../http/context.ts';
import { link } from '../../http/links.ts';
import { invalid, notFound } from '../../http/okta-error.ts';
import { type Org, orgNow } from '../../org.ts';
import type { ApplicationEntity, ScopeGrantEntity } from '../../store/entities.ts';
import { requiredText } from '../input.ts';
import { findApp } from './apps.ts';

export function grantRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/apps/:id/grants';
  const row = (c: AppContext) => findApp(org, c.req.param('id') ?? '');
  const find = (c: AppContext) => {
    const grantId = c.req.param('grantId') ?? '';
    const grant = org.store.scopeGrants.get(grantId);
    if (!grant || grant.appId !== row(c).id) throw notFound(grantId, 'OAuth2ScopeConsentGrant');
    return grant;
  };

  app.get(base, (c) => {
    return c.json(org.store.scopeGrants.findAll('appId', row(c).id).map((grant) => render(c, row(c), grant)));
  });
  // Granting what is granted answers with the grant that there is.
  app.post(base, async (c) => {
    const client = row(c);
    const body = await readJson(c);
    const issuer = requiredText('issuer', body.issuer).replace(/\/+$/, '');
    const scopeId = requiredText('scopeId', body.scopeId);
    if (!scopeId.startsWith('okta.')) throw invalid('scopeId', `scopeId: Invalid scope: ${scopeId}.`);
    const before = org.store.scopeGrants.findAll('appId', client.id).find((grant) => grant.scopeId === scopeId);
    const now = orgNow(org);
    const grant =
      before ??
      org.store.scopeGrants.put({
        id: org.ids.next('oag'),
        appId: client.id,
        status: 'ACTIVE',
        created: now,
        createdBy: { id: c.get('principal').userId, type: 'User' },
        lastUpdated: now,
        ...(issuer === c.get('baseUrl') ? {} : { issuer }),
        clientId: client.credentials.oauthClient?.client_id ?? client.id,
        scopeId,
        source: 'ADMIN',
      });
    return c.json(render(c, client, grant), 201);
  });
  app.get(`${base}/:grantId`, (c) => c.json(render(c, row(c), find(c))));
  app.delete(`${base}/:grantId`, (c) => {
    org.store.scopeGrants.delete(find(c).id);
    return c.body(null, 204);
  });
  return app;
}

function render(c: AppContext, client: ApplicationEntity, { appId, issuer, ...grant }: ScopeGrantEntity): ScopeGrant {
  const app = `${c.get('baseUrl')}/api/v1/apps/${appId}`;
  return {
    ...grant,
    issuer: issuer ?? c.get('baseUrl'),
    ...(c.req.query('expand') === 'scope' ? { _embedded: { scope: { id: grant.scopeId } } } : {}),
    _links: {
      app: { ...link(app), title: client.label },
      self: link(`${app}/grants/${grant.id}`, 'GET', 'DELETE'),
      client: { ...link(`${c.get('baseUrl')}/oauth2/v1/clients/${grant.clientId}`), title: client.label },
    },
  };
}
