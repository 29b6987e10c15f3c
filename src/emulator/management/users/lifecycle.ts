/** `/api/v1/users/{id}/lifecycle/*`, deletion, and the end of sessions. */

import { invalid, OktaError } from '../../http/okta-error.ts';
import { forgetDevices } from '../../idx/devices.ts';
import { endTokens } from '../../oauth/refresh-tokens.ts';
import { type Org, orgNow } from '../../org.ts';
import { issueAccountToken } from '../../store/account-tokens.ts';
import type { UserEntity } from '../../store/entities.ts';
import { unlinkUser } from '../linked-objects.ts';
import { withoutPassword } from './given-credentials.ts';

export function wrongStatus(): OktaError {
  return new OktaError(403, 'E0000038', "This operation is not allowed in the user's current status.");
}

function setStatus(
  org: Org,
  row: UserEntity,
  status: UserEntity['status'],
  more: Partial<UserEntity> = {},
): UserEntity {
  const now = orgNow(org);
  return org.store.users.patch(row.id, { status, statusChanged: now, lastUpdated: now, ...more });
}

/** STAGED and DEPROVISIONED users become PROVISIONED, or ACTIVE when they have a password or another provider. */
export function activateUser(org: Org, row: UserEntity): void {
  if (row.status !== 'STAGED' && row.status !== 'DEPROVISIONED') {
    throw new OktaError(403, 'E0000016', 'Activation failed because the user is already active');
  }
  const waits = row.passwordHash === undefined && row.credentials.provider.type === 'OKTA';
  setStatus(org, row, waits ? 'PROVISIONED' : 'ACTIVE', { activated: orgNow(org) });
}

export function reactivateUser(row: UserEntity): void {
  if (row.status !== 'PROVISIONED') throw wrongStatus();
}

/** Where a user who was sent no mail sets a password: `sendEmail=false` answers with it. */
export function activationLink(
  org: Org,
  row: UserEntity,
  baseUrl: string,
): { activationUrl: string; activationToken: string } {
  const activationToken = issueAccountToken(org, row, 'activation');
  return { activationUrl: `${baseUrl}/welcome/${activationToken}`, activationToken };
}

/** A deactivated user has no password any more and is signed out everywhere. */
export function deactivateUser(org: Org, row: UserEntity): void {
  if (row.status === 'DEPROVISIONED') return;
  const { passwordHash: _hash, ...kept } = row;
  org.store.users.put({ ...kept, credentials: withoutPassword(row.credentials) });
  setStatus(org, row, 'DEPROVISIONED');
  endSessions(org, row.id, true);
}

export function suspendUser(org: Org, row: UserEntity): void {
  if (row.status !== 'ACTIVE') throw invalid('suspendUser', 'Cannot suspend a user that is not active');
  endSessions(org, row.id, false);
  setStatus(org, row, 'SUSPENDED');
}

export function unsuspendUser(org: Org, row: UserEntity): void {
  if (row.status !== 'SUSPENDED') throw invalid('unsuspendUser', 'Cannot unsuspend a user that is not suspended');
  setStatus(org, row, 'ACTIVE');
}

export function unlockUser(org: Org, row: UserEntity): void {
  if (row.status !== 'LOCKED_OUT') throw new OktaError(403, 'E0000032', 'Unlock is not allowed for this user.');
  const { lockedAt: _locked, ...kept } = row;
  org.store.users.put({ ...kept, failedLogins: 0 });
  setStatus(org, row, 'ACTIVE');
}

/** Removes every factor; the password stays. */
export function resetFactors(org: Org, row: UserEntity): void {
  for (const factor of org.store.factors.findAll('userId', row.id)) org.store.factors.delete(factor.id);
}

export function expirePassword(org: Org, row: UserEntity): UserEntity {
  if (row.status !== 'ACTIVE' && row.status !== 'PASSWORD_EXPIRED') throw wrongStatus();
  return setStatus(org, row, 'PASSWORD_EXPIRED');
}

/** The first DELETE deactivates, the second removes for good (recorded). */
export function deleteUser(org: Org, row: UserEntity): void {
  if (row.status !== 'DEPROVISIONED') {
    deactivateUser(org, row);
    return;
  }
  resetFactors(org, row);
  org.store.memberships.removeRight(row.id);
  org.store.ruleMemberships.removeRight(row.id);
  for (const role of org.store.roleAssignments.findAll('assigneeId', row.id)) org.store.roleAssignments.delete(role.id);
  for (const assignment of org.store.appUsers.findAll('userId', row.id)) {
    org.store.appUsers.delete(assignment.id);
  }
  unlinkUser(org, row.id);
  for (const email of org.store.pendingEmails.findAll('userId', row.id)) org.store.pendingEmails.delete(email.id);
  forgetDevices(org, row.id);
  org.store.users.delete(row.id);
}

/** Ends browser sessions; `tokens` also revokes what apps were given for the user. */
export function endSessions(org: Org, userId: string, tokens: boolean): void {
  for (const session of org.store.sessions.findAll('userId', userId)) {
    org.store.sessions.delete(session.id);
  }
  if (tokens) endTokens(org, userId);
}
