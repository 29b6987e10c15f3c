/**
 * Password recovery and account unlock: which enrolments prove who somebody is for it, and how far they have come. The
 * password policy's rule says so, not the app's; the app's rule comes back into force once a new password is set.
 */
import { activeMethods, usableForAuthentication } from '../../policy/index.ts';
import type { Org } from '../org.ts';
import type { AuthenticatorEntity, UserEntity } from '../store/entities.ts';
import { type Enrollment, enrollmentsOf } from './enrollments.ts';
import { type Method, type SelfService, selfService, unlockMethods } from './password-policy.ts';
import { type IdxRefusal, refusals } from './refusals.ts';
import type { SignInTransaction, VerifiedFactor } from './transaction.ts';

/** Where a recovery or unlock stands: what to verify next, or that all is proven. */
export interface SelfServiceState {
  candidates: Enrollment[];
  /** Set when it cannot go on. */
  refusal?: IdxRefusal;
}

export function selfServiceState(org: Org, transaction: SignInTransaction, user: UserEntity): SelfServiceState {
  const service = selfService(org, user);
  const refusal = refusalFor(transaction, user, service);
  if (refusal) return { candidates: [], refusal };
  const usable = recoveryEnrollments(org, user);
  const { verified } = transaction;
  const primary = narrowed(usable, service.primary);
  if (!verified.some((factor) => service.primary.some((one) => sameMethod(one, factor)))) {
    return primary.length > 0 ? { candidates: primary } : { candidates: [], refusal: notAllowed(transaction) };
  }
  if (service.stepUp === 'none' || verified.length > 1) return { candidates: [] };
  const further = stepUpEnrollments(org, user, service, verified);
  return further.length > 0 ? { candidates: further } : { candidates: [], refusal: notAllowed(transaction) };
}

function refusalFor(
  transaction: SignInTransaction,
  { status }: UserEntity,
  service: SelfService,
): IdxRefusal | undefined {
  const locked = status === 'LOCKED_OUT';
  const may = transaction.purpose === 'unlock' || locked ? service.unlock : service.passwordReset;
  // who waits for a reset has the link of the admin for it, and no other way (OpenAPI 2026.06.3)
  const able = locked || status === 'ACTIVE' || status === 'PASSWORD_EXPIRED';
  return may && able ? undefined : notAllowed(transaction);
}

function notAllowed({ purpose }: SignInTransaction): IdxRefusal {
  return purpose === 'unlock' ? refusals.unlockNotAllowed() : refusals.resetNotAllowed();
}

/** What the authenticators' own settings let be used for recovery; enrollment policy has no say (management reference). */
function recoveryEnrollments(org: Org, user: UserEntity): Enrollment[] {
  return withActiveMethods(org, enrollmentsOf(org, user), (authenticator) => {
    const allowedFor = authenticator.settings?.allowedFor ?? 'any';
    return authenticator.status === 'ACTIVE' && (allowedFor === 'any' || allowedFor === 'recovery');
  });
}

function stepUpEnrollments(
  org: Org,
  user: UserEntity,
  service: SelfService,
  verified: readonly VerifiedFactor[],
): Enrollment[] {
  if (service.stepUp === 'security_question') {
    return recoveryEnrollments(org, user).filter((one) => one.key === 'security_question');
  }
  return withActiveMethods(org, enrollmentsOf(org, user), usableForAuthentication).filter(
    (one) => one.key !== 'okta_password' && !verified.some((factor) => factor.key === one.key),
  );
}

function withActiveMethods(
  org: Org,
  enrollments: readonly Enrollment[],
  test: (authenticator: AuthenticatorEntity) => boolean,
): Enrollment[] {
  return enrollments.flatMap((enrollment) => {
    const authenticator = org.store.authenticators.find('key', enrollment.key);
    if (!authenticator || !test(authenticator)) return [];
    const active = activeMethods(authenticator);
    const methods = enrollment.methods.filter((method) => active.includes(method));
    return methods.length > 0 ? [{ ...enrollment, methods }] : [];
  });
}

function narrowed(enrollments: readonly Enrollment[], allowed: readonly Method[]): Enrollment[] {
  return enrollments.flatMap((enrollment) => {
    const methods = enrollment.methods.filter((method) =>
      allowed.some((one) => sameMethod(one, { key: enrollment.key, method })),
    );
    return methods.length > 0 ? [{ ...enrollment, methods }] : [];
  });
}

function sameMethod(one: Method, other: Method): boolean {
  return one.key === other.key && one.method === other.method;
}

/** Authenticators that the unlock form offers before anyone is known. */
export function unlockAuthenticators(org: Org): AuthenticatorEntity[] {
  const primary = unlockMethods(org);
  return org.store.authenticators
    .values()
    .sort((a, b) => a.name.localeCompare(b.name))
    .filter((one) => {
      const allowedFor = one.settings?.allowedFor ?? 'any';
      const offered = primary.some((method) => method.key === one.key && activeMethods(one).includes(method.method));
      return offered && (allowedFor === 'any' || allowedFor === 'recovery');
    });
}

/**
 * What a recovery proved counts at the sign-in that follows, as far as it may be used to sign in at all.
 * @param allowed what the person has enrolled and the enrollment policy allows
 */
export function factorsAfterRecovery(
  org: Org,
  verified: readonly VerifiedFactor[],
  allowed: readonly Enrollment[],
): VerifiedFactor[] {
  return verified.filter(({ key }) => {
    const authenticator = org.store.authenticators.find('key', key);
    return authenticator && usableForAuthentication(authenticator) && allowed.some((one) => one.key === key);
  });
}
