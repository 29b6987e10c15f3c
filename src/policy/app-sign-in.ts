/** App sign-in policies: the rule that applies to a person, and what it demands. */
import type { AppSignOnAction } from '../wire/policy.ts';
import type { AnyRule, Person, PolicyWithRules, SignInContext, Skipped } from './person.ts';
import { selectRule } from './select.ts';

export interface AppSignInDecision {
  /** Undefined when no rule matched: access is denied. A catch-all rule makes that impossible in a sound policy. */
  rule: AnyRule | undefined;
  action: AppSignOnAction | undefined;
  skipped: Skipped[];
}

/** The first rule of the app's policy that matches, in order of priority, the catch-all last. */
export function appSignInFor(policy: PolicyWithRules, person: Person, context: SignInContext): AppSignInDecision {
  const { rule, skipped } = selectRule(policy.rules, person, context);
  return { rule, action: rule?.actions.appSignOn, skipped };
}
