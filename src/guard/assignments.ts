/** Whose assignments have to be known: of the apps that lose or get a group, and of those with another sign-in policy. */
import { isForbidden } from '../okta/api.ts';
import type { IndexedReader } from '../okta/reader.ts';
import { inTurns } from '../shared/in-turns.ts';
import type { AppUser } from '../wire/application.ts';
import { appsAssigned, groupsDeleted, membershipsOf } from './deciding.ts';
import type { WouldSend } from './dry-run.ts';
import { ruleEffects, rulesLooking } from './group-rules.ts';
import type { SeededReader } from './seeded-reader.ts';
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
 * Apps that the plan assigns, and those of groups that it deletes or that it, or a group rule, takes people out of; their
 * groups are read in the cheaper of the two ways. More than {@link MOST_READ} apps of groups are not looked at.
 */
export async function assignmentsTouched(
  org: SeededReader,
  writes: readonly WouldSend[],
  { before, after }: { before: World; after: World },
): Promise<AssignmentsTouched> {
  const left = [
    ...ruleEffects(before, after).flatMap(({ move, rule }) => (move === 'leave' ? rule.groupIds : [])),
    ...rulesLooking(after, writes).flatMap(({ rule }) => rule.groupIds),
    ...membershipsOf(writes).flatMap(({ move, groupId }) => (move === 'leave' ? [groupId] : [])),
  ];
  const ids = new Set([...groupsDeleted(writes), ...left]);
  const assigned = appsAssigned(writes);
  const found = await appsOf(org, [...ids], before);
  const wanted = [...new Set(found.apps)].filter((id) => !assigned.includes(id));
  const { read, more } = await withGroups(org, wanted, before);
  const notes =
    more > 0 ? [`${more} apps of the groups that people leave were not looked at: who loses them is not told`] : [];
  return { apps: [...new Set([...assigned, ...read])], groups: found.groups, notes: [...found.notes, ...notes] };
}

async function appsOf(org: SeededReader, groupIds: readonly string[], before: World): Promise<AssignmentsTouched> {
  const groups = new Set<string>();
  const notes: string[] = [];
  const apps: string[] = [];
  for (const id of groupIds) {
    try {
      const own = await org.list<{ id: string }>(appsPath(id));
      if (own.length > 0) groups.add(id);
      apps.push(...own.map((app) => app.id));
    } catch (error) {
      if (!isForbidden(error)) throw error;
      const name = before.groups.get(id)?.profile.name ?? id;
      notes.push(
        `the credentials may not read to which apps the group "${name}" is assigned: who loses them was not looked at`,
      );
    }
  }
  return { apps, groups, notes };
}

const appsPath = (groupId: string) => `/api/v1/groups/${groupId}/apps?limit=200`;
const groupsPath = (appId: string) => `/api/v1/apps/${appId}/groups?limit=200`;

/** Requests for the groups of apps, at most. */
const MOST_READ = 100;

/** Sees to it that the groups of apps are known: app by app, or group by group where there are fewer groups. */
async function withGroups(
  org: SeededReader,
  apps: readonly string[],
  before: World,
): Promise<{ read: readonly string[]; more: number }> {
  const unread = apps.filter((id) => !org.hasListed(groupsPath(id)));
  const groups = [...before.groups.keys()];
  if (groups.length >= unread.length || groups.length > MOST_READ) {
    const left = new Set(unread.slice(MOST_READ));
    return { read: apps.filter((id) => !left.has(id)), more: left.size };
  }
  const lists = await inTurns(groups, async (id) => ({ id, apps: await org.list<{ id: string }>(appsPath(id)) }));
  const of = new Map(unread.map((id): [string, { id: string }[]] => [id, []]));
  for (const list of lists) for (const app of list.apps) of.get(app.id)?.push({ id: list.id });
  for (const [id, own] of of) org.seed(groupsPath(id), own);
  return { read: apps, more: 0 };
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
  const known = orgWideChange(before, after)
    ? [...before.apps.keys()].filter((id) => org.hasListed(groupsPath(id)))
    : [];
  const apps = [...new Set([...known, ...appsJudgedOtherwise(before, after)])].slice(0, MOST_APPS);
  const found = await Promise.all(
    apps.map(async (id) => {
      try {
        const groups = await org.list<{ id: string }>(groupsPath(id));
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
