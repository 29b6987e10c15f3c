/** `/api/v1/iam/roles`: roles that an org makes for itself, out of permissions (OpenAPI 2026.06.3). */
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readJson } from '../../http/context.ts';
import { link } from '../../http/links.ts';
import { invalid, notFound } from '../../http/okta-error.ts';
import { nextPage, page } from '../../http/paging.ts';
import { type Org, orgNow } from '../../org.ts';
import type { CustomRoleEntity, PermissionRow } from '../../store/entities.ts';
import { defined, type Json, record, requiredText, texts } from '../input.ts';

const BASE = '/api/v1/iam/roles';

export function customRoleRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const find = (c: AppContext) => findCustomRole(org, c.req.param('role') ?? '');
  const show = (c: AppContext, row: CustomRoleEntity) => c.json(render(row, c.get('baseUrl')));

  app.get(BASE, (c) => {
    const shown = page(c, org.store.customRoles.values(), { defaultLimit: 100, maxLimit: 200 });
    const next = nextPage(c);
    return c.json({
      roles: shown.map((row) => render(row, c.get('baseUrl'))),
      _links: { next: next === undefined ? null : link(next) },
    });
  });
  app.post(BASE, async (c) => {
    const body = await readJson(c);
    const permissions = texts(body.permissions) ?? [];
    if (permissions.length === 0) throw invalid('permissions', 'permissions: The field cannot be left blank');
    const now = orgNow(org);
    const row: CustomRoleEntity = {
      id: org.ids.next('cr0'),
      ...readBody(org, body),
      created: now,
      lastUpdated: now,
      permissions: [...new Set(permissions)].map((label) => permission(org, label)),
    };
    return show(c, org.store.customRoles.put(row));
  });
  app.get(`${BASE}/:role`, (c) => show(c, find(c)));
  app.put(`${BASE}/:role`, async (c) => {
    const body = await readJson(c);
    return show(
      c,
      org.store.customRoles.patch(find(c).id, { ...readBody(org, body, find(c)), lastUpdated: orgNow(org) }),
    );
  });
  app.delete(`${BASE}/:role`, (c) => {
    const { id } = find(c);
    for (const row of org.store.roleAssignments.values()) {
      if (row.role === id) org.store.roleAssignments.delete(row.id);
    }
    org.store.customRoles.delete(id);
    return c.body(null, 204);
  });
  return app.route('/', permissionRoutes(org));
}

function permissionRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = `${BASE}/:role/permissions`;
  const role = (c: AppContext) => findCustomRole(org, c.req.param('role') ?? '');
  const find = (c: AppContext) => {
    const label = c.req.param('permission') ?? '';
    const row = role(c).permissions.find((one) => one.label === label);
    if (!row) throw notFound(label, 'Permission');
    return row;
  };
  const show = (c: AppContext, row: PermissionRow): Json => {
    const self = `${c.get('baseUrl')}${BASE}/${role(c).id}`;
    return { ...row, _links: { role: link(self), self: link(`${self}/permissions/${row.label}`) } };
  };
  const keep = (c: AppContext, permissions: PermissionRow[]) =>
    org.store.customRoles.patch(role(c).id, { permissions, lastUpdated: orgNow(org) });
  const others = (c: AppContext) => role(c).permissions.filter(({ label }) => label !== c.req.param('permission'));
  const put = async (c: AppContext) => {
    const conditions = record((await readJson(c)).conditions);
    const row = permission(org, c.req.param('permission') ?? '', conditions);
    keep(c, [...others(c), row]);
    return row;
  };

  app.get(base, (c) => c.json({ permissions: role(c).permissions.map((row) => show(c, row)) }));
  app.get(`${base}/:permission`, (c) => c.json(show(c, find(c))));
  app.post(`${base}/:permission`, async (c) => {
    await put(c);
    return c.body(null, 204);
  });
  app.put(`${base}/:permission`, async (c) => {
    find(c);
    return c.json(show(c, await put(c)));
  });
  app.delete(`${base}/:permission`, (c) => {
    find(c);
    keep(c, others(c));
    return c.body(null, 204);
  });
  return app;
}

/** By id or label. */
export function findCustomRole(org: Org, key: string): CustomRoleEntity {
  const row = org.store.customRoles.get(key) ?? org.store.customRoles.values().find((one) => one.label === key);
  if (!row) throw notFound(key, 'Role');
  return row;
}

/** Which permissions there are is not checked: Okta adds some with most releases. */
function permission(org: Org, label: string, conditions?: Json): PermissionRow {
  if (!/^okta\.[\w.]+$/.test(label)) throw invalid('permissions', `permissions: Invalid permission ${label}.`);
  const now = orgNow(org);
  return defined<PermissionRow>({ label, created: now, lastUpdated: now, conditions });
}

function readBody(org: Org, body: Json, before?: CustomRoleEntity): Pick<CustomRoleEntity, 'label' | 'description'> {
  const label = requiredText('label', body.label);
  if (org.store.customRoles.values().some((row) => row.label === label && row.id !== before?.id)) {
    throw invalid('label', 'label: An object with this field already exists in the current organization');
  }
  return { label, description: requiredText('description', body.description) };
}

function render({ permissions: _permissions, ...row }: CustomRoleEntity, baseUrl: string): Json {
  const self = `${baseUrl}${BASE}/${row.id}`;
  return { ...row, _links: { permissions: link(`${self}/permissions`), self: link(self) } };
}
