/**
 * `POST /_emulator/okta-verify`: plays the phone with the Okta Verify app. It sets the app up for a sign-in, or a factor of
 * the Factors API, that waits for it, or answers a push notification; who waits learns of it by polling.
 */
import { activeMethods } from '../../policy/index.ts';
import { foldedLogin } from '../../shared/login.ts';
import { factorName } from '../idx/events.ts';
import type { SignInTransaction } from '../idx/transaction.ts';
import type { Org } from '../org.ts';
import type { FactorEntity } from '../store/entities.ts';
import { appFactors, enrolApp, hasApp, type SetupResult, setupUrl, takesPush } from '../store/okta-verify.ts';
import { FACTOR_ACTIVATED, recordEvent, userParty } from '../system-log/record.ts';
import { refused } from './guard.ts';
import type { PhoneRequest } from './input.ts';

/** What the phone did: `sharedSecret` is that of the code generator, base32. */
export type PhoneAnswer =
  | { did: 'enrolled'; userId: string; methods: string[]; sharedSecret?: string }
  | { did: 'approved' | 'rejected'; userId: string };

/** @throws OktaError 404 when nothing waits for the phone, 400 when it cannot do what was asked. */
export function playPhone(org: Org, request: PhoneRequest): PhoneAnswer {
  const notification = latestNotification(org, request);
  if (notification) {
    const answer = answerOf(request, notification.number);
    notification.keep(answer);
    return { did: answer, userId: notification.userId };
  }
  const transaction = waitingSetup(org, request);
  if (transaction?.userId !== undefined) return forSignIn(org, transaction, transaction.userId, request);
  const factor = pendingFactor(org, request);
  if (factor) return enrolled(factor.userId, setUp(org, factor.userId, request));
  throw refused(404, 'Nothing waits for Okta Verify there.');
}

/** A push notification that waits for its answer, of a sign-in or of the Factors API. */
interface Notification {
  userId: string;
  sentAt: number;
  /** What is shown, for a number challenge. */
  number?: string;
  keep: (answer: 'approved' | 'rejected') => void;
}

/** The one that was sent last among those that are meant; only a phone that takes notifications shows any. */
function latestNotification(org: Org, request: PhoneRequest): Notification | undefined {
  if (request.url !== undefined) return undefined;
  return [...ofSignIns(org, request), ...ofFactors(org, request)]
    .filter(({ userId }) => takesPush(org, userId))
    .reduce<Notification | undefined>((last, one) => (last && last.sentAt > one.sentAt ? last : one), undefined);
}

function ofSignIns(org: Org, request: PhoneRequest): Notification[] {
  if (request.transactionId !== undefined) return [];
  return meant(org, request).flatMap((row): Notification[] => {
    const { userId, step, current } = row;
    const push = current?.push;
    if (userId === undefined || step !== 'challengePoll' || !push || push.answer !== undefined) return [];
    const keep: Notification['keep'] = (answer) => {
      org.store.transactions.patch(row.id, { current: { ...current, push: { ...push, answer } } });
    };
    return [{ userId, sentAt: push.sentAt, ...(push.number === undefined ? {} : { number: push.number }), keep }];
  });
}

function ofFactors(org: Org, request: PhoneRequest): Notification[] {
  const { transactionId, stateHandle } = request;
  if (stateHandle !== undefined) return [];
  const userId = userIdOf(org, request);
  const rows =
    transactionId === undefined
      ? org.store.pushTransactions.findAll('userId', userId ?? '')
      : [org.store.pushTransactions.get(transactionId)].flatMap((row) => row ?? []);
  return rows
    .filter(
      (row) =>
        (userId === undefined || row.userId === userId) &&
        row.answer === undefined &&
        row.endsAt > org.clock.now() &&
        org.store.factors.get(row.factorId) !== undefined,
    )
    .map((row) => ({
      userId: row.userId,
      sentAt: row.sentAt,
      ...(row.number === undefined ? {} : { number: String(row.number) }),
      keep: (answer) => org.store.pushTransactions.patch(row.id, { answer }),
    }));
}

/** The live sign-ins that a request names by person or handle; all of them where it names neither. */
function meant(org: Org, request: PhoneRequest): SignInTransaction[] {
  const { stateHandle } = request;
  const userId = userIdOf(org, request);
  const { transactions } = org.store;
  const rows = userId === undefined ? transactions.values() : transactions.findAll('userId', userId);
  return rows.filter(
    (row) => row.expiresAt > org.clock.now() && (stateHandle === undefined || row.stateHandle === stateHandle),
  );
}

/** The sign-in that waits for the app to be set up; of several of one person the latest. */
function waitingSetup(org: Org, request: PhoneRequest): SignInTransaction | undefined {
  const { url, transactionId } = request;
  if (transactionId !== undefined) return undefined;
  return meant(org, request)
    .filter(({ step, current }) => {
      const { setup } = current ?? {};
      if (step !== 'enrollPoll' || !setup || setup.enrolled !== undefined) return false;
      return url === undefined || setupUrl(org, setup.token) === url;
    })
    .at(-1);
}

function forSignIn(org: Org, { id, current }: SignInTransaction, userId: string, request: PhoneRequest): PhoneAnswer {
  if (!current?.setup) throw refused(404, 'Nothing waits for Okta Verify there.');
  if (hasApp(org, userId)) throw refused(400, 'The user has Okta Verify already.');
  const result = setUp(org, userId, request);
  const proven = result.methods.find((method) => method === 'totp') ?? 'push';
  org.store.transactions.patch(id, { current: { ...current, setup: { ...current.setup, enrolled: proven } } });
  return enrolled(userId, result);
}

/** @throws OktaError 400 for an answer where no notification waits, or when no method of the app is ACTIVE. */
function setUp(org: Org, userId: string, { approve, number }: PhoneRequest): SetupResult {
  if (approve === false || number !== undefined) {
    throw refused(400, 'What waits is the setup of Okta Verify: it is not turned down, and shows no number.');
  }
  const authenticator = org.store.authenticators.find('key', 'okta_verify');
  const result = enrolApp(org, userId, authenticator ? activeMethods(authenticator) : []);
  if (result.methods.length === 0) throw refused(400, 'Okta Verify has no active method to set up.');
  const user = org.store.users.get(userId);
  const party = user && userParty(user);
  for (const method of result.methods) {
    const who = party ? { actor: party, target: [party] } : {};
    recordEvent(org, { ...FACTOR_ACTIVATED, ...who, debugData: { factor: factorName(method) } });
  }
  return result;
}

function enrolled(userId: string, { methods, sharedSecret }: SetupResult): PhoneAnswer {
  return { did: 'enrolled', userId, methods, ...(sharedSecret === undefined ? {} : { sharedSecret }) };
}

/** A push factor whose QR code was not scanned yet, and can be. */
function pendingFactor(org: Org, request: PhoneRequest): FactorEntity | undefined {
  const userId = userIdOf(org, request);
  if (request.stateHandle !== undefined || request.transactionId !== undefined) return undefined;
  const factors = userId === undefined ? org.store.factors.values() : appFactors(org, userId);
  return factors.find(
    ({ status, activation }) =>
      status !== 'ACTIVE' &&
      activation !== undefined &&
      activation.expiresAt > org.clock.now() &&
      (request.url === undefined || setupUrl(org, activation.token) === request.url),
  );
}

function userIdOf(org: Org, { user }: PhoneRequest): string | undefined {
  return user === undefined ? undefined : (org.store.users.find('login', foldedLogin(user))?.id ?? user);
}

/** @throws OktaError 400 when the number that is shown is not chosen, or another one; turning down needs none. */
function answerOf({ approve = true, number }: PhoneRequest, shown: string | undefined): 'approved' | 'rejected' {
  if (number !== undefined && number !== shown)
    throw refused(400, `The number ${number} is not the one that is shown.`);
  if (approve && shown !== undefined && number === undefined)
    throw refused(400, 'A number is shown: approving needs it as "number".');
  return approve ? 'approved' : 'rejected';
}
