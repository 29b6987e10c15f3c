/**
 * `/api/v1/sessions`: browser sessions. Admins name one by its id; a browser its own as `me`, by the cookie and with no
 * token at all, which is what okta-auth-js does to learn whether somebody is signed in, and to sign them out.
 */
import { Hono } from 'hono';
import { oktaDate } from '../../shared/clock.ts';
import type { AppContext, AppEnv } from '../http/context.ts';
import { link } from '../http/links.ts';
import { notFound } from '../http/okta-error.ts';
import type { Session } from '../oauth/grants.ts';
import { currentSession, endSession, renewSession } from '../oauth/sessions.ts';
import type { Org } from '../org.ts';

const BASE = '/api/v1/sessions';

/** Mounted before the API asks for a token. Without a live session: 404 for `me` (as Okta's users quote it). */
export function currentSessionRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const find = (c: AppContext) => {
    const row = currentSession(c, org);
    if (!row) throw notFound('me', 'Session');
    return row;
  };

  app.get(`${BASE}/me`, (c) => c.json(render(org, find(c), c.get('baseUrl'))));
  app.post(`${BASE}/me/lifecycle/refresh`, (c) => c.json(render(org, find(c), c.get('baseUrl'))));
  app.delete(`${BASE}/me`, (c) => {
    find(c);
    endSession(c, org);
    return c.body(null, 204);
  });
  return app;
}

export function sessionRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const find = (c: AppContext) => {
    const id = c.req.param('sessionId') ?? '';
    const row = org.store.sessions.get(id);
    if (!row || row.expiresAt <= org.clock.now()) throw notFound(id, 'Session');
    return row;
  };

  app.get(`${BASE}/:sessionId`, (c) => c.json(render(org, find(c), c.get('baseUrl'))));
  app.post(`${BASE}/:sessionId/lifecycle/refresh`, (c) => {
    return c.json(render(org, renewSession(org, find(c)), c.get('baseUrl')));
  });
  app.delete(`${BASE}/:sessionId`, (c) => {
    org.store.sessions.delete(find(c).id);
    return c.body(null, 204);
  });
  return app;
}

function render(org: Org, row: Session, baseUrl: string) {
  const login = org.store.users.get(row.userId)?.profile.login;
  const self = `${baseUrl}${BASE}/${row.id}`;
  const authenticated = oktaDate(row.authTime * 1000);
  return {
    id: row.id,
    userId: row.userId,
    login: login ?? null,
    createdAt: authenticated,
    expiresAt: oktaDate(row.expiresAt),
    status: 'ACTIVE',
    lastPasswordVerification: row.amr.includes('pwd') ? authenticated : null,
    lastFactorVerification: row.amr.includes('mfa') ? authenticated : null,
    amr: row.amr,
    idp: { id: org.store.org.id, type: 'OKTA' },
    mfaActive: row.amr.includes('mfa'),
    _links: {
      self: link(self, 'GET', 'DELETE'),
      refresh: link(`${self}/lifecycle/refresh`, 'POST'),
      user: { name: login ?? '', ...link(`${baseUrl}/api/v1/users/${row.userId}`, 'GET') },
    },
  };
}
