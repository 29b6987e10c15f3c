/** Why a demand cannot be met, in words a person can act on. */
import type { FactorConstraint, PossessionConstraint, VerificationMethod } from '../wire/policy.ts';
import { CLASSES, fitsConstraint } from './constraints.ts';
import { authenticatorName, type Factor, type FactorClass, type FactorTraits, traitsOf } from './factors.ts';

/**
 * @param available everything this person has verified, has enrolled or may enrol.
 * @returns e.g. "the rule requires a device-bound possession factor; phone and email are not".
 */
export function unsatisfiableReason(demand: VerificationMethod | undefined, available: readonly Factor[]): string {
  if (available.length === 0) return 'no authenticator may be used';
  if (demand?.type === 'AUTH_METHOD_CHAIN') return `the rule names methods that ${names(available)} cannot provide`;
  const traits = available.flatMap((factor) => traitsOf(factor) ?? []);
  const reasons = (demand?.constraints ?? []).flatMap((constraint) => {
    const unmet = CLASSES.find((name) => {
      const wanted = constraint[name];
      return wanted && wanted.required !== false && !traits.some((one) => fits(one, name, wanted));
    });
    return unmet ? [constraintReason(unmet, constraint[unmet] ?? {}, traits)] : [];
  });
  if (reasons.length > 0) return [...new Set(reasons)].join('; or ');
  return twoClassesReason(demand, traits);
}

function fits(traits: FactorTraits, factorClass: FactorClass, wanted: FactorConstraint): boolean {
  return traits.classes.includes(factorClass) && fitsConstraint(traits, wanted);
}

function constraintReason(factorClass: FactorClass, wanted: PossessionConstraint, traits: FactorTraits[]): string {
  const words = describe(wanted);
  const demand = `the rule requires ${article([...words, factorClass].join(' '))} factor${narrowing(wanted)}`;
  const ofClass = traits.filter((one) => one.classes.includes(factorClass));
  if (ofClass.length === 0) return `${demand}; ${verb(traits, 'is', 'are')} not`;
  return `${demand}; ${verb(ofClass, 'is', 'are')} not`;
}

function describe(wanted: PossessionConstraint): string[] {
  const words: [keyof PossessionConstraint, string][] = [
    ['deviceBound', 'device-bound'],
    ['phishingResistant', 'phishing-resistant'],
    ['hardwareProtection', 'hardware-protected'],
    ['userVerification', 'user-verifying'],
  ];
  return words.filter(([member]) => wanted[member] === 'REQUIRED').map(([, word]) => word);
}

function narrowing(wanted: FactorConstraint): string {
  const allowed = [
    ...(wanted.types ?? []).map((type) => type.toLowerCase()),
    ...(wanted.methods ?? []).map((method) => method.toLowerCase()),
    ...(wanted.authenticationMethods ?? []).map(({ key, method }) =>
      method === undefined ? key : `${key} by ${method.toLowerCase()}`,
    ),
  ];
  return allowed.length > 0 ? ` (${allowed.join(' or ')})` : '';
}

function twoClassesReason(demand: VerificationMethod | undefined, traits: FactorTraits[]): string {
  const wanted = demand?.factorMode === '2FA' ? 'two different factor classes' : 'a factor';
  const classes = CLASSES.filter((name) => traits.some((one) => one.classes.includes(name)));
  if (classes.length === 1) return `the rule requires ${wanted}; ${verb(traits, 'is', 'are')} ${classes[0]} only`;
  return `the rule requires ${wanted}, and its constraints leave too few of ${names(traits)}`;
}

function article(words: string): string {
  return `${/^[aeiou]/.test(words) ? 'an' : 'a'} ${words}`;
}

function names(factors: readonly Factor[]): string {
  const list = [...new Set(factors.map((factor) => authenticatorName(factor.key)))];
  const last = list.pop() ?? 'nothing';
  return list.length === 0 ? last : `${list.join(', ')} and ${last}`;
}

function verb(factors: readonly Factor[], one: string, many: string): string {
  return `${names(factors)} ${new Set(factors.map((factor) => factor.key)).size === 1 ? one : many}`;
}
