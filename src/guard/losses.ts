/** What people would lose by a plan: the org before it held against the org after it. Pure. */
import { enrollmentLevels, type PolicyWithRules } from '../policy/index.ts';
import type { AuthenticatorKey } from '../wire/authenticator.ts';
import { type ClassOfPeople, classesOf, groupSets, groupWords, memberOf } from './classes.ts';
import type { RuleEffect } from './group-rules.ts';
import { type Comparison, type Loss, loss, rulesAsked, type VantagesAt } from './loss.ts';
import { signInPolicyOf } from './org-view.ts';
import type { Someone } from './people.ts';
import { lossesOfPeople } from './people-losses.ts';
import { placesIn } from './places.ts';
import { remembering } from './remembering.ts';
import { type Unit, unitsOf } from './units.ts';
import { type Vantage, vantagesOf } from './vantages.ts';
import { wayIn } from './way-in.ts';
import type { World } from './world.ts';

export interface Losses {
  losses: readonly Loss[];
  /** What was not looked at because it is too much, in sentences. */
  notes: readonly string[];
}

/**
 * Everything that somebody had before and would not have after. What nobody had before is no loss.
 * @param options `pairs`: whether people are looked at who are in two groups that policies tell apart
 */
export function lossesOf(comparison: Comparison, options: { pairs: boolean } = { pairs: true }): Losses {
  const { before, after } = comparison;
  const worlds = [before, after];
  const places = placesIn(worlds, comparison.signIns);
  const notes = new Set<string>();
  const vantagesAt: VantagesAt = remembering((appId) => {
    const found =
      appId === undefined
        ? vantagesOf(worlds, places)
        : vantagesOf(worlds, places, { id: appId, policies: worlds.map((world) => policyAt(world, appId)) });
    for (const note of found.notes) notes.add(note);
    return found.vantages;
  });
  const losses = [
    ...defaultPolicyLoss(before, after),
    ...lossesOfPeople(comparison, vantagesAt),
    ...unitsOf(before, after).flatMap((unit) => {
      const found = unitLosses(comparison, unit, { vantages: vantagesAt(unit.appId), ...options });
      for (const note of found.notes) notes.add(note);
      return found.losses;
    }),
  ];
  return { losses, notes: [...notes] };
}

function policyAt(world: World, appId: string): PolicyWithRules[] {
  const app = world.apps.get(appId);
  const policy = app && signInPolicyOf(world, app);
  return policy ? [policy] : [];
}

/** Okta warns that this can lock the super admin out for good. The password itself cannot be disabled there. */
function defaultPolicyLoss(before: World, after: World): Loss[] {
  const system = (world: World) => world.enrollmentPolicies.find(({ policy }) => policy.system)?.policy;
  const othersIn = (world: World) => {
    const policy = system(world);
    const levels = policy ? enrollmentLevels(policy) : new Map<AuthenticatorKey, string>();
    return world.authenticators.filter(
      ({ key, status }) =>
        key !== 'okta_password' && status === 'ACTIVE' && (levels.get(key) ?? 'NOT_ALLOWED') !== 'NOT_ALLOWED',
    );
  };
  const lost = othersIn(before);
  if (lost.length === 0 || othersIn(after).length > 0) return [];
  return [
    {
      who: 'everyone whom no other enrollment policy covers, admins included,',
      what: 'would be left with the password alone',
      reason: `"${system(after)?.name}" would allow no other authenticator, which Okta warns can lock the super admin out for good`,
      deciding: [system(after)?.id ?? '', ...lost.map(({ id }) => id)],
      happensIn: (world) => othersIn(world).length === 0,
    },
  ];
}

/** Classes of people who could sign in to the apps of a unit and no longer could. */
function unitLosses(
  comparison: Comparison,
  unit: Unit,
  { vantages, pairs }: { vantages: readonly Vantage[]; pairs: boolean },
): Losses {
  const { before, after } = comparison;
  const worlds = [before, after];
  const admins = unit.isConsole ? adminsByGroups(comparison) : undefined;
  const { sets, cut } = admins
    ? { sets: [...admins.values()].map(({ person }) => person.groupIds), cut: 0 }
    : groupSets(worlds, { ...unit, vantages, pairs }, comparison.sets);
  const name = (groupIds: readonly string[]) => {
    const like = admins?.get(groupsKey(groupIds))?.login;
    return like === undefined ? groupWords(worlds, groupIds) : `admins with the groups of ${like}`;
  };
  const lossOf = (people: ClassOfPeople) => {
    const memberIn = remembering((world: World) => memberOf(world, people));
    return loss(before, after, vantages, {
      who: people.who,
      having: people.having,
      rule: people.rule,
      what: `could no longer ${unit.isConsole ? 'reach the Admin Console' : `sign in to ${unit.words}`}`,
      way: (world, vantage) => wayIn(world, unit.appId, memberIn(world), vantage),
    });
  };
  const classes = rulesAsked(comparison).flatMap((rule) =>
    classesOf(before, admins ? sets : sets.filter((set) => tellsMore(set, rule)), name, vantages, rule),
  );
  return {
    losses: classes.flatMap((people) => {
      const ofAll = lossOf(people);
      return ofAll.length > 0 ? ofAll : people.parts.flatMap(lossOf);
    }),
    notes: cut > 0 ? [`${cut} pairs of groups were not looked at: who is in both might lose ${unit.words}`] : [],
  };
}

/** Whether people whom a group rule concerns differ by those groups from those without any. */
function tellsMore(groupIds: readonly string[], effect: RuleEffect | undefined): boolean {
  if (!effect) return true;
  const has = (id: string) => groupIds.includes(id);
  return !(effect.move === 'leave' ? effect.rule.groupIds.some(has) : effect.rule.groupIds.every(has));
}

/** One admin for each set of groups that admins are in; undefined when not all admins are known. */
function adminsByGroups({ before, admins }: Comparison): Map<string, Someone> | undefined {
  if (!admins.complete) return undefined;
  const known = admins.ids.flatMap((id) => before.people.get(id) ?? []);
  return new Map(known.map((someone) => [groupsKey(someone.person.groupIds), someone]));
}

function groupsKey(groupIds: readonly string[]): string {
  return [...groupIds].sort().join(' ');
}
