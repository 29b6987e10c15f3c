/** Whose assignments have to be known: of the apps that lose or get a group, and of those with another sign-in policy. */
import { isForbidden } from '../okta/api.ts';
import type { IndexedReader } from '../okta/reader.ts';
import type { AppUser } from '../wire/application.ts';
import type { Group } from '../wire/directory.ts';
import { appsAssigned, groupsDeleted, membershipsOf } from './deciding.ts';
import type { WouldSend } from './dry-run.ts';
import { ruleEffects } from './group-rules.ts';
import { appsJudgedOtherwise, orgWideChange } from './units.ts';
import { everyoneIn, type World } from './world.ts';

export interface AssignmentsTouched {
  /** Ids of apps that lose or get a group, or whose people come or go with one. */
  apps: string[];
  /** Ids of groups that some app is assigned to, among those that people leave. */
  groups: ReadonlySet<string>;
  notes: string[];
}

/**
 * Apps that the plan assigns, and those of groups that it deletes or that it, or a group rule, takes people out of.
 * More apps than {@link MOST_OF_GROUP} of a group are not looked at.
 */
export async function assignmentsTouched(
  org: IndexedReader,
  writes: readonly WouldSend[],
  { before, after }: { before: World; after: World },
): Promise<AssignmentsTouched> {
  const left = [
    ...ruleEffects(before, after).flatMap(({ move, rule }) => (move === 'leave' ? rule.groupIds : [])),
    ...membershipsOf(writes).flatMap(({ move, groupId }) => (move === 'leave' ? [groupId] : [])),
  ];
  const paths = [...new Set([...groupsDeleted(writes), ...left.map((id) => `/api/v1/groups/${id}`)])];
  const found: AssignmentsTouched & { groups: Set<string> } = {
    apps: appsAssigned(writes),
    groups: new Set(),
    notes: [],
  };
  for (const path of paths) {
    const name = org.item<Group>(path)?.profile.name ?? path;
    try {
      const apps = await org.list<{ id: string }>(`${path}/apps?limit=200`);
      if (apps.length > 0) found.groups.add(path.slice(path.lastIndexOf('/') + 1));
      found.apps.push(...apps.slice(0, MOST_OF_GROUP).map(({ id }) => id));
      if (apps.length > MOST_OF_GROUP) {
        const rest = apps.length - MOST_OF_GROUP;
        found.notes.push(
          `who loses ${rest} more of the apps that the group "${name}" is assigned to was not looked at`,
        );
      }
    } catch (error) {
      if (!isForbidden(error)) throw error;
      found.notes.push(
        `the credentials may not read to which apps the group "${name}" is assigned: who loses them was not looked at`,
      );
    }
  }
  return { ...found, apps: [...new Set(found.apps)] };
}

/** Each takes a request. */
const MOST_OF_GROUP = 100;

/** Each takes up to two requests; people of further apps are taken to be assigned. */
const MOST_APPS = 20;
const MOST_USERS = 500;

/**
 * Apps with another sign-in policy whose people are those of their groups: whoever is in none of them has nothing to lose. Left
 * out are apps that are assigned to users one by one, who may be in any group, those of everyone or of no group (Okta's own are
 * open to all), and those whose assignments may not be read.
 * Where a plan changes what all apps share, only those are asked about whose groups were read already.
 */
export async function assignedByGroupsOnly(
  org: IndexedReader,
  { before, after }: { before: World; after: World },
): Promise<string[]> {
  const everyone = everyoneIn(before);
  const groupsOf = (id: string) => `/api/v1/apps/${id}/groups?limit=200`;
  const known = orgWideChange(before, after) ? [...before.apps.keys()].filter((id) => org.hasListed(groupsOf(id))) : [];
  const apps = [...new Set([...known, ...appsJudgedOtherwise(before, after)])].slice(0, MOST_APPS);
  const found = await Promise.all(
    apps.map(async (id) => {
      try {
        const groups = await org.list<{ id: string }>(groupsOf(id));
        if (groups.length === 0 || groups.some((group) => everyone.includes(group.id))) return [];
        // One page is enough: a full one may hide somebody on the next.
        const users = await org.get<AppUser[]>(`/api/v1/apps/${id}/users?limit=${MOST_USERS}`);
        return users.length < MOST_USERS && users.every(({ scope }) => scope === 'GROUP') ? [id] : [];
      } catch (error) {
        if (!isForbidden(error)) throw error;
        return [];
      }
    }),
  );
  return found.flat();
}
