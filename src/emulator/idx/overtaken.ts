/**
 * What a screen waits for may be gone by the time that it is answered: an admin removed the factor, changed its number, or
 * switched its method off (named assumption `removed-factor-refused`). Or it was set up in another way.
 */
import type { Factor } from '../../policy/index.ts';
import type { Org } from '../org.ts';
import { recordFactor } from './events.ts';
import { move, type Outcome } from './move.ts';
import { refusals } from './refusals.ts';
import { situationOf } from './situation.ts';
import { type CurrentAuthenticator, codePurpose, type SignInTransaction } from './transaction.ts';

/** Whether the person still has a factor, may use it now, and gets its codes where the last one of this sign-in went. */
export function isStillUsable(org: Org, transaction: SignInTransaction, { key, method }: Factor): boolean {
  const { enrollments, candidates } = situationOf(org, transaction);
  const sentTo = org.store.oneTimeCodes.get(codePurpose(transaction))?.to;
  // recovery takes enrolments that the enrollment policy does not allow: they are among the candidates alone
  return [...enrollments, ...candidates].some(
    (one) =>
      one.key === key &&
      one.methods.includes(method) &&
      (sentTo === undefined || one.address === undefined || one.address === sentTo),
  );
}

/** Whether what is being set up on this screen was set up by another sign-in, or by an admin: there is no more to wait for. */
export function isSetUpElsewhere(org: Org, transaction: SignInTransaction, { key }: CurrentAuthenticator): boolean {
  return situationOf(org, transaction).enrollments.some((one) => one.key === key);
}

/** Counts nothing, and shows what policy now wants next with the refusal; where it wants nothing more, signs in. */
export async function refuseRemoved(org: Org, transaction: SignInTransaction, { method }: Factor): Promise<Outcome> {
  recordFactor(org, transaction, method, false);
  const outcome = await move(org, transaction, 'overtaken');
  if ('code' in outcome) return outcome;
  throw refusals.authenticationFailed();
}
