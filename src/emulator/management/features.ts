/** `/api/v1/features`: self-service switches. They are kept and shown; what they switch on real orgs is not emulated. */
import { Hono } from 'hono';
import type { Feature } from '../../wire/org.ts';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { link } from '../http/links.ts';
import { invalid, notFound } from '../http/okta-error.ts';
import type { Org } from '../org.ts';
import type { FeatureEntity } from '../store/entities.ts';

const BASE = '/api/v1/features';

export function featureRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const find = (c: AppContext) => {
    const id = c.req.param('id') ?? '';
    const row = org.store.features.get(id);
    if (!row) throw notFound(id, 'Feature');
    return row;
  };
  const show = (c: AppContext, rows: readonly FeatureEntity[]) =>
    c.json(rows.map((row) => render(row, c.get('baseUrl'))));

  app.get(BASE, (c) => show(c, org.store.features.values()));
  app.get(`${BASE}/:id`, (c) => c.json(render(find(c), c.get('baseUrl'))));
  app.get(`${BASE}/:id/dependencies`, (c) => show(c, dependenciesOf(org, find(c))));
  app.get(`${BASE}/:id/dependents`, (c) => show(c, dependentsOf(org, find(c))));
  // Clients spell the verb in either case (recorded: upper).
  app.post(`${BASE}/:id/:verb{(?:enable|disable|ENABLE|DISABLE)}`, async (c) => {
    await readJson(c);
    const enable = c.req.param('verb').toLowerCase() === 'enable';
    return c.json(render(setStatus(org, find(c), enable, c.req.query('mode') === 'force'), c.get('baseUrl')));
  });
  return app;
}

function dependenciesOf(org: Org, row: FeatureEntity): FeatureEntity[] {
  return row.dependencies.flatMap((id) => org.store.features.get(id) ?? []);
}

function dependentsOf(org: Org, row: FeatureEntity): FeatureEntity[] {
  return org.store.features.filter((other) => other.dependencies.includes(row.id));
}

/**
 * `mode=force` takes along what the feature needs, or what needs it; without it such a change is refused (OpenAPI
 * 2026.06.3; the text is of the named assumption `refusal-texts`).
 */
function setStatus(org: Org, row: FeatureEntity, enable: boolean, force: boolean): FeatureEntity {
  const status = enable ? 'ENABLED' : 'DISABLED';
  const others = (enable ? dependenciesOf(org, row) : dependentsOf(org, row)).filter((one) => one.status !== status);
  if (others.length > 0 && !force) {
    throw invalid(
      'feature',
      `These features must be ${status.toLowerCase()} first: ${others.map((one) => one.name).join(', ')}.`,
    );
  }
  for (const other of others) setStatus(org, other, enable, true);
  return org.store.features.patch(row.id, { status });
}

function render({ helpDoc, dependencies: _dependencies, ...row }: FeatureEntity, baseUrl: string): Feature {
  const self = `${baseUrl}${BASE}/${row.id}`;
  const verb = row.status === 'ENABLED' ? 'disable' : 'enable';
  return {
    ...row,
    _links: {
      ...(helpDoc === undefined ? {} : { helpDoc: link(helpDoc) }),
      [verb]: link(`${self}/${verb}`, 'POST'),
      self: link(self),
      dependents: link(`${self}/dependents`),
      dependencies: link(`${self}/dependencies`),
    },
  };
}
