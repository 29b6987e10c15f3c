/** `/api/v1/apps`: OIDC apps, their policy and their assignments. */
import { Hono } from 'hono';
import type { Application } from '../../../wire/application.ts';
import { type AppContext, type AppEnv, readJson, readJsonList } from '../../http/context.ts';
import { invalid } from '../../http/okta-error.ts';
import { page, pageFrom } from '../../http/paging.ts';
import type { Org } from '../../org.ts';
import type { AppGroupEntity, ApplicationEntity } from '../../store/entities.ts';
import { compileFilter } from '../filter.ts';
import { renderGroup } from '../groups.ts';
import { findPolicy } from '../policies/policies.ts';
import { bindApp } from '../policies/routes.ts';
import { renderUser } from '../users/render.ts';
import { createApp, deleteApp, findApp, replaceApp, setAppStatus } from './apps.ts';
import {
  type AppUserRow,
  appUsers,
  appUsersNamed,
  assignGroup,
  assignUser,
  findAppUser,
  findGroupAssignment,
  groupAssignments,
  isAssigned,
  patchGroupAssignment,
  renderAppUser,
  renderGroupAssignment,
  unassignGroup,
  unassignUser,
  updateAppUser,
} from './assignments.ts';
import { grantRoutes } from './grants.ts';
import { jwkRoutes } from './jwks.ts';
import { renderApp } from './render.ts';
import { appResourceRoutes } from './resources.ts';
import { secretRoutes } from './secrets.ts';

export function appRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/apps';
  const row = (c: AppContext) => findApp(org, c.req.param('id') ?? '');

  app.get(base, (c) => {
    const rows = pageFrom(c, { after: () => listApps(org, c) }, { defaultLimit: 20, maxLimit: 200 });
    return c.json(rows.map((item) => withUser(org, c, item)));
  });
  app.post(base, async (c) => {
    const created = createApp(org, await readJson(c), c.req.query('activate') !== 'false');
    return c.json(renderApp(org, created, c.get('baseUrl'), { withSecret: true }));
  });
  app.get(`${base}/:id`, (c) => c.json(withUser(org, c, row(c))));
  app.put(`${base}/:id`, async (c) => {
    const changed = replaceApp(org, row(c), await readJson(c));
    return c.json(renderApp(org, changed, c.get('baseUrl'), { withSecret: true }));
  });
  app.delete(`${base}/:id`, (c) => {
    deleteApp(org, row(c));
    return c.body(null, 204);
  });
  app.post(`${base}/:id/lifecycle/:verb{activate|deactivate}`, (c) => {
    setAppStatus(org, row(c), c.req.param('verb') === 'activate' ? 'ACTIVE' : 'INACTIVE');
    return c.json({});
  });
  app.put(`${base}/:id/policies/:policyId`, (c) => {
    assignPolicy(org, row(c), c.req.param('policyId'));
    return c.body(null, 204);
  });
  return app
    .route('/', groupAssignmentRoutes(org))
    .route('/', userAssignmentRoutes(org))
    .route('/', secretRoutes(org))
    .route('/', jwkRoutes(org))
    .route('/', grantRoutes(org))
    .route('/', appResourceRoutes(org));
}

/** Service apps sign nobody in: a policy is refused (recorded text, with the ids it names). */
function assignPolicy(org: Org, app: ApplicationEntity, policyId: string): void {
  const policy = findPolicy(org, policyId);
  if (app.settings.oauthClient?.application_type === 'service') {
    const text = `An invalid resource type ("${policy.id}") was supplied in the request body. Valid types include ${app.id}.`;
    throw invalid(text, {
      errorSummary: text,
      reason: 'INVALID_VALUE',
      location: 'resourceType',
      locationType: 'body',
      domain: 'policy',
    });
  }
  bindApp(org, policy, app.id);
}

/** `expand=user/{id}` shows the assignment of that user, where there is one. */
function withUser(org: Org, c: AppContext, row: ApplicationEntity): Application {
  const shown = renderApp(org, row, c.get('baseUrl'));
  const userId = /^user\/(.+)$/.exec(c.req.query('expand') ?? '')?.[1];
  if (userId === undefined || !isAssigned(org, row.id, userId)) return shown;
  const found = findAppUser(org, row, userId);
  return { ...shown, _embedded: { user: renderAppUser(found.row, found.scope, c.get('baseUrl')) } };
}

/** `q` is the start of name or label; `filter` sees users and groups by assignment. In order of creation. */
function* listApps(org: Org, c: AppContext): Generator<ApplicationEntity> {
  const { q, filter, after } = c.req.query();
  const test = filter === undefined ? undefined : compileFilter(filter, 'filter');
  const groupId = /^\s*group\.id eq "([^"]*)"\s*$/.exec(filter ?? '')?.[1];
  const rows =
    q === undefined || q === '' ? org.store.apps.after(after) : org.store.apps.startingWith(q.toLowerCase(), after);
  for (const row of rows) {
    if (groupId !== undefined && !org.store.appGroups.get(`${row.id}/${groupId}`)) continue;
    if (test === undefined || groupId !== undefined || test(filterView(org, row, filter ?? ''))) yield row;
  }
}

function filterView(org: Org, row: ApplicationEntity, filter: string): Record<string, unknown> {
  return {
    ...row,
    ...(filter.includes('group.id') ? { group: groupAssignments(org, row.id).map((a) => ({ id: a.groupId })) } : {}),
    ...(filter.includes('user.id') ? { user: [...appUsers(org, row)].map((user) => ({ id: user.id })) } : {}),
  };
}

function groupAssignmentRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/apps/:id/groups';
  const row = (c: AppContext) => findApp(org, c.req.param('id') ?? '');
  const groupId = (c: AppContext) => c.req.param('groupId') ?? '';

  const show = (c: AppContext, item: AppGroupEntity) => {
    const shown = renderGroupAssignment(item, c.get('baseUrl'));
    const group = c.req.query('expand') === 'group' ? org.store.groups.get(item.groupId) : undefined;
    return group ? { ...shown, _embedded: { group: renderGroup(group, c.get('baseUrl')) } } : shown;
  };

  app.get(base, (c) => {
    const q = c.req.query('q')?.toLowerCase() ?? '';
    const named = groupAssignments(org, row(c).id).filter((item) =>
      (org.store.groups.get(item.groupId)?.profile.name ?? '').toLowerCase().startsWith(q),
    );
    const cursorOf = (item: { id: string }) => item.id.slice(item.id.indexOf('/') + 1);
    return c.json(page(c, named, { defaultLimit: 20, maxLimit: 200, cursorOf }).map((item) => show(c, item)));
  });
  app.get(`${base}/:groupId`, (c) => c.json(show(c, findGroupAssignment(org, row(c).id, groupId(c)))));
  app.put(`${base}/:groupId`, async (c) => {
    const assigned = assignGroup(org, row(c), groupId(c), await readJson(c));
    return c.json(renderGroupAssignment(assigned, c.get('baseUrl')));
  });
  app.patch(`${base}/:groupId`, async (c) => {
    const assigned = patchGroupAssignment(org, row(c), groupId(c), await readJsonList(c));
    return c.json(renderGroupAssignment(assigned, c.get('baseUrl')));
  });
  app.delete(`${base}/:groupId`, (c) => {
    unassignGroup(org, row(c).id, groupId(c));
    return c.body(null, 204);
  });
  return app;
}

function userAssignmentRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/apps/:id/users';
  const row = (c: AppContext) => findApp(org, c.req.param('id') ?? '');

  const show = (c: AppContext, item: AppUserRow) => {
    const shown = renderAppUser(item.row, item.scope, c.get('baseUrl'));
    const user = c.req.query('expand') === 'user' ? org.store.users.get(item.id) : undefined;
    return user ? { ...shown, _embedded: { user: renderUser(user, c.get('baseUrl'), 'list') } } : shown;
  };

  app.get(base, (c) => {
    const app = row(c);
    const q = c.req.query('q')?.toLowerCase() ?? '';
    const after = (cursor: string | undefined) => appUsersNamed(org, app, q, cursor);
    return c.json(pageFrom(c, { after }, { defaultLimit: 50, maxLimit: 500 }).map((item) => show(c, item)));
  });
  app.post(base, async (c) => {
    return c.json(renderAppUser(assignUser(org, row(c), await readJson(c)), 'USER', c.get('baseUrl')));
  });
  app.get(`${base}/:userId`, (c) => c.json(show(c, findAppUser(org, row(c), c.req.param('userId')))));
  app.post(`${base}/:userId`, async (c) => {
    const user = updateAppUser(org, row(c), c.req.param('userId'), await readJson(c));
    return c.json(renderAppUser(user.row, user.scope, c.get('baseUrl')));
  });
  app.delete(`${base}/:userId`, (c) => {
    unassignUser(org, row(c), c.req.param('userId'));
    return c.body(null, 204);
  });
  return app;
}
