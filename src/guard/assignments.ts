/** Whose assignments have to be known: of the apps that lose or get a group, and of those with another sign-in policy. */
import { isForbidden } from '../okta/api.ts';
import type { IndexedReader } from '../okta/reader.ts';
import type { AppUser } from '../wire/application.ts';
import type { Group } from '../wire/directory.ts';
import { appsAssigned, groupsDeleted } from './deciding.ts';
import type { WouldSend } from './dry-run.ts';
import { changedRules } from './group-rules.ts';
import { appsJudgedOtherwise, orgWideChange } from './units.ts';
import { everyoneIn, type World } from './world.ts';

/**
 * Apps that lose or get a group: those that the plan assigns, those of groups that it deletes, and those of groups that a
 * group rule no longer puts people into.
 */
export async function assignmentsTouched(
  org: IndexedReader,
  writes: readonly WouldSend[],
  { before, after }: { before: World; after: World },
): Promise<{ apps: string[]; notes: string[] }> {
  const apps = appsAssigned(writes);
  const left = changedRules(before, after).flatMap(({ was, groupIds }) => (was ? groupIds : []));
  const notes: string[] = [];
  for (const path of new Set([...groupsDeleted(writes), ...left.map((id) => `/api/v1/groups/${id}`)])) {
    try {
      apps.push(...(await org.list<{ id: string }>(`${path}/apps?limit=200`)).map(({ id }) => id));
    } catch (error) {
      if (!isForbidden(error)) throw error;
      const name = org.item<Group>(path)?.profile.name ?? path;
      notes.push(
        `the credentials may not read to which apps the group "${name}" is assigned: who loses them was not looked at`,
      );
    }
  }
  return { apps: [...new Set(apps)], notes };
}

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
