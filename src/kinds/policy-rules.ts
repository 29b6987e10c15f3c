/** What rules of enrollment policies and of app sign-in policies have in common on the wire. */

import type { Declared, Found, Listed, OrderRule } from '../engine/kind.ts';
import { addressOf, namesOf } from '../shared/address.ts';

import type { Policy, PolicyRule, PolicyType } from '../wire/policy.ts';
import { livePolicies, liveRules, type OrgContext, policyId } from './context.ts';
import { inOrder } from './listing.ts';
import { DEFAULT_POLICY } from './policies.ts';
import { isEarlier } from './section.ts';

/** The name that Okta gives the rule every policy of the type ends with. */
export const SYSTEM_RULE = {
  MFA_ENROLL: 'Default Rule',
  OKTA_SIGN_ON: 'Default Rule',
  PASSWORD: 'Default Rule',
  ACCESS_POLICY: 'Catch-all Rule',
} as const;

export interface RuleKindOptions<Spec extends { name: string }> {
  policyType: keyof typeof SYSTEM_RULE;
  policyKind: string;
  scheme: 'dense' | 'gapped';
  project(context: OrgContext, live: PolicyRule): Promise<Found<Spec>['spec']>;
}

/** The live rules of the declared ones' policies, matched by name; the system rule by its flag. */
export async function readRules<Spec extends { name: string }>(
  context: OrgContext,
  declared: readonly Declared<Spec>[],
  options: RuleKindOptions<Spec>,
): Promise<Map<string, Found<Spec, PolicyRule>>> {
  const found = await Promise.all(
    declared.map(async (object): Promise<[string, Found<Spec, PolicyRule>][]> => {
      const rules = await rulesOf(context, options.policyType, policyName(object));
      const live = ruleNamed(rules, object.spec.name, options.policyType);
      return live ? [[object.key, { live, spec: await options.project(context, live) }]] : [];
    }),
  );
  return new Map(found.flat());
}

/**
 * Every rule of the policies of a type, as `tell` puts it into the config's words.
 * @param policyNameOf what the config calls a policy
 */
export async function listRules<Spec extends { name: string }>(
  context: OrgContext,
  options: RuleKindOptions<Spec>,
  policyNameOf: (policy: Policy) => string,
  tell: (spec: Spec, live: PolicyRule) => Pick<Listed<Spec>, 'spec' | 'remarks'>,
): Promise<Listed<Spec>[]> {
  const { policyType, policyKind } = options;
  const listed = inOrder(await livePolicies(context, policyType)).map(async (policy) => {
    const rules = inOrder(await liveRules(context, policy));
    return Promise.all(
      rules.map(async (live) => {
        const name = live.system ? SYSTEM_RULE[policyType] : live.name;
        const spec = { ...((await options.project(context, live)) as Spec), name };
        const dormant = live.status !== 'ACTIVE';
        return { kind: `${policyKind}Rule`, names: [policyNameOf(policy), name], ...tell(spec, live), dormant };
      }),
    );
  });
  return (await Promise.all(listed)).flat();
}

/** Live rules of a policy by its name; none when the policy is not there yet. */
async function rulesOf(context: OrgContext, type: PolicyType, policy: string): Promise<PolicyRule[]> {
  const live = (await livePolicies(context, type)).find((candidate) => candidate.name === policy);
  return live ? liveRules(context, live) : [];
}

export function ruleOrder<Spec extends { name: string }>(
  options: RuleKindOptions<Spec>,
): OrderRule<Spec, PolicyRule, OrgContext> {
  return {
    scheme: options.scheme,
    parent: policyName,
    siblings: async (context, parent) =>
      (await rulesOf(context, options.policyType, parent)).filter((rule) => !rule.system),
    ordered: (declared, found) => (found ? !found.live.system : !isSystemRule(declared, options.policyType)),
  };
}

/** Rules of one policy are written one after the other, in the order of the list: priorities are positions. */
export function afterEarlierRules(own: Declared, all: readonly Declared[]): string[] {
  const parent = policyName(own);
  return all
    .filter((other) => isEarlier(other, own) && policyName(other) === parent)
    .map((other) => addressOf(other.kind, other.key));
}

export async function rulePath(
  context: OrgContext,
  declared: Declared,
  options: { policyType: PolicyType; policyKind: string },
) {
  const id = await policyId(context, options.policyType, options.policyKind, policyName(declared));
  return `/api/v1/policies/${id}/rules`;
}

/** A rule as it may be sent back: its links say nothing to the org. */
export function writable(rule: PolicyRule): Omit<PolicyRule, '_links'> {
  const { _links, ...rest } = rule;
  return rest;
}

export function policyName(declared: Declared): string {
  return namesOf(declared.key)[0] ?? '';
}

/** The rule that a config means: the system one by its flag, where the policy has one, else by name. */
function ruleNamed(rules: readonly PolicyRule[], name: string, type: keyof typeof SYSTEM_RULE): PolicyRule | undefined {
  const system = name === SYSTEM_RULE[type] ? rules.find((rule) => rule.system) : undefined;
  return system ?? rules.find((rule) => rule.name === name && !rule.system);
}

/** Whether a name is that of the rule which comes with the policy: Okta makes one for some types, and for the default policy. */
function isSystemRule(declared: Declared<{ name: string }>, type: keyof typeof SYSTEM_RULE): boolean {
  const comesWithIt = type === 'ACCESS_POLICY' || policyName(declared) === DEFAULT_POLICY;
  return comesWithIt && declared.spec.name === SYSTEM_RULE[type];
}
