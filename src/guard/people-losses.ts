/** What single people would lose: admins, users of flows, and those whose own groups or factors a plan changes. Pure. */
import { allowedFactors } from '../policy/index.ts';
import type { AuthenticatorKey } from '../wire/authenticator.ts';
import { listed, title } from './classes.ts';
import { enrollmentIn } from './decisions.ts';
import { concerned, groupsUnder, type RuleEffect } from './group-rules.ts';
import { type Comparison, type Loss, loss, rulesAsked, type VantagesAt } from './loss.ts';
import { ADMIN_CONSOLE } from './org-view.ts';
import type { Someone } from './people.ts';
import type { TouchedPerson } from './touched.ts';
import { unitsAmong } from './units.ts';
import { contextAt, type Vantage } from './vantages.ts';
import { type Signer, type WayIn, wayIn } from './way-in.ts';
import type { World } from './world.ts';

/** Admins first, then users of flows, then the others. */
export function lossesOfPeople(comparison: Comparison, vantagesAt: VantagesAt): Loss[] {
  return [
    ...comparison.admins.ids.flatMap((id) => authenticatorLoss(comparison, id, vantagesAt(undefined))),
    ...consoleLosses(comparison, vantagesAt),
    ...flowLosses(comparison, vantagesAt),
    ...comparison.touched.flatMap((person) => touchedLosses(comparison, person, vantagesAt)),
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

/** Admins who could reach the Admin Console and no longer could. */
function consoleLosses(comparison: Comparison, vantagesAt: VantagesAt): Loss[] {
  const { before, after, admins } = comparison;
  const apps = [...before.apps.values()].filter((app) => app.name === ADMIN_CONSOLE);
  return apps.flatMap((app) => {
    const vantages = vantagesAt(app.id);
    const way = (id: string, rule: RuleEffect | undefined) => (world: World, vantage: Vantage) =>
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

/** Somebody whose own groups or factors the plan changes, at each app that was there for them. */
function touchedLosses(comparison: Comparison, person: TouchedPerson, vantagesAt: VantagesAt): Loss[] {
  const { before, after } = comparison;
  const { userId: id, rules } = person;
  const effects = rules.flatMap((rule): RuleEffect[] => [
    { move: 'join', rule, before: rule },
    { move: 'leave', rule, before: rule },
  ]);
  return [undefined, ...effects].flatMap((effect) =>
    [true, false].flatMap((isAssigned) => {
      const apps = effect ? person.apps : person.apps.filter(({ appId }) => !isTold(comparison, id, appId));
      const own = apps.filter((app) => app.isAssigned === isAssigned).map(({ appId }) => appId);
      return unitsAmong(before, after, own).flatMap(({ appId, words }) =>
        loss(before, after, vantagesAt(appId), {
          who: `${before.people.get(id)?.login}${concerned(effect)}`,
          rule: undefined,
          what: `could no longer sign in to ${words}`,
          way: (world, vantage) => {
            const someone = world.people.get(id);
            const rule = isAsBefore(someone, before.people.get(id)) ? undefined : effect;
            const way = wayOf(world, appId, { id, someone: someone && { ...someone, isAssigned }, rule }, vantage);
            return { ...way, deciding: [...way.deciding, id] };
          },
        }),
      );
    }),
  );
}

/** Flows and the Admin Console of admins are looked at anyway. */
function isTold({ before, flows, admins }: Comparison, id: string, appId: string): boolean {
  const isAdmins = admins.ids.includes(id) && before.apps.get(appId)?.name === ADMIN_CONSOLE;
  return isAdmins || flows.some((flow) => flow.userId === id && flow.appId === appId);
}

/** Then no rule has moved them. */
function isAsBefore(now: Someone | undefined, then: Someone | undefined): boolean {
  return now?.profile === then?.profile && now?.person.groupIds.join() === then?.person.groupIds.join();
}

function wayOf(
  world: World,
  appId: string,
  user: { id: string; someone: (Someone & Signer) | undefined; rule: RuleEffect | undefined },
  vantage: Vantage,
): WayIn {
  const { id, someone, rule } = user;
  if (!someone?.maySignIn) return { open: false, reason: someone ? DEACTIVATED : DELETED, deciding: [id] };
  const groupIds = groupsUnder(world, someone.person, rule);
  return wayIn(world, appId, { ...someone, person: { ...someone.person, groupIds } }, vantage);
}
