/** The policies of the org, as the functions of `src/policy` take them. */
import {
  type GlobalSessionDecision,
  globalSessionFor,
  type PolicyWithRules,
  type SignInRules,
} from '../../policy/index.ts';
import type { PolicyType } from '../../wire/policy.ts';
import type { Org } from '../org.ts';
import type { ApplicationEntity, AuthenticatorEntity } from '../store/entities.ts';
import { type ClientFacts, signInContext } from './client.ts';

/** The authenticators of the org by name, as Okta lists them. */
export function orgAuthenticators(org: Org): AuthenticatorEntity[] {
  return org.store.authenticators.values().sort((a, b) => a.name.localeCompare(b.name));
}

export function policiesOf(org: Org, type: PolicyType): PolicyWithRules[] {
  return org.store.policies
    .filter((policy) => policy.type === type)
    .map((policy) => ({ policy, rules: rulesOf(org, policy.id) }));
}

/** One policy as a list of it; empty when there is none of this id. */
export function policyWithRules(org: Org, policyId: string): PolicyWithRules[] {
  const policy = org.store.policies.get(policyId);
  return policy ? [{ policy, rules: rulesOf(org, policyId) }] : [];
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

/** How sign-ins to the org begin, before anyone is known: as the global session policy says for everyone. */
export function globalSessionForAnyone(org: Org, client: ClientFacts | undefined): GlobalSessionDecision {
  const anyone = { id: '', groupIds: [org.store.org.everyoneGroupId] };
  return globalSessionFor(policiesOf(org, 'OKTA_SIGN_ON'), anyone, signInContext(org, client));
}
