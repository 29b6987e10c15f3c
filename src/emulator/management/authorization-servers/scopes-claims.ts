/**
 * Scopes and claims of an authorization server. System ones stay: such a scope keeps its name and takes the rest (Okta's guide
 * to user consent changes `phone`), of the system `sub` claim the value may change.
 */
import { Hono } from 'hono';
import type { OAuth2Claim, OAuth2Scope } from '../../../wire/authorization-server.ts';
import { type AppContext, type AppEnv, readJson } from '../../http/context.ts';
import { link } from '../../http/links.ts';
import { invalid, notFound } from '../../http/okta-error.ts';
import type { Org } from '../../org.ts';
import type { AuthorizationServerEntity, ClaimEntity, ScopeEntity } from '../../store/entities.ts';
import { compileFilter } from '../filter.ts';
import { defined, flag, type Json, oneOf, record, requiredText, text, texts } from '../input.ts';
import { readOnlyAttribute, readOnlyObject } from '../policies/common.ts';
import { findServer, pathOf } from './servers.ts';

const STATUS = ['ACTIVE', 'INACTIVE'] as const;

export function scopeRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/authorizationServers/:serverId/scopes';
  const server = (c: AppContext) => findServer(org, c.req.param('serverId') ?? '');
  const find = (c: AppContext) => {
    const id = c.req.param('scopeId') ?? '';
    const row = org.store.scopes.get(id);
    if (!row || row.serverId !== server(c).id) throw notFound(id, 'OAuth2Scope');
    return row;
  };
  const show = (c: AppContext, row: ScopeEntity) => renderScope(server(c), row, c.get('baseUrl'));

  app.get(base, (c) => {
    const { q, filter } = c.req.query();
    const test = filter === undefined ? undefined : compileFilter(filter, 'filter');
    const rows = scopesOf(org, server(c).id).filter(
      (row) =>
        (q === undefined || row.name.toLowerCase().includes(q.toLowerCase())) && (test === undefined || test(row)),
    );
    return c.json(rows.map((row) => show(c, row)));
  });
  app.post(base, async (c) => {
    const given = readScope(org, server(c).id, await readJson(c));
    const row = org.store.scopes.put({
      id: org.ids.next('scp'),
      serverId: server(c).id,
      ...given,
      system: false,
      apiResourceId: null,
    });
    return c.json(show(c, row), 201);
  });
  app.get(`${base}/:scopeId`, (c) => c.json(show(c, find(c))));
  app.put(`${base}/:scopeId`, async (c) => {
    const row = find(c);
    const given = readScope(org, row.serverId, await readJson(c), row.id);
    if (row.system && given.name !== row.name) throw readOnlyAttribute('name');
    return c.json(show(c, org.store.scopes.put({ ...row, ...given })));
  });
  app.delete(`${base}/:scopeId`, (c) => {
    const row = find(c);
    if (row.system) throw readOnlyObject('OAuth2Scope');
    org.store.scopes.delete(row.id);
    return c.body(null, 204);
  });
  return app;
}

function scopesOf(org: Org, serverId: string): ScopeEntity[] {
  return org.store.scopes.filter((row) => row.serverId === serverId);
}

/** A display name is the scope's own name unless given (recorded on update with an absent one). */
function readScope(
  org: Org,
  serverId: string,
  body: Json,
  except?: string,
): Omit<ScopeEntity, 'id' | 'serverId' | 'system' | 'apiResourceId'> {
  const name = requiredText('name', body.name);
  if (scopesOf(org, serverId).some((row) => row.name === name && row.id !== except)) {
    throw invalid('name', 'name: An object with this field already exists in the current organization');
  }
  return {
    name,
    displayName: text(body.displayName) ?? null,
    description: text(body.description) ?? null,
    metadataPublish: oneOf(body.metadataPublish, ['ALL_CLIENTS', 'NO_CLIENTS'] as const) ?? 'NO_CLIENTS',
    consent: oneOf(body.consent, ['IMPLICIT', 'REQUIRED', 'FLEXIBLE'] as const) ?? 'IMPLICIT',
    optional: flag(body.optional) ?? false,
    default: flag(body.default) ?? false,
  };
}

function renderScope(
  server: AuthorizationServerEntity,
  { serverId: _server, ...row }: ScopeEntity,
  baseUrl: string,
): OAuth2Scope {
  const self = `${pathOf(server, baseUrl)}/scopes/${row.id}`;
  return { ...row, _links: { self: row.system ? link(self, 'GET', 'PUT') : link(self, 'GET', 'PUT', 'DELETE') } };
}

export function claimRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/authorizationServers/:serverId/claims';
  const server = (c: AppContext) => findServer(org, c.req.param('serverId') ?? '');
  const find = (c: AppContext) => {
    const id = c.req.param('claimId') ?? '';
    const row = org.store.claims.get(id);
    if (!row || row.serverId !== server(c).id) throw notFound(id, 'OAuth2Claim');
    return row;
  };
  const show = (c: AppContext, row: ClaimEntity) => renderClaim(server(c), row, c.get('baseUrl'));

  app.get(base, (c) => {
    const rows = org.store.claims.filter((row) => row.serverId === server(c).id);
    return c.json(rows.map((row) => show(c, row)));
  });
  app.post(base, async (c) => {
    const given = readClaim(await readJson(c));
    const row = { id: org.ids.next('ocl'), serverId: server(c).id, ...given, system: false, apiResourceId: null };
    return c.json(show(c, org.store.claims.put(row)), 201);
  });
  app.get(`${base}/:claimId`, (c) => c.json(show(c, find(c))));
  app.put(`${base}/:claimId`, async (c) => {
    const row = find(c);
    const body = await readJson(c);
    if (row.system && row.name !== 'sub') throw readOnlyObject('OAuth2Claim');
    const changed = row.system ? defined<Partial<ClaimEntity>>({ value: text(body.value) }) : readClaim(body);
    return c.json(show(c, org.store.claims.put({ ...row, ...changed })));
  });
  app.delete(`${base}/:claimId`, (c) => {
    const row = find(c);
    if (row.system) throw readOnlyObject('OAuth2Claim');
    org.store.claims.delete(row.id);
    return c.body(null, 204);
  });
  return app;
}

function readClaim(body: Json): Omit<ClaimEntity, 'id' | 'serverId' | 'system' | 'apiResourceId'> {
  const valueType = oneOf(body.valueType, ['EXPRESSION', 'GROUPS'] as const);
  const claimType = oneOf(body.claimType, ['RESOURCE', 'IDENTITY'] as const);
  if (!valueType) throw invalid('valueType', 'valueType: The field cannot be left blank');
  if (!claimType) throw invalid('claimType', 'claimType: The field cannot be left blank');
  return defined<Omit<ClaimEntity, 'id' | 'serverId' | 'system' | 'apiResourceId'>>({
    name: requiredText('name', body.name),
    status: oneOf(body.status, STATUS) ?? 'ACTIVE',
    claimType,
    valueType,
    value: requiredText('value', body.value),
    conditions: { scopes: texts(record(body.conditions)?.scopes) ?? [] },
    alwaysIncludeInToken: flag(body.alwaysIncludeInToken) === true || claimType === 'RESOURCE', // OpenAPI 2026.06.3
    group_filter_type:
      valueType === 'GROUPS'
        ? (oneOf(body.group_filter_type, ['STARTS_WITH', 'EQUALS', 'CONTAINS', 'REGEX'] as const) ?? 'STARTS_WITH')
        : undefined,
  });
}

function renderClaim(
  server: AuthorizationServerEntity,
  { serverId: _server, ...row }: ClaimEntity,
  baseUrl: string,
): OAuth2Claim {
  const self = `${pathOf(server, baseUrl)}/claims/${row.id}`;
  return { ...row, _links: { self: row.system ? link(self, 'GET', 'PUT') : link(self, 'GET', 'PUT', 'DELETE') } };
}
