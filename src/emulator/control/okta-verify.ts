/**
 * `POST /_emulator/okta-verify`: plays the phone with the Okta Verify app. It sets the app up for a sign-in that shows its
 * QR code or sent a link, or answers a push notification; the sign-in goes on with its next poll.
 */
import { activeMethods } from '../../policy/index.ts';
import { enrolApp, hasApp, setupUrl } from '../idx/okta-verify.ts';
import type { SignInTransaction } from '../idx/transaction.ts';
import type { Org } from '../org.ts';
import { refused } from './guard.ts';
import type { PhoneRequest } from './input.ts';

/** What the phone did: `sharedSecret` is that of the code generator, base32. */
export type PhoneAnswer =
  | { did: 'enrolled'; userId: string; methods: string[]; sharedSecret?: string }
  | { did: 'approved' | 'rejected'; userId: string };

/** @throws OktaError 404 when no sign-in waits for the phone, 400 when it cannot do what was asked. */
export function playPhone(org: Org, request: PhoneRequest): PhoneAnswer {
  const transaction = waiting(org, request);
  const { userId, current } = transaction ?? {};
  if (!transaction || userId === undefined || !current) throw refused(404, 'No sign-in waits for Okta Verify there.');
  return current.push ? answerPush(org, transaction, userId, request) : setUp(org, transaction, userId);
}

/** The sign-in that is meant; of several of one person the latest. */
function waiting(org: Org, { user, stateHandle, url }: PhoneRequest): SignInTransaction | undefined {
  const userId = user === undefined ? undefined : (org.store.users.find('login', user.toLowerCase())?.id ?? user);
  return org.store.transactions
    .filter(
      (one) =>
        one.expiresAt > org.clock.now() &&
        waits(one) &&
        (stateHandle === undefined || one.stateHandle === stateHandle) &&
        (userId === undefined || one.userId === userId) &&
        (url === undefined || (one.current !== undefined && setupUrl(org, one.current) === url)),
    )
    .at(-1);
}

function waits({ step, current }: SignInTransaction): boolean {
  if (step === 'enrollPoll') return current?.setup?.enrolled === undefined;
  return step === 'challengePoll' && current?.push?.answer === undefined;
}

function setUp(org: Org, transaction: SignInTransaction, userId: string): PhoneAnswer {
  if (hasApp(org, userId)) throw refused(400, 'The user has Okta Verify already.');
  const { current } = transaction;
  const authenticator = org.store.authenticators.find('key', 'okta_verify');
  const active = authenticator ? activeMethods(authenticator) : [];
  const { methods, sharedSecret } = enrolApp(org, userId, active);
  const enrolled = methods.find((method) => method === 'totp') ?? methods[0];
  if (!current?.setup || !enrolled) throw refused(400, 'Okta Verify has no active method to set up.');
  org.store.transactions.patch(transaction.id, { current: { ...current, setup: { ...current.setup, enrolled } } });
  return { did: 'enrolled', userId, methods, ...(sharedSecret === undefined ? {} : { sharedSecret }) };
}

function answerPush(
  org: Org,
  transaction: SignInTransaction,
  userId: string,
  { approve = true, number }: PhoneRequest,
): PhoneAnswer {
  const { current } = transaction;
  if (!current?.push) throw refused(404, 'No push notification waits for an answer.');
  if (number !== undefined && number !== current.push.number) {
    throw refused(400, `The sign-in does not show the number ${number}.`);
  }
  const answer = approve ? 'approved' : 'rejected';
  org.store.transactions.patch(transaction.id, { current: { ...current, push: { ...current.push, answer } } });
  return { did: answer, userId };
}
