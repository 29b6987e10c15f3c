/**
 * Admin roles of users, groups and OAuth clients, standard and custom ones, and who has one. Who has
 * one may call the Management API within the scopes of the token, whichever role it is (assumption `any-admin-role`).
 */
import { Hono } from 'hono';
import type { RoleAssignment } from '../../wire/directory.ts';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { link } from '../http/links.ts';
import { invalid, notFound, OktaError } from '../http/okta-error.ts';
import { nextPage, page } from '../http/paging.ts';
import { type Org, orgNow } from '../org.ts';
import type { RoleAssignmentEntity } from '../store/entities.ts';
import { findGroup } from './groups.ts';
import { assignCustomRole } from './iam/bindings.ts';
import { findCustomRole } from './iam/custom-roles.ts';
import { findResourceSet } from './iam/resource-sets.ts';
import { requiredText, text } from './input.ts';
import { addTargetRoutes, canBeNarrowed, embeddedTargets } from './role-targets.ts';
import { userOf } from './users/users.ts';

/** Standard roles with the labels of the Admin Console (OpenAPI 2026.06.3). */
const LABELS: Readonly<Record<string, string>> = {
  SUPER_ADMIN: 'Super Administrator',
  ORG_ADMIN: 'Organization Administrator',
  APP_ADMIN: 'Application Administrator',
  USER_ADMIN: 'Group Administrator',
  GROUP_MEMBERSHIP_ADMIN: 'Group Membership Administrator',
  HELP_DESK_ADMIN: 'Help Desk Administrator',
  READ_ONLY_ADMIN: 'Read-Only Administrator',
  MOBILE_ADMIN: 'Mobile Administrator',
  API_ACCESS_MANAGEMENT_ADMIN: 'API Access Management Administrator',
  REPORT_ADMIN: 'Report Administrator',
  ACCESS_CERTIFICATIONS_ADMIN: 'Access Certifications Administrator',
  ACCESS_REQUESTS_ADMIN: 'Access Requests Administrator',
  WORKFLOWS_ADMIN: 'Workflows Administrator',
};

interface Kind {
  base: string;
  type: RoleAssignment['assignmentType'];
  /** The id of the one who has the roles; throws when there is no such one. */
  assignee: (org: Org, c: AppContext) => string;
  /** Its path in the API, for the link. */
  path: string;
}

const KINDS: readonly Kind[] = [
  { base: '/api/v1/users/:userId/roles', type: 'USER', assignee: (org, c) => userOf(org, c).id, path: '/api/v1/users' },
  {
    base: '/api/v1/groups/:groupId/roles',
    type: 'GROUP',
    assignee: (org, c) => findGroup(org, c.req.param('groupId') ?? '').id,
    path: '/api/v1/groups',
  },
  { base: '/oauth2/v1/clients/:clientId/roles', type: 'CLIENT', assignee: clientOf, path: '/oauth2/v1/clients' },
];

function clientOf(org: Org, c: AppContext): string {
  const clientId = c.req.param('clientId') ?? '';
  if (!org.store.apps.find('clientId', clientId)) throw notFound(clientId, 'PublicClientApp');
  return clientId;
}

export function roleRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  for (const kind of KINDS) addRoutes(org, app, kind);
  app.get('/api/v1/iam/assignees/users', (c) => c.json(assignees(org, c)));
  return app;
}

/** Everybody with a role, each once. The next page is named in the body here as well as in the header (OpenAPI 2026.06.3). */
function assignees(org: Org, c: AppContext) {
  const ids = [...new Set(org.store.roleAssignments.values().flatMap((row) => usersOf(org, row)))];
  const rows = ids.map((id) => ({ id, orn: `orn:okta:directory:${org.store.org.id}:users:${id}` }));
  const shown = page(c, rows, { defaultLimit: 100, maxLimit: 200 });
  const next = nextPage(c);
  const links = (id: string) => {
    const self = `${c.get('baseUrl')}/api/v1/users/${id}`;
    return { self: link(self), roles: link(`${self}/roles`) };
  };
  return {
    value: shown.map((user) => ({ ...user, _links: links(user.id) })),
    ...(next === undefined ? {} : { _links: { next: link(next) } }),
  };
}

function usersOf(org: Org, row: RoleAssignmentEntity): string[] {
  if (row.assignmentType === 'USER') return [row.assigneeId];
  return row.assignmentType === 'GROUP' ? [...org.store.memberships.rightsOf(row.assigneeId)] : [];
}

function addRoutes(org: Org, app: Hono<AppEnv>, { base, type, assignee, path }: Kind): void {
  const own = (c: AppContext) => org.store.roleAssignments.findAll('assigneeId', assignee(org, c));
  const all = (c: AppContext) => [...own(c), ...(type === 'USER' ? groupRoles(org, assignee(org, c)) : [])];
  const find = (c: AppContext, rows: readonly RoleAssignmentEntity[]) => {
    const roleId = c.req.param('roleId') ?? '';
    const row = rows.find((one) => roleIdOf(one) === roleId);
    if (!row) throw notFound(roleId, 'Role');
    return row;
  };
  const show = (c: AppContext, row: RoleAssignmentEntity) => ({
    ...render(row, `${c.get('baseUrl')}${path}/${row.assigneeId}`),
    ...embeddedTargets(org, c, row),
  });

  app.get(base, (c) => {
    const rows = all(c).sort(byType);
    return c.json(rows.map((row) => show(c, row)));
  });
  app.post(base, async (c) => {
    const assigneeId = assignee(org, c);
    const body = await readJson(c);
    const role = text(body.type);
    if (role === 'CUSTOM') {
      const set = findResourceSet(org, requiredText('resource-set', body['resource-set']));
      const given = findCustomRole(org, requiredText('role', body.role));
      return c.json(show(c, assignCustomRole(org, type, assigneeId, given, set)), 201);
    }
    const label = role === undefined ? undefined : LABELS[role];
    if (role === undefined || label === undefined) throw invalid('type', 'type: Invalid role type.');
    if (org.store.roleAssignments.findAll('assigneeId', assigneeId).some((row) => row.type === role)) {
      throw new OktaError(409, 'E0000090', 'Duplicate role assignment exception', [
        'The role specified is already assigned to the user.',
      ]);
    }
    const now = orgNow(org);
    const row = org.store.roleAssignments.put({
      id: org.ids.next('ra1'),
      label,
      type: role,
      status: 'ACTIVE',
      created: now,
      lastUpdated: now,
      assignmentType: type,
      assigneeId,
    });
    return c.json(show(c, row), 201);
  });
  app.get(`${base}/:roleId`, (c) => c.json(show(c, find(c, all(c)))));
  // A role that comes with a group is taken from the group.
  app.delete(`${base}/:roleId`, (c) => {
    org.store.roleAssignments.delete(find(c, own(c)).id);
    return c.body(null, 204);
  });
  addTargetRoutes(org, app, `${base}/:roleId/targets`, {
    any: (c) => find(c, all(c)),
    own: (c) => find(c, own(c)),
  });
}

function groupRoles(org: Org, userId: string): RoleAssignmentEntity[] {
  return [...org.store.memberships.leftsOf(userId)].flatMap((groupId) =>
    org.store.roleAssignments.findAll('assigneeId', groupId),
  );
}

/** Recorded: by type, whatever the order of assignment. */
function byType(a: RoleAssignmentEntity, b: RoleAssignmentEntity): number {
  return a.type.localeCompare(b.type);
}

/** A role that can be narrowed has its type, in base32, for an id (recorded for APP_ADMIN). */
function roleIdOf(row: RoleAssignmentEntity): string {
  return canBeNarrowed(row.type) ? base32(row.type) : row.id;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32(text: string): string {
  let bits = '';
  for (const byte of Buffer.from(text)) bits += byte.toString(2).padStart(8, '0');
  return bits.replaceAll(/.{1,5}/g, (five) => BASE32[Number.parseInt(five.padEnd(5, '0'), 2)] ?? '');
}

function render(
  { assigneeId: _assignee, targets: _targets, ...row }: RoleAssignmentEntity,
  assignee: string,
): RoleAssignment {
  const id = canBeNarrowed(row.type) ? base32(row.type) : row.id;
  return { ...row, id, _links: { assignee: link(assignee) } };
}
