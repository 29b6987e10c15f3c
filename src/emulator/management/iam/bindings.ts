/**
 * `/api/v1/iam/resource-sets/{id}/bindings`: who has a custom role there. A binding is nothing of its own: it is there while
 * somebody has the role, and its members are role assignments (OpenAPI 2026.06.3).
 */
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readJson } from '../../http/context.ts';
import { link } from '../../http/links.ts';
import { invalid, notFound } from '../../http/okta-error.ts';
import { type Org, orgNow } from '../../org.ts';
import type { CustomRoleEntity, ResourceSetEntity, RoleAssignmentEntity } from '../../store/entities.ts';
import { type Json, requiredText, texts } from '../input.ts';
import { findCustomRole } from './custom-roles.ts';
import { findResourceSet, RESOURCE_SETS } from './resource-sets.ts';

export function bindingRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = `${RESOURCE_SETS}/:set/bindings`;
  const set = (c: AppContext) => findResourceSet(org, c.req.param('set') ?? '');
  const pathOf = (c: AppContext, roleId?: string) =>
    `${c.get('baseUrl')}${RESOURCE_SETS}/${set(c).id}/bindings${roleId === undefined ? '' : `/${roleId}`}`;
  const links = (c: AppContext, roleId: string): Json => ({
    self: link(pathOf(c, roleId)),
    bindings: link(pathOf(c)),
    'resource-set': link(pathOf(c).replace(/\/bindings$/, '')),
  });

  app.get(base, (c) => {
    const ids = new Set(assignmentsIn(org, set(c)).map((row) => row.role ?? ''));
    const roles = [...ids].map((id) => ({
      id,
      _links: { self: link(pathOf(c, id)), members: link(`${pathOf(c, id)}/members`) },
    }));
    return c.json({ roles, _links: { self: link(pathOf(c)) } });
  });
  app.post(base, async (c) => {
    const body = await readJson(c);
    const role = findCustomRole(org, requiredText('role', body.role));
    assign(org, set(c), role, texts(body.members) ?? []);
    return c.json({ id: role.id, _links: links(c, role.id) });
  });
  app.get(`${base}/:role`, (c) => {
    const { role } = binding(org, c);
    return c.json({ id: role.id, _links: links(c, role.id) });
  });
  app.delete(`${base}/:role`, (c) => {
    for (const { id } of binding(org, c).members) org.store.roleAssignments.delete(id);
    return c.body(null, 204);
  });
  return app.route('/', memberRoutes(org));
}

function memberRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = `${RESOURCE_SETS}/:set/bindings/:role/members`;
  const find = (c: AppContext) => {
    const id = c.req.param('member') ?? '';
    const row = binding(org, c).members.find((one) => one.id === id);
    if (!row) throw notFound(id, 'ResourceSetBindingMember');
    return row;
  };
  const show = (c: AppContext, { id, created, lastUpdated, assignmentType, assigneeId }: RoleAssignmentEntity) => {
    const self = link(`${c.get('baseUrl')}${ASSIGNEES[assignmentType]}/${assigneeId}`);
    return { id, created, lastUpdated, _links: { self } };
  };
  const own = (c: AppContext) => {
    const { set, role } = binding(org, c);
    return `${c.get('baseUrl')}${RESOURCE_SETS}/${set.id}/bindings/${role.id}`;
  };

  app.get(base, (c) => {
    const members = binding(org, c).members.map((row) => show(c, row));
    return c.json({ members, _links: { binding: link(own(c)) } });
  });
  app.patch(base, async (c) => {
    const { set, role } = binding(org, c);
    assign(org, set, role, texts((await readJson(c)).additions) ?? []);
    return c.json({ id: role.id, _links: { self: link(own(c)), members: link(`${own(c)}/members`) } });
  });
  app.get(`${base}/:member`, (c) => c.json(show(c, find(c))));
  app.delete(`${base}/:member`, (c) => {
    org.store.roleAssignments.delete(find(c).id);
    return c.body(null, 204);
  });
  return app;
}

const ASSIGNEES = { USER: '/api/v1/users', GROUP: '/api/v1/groups', CLIENT: '/oauth2/v1/clients' } as const;

function assignmentsIn(org: Org, set: ResourceSetEntity): RoleAssignmentEntity[] {
  return org.store.roleAssignments.filter((row) => row['resource-set'] === set.id);
}

function binding(org: Org, c: AppContext) {
  const set = findResourceSet(org, c.req.param('set') ?? '');
  const role = findCustomRole(org, c.req.param('role') ?? '');
  const members = assignmentsIn(org, set).filter((row) => row.role === role.id);
  if (members.length === 0) throw notFound(role.id, 'ResourceSetBinding');
  return { set, role, members };
}

/** Gives a custom role to those whom URLs of the API name; who has it there keeps it. */
function assign(org: Org, set: ResourceSetEntity, role: CustomRoleEntity, members: readonly string[]): void {
  if (members.length === 0) throw invalid('members', 'members: The field cannot be left blank');
  for (const { type, id } of members.map((url) => assigneeOf(org, url))) assignCustomRole(org, type, id, role, set);
}

/** Gives a custom role; who has it there already keeps it. */
export function assignCustomRole(
  org: Org,
  assignmentType: RoleAssignmentEntity['assignmentType'],
  assigneeId: string,
  role: CustomRoleEntity,
  set: ResourceSetEntity,
): RoleAssignmentEntity {
  const own = org.store.roleAssignments.findAll('assigneeId', assigneeId);
  const before = own.find((row) => row.role === role.id && row['resource-set'] === set.id);
  if (before) return before;
  const now = orgNow(org);
  return org.store.roleAssignments.put({
    id: org.ids.next('irb'),
    role: role.id,
    'resource-set': set.id,
    label: role.label,
    type: 'CUSTOM',
    status: 'ACTIVE',
    created: now,
    lastUpdated: now,
    assignmentType,
    assigneeId,
  });
}

function assigneeOf(org: Org, url: string): { type: keyof typeof ASSIGNEES; id: string } {
  const [, kind, id = ''] = /\/(users|groups|clients)\/([^/]+)$/.exec(url) ?? [];
  if (kind === 'users' && org.store.users.get(id)) return { type: 'USER', id };
  if (kind === 'groups' && org.store.groups.get(id)) return { type: 'GROUP', id };
  if (kind === 'clients' && org.store.apps.find('clientId', id)) return { type: 'CLIENT', id };
  throw invalid('members', `members: Invalid member ${url}.`);
}
