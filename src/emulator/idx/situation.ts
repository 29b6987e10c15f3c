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
  globalSessionFor,
  levelOf,
  type PolicyWithRules,
  type SignInRules,
  skipOffered,
  usableForAuthentication,
} from '../../policy/index.ts';
import type { AuthenticatorKey } from '../../wire/authenticator.ts';
import type { PolicyType } from '../../wire/policy.ts';
import { lifetimesFor } from '../oauth/access-policy.ts';
import { isAssigned } from '../oauth/assignment.ts';
import { findClient } from '../oauth/client-auth.ts';
import { serverById } from '../oauth/servers.ts';
import type { Org } from '../org.ts';
import type { ApplicationEntity, AuthenticatorEntity, UserEntity } from '../store/entities.ts';
import { type ClientFacts, signInContext } from './client.ts';
import { type Enrollment, enrollmentsOf } from './enrollments.ts';
import { type IdxRefusal, refusals } from './refusals.ts';
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

/** The authenticators of the org by name, as Okta lists them. */
export function orgAuthenticators(org: Org): AuthenticatorEntity[] {
  return org.store.authenticators.values().sort((a, b) => a.name.localeCompare(b.name));
}

/** How sign-ins to the org begin, before anyone is known: as the global session policy says for everyone. */
export function passwordFirst(org: Org, client: ClientFacts | undefined): boolean {
  const anyone = { id: '', groupIds: [org.store.org.everyoneGroupId] };
  return globalSessionFor(policiesOf(org, 'OKTA_SIGN_ON'), anyone, signInContext(org, client)).passwordFirst;
}

export function policiesOf(org: Org, type: PolicyType): PolicyWithRules[] {
  return org.store.policies
    .filter((policy) => policy.type === type)
    .map((policy) => ({ policy, rules: rulesOf(org, policy.id) }));
}

function rulesOf(org: Org, policyId: string): PolicyWithRules['rules'] {
  return org.store.policyRules.filter((rule) => rule.policyId === policyId);
}

/** The policies that decide sign-ins to an app. */
export function signInRules(org: Org, app: ApplicationEntity): SignInRules {
  const policy = org.store.policies.get(app.accessPolicyId);
  if (!policy) throw new Error(`app ${app.id} has no app sign-in policy`);
  return {
    authenticators: orgAuthenticators(org),
    enrollmentPolicies: policiesOf(org, 'MFA_ENROLL'),
    globalSessionPolicies: policiesOf(org, 'OKTA_SIGN_ON'),
    appSignInPolicy: { policy, rules: rulesOf(org, policy.id) },
  };
}

/** Everything about a sign-in whose user is known. */
export function situationOf(org: Org, transaction: SignInTransaction): Situation {
  const app = appOf(org, transaction);
  const user = transaction.userId === undefined ? undefined : org.store.users.get(transaction.userId);
  if (!user) throw refusals.expired();
  const rules = signInRules(org, app);
  const person = { id: user.id, groupIds: [...org.store.memberships.leftsOf(user.id)], userTypeId: user.type.id };
  const decisions = decide(rules, person, signInContext(org, transaction.client, app.id));
  const enrollments = allowedEnrollments(org, user, decisions);
  const factors = enrollments.flatMap(({ key, methods }) => methods.map((method): Factor => ({ key, method })));
  const assurance = assessSignIn(rules, decisions, factors, transaction.verified);
  const need = enrollmentNeed(
    rules.authenticators,
    decisions.enrollment,
    factors.map((factor) => factor.key),
  );
  const offersSkip = skipOffered(need, assurance.state === 'satisfied');
  const base = { user, app, decisions, assurance, enrollments, need, skipOffered: offersSkip };
  const candidates = candidatesOf(transaction, base);
  const enrollable = enrollableOf(org, transaction, base);
  return { ...base, candidates, enrollable, ...goalOf(org, transaction, { ...base, candidates, enrollable }) };
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

type Base = Pick<Situation, 'user' | 'app' | 'decisions' | 'assurance' | 'enrollments' | 'need' | 'skipOffered'>;

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
  const wanted = keys.length > 0 ? keys : optional;
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
  const { candidates, enrollable, assurance, app, user, decisions } = situation;
  const proven = transaction.verified.length > 0;
  if (proven) {
    const refusal = accessRefusal(org, app, user, decisions);
    if (refusal) return { goal: 'refuse', refusal };
  }
  if (candidates.length > 1) return { goal: 'choose' };
  const [only] = candidates;
  if (only) return { goal: goalForOnly(only) };
  if (enrollable.length > 0) return { goal: 'enroll' };
  if (assurance.state !== 'satisfied' || !proven) return { goal: 'refuse', refusal: refusals.unsatisfiable(app.label) };
  if (!mayHaveTokens(org, transaction)) return { goal: 'refuse', refusal: refusals.noMatchingPolicy() };
  return { goal: 'success' };
}

/** Said only to someone who has proven something, so that nobody can ask who may use what. */
function accessRefusal(
  org: Org,
  app: ApplicationEntity,
  user: UserEntity,
  decisions: Decisions,
): IdxRefusal | undefined {
  // also someone who was suspended in the middle of a sign-in
  if (user.status !== 'ACTIVE') return refusals.authenticationFailed();
  if (!isAssigned(org, app, user.id)) return refusals.notAssigned();
  return accessDenied(decisions) ? refusals.accessDenied() : undefined;
}

function goalForOnly(enrollment: Enrollment): Goal {
  if (enrollment.key === 'okta_password') return 'password';
  return enrollment.key === 'phone_number' || enrollment.key === 'okta_email' ? 'code' : 'choose';
}

/** Whether a rule of the authorization server lets this client have tokens for an interaction code. */
export function mayHaveTokens(org: Org, transaction: SignInTransaction): boolean {
  const server = serverById(org, transaction.serverId);
  if (!server) return false;
  const { clientId, scopes, userId } = transaction;
  const request = { clientId, scopes, grantType: 'interaction_code', ...(userId === undefined ? {} : { userId }) };
  return lifetimesFor(org, server, request) !== undefined;
}

/** Whether an authenticator is one that the emulator can enrol during sign-in. */
export function canBeEnrolledHere(authenticator: AuthenticatorEntity): boolean {
  return authenticator.key === 'phone_number' && usableForAuthentication(authenticator);
}
