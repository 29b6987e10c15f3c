/** What people would lose by a plan: the org before it held against the org after it. Pure. */
import { allowedFactors, enrollmentFor, enrollmentLevels, type SignInContext } from '../policy/index.ts';
import type { AuthenticatorKey } from '../wire/authenticator.ts';
import { classesOf, groupSets, groupWords, listed, memberOf, title } from './classes.ts';
import { contextsOf } from './contexts.ts';
import { ADMIN_CONSOLE } from './org-view.ts';
import type { Admins, Someone } from './people.ts';
import { type Unit, unitsOf } from './units.ts';
import { type WayIn, wayIn } from './way-in.ts';
import type { World } from './world.ts';

export interface Loss {
  /** Who loses it. */
  who: string;
  /** What they have enrolled, in words, where that tells them apart. */
  having?: string;
  /** What is lost; follows `who`. Those who lose the same by the same object are told of together. */
  what: string;
  reason: string;
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
  flows: readonly { name: string; userId: string; appId: string }[];
  /** Sets of group ids that the config itself puts people in. */
  sets: readonly (readonly string[])[];
}

/** Everything that somebody had before and would not have after. What nobody had before is no loss. */
export function lossesOf(comparison: Comparison): Loss[] {
  const { before, after, admins } = comparison;
  const contexts = contextsOf(before, after);
  return [
    ...defaultPolicyLoss(before, after),
    ...admins.ids.flatMap((id) => authenticatorLoss(comparison, id, contexts)),
    ...consoleLosses(comparison, contexts),
    ...flowLosses(comparison, contexts),
    ...unitsOf(before, after).flatMap((unit) => unitLosses(comparison, unit, contexts)),
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
function authenticatorLoss({ before, after }: Comparison, id: string, contexts: readonly SignInContext[]): Loss[] {
  const had = usableIn(before, id, contexts);
  const left = usableIn(after, id, contexts);
  if (had.length < 2 || left.length >= 2) return [];
  const decisions = [after, before].map((world) => {
    const person = (world.people.get(id) ?? before.people.get(id))?.person;
    return person && enrollmentFor(world.enrollmentPolicies, person, contexts[0] ?? {});
  });
  const lost = had.filter((key) => !left.includes(key));
  return [
    {
      who: `the admin ${before.people.get(id)?.login}`,
      what: `would have ${left.length === 0 ? 'no usable authenticator' : `${listed(left.map(title))} only`} left of ${listed(had.map(title))}`,
      reason: gone(after.people.get(id)) ?? `enrollment policy "${decisions[0]?.policy?.name}" applies`,
      deciding: [
        id,
        ...decisions.flatMap((decision) => [decision?.policy?.id ?? '', decision?.rule?.id ?? '']),
        ...before.authenticators.filter(({ key }) => lost.includes(key)).map((one) => one.id),
      ],
      happensIn: (world) => usableIn(world, id, contexts).length < 2,
    },
  ];
}

/** The authenticators that somebody has and may use, where they may use most. */
function usableIn(world: World, id: string, contexts: readonly SignInContext[]): AuthenticatorKey[] {
  const someone = world.people.get(id);
  if (!someone?.maySignIn) return [];
  const each = contexts.map((context) => {
    const decision = enrollmentFor(world.enrollmentPolicies, someone.person, context);
    const allowed = allowedFactors(world.authenticators, decision);
    const usable = someone.enrolled.filter((factor) =>
      allowed.some((one) => one.key === factor.key && one.method === factor.method),
    );
    return [...new Set(usable.map(({ key }) => key))];
  });
  return each.reduce((most, keys) => (keys.length > most.length ? keys : most), []);
}

/** Why somebody cannot sign in at all, whatever the policies say. */
const DEACTIVATED = 'the user would be deactivated';
const DELETED = 'the user would be deleted';

function gone(someone: Someone | undefined): string | undefined {
  return someone?.maySignIn ? undefined : someone ? DEACTIVATED : DELETED;
}

/** Admins who could reach the Admin Console and no longer could. */
function consoleLosses({ before, after, admins }: Comparison, contexts: readonly SignInContext[]): Loss[] {
  const apps = [...before.apps.values()].filter((app) => app.name === ADMIN_CONSOLE);
  return apps.flatMap((app) => {
    const way = (world: World, id: string) => wayOf(world, app.id, world.people.get(id), contexts, id);
    const had = admins.ids.filter((id) => way(before, id).open);
    const nobody = admins.complete && had.every((id) => !way(after, id).open) ? '; no other admin could, either' : '';
    return had.flatMap((id) =>
      loss({
        who: `the admin ${before.people.get(id)?.login}`,
        what: 'could no longer reach the Admin Console',
        more: nobody,
        before: way(before, id),
        way: (world) => way(world, id),
        after,
      }),
    );
  });
}

/** Users of the flows; one whom the plan creates is held against the org before as if already there. */
function flowLosses({ before, after, flows }: Comparison, contexts: readonly SignInContext[]): Loss[] {
  return flows
    .filter(({ appId }) => after.apps.has(appId))
    .flatMap(({ name, userId, appId }) => {
      const someone = before.people.get(userId) ?? after.people.get(userId);
      return loss({
        who: `${someone?.login} (flow "${name}")`,
        what: `could no longer sign in to "${after.apps.get(appId)?.label}"`,
        before: wayOf(before, appId, someone, contexts, userId),
        way: (world) => wayOf(world, appId, world.people.get(userId), contexts, userId),
        after,
      });
    });
}

function wayOf(
  world: World,
  appId: string,
  someone: Someone | undefined,
  contexts: readonly SignInContext[],
  userId: string,
): WayIn {
  if (someone?.maySignIn) return wayIn(world, appId, someone, contexts);
  return { open: false, reason: someone ? DEACTIVATED : DELETED, deciding: [userId] };
}

/** Classes of people who could sign in to the apps of a unit and no longer could. */
function unitLosses(comparison: Comparison, unit: Unit, contexts: readonly SignInContext[]): Loss[] {
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
  return classesOf(before, sets, name, contexts).flatMap((people) => {
    const way = (world: World) => wayIn(world, unit.appId, memberOf(world, people), contexts);
    const what = `could no longer ${unit.isConsole ? 'reach the Admin Console' : `sign in to ${unit.words}`}`;
    return loss({ who: people.who, having: people.having, what, before: way(before), way, after });
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
  before: WayIn;
  way(world: World): WayIn;
  after: World;
}

function loss({ who, having, what, more = '', before, way, after }: Question): Loss[] {
  const now = way(after);
  if (!before.open || now.open) return [];
  return [
    {
      who,
      ...(having === undefined ? {} : { having }),
      what,
      reason: now.reason + more,
      deciding: [...now.deciding, ...before.deciding, ...after.authenticators.map(({ id }) => id)],
      happensIn: (world) => !way(world).open,
    },
  ];
}
