/** `/idp/myaccount/password`: whether the account has one, and a new one. */
import { link } from '../http/links.ts';
import { invalid, notFound, OktaError } from '../http/okta-error.ts';
import { type Json, record, text } from '../management/input.ts';
import { updateUser } from '../management/users/users.ts';
import type { Org } from '../org.ts';
import type { UserEntity } from '../store/entities.ts';
import { isPasswordOf } from '../telephony/password-import.ts';

export function renderPassword(user: UserEntity, baseUrl: string): Json {
  const self = `${baseUrl}/idp/myaccount/password`;
  const id = `lae${user.id.slice(3)}`;
  if (user.passwordHash === undefined) {
    return { id, status: 'NOT_ENROLLED', _links: { self: link(self, 'GET'), enroll: link(self, 'POST') } };
  }
  return {
    id,
    status: user.status === 'PASSWORD_EXPIRED' ? 'EXPIRED' : 'ACTIVE',
    created: user.created,
    lastUpdated: user.passwordChanged,
    _links: { self: link(self, 'GET', 'DELETE', 'PUT') },
  };
}

export async function enrollPassword(org: Org, user: UserEntity, body: Json): Promise<UserEntity> {
  if (user.passwordHash !== undefined) {
    const text = 'This account already has a password set as an authenticator.';
    throw new OktaError(409, 'E0000157', text, [text]);
  }
  return setPassword(org, user, record(body.profile) ?? {});
}

/** The present password is looked at where it is given (okta-auth-js calls it optional). */
export async function replacePassword(org: Org, user: UserEntity, body: Json): Promise<UserEntity> {
  const profile = record(body.profile) ?? {};
  const current = text(profile.currentPassword);
  const right = current === undefined || (await isPasswordOf(org, user, current));
  if (!right) throw invalid('Password', 'Invalid password.');
  return setPassword(org, user, profile);
}

async function setPassword(org: Org, user: UserEntity, profile: Json): Promise<UserEntity> {
  const password = text(profile.password);
  if (!password) throw invalid('Password', 'Invalid password.');
  try {
    return await updateUser(org, user, { credentials: { password: { value: password } } }, 'merge');
  } catch (error) {
    // the reason is that of the policy (named assumption `myaccount-refusals`)
    if (error instanceof OktaError) throw invalid('Password', ...error.causes);
    throw error;
  }
}

export function deletePassword(org: Org, user: UserEntity): void {
  if (user.passwordHash === undefined) throw notFound(user.id, 'UserProfilePassword');
  const { passwordHash: _gone, ...rest } = user;
  const { password: _shown, ...credentials } = rest.credentials;
  org.store.users.put({ ...rest, passwordChanged: null, credentials });
}
