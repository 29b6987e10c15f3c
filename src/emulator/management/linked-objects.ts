/**
 * `/api/v1/meta/schemas/user/linkedObjects`: relations between users, as of manager and subordinate, and who stands in
 * them (OpenAPI 2026.06.3). An associated user has one primary user, who has any number of them.
 */
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { link } from '../http/links.ts';
import { invalid, notFound, OktaError } from '../http/okta-error.ts';
import type { Org } from '../org.ts';
import type { LinkedObjectEntity, LinkedObjectSide } from '../store/entities.ts';
import { type Json, oneOf, record, requiredText, text } from './input.ts';
import { userOf } from './users/users.ts';

const BASE = '/api/v1/meta/schemas/user/linkedObjects';
const VALUES = '/api/v1/users/:userId/linkedObjects/:name';

export function linkedObjectRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const find = (c: AppContext) => findRelation(org, c.req.param('name') ?? '');

  app.get(BASE, (c) => c.json(org.store.linkedObjects.values().map((row) => render(row, c.get('baseUrl')))));
  app.post(BASE, async (c) => {
    const body = await readJson(c);
    const primary = readSide('primary', body);
    const row = { id: primary.name, primary, associated: readSide('associated', body) };
    assertNamesFree(org, row);
    return c.json(render(org.store.linkedObjects.put(row), c.get('baseUrl')), 201);
  });
  app.get(`${BASE}/:name`, (c) => c.json(render(find(c), c.get('baseUrl'))));
  // Who stood in the relation does so no longer.
  app.delete(`${BASE}/:name`, (c) => {
    const row = find(c);
    for (const value of org.store.userLinks.filter((one) => one.relation === row.id)) {
      org.store.userLinks.delete(value.id);
    }
    org.store.linkedObjects.delete(row.id);
    return c.body(null, 204);
  });
  return app.route('/', valueRoutes(org));
}

function valueRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  /** The relation by the name of its primary side: links are set and removed from the associated user's end. */
  const primary = (c: AppContext) => {
    const row = findRelation(org, c.req.param('name') ?? '');
    if (row.primary.name !== c.req.param('name')) throw notFound(row.associated.name, 'LinkedObject');
    return row;
  };

  app.put(`${VALUES}/:primaryUserId`, (c) => {
    const [user, relation] = [userOf(org, c), primary(c).id];
    const to = org.store.users.get(c.req.param('primaryUserId'));
    if (!to) throw notFound(c.req.param('primaryUserId'), 'User');
    // named assumption `refusal-texts`
    if (to.id === user.id) throw invalid('linkedObjects', 'A user cannot be linked to himself.');
    org.store.userLinks.put({ id: `${relation}/${user.id}`, relation, associatedId: user.id, primaryId: to.id });
    return c.body(null, 204);
  });
  app.get(VALUES, (c) => {
    const user = userOf(org, c);
    const { id: relation, associated } = findRelation(org, c.req.param('name'));
    const ids =
      associated.name === c.req.param('name')
        ? org.store.userLinks
            .findAll('primaryId', user.id)
            .flatMap((one) => (one.relation === relation ? [one.associatedId] : []))
        : [org.store.userLinks.get(`${relation}/${user.id}`)?.primaryId ?? []].flat();
    const self = (id: string) => link(`${c.get('baseUrl')}/api/v1/users/${id}`);
    return c.json(ids.map((id) => ({ _links: { self: self(id) } })));
  });
  app.delete(VALUES, (c) => {
    const [user, relation] = [userOf(org, c), primary(c).id];
    org.store.userLinks.delete(`${relation}/${user.id}`);
    return c.body(null, 204);
  });
  return app;
}

/** By the name of either side. */
function findRelation(org: Org, name: string): LinkedObjectEntity {
  const row = org.store.linkedObjects.values().find((one) => one.primary.name === name || one.associated.name === name);
  if (!row) throw notFound(name, 'LinkedObject');
  return row;
}

/** Takes a user out of every relation. */
export function unlinkUser(org: Org, userId: string): void {
  const { userLinks } = org.store;
  for (const { id } of [...userLinks.findAll('primaryId', userId), ...userLinks.findAll('associatedId', userId)]) {
    userLinks.delete(id);
  }
}

function readSide(side: 'primary' | 'associated', body: Json): LinkedObjectSide {
  const given = record(body[side]);
  if (!given) throw invalid(side, `${side}: The field cannot be left blank`);
  const name = requiredText('name', given.name);
  if (!/^[A-Za-z_]\w*$/.test(name)) throw invalid('name', 'name: must hold letters, digits and underscores only.');
  return {
    name,
    title: requiredText('title', given.title),
    description: text(given.description) ?? null,
    type: oneOf(given.type, ['USER'] as const) ?? 'USER',
  };
}

/** 409 is documented; the text is of the named assumption `refusal-texts`. */
function assertNamesFree(org: Org, { primary, associated }: LinkedObjectEntity): void {
  const taken = org.store.linkedObjects.values().flatMap((row) => [row.primary.name, row.associated.name]);
  if (primary.name !== associated.name && ![primary.name, associated.name].some((name) => taken.includes(name))) return;
  throw new OktaError(409, 'E0000001', 'Api validation failed: name', [
    'name: An object with this field already exists in the current organization',
  ]);
}

function render({ id, ...row }: LinkedObjectEntity, baseUrl: string): Json {
  return { ...row, _links: { self: link(`${baseUrl}${BASE}/${id}`) } };
}
