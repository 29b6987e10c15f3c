/** `/api/v1/groups` and memberships. Every user is a member of Everyone, and nobody can change that. */
import { Hono } from 'hono';
import type { Group } from '../../wire/directory.ts';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { link } from '../http/links.ts';
import { invalid, notFound } from '../http/okta-error.ts';
import { page } from '../http/paging.ts';
import { type Org, orgNow } from '../org.ts';
import type { GroupEntity } from '../store/entities.ts';
import { groupAssignments } from './apps/assignments.ts';
import { renderApp } from './apps/render.ts';
import { compileFilter } from './filter.ts';
import { type Json, record, requiredText, text } from './input.ts';
import { readOnlyObject } from './policies/common.ts';
import { renderUser } from './users/render.ts';

export function groupRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/groups';
  const group = (c: AppContext) => findGroup(org, c.req.param('id') ?? '');

  app.get(base, (c) => c.json(listGroups(org, c).map((row) => expand(org, c, row))));
  app.post(base, async (c) => c.json(renderGroup(createGroup(org, await readJson(c)), c.get('baseUrl'))));
  app.get(`${base}/:id`, (c) => c.json(expand(org, c, group(c))));
  app.put(`${base}/:id`, async (c) => {
    return c.json(renderGroup(replaceGroup(org, group(c), await readJson(c)), c.get('baseUrl')));
  });
  app.delete(`${base}/:id`, (c) => {
    deleteGroup(org, group(c));
    return c.body(null, 204);
  });
  app.get(`${base}/:id/users`, (c) => {
    const members = [...org.store.memberships.rightsOf(group(c).id)].flatMap((id) => org.store.users.get(id) ?? []);
    const rows = page(c, members, { defaultLimit: 1000, maxLimit: 1000 });
    return c.json(rows.map((row) => renderUser(row, c.get('baseUrl'), 'list')));
  });
  app.put(`${base}/:id/users/:userId`, (c) => {
    const userId = c.req.param('userId');
    if (!org.store.users.get(userId)) throw notFound(userId, 'User');
    changeMembership(org, group(c), (groupId) => org.store.memberships.add(groupId, userId));
    return c.body(null, 204);
  });
  app.delete(`${base}/:id/users/:userId`, (c) => {
    const userId = c.req.param('userId');
    if (!org.store.users.get(userId)) throw notFound(userId, 'User');
    changeMembership(org, group(c), (groupId) => org.store.memberships.remove(groupId, userId));
    return c.body(null, 204);
  });
  app.get(`${base}/:id/apps`, (c) => {
    const { id } = group(c);
    const assigned = org.store.apps.filter((row) => org.store.appGroups.get(`${row.id}/${id}`) !== undefined);
    const rows = page(c, assigned, { defaultLimit: 20, maxLimit: 200 });
    return c.json(rows.map((row) => renderApp(org, row, c.get('baseUrl'))));
  });
  return app;
}

function findGroup(org: Org, id: string): GroupEntity {
  const row = org.store.groups.get(id);
  if (!row) throw notFound(id, 'UserGroup');
  return row;
}

/** `q` answers in one page and without Link headers (recorded). */
function listGroups(org: Org, c: AppContext): GroupEntity[] {
  const { q, filter, search } = c.req.query();
  const expression = search ?? filter;
  const mode = search === undefined ? 'filter' : 'search';
  const test = expression === undefined ? undefined : compileFilter(expression, mode);
  const start = q?.toLowerCase();
  const rows = org.store.groups.filter(
    (row) =>
      (start === undefined || row.profile.name.toLowerCase().startsWith(start)) && (test === undefined || test(row)),
  );
  if (q === undefined) return page(c, rows, { defaultLimit: 10_000, maxLimit: 10_000 });
  const limit = Number(c.req.query('limit') ?? 10_000);
  return Number.isInteger(limit) && limit > 0 ? rows.slice(0, limit) : rows;
}

function expand(org: Org, c: AppContext, row: GroupEntity): Group {
  const shown = renderGroup(row, c.get('baseUrl'));
  if (!c.req.query('expand')?.split(',').includes('stats')) return shown;
  const stats = {
    usersCount: org.store.memberships.rightsOf(row.id).size,
    appsCount: org.store.apps.filter((app) => groupAssignments(org, app.id).some((a) => a.groupId === row.id)).length,
    groupPushMappingsCount: 0,
    hasAdminPrivilege: false,
  };
  return { ...shown, _embedded: { stats } };
}

function readProfile(org: Org, body: Json, except?: string): GroupEntity['profile'] {
  const given = record(body.profile) ?? {};
  const name = requiredText('name', given.name, 255);
  const taken = org.store.groups.filter((row) => row.profile.name === name && row.id !== except);
  if (taken.length > 0) {
    throw invalid('name', 'name: An object with this field already exists in the current organization');
  }
  return { ...given, name, description: text(given.description) ?? null };
}

function createGroup(org: Org, body: Json): GroupEntity {
  const profile = readProfile(org, body);
  const now = orgNow(org);
  return org.store.groups.put({
    id: org.ids.next('00g'),
    created: now,
    lastUpdated: now,
    lastMembershipUpdated: now,
    objectClass: ['okta:user_group'],
    type: 'OKTA_GROUP',
    profile,
  });
}

function replaceGroup(org: Org, row: GroupEntity, body: Json): GroupEntity {
  assertNotBuiltIn(row);
  return org.store.groups.patch(row.id, { profile: readProfile(org, body, row.id), lastUpdated: orgNow(org) });
}

/** Deleting a group takes its assignments along; policies keep naming it (`deleted-group-stays-named`). */
function deleteGroup(org: Org, row: GroupEntity): void {
  assertNotBuiltIn(row);
  org.store.memberships.removeLeft(row.id);
  for (const assignment of org.store.appGroups.filter((candidate) => candidate.groupId === row.id)) {
    org.store.appGroups.delete(assignment.id);
  }
  org.store.groups.delete(row.id);
}

function changeMembership(org: Org, row: GroupEntity, change: (groupId: string) => void): void {
  assertNotBuiltIn(row);
  change(row.id);
  org.store.groups.patch(row.id, { lastMembershipUpdated: orgNow(org) });
}

/** Named assumption `read-only-objects`. */
function assertNotBuiltIn(row: GroupEntity): void {
  if (row.type === 'BUILT_IN') throw readOnlyObject('Group');
}

export function renderGroup(row: GroupEntity, baseUrl: string): Group {
  const self = `${baseUrl}/api/v1/groups/${row.id}`;
  const logo = (size: string) => ({
    name: size,
    href: `${baseUrl}/assets/img/logos/groups/okta-${size}.png`,
    type: 'image/png',
  });
  return {
    ...row,
    _links: { logo: [logo('medium'), logo('large')], users: link(`${self}/users`), apps: link(`${self}/apps`) },
  };
}
