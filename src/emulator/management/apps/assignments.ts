/** Who an app is assigned to: groups and single users. */
import type { AppGroupAssignment, AppUser } from '../../../wire/application.ts';
import { link } from '../../http/links.ts';
import { invalid, notFound, OktaError } from '../../http/okta-error.ts';
import { type Org, orgNow } from '../../org.ts';
import type { AppGroupEntity, ApplicationEntity, AppUserEntity } from '../../store/entities.ts';
import { integer, type Json, oneOf, record, records, requiredText, text } from '../input.ts';

/** Group assignments of an app, first to last: priorities are dense from 0 (recorded). */
export function groupAssignments(org: Org, appId: string): AppGroupEntity[] {
  return org.store.appGroups.findAll('appId', appId).sort((a, b) => a.priority - b.priority);
}

export function findGroupAssignment(org: Org, appId: string, groupId: string): AppGroupEntity {
  const row = org.store.appGroups.get(`${appId}/${groupId}`);
  if (!row) throw notFound(groupId, 'AppGroupAssignment');
  return row;
}

/** Idempotent. Without a priority a new assignment comes last, an existing one stays where it is. */
export function assignGroup(org: Org, app: ApplicationEntity, groupId: string, body: Json): AppGroupEntity {
  if (!org.store.groups.get(groupId)) throw notFound(groupId, 'UserGroup');
  const before = org.store.appGroups.get(`${app.id}/${groupId}`);
  const others = groupAssignments(org, app.id).filter((row) => row.groupId !== groupId);
  const wanted = integer(body.priority) ?? before?.priority ?? others.length;
  const place = Math.min(Math.max(wanted, 0), others.length);
  const row: AppGroupEntity = {
    id: `${app.id}/${groupId}`,
    appId: app.id,
    groupId,
    lastUpdated: orgNow(org),
    priority: place,
    profile: record(body.profile) ?? before?.profile ?? {},
  };
  org.store.appGroups.put(row);
  renumber(org, [...others.slice(0, place), row, ...others.slice(place)]);
  return row;
}

export function unassignGroup(org: Org, appId: string, groupId: string): void {
  org.store.appGroups.delete(findGroupAssignment(org, appId, groupId).id);
  renumber(org, groupAssignments(org, appId));
}

function renumber(org: Org, rows: readonly AppGroupEntity[]): void {
  rows.forEach((row, priority) => {
    if (row.priority !== priority) org.store.appGroups.patch(row.id, { priority });
  });
}

export function renderGroupAssignment(row: AppGroupEntity, baseUrl: string): AppGroupAssignment {
  const app = `${baseUrl}/api/v1/apps/${row.appId}`;
  return {
    id: row.groupId,
    lastUpdated: row.lastUpdated,
    priority: row.priority,
    profile: row.profile,
    _links: {
      app: link(app),
      self: link(`${app}/groups/${row.groupId}`),
      group: link(`${baseUrl}/api/v1/groups/${row.groupId}`),
    },
  };
}

/** A user of an app: assigned by himself, or as a member of one of its groups. */
export interface AppUserRow {
  /** The user's id. */
  id: string;
  row: AppUserEntity;
  scope: AppUser['scope'];
}

/** Users of an app behind a cursor (a user's id): those assigned by themselves, then the members of its groups, each once. */
export function* appUsers(org: Org, app: ApplicationEntity, cursor?: string): Generator<AppUserRow> {
  const own = org.store.appUsers.findAll('appId', app.id);
  const at = own.findIndex((row) => row.userId === cursor);
  const groupIds = groupAssignments(org, app.id).map(({ groupId }) => groupId);
  const holder = groupIds.findIndex((groupId) => org.store.memberships.has(groupId, cursor ?? ''));
  if (at >= 0 || holder < 0) for (const row of own.slice(at + 1)) yield { id: row.userId, row, scope: 'USER' };
  const first = at >= 0 || holder < 0 ? 0 : holder;
  for (const [index, groupId] of groupIds.entries()) {
    if (index < first) continue;
    const from = at < 0 && index === holder ? cursor : undefined;
    for (const userId of org.store.memberships.rightsOf(groupId).after(from)) {
      const shown = groupIds.slice(0, index).some((earlier) => org.store.memberships.has(earlier, userId));
      if (shown || org.store.appUsers.get(`${app.id}/${userId}`)) continue;
      yield { id: userId, row: newAppUser(org, app, userId), scope: 'GROUP' };
    }
  }
}

/** Those of {@link appUsers} whose user name in the app, or email address, starts with `q` (lower case). */
export function* appUsersNamed(org: Org, app: ApplicationEntity, q: string, cursor?: string): Generator<AppUserRow> {
  for (const item of appUsers(org, app, cursor)) {
    const names = [item.row.credentials?.userName, org.store.users.get(item.id)?.profile.email];
    if (names.some((name) => name?.toLowerCase().startsWith(q))) yield item;
  }
}

/**
 * Takes an app from a user.
 * @throws OktaError 403 E0000046 while a group gives the app to them (as Okta's users quote it)
 */
export function unassignUser(org: Org, app: ApplicationEntity, userId: string): void {
  const { row } = findAppUser(org, app, userId);
  if (isAssignedByGroup(org, app.id, userId)) {
    throw new OktaError(403, 'E0000046', 'Deactivate application for user forbidden.', [
      'The application cannot be unassigned from the user while their group memberships grant them access.',
    ]);
  }
  org.store.appUsers.delete(row.id);
}

/** Whether a user has an app, by himself or through a group. */
export function isAssigned(org: Org, appId: string, userId: string): boolean {
  return org.store.appUsers.get(`${appId}/${userId}`) !== undefined || isAssignedByGroup(org, appId, userId);
}

function isAssignedByGroup(org: Org, appId: string, userId: string): boolean {
  return [...org.store.memberships.leftsOf(userId)].some((groupId) => org.store.appGroups.get(`${appId}/${groupId}`));
}

function newAppUser(org: Org, app: ApplicationEntity, userId: string): AppUserEntity {
  const user = org.store.users.get(userId);
  const now = orgNow(org);
  return {
    id: `${app.id}/${userId}`,
    appId: app.id,
    userId,
    status: 'ACTIVE',
    created: now,
    lastUpdated: now,
    credentials: { userName: user?.profile.login ?? '' },
    profile: {},
  };
}

export function findAppUser(org: Org, app: ApplicationEntity, userId: string): AppUserRow {
  const own = org.store.appUsers.get(`${app.id}/${userId}`);
  if (own) return { id: userId, row: own, scope: 'USER' };
  if (!isAssigned(org, app.id, userId)) throw notFound(userId, 'AppUser');
  return { id: userId, row: newAppUser(org, app, userId), scope: 'GROUP' };
}

/** Changes an assignment's user name or profile; one by group becomes one of the user's own (OpenAPI 2026.06.3). */
export function updateAppUser(org: Org, app: ApplicationEntity, userId: string, body: Json): AppUserRow {
  const { row } = findAppUser(org, app, userId);
  const userName = text(record(body.credentials)?.userName);
  const changed = org.store.appUsers.put({
    ...row,
    credentials: userName === undefined ? row.credentials : { userName },
    profile: { ...row.profile, ...record(body.profile) },
    lastUpdated: orgNow(org),
  });
  return { id: userId, row: changed, scope: 'USER' };
}

/** A JSON Patch of an assignment: priority and profile members only (OpenAPI 2026.06.3). */
export function patchGroupAssignment(org: Org, app: ApplicationEntity, groupId: string, body: unknown): AppGroupEntity {
  const before = findGroupAssignment(org, app.id, groupId);
  const change: { priority: unknown; profile: Record<string, unknown> } = {
    priority: before.priority,
    profile: { ...before.profile },
  };
  for (const step of records(body) ?? []) {
    const path = text(step.path) ?? '';
    const member = /^\/profile\/([^/]+)$/.exec(path)?.[1];
    const remove = oneOf(step.op, ['replace', 'add', 'remove'] as const) === 'remove';
    if (path === '/priority') change.priority = step.value;
    else if (member === undefined || member === '__proto__') throw invalid('path', `path: Invalid path: ${path}.`);
    else if (remove) delete change.profile[member];
    else change.profile[member] = step.value;
  }
  return assignGroup(org, app, groupId, change);
}

export function assignUser(org: Org, app: ApplicationEntity, body: Json): AppUserEntity {
  const userId = requiredText('id', body.id);
  oneOf(body.scope, ['USER', 'GROUP'] as const);
  if (!org.store.users.get(userId)) throw notFound(userId, 'User');
  const row = newAppUser(org, app, userId);
  const userName = text(record(body.credentials)?.userName);
  return org.store.appUsers.put({
    ...row,
    credentials: userName === undefined ? row.credentials : { userName },
    profile: record(body.profile) ?? {},
  });
}

export function renderAppUser(row: AppUserEntity, scope: AppUser['scope'], baseUrl: string): AppUser {
  const app = `${baseUrl}/api/v1/apps/${row.appId}`;
  return {
    id: row.userId,
    externalId: null,
    created: row.created,
    lastUpdated: row.lastUpdated,
    scope,
    status: row.status,
    statusChanged: row.created,
    passwordChanged: null,
    syncState: 'DISABLED',
    credentials: row.credentials,
    profile: row.profile,
    _links: { app: link(app), user: link(`${baseUrl}/api/v1/users/${row.userId}`) },
  };
}
