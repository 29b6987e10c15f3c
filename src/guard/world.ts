/** An org at one moment, before or after a plan, as far as it decides who can sign in. Read once; then everything is pure. */
import type { OktaApi } from '../okta/api.ts';
import type { Group } from '../wire/directory.ts';
import { type KnownGroupRule, readGroupRules } from './group-rules.ts';
import { type OrgView, readOrgView, type Scope } from './org-view.ts';
import { readSomeone, type Someone } from './people.ts';
import { assumingTheRest } from './vantages.ts';

export interface World extends OrgView {
  /** By id. */
  groups: ReadonlyMap<string, Group>;
  /** Those who were asked for and are there, by id. */
  people: ReadonlyMap<string, Someone>;
  /** By id; none when the plan writes no group rule. */
  groupRules: ReadonlyMap<string, KnownGroupRule>;
  /** The same org, were the conditions to hold that cannot be evaluated. */
  assumed: OrgView;
}

export async function readWorld(api: Pick<OktaApi, 'get' | 'list'>, scope: Scope): Promise<World> {
  const [view, groups, groupRules, people] = await Promise.all([
    readOrgView(api, scope),
    api.list<Group>('/api/v1/groups?limit=10000'),
    scope.groupRules ? readGroupRules(api) : [],
    Promise.all(scope.people.map(async (id) => [id, await readSomeone(api, id)] as const)),
  ]);
  return {
    ...view,
    assumed: assumingTheRest(view),
    groups: new Map(groups.map((group) => [group.id, group])),
    groupRules: new Map(groupRules.map((rule) => [rule.id, rule])),
    people: new Map(people.flatMap(([id, someone]) => (someone ? [[id, someone] as const] : []))),
  };
}

/** Ids of the group that everyone is in. */
export function everyoneIn(world: World): string[] {
  const groups = [...world.groups.values()];
  return groups.filter(({ type, profile }) => type === 'BUILT_IN' && profile.name === 'Everyone').map(({ id }) => id);
}
