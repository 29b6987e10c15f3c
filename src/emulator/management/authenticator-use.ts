/** Where policies use an authenticator: Okta refuses to deactivate one that is in use (403 E0000148, recorded). */
import type { MfaEnrollSettings } from '../../wire/policy.ts';
import { OktaError } from '../http/okta-error.ts';
import type { Org } from '../org.ts';
import type { AuthenticatorEntity, PolicyEntity, PolicyRuleEntity } from '../store/entities.ts';

const SUMMARY =
  'Cannot modify/disable this authenticator because it is enabled in one or more policies. To continue, disable the authenticator in these policies.';
const OKTA_VERIFY_SUFFIX =
  ' Additionally, if disabling Okta Verify when Fastpass is active, the "Device state" must not be set to "registered" in app assurance policies.';

/** Methods that a password rule names for self-service -> the authenticator behind each. */
const AUTHENTICATOR_OF_METHOD: Readonly<Record<string, string>> = {
  email: 'okta_email',
  sms: 'phone_number',
  voice: 'phone_number',
  push: 'okta_verify',
  otp: 'google_otp',
  security_question: 'security_question',
};

/**
 * Throws 403 E0000148 when an enrollment policy lets users enrol the authenticator, or a password rule's self-service
 * relies on it. The cause line of the former is recorded, that of the latter is not (named assumption `refusal-texts`).
 */
export function assertUnused(org: Org, authenticator: AuthenticatorEntity): void {
  const enrollment = org.store.policies.filter((policy) => allowsEnrolment(policy, authenticator));
  const password = org.store.policies.filter(
    (policy) =>
      policy.type === 'PASSWORD' &&
      org.store.policyRules.findAll('policyId', policy.id).some((rule) => relies(rule, authenticator)),
  );
  if (enrollment.length + password.length === 0) return;
  throw new OktaError(403, 'E0000148', authenticator.key === 'okta_verify' ? SUMMARY + OKTA_VERIFY_SUFFIX : SUMMARY, [
    ...cause('Authenticator Enrollment Policies', enrollment),
    ...cause('Password Policies', password),
  ]);
}

function cause(kind: string, policies: PolicyEntity[]): string[] {
  return policies.length === 0 ? [] : [`${kind}: ${policies.map((policy) => policy.name).join(', ')}`];
}

function allowsEnrolment(policy: PolicyEntity, authenticator: AuthenticatorEntity): boolean {
  if (policy.type !== 'MFA_ENROLL') return false;
  const { authenticators = [] } = policy.settings as unknown as Partial<MfaEnrollSettings>;
  return authenticators.some(
    (entry) =>
      entry.key === authenticator.key &&
      (entry.id === undefined || entry.id === authenticator.id) &&
      entry.enroll.self !== 'NOT_ALLOWED',
  );
}

function relies(rule: PolicyRuleEntity, authenticator: AuthenticatorEntity): boolean {
  const reset = rule.actions.selfServicePasswordReset as
    | { requirement?: { primary?: { methods?: string[] }; stepUp?: { required?: boolean; methods?: string[] } } }
    | undefined;
  const { primary, stepUp } = reset?.requirement ?? {};
  const methods = [...(primary?.methods ?? []), ...(stepUp?.required === false ? [] : (stepUp?.methods ?? []))];
  return methods.some((method) => AUTHENTICATOR_OF_METHOD[method] === authenticator.key);
}
