/**
 * Classes of people who are not looked at one by one: who shares the groups that policies and assignments tell apart, and
 * what they may have enrolled. Pure.
 */
import { allowedFactors, enrollmentFor, type Factor, type PolicyWithRules } from '../policy/index.ts';
import { authenticatorName, authenticatorTitle } from '../shared/authenticators.ts';
import type { PolicyConditions } from '../wire/policy.ts';
import type { Vantage } from './vantages.ts';
import type { Signer } from './way-in.ts';
import { everyoneIn, type World } from './world.ts';

export interface ClassOfPeople {
  /** In words, e.g. `members of "Testers"`. */
  who: string;
  /** The authenticators in words, e.g. `Password and Email`. */
  having: string;
  groupIds: readonly string[];
  enrolled: readonly Factor[];
  /** Those of them who have one method of the authenticator only: they can lose what the others keep. */
  parts: readonly ClassOfPeople[];
}

/** A class as one person of it, in one state of the org: groups that are gone there have no members. */
export function memberOf(world: World, { who, groupIds, enrolled }: ClassOfPeople): Signer {
  return { person: { id: who, groupIds: groupIds.filter((id) => world.groups.has(id)) }, enrolled };
}

/** More pairs of groups than this are not told apart: each is asked about at every app. */
const MOST_PAIRS = 200;

/**
 * Sets of groups that sign-ins to an app tell apart: nobody's, each group that a condition or the assignment names, pairs of
 * one that the org's policies name and one that the app's do, and those that the config itself puts people in.
 * @param unit the app with its sign-in policy before and after
 * @param sets sets of group ids that are known to occur
 */
export function groupSets(
  worlds: readonly World[],
  unit: { appId: string; policies: readonly PolicyWithRules[] },
  sets: readonly (readonly string[])[],
): string[][] {
  const everyone = new Set(worlds.flatMap(everyoneIn));
  const known = (ids: readonly string[]) => distinct(ids).filter((id) => !everyone.has(id));
  const ofOrg = known(
    worlds.flatMap((world) => [...world.enrollmentPolicies, ...world.globalSessionPolicies].flatMap(groupsNamed)),
  );
  const ofApp = known([
    ...unit.policies.flatMap(groupsNamed),
    ...worlds.flatMap((world) => world.assignedGroups.get(unit.appId) ?? []),
  ]);
  const relevant = distinct([...ofOrg, ...ofApp]);
  const pairs = ofApp.flatMap((one) => ofOrg.filter((other) => other !== one).map((other) => [one, other]));
  const occurring = sets.map((set) => set.filter((id) => relevant.includes(id)));
  const all = [[], ...relevant.map((id) => [id]), ...pairs.slice(0, MOST_PAIRS), ...occurring];
  return distinctSets(all).map((set) => [...everyone, ...set]);
}

/**
 * The classes of some sets of groups: with password and email only, and with each further authenticator that the enrollment
 * policy allows them before.
 */
export function classesOf(
  before: World,
  sets: readonly (readonly string[])[],
  name: (groupIds: readonly string[]) => string,
  vantages: readonly Vantage[],
): ClassOfPeople[] {
  return sets.flatMap((groupIds) => {
    const person = { id: name(groupIds), groupIds: groupIds.filter((id) => before.groups.has(id)) };
    const allowed = vantages.flatMap(({ context }) =>
      allowedFactors(before.authenticators, enrollmentFor(before.enrollmentPolicies, person, context)),
    );
    const further = distinctFactors(allowed.filter(({ key }) => !ALWAYS.some((one) => one.key === key)));
    const having = (more: readonly Factor[], words: readonly string[], parts: ClassOfPeople[] = []): ClassOfPeople => ({
      who: name(groupIds),
      having: listed(['Password', 'Email', ...words]),
      groupIds,
      enrolled: [...ALWAYS, ...more],
      parts,
    });
    const withOne = distinct(further.map(({ key }) => key)).map((key) => {
      const own = further.filter((factor) => factor.key === key);
      const parts = own.length < 2 ? [] : own.map((one) => having([one], [`${title(key)} (${one.method} only)`]));
      return having(own, [title(key)], parts);
    });
    return [having([], []), ...withOne];
  });
}

/** What everyone has: Okta enrols the primary email by itself. */
const ALWAYS: readonly Factor[] = [
  { key: 'okta_password', method: 'password' },
  { key: 'okta_email', method: 'email' },
];

/** `members of "A" and "B"`; that they are in Everyone as well goes without saying. */
export function groupWords(worlds: readonly World[], groupIds: readonly string[]): string {
  const nameOf = (id: string) => worlds.map((world) => world.groups.get(id)?.profile.name).find(Boolean) ?? id;
  const everyone = new Set(worlds.flatMap(everyoneIn));
  const names = groupIds.filter((id) => !everyone.has(id)).map((id) => `"${nameOf(id)}"`);
  return names.length === 0 ? 'users in no group that the policies name' : `members of ${listed(names)}`;
}

export function title(key: string): string {
  return authenticatorTitle(authenticatorName(key));
}

/** `A`, `A and B`, `A, B and C`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? 'nothing';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** Ids of the groups that the conditions of a policy and its rules name. */
function groupsNamed({ policy, rules }: PolicyWithRules): string[] {
  const all: (PolicyConditions | null)[] = [policy.conditions, ...rules.map((rule) => rule.conditions)];
  return all.flatMap((conditions) => {
    const groups = conditions?.people?.groups;
    return [...(groups?.include ?? []), ...(groups?.exclude ?? [])];
  });
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

function distinctSets(sets: readonly (readonly string[])[]): string[][] {
  return [...new Map(sets.map((set) => [[...set].sort().join(' '), [...set]])).values()];
}

function distinctFactors(factors: readonly Factor[]): Factor[] {
  return [...new Map(factors.map((factor) => [`${factor.key}/${factor.method}`, factor])).values()];
}
