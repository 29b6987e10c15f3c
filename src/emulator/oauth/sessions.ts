/** Browser sessions: the `idx` cookie that a finished sign-in leaves, and what `/authorize` finds by it. */

import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { AppContext } from '../http/context.ts';
import type { Org } from '../org.ts';
import { dropExpired } from '../store/expiry.ts';
import type { Session } from './grants.ts';

const COOKIE = 'idx';
/** Default of the global session policy rule (recorded): two hours idle. */
const SESSION_MS = 120 * 60_000;

/** Remembers a sign-in in the browser, if the client is one. Node clients ignore the cookie. */
export function startSession(c: AppContext, org: Org, facts: Omit<Session, 'id' | 'expiresAt'>): void {
  dropExpired(org.store.sessions, org.clock.now());
  const session = org.store.sessions.put({ ...facts, id: org.ids.opaque(40), expiresAt: org.clock.now() + SESSION_MS });
  setCookie(c, COOKIE, session.id, { path: '/', httpOnly: true, sameSite: 'Lax' });
}

/** The live session of this browser, its idle time renewed. */
export function currentSession(c: AppContext, org: Org): Session | undefined {
  const id = getCookie(c, COOKIE);
  const session = id === undefined ? undefined : org.store.sessions.get(id);
  if (!session || session.expiresAt <= org.clock.now()) return undefined;
  if (org.store.users.get(session.userId)?.status !== 'ACTIVE') return undefined;
  return org.store.sessions.patch(session.id, { expiresAt: org.clock.now() + SESSION_MS });
}

export function endSession(c: AppContext, org: Org): void {
  const id = getCookie(c, COOKIE);
  if (id === undefined) return;
  org.store.sessions.delete(id);
  deleteCookie(c, COOKIE, { path: '/' });
}
