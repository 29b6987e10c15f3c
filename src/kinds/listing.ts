/** What kinds share that tell a live object in the config's words: what is left to say, and in which order. */
import type { SetValue } from '../engine/kind.ts';
import type { PolicyConditions } from '../wire/policy.ts';

/** By name, in an order that is the same everywhere. */
export function byName<T extends { names: readonly string[] }>(a: T, b: T): number {
  return compare(a.names.join('\0'), b.names.join('\0'));
}

export function sorted(names: readonly string[]): string[] {
  return [...names].sort(compare);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** As Okta evaluates policies and rules: by priority, the system one last. */
export function inOrder<T extends { system: boolean; priority: number }>(siblings: readonly T[]): T[] {
  return siblings.toSorted((a, b) => Number(a.system) - Number(b.system) || a.priority - b.priority);
}

/** The words that a vocabulary has, in its order; a value without a word is none of them. */
export function known<Word extends string>(values: readonly string[], words: readonly Word[]): Word[] {
  return words.filter((word) => values.includes(word));
}

/**
 * A list that may only narrow: whole when the config can name all of it, else what it can name is written so that the rest
 * stays where it is and is not made up where it is not.
 */
export function nameable(all: readonly string[], named: readonly string[]): SetValue {
  return named.length === all.length ? [...named] : { add: [...named] };
}

/** A spec without members that say nothing: undefined, and texts that are empty. */
export function pruned<Spec extends object>(spec: Spec): Spec {
  return Object.fromEntries(
    Object.entries(spec).filter(([, value]) => value !== undefined && value !== ''),
  ) as unknown as Spec;
}

/**
 * Conditions that hold somebody back and that the config has no word for, by Okta's names.
 * @param said the member of `people.groups` that the config can say, if any
 */
export function unsaidConditions(
  conditions: PolicyConditions | null,
  said: readonly ('include' | 'exclude')[],
): string[] {
  const { people, ...rest } = conditions ?? {};
  const { groups, ...others } = people ?? {};
  const unsaidGroups = (['include', 'exclude'] as const).filter(
    (member) => !said.includes(member) && saysSomething(groups?.[member]),
  );
  return [
    ...Object.keys(others).filter((name) => saysSomething(others[name as keyof typeof others])),
    ...unsaidGroups.map((member) => `groups.${member}`),
    ...Object.keys(rest).filter((name) => saysSomething(rest[name])),
  ];
}

/** `ANY`, `ANYWHERE` and what is empty hold nobody back. */
function saysSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 'ANY' || value === 'ANYWHERE') return false;
  return typeof value === 'object' ? Object.values(value).some(saysSomething) : true;
}

/** Why an object with such conditions is not declared: without them it would be for more people than it is. */
export function conditionRemarks(unsaid: readonly string[]): string[] {
  return unsaid.length === 0 ? [] : [`its conditions (${unsaid.join(', ')}) have no words in the config`];
}

/** Members of an object of Okta's that differ from what Okta makes them, by name. */
export function unsaidMembers(
  live: Readonly<Record<string, unknown>>,
  said: readonly string[],
  defaults: Readonly<Record<string, unknown>> = {},
): string[] {
  return Object.entries(live)
    .filter(([name, value]) => !said.includes(name) && value !== undefined && value !== null && value !== '')
    .filter(([name, value]) => !(Array.isArray(value) && value.length === 0) && !same(value, defaults[name]))
    .map(([name]) => name)
    .sort(compare);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
