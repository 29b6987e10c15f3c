/** `/api/v1/meta/schemas`: the attributes that users of a type, groups, and users of an app may have. */
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readJson } from '../../http/context.ts';
import { notFound } from '../../http/okta-error.ts';
import { type Org, orgNow } from '../../org.ts';
import type { ApplicationEntity, ProfileSchemaEntity, UserTypeEntity } from '../../store/entities.ts';
import { findApp } from '../apps/apps.ts';
import type { Json } from '../input.ts';
import { BASE_ATTRIBUTES } from '../users/schema.ts';
import { type BaseAttributes, filled, readAttributes, renderDefinitions } from './definitions.ts';

const BASE = '/api/v1/meta/schemas';
const DRAFT = 'http://json-schema.org/draft-04/schema#';

/** Groups have a name and a description (help page). */
const GROUP_ATTRIBUTES: BaseAttributes = {
  name: filled({ title: 'Name', type: 'string', required: true, maxLength: 255 }),
  description: filled({ title: 'Description', type: 'string', maxLength: 1024 }),
};

/** Named assumption `app-user-attributes`. */
const APP_USER_ATTRIBUTES: BaseAttributes = {
  userName: filled({ title: 'Username', type: 'string', required: true, maxLength: 100 }),
};

/** The id of the one schema of groups among the schemas that are not of a user type; the others have that of their app. */
const GROUP = 'group';

export function schemaRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const type = (c: AppContext) => findType(org, c.req.param('schemaId') ?? '');
  const client = (c: AppContext) => findApp(org, c.req.param('id') ?? '');

  app.get(`${BASE}/user/:schemaId`, (c) => c.json(renderUserSchema(type(c), c.get('baseUrl'))));
  app.post(`${BASE}/user/:schemaId`, async (c) => {
    const row = type(c);
    const changed = { ...row, ...readAttributes(row, await readJson(c), BASE_ATTRIBUTES), lastUpdated: orgNow(org) };
    return c.json(renderUserSchema(org.store.userTypes.put(changed), c.get('baseUrl')));
  });
  app.get(`${BASE}/group/default`, (c) => c.json(renderGroupSchema(schemaOf(org, GROUP), c.get('baseUrl'))));
  app.post(`${BASE}/group/default`, async (c) => {
    const changed = change(org, schemaOf(org, GROUP), await readJson(c), GROUP_ATTRIBUTES);
    return c.json(renderGroupSchema(changed, c.get('baseUrl')));
  });
  app.get(`${BASE}/apps/:id/default`, (c) => {
    return c.json(renderAppUserSchema(client(c), schemaOf(org, client(c).id), c.get('baseUrl')));
  });
  app.post(`${BASE}/apps/:id/default`, async (c) => {
    const row = client(c);
    const changed = change(org, schemaOf(org, row.id), await readJson(c), APP_USER_ATTRIBUTES);
    return c.json(renderAppUserSchema(row, changed, c.get('baseUrl')));
  });
  return app;
}

function findType(org: Org, id: string): UserTypeEntity {
  const row = org.store.userTypes
    .values()
    .find((type) => type.schemaId === id || type.id === id || (id === 'default' && type.default));
  if (!row) throw notFound(id, 'UserSchema');
  return row;
}

/** As it was changed, or as it comes with its app or the org. */
function schemaOf(org: Org, id: string): ProfileSchemaEntity {
  const since = org.store.apps.get(id)?.created ?? org.store.groups.get(org.store.org.everyoneGroupId)?.created;
  const created = since ?? orgNow(org);
  return org.store.profileSchemas.get(id) ?? { id, created, lastUpdated: created, custom: {}, base: {} };
}

function change(org: Org, row: ProfileSchemaEntity, body: Json, known: BaseAttributes): ProfileSchemaEntity {
  const changed = { ...row, ...readAttributes(row, body, known), lastUpdated: orgNow(org) };
  return org.store.profileSchemas.put(changed);
}

function renderUserSchema(row: UserTypeEntity, baseUrl: string): Json {
  const self = `${baseUrl}${BASE}/user/${row.schemaId}`;
  return {
    id: self,
    $schema: DRAFT,
    name: row.default ? 'user' : row.name,
    title: row.default ? 'User' : row.displayName,
    description: row.description ?? 'Okta user profile template with default permission settings',
    lastUpdated: row.lastUpdated,
    created: row.created,
    ...renderDefinitions(row, BASE_ATTRIBUTES),
    _links: {
      self: { rel: 'self', href: self, method: 'GET' },
      type: { rel: 'type', href: `${baseUrl}/api/v1/meta/types/user/${row.id}`, method: 'GET' },
    },
  };
}

function renderGroupSchema(row: ProfileSchemaEntity, baseUrl: string): Json {
  const self = `${baseUrl}${BASE}/group/default`;
  return {
    id: self,
    $schema: DRAFT,
    name: 'group',
    title: 'Okta group',
    description: 'Okta group profile template',
    lastUpdated: row.lastUpdated,
    created: row.created,
    ...renderDefinitions(row, GROUP_ATTRIBUTES),
    _links: { self: { rel: 'self', href: self, method: 'GET' } },
  };
}

function renderAppUserSchema(app: ApplicationEntity, row: ProfileSchemaEntity, baseUrl: string): Json {
  const self = `${baseUrl}${BASE}/apps/${app.id}/default`;
  return {
    id: self,
    $schema: DRAFT,
    name: app.name,
    title: `${app.label} User`,
    lastUpdated: row.lastUpdated,
    created: row.created,
    ...renderDefinitions(row, APP_USER_ATTRIBUTES),
    _links: { self: { rel: 'self', href: self, method: 'GET' } },
  };
}
