/** `/api/v1/meta/types/user` and `/api/v1/meta/schemas/user/{id}`: kinds of users and the attributes each may have. */
import { Hono } from 'hono';
import type { UserType } from '../../wire/directory.ts';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { invalid, notFound } from '../http/okta-error.ts';
import { type Org, orgNow } from '../org.ts';
import type { UserTypeEntity } from '../store/entities.ts';
import { type Json, record, requiredText, text } from './input.ts';
import { readOnlyObject } from './policies/common.ts';
import { BASE_ATTRIBUTES } from './users/schema.ts';

const TYPES = '/api/v1/meta/types/user';
const SCHEMAS = '/api/v1/meta/schemas/user';

export function userTypeRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const find = (c: AppContext) => findUserType(org, c.req.param('typeId') ?? '');

  app.get(TYPES, (c) => c.json(org.store.userTypes.values().map((row) => render(row, c.get('baseUrl')))));
  app.post(TYPES, async (c) => {
    const body = await readJson(c);
    const by = c.get('principal').userId;
    const now = orgNow(org);
    const id = org.ids.next('oty');
    const row: UserTypeEntity = {
      id,
      displayName: requiredText('displayName', body.displayName, 50),
      name: readName(org, body.name),
      description: text(body.description) ?? null,
      createdBy: by,
      lastUpdatedBy: by,
      created: now,
      lastUpdated: now,
      default: false,
      custom: {},
      base: {},
      schemaId: `osc${id.slice(3)}`,
    };
    return c.json(render(org.store.userTypes.put(row), c.get('baseUrl')));
  });
  app.get(`${TYPES}/:typeId`, (c) => c.json(render(find(c), c.get('baseUrl'))));
  const update = async (c: AppContext, replace: boolean) => {
    const body = await readJson(c);
    const row = find(c);
    if (text(body.name) !== undefined && body.name !== row.name) {
      throw invalid('name', 'name: The name of a user type cannot be changed.');
    }
    const changed = {
      ...row,
      displayName:
        replace || body.displayName !== undefined ? requiredText('displayName', body.displayName, 50) : row.displayName,
      description: replace || body.description !== undefined ? (text(body.description) ?? null) : row.description,
      lastUpdatedBy: c.get('principal').userId,
      lastUpdated: orgNow(org),
    };
    return c.json(render(org.store.userTypes.put(changed), c.get('baseUrl')));
  };
  app.put(`${TYPES}/:typeId`, (c) => update(c, true));
  app.post(`${TYPES}/:typeId`, (c) => update(c, false));
  app.delete(`${TYPES}/:typeId`, (c) => {
    const row = find(c);
    if (row.default) throw readOnlyObject('UserType');
    if (org.store.users.count('typeId', row.id) > 0) {
      // named assumption `refusal-texts`
      throw invalid('userType', 'This user type cannot be deleted because it has users.');
    }
    org.store.userTypes.delete(row.id);
    return c.body(null, 204);
  });
  return app.route('/', schemaRoutes(org));
}

function schemaRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const find = (c: AppContext) => {
    const id = c.req.param('schemaId') ?? '';
    const row = org.store.userTypes
      .values()
      .find((type) => type.schemaId === id || type.id === id || (id === 'default' && type.default));
    if (!row) throw notFound(id, 'UserSchema');
    return row;
  };
  app.get(`${SCHEMAS}/:schemaId`, (c) => c.json(renderSchema(find(c), c.get('baseUrl'))));
  // What the body names is added, changed, or, when it is null, removed (OpenAPI 2026.06.3).
  app.post(`${SCHEMAS}/:schemaId`, async (c) => {
    const row = find(c);
    const definitions = record((await readJson(c)).definitions) ?? {};
    const changed = {
      ...row,
      custom: readCustom(row, record(record(definitions.custom)?.properties) ?? {}),
      base: readBase(row, record(record(definitions.base)?.properties) ?? {}),
      lastUpdated: orgNow(org),
    };
    return c.json(renderSchema(org.store.userTypes.put(changed), c.get('baseUrl')));
  });
  return app;
}

export function findUserType(org: Org, id: string): UserTypeEntity {
  const row =
    id === 'default' ? org.store.userTypes.values().find((type) => type.default) : org.store.userTypes.get(id);
  if (!row) throw notFound(id, 'UserType');
  return row;
}

function readName(org: Org, value: unknown): string {
  const name = requiredText('name', value, 50);
  if (!/^[A-Za-z_]\w*$/.test(name)) throw invalid('name', 'name: must hold letters, digits and underscores only.');
  if (org.store.userTypes.values().some((row) => row.name === name)) {
    throw invalid('name', 'name: An object with this field already exists in the current organization');
  }
  return name;
}

const ATTRIBUTE_TYPES = ['string', 'boolean', 'number', 'integer', 'array', 'object'];

function readCustom(row: UserTypeEntity, properties: Json): UserTypeEntity['custom'] {
  const custom = { ...row.custom };
  for (const [name, value] of Object.entries(properties)) {
    if (value === null) {
      delete custom[name];
      continue;
    }
    const given = { ...custom[name], ...record(value) };
    if (!/^[A-Za-z_]\w*$/.test(name) || Object.hasOwn(BASE_ATTRIBUTES, name)) {
      throw invalid(name, `${name}: The name of a custom attribute is not valid or is taken.`);
    }
    if (!ATTRIBUTE_TYPES.includes(text(given.type) ?? '')) throw invalid(name, `${name}: Invalid type.`);
    assertPattern(name, given.pattern);
    custom[name] = { ...given, title: requiredText('title', given.title) };
  }
  return custom;
}

function assertPattern(name: string, value: unknown): void {
  try {
    new RegExp(text(value) ?? '');
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(name, `${name}: The pattern is no regular expression.`);
    throw error;
  }
}

function readBase(row: UserTypeEntity, properties: Json): UserTypeEntity['base'] {
  const base = { ...row.base };
  for (const [name, value] of Object.entries(properties)) {
    if (!Object.hasOwn(BASE_ATTRIBUTES, name)) throw invalid(name, `${name}: is no base attribute.`);
    const given = { ...base[name], ...record(value) };
    assertPattern(name, given.pattern);
    base[name] = given;
  }
  return base;
}

function render(
  { custom: _custom, base: _base, schemaId, ...row }: UserTypeEntity,
  baseUrl: string,
): UserType & { _links: Json } {
  const to = (rel: string, href: string) => ({ rel, href, method: 'GET' });
  return {
    ...row,
    _links: {
      schema: to('schema', `${baseUrl}${SCHEMAS}/${schemaId}`),
      self: to('self', `${baseUrl}${TYPES}/${row.id}`),
    },
  };
}

/** The schema of a type, draft 4 as Okta writes it (OpenAPI 2026.06.3). */
function renderSchema(row: UserTypeEntity, baseUrl: string): Json {
  const self = `${baseUrl}${SCHEMAS}/${row.schemaId}`;
  const base = Object.entries(BASE_ATTRIBUTES).map(
    ([name, attribute]) => [name, { ...attribute, ...row.base[name] }] as const,
  );
  return {
    id: self,
    $schema: 'http://json-schema.org/draft-04/schema#',
    name: row.default ? 'user' : row.name,
    title: row.default ? 'User' : row.displayName,
    description: row.description ?? 'Okta user profile template with default permission settings',
    lastUpdated: row.lastUpdated,
    created: row.created,
    definitions: {
      custom: {
        id: '#custom',
        type: 'object',
        properties: custom(row),
        required: required(Object.entries(row.custom)),
      },
      base: { id: '#base', type: 'object', properties: Object.fromEntries(base), required: required(base) },
    },
    type: 'object',
    properties: { profile: { allOf: [{ $ref: '#/definitions/custom' }, { $ref: '#/definitions/base' }] } },
    _links: {
      self: { rel: 'self', href: self, method: 'GET' },
      type: { rel: 'type', href: `${baseUrl}${TYPES}/${row.id}`, method: 'GET' },
    },
  };
}

function required(attributes: readonly (readonly [string, Json])[]): string[] {
  return attributes.filter(([, attribute]) => attribute.required === true).map(([name]) => name);
}

function custom(row: UserTypeEntity): Json {
  const filled = Object.entries(row.custom).map(([name, attribute]) => [
    name,
    {
      scope: 'NONE',
      master: { type: 'PROFILE_MASTER' },
      mutability: 'READ_WRITE',
      permissions: [{ principal: 'SELF', action: 'READ_ONLY' }],
      ...attribute,
    },
  ]);
  return Object.fromEntries(filled);
}
