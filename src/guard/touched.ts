/**
 * People who were there before and whose own groups or factors a plan changes, by itself or by a group rule that looks at them: what they lose shows in no policy and no
 * assignment, so that they are looked at one by one.
 */
import { isForbidden, isNotFound } from '../okta/api.ts';
import type { IndexedReader } from '../okta/reader.ts';
import { inTurns } from '../shared/in-turns.ts';
import type { Application, AppUser } from '../wire/application.ts';
import { groupsNamed, orgWidePolicies } from './conditions.ts';
import { type MembershipWrite, membershipsOf, usersWithLess } from './deciding.ts';
import type { WouldSend } from './dry-run.ts';
import { type KnownGroupRule, rulesLooking } from './group-rules.ts';
import { readSomeone } from './people.ts';
import type { World } from './world.ts';

/** Somebody, and the apps that they could sign in to before. */
export interface TouchedPerson {
  userId: string;
  /** `isAssigned`: to the user, not to a group alone. */
  apps: readonly { appId: string; isAssigned: boolean }[];
  /** Rules that look at what the plan changes of them. */
  rules: readonly KnownGroupRule[];
}

export interface Touched {
  people: readonly TouchedPerson[];
  /** Sets of group ids that further people are put into: these stand for them. */
  sets: readonly (readonly string[])[];
  notes: readonly string[];
}

/** The name by which Okta knows its own dashboard among the apps; everyone has it. */
const DASHBOARD = 'okta_enduser';

/** Each costs up to four requests. */
const MOST_TOUCHED = 50;

/**
 * Those whose change can matter: who joins or leaves a group that a policy names, leaves one that an app is assigned to,
 * loses a factor, or changes in what a group rule looks at. Who is deleted has nothing left to be locked out of.
 * @param assigned ids of groups that apps are assigned to, as far as they were asked for
 */
export async function readTouched(
  org: IndexedReader,
  writes: readonly WouldSend[],
  { before, after, assigned }: { before: World; after: World; assigned: ReadonlySet<string> },
): Promise<Touched> {
  const named = new Set(
    [before, after].flatMap((world) => groupsNamed([...orgWidePolicies(world), ...world.appSignInPolicies.values()])),
  );
  const matters = ({ groupId, move }: MembershipWrite) =>
    named.has(groupId) || (move === 'leave' && assigned.has(groupId));
  const moves = membershipsOf(writes).filter(matters);
  const looking = rulesLooking(after, writes).filter(({ rule }) =>
    rule.groupIds.some((id) => named.has(id) || assigned.has(id)),
  );
  const ids = [...new Set([...[...moves, ...looking].map(({ userId }) => userId), ...usersWithLess(writes)])];
  const dashboards = [...before.apps.values()].filter(({ name }) => name === DASHBOARD).map(({ id }) => id);
  try {
    const people = await inTurns(ids.slice(0, MOST_TOUCHED), async (id) => {
      const rules = looking.filter(({ userId }) => userId === id).map(({ rule }) => rule);
      return (await readPerson(org, id, dashboards)).map((person) => ({ ...person, rules }));
    });
    return { people: people.flat(), ...restOf(moves, ids.slice(MOST_TOUCHED)) };
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return { people: [], sets: setsOf(moves, ids), notes: [NOT_READ] };
  }
}

const NOT_READ =
  'the credentials may not read the users whose groups the plan changes (okta.users.read): they were looked at as classes of users';

function restOf(moves: readonly MembershipWrite[], ids: readonly string[]): Omit<Touched, 'people'> {
  if (ids.length === 0) return { sets: [], notes: [] };
  const note = `the plan changes groups or factors of more than ${MOST_TOUCHED} users: only the first ${MOST_TOUCHED} were looked at one by one, the other ${ids.length} as classes of users`;
  return { sets: setsOf(moves, ids), notes: [note] };
}

function setsOf(moves: readonly MembershipWrite[], ids: readonly string[]): string[][] {
  return ids.map((id) =>
    moves.filter(({ userId, move }) => userId === id && move === 'join').map(({ groupId }) => groupId),
  );
}

/**
 * The apps with the assignment of the user in one request (`expand=user/{id}` beside this filter, OpenAPI 2026.06.3).
 * @param dashboards ids of apps that everyone has
 */
async function readPerson(
  org: IndexedReader,
  userId: string,
  dashboards: readonly string[],
): Promise<Omit<TouchedPerson, 'rules'>[]> {
  const filter = encodeURIComponent(`user.id eq "${userId}"`);
  try {
    await readSomeone(org, userId);
    const apps = await org.list<Application>(`/api/v1/apps?filter=${filter}&expand=user/${userId}&limit=200`);
    const assigned = apps.map(({ id, _embedded }) => ({
      appId: id,
      isAssigned: (_embedded?.user as AppUser | undefined)?.scope === 'USER',
    }));
    const others = dashboards.filter((id) => !apps.some((app) => app.id === id));
    return [{ userId, apps: [...assigned, ...others.map((appId) => ({ appId, isAssigned: true }))] }];
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}
