/** What people would lose by a plan: the org before it held against the org after it. Pure. */
import { allowedFactors, enrollmentFor, enrollmentLevels } from '../policy/index.ts';
import type { AuthenticatorKey } from '../wire/authenticator.ts';
import { type ClassOfPeople, classesOf, groupSets, groupWords, listed, memberOf, title } from './classes.ts';
import { ADMIN_CONSOLE } from './org-view.ts';
import type { Admins, Someone } from './people.ts';
import { type Unit, unitsOf } from './units.ts';
import { type Vantage, vantagesOf } from './vantages.ts';
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
  /** Sets of group ids that the config itself puts people in. */
  sets: readonly (readonly string[])[];
}

/** Everything that somebody had before and would not have after. What nobody had before is no loss. */
export function lossesOf(comparison: Comparison): Loss[] {
  const { before, after, admins } = comparison;
  const vantages = vantagesOf([before, after]);
  return [
    ...defaultPolicyLoss(before, after),
    ...admins.ids.flatMap((id) => authenticatorLoss(comparison, id, vantages)),
    ...consoleLosses(comparison, vantages),
    ...flowLosses(comparison, vantages),
    ...unitsOf(before, after).flatMap((unit) => unitLosses(comparison, unit, vantages)),
  ];
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
    return person && enrollmentFor(world.enrollmentPolicies, person, at.context);
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
function usableIn(world: World, id: string, { context, assuming }: Vantage): AuthenticatorKey[] {
  const someone = world.people.get(id);
  if (!someone?.maySignIn) return [];
  const view = assuming ? world.assumed : world;
  const allowed = allowedFactors(view.authenticators, enrollmentFor(view.enrollmentPolicies, someone.person, context));
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

/** Admins who could reach the Admin Console and no longer could. */
function consoleLosses({ before, after, admins }: Comparison, vantages: readonly Vantage[]): Loss[] {
  const apps = [...before.apps.values()].filter((app) => app.name === ADMIN_CONSOLE);
  return apps.flatMap((app) => {
    const way = (id: string) => (world: World, vantage: Vantage) =>
      wayOf(world, app.id, { id, someone: world.people.get(id) }, vantage);
    const reach = (world: World) => admins.ids.some((id) => vantages.some((vantage) => way(id)(world, vantage).open));
    const nobody = admins.complete && !reach(after) ? '; no other admin could, either' : undefined;
    return admins.ids.flatMap((id) =>
      loss(before, after, vantages, {
        who: `the admin ${before.people.get(id)?.login}`,
        what: 'could no longer reach the Admin Console',
        ...(nobody === undefined ? {} : { more: nobody }),
        way: way(id),
      }),
    );
  });
}

/** Users of the flows; one whom the plan creates is held against the org before as if already there. */
function flowLosses({ before, after, flows }: Comparison, vantages: readonly Vantage[]): Loss[] {
  return flows
    .filter(({ appId }) => after.apps.has(appId))
    .flatMap(({ name, userId: id, appId, isAssigned }) => {
      const then = before.people.get(id) ?? after.people.get(id);
      return loss(before, after, vantages, {
        who: `${then?.login} (flow "${name}")`,
        what: `could no longer sign in to "${after.apps.get(appId)?.label}"`,
        way: (world, vantage) => {
          const someone = world === before ? then : world.people.get(id);
          return wayOf(world, appId, { id, someone: someone && { ...someone, isAssigned } }, vantage);
        },
      });
    });
}

function wayOf(
  world: World,
  appId: string,
  user: { id: string; someone: (Someone & Signer) | undefined },
  vantage: Vantage,
): WayIn {
  const { id, someone } = user;
  if (someone?.maySignIn) return wayIn(world, appId, someone, vantage);
  return { open: false, reason: someone ? DEACTIVATED : DELETED, deciding: [id] };
}

/** Classes of people who could sign in to the apps of a unit and no longer could. */
function unitLosses(comparison: Comparison, unit: Unit, vantages: readonly Vantage[]): Loss[] {
  const { before, after } = comparison;
  const worlds = [before, after];
  const admins = unit.isConsole ? adminsByGroups(comparison) : undefined;
  const sets = admins
    ? [...admins.values()].map(({ person }) => person.groupIds)
    : groupSets(worlds, unit, comparison.sets);
  const name = (groupIds: readonly string[]) => {
    const like = admins?.get(groupsKey(groupIds))?.login;
    return like === undefined ? groupWords(worlds, groupIds) : `admins with the groups of ${like}`;
  };
  const lossOf = (people: ClassOfPeople) =>
    loss(before, after, vantages, {
      who: people.who,
      having: people.having,
      what: `could no longer ${unit.isConsole ? 'reach the Admin Console' : `sign in to ${unit.words}`}`,
      way: (world, vantage) => wayIn(world, unit.appId, memberOf(world, people), vantage),
    });
  return classesOf(before, sets, name, vantages).flatMap((people) => {
    const ofAll = lossOf(people);
    return ofAll.length > 0 ? ofAll : people.parts.flatMap(lossOf);
  });
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
  what: string;
  /** Said behind the reason. */
  more?: string;
  way(world: World, vantage: Vantage): WayIn;
}

/** A loss when there is a vantage from which there was a way in and would be none. */
function loss(before: World, after: World, vantages: readonly Vantage[], question: Question): Loss[] {
  const { who, having, what, more, way } = question;
  const had = vantages.filter((vantage) => way(before, vantage).open);
  const lost = had.filter((vantage) => !way(after, vantage).open);
  const [at] = lost;
  const now = at && way(after, at);
  if (!at || !now || now.open) return [];
  const where = lost.length < had.length && at.words !== '' ? ` ${at.words}` : '';
  return [
    {
      who,
      ...(having === undefined ? {} : { having }),
      what: what + where,
      reason: now.reason,
      ...(more === undefined ? {} : { more }),
      deciding: [...now.deciding, ...way(before, at).deciding, ...after.authenticators.map(({ id }) => id)],
      happensIn: (world) => !way(world, at).open,
    },
  ];
}
