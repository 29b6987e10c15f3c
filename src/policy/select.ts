/**
 * Which policy and rule apply: policies in order of priority, the system policy last, and in each its rules in order of
 * priority; the first rule whose conditions hold decides (developer docs, "policies"). A policy in which no rule matches,
 * or which has none, is passed over.
 */
import { mismatch } from './conditions.ts';
import type { AnyPolicy, AnyRule, Person, PolicyWithRules, SignInContext, Skipped } from './person.ts';

export interface Selection {
  policy: AnyPolicy;
  rule: AnyRule;
}

export interface Selected {
  /** Undefined when nothing applies. */
  match: Selection | undefined;
  /** Everything that came before the match, in order. */
  skipped: Skipped[];
}

/** The policy and rule among those of one type that apply to a person. */
export function selectPolicy(policies: readonly PolicyWithRules[], person: Person, context: SignInContext): Selected {
  const skipped: Skipped[] = [];
  for (const { policy, rules } of inOrder(policies)) {
    const reason = policyMismatch(policy, person, context);
    if (reason !== undefined) {
      skipped.push({ id: policy.id, name: policy.name, reason });
      continue;
    }
    const found = selectRule(rules, person, context);
    skipped.push(...found.skipped);
    if (found.rule) return { match: { policy, rule: found.rule }, skipped };
    skipped.push({
      id: policy.id,
      name: policy.name,
      reason: rules.length === 0 ? 'it has no rules' : 'no rule matched',
    });
  }
  return { match: undefined, skipped };
}

/** The rule of one policy that applies to a person. */
export function selectRule(
  rules: readonly AnyRule[],
  person: Person,
  context: SignInContext,
): { rule: AnyRule | undefined; skipped: Skipped[] } {
  const skipped: Skipped[] = [];
  for (const rule of rulesInOrder(rules)) {
    const reason = rule.status === 'ACTIVE' ? mismatch(rule.conditions, person, context) : 'it is inactive';
    if (reason === undefined) return { rule, skipped };
    skipped.push({ id: rule.id, name: rule.name, reason });
  }
  return { rule: undefined, skipped };
}

function policyMismatch(policy: AnyPolicy, person: Person, context: SignInContext): string | undefined {
  if (policy.status !== 'ACTIVE') return 'it is inactive';
  return mismatch(policy.conditions, person, context);
}

/** Policies as they are evaluated. */
export function inOrder(policies: readonly PolicyWithRules[]): PolicyWithRules[] {
  return [...policies].sort((a, b) => bySystemThenPriority(a.policy, b.policy));
}

/** Rules as they are evaluated. */
export function rulesInOrder(rules: readonly AnyRule[]): AnyRule[] {
  return [...rules].sort(bySystemThenPriority);
}

function bySystemThenPriority(
  a: { system: boolean; priority: number },
  b: { system: boolean; priority: number },
): number {
  return Number(a.system) - Number(b.system) || a.priority - b.priority;
}
