/**
 * Browser sessions: the `idx` cookie that a finished sign-in leaves, and what `/authorize` and the pipeline find by it. How
 * long one lives, idle and at all, is the global session policy's to say.
 */

import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { GlobalSessionDecision } from '../../policy/index.ts';
import { hasAdminRole } from '../http/auth.ts';
import type { AppContext } from '../http/context.ts';
import { toBeRemembered } from '../idx/devices.ts';
import type { SignInTransaction } from '../idx/transaction.ts';
import type { Org } from '../org.ts';
import { dropExpired } from '../store/expiry.ts';
import { cookiePlace } from './cookie-place.ts';
import type { AuthenticationFacts, Session } from './grants.ts';

const COOKIE = 'idx';
/** Default of the global session policy rule (recorded): two hours idle. */
const IDLE_MINUTES = 120;
/** A persistent cookie without an end of its own; browsers keep none longer. */
const YEAR_SECONDS = 365 * 86_400;

/** A session to be started. */
export type SessionFacts = Omit<Session, 'id' | 'expiresAt' | 'endsAt'> & { lifetimeMs?: number };

/**
 * What a finished sign-in makes of its browser session. It outlives the browser when the rule allows that and the user
 * asked for it; sessions of admins never do (OpenAPI 2026.06.3, support article on persistent cookies).
 */
export function sessionFacts(
  org: Org,
  proof: AuthenticationFacts,
  transaction: SignInTransaction,
  { action }: GlobalSessionDecision,
): SessionFacts {
  const { maxSessionIdleMinutes = IDLE_MINUTES, maxSessionLifetimeMinutes = 0 } = action?.session ?? {};
  return {
    ...proof,
    factors: transaction.verified,
    idleMs: maxSessionIdleMinutes * 60_000,
    ...(maxSessionLifetimeMinutes > 0 ? { lifetimeMs: maxSessionLifetimeMinutes * 60_000 } : {}),
    persistent:
      action?.session?.usePersistentCookie === true &&
      toBeRemembered(transaction, action) &&
      !hasAdminRole(org, proof.userId),
  };
}

/**
 * Remembers a sign-in in the browser, if the client is one. The same person's session goes on, its end where it was; that
 * of somebody else is over. Node clients ignore the cookie.
 */
export function startSession(c: AppContext, org: Org, { lifetimeMs, ...facts }: SessionFacts): void {
  const now = org.clock.now();
  dropExpired(org.store.sessions, now);
  const before = currentSession(c, org);
  const same = before?.userId === facts.userId ? before : undefined;
  if (before && !same) org.store.sessions.delete(before.id);
  const endsAt = same ? same.endsAt : lifetimeMs === undefined ? undefined : now + lifetimeMs;
  const session = org.store.sessions.put({
    ...facts,
    id: same?.id ?? org.ids.opaque(40),
    expiresAt: Math.min(now + facts.idleMs, endsAt ?? Number.MAX_SAFE_INTEGER),
    ...(endsAt === undefined ? {} : { endsAt }),
  });
  setCookie(c, COOKIE, session.id, { ...cookiePlace(c), ...(facts.persistent ? { maxAge: YEAR_SECONDS } : {}) });
}

/** The live session of this browser, its idle time renewed. */
export function currentSession(c: AppContext, org: Org): Session | undefined {
  const id = getCookie(c, COOKIE);
  const session = id === undefined ? undefined : org.store.sessions.get(id);
  if (!session || session.expiresAt <= org.clock.now()) return undefined;
  if (org.store.users.get(session.userId)?.status !== 'ACTIVE') return undefined;
  return renewSession(org, session);
}

/** Moves the end of a session as each use of it does: by its idle time, not beyond the end of its lifetime. */
export function renewSession(org: Org, session: Session): Session {
  const idle = org.clock.now() + session.idleMs;
  return org.store.sessions.patch(session.id, { expiresAt: Math.min(idle, session.endsAt ?? idle) });
}

export function endSession(c: AppContext, org: Org): void {
  const id = getCookie(c, COOKIE);
  if (id === undefined) return;
  org.store.sessions.delete(id);
  deleteCookie(c, COOKIE, cookiePlace(c));
}
