/**
 * What happens at each submission: check it, then move by policy and the step table (`move.ts`). Each function gets a live
 * transaction and leaves the store at the next screen, or throws a refusal and leaves it where it was.
 */

import type { Factor } from '../../policy/index.ts';
import { foldedLogin } from '../../shared/login.ts';
import type { MethodType } from '../../wire/authenticator.ts';
import { endSessions, unlockUser } from '../management/users/lifecycle.ts';
import type { Org } from '../org.ts';
import type { AuthenticatorEntity } from '../store/entities.ts';
import { newTotpSecret } from '../store/totp.ts';
import { normalizePhoneNumber } from '../telephony/phone-numbers.ts';
import { isProof, keepEnrollment } from './enrolling.ts';
import { recordAccount, recordFactor, recordSessionFailure } from './events.ts';
import { move, type Outcome, stillThere, withCurrent, withVerified } from './move.ts';
import { newPush } from './okta-verify.ts';
import { beginSetup, resendSetupLink } from './okta-verify-flow.ts';
import { isSetUpElsewhere, isStillUsable, refuseRemoved } from './overtaken.ts';
import { mayBeginSignIn, setNewPassword, signInByPassword } from './password.ts';
import { checkProof, type GivenCredentials } from './proof.ts';
import { IdxRefusal, refusals } from './refusals.ts';
import { registrationOffered } from './registration.ts';
import { factorsAfterRecovery } from './self-service.ts';
import { appOf, canBeEnrolledHere, type Situation, situationOf } from './situation.ts';
import type { Step } from './steps.ts';
import { type CurrentAuthenticator, endTransaction, type SignInTransaction } from './transaction.ts';

export interface AuthenticatorChoice {
  id: string;
  methodType?: string;
  enrollmentId?: string;
  phoneNumber?: string;
  /** Of Okta Verify being enrolled: `qrcode`, `email` or `sms`. */
  channel?: string;
}

/** The first screen: who, and the password with it where it is on the page; or who it is that forgot it. */
export async function identify(
  org: Org,
  transaction: SignInTransaction,
  identifier: string,
  given: { passcode?: string; remember?: boolean },
): Promise<Outcome> {
  const { step } = transaction;
  if (step !== 'identify' && step !== 'identifyRecovery') throw refusals.badRequest();
  const remember = given.remember === undefined ? {} : { remember: given.remember };
  const typed = org.store.transactions.patch(transaction.id, { identifier, ...remember });
  const user = org.store.users.find('login', foldedLogin(identifier.trim()));
  if (step === 'identifyRecovery') {
    if (!user) throw refusals.unknownUser(identifier);
    return move(org, { ...typed, userId: user.id }, 'identified');
  }
  if (!user) {
    recordSessionFailure(org, typed, undefined);
    const known = !registrationOffered(org, appOf(org, typed));
    throw known ? refusals.authenticationFailed() : refusals.unknownUser(identifier);
  }
  if (given.passcode === undefined) {
    if (!mayBeginSignIn(org, user.id)) {
      recordSessionFailure(org, typed, user.id);
      throw refusals.authenticationFailed();
    }
    return move(org, { ...typed, userId: user.id }, 'identified');
  }
  return byPassword(org, typed, user.id, given.passcode);
}

async function byPassword(
  org: Org,
  transaction: SignInTransaction,
  userId: string,
  passcode: string,
): Promise<Outcome> {
  try {
    const passwordExpiry = await signInByPassword(org, userId, passcode);
    recordFactor(org, { ...transaction, userId }, 'password', true);
    const present = stillThere(org, transaction);
    const verified = withVerified(org, present, 'okta_password', 'password');
    return await move(
      org,
      { ...present, userId, ...verified, ...(passwordExpiry ? { passwordExpiry } : {}) },
      'verified',
    );
  } catch (error) {
    if (error instanceof IdxRefusal && error.key === refusals.authenticationFailed().key) {
      recordSessionFailure(org, transaction, userId);
    }
    throw error;
  }
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
  const asks = key === 'phone_number' || key === 'okta_verify' || (key === 'okta_email' && emailAsks(transaction));
  const only = asks ? undefined : methods[0];
  const asked = choice.methodType ?? only;
  if (asked === undefined) return move(org, withCurrent(transaction, { key }), 'authenticatorChosen');
  const method = methods.find((one) => one === asked);
  if (!method) throw refusals.badRequest();
  if (!ANSWERABLE.has(method)) throw refusals.unsupported(`${authenticator?.name} by ${method} at sign-in`);
  const push = method === 'push' ? { push: newPush(org, situation.user.id) } : {};
  return move(org, withCurrent(transaction, { key, method, ...push }), 'methodChosen');
}

/**
 * Whether an email that was chosen without its method asks before it sends (assumption `email-asks-before-sending`). On its
 * own form it does not ask again, and a recovery sends at once (Okta's samples).
 */
function emailAsks({ step, purpose, current }: SignInTransaction): boolean {
  const asked = (step === 'verificationData' || step === 'enrollmentData') && current?.key === 'okta_email';
  return !asked && purpose !== 'recovery' && purpose !== 'unlock';
}

/** Methods that the emulator can challenge: those that end in something to type, push notifications, security keys. */
const ANSWERABLE: ReadonlySet<MethodType> = new Set([
  'sms',
  'voice',
  'email',
  'security_question',
  'otp',
  'totp',
  'push',
  'webauthn',
]);

/** A password, a code, an answer, or something to enrol was given. */
export async function answer(org: Org, transaction: SignInTransaction, given: GivenCredentials): Promise<Outcome> {
  const { step, userId, current } = transaction;
  if (userId === undefined) throw refusals.badRequest();
  if (step === 'resetPassword' || step === 'expiredPassword' || step === 'expiringPassword') {
    return newPassword(org, transaction, userId, given);
  }
  if (!current) throw refusals.badRequest();
  if (step === 'challengePassword') return byPassword(org, transaction, userId, given.passcode ?? '');
  if ((step !== 'challengeCode' && step !== 'enrollCode') || !current.method) throw refusals.badRequest();
  const proven = { key: current.key, method: current.method };
  if (step === 'challengeCode' && !isStillUsable(org, transaction, proven)) {
    return refuseRemoved(org, transaction, proven);
  }
  if (step === 'challengeCode' || isProof(current)) await proved(org, transaction, current, given);
  if (step === 'enrollCode') await keepEnrollment(org, transaction, current, given);
  return afterProof(org, transaction, userId, proven, step === 'challengeCode' ? 'verified' : 'enrolled');
}

/** Something was proven by verifying or by enrolling it. */
function afterProof(
  org: Org,
  transaction: SignInTransaction,
  userId: string,
  { key, method }: Factor,
  on: 'verified' | 'enrolled',
): Promise<Outcome> {
  const present = stillThere(org, transaction);
  const proven = { ...present, ...withVerified(org, present, key, method) };
  if (transaction.purpose === 'unlock' && situationOf(org, proven).goal === 'resetPassword') {
    return unlocked(org, present, userId);
  }
  return move(org, on === 'enrolled' ? { ...proven, enrolled: true } : proven, on);
}

/** Screens that wait for something of their own, and the end, which has none. */
const NOT_SHOWN_BY_POLL: ReadonlySet<Step> = new Set<Step>(['challengePoll', 'enrollPoll', 'success']);

/** The client asks whether what it waits for has happened elsewhere: in the mailbox, or on the phone. */
export async function poll(org: Org, transaction: SignInTransaction): Promise<Outcome> {
  const { step, userId, current, verified } = transaction;
  if ((step === 'challengeCode' || step === 'enrollCode') && current?.key === 'okta_email') return { transaction };
  // the code was given elsewhere, by the link of the email: what comes next is shown here too
  if (verified.at(-1)?.key === 'okta_email' && !NOT_SHOWN_BY_POLL.has(step)) return { transaction };
  if (userId === undefined || !current) throw refusals.badRequest();
  if (step === 'enrollPoll') {
    const method = current.setup?.enrolled;
    if (method) return phoneProof(org, transaction, userId, { key: current.key, method }, 'enrolled');
    return isSetUpElsewhere(org, transaction, current) ? move(org, transaction, 'overtaken') : { transaction };
  }
  if (step !== 'challengePoll') throw refusals.badRequest();
  if (current.push?.answer === 'rejected') {
    recordFactor(org, transaction, 'push', false);
    await move(org, withCurrent(transaction, { key: 'okta_verify' }), 'rejected');
    throw refusals.pushRejected();
  }
  const proven: Factor = { key: current.key, method: 'push' };
  if (current.push?.answer === 'approved') return phoneProof(org, transaction, userId, proven, 'verified');
  return isStillUsable(org, transaction, proven) ? { transaction } : refuseRemoved(org, transaction, proven);
}

function phoneProof(
  org: Org,
  transaction: SignInTransaction,
  userId: string,
  proven: Factor,
  on: 'verified' | 'enrolled',
): Promise<Outcome> {
  if (!isStillUsable(org, transaction, proven)) return refuseRemoved(org, transaction, proven);
  recordFactor(org, transaction, proven.method, true);
  return afterProof(org, transaction, userId, proven, on);
}

/** Checks an answer and says so in the log. */
async function proved(
  org: Org,
  transaction: SignInTransaction,
  current: CurrentAuthenticator,
  given: GivenCredentials,
): Promise<void> {
  if (!current.method) throw refusals.badRequest();
  try {
    await checkProof(org, transaction, current, given);
  } catch (error) {
    recordFactor(org, transaction, current.method, false);
    throw error;
  }
  recordFactor(org, transaction, current.method, true);
}

/** A password that replaces one: forgotten, run out, or about to. It is proven by being set. */
async function newPassword(
  org: Org,
  transaction: SignInTransaction,
  userId: string,
  given: GivenCredentials,
): Promise<Outcome> {
  const recovering = transaction.step === 'resetPassword';
  const byChoice = transaction.step === 'expiringPassword';
  const user = await setNewPassword(org, userId, given.passcode ?? '', { byChoice });
  const present = stillThere(org, transaction);
  if (given.revokeSessions === true) endSessions(org, userId, true);
  const [eventType, message] = recovering
    ? (['user.account.reset_password', 'User reset password for Okta'] as const)
    : (['user.account.update_password', 'User update password for Okta'] as const);
  recordAccount(org, present, user, eventType, message);
  const before = recovering
    ? factorsAfterRecovery(org, present.verified, knownUser(org, present).enrollments)
    : present.verified;
  const others = before.filter((factor) => factor.key !== 'okta_password');
  const { purpose: _purpose, passwordExpiry: _expiry, ...rest } = present;
  const changed = { ...rest, verified: others };
  return move(org, { ...changed, ...withVerified(org, changed, 'okta_password', 'password') }, 'passwordSet');
}

function unlocked(org: Org, transaction: SignInTransaction, userId: string): never {
  const user = org.store.users.get(userId);
  if (user?.status === 'LOCKED_OUT') {
    unlockUser(org, user);
    recordAccount(org, transaction, user, 'user.account.unlock', 'User self-service unlock of account');
  }
  endTransaction(org, transaction);
  throw refusals.unlocked();
}

/** Sends another code, link or push notification; the one before dies. What was never sent is not sent again. */
export async function resend(org: Org, transaction: SignInTransaction): Promise<Outcome> {
  const { user } = knownUser(org, transaction);
  const { current } = transaction;
  if (current?.push) {
    return move(org, withCurrent(transaction, { ...current, push: newPush(org, user.id) }), 'resendAsked');
  }
  if (current?.setup?.address !== undefined) return resendSetupLink(org, transaction, current.setup);
  if (current?.key !== 'phone_number' && current?.key !== 'okta_email') throw refusals.badRequest();
  return move(org, transaction, 'resendAsked');
}

/**
 * An authenticator to enrol was chosen, for a phone with or without its number. As when verifying, an email chosen without
 * its method asks before it sends (assumption `email-asks-before-sending`).
 */
export async function enroll(org: Org, transaction: SignInTransaction, choice: AuthenticatorChoice): Promise<Outcome> {
  const situation = knownUser(org, transaction);
  const authenticator = situation.enrollable.find((one) => one.id === choice.id);
  if (!authenticator) throw refusals.badRequest();
  if (!canBeEnrolledHere(authenticator)) throw refusals.unsupported(`enrolling ${authenticator.name} at sign-in`);
  const { key, methods } = authenticator;
  if (key === 'okta_verify') return beginSetup(org, transaction, choice.channel);
  if (key !== 'phone_number' && key !== 'okta_email') return enrollOther(org, transaction, authenticator);
  const asked = choice.methodType ?? (key === 'okta_email' && !emailAsks(transaction) ? 'email' : undefined);
  const method = methods.find((one) => one.type === asked && one.status === 'ACTIVE')?.type;
  if (choice.methodType !== undefined && !method) throw refusals.badRequest();
  if (!method || key === 'okta_email' || choice.phoneNumber === undefined) {
    return move(org, withCurrent(transaction, { key, ...(method ? { method } : {}) }), 'enrollmentChosen');
  }
  const phoneNumber = normalizePhoneNumber(choice.phoneNumber);
  if (phoneNumber !== undefined)
    return move(org, withCurrent(transaction, { key, method, phoneNumber }), 'numberGiven');
  if (transaction.step !== 'enrollmentData') await move(org, withCurrent(transaction, { key }), 'enrollmentChosen');
  throw refusals.invalidPhoneNumber();
}

function enrollOther(
  org: Org,
  transaction: SignInTransaction,
  { key, methods }: AuthenticatorEntity,
): Promise<Outcome> {
  const method = key === 'okta_password' ? 'password' : methods.find((one) => one.status === 'ACTIVE')?.type;
  if (!method) throw refusals.badRequest();
  const secret = key === 'google_otp' ? { secret: newTotpSecret() } : {};
  return move(org, withCurrent(transaction, { key, method, ...secret }), 'enrollmentChosen');
}

/** The optional authenticators, or a password that will run out, are left for another time. */
export async function skip(org: Org, transaction: SignInTransaction): Promise<Outcome> {
  if (transaction.step === 'expiringPassword') {
    const { passwordExpiry: _later, ...rest } = transaction;
    return move(org, rest, 'skipped');
  }
  if (!knownUser(org, transaction).skipOffered) throw refusals.badRequest();
  return move(org, { ...transaction, skippedOptional: true }, 'skipped');
}

function knownUser(org: Org, transaction: SignInTransaction): Situation {
  if (transaction.userId === undefined) throw refusals.badRequest();
  return situationOf(org, transaction);
}
