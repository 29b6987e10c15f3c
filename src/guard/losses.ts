/** What people would lose by a plan: the org before it held against the org after it. Pure. */
import { allowedFactors, enrollmentLevels, type PolicyWithRules } from '../policy/index.ts';
import type { AuthenticatorKey } from '../wire/authenticator.ts';
import { type ClassOfPeople, classesOf, concerned, groupSets, groupWords, listed, memberOf, title } from './classes.ts';
import { enrollmentIn } from './decisions.ts';
import { type ChangedRule, changedRules, groupsUnder } from './group-rules.ts';
import { ADMIN_CONSOLE, signInPolicyOf } from './org-view.ts';
import type { Admins, Someone } from './people.ts';
import { placesIn, zonesAt } from './places.ts';
import { remembering } from './remembering.ts';
import { type Unit, unitsOf } from './units.ts';
import { contextAt, type Vantage, vantagesOf } from './vantages.ts';
import { type Signer, type WayIn, wayIn } from './way-in.ts';
import type { World } from './world.ts';

export interface Loss {
  /** Who loses it. */
  who: string;
  /** What they have enrolled, in words, where that tells them apart. */
  having?: string;
  /** What is lost; follows `who`. Those who lose the same by the same object are told of together. */
  what: string;
  reason: string;
  /** Said behind the reason. */
  more?: string;
  /** Ids of the objects that decide it, the most telling one first. */
  deciding: readonly string[];
  /** Whether it is lost in another state of the org, too: one that lacks a change of the plan. */
  happensIn(world: World): boolean;
}

export interface Comparison {
  before: World;
  after: World;
  admins: Pick<Admins, 'ids' | 'complete'>;
  /** Users whom a flow of the config wants signed in. */
  flows: readonly {
    name: string;
    userId: string;
    appId: string;
    /** The app is assigned to the user, not to a group alone. */
    isAssigned: boolean;
  }[];
  /** Sets of group ids that the plan itself puts people in. */
  sets: readonly (readonly string[])[];
}

export interface Losses {
  losses: readonly Loss[];
  /** What was not looked at because it is too much, in sentences. */
  notes: readonly string[];
}

/** Everything that somebody had before and would not have after. What nobody had before is no loss. */
export function lossesOf(comparison: Comparison): Losses {
  const { before, after, admins } = comparison;
  const worlds = [before, after];
  const places = placesIn(worlds);
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
    ...admins.ids.flatMap((id) => authenticatorLoss(comparison, id, vantagesAt(undefined))),
    ...consoleLosses(comparison, vantagesAt),
    ...flowLosses(comparison, vantagesAt),
    ...unitsOf(before, after).flatMap((unit) => {
      const found = unitLosses(comparison, unit, vantagesAt(unit.appId));
      for (const note of found.notes) notes.add(note);
      return found.losses;
    }),
  ];
  return { losses, notes: [...notes] };
}

/** The vantages that matter at an app; without one, those that matter everywhere. */
type VantagesAt = (appId: string | undefined) => readonly Vantage[];

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

/** An admin who had two usable authenticators and would have fewer. */
function authenticatorLoss({ before, after }: Comparison, id: string, vantages: readonly Vantage[]): Loss[] {
  const fewer = (world: World, vantage: Vantage) => usableIn(world, id, vantage).length < 2;
  const at = vantages.find((vantage) => !fewer(before, vantage) && fewer(after, vantage));
  if (!at) return [];
  const [had, left] = [usableIn(before, id, at), usableIn(after, id, at)];
  const decisions = [after, before].map((world) => {
    const person = (world.people.get(id) ?? before.people.get(id))?.person;
    return person && enrollmentIn(world, person, contextAt(world, at));
  });
  const lost = before.authenticators.filter(({ key }) => had.includes(key) && !left.includes(key));
  return [
    {
      who: `the admin ${before.people.get(id)?.login}`,
      what: `would have ${left.length === 0 ? 'no usable authenticator' : `${listed(left.map(title))} only`} left of ${listed(had.map(title))}`,
      reason: gone(after.people.get(id)) ?? `enrollment policy "${decisions[0]?.policy?.name}" applies`,
      deciding: [
        id,
        ...decisions.flatMap((decision) => [decision?.policy?.id ?? '', decision?.rule?.id ?? '']),
        ...lost.map((one) => one.id),
      ],
      happensIn: (world) => fewer(world, at),
    },
  ];
}

/** The authenticators that somebody has and may use. */
function usableIn(world: World, id: string, vantage: Vantage): AuthenticatorKey[] {
  const someone = world.people.get(id);
  if (!someone?.maySignIn) return [];
  const view = vantage.assuming ? world.assumed : world;
  const allowed = allowedFactors(view.authenticators, enrollmentIn(view, someone.person, contextAt(view, vantage)));
  const usable = someone.enrolled.filter((factor) =>
    allowed.some((one) => one.key === factor.key && one.method === factor.method),
  );
  return [...new Set(usable.map(({ key }) => key))];
}

/** Why somebody cannot sign in at all, whatever the policies say. */
const DEACTIVATED = 'the user would be deactivated';
const DELETED = 'the user would be deleted';

function gone(someone: Someone | undefined): string | undefined {
  return someone?.maySignIn ? undefined : someone ? DEACTIVATED : DELETED;
}

/** Nobody in particular, and those whom each group rule concerns that comes into force or goes out of it. */
function rulesAsked({ before, after }: Comparison): (ChangedRule | undefined)[] {
  return [undefined, ...changedRules(before, after)];
}

/** Admins who could reach the Admin Console and no longer could. */
function consoleLosses(comparison: Comparison, vantagesAt: VantagesAt): Loss[] {
  const { before, after, admins } = comparison;
  const apps = [...before.apps.values()].filter((app) => app.name === ADMIN_CONSOLE);
  return apps.flatMap((app) => {
    const vantages = vantagesAt(app.id);
    const way = (id: string, rule: ChangedRule | undefined) => (world: World, vantage: Vantage) =>
      wayOf(world, app.id, { id, someone: world.people.get(id), rule }, vantage);
    return rulesAsked(comparison).flatMap((rule) => {
      const reach = (world: World) =>
        admins.ids.some((id) => vantages.some((vantage) => way(id, rule)(world, vantage).open));
      const nobody = admins.complete && !reach(after);
      return admins.ids.flatMap((id) =>
        loss(before, after, vantages, {
          who: `the admin ${before.people.get(id)?.login}${concerned(rule)}`,
          rule,
          what: 'could no longer reach the Admin Console',
          ...(nobody ? { more: '; no other admin could, either' } : {}),
          way: way(id, rule),
        }),
      );
    });
  });
}

/** Users of the flows; one whom the plan creates is held against the org before as if already there. */
function flowLosses(comparison: Comparison, vantagesAt: VantagesAt): Loss[] {
  const { before, after, flows } = comparison;
  return flows
    .filter(({ appId }) => after.apps.has(appId))
    .flatMap(({ name, userId: id, appId, isAssigned }) => {
      const then = before.people.get(id) ?? after.people.get(id);
      return rulesAsked(comparison).flatMap((rule) =>
        loss(before, after, vantagesAt(appId), {
          who: `${then?.login} (flow "${name}")${concerned(rule)}`,
          rule,
          what: `could no longer sign in to "${after.apps.get(appId)?.label}"`,
          way: (world, vantage) => {
            const someone = world === before ? then : world.people.get(id);
            return wayOf(world, appId, { id, someone: someone && { ...someone, isAssigned }, rule }, vantage);
          },
        }),
      );
    });
}

function wayOf(
  world: World,
  appId: string,
  user: { id: string; someone: (Someone & Signer) | undefined; rule: ChangedRule | undefined },
  vantage: Vantage,
): WayIn {
  const { id, someone, rule } = user;
  if (!someone?.maySignIn) return { open: false, reason: someone ? DEACTIVATED : DELETED, deciding: [id] };
  const groupIds = groupsUnder(world, someone.person.groupIds, rule);
  return wayIn(world, appId, { ...someone, person: { ...someone.person, groupIds } }, vantage);
}

/** Classes of people who could sign in to the apps of a unit and no longer could. */
function unitLosses(comparison: Comparison, unit: Unit, vantages: readonly Vantage[]): Losses {
  const { before, after } = comparison;
  const worlds = [before, after];
  const admins = unit.isConsole ? adminsByGroups(comparison) : undefined;
  const { sets, cut } = admins
    ? { sets: [...admins.values()].map(({ person }) => person.groupIds), cut: 0 }
    : groupSets(worlds, { ...unit, vantages }, comparison.sets);
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
function tellsMore(groupIds: readonly string[], rule: ChangedRule | undefined): boolean {
  if (!rule) return true;
  const has = (id: string) => groupIds.includes(id);
  return !(rule.was ? rule.groupIds.some(has) : rule.groupIds.every(has));
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

interface Question {
  who: string;
  having?: string;
  /** Asked about those whom this group rule concerns. */
  rule: ChangedRule | undefined;
  what: string;
  /** Said behind the reason. */
  more?: string;
  way(world: World, vantage: Vantage): WayIn;
}

/** A loss when there is a vantage from which there was a way in and would be none. */
function loss(before: World, after: World, vantages: readonly Vantage[], question: Question): Loss[] {
  const { who, having, rule, what, more, way } = question;
  const had = vantages.filter((vantage) => way(before, vantage).open);
  const lost = had.filter((vantage) => !way(after, vantage).open);
  const [at] = lost;
  const now = at && way(after, at);
  if (!at || !now || now.open) return [];
  const isEverywhere = lost.length === had.length && !vantages.some((vantage) => way(after, vantage).open);
  const where = isEverywhere || at.words === '' ? '' : ` ${at.words}`;
  const { place } = at;
  const zones = place ? [before, after].flatMap((world) => zonesAt(world, place).ids) : [];
  return [
    {
      who,
      ...(having === undefined ? {} : { having }),
      what: what + where,
      reason: now.reason,
      ...(more === undefined ? {} : { more }),
      deciding: [
        ...(rule ? [rule.id] : []),
        ...now.deciding,
        ...way(before, at).deciding,
        ...after.authenticators.map(({ id }) => id),
        ...zones,
      ],
      happensIn: (world) => !way(world, at).open,
    },
  ];
}
