/**
 * Authenticator enrollment policies: which one applies, what level it gives each authenticator, and so which methods a
 * person may use to authenticate and which they may still enrol.
 */
import type {
  AllowedFor,
  Authenticator,
  AuthenticatorKey,
  AuthenticatorMethod,
  MethodType,
} from '../wire/authenticator.ts';
import type { EnrollLevel, EnrollSelf, MfaEnrollEntry, MfaEnrollSettings } from '../wire/policy.ts';
import { type Factor, methodsOf } from './factors.ts';
import type { AnyPolicy, AnyRule, Person, PolicyWithRules, SignInContext, Skipped } from './person.ts';
import { selectPolicy } from './select.ts';

/** An authenticator of the org with its methods (those unknown are taken from the factor table, as ACTIVE). */
export interface OrgAuthenticator extends Pick<Authenticator, 'key' | 'status' | 'settings'> {
  methods?: readonly Pick<AuthenticatorMethod, 'type' | 'status'>[];
}

export interface EnrollmentDecision {
  policy: AnyPolicy | undefined;
  rule: AnyRule | undefined;
  skipped: Skipped[];
  /** When the rule lets a person enrol while signing in. */
  self: EnrollSelf;
  levels: ReadonlyMap<AuthenticatorKey, EnrollLevel>;
}

/** The enrollment policy and rule that apply to a person, and what they say of each authenticator. */
export function enrollmentFor(
  policies: readonly PolicyWithRules[],
  person: Person,
  context: SignInContext,
): EnrollmentDecision {
  const { match, skipped } = selectPolicy(policies, person, context);
  return {
    policy: match?.policy,
    rule: match?.rule,
    skipped,
    self: match?.rule.actions.enroll?.self ?? 'NEVER',
    levels: match ? enrollmentLevels(match.policy) : new Map(),
  };
}

/**
 * The levels of an MFA_ENROLL policy by authenticator key; what it does not name is NOT_ALLOWED. Policies in the Classic
 * form (`settings.factors`) are read through the mapping of factors to authenticators.
 */
export function enrollmentLevels(policy: AnyPolicy): Map<AuthenticatorKey, EnrollLevel> {
  const settings = policy.settings as Partial<MfaEnrollSettings> & { factors?: Record<string, ClassicFactor> };
  if (Array.isArray(settings?.authenticators)) {
    return new Map(settings.authenticators.map((entry: MfaEnrollEntry) => [entry.key, entry.enroll.self]));
  }
  const levels = new Map<AuthenticatorKey, EnrollLevel>();
  for (const [name, factor] of Object.entries(settings?.factors ?? {})) {
    const key = CLASSIC_FACTORS[name];
    const level = factor.enroll?.self ?? 'NOT_ALLOWED';
    if (key && rank(level) > rank(levels.get(key) ?? 'NOT_ALLOWED')) levels.set(key, level);
  }
  return levels;
}

interface ClassicFactor {
  enroll?: { self?: EnrollLevel };
}

const CLASSIC_FACTORS: Record<string, AuthenticatorKey> = {
  okta_password: 'okta_password',
  okta_email: 'okta_email',
  okta_sms: 'phone_number',
  okta_call: 'phone_number',
  okta_voice: 'phone_number',
  okta_otp: 'okta_verify',
  okta_push: 'okta_verify',
  okta_question: 'security_question',
  google_otp: 'google_otp',
  fido_webauthn: 'webauthn',
};

function rank(level: EnrollLevel): number {
  return ['NOT_ALLOWED', 'OPTIONAL', 'REQUIRED'].indexOf(level);
}

export function levelOf(decision: Pick<EnrollmentDecision, 'levels'>, key: AuthenticatorKey): EnrollLevel {
  return decision.levels.get(key) ?? 'NOT_ALLOWED';
}

/** Whether the authenticator may prove identity at sign-in: `any` and `sso` may, `recovery` and `none` may not. */
export function usableForAuthentication(authenticator: OrgAuthenticator): boolean {
  const allowedFor: AllowedFor = authenticator.settings?.allowedFor ?? 'any';
  return authenticator.status === 'ACTIVE' && (allowedFor === 'any' || allowedFor === 'sso');
}

/** The ACTIVE methods of an authenticator; none when it is INACTIVE itself. */
export function activeMethods(authenticator: OrgAuthenticator): MethodType[] {
  if (authenticator.status !== 'ACTIVE') return [];
  const known = methodsOf(authenticator.key);
  if (!authenticator.methods) return known;
  const active = authenticator.methods.filter((method) => method.status === 'ACTIVE').map((method) => method.type);
  return active.filter((type) => known.includes(type));
}

/** Every method that may be used to authenticate under a policy by someone who has it: level not NOT_ALLOWED. */
export function allowedFactors(
  authenticators: readonly OrgAuthenticator[],
  decision: Pick<EnrollmentDecision, 'levels'>,
): Factor[] {
  return authenticators
    .filter((one) => usableForAuthentication(one) && levelOf(decision, one.key) !== 'NOT_ALLOWED')
    .flatMap((one) => activeMethods(one).map((method) => ({ key: one.key, method })));
}

export interface EnrollmentNeed {
  /** REQUIRED and not enrolled yet. */
  required: AuthenticatorKey[];
  /** OPTIONAL and not enrolled yet. */
  optional: AuthenticatorKey[];
}

/**
 * What must or may be enrolled at a sign-in. Nothing when the rule says NEVER. Password and email are never listed: a
 * password is set otherwise, and Okta enrols a person's primary email by itself.
 */
export function enrollmentNeed(
  authenticators: readonly OrgAuthenticator[],
  decision: Pick<EnrollmentDecision, 'levels' | 'self'>,
  enrolled: readonly AuthenticatorKey[],
): EnrollmentNeed {
  if (decision.self === 'NEVER' || decision.self === 'NEVER_INCLUDING_RECOVERY') return { required: [], optional: [] };
  const missing = authenticators.filter(
    (one) =>
      one.status === 'ACTIVE' &&
      one.settings?.allowedFor !== 'none' &&
      one.key !== 'okta_password' &&
      one.key !== 'okta_email' &&
      !enrolled.includes(one.key),
  );
  const at = (level: EnrollLevel) =>
    missing.filter((one) => levelOf(decision, one.key) === level).map((one) => one.key);
  return { required: at('REQUIRED'), optional: at('OPTIONAL') };
}

/** Skipping is offered only once the app's assurance is met and nothing required is left (help page, idx recordings). */
export function skipOffered(need: EnrollmentNeed, assuranceMet: boolean): boolean {
  return assuranceMet && need.required.length === 0 && need.optional.length > 0;
}
