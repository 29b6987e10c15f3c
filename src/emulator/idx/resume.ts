/**
 * A sign-in that begins in a browser with a session: what is still fresh is not asked for again, and who it is is known
 * (named assumption `session-resumed-at-introspect`).
 */
import type { AppContext } from '../http/context.ts';
import { isAssigned } from '../oauth/assignment.ts';
import { currentSession } from '../oauth/sessions.ts';
import type { Org } from '../org.ts';
import { move, type Outcome } from './move.ts';
import { refusals } from './refusals.ts';
import { freshFactors } from './session-standing.ts';
import { appOf } from './situation.ts';
import type { SignInTransaction } from './transaction.ts';

export async function resumeBySession(c: AppContext, org: Org, transaction: SignInTransaction): Promise<Outcome> {
  const untouched = transaction.step === 'identify' && transaction.identifier === undefined;
  if (!untouched || transaction.hosted?.fresh === true) return { transaction };
  const session = currentSession(c, org);
  const user = session && org.store.users.get(session.userId);
  if (!session || !user) return { transaction };
  const app = appOf(org, transaction);
  if (!isAssigned(org, app, user.id)) throw refusals.sessionNotAssigned();
  const verified = freshFactors(org, app, session, transaction);
  const known = { ...transaction, userId: user.id, identifier: user.profile.login, verified };
  return move(org, known, verified.length > 0 ? 'resumed' : 'identified');
}
