/** `/idp/myaccount/profile`: the profile as its owner sees it, and what of it they may change. */

import { link } from '../http/links.ts';
import { invalid } from '../http/okta-error.ts';
import type { Json } from '../management/input.ts';
import { attributeFaults } from '../management/users/attribute-faults.ts';
import { attributesOf } from '../management/users/profile.ts';
import { updateUser } from '../management/users/users.ts';
import type { Org } from '../org.ts';
import type { UserEntity } from '../store/entities.ts';

export function renderProfile(org: Org, user: UserEntity, baseUrl: string): Json {
  const self = `${baseUrl}/idp/myaccount/profile`;
  return {
    createdAt: user.created,
    modifiedAt: user.lastUpdated,
    profile: visible(org, user),
    _links: { self: link(self), describedBy: link(`${self}/schema`) },
  };
}

/** What of a profile its owner may see: attributes that are hidden from them are left out (reference). */
function visible(org: Org, user: UserEntity): Json {
  const permissions = permissionsOf(org, user);
  return Object.fromEntries(Object.entries(user.profile).filter(([name]) => permissions[name] !== 'HIDE'));
}

/** Attribute -> what its owner may do with it. */
function permissionsOf(org: Org, user: UserEntity): Readonly<Record<string, string>> {
  const attributes = Object.entries(attributesOf(org, user.type.id));
  return Object.fromEntries(attributes.map(([name, attribute]) => [name, permissionOf(attribute)]));
}

function permissionOf({ permissions }: Json): string {
  const own = Array.isArray(permissions)
    ? (permissions as Json[]).find((permission) => permission.principal === 'SELF')
    : undefined;
  return typeof own?.action === 'string' ? own.action : 'READ_ONLY';
}

export function renderProfileSchema(org: Org, user: UserEntity, baseUrl: string): Json {
  const properties = Object.entries(attributesOf(org, user.type.id)).flatMap(([name, attribute]) => {
    const self = permissionOf(attribute);
    if (self === 'HIDE') return [];
    const { title, type, required, minLength, maxLength } = attribute;
    const limits = {
      ...(minLength === undefined ? {} : { minLength }),
      ...(maxLength === undefined ? {} : { maxLength }),
    };
    const shown = { ...limits, permissions: { SELF: self }, ...(required === true ? { required } : {}), title, type };
    return [[name, shown] as const];
  });
  const profile = `${baseUrl}/idp/myaccount/profile`;
  return {
    properties: Object.fromEntries(properties),
    _links: { self: link(`${profile}/schema`), user: link(profile) },
  };
}

const EMAILS: readonly string[] = ['email', 'secondEmail'];

/** Replaces the profile: all that was read must be given again, `null` to unset it (reference). */
export async function replaceProfile(org: Org, user: UserEntity, given: Json): Promise<UserEntity> {
  const before = visible(org, user);
  const attributes = attributesOf(org, user.type.id);
  const missing = Object.keys(before).find((name) => !Object.hasOwn(given, name));
  if (missing !== undefined) {
    throw forUpdate(`Property '${missing}' needs a value passed.  To unset it, explicitly set it to null.`);
  }
  for (const [name, value] of Object.entries(given)) {
    const attribute = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    const permission = attribute && permissionOf(attribute);
    if (!attribute || permission === 'HIDE') throw forUpdate(`Property '${name}' does not exist or is not accessible.`);
    if (JSON.stringify(value ?? null) === JSON.stringify(before[name] ?? null)) continue;
    if (EMAILS.includes(name)) {
      throw forUpdate(
        'You cannot update email attributes using the profile endpoint. Use the emails endpoint to make any required changes.',
      );
    }
    if (permission !== 'READ_WRITE') {
      throw forUpdate(`Property '${name}' is read only.  The value supplied must exactly match the existing value.`);
    }
    if (attributeFaults(value, attribute).some((fault) => fault.startsWith('The value must be'))) {
      throw forUpdate(`Invalid value data type for property '${name}'`);
    }
  }
  return updateUser(org, user, { profile: given }, 'merge');
}

function forUpdate(cause: string): Error {
  return invalid('forUpdate', cause);
}
