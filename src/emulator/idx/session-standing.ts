/** Whether what a browser session proved, and how long ago, is enough for an app. */
import { accessDenied, assessSignIn, decide } from '../../policy/index.ts';
import { isAssigned } from '../oauth/assignment.ts';
import type { Session } from '../oauth/grants.ts';
import type { Org } from '../org.ts';
import type { ApplicationEntity } from '../store/entities.ts';
import { type ClientFacts, signInContext } from './client.ts';
import { signInRules } from './situation.ts';

export type Standing = 'enough' | 'notAssigned' | 'denied' | 'signInNeeded';

export function sessionStanding(org: Org, app: ApplicationEntity, session: Session, client: ClientFacts): Standing {
  const user = org.store.users.get(session.userId);
  if (user?.status !== 'ACTIVE') return 'signInNeeded';
  if (!isAssigned(org, app, user.id)) return 'notAssigned';
  const rules = signInRules(org, app);
  const person = { id: user.id, groupIds: [...org.store.memberships.leftsOf(user.id)], userTypeId: user.type.id };
  const decisions = decide(rules, person, signInContext(org, client, app.id));
  if (accessDenied(decisions)) return 'denied';
  const validMs = durationMs(decisions.appSignIn.action?.verificationMethod.reauthenticateIn);
  const fresh = session.factors.filter((factor) => factor.at + validMs > org.clock.now());
  return assessSignIn(rules, decisions, [], fresh).state === 'satisfied' ? 'enough' : 'signInNeeded';
}

/** An ISO 8601 duration of days, hours, minutes and seconds (`PT2H`, `PT0S`) in milliseconds; absent: no limit. */
function durationMs(duration: string | undefined): number {
  if (duration === undefined) return Number.POSITIVE_INFINITY;
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration);
  if (!match) return 0;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return ((((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000;
}
