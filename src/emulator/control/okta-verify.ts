/**
 * `POST /_emulator/okta-verify`: plays the phone with the Okta Verify app. It sets the app up for a sign-in, or a factor of
 * the Factors API, that waits for it, or answers a push notification; who waits learns of it by polling.
 */
import { activeMethods } from '../../policy/index.ts';
import type { SignInTransaction } from '../idx/transaction.ts';
import type { PushTransaction } from '../management/users/push-factors.ts';
import type { Org } from '../org.ts';
import type { FactorEntity } from '../store/entities.ts';
import { appFactors, enrolApp, hasApp, type SetupResult, setupUrl, takesPush } from '../store/okta-verify.ts';
import { refused } from './guard.ts';
import type { PhoneRequest } from './input.ts';

/** What the phone did: `sharedSecret` is that of the code generator, base32. */
export type PhoneAnswer =
  | { did: 'enrolled'; userId: string; methods: string[]; sharedSecret?: string }
  | { did: 'approved' | 'rejected'; userId: string };

/** @throws OktaError 404 when nothing waits for the phone, 400 when it cannot do what was asked. */
export function playPhone(org: Org, request: PhoneRequest): PhoneAnswer {
  const transaction = waitingSignIn(org, request);
  if (transaction?.userId !== undefined) return forSignIn(org, transaction, transaction.userId, request);
  const factor = pendingFactor(org, request);
  if (factor) return enrolled(factor.userId, setUp(org, factor.userId));
  const push = waitingPush(org, request);
  if (push) {
    const answer = answerOf(request, push.number === undefined ? undefined : String(push.number));
    org.store.pushTransactions.patch(push.id, { answer });
    return { did: answer, userId: push.userId };
  }
  throw refused(404, 'Nothing waits for Okta Verify there.');
}

/** The sign-in that is meant; of several of one person the latest. */
function waitingSignIn(org: Org, request: PhoneRequest): SignInTransaction | undefined {
  const { stateHandle, url } = request;
  const userId = userIdOf(org, request);
  return org.store.transactions
    .filter(
      (one) =>
        one.expiresAt > org.clock.now() &&
        waits(org, one) &&
        (stateHandle === undefined || one.stateHandle === stateHandle) &&
        (userId === undefined || one.userId === userId) &&
        (url === undefined || (one.current?.setup !== undefined && setupUrl(org, one.current.setup.token) === url)),
    )
    .at(-1);
}

function waits(org: Org, { step, current, userId }: SignInTransaction): boolean {
  if (userId === undefined) return false;
  if (step === 'enrollPoll') return current?.setup?.enrolled === undefined;
  return step === 'challengePoll' && current?.push?.answer === undefined && takesPush(org, userId);
}

function forSignIn(org: Org, transaction: SignInTransaction, userId: string, request: PhoneRequest): PhoneAnswer {
  const { id, current } = transaction;
  if (current?.push) {
    const answer = answerOf(request, current.push.number);
    org.store.transactions.patch(id, { current: { ...current, push: { ...current.push, answer } } });
    return { did: answer, userId };
  }
  if (!current?.setup) throw refused(404, 'Nothing waits for Okta Verify there.');
  if (hasApp(org, userId)) throw refused(400, 'The user has Okta Verify already.');
  const result = setUp(org, userId);
  const proven = result.methods.find((method) => method === 'totp') ?? 'push';
  org.store.transactions.patch(id, { current: { ...current, setup: { ...current.setup, enrolled: proven } } });
  return enrolled(userId, result);
}

function setUp(org: Org, userId: string): SetupResult {
  const authenticator = org.store.authenticators.find('key', 'okta_verify');
  const result = enrolApp(org, userId, authenticator ? activeMethods(authenticator) : []);
  if (result.methods.length === 0) throw refused(400, 'Okta Verify has no active method to set up.');
  return result;
}

function enrolled(userId: string, { methods, sharedSecret }: SetupResult): PhoneAnswer {
  return { did: 'enrolled', userId, methods, ...(sharedSecret === undefined ? {} : { sharedSecret }) };
}

/** A push factor whose QR code was not scanned yet, and can be. */
function pendingFactor(org: Org, request: PhoneRequest): FactorEntity | undefined {
  const userId = userIdOf(org, request);
  if (request.stateHandle !== undefined) return undefined;
  const factors = userId === undefined ? org.store.factors.values() : appFactors(org, userId);
  return factors.find(
    ({ status, activation }) =>
      status !== 'ACTIVE' &&
      activation !== undefined &&
      activation.expiresAt > org.clock.now() &&
      (request.url === undefined || setupUrl(org, activation.token) === request.url),
  );
}

/** The latest notification of the Factors API to a person's phone that waits for an answer. */
function waitingPush(org: Org, request: PhoneRequest): PushTransaction | undefined {
  const userId = userIdOf(org, request);
  if (userId === undefined || request.url !== undefined || request.stateHandle !== undefined) return undefined;
  if (!takesPush(org, userId)) return undefined;
  return org.store.pushTransactions
    .filter(
      (one) =>
        one.userId === userId &&
        one.answer === undefined &&
        one.endsAt > org.clock.now() &&
        org.store.factors.get(one.factorId) !== undefined,
    )
    .at(-1);
}

function userIdOf(org: Org, { user }: PhoneRequest): string | undefined {
  return user === undefined ? undefined : (org.store.users.find('login', user.toLowerCase())?.id ?? user);
}

/** @throws OktaError 400 when another number is chosen than the one that is shown. */
function answerOf({ approve = true, number }: PhoneRequest, shown: string | undefined): 'approved' | 'rejected' {
  if (number !== undefined && number !== shown)
    throw refused(400, `The number ${number} is not the one that is shown.`);
  return approve ? 'approved' : 'rejected';
}
