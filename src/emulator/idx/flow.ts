/**
 * What happens at each submission: check it, ask policy where the sign-in stands, move by the step table, carry out the
 * effect. Each function gets a live transaction and leaves the store at the next screen, or throws a refusal and leaves it
 * where it was.
 */

import { amrOf } from '../../policy/index.ts';
import type { AuthenticatorKey, MethodType } from '../../wire/authenticator.ts';
import type { Session } from '../oauth/grants.ts';
import { type Org, orgNow } from '../org.ts';
import { dropExpired } from '../store/expiry.ts';
import { checkCode, isLocked, sendCode } from '../telephony/codes.ts';
import { normalizePhoneNumber } from '../telephony/phone-numbers.ts';
import { recordEvaluation, recordFactor, recordSending, recordSessionFailure, recordSignIn } from './events.ts';
import { mayBeginSignIn, signInByPassword } from './password.ts';
import { refusals } from './refusals.ts';
import { registrationOffered } from './registration.ts';
import { appOf, canBeEnrolledHere, type Situation, situationOf } from './situation.ts';
import { advance, type Event } from './steps.ts';
import { type CurrentAuthenticator, codePurpose, endTransaction, type SignInTransaction } from './transaction.ts';

/** Interaction codes live at most a minute (developer docs). */
const INTERACTION_CODE_MS = 60_000;

/** Where a submission led: another screen, or the end with an interaction code. */
export type Outcome =
  | { transaction: SignInTransaction }
  | { transaction: SignInTransaction; situation: Situation; code: string; session: Omit<Session, 'id' | 'expiresAt'> };

export interface AuthenticatorChoice {
  id: string;
  methodType?: string;
  enrollmentId?: string;
  phoneNumber?: string;
}

/** The first screen: who, and the password with it where it is on the page. */
export async function identify(
  org: Org,
  transaction: SignInTransaction,
  identifier: string,
  passcode: string | undefined,
): Promise<Outcome> {
  if (transaction.step !== 'identify') throw refusals.badRequest();
  const typed = org.store.transactions.patch(transaction.id, { identifier });
  const user = org.store.users.find('login', identifier.trim().toLowerCase());
  if (!user) {
    recordSessionFailure(org, typed, undefined);
    const known = !registrationOffered(org, appOf(org, typed));
    throw known ? refusals.authenticationFailed() : refusals.unknownUser(identifier);
  }
  if (passcode === undefined) {
    if (!mayBeginSignIn(org, user.id)) {
      recordSessionFailure(org, typed, user.id);
      throw refusals.authenticationFailed();
    }
    return move(org, { ...typed, userId: user.id }, 'identified');
  }
  await checkPassword(org, typed, user.id, passcode);
  const present = stillThere(org, typed);
  return move(
    org,
    { ...present, userId: user.id, ...withVerified(org, present, 'okta_password', 'password') },
    'verified',
  );
}

/** An authenticator to verify was chosen, with or without its method. */
export async function challenge(
  org: Org,
  transaction: SignInTransaction,
  choice: AuthenticatorChoice,
): Promise<Outcome> {
  const situation = knownUser(org, transaction);
  const authenticator = org.store.authenticators.get(choice.id);
  const enrollment = situation.candidates.find(
    (one) => one.key === authenticator?.key && (choice.enrollmentId ?? one.id) === one.id,
  );
  if (!enrollment) throw refusals.badRequest();
  const { key, methods } = enrollment;
  if (key === 'okta_password') return move(org, withCurrent(transaction, { key }), 'authenticatorChosen');
  if (key !== 'phone_number' && key !== 'okta_email') throw refusals.unsupported(`${authenticator?.name} at sign-in`);
  const only = key === 'okta_email' ? methods[0] : undefined;
  const asked = choice.methodType ?? only;
  if (asked === undefined) return move(org, withCurrent(transaction, { key }), 'authenticatorChosen');
  const method = methods.find((one) => one === asked);
  if (!method) throw refusals.badRequest();
  return move(org, withCurrent(transaction, { key, method }), 'methodChosen');
}

/** A password or a code was given. */
export async function answer(org: Org, transaction: SignInTransaction, passcode: string): Promise<Outcome> {
  const { step, userId, current } = transaction;
  if (userId === undefined || !current) throw refusals.badRequest();
  if (step === 'challengePassword') {
    await checkPassword(org, transaction, userId, passcode);
    const present = stillThere(org, transaction);
    return move(org, { ...present, ...withVerified(org, present, 'okta_password', 'password') }, 'verified');
  }
  if ((step !== 'challengeCode' && step !== 'enrollCode') || !current.method) throw refusals.badRequest();
  const result = checkCode(org, codePurpose(transaction), current.key, passcode);
  recordFactor(org, transaction, current.method, result === 'ok');
  if (result === 'locked') throw refusals.tooManyRequests();
  if (result === 'wrong') throw refusals.wrongCode();
  const proven = { ...transaction, ...withVerified(org, transaction, current.key, current.method) };
  if (step === 'challengeCode') return move(org, proven, 'verified');
  keepPhone(org, userId, current);
  return move(org, { ...proven, enrolled: true }, 'enrolled');
}

/** Sends another code; the one before dies. Before anything was sent there is nothing to resend. */
export async function resend(org: Org, transaction: SignInTransaction): Promise<Outcome> {
  knownUser(org, transaction);
  return move(org, transaction, 'resendAsked');
}

/** An authenticator to enrol was chosen, for a phone with or without its number. */
export async function enroll(org: Org, transaction: SignInTransaction, choice: AuthenticatorChoice): Promise<Outcome> {
  const situation = knownUser(org, transaction);
  const authenticator = situation.enrollable.find((one) => one.id === choice.id);
  if (!authenticator) throw refusals.badRequest();
  if (!canBeEnrolledHere(authenticator)) throw refusals.unsupported(`enrolling ${authenticator.name} at sign-in`);
  const { key, methods } = authenticator;
  const method = methods.find((one) => one.type === choice.methodType && one.status === 'ACTIVE')?.type;
  if (choice.methodType !== undefined && !method) throw refusals.badRequest();
  if (!method || choice.phoneNumber === undefined) {
    return move(org, withCurrent(transaction, { key, ...(method ? { method } : {}) }), 'enrollmentChosen');
  }
  const phoneNumber = normalizePhoneNumber(choice.phoneNumber);
  if (phoneNumber !== undefined)
    return move(org, withCurrent(transaction, { key, method, phoneNumber }), 'numberGiven');
  if (transaction.step !== 'enrollmentData') await move(org, withCurrent(transaction, { key }), 'enrollmentChosen');
  throw refusals.invalidPhoneNumber();
}

/** The optional authenticators are left for another time. */
export async function skip(org: Org, transaction: SignInTransaction): Promise<Outcome> {
  if (!knownUser(org, transaction).skipOffered) throw refusals.badRequest();
  return move(org, { ...transaction, skippedOptional: true }, 'skipped');
}

function knownUser(org: Org, transaction: SignInTransaction): Situation {
  if (transaction.userId === undefined) throw refusals.badRequest();
  return situationOf(org, transaction);
}

async function checkPassword(
  org: Org,
  transaction: SignInTransaction,
  userId: string,
  passcode: string,
): Promise<void> {
  try {
    await signInByPassword(org, userId, passcode);
  } catch (error) {
    recordSessionFailure(org, transaction, userId);
    throw error;
  }
  recordFactor(org, { ...transaction, userId }, 'password', true);
}

/** A transaction may have ended, or moved on, while a password was being checked. */
function stillThere(org: Org, before: SignInTransaction): SignInTransaction {
  const present = org.store.transactions.get(before.id);
  if (!present) throw refusals.expired();
  if (present.step !== before.step) throw refusals.badRequest();
  return present;
}

function withCurrent(transaction: SignInTransaction, current: CurrentAuthenticator): SignInTransaction {
  return { ...transaction, current };
}

function withVerified(
  org: Org,
  transaction: SignInTransaction,
  key: AuthenticatorKey,
  method: MethodType,
): Pick<SignInTransaction, 'verified'> {
  return { verified: [...transaction.verified, { key, method, at: org.clock.now() }] };
}

/** The one place where a sign-in moves: by the table, with the effect of the row. */
async function move(org: Org, changed: SignInTransaction, on: Event): Promise<Outcome> {
  const situation = situationOf(org, changed);
  const facts = { goal: situation.goal, password: changed.current?.key === 'okta_password' };
  const row = advance(changed.step, on, facts);
  if (!row) throw refusals.badRequest();
  if (PROVEN.has(on)) recordEvaluation(org, changed, situation);
  if (row.to === 'terminal') throw situation.refusal ?? refusals.badRequest();
  if (row.emit === 'sendCode') {
    await sendTo(org, changed, situation);
    if (!org.store.transactions.get(changed.id)) throw refusals.expired();
  }
  if (row.emit === 'issueCode') return issue(org, changed, situation);
  const current = ON_GOAL.has(on) ? goalAuthenticator(situation) : changed.current;
  const { current: _before, ...rest } = changed;
  const next = { ...rest, step: row.to, ...(current ? { current } : {}) };
  return { transaction: org.store.transactions.put(next) };
}

/** After these the app's rule is held against what is proven. */
const PROVEN: ReadonlySet<Event> = new Set<Event>(['verified', 'enrolled']);

/** After these the screen is the policy's choice, not the user's. */
const ON_GOAL: ReadonlySet<Event> = new Set<Event>(['identified', 'verified', 'enrolled', 'skipped']);

function goalAuthenticator(situation: Situation): CurrentAuthenticator | undefined {
  const [only] = situation.candidates;
  return only && (situation.goal === 'password' || situation.goal === 'code') ? { key: only.key } : undefined;
}

async function sendTo(org: Org, transaction: SignInTransaction, situation: Situation): Promise<void> {
  const { current } = transaction;
  if (!current?.method) throw refusals.badRequest();
  if (isLocked(org, situation.user.id, current.key)) throw refusals.tooManyRequests();
  const to = current.phoneNumber ?? situation.enrollments.find((one) => one.key === current.key)?.address;
  const channel = current.method;
  if (to === undefined || (channel !== 'sms' && channel !== 'voice' && channel !== 'email'))
    throw refusals.badRequest();
  const use = current.phoneNumber === undefined ? 'verification' : 'enrollment';
  const result = await sendCode(org, {
    purpose: codePurpose(transaction),
    userId: situation.user.id,
    channel,
    to,
    use,
  });
  recordSending(org, transaction, channel, result === 'sent', use === 'enrollment');
  if (result === 'failed') throw refusals.sendFailed();
  if (result === 'tooSoon') throw channel === 'voice' ? refusals.callLimit() : refusals.smsLimit();
}

/** A phone enrolled at sign-in is a factor of the method it was enrolled by (assumption `phone-one-method`). */
function keepPhone(org: Org, userId: string, { method, phoneNumber }: CurrentAuthenticator): void {
  const now = orgNow(org);
  org.store.factors.put({
    id: org.ids.next(method === 'voice' ? 'clf' : 'sms'),
    userId,
    factorType: method === 'voice' ? 'call' : 'sms',
    provider: 'OKTA',
    vendorName: 'OKTA',
    status: 'ACTIVE',
    created: now,
    lastUpdated: now,
    profile: { phoneNumber },
  });
}

function issue(org: Org, transaction: SignInTransaction, situation: Situation): Outcome {
  const { clientId, serverId, scopes, redirectUri, nonce, codeChallenge } = transaction;
  const proof = {
    userId: situation.user.id,
    amr: amrOf(transaction.verified),
    authTime: Math.floor((transaction.verified[0]?.at ?? org.clock.now()) / 1000),
  };
  dropExpired(org.store.codes, org.clock.now());
  const code = org.store.codes.put({
    ...proof,
    id: org.ids.opaque(43),
    grantType: 'interaction_code',
    clientId,
    serverId,
    scopes,
    redirectUri,
    expiresAt: org.clock.now() + INTERACTION_CODE_MS,
    ...(nonce === undefined ? {} : { nonce }),
    ...(codeChallenge === undefined ? {} : { codeChallenge }),
  });
  org.store.users.patch(situation.user.id, { lastLogin: orgNow(org) });
  recordSignIn(org, transaction);
  endTransaction(org, transaction);
  const session = { ...proof, factors: transaction.verified };
  return { transaction: { ...transaction, step: 'success' }, situation, code: code.id, session };
}
