/** `/api/v1/policies`: policies of six types, their rules, and the apps they are bound to. */
import { Hono } from 'hono';
import type { PolicyType } from '../../../wire/policy.ts';
import { type AppContext, type AppEnv, readJson, readJsonList } from '../../http/context.ts';
import { link } from '../../http/links.ts';
import { notFound, OktaError, unsupported } from '../../http/okta-error.ts';
import { linkHeader, selfUrl } from '../../http/paging.ts';
import type { Org } from '../../org.ts';
import type { PolicyEntity } from '../../store/entities.ts';
import { renderApp } from '../apps/render.ts';
import { requiredText, text } from '../input.ts';
import {
  appsOf,
  clonePolicy,
  createPolicy,
  deletePolicy,
  findPolicy,
  policiesOf,
  replacePolicy,
  setPolicyStatus,
} from './policies.ts';
import { renderPolicy, renderRule } from './render.ts';
import { createRule, deleteRule, findRule, replaceRule, rulesOf, setRuleStatus } from './rules.ts';
import { answerSimulations, readExpansion } from './simulate.ts';

const TYPES: readonly PolicyType[] = [
  'MFA_ENROLL',
  'ACCESS_POLICY',
  'OKTA_SIGN_ON',
  'PASSWORD',
  'PROFILE_ENROLLMENT',
  'IDP_DISCOVERY',
];

/** Types that Okta has in some orgs (OpenAPI 2026.06.3) and the emulator does not. */
const FOREIGN_TYPES = [
  'CLIENT_UPDATE',
  'DEVICE_SIGNAL_COLLECTION',
  'ENTITY_RISK',
  'POST_AUTH_SESSION',
  'SESSION_VIOLATION_DETECTION',
];

export function policyRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/policies';
  const policy = (c: AppContext) => findPolicy(org, c.req.param('id') ?? '');
  const activate = (c: AppContext) => c.req.query('activate') !== 'false';

  app.get(base, (c) => c.json(listPolicies(org, c)));
  app.post(base, async (c) => {
    const body = await readJson(c);
    const row = createPolicy(org, policyType(text(body.type)), body, activate(c));
    return c.json(renderPolicy(org, row, c.get('baseUrl'), { inList: false }));
  });
  app.post(`${base}/simulate`, async (c) =>
    c.json(answerSimulations(org, await readJsonList(c), readExpansion(c.req.query('expand')))),
  );
  app.get(`${base}/:id`, (c) => c.json(renderExpanded(org, c, policy(c), false)));
  app.put(`${base}/:id`, async (c) => {
    const row = replacePolicy(org, policy(c), await readJson(c));
    return c.json(renderPolicy(org, row, c.get('baseUrl'), { inList: false }));
  });
  app.delete(`${base}/:id`, (c) => {
    deletePolicy(org, policy(c));
    return c.body(null, 204);
  });
  app.post(`${base}/:id/lifecycle/:verb{activate|deactivate}`, (c) => {
    setPolicyStatus(org, policy(c), c.req.param('verb') === 'activate' ? 'ACTIVE' : 'INACTIVE');
    return c.body(null, 204);
  });
  app.post(`${base}/:id/clone`, (c) => {
    return c.json(renderPolicy(org, clonePolicy(org, policy(c)), c.get('baseUrl'), { inList: false }));
  });
  return app.route('/', ruleRoutes(org)).route('/', mappingRoutes(org));
}

function ruleRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/policies/:id/rules';
  const policy = (c: AppContext) => findPolicy(org, c.req.param('id') ?? '');
  const rule = (c: AppContext) => findRule(org, policy(c).id, c.req.param('ruleId') ?? '');

  app.get(base, (c) => c.json(rulesOf(org, policy(c).id).map((row) => renderRule(row, c.get('baseUrl')))));
  app.post(base, async (c) => {
    const row = createRule(org, policy(c), await readJson(c), c.req.query('activate') !== 'false');
    return c.json(renderRule(row, c.get('baseUrl')));
  });
  app.get(`${base}/:ruleId`, (c) => c.json(renderRule(rule(c), c.get('baseUrl'))));
  app.put(`${base}/:ruleId`, async (c) => {
    return c.json(renderRule(replaceRule(org, policy(c), rule(c), await readJson(c)), c.get('baseUrl')));
  });
  app.delete(`${base}/:ruleId`, (c) => {
    deleteRule(org, policy(c), rule(c));
    return c.body(null, 204);
  });
  app.post(`${base}/:ruleId/lifecycle/:verb{activate|deactivate}`, (c) => {
    setRuleStatus(org, rule(c), c.req.param('verb') === 'activate' ? 'ACTIVE' : 'INACTIVE');
    return c.body(null, 204);
  });
  return app;
}

/** The id of a mapping is that of the app: one app has one policy of a type. */
function mappingRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/policies/:id';
  const policy = (c: AppContext) => findPolicy(org, c.req.param('id') ?? '');
  const mapping = (c: AppContext, row: PolicyEntity, appId: string) => ({
    id: appId,
    _links: {
      application: link(`${c.get('baseUrl')}/api/v1/apps/${appId}`, 'GET'),
      self: link(`${c.get('baseUrl')}/api/v1/policies/${row.id}/mappings/${appId}`, 'GET', 'DELETE'),
      policy: link(`${c.get('baseUrl')}/api/v1/policies/${row.id}`, 'GET'),
    },
  });

  app.get(`${base}/mappings`, (c) => {
    const row = policy(c);
    return c.json(appsOf(org, row).map((bound) => mapping(c, row, bound.id)));
  });
  app.post(`${base}/mappings`, async (c) => {
    const row = policy(c);
    const body = await readJson(c);
    const appId = requiredText('resourceId', body.resourceId);
    if (!org.store.apps.get(appId)) throw notFound(appId, 'OAuth2AppInstance');
    bindApp(org, row, appId);
    return c.json(mapping(c, row, appId));
  });
  app.get(`${base}/mappings/:appId`, (c) => {
    const row = policy(c);
    const bound = appsOf(org, row).find((candidate) => candidate.id === c.req.param('appId'));
    if (!bound) throw notFound(c.req.param('appId'), 'PolicyMapping');
    return c.json(mapping(c, row, bound.id));
  });
  // An app always has a policy: without this one it gets the default.
  app.delete(`${base}/mappings/:appId`, (c) => {
    const row = policy(c);
    const bound = appsOf(org, row).find((candidate) => candidate.id === c.req.param('appId'));
    if (!bound) throw notFound(c.req.param('appId'), 'PolicyMapping');
    const fallback = policiesOf(org, row.type).find((candidate) => candidate.system);
    if (fallback) bindApp(org, fallback, bound.id);
    return c.body(null, 204);
  });
  app.get(`${base}/app`, (c) => c.json(appsOf(org, policy(c)).map((bound) => renderApp(org, bound, c.get('baseUrl')))));
  return app;
}

/** Binds an app to an app sign-in policy or to a profile enrollment policy. */
export function bindApp(org: Org, policy: PolicyEntity, appId: string): void {
  if (policy.type === 'ACCESS_POLICY') org.store.apps.patch(appId, { accessPolicyId: policy.id });
  else if (policy.type === 'PROFILE_ENROLLMENT') org.store.apps.patch(appId, { profileEnrollmentPolicyId: policy.id });
  else throw unsupported(`binding apps to a policy of type ${policy.type}`);
}

function policyType(type: string | undefined): PolicyType {
  const found = TYPES.find((candidate) => candidate === type);
  if (found) return found;
  if (type !== undefined && FOREIGN_TYPES.includes(type)) throw unsupported(`policies of type ${type}`);
  throw new OktaError(400, 'E0000002', 'The request was not valid: Invalid policy type specified.');
}

/**
 * Without `limit` everything comes at once; with it Okta always names a next page, even when it will be empty (recorded).
 */
function listPolicies(org: Org, c: AppContext) {
  const { status, q, limit, after, resourceId, sortBy } = c.req.query();
  const type = c.req.query('type');
  if (type === undefined) throw new OktaError(400, 'E0000028', 'The request is missing a required parameter.');
  const rows = policiesOf(org, policyType(type)).filter(
    (row) =>
      (status === undefined || row.status === status) &&
      (q === undefined || row.name.toLowerCase().startsWith(q.toLowerCase())) &&
      (resourceId === undefined || appsOf(org, row).some((bound) => bound.id === resourceId)),
  );
  if (sortBy === 'name') rows.sort((a, b) => a.name.localeCompare(b.name));
  const size = limit === undefined || !/^\d+$/.test(limit) || limit === '0' ? rows.length : Number(limit);
  const start = after === undefined ? 0 : rows.findIndex((row) => row.id === after) + 1;
  const shown = rows.slice(start, start + size);
  linkHeader(c, selfUrl(c, after === undefined ? {} : { after }, ['limit']), 'self');
  const last = shown.at(-1);
  if (limit !== undefined && last) linkHeader(c, selfUrl(c, { after: last.id, limit }), 'next');
  return shown.map((row) => renderExpanded(org, c, row, true));
}

function renderExpanded(org: Org, c: AppContext, row: PolicyEntity, inList: boolean) {
  const baseUrl = c.get('baseUrl');
  const expand = c.req.query('expand') === 'rules';
  const rules = expand ? { rules: rulesOf(org, row.id).map((rule) => renderRule(rule, baseUrl)) } : {};
  return renderPolicy(org, row, baseUrl, { inList, ...rules });
}
