/**
 * Classes of people who are not looked at one by one: who shares the groups that policies and assignments tell apart, and
 * what they may have enrolled. Pure.
 */
import { allowedFactors, type Factor, type Person, type PolicyWithRules } from '../policy/index.ts';
import { authenticatorName, authenticatorTitle } from '../shared/authenticators.ts';
import { groupsNamed, orgWidePolicies } from './conditions.ts';
import { enrollmentIn } from './decisions.ts';
import { concerned, groupsUnder, type RuleEffect } from './group-rules.ts';
import { remembering } from './remembering.ts';
import { contextAt, type Vantage } from './vantages.ts';
import { decidedBy, type Signer } from './way-in.ts';
import { everyoneIn, type World } from './world.ts';

export interface ClassOfPeople {
  /** In words, e.g. `members of "Testers"`. */
  who: string;
  /** The authenticators in words, e.g. `Password and Email`. */
  having: string;
  groupIds: readonly string[];
  enrolled: readonly Factor[];
  /** They are those whom this group rule concerns. */
  rule: RuleEffect | undefined;
  /** Those of them who have one method of the authenticator only: they can lose what the others keep. */
  parts: readonly ClassOfPeople[];
}

/** A class as one person of it, in one state of the org: groups that are gone there have no members. */
export function memberOf(world: World, { who, groupIds, enrolled, rule }: ClassOfPeople): Signer {
  const there = groupsUnder(world, concernedBy(who, groupIds, rule), rule).filter((id) => world.groups.has(id));
  return { person: { id: who, groupIds: there }, enrolled };
}

/** Whoever a rule takes out of its groups was in them. */
function concernedBy(id: string, groupIds: readonly string[], effect: RuleEffect | undefined): Person {
  const left = effect?.move === 'leave' ? effect.rule.groupIds : [];
  return { id, groupIds: [...new Set([...groupIds, ...left])] };
}

/** More pairs of groups than this are not told apart, and not more looked at. */
const MOST_PAIRS = 200;
const MOST_PAIRS_LOOKED_AT = 5000;

/** What tells sign-ins to an app apart. */
export interface AppQuestion {
  appId: string;
  /** Its sign-in policy before and after. */
  policies: readonly PolicyWithRules[];
  vantages: readonly Vantage[];
  /** Whether pairs of groups are looked at. */
  pairs: boolean;
}

/**
 * Sets of groups that sign-ins to an app tell apart: nobody's, each group that a condition or the assignment names, pairs of
 * them that are decided otherwise than each of the two, and those that the plan itself puts people in. A group that the plan
 * creates has no members yet who could lose anything, but those.
 * @param worlds before and after
 * @param sets sets of group ids that are known to occur
 * @returns `cut`: how many pairs are left out
 */
export function groupSets(
  worlds: readonly World[],
  question: AppQuestion,
  sets: readonly (readonly string[])[],
): { sets: string[][]; cut: number } {
  const everyone = distinct(worlds.flatMap(everyoneIn));
  const relevant = distinct([
    ...groupsNamed([...question.policies, ...worlds.flatMap(orgWidePolicies)]),
    ...worlds.flatMap((world) => world.assignedGroups.get(question.appId) ?? []),
  ]).filter((id) => !everyone.includes(id));
  const there = relevant.filter((id) => worlds[0]?.groups.has(id));
  const all = question.pairs
    ? there.flatMap((one, index) => there.slice(index + 1).map((other) => [one, other] as const))
    : [];
  const decided = remembering((ids: string) => decidedFor(worlds, question, [...everyone, ...ids.split(' ')]));
  const pairs = all.slice(0, MOST_PAIRS_LOOKED_AT).filter(([one, other]) => {
    const [ofOne, ofOther, ofBoth] = [decided(one), decided(other), decided(`${one} ${other}`)];
    return ofBoth.some((text, index) => text !== ofOne[index] && text !== ofOther[index]);
  });
  const occurring = sets.map((set) => set.filter((id) => relevant.includes(id)));
  const told = [[], ...there.map((id) => [id]), ...pairs.slice(0, MOST_PAIRS), ...occurring];
  return {
    sets: distinctSets(told).map((set) => [...everyone, ...set]),
    cut: Math.max(all.length - MOST_PAIRS_LOOKED_AT, 0) + Math.max(pairs.length - MOST_PAIRS, 0),
  };
}

/** Which policies and rules decide, before and after, from each vantage. */
function decidedFor(
  worlds: readonly World[],
  { appId, vantages }: AppQuestion,
  groupIds: readonly string[],
): readonly string[] {
  const person = { id: '', groupIds };
  return vantages.map((vantage) => worlds.map((world) => decidedBy(world, appId, person, vantage)).join('\n'));
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
  rule?: RuleEffect,
): ClassOfPeople[] {
  return sets.flatMap((groupIds) => {
    const { groupIds: own } = concernedBy(name(groupIds), groupIds, rule);
    const person = { id: name(groupIds), groupIds: own.filter((id) => before.groups.has(id)) };
    const enrollments = new Set(vantages.map((vantage) => enrollmentIn(before, person, contextAt(before, vantage))));
    const allowed = [...enrollments].flatMap((enrollment) => allowedFactors(before.authenticators, enrollment));
    const further = distinctFactors(allowed.filter(({ key }) => !ALWAYS.some((one) => one.key === key)));
    const having = (more: readonly Factor[], words: readonly string[], parts: ClassOfPeople[] = []): ClassOfPeople => ({
      who: name(groupIds) + concerned(rule),
      having: listed(['Password', 'Email', ...words]),
      groupIds,
      rule,
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

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

function distinctSets(sets: readonly (readonly string[])[]): string[][] {
  return [...new Map(sets.map((set) => [[...set].sort().join(' '), [...set]])).values()];
}

function distinctFactors(factors: readonly Factor[]): Factor[] {
  return [...new Map(factors.map((factor) => [`${factor.key}/${factor.method}`, factor])).values()];
}
