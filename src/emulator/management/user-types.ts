/** `/api/v1/meta/types/user`: kinds of users. The attributes that each may have are in `schemas/`. */
import { Hono } from 'hono';
import type { UserType } from '../../wire/directory.ts';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { invalid, notFound } from '../http/okta-error.ts';
import { type Org, orgNow } from '../org.ts';
import type { UserTypeEntity } from '../store/entities.ts';
import { type Json, requiredText, text } from './input.ts';
import { readOnlyObject } from './policies/common.ts';

const TYPES = '/api/v1/meta/types/user';

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

function render(
  { custom: _custom, base: _base, schemaId, ...row }: UserTypeEntity,
  baseUrl: string,
): UserType & { _links: Json } {
  const to = (rel: string, href: string) => ({ rel, href, method: 'GET' });
  return {
    ...row,
    _links: {
      schema: to('schema', `${baseUrl}/api/v1/meta/schemas/user/${schemaId}`),
      self: to('self', `${baseUrl}${TYPES}/${row.id}`),
    },
  };
}
