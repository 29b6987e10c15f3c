/** What the conditions of policies name. Pure. */
import type { AnyPolicy, AnyRule, PolicyWithRules } from '../policy/index.ts';
import type { PolicyConditions } from '../wire/policy.ts';
import type { OrgView } from './org-view.ts';
import { rememberingObjects } from './remembering.ts';

/** All conditions of some policies and of their rules. */
export function conditionsOf(policies: readonly PolicyWithRules[]): PolicyConditions[] {
  return policies.flatMap(({ policy, rules }) =>
    [policy, ...rules].flatMap(({ conditions }) => (conditions === null ? [] : [conditions])),
  );
}

/** The policies that everyone meets, whatever the app. */
export function orgWidePolicies(
  view: Pick<OrgView, 'enrollmentPolicies' | 'globalSessionPolicies'>,
): readonly PolicyWithRules[] {
  return [...view.enrollmentPolicies, ...view.globalSessionPolicies];
}

/** Ids of the network zones that a condition names. */
export function zonesNamed({ network }: PolicyConditions): string[] {
  return [...(network?.include ?? []), ...(network?.exclude ?? [])];
}

/** The conditions of policies and rules that are not the same in all states: those that say otherwise, then those that moved. */
export function changedConditions(states: readonly (readonly PolicyWithRules[])[]): {
  changed: PolicyConditions[];
  moved: PolicyConditions[];
} {
  const all = states.map((policies) => policies.flatMap(({ policy, rules }) => [policy, ...rules]));
  const differing = (text: (one: AnyPolicy | AnyRule) => string) => {
    const texts = all.map((own) => new Set(own.map(text)));
    const only = all.flat().filter((one) => !texts.every((own) => own.has(text(one))));
    return only.flatMap(({ conditions }) => (conditions === null ? [] : [conditions]));
  };
  return { changed: differing(content), moved: differing(({ id, priority }) => `${id} ${priority}`) };
}

/** Of a policy without its rules; its settings tell no places apart. */
const content = rememberingObjects((one: AnyPolicy | AnyRule) =>
  JSON.stringify([one.id, one.status, one.conditions, 'actions' in one ? one.actions : undefined]),
);

/** Ids of the groups that the conditions of some policies name. */
export function groupsNamed(policies: readonly PolicyWithRules[]): string[] {
  return conditionsOf(policies).flatMap(({ people }) => [
    ...(people?.groups?.include ?? []),
    ...(people?.groups?.exclude ?? []),
  ]);
}
