/** Users as the org changes them: create, replace, update, credentials. Lifecycle is in `lifecycle.ts`. */

import { foldedLogin } from '../../../shared/login.ts';
import type { UserStatus } from '../../../wire/directory.ts';
import type { AppContext } from '../../http/context.ts';
import { invalid, notFound, OktaError } from '../../http/okta-error.ts';
import { type Org, orgNow } from '../../org.ts';
import type { UserEntity } from '../../store/entities.ts';
import { ASK_HOOK, writeImportedHash } from '../../store/imported-passwords.ts';
import { hashPassword } from '../../store/passwords.ts';
import { hashAnswer } from '../../store/security-questions.ts';
import { applyGroupRules } from '../group-rules/apply.ts';
import { type Json, record, text, texts } from '../input.ts';
import { findUserType } from '../user-types.ts';
import { type GivenCredentials, IMPORT, readCredentials, readProvider, withPassword } from './given-credentials.ts';
import { complexityFault, usedBefore } from './password-policy.ts';
import { readProfile } from './profile.ts';

/** By id or login. */
function findUser(org: Org, key: string): UserEntity {
  const row = org.store.users.get(key) ?? org.store.users.find('login', foldedLogin(key));
  if (!row) throw notFound(key, 'User');
  return row;
}

/** The user that a path names: by id, login, or `me` for whoever calls. */
export function userOf(org: Org, c: AppContext): UserEntity {
  const key = c.req.param('userId') ?? '';
  return findUser(org, key === 'me' ? c.get('principal').userId : key);
}

export function groupIdsOf(org: Org, userId: string): string[] {
  return [...org.store.memberships.leftsOf(userId)];
}

export interface CreateOptions {
  activate: boolean;
  /** `nextLogin=changePassword`: the password is to be changed at once. */
  changePassword: boolean;
  /** `provider=true`: the body says who checks the credentials. */
  provider?: boolean;
}

export async function createUser(org: Org, body: Json, options: CreateOptions): Promise<UserEntity> {
  const given = readCredentials(body.credentials);
  const provider = readProvider(options.provider === true, body.credentials, given);
  const typeId = readType(org, body.type);
  const profile = readProfile(org, record(body.profile) ?? {}, { subject: 'newUser', typeId });
  const groupIds = [org.store.org.everyoneGroupId, ...readGroupIds(org, body.groupIds)];
  if (options.changePassword && given.password === undefined) {
    throw invalid('password', 'password: The field cannot be left blank');
  }
  const id = org.ids.next('00u');
  if (given.password !== undefined) {
    const fault = complexityFault(org, given.password, { id, groupIds, profile });
    if (fault !== undefined) throw invalid('password', `password: ${fault}`);
  }
  const now = orgNow(org);
  const status = initialStatus(canSignIn(given, provider.type), options);
  const row: UserEntity = {
    id,
    status,
    created: now,
    activated: status === 'STAGED' ? null : now,
    statusChanged: status === 'STAGED' ? null : now,
    lastLogin: null,
    lastUpdated: now,
    passwordChanged: null,
    type: { id: typeId },
    profile,
    credentials: { provider },
    passwordHistory: [],
    failedLogins: 0,
  };
  const complete = { ...row, ...(await credentialChanges(org, row, given)) };
  // The hash took a while: another request may have taken the login meanwhile.
  readProfile(org, profile, { subject: 'newUser', typeId });
  org.store.users.put(complete);
  for (const groupId of groupIds) org.store.memberships.add(groupId, id);
  applyGroupRules(org, id);
  return complete;
}

/** Whether there is something to sign in with already: a password, or a provider other than Okta. */
function canSignIn(given: GivenCredentials, provider: string): boolean {
  return given.password !== undefined || given.imported !== undefined || provider !== 'OKTA';
}

function initialStatus(ready: boolean, options: CreateOptions): UserStatus {
  if (!options.activate) return 'STAGED';
  if (!ready) return 'PROVISIONED';
  return options.changePassword ? 'PASSWORD_EXPIRED' : 'ACTIVE';
}

function readGroupIds(org: Org, value: unknown): string[] {
  const ids = texts(value) ?? [];
  for (const id of ids) {
    if (!org.store.groups.get(id)) throw notFound(id, 'UserGroup');
  }
  return ids;
}

function readType(org: Org, value: unknown, before = org.store.org.defaultUserTypeId): string {
  const id = text(record(value)?.id);
  return id === undefined ? before : findUserType(org, id).id;
}

/** What a password and a recovery question change in a user. */
async function credentialChanges(org: Org, row: UserEntity, given: GivenCredentials): Promise<Partial<UserEntity>> {
  const password = await passwordChanges(org, row, given);
  const { recovery } = given;
  if (!recovery) return password;
  const credentials = {
    ...(password.credentials ?? row.credentials),
    recovery_question: { question: recovery.question },
  };
  return { ...password, credentials, recoveryAnswerHash: await hashAnswer(recovery.answer) };
}

async function passwordChanges(org: Org, row: UserEntity, given: GivenCredentials): Promise<Partial<UserEntity>> {
  const { password, imported } = given;
  if (imported) {
    return {
      passwordHash: imported === 'hook' ? ASK_HOOK : writeImportedHash(imported),
      credentials: { ...row.credentials, password: {}, provider: IMPORT },
    };
  }
  if (password === undefined) return {};
  return {
    passwordHash: await hashPassword(password),
    passwordHistory: [...(row.passwordHash === undefined ? [] : [row.passwordHash]), ...row.passwordHistory],
    passwordChanged: orgNow(org),
    credentials: withPassword(row.credentials),
  };
}

/** Named assumption `admin-password-ends-waiting`. */
function statusAfterPassword(org: Org, status: UserStatus): Partial<UserEntity> {
  if (status !== 'PASSWORD_EXPIRED' && status !== 'RECOVERY') return {};
  return { status: 'ACTIVE', statusChanged: orgNow(org) };
}

/** PUT with a profile replaces it whole; with credentials alone it keeps it (recorded). POST merges. */
export async function updateUser(
  org: Org,
  row: UserEntity,
  body: Json,
  mode: 'replace' | 'merge',
): Promise<UserEntity> {
  const given = readCredentials(body.credentials);
  const change = record(body.profile);
  const typeId = readType(org, body.type, row.type.id);
  const merged = change && (mode === 'replace' ? change : { ...row.profile, ...change });
  const checked = merged ?? (typeId === row.type.id ? undefined : row.profile);
  const profile = checked ? readProfile(org, checked, { subject: 'user', typeId, except: row.id }) : row.profile;
  if (row.status === 'DEPROVISIONED' && given.password !== undefined) {
    throw new OktaError(403, 'E0000038', "This operation is not allowed in the user's current status.");
  }
  if (given.imported && row.status !== 'STAGED') {
    throw new OktaError(403, 'E0000038', "This operation is not allowed in the user's current status.");
  }
  if (given.password !== undefined) await assertGoodPassword(org, { ...row, profile }, given.password);
  const changes = await credentialChanges(org, row, given);
  const status = given.password === undefined ? {} : statusAfterPassword(org, row.status);
  const now = findUser(org, row.id);
  const type = { id: typeId };
  const saved = org.store.users.put({ ...now, type, profile, ...changes, ...status, lastUpdated: orgNow(org) });
  applyGroupRules(org, row.id);
  return saved;
}

/** 403 E0000014 with the reason as its cause. */
async function assertGoodPassword(org: Org, row: UserEntity, password: string): Promise<void> {
  const groupIds = groupIdsOf(org, row.id);
  const fault =
    complexityFault(org, password, { id: row.id, groupIds, profile: row.profile }) ??
    ((await usedBefore(org, password, { ...row, groupIds })) ? 'Password has been used too recently' : undefined);
  if (fault !== undefined) throw new OktaError(403, 'E0000014', 'Update of credentials failed', [fault]);
}
