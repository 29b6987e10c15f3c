/**
 * How policies of one type are evaluated, told in full: what matched, what was looked at before it and did not, and what
 * could not be decided because the request leaves open what a condition asks for.
 */
import { type ConditionResult, type ConditionStatus, evaluateConditions } from './conditions.ts';
import type { AnyPolicy, AnyRule, Person, PolicyWithRules, SignInContext } from './person.ts';
import { inOrder, rulesInOrder } from './select.ts';

/** A policy or rule with each of its conditions. */
export interface Evaluated {
  id: string;
  name: string;
  status: ConditionStatus;
  conditions: ConditionResult[];
}

export interface EvaluatedPolicy extends Evaluated {
  rules: Evaluated[];
}

export interface Simulation {
  /** `UNDEFINED`: nothing matched, and something might have. */
  status: ConditionStatus;
  /** The policy that matched, with the rule of it that did. */
  match: EvaluatedPolicy | undefined;
  /** Policies and rules that were passed over, in order; the policy that matched too, if rules of it did not. */
  passedOver: EvaluatedPolicy[];
  /** Those about which nothing can be said. */
  undecided: EvaluatedPolicy[];
}

/**
 * Evaluates the ACTIVE policies and rules of one type in their order, up to the first match. Policies whose conditions hold
 * but none of whose rules match are passed over.
 */
export function simulate(policies: readonly PolicyWithRules[], person: Person, context: SignInContext): Simulation {
  const simulation: Simulation = { status: 'NOT_MATCH', match: undefined, passedOver: [], undecided: [] };
  for (const { policy, rules } of inOrder(policies)) {
    if (policy.status !== 'ACTIVE') continue;
    const shown = evaluated(policy, person, context);
    const seen = shown.status === 'MATCH' ? evaluateRules(rules, person, context) : NO_RULES;
    const { matched, notMatched, undecided } = seen;
    if (notMatched.length > 0 || (shown.status === 'NOT_MATCH' && undecided.length === 0)) {
      simulation.passedOver.push({ ...shown, rules: notMatched });
    }
    if (undecided.length > 0 || shown.status === 'UNDEFINED') {
      simulation.undecided.push({ ...shown, rules: undecided });
    }
    if (matched) return { ...simulation, status: 'MATCH', match: { ...shown, rules: [matched] } };
  }
  return simulation.undecided.length > 0 ? { ...simulation, status: 'UNDEFINED' } : simulation;
}

interface SeenRules {
  matched: Evaluated | undefined;
  notMatched: Evaluated[];
  undecided: Evaluated[];
}

const NO_RULES: SeenRules = { matched: undefined, notMatched: [], undecided: [] };

function evaluateRules(rules: readonly AnyRule[], person: Person, context: SignInContext): SeenRules {
  const seen: SeenRules = { matched: undefined, notMatched: [], undecided: [] };
  for (const rule of rulesInOrder(rules)) {
    if (rule.status !== 'ACTIVE') continue;
    const shown = evaluated(rule, person, context);
    if (shown.status === 'MATCH') return { ...seen, matched: shown };
    (shown.status === 'UNDEFINED' ? seen.undecided : seen.notMatched).push(shown);
  }
  return seen;
}

/** One condition that fails decides; else one that is not known leaves it open. */
function evaluated({ id, name, conditions }: AnyPolicy | AnyRule, person: Person, context: SignInContext): Evaluated {
  const results = evaluateConditions(conditions, person, context);
  const has = (status: ConditionStatus) => results.some((result) => result.status === status);
  const status = has('NOT_MATCH') ? 'NOT_MATCH' : has('UNDEFINED') ? 'UNDEFINED' : 'MATCH';
  return { id, name, status, conditions: results };
}
