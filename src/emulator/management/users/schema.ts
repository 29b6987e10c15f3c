/** The base attributes of a user's profile, as the schema of every user type has them (OpenAPI 2026.06.3, help pages). */
import type { Json } from '../input.ts';

interface Attribute {
  title: string;
  maxLength?: number;
  minLength?: number;
  required?: true;
  /** What a user may do with it himself. */
  self?: 'READ_ONLY' | 'READ_WRITE' | 'HIDE';
  format?: string;
}

const ATTRIBUTES: Readonly<Record<string, Attribute>> = {
  login: { title: 'Username', minLength: 5, maxLength: 100, required: true },
  firstName: { title: 'First name', minLength: 1, maxLength: 50, required: true, self: 'READ_WRITE' },
  lastName: { title: 'Last name', minLength: 1, maxLength: 50, required: true, self: 'READ_WRITE' },
  middleName: { title: 'Middle name' },
  honorificPrefix: { title: 'Honorific prefix' },
  honorificSuffix: { title: 'Honorific suffix' },
  email: { title: 'Primary email', required: true, format: 'email', self: 'READ_WRITE' },
  title: { title: 'Title' },
  displayName: { title: 'Display name' },
  nickName: { title: 'Nickname' },
  profileUrl: { title: 'Profile Url', format: 'uri' },
  secondEmail: { title: 'Secondary email', format: 'email', self: 'READ_WRITE' },
  mobilePhone: { title: 'Mobile phone', maxLength: 100, self: 'READ_WRITE' },
  primaryPhone: { title: 'Primary phone', maxLength: 100 },
  streetAddress: { title: 'Street address', self: 'HIDE' },
  city: { title: 'City', self: 'HIDE' },
  state: { title: 'State', self: 'HIDE' },
  zipCode: { title: 'Zip code', self: 'HIDE' },
  countryCode: { title: 'Country code', format: 'country-code', self: 'HIDE' },
  postalAddress: { title: 'Postal Address', self: 'HIDE' },
  preferredLanguage: { title: 'Preferred language', format: 'language-code' },
  locale: { title: 'Locale', format: 'locale' },
  timezone: { title: 'Time zone', format: 'timezone' },
  userType: { title: 'User type' },
  employeeNumber: { title: 'Employee number' },
  costCenter: { title: 'Cost center' },
  organization: { title: 'Organization' },
  division: { title: 'Division' },
  department: { title: 'Department' },
  managerId: { title: 'ManagerId' },
  manager: { title: 'Manager' },
};

/** Each attribute as the schema shows it. */
export const BASE_ATTRIBUTES: Readonly<Record<string, Json>> = Object.fromEntries(
  Object.entries(ATTRIBUTES).map(([name, { title, self, ...rest }]) => [
    name,
    {
      title,
      type: 'string',
      ...rest,
      mutability: 'READ_WRITE',
      scope: 'NONE',
      permissions: [{ principal: 'SELF', action: self ?? 'READ_ONLY' }],
      master: { type: 'PROFILE_MASTER' },
    },
  ]),
);
