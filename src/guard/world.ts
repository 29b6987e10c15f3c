/** An org at one moment, before or after a plan, as far as it decides who can sign in. Read once; then everything is pure. */
import type { OktaApi } from '../okta/api.ts';
import type { Group } from '../wire/directory.ts';
import { type OrgView, readOrgView } from './org-view.ts';
import { readSomeone, type Someone } from './people.ts';
import { assumingTheRest } from './vantages.ts';

export interface World extends OrgView {
  /** By id. */
  groups: ReadonlyMap<string, Group>;
  /** Those who were asked for and are there, by id. */
  people: ReadonlyMap<string, Someone>;
  /** The same org, were the conditions to hold that cannot be evaluated. */
  assumed: OrgView;
}

/** What is read besides the lists. */
export interface Scope {
  /** Ids of apps whose assignments matter. */
  assignmentsOf: readonly string[];
  /** Ids of users who are looked at one by one. */
  people: readonly string[];
}

export async function readWorld(api: Pick<OktaApi, 'get' | 'list'>, scope: Scope): Promise<World> {
  const [view, groups, people] = await Promise.all([
    readOrgView(api, scope.assignmentsOf),
    api.list<Group>('/api/v1/groups?limit=10000'),
    Promise.all(scope.people.map(async (id) => [id, await readSomeone(api, id)] as const)),
  ]);
  return {
    ...view,
    assumed: assumingTheRest(view),
    groups: new Map(groups.map((group) => [group.id, group])),
    people: new Map(people.flatMap(([id, someone]) => (someone ? [[id, someone] as const] : []))),
  };
}

/** Ids of the group that everyone is in. */
export function everyoneIn(world: World): string[] {
  const groups = [...world.groups.values()];
  return groups.filter(({ type, profile }) => type === 'BUILT_IN' && profile.name === 'Everyone').map(({ id }) => id);
}
