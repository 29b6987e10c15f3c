/** Profiles of users: the attributes that the schema of their type knows, and what it demands of them. */

import { foldedLogin } from '../../../shared/login.ts';
import type { UserProfile } from '../../../wire/directory.ts';
import { invalid } from '../../http/okta-error.ts';
import type { Org } from '../../org.ts';
import type { Json } from '../input.ts';
import { attributeFaults } from './attribute-faults.ts';
import { BASE_ATTRIBUTES } from './schema.ts';

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;

export interface ProfileContext {
  /** What Okta calls the request in its error, e.g. `newUser` (recorded). */
  subject: string;
  /** Id of the user's type. */
  typeId: string;
  /** Id of the user whose profile it is, so that his own login is free to him. */
  except?: string;
}

/** The attributes of a user type by name, as its schema has them now. */
export function attributesOf(org: Org, typeId: string): Readonly<Record<string, Json>> {
  const type = org.store.userTypes.get(typeId);
  const attributes: Record<string, Json> = { ...BASE_ATTRIBUTES, ...type?.custom };
  for (const [name, change] of Object.entries(type?.base ?? {})) attributes[name] = { ...attributes[name], ...change };
  return attributes;
}

/** Checks a whole profile. */
export function readProfile(org: Org, given: Json, { subject, typeId, except }: ProfileContext): UserProfile {
  const attributes = attributesOf(org, typeId);
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(attributes, name)) throw invalid(subject, `Property name '${name}' is not defined in profile`);
  }
  const missing = Object.keys(attributes).filter((name) => attributes[name]?.required === true && isBlank(given[name]));
  const faults = [
    ...missing.map((name) => ({ name, text: blankText(name) })),
    ...Object.entries(given).flatMap(([name, value]) =>
      faultsOf(name, value, attributes[name] ?? {}).map((fault) => ({ name, text: `${name}: ${fault}` })),
    ),
  ];
  const [first] = faults;
  if (first) throw invalid(first.name, ...faults.map((fault) => fault.text));
  const profile = given as UserProfile;
  if (!EMAIL.test(profile.email)) throw invalid('email', 'email: Does not match required pattern');
  assertLoginFree(org, profile.login, except);
  for (const [name, { unique }] of Object.entries(attributes)) {
    if (unique === 'UNIQUE_VALIDATED' && !isBlank(given[name])) assertOnly(org, name, given[name], { typeId, except });
  }
  return profile;
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** Of a custom attribute Okta says that its value is missing (seen by its users), of a base one that it is blank. */
function blankText(name: string): string {
  return Object.hasOwn(BASE_ATTRIBUTES, name)
    ? `${name}: The field cannot be left blank`
    : `${name}: Value for required property ${name} is missing`;
}

function faultsOf(name: string, value: unknown, attribute: Json): string[] {
  // A pattern of its own says what form usernames have instead.
  if (name === 'login' && typeof value === 'string' && value !== '' && typeof attribute.pattern !== 'string') {
    if (!EMAIL.test(value)) return ['Username must be in the form of an email address'];
  }
  return attributeFaults(value, attribute);
}

function assertLoginFree(org: Org, login: string, except?: string): void {
  const holder = org.store.users.find('login', foldedLogin(login));
  if (holder && holder.id !== except) {
    throw invalid('login', 'login: An object with this field already exists in the current organization');
  }
}

/** No other user of the type has this value of an attribute that the schema calls unique (OpenAPI 2026.06.3). */
function assertOnly(
  org: Org,
  name: string,
  value: unknown,
  { typeId, except }: { typeId: string; except: string | undefined },
): void {
  const holder = org.store.users
    .findAll('typeId', typeId)
    .find((row) => row.id !== except && row.profile[name] === value);
  if (holder) throw invalid(name, `${name}: An object with this field already exists in the current organization`);
}
