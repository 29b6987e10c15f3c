/** `/api/v1/groups` and memberships. Every user is a member of Everyone, and nobody can change that. */
import { Hono } from 'hono';
import type { Group } from '../../wire/directory.ts';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { link } from '../http/links.ts';
import { invalid, notFound } from '../http/okta-error.ts';
import { page, pageFrom } from '../http/paging.ts';
import { type Org, orgNow } from '../org.ts';
import type { GroupEntity } from '../store/entities.ts';
import { unassignGroup } from './apps/assignments.ts';
import { renderApp } from './apps/render.ts';
import { compileFilter } from './filter.ts';
import { applyGroupRules, excludeFromRules } from './group-rules/apply.ts';
import { type Json, record, requiredText, text } from './input.ts';
import { readOnlyObject } from './policies/common.ts';
import { sortedSearch } from './sorting.ts';
import { renderUser } from './users/render.ts';

const BASE = '/api/v1/groups';

export function groupRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const group = (c: AppContext) => findGroup(org, c.req.param('id') ?? '');

  app.get(BASE, (c) => c.json(listGroups(org, c).map((row) => expand(org, c, row))));
  app.post(BASE, async (c) => c.json(renderGroup(createGroup(org, await readJson(c)), c.get('baseUrl'))));
  app.get(`${BASE}/:id`, (c) => c.json(expand(org, c, group(c))));
  app.put(`${BASE}/:id`, async (c) => {
    return c.json(renderGroup(replaceGroup(org, group(c), await readJson(c)), c.get('baseUrl')));
  });
  app.delete(`${BASE}/:id`, (c) => {
    deleteGroup(org, group(c));
    return c.body(null, 204);
  });
  app.get(`${BASE}/:id/apps`, (c) => {
    const assigned = org.store.appGroups
      .findAll('groupId', group(c).id)
      .flatMap((assignment) => org.store.apps.get(assignment.appId) ?? []);
    const rows = page(c, assigned, { defaultLimit: 20, maxLimit: 200 });
    return c.json(rows.map((row) => renderApp(org, row, c.get('baseUrl'))));
  });
  // Owners are a part of Okta Identity Governance, which an org without it answers with none.
  app.get(`${BASE}/:id/owners`, (c) => {
    group(c);
    return c.json([]);
  });
  return app.route('/', memberRoutes(org));
}

function memberRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = `${BASE}/:id/users`;
  const group = (c: AppContext) => findGroup(org, c.req.param('id') ?? '');
  const change = (c: AppContext, how: (groupId: string, userId: string) => void) => {
    const row = group(c);
    const userId = c.req.param('userId') ?? '';
    if (!org.store.users.get(userId)) throw notFound(userId, 'User');
    assertNotBuiltIn(row);
    how(row.id, userId);
    org.store.groups.patch(row.id, { lastMembershipUpdated: orgNow(org) });
    applyGroupRules(org, userId);
    return c.body(null, 204);
  };

  app.get(base, (c) => {
    const members = org.store.memberships.rightsOf(group(c).id);
    const after = function* (cursor: string | undefined) {
      for (const id of members.after(cursor)) {
        const user = org.store.users.get(id);
        if (user) yield user;
      }
    };
    const rows = pageFrom(c, { after }, { defaultLimit: 1000, maxLimit: 1000 });
    return c.json(rows.map((row) => renderUser(row, c.get('baseUrl'), 'list')));
  });
  app.put(`${base}/:userId`, (c) => {
    return change(c, (groupId, userId) => {
      org.store.memberships.add(groupId, userId);
    });
  });
  app.delete(`${base}/:userId`, (c) => {
    return change(c, (groupId, userId) => {
      org.store.memberships.remove(groupId, userId);
      excludeFromRules(org, groupId, userId);
    });
  });
  return app;
}

export function findGroup(org: Org, id: string): GroupEntity {
  const row = org.store.groups.get(id);
  if (!row) throw notFound(id, 'UserGroup');
  return row;
}

/** How many groups a `q` finds at most unless it says otherwise (OpenAPI 2026.06.3). */
const QUERY_LIMIT = 300;

/** `q` answers in one page and without Link headers (recorded). */
function listGroups(org: Org, c: AppContext): GroupEntity[] {
  const { q, filter, search } = c.req.query();
  const expression = search ?? filter;
  const test =
    expression === undefined ? undefined : compileFilter(expression, search === undefined ? 'filter' : 'search');
  const all = (cursor: string | undefined): Iterable<GroupEntity> =>
    q === undefined || q === ''
      ? org.store.groups.after(cursor)
      : org.store.groups.startingWith(q.toLowerCase(), cursor);
  const matching = function* (cursor: string | undefined) {
    for (const row of all(cursor)) if (test === undefined || test(row)) yield row;
  };
  if (q === undefined) {
    const list = sortedSearch(c, org.store.groups, test ?? (() => true)) ?? { after: matching };
    return pageFrom(c, list, { defaultLimit: 10_000, maxLimit: 10_000 });
  }
  const limit = Number(c.req.query('limit') ?? QUERY_LIMIT);
  const rows = [...matching(undefined)];
  return Number.isInteger(limit) && limit > 0 ? rows.slice(0, limit) : rows;
}

function expand(org: Org, c: AppContext, row: GroupEntity): Group {
  const shown = renderGroup(row, c.get('baseUrl'));
  const wanted = c.req.query('expand')?.split(',') ?? [];
  if (!wanted.includes('stats')) return shown;
  const stats = {
    usersCount: org.store.memberships.rightsOf(row.id).size,
    appsCount: org.store.appGroups.count('groupId', row.id),
    groupPushMappingsCount: 0,
    hasAdminPrivilege: org.store.roleAssignments.count('assigneeId', row.id) > 0,
  };
  return { ...shown, _embedded: { stats } };
}

function readProfile(org: Org, body: Json, except?: string): GroupEntity['profile'] {
  const given = record(body.profile) ?? {};
  const name = requiredText('name', given.name, 255);
  if (org.store.groups.findAll('name', name).some((row) => row.id !== except)) {
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
  const members = [...org.store.memberships.rightsOf(row.id)];
  org.store.memberships.removeLeft(row.id);
  for (const { appId } of org.store.appGroups.findAll('groupId', row.id)) unassignGroup(org, appId, row.id);
  for (const role of org.store.roleAssignments.findAll('assigneeId', row.id)) org.store.roleAssignments.delete(role.id);
  org.store.groups.delete(row.id);
  for (const userId of members) applyGroupRules(org, userId);
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
