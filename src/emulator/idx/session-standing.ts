/** What a browser session is worth at an app: which of its factors are still fresh, and whether they are enough. */
import { type AcrValue, accessDenied, assessSignIn, decide } from '../../policy/index.ts';
import { isAssigned } from '../oauth/assignment.ts';
import type { Session } from '../oauth/grants.ts';
import type { Org } from '../org.ts';
import type { ApplicationEntity } from '../store/entities.ts';
import { type ClientFacts, signInContext } from './client.ts';
import { enrollmentsOf } from './enrollments.ts';
import { signInRules } from './policies.ts';

/** What the request adds: who asks, and how old a sign-in may be at most (`max_age`, seconds; -1 for any age). */
export interface SessionRequest {
  client?: ClientFacts;
  maxAge: number;
  /** What the app asks for beyond its policies. */
  acr?: AcrValue;
}

export type Standing = 'enough' | 'notAssigned' | 'denied' | 'signInNeeded';

export function sessionStanding(org: Org, app: ApplicationEntity, session: Session, request: SessionRequest): Standing {
  const user = org.store.users.get(session.userId);
  if (user?.status !== 'ACTIVE') return 'signInNeeded';
  if (!isAssigned(org, app, user.id)) return 'notAssigned';
  const { rules, decisions } = decisionsFor(org, app, session, request);
  if (accessDenied(decisions)) return 'denied';
  const fresh = freshFactors(org, app, session, request);
  const enrolled = enrollmentsOf(org, user).flatMap(({ key, methods }) => methods.map((method) => ({ key, method })));
  const { state } = assessSignIn(rules, decisions, enrolled, fresh, request.acr);
  return state === 'satisfied' ? 'enough' : 'signInNeeded';
}

/** The factors of a session that need not be verified again, by the app's rule, the org's MFA lifetime and `max_age`. */
export function freshFactors(
  org: Org,
  app: ApplicationEntity,
  session: Session,
  request: SessionRequest,
): Session['factors'] {
  const { decisions } = decisionsFor(org, app, session, request);
  const byRule = durationMs(decisions.appSignIn.action?.verificationMethod?.reauthenticateIn);
  const validMs = request.maxAge >= 0 ? Math.min(byRule, request.maxAge * 1000) : byRule;
  // the password starts the session; what the org's MFA lifetime is about is the factor beside it
  const { factorMinutes } = decisions.globalSession;
  const byOrg = factorMinutes === undefined ? Number.POSITIVE_INFINITY : factorMinutes * 60_000;
  return session.factors.filter(({ key, at }) => {
    const limit = key === 'okta_password' ? validMs : Math.min(validMs, byOrg);
    return at + limit > org.clock.now();
  });
}

function decisionsFor(org: Org, app: ApplicationEntity, { userId }: Session, { client }: SessionRequest) {
  const rules = signInRules(org, app);
  const userTypeId = org.store.users.get(userId)?.type.id;
  const person = {
    id: userId,
    groupIds: [...org.store.memberships.leftsOf(userId)],
    ...(userTypeId === undefined ? {} : { userTypeId }),
  };
  return { rules, decisions: decide(rules, person, signInContext(org, client, { appId: app.id, userId })) };
}

/** An ISO 8601 duration of days, hours, minutes and seconds (`PT2H`, `PT0S`) in milliseconds; absent: no limit. */
function durationMs(duration: string | undefined): number {
  if (duration === undefined) return Number.POSITIVE_INFINITY;
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration);
  if (!match) return 0;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return ((((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000;
}
