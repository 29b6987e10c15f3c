/** Apps that a plan treats alike: they have the same sign-in policy before and after it, so one answer holds for all. */
import type { PolicyWithRules } from '../policy/index.ts';
import type { Application } from '../wire/application.ts';
import type { NetworkZone } from '../wire/network-zone.ts';
import { conditionsOf, orgWidePolicies, zonesNamed } from './conditions.ts';
import { ruleEffects } from './group-rules.ts';
import { ADMIN_CONSOLE, signInPolicyOf } from './org-view.ts';
import { textOf } from './remembering.ts';
import type { World } from './world.ts';

export interface Unit {
  /** Id of the app that stands for all of them. */
  appId: string;
  /** The apps in words. */
  words: string;
  isConsole: boolean;
  /** Their sign-in policy before and after. */
  policies: readonly PolicyWithRules[];
}

/**
 * The apps whose sign-ins a plan may change. Left out are apps that nobody could sign in to before, service apps, and apps
 * that the plan deletes: then there is nothing left to be locked out of.
 */
export function unitsOf(before: World, after: World): Unit[] {
  const everywhere = orgWideChange(before, after);
  const ids = [...before.apps.keys()];
  return unitsAmong(before, after, everywhere ? ids : ids.filter((id) => changed(before, after, id)));
}

/** Those of some apps that people could sign in to before, and that are there afterwards. */
export function unitsAmong(before: World, after: World, appIds: readonly string[]): Unit[] {
  const units = new Map<string, Application[]>();
  for (const id of appIds) {
    const app = before.apps.get(id);
    if (app?.status !== 'ACTIVE' || !after.apps.has(id)) continue;
    if (app.settings?.oauthClient?.application_type === 'service') continue;
    const key = keyOf(before, after, id);
    units.set(key, [...(units.get(key) ?? []), app]);
  }
  return [...units.values()].flatMap((apps) => {
    const [first] = apps;
    if (!first) return [];
    const isConsole = first.name === ADMIN_CONSOLE;
    const policies = [before, after].flatMap((world) => policyIn(world, first.id) ?? []);
    return [{ appId: first.id, words: labels(apps), isConsole, policies }];
  });
}

/** Whether something that all apps share differs. */
export function orgWideChange(before: World, after: World): boolean {
  const shared = (world: World) =>
    [
      ...world.authenticators.map(textOf),
      ...[...world.enrollmentPolicies, ...world.globalSessionPolicies].map(textOf),
      ...[...world.groups.keys()].filter((id) => before.groups.has(id)),
      ...zonesThatMatter(world).map(textOf),
    ].join('\n');
  return ruleEffects(before, after).length > 0 || shared(before) !== shared(after);
}

/** The zones that block, and those that a condition names. */
function zonesThatMatter(world: World): NetworkZone[] {
  const named = new Set(
    conditionsOf([...orgWidePolicies(world), ...world.appSignInPolicies.values()]).flatMap(zonesNamed),
  );
  return [...world.zones.values()].filter(
    ({ id, usage }) => usage === 'BLOCKLIST' || named.has(id) || named.has('ALL_ZONES'),
  );
}

/** Ids of the apps that have the same people assigned but another sign-in policy, or one that says something else. */
export function appsJudgedOtherwise(before: World, after: World): string[] {
  const apps = [...before.apps.values()].filter(({ id, status }) => status === 'ACTIVE' && after.apps.has(id));
  return apps.map(({ id }) => id).filter((id) => textOf(policyIn(before, id)) !== textOf(policyIn(after, id)));
}

function changed(before: World, after: World, appId: string): boolean {
  const groups = (world: World) => world.assignedGroups.get(appId)?.join();
  return (
    before.apps.get(appId)?.status !== after.apps.get(appId)?.status ||
    textOf(policyIn(before, appId)) !== textOf(policyIn(after, appId)) ||
    groups(before) !== groups(after)
  );
}

function policyIn(world: World, appId: string): PolicyWithRules | undefined {
  const app = world.apps.get(appId);
  return app && signInPolicyOf(world, app);
}

/** The console, and apps that a condition tells apart by name stand alone. */
function keyOf(before: World, after: World, appId: string): string {
  const alone =
    before.apps.get(appId)?.name === ADMIN_CONSOLE || [before, after].some((world) => namedByCondition(world, appId));
  const assigned = [before, after].map((world) => world.assignedGroups.get(appId)?.toSorted() ?? null);
  const policies = [before, after].map((world) => policyIn(world, appId)?.policy.id);
  return JSON.stringify([...policies, assigned, after.apps.get(appId)?.status, alone ? appId : '']);
}

function namedByCondition(world: World, appId: string): boolean {
  return conditionsOf(orgWidePolicies(world)).some(({ app }) =>
    [...(app?.include ?? []), ...(app?.exclude ?? [])].some(({ id }) => id === appId),
  );
}

/** More than these are only counted. */
const MOST_LABELS = 3;

function labels(apps: readonly Application[]): string {
  const shown = apps.slice(0, MOST_LABELS).map(({ label }) => `"${label}"`);
  const more = apps.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more apps`] : [])].join(', ');
}
