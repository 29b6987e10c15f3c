/**
 * Where a sign-in stands: the policies that apply to it now, what the person has and may use, and so what comes next.
 * Worked out anew at each step, since what the Management API changes holds at once.
 */
import {
  type Assurance,
  accessDenied,
  activeMethods,
  assessSignIn,
  type Decisions,
  decide,
  type EnrollmentNeed,
  enrollmentNeed,
  type Factor,
  levelOf,
  skipOffered,
} from '../../policy/index.ts';
import type { AuthenticatorKey } from '../../wire/authenticator.ts';
import { lifetimesFor } from '../oauth/access-policy.ts';
import { isAssigned } from '../oauth/assignment.ts';
import { findClient } from '../oauth/client-auth.ts';
import { serverById } from '../oauth/servers.ts';
import type { Org } from '../org.ts';
import type { ApplicationEntity, AuthenticatorEntity, UserEntity } from '../store/entities.ts';
import { signInContext } from './client.ts';
import { type Enrollment, enrollmentsOf } from './enrollments.ts';
import { orgAuthenticators, signInRules } from './policies.ts';
import { type IdxRefusal, refusals } from './refusals.ts';
import { registrationFirst, registrationNeed } from './registration.ts';
import { selfServiceState } from './self-service.ts';
import type { Goal } from './steps.ts';
import type { SignInTransaction } from './transaction.ts';

export interface Situation {
  user: UserEntity;
  app: ApplicationEntity;
  decisions: Decisions;
  assurance: Assurance;
  /** What the person has and policy allows; methods narrowed to ACTIVE ones. */
  enrollments: Enrollment[];
  need: EnrollmentNeed;
  /** Authenticators to verify next, with the methods that would do. */
  candidates: Enrollment[];
  /** Authenticators to enrol next. */
  enrollable: AuthenticatorEntity[];
  skipOffered: boolean;
  goal: Goal;
  /** Set when the goal is `refuse`. */
  refusal?: IdxRefusal;
}

/** The app of a transaction; a sign-in whose app was removed or switched off meanwhile is over. */
export function appOf(org: Org, transaction: SignInTransaction): ApplicationEntity {
  const client = findClient(org, transaction.clientId);
  if (!client) throw refusals.expired();
  return client.app;
}

/** Everything about a sign-in whose user is known. */
export function situationOf(org: Org, transaction: SignInTransaction): Situation {
  const base = baseOf(org, transaction);
  if (transaction.purpose === 'recovery' || transaction.purpose === 'unlock') {
    const { candidates, refusal } = selfServiceState(org, transaction, base.user);
    const none = { candidates, enrollable: [], skipOffered: false };
    if (refusal) return { ...base, ...none, goal: 'refuse', refusal };
    if (candidates.length === 0) return { ...base, ...none, goal: 'resetPassword' };
    // named assumption `recovery-list`
    const listed = transaction.purpose === 'recovery' && transaction.verified.length === 0;
    return { ...base, ...none, goal: listed ? 'choose' : goalFor(candidates) };
  }
  const candidates = candidatesOf(transaction, base);
  const enrollable = enrollableOf(org, transaction, base);
  return { ...base, candidates, enrollable, ...goalOf(org, transaction, { ...base, candidates, enrollable }) };
}

type Base = Omit<Situation, 'candidates' | 'enrollable' | 'goal' | 'refusal'>;

function baseOf(org: Org, transaction: SignInTransaction): Base {
  const app = appOf(org, transaction);
  const user = transaction.userId === undefined ? undefined : org.store.users.get(transaction.userId);
  if (!user) throw refusals.expired();
  const rules = signInRules(org, app);
  const person = { id: user.id, groupIds: [...org.store.memberships.leftsOf(user.id)], userTypeId: user.type.id };
  const decisions = decide(rules, person, signInContext(org, transaction.client, { appId: app.id, userId: user.id }));
  const enrollments = allowedEnrollments(org, user, decisions);
  const factors = enrollments.flatMap(({ key, methods }) => methods.map((method): Factor => ({ key, method })));
  const assurance = assessSignIn(rules, decisions, factors, transaction.verified, transaction.acr);
  const ordinary = enrollmentNeed(
    rules.authenticators,
    decisions.enrollment,
    factors.map((factor) => factor.key),
  );
  const own = ownNeed(org, app, user, transaction.purpose, decisions);
  const need = {
    required: [...own.required, ...ordinary.required],
    optional: [...own.optional, ...ordinary.optional],
  };
  const skip = skipOffered(need, assurance.state === 'satisfied');
  return { user, app, decisions, assurance, enrollments, need, skipOffered: skip };
}

const NO_NEED: EnrollmentNeed = { required: [], optional: [] };

/** Password and email are enrolled nowhere but where an account begins. */
function ownNeed(
  org: Org,
  app: ApplicationEntity,
  user: UserEntity,
  purpose: SignInTransaction['purpose'],
  decisions: Decisions,
): EnrollmentNeed {
  if (purpose === 'registration') return registrationNeed(org, app, user, (key) => levelOf(decisions.enrollment, key));
  const activating = purpose === 'activation' && user.passwordHash === undefined;
  return activating ? { required: ['okta_password'], optional: [] } : NO_NEED;
}

/** An authenticator that is INACTIVE or NOT_ALLOWED is not there, enrolled or not. */
function allowedEnrollments(org: Org, user: UserEntity, decisions: Decisions): Enrollment[] {
  return enrollmentsOf(org, user).flatMap((enrollment) => {
    const authenticator = org.store.authenticators.find('key', enrollment.key);
    if (!authenticator || levelOf(decisions.enrollment, enrollment.key) === 'NOT_ALLOWED') return [];
    const active = activeMethods(authenticator);
    const methods = enrollment.methods.filter((method) => active.includes(method));
    return methods.length > 0 ? [{ ...enrollment, methods }] : [];
  });
}

function candidatesOf(transaction: SignInTransaction, base: Base): Enrollment[] {
  const next = base.assurance.state === 'verify' ? base.assurance.next : [];
  const candidates = base.enrollments.flatMap((enrollment) => {
    const methods = enrollment.methods.filter((method) =>
      next.some((factor) => factor.key === enrollment.key && factor.method === method),
    );
    return methods.length > 0 ? [{ ...enrollment, methods }] : [];
  });
  const password = base.enrollments.filter((enrollment) => enrollment.key === 'okta_password');
  // PASSWORD_IDP: a password is what starts a session, also where the app's rule would be content without
  const first = transaction.verified.length === 0;
  return first && base.decisions.globalSession.passwordFirst && password.length > 0 ? password : candidates;
}

/** The required ones and what would bring the assurance that is still missing; when there are none, the optional ones. */
function enrollableOf(org: Org, transaction: SignInTransaction, base: Base): AuthenticatorEntity[] {
  const bringing = base.assurance.state === 'enroll' ? base.assurance.next.map((factor) => factor.key) : [];
  const optional = base.assurance.state === 'satisfied' && offersOptional(transaction) ? base.need.optional : [];
  const keys: AuthenticatorKey[] = [...base.need.required, ...bringing];
  const wanted = keys.length > 0 ? registrationFirst(org, base.app, keys) : optional;
  return orgAuthenticators(org).filter((authenticator) => wanted.includes(authenticator.key));
}

/** Named assumption `optional-offered-when-enrolling`. */
function offersOptional(transaction: SignInTransaction): boolean {
  return transaction.enrolled && !transaction.skippedOptional;
}

function goalOf(
  org: Org,
  transaction: SignInTransaction,
  situation: Omit<Situation, 'goal' | 'refusal'>,
): Pick<Situation, 'goal' | 'refusal'> {
  const { candidates, enrollable, assurance, app, need } = situation;
  const proven = transaction.verified.length > 0;
  if (transaction.purpose === 'registration' && need.required.length > 0) {
    return { goal: registrationGoal(transaction, situation) };
  }
  if (transaction.purpose === 'activation' && need.required.includes('okta_password')) return { goal: 'enroll' };
  if (proven) {
    const refusal = accessRefusal(org, transaction, situation);
    if (refusal) return { goal: 'refuse', refusal };
  }
  const { passwordExpiry } = transaction;
  if (passwordExpiry) return { goal: passwordExpiry.daysLeft === undefined ? 'expiredPassword' : 'expiringPassword' };
  if (candidates.length > 0) return { goal: goalFor(candidates) };
  if (enrollable.length > 0) return { goal: 'enroll' };
  if (assurance.state !== 'satisfied' || !proven) {
    const refusal = transaction.acr === undefined ? refusals.unsatisfiable(app.label) : refusals.unmet(app.label);
    return { goal: 'refuse', refusal };
  }
  if (!mayHaveTokens(org, transaction)) return { goal: 'refuse', refusal: refusals.noMatchingPolicy() };
  return { goal: 'success' };
}

/**
 * Right after the profile was given, an address that is all there is to enrol is not chosen from a list first (named
 * assumption `registration-order`): its form asks before it sends, unless the password is optional; then the code is sent.
 */
function registrationGoal(
  { step }: SignInTransaction,
  { enrollable, need }: Pick<Situation, 'enrollable' | 'need'>,
): Goal {
  const [only, another] = enrollable;
  if (step !== 'enrollProfile' || only?.key !== 'okta_email' || another) return 'enroll';
  return need.required.includes('okta_password') ? 'enrollData' : 'enrollCode';
}

/** Said only to someone who has proven something, so that nobody can ask who may use what. */
function accessRefusal(
  org: Org,
  transaction: SignInTransaction,
  { user, app, decisions }: Pick<Situation, 'user' | 'app' | 'decisions'>,
): IdxRefusal | undefined {
  // also someone who was suspended in the middle of a sign-in
  const changing = transaction.passwordExpiry !== undefined && user.status === 'PASSWORD_EXPIRED';
  if (user.status !== 'ACTIVE' && !changing) return refusals.authenticationFailed();
  if (!isAssigned(org, app, user.id)) return refusals.notAssigned();
  return accessDenied(decisions) ? refusals.accessDenied() : undefined;
}

/** Nothing is sent, and there is one method: chosen, they are challenged. */
const ANSWERED_AT_ONCE: readonly AuthenticatorKey[] = ['security_question', 'google_otp', 'webauthn'];

function goalFor(candidates: readonly Enrollment[]): Goal {
  const [only, ...others] = candidates;
  // any of several security keys will do: they are no choice
  const another = others.some((one) => one.key !== 'webauthn' || only?.key !== 'webauthn');
  if (!only || another) return 'choose';
  if (only.key === 'okta_password') return 'password';
  if (only.key === 'phone_number' || only.key === 'okta_email') return 'code';
  return ANSWERED_AT_ONCE.includes(only.key) ? 'answer' : 'choose';
}

/** Whether a rule of the authorization server lets this client have tokens for the grant that the sign-in ends with. */
export function mayHaveTokens(org: Org, transaction: SignInTransaction): boolean {
  const server = serverById(org, transaction.serverId);
  if (!server) return false;
  const { clientId, scopes, userId } = transaction;
  const grantType = transaction.hosted ? 'authorization_code' : 'interaction_code';
  const request = { clientId, scopes, grantType, ...(userId === undefined ? {} : { userId }) };
  return lifetimesFor(org, server, request) !== undefined;
}

/** Whether an authenticator is one that the emulator can enrol during sign-in. */
export function canBeEnrolledHere(authenticator: AuthenticatorEntity): boolean {
  if (authenticator.key === 'okta_password' || authenticator.key === 'okta_email') return true;
  if (authenticator.key === 'okta_verify') {
    return activeMethods(authenticator).some((method) => method === 'totp' || method === 'push');
  }
  const known: AuthenticatorKey[] = ['phone_number', 'security_question', 'google_otp', 'webauthn'];
  return known.includes(authenticator.key) && authenticator.status === 'ACTIVE';
}
