/** `/api/v1/users`. `{id}` is an id, a login, or `me`. */
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readJson } from '../../http/context.ts';
import { OktaError } from '../../http/okta-error.ts';
import { page } from '../../http/paging.ts';
import type { Org } from '../../org.ts';
import type { UserEntity } from '../../store/entities.ts';
import { compileFilter } from '../filter.ts';
import { renderGroup } from '../groups.ts';
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
import { createUser, groupIdsOf, updateUser, userOf } from './users.ts';

export function userRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/users';
  const one = (c: AppContext, row: UserEntity) => {
    c.header('ETag', etagOf(row));
    return c.json(renderUser(row, c.get('baseUrl'), 'one'));
  };

  app.get(base, (c) => {
    const rows = page(c, search(org, c), { defaultLimit: c.req.query('q') === undefined ? 200 : 10, maxLimit: 200 });
    return c.json(rows.map((row) => renderUser(row, c.get('baseUrl'), 'list')));
  });
  app.post(base, async (c) => {
    const row = await createUser(org, await readJson(c), {
      activate: c.req.query('activate') !== 'false',
      changePassword: c.req.query('nextLogin') === 'changePassword',
    });
    return one(c, row);
  });
  app.get(`${base}/:userId`, (c) => one(c, userOf(org, c)));
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
    endSessions(org, userOf(org, c).id, c.req.query('oauthTokens') === 'true');
    return c.body(null, 204);
  });
  return app.route('/', lifecycleRoutes(org)).route('/', factorRoutes(org));
}

function lifecycleRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/users/:userId/lifecycle';
  const silent = (c: AppContext) => c.req.query('sendEmail') === 'false';

  app.post(`${base}/activate`, (c) => {
    activateUser(org, userOf(org, c));
    return c.json(silent(c) ? activationLink(org, c.get('baseUrl')) : {});
  });
  app.post(`${base}/reactivate`, (c) => {
    reactivateUser(userOf(org, c));
    return c.json(silent(c) ? activationLink(org, c.get('baseUrl')) : {});
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
  app.post(`${base}/expire_password`, (c) => {
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

/** A list without filter or search leaves deactivated users out. */
function search(org: Org, c: AppContext): UserEntity[] {
  const { q, filter, search: expression } = c.req.query();
  if (expression !== undefined && (filter !== undefined || q !== undefined)) {
    throw new OktaError(400, 'E0000033', "Can't specify a search query and filter in the same request.");
  }
  if (expression !== undefined) return org.store.users.filter(compileFilter(expression, 'search'));
  const test = filter === undefined ? undefined : compileFilter(filter, 'filter');
  if (test) return org.store.users.filter(test);
  const start = q?.toLowerCase();
  return org.store.users.filter(
    ({ status, profile }) =>
      status !== 'DEPROVISIONED' &&
      (start === undefined ||
        [profile.firstName, profile.lastName, profile.email].some((text) => text?.toLowerCase().startsWith(start))),
  );
}
