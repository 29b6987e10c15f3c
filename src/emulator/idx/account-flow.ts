/** The ways off the first screen that are not signing in: forgotten password, locked account, new account. */

import { foldedLogin } from '../../shared/login.ts';
import type { Org } from '../org.ts';
import { type AuthenticatorChoice, challenge } from './flow.ts';
import { move, type Outcome, stillThere, turn, withCurrent } from './move.ts';
import { newPush } from './okta-verify.ts';
import { refusals } from './refusals.ts';
import { registerUser, registrationOffered } from './registration.ts';
import { unlockAuthenticators } from './self-service.ts';
import { appOf, situationOf } from './situation.ts';
import type { SignInTransaction } from './transaction.ts';

/** Forgot the password: at the first screen it asks who, at the password's own screen it is known. */
export async function recover(org: Org, transaction: SignInTransaction): Promise<Outcome> {
  const changed: SignInTransaction = { ...transaction, purpose: 'recovery' };
  if (transaction.step === 'identify') return turn(org, changed, 'recoveryAsked');
  if (transaction.step !== 'challengePassword' || transaction.verified.length > 0) throw refusals.badRequest();
  return move(org, changed, 'recoveryAsked');
}

export function beginUnlock(org: Org, transaction: SignInTransaction): Outcome {
  if (unlockAuthenticators(org).length === 0) throw refusals.unlockNotAllowed();
  return turn(org, { ...transaction, purpose: 'unlock' }, 'unlockAsked');
}

/** The unlock form names the user and how to reach them in one; after it comes a challenge like every other. */
export async function challengeForUnlock(
  org: Org,
  transaction: SignInTransaction,
  identifier: string | undefined,
  choice: AuthenticatorChoice,
): Promise<Outcome> {
  if (transaction.step !== 'selectUnlock') return challenge(org, transaction, choice);
  if (!identifier) throw refusals.badRequest();
  const typed = org.store.transactions.patch(transaction.id, { identifier });
  const user = org.store.users.find('login', foldedLogin(identifier.trim()));
  if (!user) throw refusals.unknownUser(identifier);
  const authenticator = unlockAuthenticators(org).find((one) => one.id === choice.id);
  if (!authenticator) throw refusals.badRequest();
  const { key } = authenticator;
  const known: SignInTransaction = { ...typed, userId: user.id };
  // what the user's own policy says of it, now that it is known whose
  const { candidates, refusal } = situationOf(org, known);
  if (refusal) throw refusal;
  const methods = candidates.find((one) => one.key === key)?.methods ?? [];
  if (key === 'phone_number' && choice.methodType === undefined && methods.length > 0) {
    return move(org, withCurrent(known, { key }), 'authenticatorChosen');
  }
  const method = methods.find((one) => one === (choice.methodType ?? methods[0]));
  if (!method) throw refusals.unlockNotAllowed();
  const push = method === 'push' ? { push: newPush(org, user.id) } : {};
  return move(org, withCurrent(known, { key, method, ...push }), 'methodChosen');
}

export function beginRegistration(org: Org, transaction: SignInTransaction): Outcome {
  if (!registrationOffered(org, appOf(org, transaction))) throw refusals.registrationOff();
  return turn(org, transaction, 'registrationAsked');
}

/** Back to the first screen from the registration form. */
export function backToIdentify(org: Org, transaction: SignInTransaction): Outcome {
  return turn(org, transaction, 'identifyAsked');
}

export async function register(
  org: Org,
  transaction: SignInTransaction,
  profile: Readonly<Record<string, unknown>>,
): Promise<Outcome> {
  if (transaction.step !== 'enrollProfile') throw refusals.badRequest();
  const user = await registerUser(org, appOf(org, transaction), profile);
  const present = stillThere(org, transaction);
  const identifier = user.profile.login;
  return move(org, { ...present, userId: user.id, identifier, purpose: 'registration' }, 'registered');
}
