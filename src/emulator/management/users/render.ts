import { createHash } from 'node:crypto';
import type { User, UserProfile } from '../../../wire/directory.ts';
import type { UserEntity } from '../../store/entities.ts';

/** `list`: only the self link, as in lists; `one`: the links to what can be done now (recorded sets by status). */
export type UserView = 'list' | 'one';

export function renderUser(row: UserEntity, baseUrl: string, view: UserView): User {
  const { passwordHash: _hash, passwordHistory: _history, failedLogins: _failed, lockedAt: _locked, ...rest } = row;
  const { recoveryAnswerHash: _answer, tokensRevokedAt: _revoked, emailUnverified: _unverified, ...user } = rest;
  return {
    ...user,
    profile: renderProfile(row.profile),
    _links: view === 'list' ? { self: { href: selfOf(row, baseUrl) } } : links(row, baseUrl),
  };
}

/** Weak, 64 hex digits (recorded form); changes with the user. */
export function etagOf(row: UserEntity): string {
  return `W/"${createHash('sha256').update(JSON.stringify(row)).digest('hex')}"`;
}

/** Attributes without a value are left out, save the two that Okta always shows (recorded). */
function renderProfile(profile: UserProfile): UserProfile {
  const { firstName, lastName, mobilePhone, secondEmail, login, email, ...rest } = profile;
  const others = Object.entries({ firstName, lastName, ...rest }).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return {
    ...Object.fromEntries(others),
    mobilePhone: mobilePhone ?? null,
    secondEmail: secondEmail ?? null,
    login,
    email,
  };
}

function selfOf(row: UserEntity, baseUrl: string): string {
  return `${baseUrl}/api/v1/users/${row.id}`;
}

interface UserLink {
  href: string;
  method?: string;
}

function links(row: UserEntity, baseUrl: string): Record<string, UserLink> {
  const self = selfOf(row, baseUrl);
  const post = (path: string): UserLink => ({ href: `${self}${path}`, method: 'POST' });
  const typeId = row.type.id;
  const common = {
    schema: { href: `${baseUrl}/api/v1/meta/schemas/user/osc${typeId.slice(3)}` },
    self: { href: self },
    resetFactors: post('/lifecycle/reset_factors'),
    type: { href: `${baseUrl}/api/v1/meta/types/user/${typeId}` },
  };
  const deactivate = post('/lifecycle/deactivate');
  const suspend = post('/lifecycle/suspend');
  const resetPassword = post('/lifecycle/reset_password');
  const credentials = {
    forgotPassword: post('/credentials/forgot_password'),
    expirePassword: post('/lifecycle/expire_password'),
    changeRecoveryQuestion: post('/credentials/change_recovery_question'),
    changePassword: post('/credentials/change_password'),
  };
  switch (row.status) {
    case 'STAGED':
      return { ...common, activate: post('/lifecycle/activate') };
    case 'DEPROVISIONED':
      return { ...common, activate: post('/lifecycle/activate'), delete: { href: self, method: 'DELETE' } };
    case 'SUSPENDED':
      return { ...common, unsuspend: post('/lifecycle/unsuspend'), deactivate };
    case 'LOCKED_OUT':
      return { ...common, unlock: post('/lifecycle/unlock'), resetPassword, deactivate };
    case 'PROVISIONED':
      return { ...common, suspend, resetPassword, reactivate: post('/lifecycle/reactivate'), deactivate };
    default:
      return { ...common, suspend, resetPassword, ...credentials, deactivate };
  }
}
