/**
 * The assurance that an app sign-in rule demands, and how far a sign-in has come: what the verified factors prove, which
 * enrolled ones could be next, which could be enrolled to get there, or why no way leads there.
 *
 * "2FA" means two different factor classes (knowledge, possession, inherence), not two authenticators. Of `constraints`
 * one entry must hold (OR), and in it every member (AND); a constraint narrows what counts for its class.
 */
import type { AssuranceConstraint, VerificationMethod } from '../wire/policy.ts';
import { chainPaths, chainSatisfied, nextInChains } from './chains.ts';
import { CLASSES, fitsConstraint } from './constraints.ts';
import { type Factor, type FactorClass, type FactorTraits, traitsOf } from './factors.ts';
import { unsatisfiableReason } from './reasons.ts';

export interface AssuranceState {
  verified: readonly Factor[];
  /** Methods this person has and may use, the verified ones included or not. */
  enrolled: readonly Factor[];
  /** Methods this person may enrol at this sign-in. */
  enrollable: readonly Factor[];
}

export type Assurance =
  | { state: 'satisfied' }
  /** One of `next` is to be verified. */
  | { state: 'verify'; next: Factor[] }
  /** One of `next` is to be enrolled. */
  | { state: 'enroll'; next: Factor[] }
  | { state: 'unsatisfiable'; reason: string };

/** Several demands hold together: the app's rule, and the org's when the global session policy asks for a second factor. */
export type Demands = readonly VerificationMethod[];

/** The next thing to do, or that it is done, or that it cannot be done. */
export function assess(demands: Demands, state: AssuranceState): Assurance {
  if (satisfied(demands, state.verified)) return { state: 'satisfied' };
  const enrolled = withoutVerified(state.enrolled, state.verified);
  const verify = useful(demands, state.verified, enrolled, []);
  if (verify.length > 0) return { state: 'verify', next: verify };
  const enrollable = withoutVerified(state.enrollable, state.verified);
  const onTheWay = useful(demands, state.verified, enrolled, enrollable);
  const enrolledOnTheWay = onTheWay.filter((factor) => includes(enrolled, factor));
  if (enrolledOnTheWay.length > 0) return { state: 'verify', next: enrolledOnTheWay };
  if (onTheWay.length > 0) return { state: 'enroll', next: onTheWay };
  const available = [...state.verified, ...enrolled, ...enrollable];
  const unmet = demands.find((demand) => !reachable([demand], [], available)) ?? demands[0];
  return { state: 'unsatisfiable', reason: unsatisfiableReason(unmet, available) };
}

/** Whether the verified factors meet all demands. */
function satisfied(demands: Demands, verified: readonly Factor[]): boolean {
  return demands.every((demand) => meets(demand, verified));
}

function meets(demand: VerificationMethod, verified: readonly Factor[]): boolean {
  if (demand.type === 'AUTH_METHOD_CHAIN') return chainSatisfied(chainPaths(demand), verified);
  const traits = verified.flatMap((factor) => traitsOf(factor) ?? []);
  const alternatives = demand.constraints?.length ? demand.constraints : [{}];
  return alternatives.some((constraint) => meetsAlternative(demand, constraint, traits));
}

/** A factor that its class's constraint rules out counts for nothing in this alternative. */
function meetsAlternative(
  demand: VerificationMethod,
  constraint: AssuranceConstraint,
  verified: readonly FactorTraits[],
): boolean {
  const shown = new Set<FactorClass>();
  for (const traits of verified) {
    for (const factorClass of traits.classes) {
      if (fitsConstraint(traits, constraint[factorClass])) shown.add(factorClass);
    }
  }
  const requiredClasses = CLASSES.filter((name) => constraint[name] && constraint[name]?.required !== false);
  return requiredClasses.every((name) => shown.has(name)) && shown.size >= (demand.factorMode === '2FA' ? 2 : 1);
}

/**
 * The factors that lie on a shortest way: members of a smallest set which, added to the verified ones, meets the demands.
 * When `later` is given the set may draw on it too. At most three are ever needed (one per class).
 */
function useful(
  demands: Demands,
  verified: readonly Factor[],
  now: readonly Factor[],
  later: readonly Factor[],
): Factor[] {
  // a chain has an order, so it says itself what is next; whatever else is demanded comes after it
  const chain = demands.find((demand) => demand.type === 'AUTH_METHOD_CHAIN' && !meets(demand, verified));
  if (chain) return nextInChains(chainPaths(chain), verified, [...now, ...later]);
  const pool = [...now, ...later];
  for (let size = 1; size <= 3; size++) {
    const sets = subsets(pool, size).filter((set) => satisfied(demands, [...verified, ...set]));
    if (sets.length > 0) return pool.filter((factor) => sets.some((set) => includes(set, factor)));
  }
  return [];
}

function reachable(demands: Demands, verified: readonly Factor[], pool: readonly Factor[]): boolean {
  return satisfied(demands, verified) || useful(demands, verified, withoutVerified(pool, verified), []).length > 0;
}

function subsets(pool: readonly Factor[], size: number): Factor[][] {
  if (size === 0) return [[]];
  return pool.flatMap((factor, index) => subsets(pool.slice(index + 1), size - 1).map((rest) => [factor, ...rest]));
}

function withoutVerified(pool: readonly Factor[], verified: readonly Factor[]): Factor[] {
  return pool.filter((factor) => !includes(verified, factor));
}

function includes(pool: readonly Factor[], factor: Factor): boolean {
  return pool.some((one) => one.key === factor.key && one.method === factor.method);
}
