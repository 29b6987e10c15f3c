/**
 * What a sign-in writes to the System Log. Event types, messages and reasons are those of Okta's event type catalog; names
 * of factors in `debugData` as logs show them, where they are known (named assumption `log-factor-names`).
 */
import { accessDenied } from '../../policy/index.ts';
import type { MethodType } from '../../wire/authenticator.ts';
import { findClient } from '../oauth/client-auth.ts';
import type { Org } from '../org.ts';
import type { UserEntity } from '../store/entities.ts';
import {
  appParty,
  type LogEntry,
  type LogParty,
  type LogResult,
  policyParty,
  recordEvent,
  ruleParty,
  userParty,
} from '../system-log/record.ts';
import type { Channel } from '../telephony/entities.ts';
import { logClient } from './client.ts';
import type { Situation } from './situation.ts';
import type { SignInTransaction } from './transaction.ts';

const FACTOR_NAMES: Partial<Record<MethodType, string>> = {
  password: 'PASSWORD_AS_FACTOR',
  sms: 'SMS_FACTOR',
  voice: 'CALL_FACTOR',
  email: 'EMAIL_FACTOR',
  security_question: 'SECURITY_QUESTION_AS_FACTOR',
  otp: 'GOOGLE_OTP',
  totp: 'OKTA_SOFT_TOKEN',
  push: 'OKTA_VERIFY_PUSH',
  webauthn: 'FIDO_WEBAUTHN',
};

/** A method as the debug data of events calls it (named assumption `log-factor-names`). */
export function factorName(method: MethodType): string {
  return FACTOR_NAMES[method] ?? method.toUpperCase();
}

function record(org: Org, transaction: SignInTransaction, entry: LogEntry): void {
  const app = findClient(org, transaction.clientId)?.app;
  recordEvent(org, {
    client: logClient(org, transaction.client, transaction.clientId),
    transactionId: transaction.traceId,
    ...entry,
    target: [...(entry.target ?? []), ...(app ? [appParty(app)] : [])],
  });
}

/** The person as far as is known: someone who typed a name that no user has is unknown to the log, too. */
function actorOf(org: Org, transaction: SignInTransaction, userId = transaction.userId): LogParty {
  const user = userId === undefined ? undefined : org.store.users.get(userId);
  if (user) return userParty(user);
  return { id: 'unknown', type: 'User', alternateId: transaction.identifier ?? 'unknown', displayName: 'unknown' };
}

/** A sign-in that failed at the password: `INVALID_CREDENTIALS`, `LOCKED_OUT`, or `VERIFICATION_ERROR` for no such user. */
export function recordSessionFailure(org: Org, transaction: SignInTransaction, userId: string | undefined): void {
  const user = userId === undefined ? undefined : org.store.users.get(userId);
  const reason = !user ? 'VERIFICATION_ERROR' : user.status === 'LOCKED_OUT' ? 'LOCKED_OUT' : 'INVALID_CREDENTIALS';
  const actor = actorOf(org, transaction, userId);
  record(org, transaction, {
    eventType: 'user.session.start',
    displayMessage: 'User login to Okta',
    severity: 'WARN',
    actor,
    outcome: { result: 'FAILURE', reason },
  });
}

/** One factor was verified, or was answered wrongly. */
export function recordFactor(org: Org, transaction: SignInTransaction, method: MethodType, right: boolean): void {
  record(org, transaction, {
    eventType: 'user.authentication.auth_via_mfa',
    displayMessage: 'Authentication of user via MFA',
    ...(right ? {} : { severity: 'WARN' }),
    actor: actorOf(org, transaction),
    outcome: right ? { result: 'SUCCESS' } : { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' },
    debugData: { factor: factorName(method) },
  });
}

/** What the app's rule said once something was proven: more is needed, access, or none. */
export function recordEvaluation(org: Org, transaction: SignInTransaction, situation: Situation): void {
  const { decisions, goal, app } = situation;
  const denied = goal === 'refuse' && accessDenied(decisions);
  const result: LogResult = goal === 'success' ? 'ALLOW' : denied ? 'DENY' : 'CHALLENGE';
  const policy = org.store.policies.get(app.accessPolicyId);
  const rule = decisions.appSignIn.rule && org.store.policyRules.get(decisions.appSignIn.rule.id);
  record(org, transaction, {
    eventType: 'policy.evaluate_sign_on',
    displayMessage: 'Evaluation of sign-on policy',
    actor: actorOf(org, transaction),
    outcome: { result, reason: `Sign-on policy evaluation resulted in ${result}` },
    target: [...(policy ? [policyParty(policy)] : []), ...(rule ? [ruleParty(rule)] : [])],
  });
}

/** The end of a sign-in: a session, and the app opened by it. */
export function recordSignIn(org: Org, transaction: SignInTransaction): void {
  const actor = actorOf(org, transaction);
  // a name of the session for readers; the cookie's value is a secret
  const authentication = { externalSessionId: `idx${org.ids.opaque(22)}` };
  record(org, transaction, {
    eventType: 'user.session.start',
    displayMessage: 'User login to Okta',
    actor,
    authentication,
  });
  record(org, transaction, {
    eventType: 'user.authentication.sso',
    displayMessage: 'User single sign on to app',
    actor,
    authentication,
  });
}

const SENDING: Readonly<Record<Channel, readonly [verify: string, enroll: string, message: string]>> = {
  sms: ['system.sms.send_factor_verify_message', 'system.sms.send_phone_verification_message', 'Send SMS message'],
  voice: ['system.voice.send_mfa_challenge_call', 'system.voice.send_phone_verification_call', 'Send voice call'],
  email: ['system.email.send_factor_verify_message', 'system.email.send_factor_verify_message', 'Send email'],
};

/** A code went out, or was held back by a limit. */
export function recordSending(
  org: Org,
  transaction: SignInTransaction,
  channel: Channel,
  sent: boolean,
  enrolling: boolean,
): void {
  const [verify, enroll, message] = SENDING[channel];
  const user = transaction.userId === undefined ? undefined : org.store.users.get(transaction.userId);
  record(org, transaction, {
    eventType: enrolling ? enroll : verify,
    displayMessage: `${message} ${enrolling ? 'to verify a phone or address' : 'for a factor'}`,
    outcome: sent ? { result: 'SUCCESS' } : { result: 'DENY', reason: 'RATE_LIMIT' },
    target: user ? [userParty(user)] : [],
  });
}

/** Something else that happened to a user's account in the pipeline. */
export function recordAccount(
  org: Org,
  transaction: SignInTransaction,
  user: UserEntity,
  eventType: string,
  displayMessage: string,
): void {
  record(org, transaction, { eventType, displayMessage, actor: userParty(user), target: [userParty(user)] });
}
