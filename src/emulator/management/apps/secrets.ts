/** `/api/v1/apps/{id}/credentials/secrets`: at most two per client, readable in the clear by admins. */
import { Hono } from 'hono';
import type { ClientSecret } from '../../../wire/application.ts';
import { type AppContext, type AppEnv, readJson } from '../../http/context.ts';
import { lifecycleLink, link } from '../../http/links.ts';
import { invalid, notFound } from '../../http/okta-error.ts';
import { type Org, orgNow } from '../../org.ts';
import type { ApplicationEntity } from '../../store/entities.ts';
import { oneOf, text } from '../input.ts';
import { findApp, newSecret } from './apps.ts';

type Secret = ApplicationEntity['secrets'][number];

const MAX_SECRETS = 2;

export function secretRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/apps/:id/credentials/secrets';
  const row = (c: AppContext) => findApp(org, c.req.param('id') ?? '');
  const find = (c: AppContext) => {
    const secretId = c.req.param('secretId') ?? '';
    const secret = row(c).secrets.find((candidate) => candidate.id === secretId);
    if (!secret) throw notFound(secretId, 'ClientSecret');
    return secret;
  };
  const change = (c: AppContext, secret: Secret, status: Secret['status']) => {
    const changed = { ...secret, status, lastUpdated: orgNow(org) };
    const secrets = row(c).secrets.map((other) => (other.id === secret.id ? changed : other));
    org.store.apps.patch(row(c).id, { secrets });
    return changed;
  };

  app.get(base, (c) => c.json(row(c).secrets.map((secret) => render(row(c), secret, c.get('baseUrl')))));
  app.post(base, async (c) => {
    const body = await readJson(c);
    const client = row(c);
    if (client.secrets.length >= MAX_SECRETS) {
      throw invalid('client_secret', `You've reached the maximum number of client secrets per client.`);
    }
    const status = oneOf(body.status, ['ACTIVE', 'INACTIVE'] as const) ?? 'ACTIVE';
    const secret = { ...newSecret(org, text(body.client_secret)), status };
    org.store.apps.patch(client.id, { secrets: [...client.secrets, secret] });
    return c.json(render(client, secret, c.get('baseUrl')), 201);
  });
  app.get(`${base}/:secretId`, (c) => c.json(render(row(c), find(c), c.get('baseUrl'))));
  app.post(`${base}/:secretId/lifecycle/activate`, (c) => {
    return c.json(render(row(c), change(c, find(c), 'ACTIVE'), c.get('baseUrl')));
  });
  app.post(`${base}/:secretId/lifecycle/deactivate`, (c) => {
    const others = row(c).secrets.filter((secret) => secret.id !== find(c).id && secret.status === 'ACTIVE');
    if (others.length === 0) throw invalid('client_secret', 'A client must have at least one active secret.');
    return c.json(render(row(c), change(c, find(c), 'INACTIVE'), c.get('baseUrl')));
  });
  app.delete(`${base}/:secretId`, (c) => {
    const secret = find(c);
    if (secret.status === 'ACTIVE') throw invalid('client_secret', 'An active client secret cannot be deleted.');
    org.store.apps.patch(row(c).id, { secrets: row(c).secrets.filter((other) => other.id !== secret.id) });
    return c.body(null, 204);
  });
  return app;
}

function render(client: ApplicationEntity, secret: Secret, baseUrl: string): ClientSecret {
  const self = `${baseUrl}/api/v1/apps/${client.id}/credentials/secrets/${secret.id}`;
  const remove = secret.status === 'INACTIVE' ? { delete: link(self, 'DELETE') } : {};
  return { ...secret, _links: { ...lifecycleLink(secret.status, self), ...remove } };
}
