/** Which methods a constraint of an app sign-in rule accepts for its factor class. */
import type { FactorConstraint, PossessionConstraint } from '../wire/policy.ts';
import type { FactorClass, FactorTraits } from './factors.ts';

export const CLASSES: readonly FactorClass[] = ['knowledge', 'possession', 'inherence'];

/** Whether a method passes a constraint of its class. Names of types and methods compare without case (both occur). */
export function fitsConstraint(
  traits: FactorTraits,
  constraint: FactorConstraint | PossessionConstraint | undefined,
): boolean {
  if (!constraint) return true;
  const { types, methods, authenticationMethods, excludedAuthenticationMethods } = constraint;
  if (types?.length && !types.some((type) => typeFits(traits, type))) return false;
  if (methods?.length && !methods.some((method) => method.toLowerCase() === traits.method)) return false;
  if (authenticationMethods?.length && !authenticationMethods.some((one) => names(one, traits))) return false;
  if (excludedAuthenticationMethods?.some((one) => names(one, traits))) return false;
  const demands = constraint as PossessionConstraint;
  return (
    (demands.deviceBound !== 'REQUIRED' || traits.deviceBound) &&
    (demands.phishingResistant !== 'REQUIRED' || traits.phishingResistant) &&
    (demands.hardwareProtection !== 'REQUIRED' || traits.hardwareProtected) &&
    (demands.userPresence !== 'REQUIRED' || traits.userPresence) &&
    (demands.userVerification !== 'REQUIRED' || traits.userVerifying)
  );
}

function names(one: { key: string; method?: string }, traits: FactorTraits): boolean {
  return one.key === traits.key && (one.method === undefined || one.method.toLowerCase() === traits.method);
}

/** Authenticator type of each key, as constraints name them (OpenAPI 2026.06.3). */
const TYPE_OF: Partial<Record<FactorTraits['key'], string>> = {
  okta_password: 'password',
  okta_email: 'email',
  phone_number: 'phone',
  security_question: 'security_question',
  okta_verify: 'app',
  google_otp: 'app',
  custom_app: 'app',
  duo: 'app',
  external_idp: 'federated',
  smart_card_idp: 'federated',
};

function typeFits(traits: FactorTraits, type: string): boolean {
  return (TYPE_OF[traits.key] ?? 'security_key') === type.toLowerCase();
}
