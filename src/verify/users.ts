/** Users of flows: those the config knows, and ephemeral ones that live as long as one flow. */
import { randomBytes, randomInt } from 'node:crypto';
import { isNotFound, type OktaApi } from '../okta/api.ts';
import { OrgproofError } from '../shared/errors.ts';
import type { Group, User } from '../wire/directory.ts';

/** Logins of ephemeral users start so, for whoever must sweep after a run that was killed. */
export const EPHEMERAL_LOGIN_PREFIX = 'orgproof-';

export interface EphemeralUser {
  id: string;
  login: string;
  password: string;
  /** Not enrolled: the number to enrol with. */
  phone: string;
}

/** The user with this login, or undefined when the org has none. */
export async function findUser(api: OktaApi, login: string): Promise<User | undefined> {
  try {
    const user = await api.get<User>(`/api/v1/users/${encodeURIComponent(login)}`);
    // Okta also resolves ids and the part of a login before the `@`: that would be somebody else.
    return user.profile.login.toLowerCase() === login.toLowerCase() ? user : undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/**
 * Creates an active user with a random password.
 *
 * @param login unique to the run
 * @param phone a number that nobody else of the run has
 * @throws {OrgproofError} `group-missing` when a group does not exist
 */
export async function createEphemeralUser(
  api: OktaApi,
  user: { login: string; phone: string; groups: readonly string[] },
): Promise<EphemeralUser> {
  const groupIds = await Promise.all(user.groups.map((name) => groupId(api, name)));
  const password = randomPassword();
  const created = await api.post<User>('/api/v1/users?activate=true', {
    profile: { login: user.login, email: user.login, firstName: 'Ephemeral', lastName: 'User' },
    credentials: { password: { value: password } },
    ...(groupIds.length === 0 ? {} : { groupIds }),
  });
  return { id: created.id, login: user.login, password, phone: user.phone };
}

/** Deactivates and deletes; a user who is gone already is fine. */
export async function removeUser(api: OktaApi, id: string): Promise<void> {
  try {
    await api.post(`/api/v1/users/${id}/lifecycle/deactivate?sendEmail=false`);
    await api.delete(`/api/v1/users/${id}`);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

async function groupId(api: OktaApi, name: string): Promise<string> {
  const groups = await api.list<Group>(`/api/v1/groups?q=${encodeURIComponent(name)}`);
  const group = groups.find((each) => each.profile.name === name);
  if (group !== undefined) return group.id;
  throw new OrgproofError(`the org has no group "${name}"`, {
    code: 'group-missing',
    hint: 'Apply the config first, or name a group that exists.',
  });
}

/** Meets Okta's default complexity: 8 characters, lower and upper case, a digit. */
function randomPassword(): string {
  return `Op7-${randomBytes(15).toString('base64url')}`;
}

const AREA_CODES = ['201', '212', '303', '312', '404', '415', '503', '617', '702', '808'];

/**
 * Gives out phone numbers that look real and ring nowhere: +1 XXX 555-01XX is reserved for fiction. On a real org a
 * number that can receive is needed instead.
 */
export class PhoneNumbers {
  private readonly taken: Set<string>;

  constructor(taken: readonly string[]) {
    this.taken = new Set(taken.map((number) => number.replace(/\D/g, '')));
  }

  next(): string {
    for (;;) {
      const area = AREA_CODES[randomInt(AREA_CODES.length)] ?? '415';
      const digits = `1${area}55501${String(randomInt(100)).padStart(2, '0')}`;
      if (this.taken.has(digits)) continue;
      this.taken.add(digits);
      return `+${digits}`;
    }
  }
}
