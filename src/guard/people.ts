/** Single people whose sign-ins are looked at: what they have enrolled, and who the admins are. */
import { isForbidden, isNotFound, type OktaApi } from '../okta/api.ts';
import type { Factor, Person } from '../policy/index.ts';
import type { Group, User, UserFactor } from '../wire/directory.ts';
import { enrolledOf } from './enrolled.ts';

export interface Someone {
  login: string;
  /** Whether the status lets them sign in: a locked or expired password is mended by themselves, a suspension is not. */
  maySignIn: boolean;
  person: Person;
  enrolled: readonly Factor[];
  /** What group rules may look at, as text. */
  profile?: string;
}

type Reads = Pick<OktaApi, 'get' | 'list'>;

const MAY_SIGN_IN = ['ACTIVE', 'PASSWORD_EXPIRED', 'LOCKED_OUT', 'RECOVERY'];

/** A user with groups and factors, three requests; undefined when there is none (any more). */
export async function readSomeone(api: Reads, id: string): Promise<Someone | undefined> {
  const path = `/api/v1/users/${id}`;
  try {
    const user = await api.get<User>(path);
    const [groups, factors] = await Promise.all([
      api.list<Group>(`${path}/groups`),
      api.list<UserFactor>(`${path}/factors`),
    ]);
    return {
      login: user.profile.login,
      maySignIn: MAY_SIGN_IN.includes(user.status),
      person: { id, groupIds: groups.map((group) => group.id), ...(user.type?.id ? { userTypeId: user.type.id } : {}) },
      enrolled: enrolledOf(user, factors).factors,
      profile: JSON.stringify(user.profile),
    };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** At most so many admins are looked at one by one: each costs three requests. */
const MOST_ADMINS = 50;

export interface Admins {
  /** Ids of those who are looked at one by one. */
  ids: readonly string[];
  /** Whether these are all admins that the org has. */
  complete: boolean;
  /** What was not looked at, for people. */
  notes: readonly string[];
}

interface AssigneesPage {
  value?: { id: string }[];
  _links?: { next?: { href: string } };
}

/**
 * Everyone who has an admin role, directly or through a group (`/api/v1/iam/assignees/users`), as far as the credentials may
 * look at roles and users.
 */
export async function readAdmins(api: Reads): Promise<Admins> {
  try {
    const all = await adminIds(api);
    const ids = all.slice(0, MOST_ADMINS);
    // Read here already, so that a refusal shows; asked for once.
    for (const id of ids) await readSomeone(api, id);
    return all.length <= MOST_ADMINS ? { ids, complete: true, notes: [] } : { ids, complete: false, notes: [TOO_MANY] };
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return { ids: [], complete: false, notes: [NOT_READ] };
  }
}

const TOO_MANY = `the org has more than ${MOST_ADMINS} admins: only the first ${MOST_ADMINS} were looked at one by one, the others as classes of users`;
const NOT_READ =
  'the credentials may not read who is an admin (okta.roles.read, okta.users.read): no admin was looked at, only classes of users';

/** Pages until there are more than are looked at. */
async function adminIds(api: Reads): Promise<string[]> {
  const ids: string[] = [];
  let path: string | undefined = '/api/v1/iam/assignees/users?limit=100';
  while (path !== undefined && ids.length <= MOST_ADMINS) {
    const page: AssigneesPage = await api.get<AssigneesPage>(path);
    ids.push(...(page.value ?? []).map(({ id }) => id));
    const next: string | undefined = page._links?.next?.href;
    path = next === undefined ? undefined : pathOf(next);
  }
  return ids;
}

function pathOf(href: string): string {
  const url = new URL(href);
  return url.pathname + url.search;
}
