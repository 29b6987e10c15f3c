/**
 * `.../roles/{id}/targets`: the groups, or the apps, that a role of an admin is narrowed to. A role without targets is for
 * all of them, and the last one cannot be taken away (OpenAPI 2026.06.3).
 */
import type { Hono } from 'hono';
import type { AppContext, AppEnv } from '../http/context.ts';
import { link } from '../http/links.ts';
import { invalid, notFound, unsupported } from '../http/okta-error.ts';
import { page } from '../http/paging.ts';
import { type Org, orgNow } from '../org.ts';
import type { AppTarget, RoleAssignmentEntity } from '../store/entities.ts';
import { findApp } from './apps/apps.ts';
import { findGroup, renderGroup } from './groups.ts';
import type { Json } from './input.ts';

const BY_APP = new Set(['APP_ADMIN']);
const BY_GROUP = new Set(['USER_ADMIN', 'GROUP_MEMBERSHIP_ADMIN', 'HELP_DESK_ADMIN']);

/** Whether a role of this type may be narrowed; its id has another form then (recorded). */
export function canBeNarrowed(type: string): boolean {
  return BY_APP.has(type) || BY_GROUP.has(type);
}

interface Finders {
  /** The role that the path names, also one that comes with a group. */
  any: (c: AppContext) => RoleAssignmentEntity;
  /** The role that the path names, of the assignee's own. */
  own: (c: AppContext) => RoleAssignmentEntity;
}

export function addTargetRoutes(org: Org, app: Hono<AppEnv>, base: string, { any, own }: Finders): void {
  app.get(`${base}/groups`, (c) => c.json(page(c, groupsOf(org, c, any(c)), { defaultLimit: 20, maxLimit: 200 })));
  app.put(`${base}/groups/:targetId`, (c) => {
    const row = narrowable(own(c), BY_GROUP, 'groups');
    const { id } = findGroup(org, c.req.param('targetId'));
    save(org, row, { groups: [...groupIds(row).filter((one) => one !== id), id] });
    return c.body(null, 204);
  });
  app.delete(`${base}/groups/:targetId`, (c) => {
    const row = own(c);
    const id = c.req.param('targetId');
    if (!groupIds(row).includes(id)) throw notFound(id, 'UserGroup');
    save(org, row, { groups: others(groupIds(row), (one) => one !== id) });
    return c.body(null, 204);
  });
  addAppRoutes(org, app, `${base}/catalog/apps`, { any, own });
}

function addAppRoutes(org: Org, app: Hono<AppEnv>, base: string, { any, own }: Finders): void {
  app.get(base, (c) => {
    const shown = appsOf(org, c, any(c)).map((target) => ({ id: String(target.id ?? target.name), target }));
    return c.json(page(c, shown, { defaultLimit: 20, maxLimit: 200 }).map(({ target }) => target));
  });
  for (const path of [`${base}/:appName`, `${base}/:appName/:appId`]) {
    app.put(path, (c) => {
      const row = narrowable(own(c), BY_APP, 'apps');
      const target = readTarget(org, c);
      save(org, row, { apps: [...appTargets(row).filter((one) => !same(one, target)), target] });
      return c.body(null, 204);
    });
    app.delete(path, (c) => {
      const row = own(c);
      const target = targetOf(c);
      if (!appTargets(row).some((one) => same(one, target))) throw notFound(target.id ?? target.name, 'AppTarget');
      save(org, row, { apps: others(appTargets(row), (one) => !same(one, target)) });
      return c.body(null, 204);
    });
  }
}

/** `expand=targets/groups` or `targets/catalog/apps`. */
export function embeddedTargets(org: Org, c: AppContext, row: RoleAssignmentEntity): { _embedded?: object } {
  switch (c.req.query('expand')) {
    case 'targets/groups':
      return { _embedded: { targets: { groups: groupsOf(org, c, row) } } };
    case 'targets/catalog/apps':
      return { _embedded: { targets: { catalog: { apps: appsOf(org, c, row) } } } };
    default:
      return {};
  }
}

function groupIds(row: RoleAssignmentEntity): readonly string[] {
  return row.targets?.groups ?? [];
}

function appTargets(row: RoleAssignmentEntity): readonly AppTarget[] {
  return row.targets?.apps ?? [];
}

function groupsOf(org: Org, c: AppContext, row: RoleAssignmentEntity) {
  return groupIds(row).flatMap((id) => {
    const group = org.store.groups.get(id);
    return group ? [renderGroup(group, c.get('baseUrl'))] : [];
  });
}

/** An app of the catalog has its key for a name, an instance its label (OpenAPI 2026.06.3 and help pages). */
function appsOf(org: Org, c: AppContext, row: RoleAssignmentEntity): Json[] {
  return appTargets(row).flatMap(({ name, id }): Json[] => {
    if (id === undefined) {
      const self = link(`${c.get('baseUrl')}/api/v1/catalog/apps/${name}`);
      return [{ name, displayName: name, status: 'ACTIVE', _links: { self } }];
    }
    const app = org.store.apps.get(id);
    const self = link(`${c.get('baseUrl')}/api/v1/apps/${id}`);
    return app ? [{ name: app.label, status: app.status, id, _links: { self } }] : [];
  });
}

function narrowable(row: RoleAssignmentEntity, types: ReadonlySet<string>, targets: string): RoleAssignmentEntity {
  // named assumption `refusal-texts`
  if (!types.has(row.type)) throw invalid('role', `The role ${row.type} cannot be narrowed to ${targets}.`);
  return row;
}

function targetOf(c: AppContext): AppTarget {
  const name = c.req.param('appName') ?? '';
  const id = c.req.param('appId');
  return id === undefined ? { name } : { name, id };
}

/** Apps of the catalog that nobody made an instance of are not known to the emulator. */
function readTarget(org: Org, c: AppContext): AppTarget {
  const target = targetOf(c);
  if (target.id !== undefined) {
    const app = findApp(org, target.id);
    if (app.name !== target.name) throw notFound(target.id, 'AppInstance');
  } else if (!org.store.apps.values().some((app) => app.name === target.name)) {
    throw unsupported(`apps of the catalog (${target.name})`);
  }
  return target;
}

function same(one: AppTarget, other: AppTarget): boolean {
  return one.name === other.name && one.id === other.id;
}

function others<T>(targets: readonly T[], keep: (target: T) => boolean): T[] {
  const left = targets.filter(keep);
  // named assumption `refusal-texts`
  if (left.length === 0) throw invalid('role', 'The last target of a role assignment cannot be removed.');
  return left;
}

function save(org: Org, row: RoleAssignmentEntity, change: NonNullable<RoleAssignmentEntity['targets']>): void {
  org.store.roleAssignments.patch(row.id, { targets: { ...row.targets, ...change }, lastUpdated: orgNow(org) });
}
