/** `/api/v1/users`. `{id}` is an id, a login, or `me`. */

import { Hono } from 'hono';
import { foldedLogin } from '../../../shared/login.ts';
import { type AppContext, type AppEnv, readJson } from '../../http/context.ts';
import { OktaError } from '../../http/okta-error.ts';
import { type LongList, page, pageFrom } from '../../http/paging.ts';
import { forgetDevices } from '../../idx/devices.ts';
import type { Org } from '../../org.ts';
import type { UserEntity } from '../../store/entities.ts';
import { compileFilter } from '../filter.ts';
import { renderGroup } from '../groups.ts';
import { sortedSearch } from '../sorting.ts';
import { enrollmentRoutes } from './authenticator-enrollments.ts';
import { credentialRoutes, expireWithTemporary } from './credentials.ts';
import { factorRoutes } from './factor-routes.ts';
import {
  activateUser,
  activationLink,
  deactivateUser,
  deleteUser,
  endSessions,
  expirePassword,
  reactivateUser,
  resetFactors,
  suspendUser,
  unlockUser,
  unsuspendUser,
} from './lifecycle.ts';
import { etagOf, renderUser } from './render.ts';
import { blocksOf, resourceRoutes } from './resources.ts';
import { createUser, groupIdsOf, updateUser, userOf } from './users.ts';

export function userRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/users';
  const one = (c: AppContext, row: UserEntity) => {
    c.header('ETag', etagOf(row));
    return c.json(renderUser(row, c.get('baseUrl'), 'one'));
  };

  app.get(base, (c) => {
    const defaultLimit = c.req.query('q') === undefined ? 200 : 10;
    const rows = pageFrom(c, listUsers(org, c), { defaultLimit, maxLimit: 200 });
    return c.json(rows.map((row) => renderUser(row, c.get('baseUrl'), 'list')));
  });
  app.post(base, async (c) => {
    const row = await createUser(org, await readJson(c), {
      activate: c.req.query('activate') !== 'false',
      changePassword: c.req.query('nextLogin') === 'changePassword',
      provider: c.req.query('provider') === 'true',
    });
    return one(c, row);
  });
  app.get(`${base}/:userId`, (c) => {
    const row = userOf(org, c);
    if (c.req.query('expand') !== 'blocks') return one(c, row);
    c.header('ETag', etagOf(row));
    return c.json({ ...renderUser(row, c.get('baseUrl'), 'one'), _embedded: { blocks: blocksOf(row) } });
  });
  app.put(`${base}/:userId`, async (c) => {
    const row = matched(c, userOf(org, c));
    return one(c, await updateUser(org, row, await readJson(c), 'replace'));
  });
  app.post(`${base}/:userId`, async (c) => {
    const row = matched(c, userOf(org, c));
    return one(c, await updateUser(org, row, await readJson(c), 'merge'));
  });
  app.delete(`${base}/:userId`, (c) => {
    deleteUser(org, userOf(org, c));
    return c.body(null, 204);
  });
  app.get(`${base}/:userId/groups`, (c) => {
    const groups = groupIdsOf(org, userOf(org, c).id).flatMap((id) => org.store.groups.get(id) ?? []);
    return c.json(
      page(c, groups, { defaultLimit: 200, maxLimit: 200 }).map((row) => renderGroup(row, c.get('baseUrl'))),
    );
  });
  app.delete(`${base}/:userId/sessions`, (c) => {
    const { id } = userOf(org, c);
    endSessions(org, id, c.req.query('oauthTokens') === 'true');
    if (c.req.query('forgetDevices') !== 'false') forgetDevices(org, id);
    return c.body(null, 204);
  });
  return app
    .route('/', lifecycleRoutes(org))
    .route('/', credentialRoutes(org))
    .route('/', factorRoutes(org))
    .route('/', enrollmentRoutes(org))
    .route('/', resourceRoutes(org));
}

function lifecycleRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/users/:userId/lifecycle';
  const silent = (c: AppContext) => c.req.query('sendEmail') === 'false';

  app.post(`${base}/activate`, (c) => {
    activateUser(org, userOf(org, c));
    return c.json(silent(c) ? activationLink(org, userOf(org, c), c.get('baseUrl')) : {});
  });
  app.post(`${base}/reactivate`, (c) => {
    reactivateUser(userOf(org, c));
    return c.json(silent(c) ? activationLink(org, userOf(org, c), c.get('baseUrl')) : {});
  });
  const plain: Record<string, (org: Org, row: UserEntity) => void> = {
    deactivate: deactivateUser,
    suspend: suspendUser,
    unsuspend: unsuspendUser,
    unlock: unlockUser,
    reset_factors: resetFactors,
  };
  for (const [verb, change] of Object.entries(plain)) {
    app.post(`${base}/${verb}`, (c) => {
      change(org, userOf(org, c));
      return c.json({});
    });
  }
  app.post(`${base}/expire_password`, async (c) => {
    if (c.req.query('tempPassword') === 'true') {
      return c.json({ tempPassword: await expireWithTemporary(org, userOf(org, c)) });
    }
    return c.json(renderUser(expirePassword(org, userOf(org, c)), c.get('baseUrl'), 'one'));
  });
  return app;
}

/** `If-Match` guards against overwriting what somebody else changed meanwhile. */
function matched(c: AppContext, row: UserEntity): UserEntity {
  const expected = c.req.header('If-Match');
  if (expected !== undefined && expected !== etagOf(row)) {
    throw new OktaError(
      412,
      'E0000231',
      'The resource has been modified since it was last retrieved. Retrieve it again and retry.',
    );
  }
  return row;
}

/**
 * A list without filter or search leaves deactivated users out. An equality on login, email or id is found by its index;
 * any other expression looks at everybody.
 */
function listUsers(org: Org, c: AppContext): LongList<UserEntity> {
  const { q, filter, search: expression } = c.req.query();
  if (expression !== undefined && (filter !== undefined || q !== undefined)) {
    throw new OktaError(400, 'E0000033', "Can't specify a search query and filter in the same request.");
  }
  const test = testOf(expression, filter);
  const sorted = test && sortedSearch(c, org.store.users, test);
  if (sorted) return sorted;
  const { users } = org.store;
  if (test) {
    return { after: (id) => matching(indexed(org, expression ?? filter ?? '', id) ?? users.after(id), test) };
  }
  const rows = (id: string | undefined) =>
    q === undefined || q === '' ? users.after(id) : users.startingWith(q.toLowerCase(), id);
  return { after: (id) => matching(rows(id), ({ status }) => status !== 'DEPROVISIONED') };
}

function testOf(search: string | undefined, filter: string | undefined): ((row: UserEntity) => boolean) | undefined {
  if (search !== undefined) return compileFilter(search, 'search');
  return filter === undefined ? undefined : compileFilter(filter, 'filter');
}

function* matching(rows: Iterable<UserEntity>, test: (row: UserEntity) => boolean): Generator<UserEntity> {
  for (const row of rows) if (test(row)) yield row;
}

/** The few rows that an expression of one equality can mean; undefined when no index knows. */
function indexed(org: Org, expression: string, after: string | undefined): UserEntity[] | undefined {
  const match = /^\s*(id|profile\.login|profile\.email) eq "([^"\\]*)"\s*$/i.exec(expression);
  if (!match) return undefined;
  const [, attribute = '', value = ''] = match;
  // A page behind the one row, or rows, that there are: nothing.
  if (after !== undefined) return [];
  if (attribute.toLowerCase() === 'id') return [org.store.users.get(value)].filter((row) => row !== undefined);
  if (attribute.toLowerCase() === 'profile.email') return org.store.users.findAll('email', value.toLowerCase());
  // In a search marks count, other than between logins (OpenAPI 2026.06.3, listUsers).
  const alike = org.store.users.findAll('login', foldedLogin(value));
  return alike.filter((row) => row.profile.login.toLowerCase() === value.toLowerCase());
}
