/** Passwords in the pipeline: right or wrong, lockout and expiry as the password policy says, and new ones. */
import { withPassword } from '../management/users/given-credentials.ts';
import { complexityFault, usedBefore } from '../management/users/password-policy.ts';
import { type Org, orgNow } from '../org.ts';
import type { UserEntity } from '../store/entities.ts';
import { ASK_HOOK } from '../store/imported-passwords.ts';
import { hashPassword } from '../store/passwords.ts';
import { isPasswordOf } from '../telephony/password-import.ts';
import { type PasswordSettings, passwordSettings } from './password-policy.ts';
import { refusals } from './refusals.ts';

const DAY_MS = 86_400_000;

/** How a right password stands with its age: not at all, run out (`daysLeft` undefined), or soon to. */
export type PasswordExpiry = { daysLeft: number | undefined } | undefined;

/**
 * Resolves when the password is theirs and they may sign in, otherwise throws a refusal that does not tell a wrong
 * password from a locked, suspended or deactivated user (as Okta's clients expect).
 */
export async function signInByPassword(org: Org, userId: string, passcode: string): Promise<PasswordExpiry> {
  const before = org.store.users.get(userId);
  const hash = before?.passwordHash;
  const right = before !== undefined && passcode !== '' && (await isPasswordOf(org, before, passcode));
  const kept = right && hash === ASK_HOOK ? await hashPassword(passcode) : undefined;
  // read again: the user may have changed while the hash was computed
  const user = org.store.users.get(userId);
  if (!user) throw refusals.authenticationFailed();
  const settings = passwordSettings(org, user);
  const present = autoUnlocked(org, user, settings);
  if (!right || present.passwordHash !== hash) {
    countWrong(org, present, settings);
    throw refusals.authenticationFailed();
  }
  if (!mayHaveFactors(present)) throw refusals.authenticationFailed();
  if (kept !== undefined) {
    org.store.users.patch(user.id, { passwordHash: kept, credentials: withPassword(present.credentials) });
  }
  if (present.failedLogins > 0) org.store.users.patch(user.id, { failedLogins: 0 });
  return expiryOf(org, present, settings);
}

/**
 * Whether a user may be asked for a factor at all: not one who is locked, suspended, deactivated or not active yet, nor one
 * whose password an admin reset, before they follow the link for a new one (OpenAPI 2026.06.3).
 */
export function mayBeginSignIn(org: Org, userId: string): boolean {
  const user = org.store.users.get(userId);
  return user !== undefined && mayHaveFactors(autoUnlocked(org, user, passwordSettings(org, user)));
}

function mayHaveFactors({ status }: UserEntity): boolean {
  return status === 'ACTIVE' || status === 'PASSWORD_EXPIRED';
}

/** A locked user as they are now: unlocked when the policy's time is over. */
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

function expiryOf(org: Org, user: UserEntity, settings: PasswordSettings): PasswordExpiry {
  if (user.status !== 'ACTIVE') return { daysLeft: undefined };
  const { maxAgeDays = 0, expireWarnDays = 0 } = settings.age ?? {};
  if (maxAgeDays === 0 || user.passwordChanged === null) return undefined;
  const left = Date.parse(user.passwordChanged) + maxAgeDays * DAY_MS - org.clock.now();
  if (left <= 0) return { daysLeft: undefined };
  const daysLeft = Math.floor(left / DAY_MS);
  return daysLeft < expireWarnDays ? { daysLeft } : undefined;
}

/**
 * Gives a user a new password, if the policy likes it; what waited for one is active then. `byChoice` holds the minimum age
 * of the old one against it, which an expired or forgotten one is spared.
 */
export async function setNewPassword(
  org: Org,
  userId: string,
  plain: string,
  options: { byChoice: boolean },
): Promise<UserEntity> {
  const user = org.store.users.get(userId);
  if (!user) throw refusals.expired();
  const settings = passwordSettings(org, user);
  const groupIds = [...org.store.memberships.leftsOf(userId)];
  const fault = complexityFault(org, plain, { id: userId, groupIds, profile: user.profile });
  if (fault !== undefined) throw refusals.passwordRequirements(fault);
  if (options.byChoice && isTooYoung(org, user, settings)) {
    throw refusals.passwordRequirements(ageFault(settings));
  }
  if (await usedBefore(org, plain, { ...user, groupIds })) {
    const count = settings.age?.historyCount ?? 0;
    throw refusals.passwordRequirements(
      `Password requirements were not met. Your password cannot be any of your last ${count} password(s).`,
    );
  }
  const passwordHash = await hashPassword(plain);
  const present = org.store.users.get(userId);
  if (!present) throw refusals.expired();
  const now = orgNow(org);
  const { lockedAt: _unlocked, ...rest } = present;
  const waits = ['PROVISIONED', 'PASSWORD_EXPIRED', 'RECOVERY', 'LOCKED_OUT'].includes(present.status);
  const earlier = present.passwordHash === undefined ? [] : [present.passwordHash];
  return org.store.users.put({
    ...rest,
    ...(waits ? { status: 'ACTIVE', statusChanged: now } : {}),
    passwordHash,
    passwordHistory: [...earlier, ...present.passwordHistory],
    passwordChanged: now,
    lastUpdated: now,
    failedLogins: 0,
    credentials: withPassword(present.credentials),
  });
}

function isTooYoung(org: Org, user: UserEntity, settings: PasswordSettings): boolean {
  const minutes = settings.age?.minAgeMinutes ?? 0;
  if (minutes === 0 || user.passwordChanged === null) return false;
  return Date.parse(user.passwordChanged) + minutes * 60_000 > org.clock.now();
}

/** In minutes, hours or days, whichever is whole (labels of the widget). */
function ageFault(settings: PasswordSettings): string {
  const minutes = settings.age?.minAgeMinutes ?? 0;
  const [count, unit] =
    minutes % 1440 === 0 ? [minutes / 1440, 'day'] : minutes % 60 === 0 ? [minutes / 60, 'hour'] : [minutes, 'minute'];
  return `Password requirements were not met. At least ${count} ${unit}(s) must have elapsed since you last changed your password.`;
}
