/** Passwords at sign-in, and who may sign in: right or wrong, lockout and expiry as the password policy says. */
import { selectPolicy } from '../../policy/index.ts';
import { type Org, orgNow } from '../org.ts';
import type { UserEntity } from '../store/entities.ts';
import { verifyPassword } from '../store/passwords.ts';
import { refusals } from './refusals.ts';
import { policiesOf } from './situation.ts';

interface PasswordSettings {
  lockout?: { maxAttempts?: number; autoUnlockMinutes?: number };
  age?: { maxAgeDays?: number };
}

/**
 * Resolves to the user when the password is theirs and they may sign in, otherwise throws a refusal that does not tell a
 * wrong password from a locked, suspended or deactivated user (as Okta's clients expect).
 */
export async function signInByPassword(org: Org, userId: string, passcode: string): Promise<UserEntity> {
  const before = org.store.users.get(userId);
  const hash = before?.passwordHash;
  const right = hash !== undefined && passcode !== '' && (await verifyPassword(passcode, hash));
  // read again: the user may have changed while the hash was computed
  const user = org.store.users.get(userId);
  if (!user) throw refusals.authenticationFailed();
  const settings = passwordSettings(org, user);
  const present = autoUnlocked(org, user, settings);
  if (!right || present.passwordHash !== hash) {
    countWrong(org, present, settings);
    throw refusals.authenticationFailed();
  }
  if (present.status === 'PASSWORD_EXPIRED' || present.status === 'RECOVERY' || isTooOld(org, present, settings)) {
    throw refusals.unsupported('changing an expired password while signing in');
  }
  if (present.status !== 'ACTIVE') throw refusals.authenticationFailed();
  return present.failedLogins === 0 ? present : org.store.users.patch(user.id, { failedLogins: 0 });
}

/** Whether a user may be asked for a factor at all: not one who is locked, suspended, deactivated or not active yet. */
export function mayBeginSignIn(org: Org, userId: string): boolean {
  const user = org.store.users.get(userId);
  if (!user) return false;
  const { status } = autoUnlocked(org, user, passwordSettings(org, user));
  return status === 'ACTIVE' || status === 'PASSWORD_EXPIRED' || status === 'RECOVERY';
}

function passwordSettings(org: Org, user: UserEntity): PasswordSettings {
  const person = { id: user.id, groupIds: [...org.store.memberships.leftsOf(user.id)], userTypeId: user.type.id };
  const policy = selectPolicy(policiesOf(org, 'PASSWORD'), person, {}).match?.policy;
  return (policy?.settings?.password ?? {}) as PasswordSettings;
}

function autoUnlocked(org: Org, user: UserEntity, settings: PasswordSettings): UserEntity {
  const minutes = settings.lockout?.autoUnlockMinutes ?? 0;
  if (user.status !== 'LOCKED_OUT' || minutes === 0 || user.lockedAt === undefined) return user;
  if (Date.parse(user.lockedAt) + minutes * 60_000 > org.clock.now()) return user;
  const { lockedAt, ...rest } = user;
  return org.store.users.put({ ...rest, status: 'ACTIVE', statusChanged: orgNow(org), failedLogins: 0 });
}

/** `maxAttempts` wrong passwords in a row lock an ACTIVE user; 0 means never. */
function countWrong(org: Org, user: UserEntity, settings: PasswordSettings): void {
  if (user.status !== 'ACTIVE' || user.passwordHash === undefined) return;
  const failedLogins = user.failedLogins + 1;
  const maxAttempts = settings.lockout?.maxAttempts ?? 0;
  const locks = maxAttempts > 0 && failedLogins >= maxAttempts;
  const now = orgNow(org);
  org.store.users.patch(user.id, {
    failedLogins,
    ...(locks ? { status: 'LOCKED_OUT', statusChanged: now, lockedAt: now } : {}),
  });
}

function isTooOld(org: Org, user: UserEntity, settings: PasswordSettings): boolean {
  const days = settings.age?.maxAgeDays ?? 0;
  if (days === 0 || user.passwordChanged === null) return false;
  return Date.parse(user.passwordChanged) + days * 86_400_000 <= org.clock.now();
}
