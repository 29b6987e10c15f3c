/** Profiles of users: the attributes of Okta's default schema, and what it demands of them. */
import type { UserProfile } from '../../../wire/directory.ts';
import { invalid } from '../../http/okta-error.ts';
import type { Org } from '../../org.ts';
import type { Json } from '../input.ts';

/** The base attributes of the default user schema (OpenAPI 2026.06.3). */
const ATTRIBUTES = new Set([
  'login',
  'email',
  'secondEmail',
  'firstName',
  'lastName',
  'middleName',
  'honorificPrefix',
  'honorificSuffix',
  'title',
  'displayName',
  'nickName',
  'profileUrl',
  'mobilePhone',
  'primaryPhone',
  'streetAddress',
  'city',
  'state',
  'zipCode',
  'countryCode',
  'postalAddress',
  'preferredLanguage',
  'locale',
  'timezone',
  'userType',
  'employeeNumber',
  'costCenter',
  'organization',
  'division',
  'department',
  'managerId',
  'manager',
]);

const REQUIRED = ['login', 'email', 'firstName', 'lastName'] as const;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;

/** Checks a whole profile. @param subject what Okta calls the request in its error, e.g. `newUser` (recorded) */
export function readProfile(org: Org, given: Json, subject: string, except?: string): UserProfile {
  for (const name of Object.keys(given)) {
    if (!ATTRIBUTES.has(name)) throw invalid(subject, `Property name '${name}' is not defined in profile`);
  }
  const faults: { name: string; text: string }[] = REQUIRED.filter((name) => (given[name] ?? '') === '').map(
    (name) => ({
      name,
      text: `${name}: The field cannot be left blank`,
    }),
  );
  const notText = Object.entries(given).find(([, value]) => value !== null && typeof value !== 'string');
  if (notText) faults.push({ name: notText[0], text: `${notText[0]}: The value must be a string` });
  const [first] = faults;
  if (first) throw invalid(first.name, ...faults.map((fault) => fault.text));
  const profile = given as UserProfile;
  if (!EMAIL.test(profile.login)) {
    throw invalid('login', 'login: Username must be in the form of an email address');
  }
  if (!EMAIL.test(profile.email)) throw invalid('email', 'email: Does not match required pattern');
  assertLoginFree(org, profile.login, except);
  return profile;
}

function assertLoginFree(org: Org, login: string, except?: string): void {
  const holder = org.store.users.find('login', login.toLowerCase());
  if (holder && holder.id !== except) {
    throw invalid('login', 'login: An object with this field already exists in the current organization');
  }
}
