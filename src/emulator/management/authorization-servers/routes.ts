/** `/api/v1/authorizationServers`. Creation answers 201 here, unlike most of the API (recorded). */
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readJson } from '../../http/context.ts';
import { page } from '../../http/paging.ts';
import type { Org } from '../../org.ts';
import {
  createPolicy,
  createRule,
  deletePolicy,
  deleteRule,
  findPolicy,
  findRule,
  policiesOf,
  renderPolicy,
  renderRule,
  replacePolicy,
  replaceRule,
  rulesOf,
} from './access-policies.ts';
import { associatedServerRoutes } from './associated.ts';
import { keyRoutes } from './keys.ts';
import { claimRoutes, scopeRoutes } from './scopes-claims.ts';
import { createServer, deleteServer, findServer, renderServer, replaceServer, setServerStatus } from './servers.ts';

const BASE = '/api/v1/authorizationServers';

export function authorizationServerRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const server = (c: AppContext) => findServer(org, c.req.param('serverId') ?? '');

  app.get(BASE, (c) => {
    const q = c.req.query('q')?.toLowerCase();
    const rows = org.store.authorizationServers.filter(
      (row) => q === undefined || [row.name, ...row.audiences].some((text) => text.toLowerCase().includes(q)),
    );
    const shown = page(c, rows, { defaultLimit: 200, maxLimit: 200 });
    return c.json(shown.map((row) => renderServer(row, c.get('baseUrl'))));
  });
  app.post(BASE, async (c) => c.json(renderServer(createServer(org, await readJson(c)), c.get('baseUrl')), 201));
  app.get(`${BASE}/:serverId`, (c) => c.json(renderServer(server(c), c.get('baseUrl'))));
  app.put(`${BASE}/:serverId`, async (c) => {
    return c.json(renderServer(replaceServer(org, server(c), await readJson(c)), c.get('baseUrl')));
  });
  app.delete(`${BASE}/:serverId`, (c) => {
    deleteServer(org, server(c));
    return c.body(null, 204);
  });
  app.post(`${BASE}/:serverId/lifecycle/:verb{activate|deactivate}`, (c) => {
    setServerStatus(org, server(c), c.req.param('verb') === 'activate' ? 'ACTIVE' : 'INACTIVE');
    return c.body(null, 204);
  });
  return app
    .route('/', policyRoutes(org))
    .route('/', ruleRoutes(org))
    .route('/', scopeRoutes(org))
    .route('/', claimRoutes(org))
    .route('/', keyRoutes(org))
    .route('/', associatedServerRoutes(org));
}

function policyRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = `${BASE}/:serverId/policies`;
  const server = (c: AppContext) => findServer(org, c.req.param('serverId') ?? '');
  const policy = (c: AppContext) => findPolicy(org, server(c).id, c.req.param('policyId') ?? '');

  app.get(base, (c) => {
    return c.json(policiesOf(org, server(c).id).map((row) => renderPolicy(server(c), row, c.get('baseUrl'))));
  });
  app.post(base, async (c) => {
    return c.json(renderPolicy(server(c), createPolicy(org, server(c), await readJson(c)), c.get('baseUrl')), 201);
  });
  app.get(`${base}/:policyId`, (c) => c.json(renderPolicy(server(c), policy(c), c.get('baseUrl'))));
  app.put(`${base}/:policyId`, async (c) => {
    return c.json(renderPolicy(server(c), replacePolicy(org, policy(c), await readJson(c)), c.get('baseUrl')));
  });
  app.delete(`${base}/:policyId`, (c) => {
    deletePolicy(org, policy(c));
    return c.body(null, 204);
  });
  app.post(`${base}/:policyId/lifecycle/:verb{activate|deactivate}`, (c) => {
    const status = c.req.param('verb') === 'activate' ? 'ACTIVE' : 'INACTIVE';
    org.store.authorizationServerPolicies.patch(policy(c).id, { status });
    return c.body(null, 204);
  });
  return app;
}

function ruleRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = `${BASE}/:serverId/policies/:policyId/rules`;
  const server = (c: AppContext) => findServer(org, c.req.param('serverId') ?? '');
  const policy = (c: AppContext) => findPolicy(org, server(c).id, c.req.param('policyId') ?? '');
  const rule = (c: AppContext) => findRule(org, policy(c).id, c.req.param('ruleId') ?? '');

  app.get(base, (c) => {
    return c.json(rulesOf(org, policy(c).id).map((row) => renderRule(server(c), row, c.get('baseUrl'))));
  });
  app.post(base, async (c) => {
    return c.json(renderRule(server(c), createRule(org, policy(c), await readJson(c)), c.get('baseUrl')), 201);
  });
  app.get(`${base}/:ruleId`, (c) => c.json(renderRule(server(c), rule(c), c.get('baseUrl'))));
  app.put(`${base}/:ruleId`, async (c) => {
    return c.json(renderRule(server(c), replaceRule(org, rule(c), await readJson(c)), c.get('baseUrl')));
  });
  app.delete(`${base}/:ruleId`, (c) => {
    deleteRule(org, rule(c));
    return c.body(null, 204);
  });
  app.post(`${base}/:ruleId/lifecycle/:verb{activate|deactivate}`, (c) => {
    const status = c.req.param('verb') === 'activate' ? 'ACTIVE' : 'INACTIVE';
    org.store.authorizationServerRules.patch(rule(c).id, { status });
    return c.body(null, 204);
  });
  return app;
}
