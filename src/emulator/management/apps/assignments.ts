/** Who an app is assigned to: groups and single users. */
import type { AppGroupAssignment, AppUser } from '../../../wire/application.ts';
import { link } from '../../http/links.ts';
import { notFound } from '../../http/okta-error.ts';
import { type Org, orgNow } from '../../org.ts';
import type { AppGroupEntity, ApplicationEntity, AppUserEntity } from '../../store/entities.ts';
import { integer, type Json, record, requiredText, text } from '../input.ts';

/** Group assignments of an app, first to last: priorities are dense from 0 (recorded). */
export function groupAssignments(org: Org, appId: string): AppGroupEntity[] {
  return org.store.appGroups.filter((row) => row.appId === appId).sort((a, b) => a.priority - b.priority);
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

/** Users of an app: those assigned by themselves, and the members of its groups. */
export function appUsers(
  org: Org,
  app: ApplicationEntity,
): { id: string; row: AppUserEntity; scope: AppUser['scope'] }[] {
  const users = new Map<string, { id: string; row: AppUserEntity; scope: AppUser['scope'] }>();
  for (const { groupId } of groupAssignments(org, app.id)) {
    for (const userId of org.store.memberships.rightsOf(groupId)) {
      users.set(userId, { id: userId, row: newAppUser(org, app, userId), scope: 'GROUP' });
    }
  }
  for (const row of org.store.appUsers.filter((candidate) => candidate.appId === app.id)) {
    users.set(row.userId, { id: row.userId, row, scope: 'USER' });
  }
  return [...users.values()];
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

export function findAppUser(org: Org, app: ApplicationEntity, userId: string) {
  const found = appUsers(org, app).find((candidate) => candidate.id === userId);
  if (!found) throw notFound(userId, 'AppUser');
  return found;
}

export function assignUser(org: Org, app: ApplicationEntity, body: Json): AppUserEntity {
  const userId = requiredText('id', body.id);
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
