/** The setting `geolocations`: what is said of ranges of addresses, checked as Okta checks the locations of zones. */
import { isRange } from '../../policy/index.ts';
import { isCountryCode } from '../management/country-codes.ts';

type Check = (value: unknown, entry: Readonly<Record<string, unknown>>) => boolean;

const isText: Check = (value) => typeof value === 'string' && value.trim() !== '';

/** 32 bits; 0 is no autonomous system. */
const MAX_ASN = 2 ** 32 - 1;

const MEMBERS: Readonly<Record<string, Check>> = {
  range: (value) => typeof value === 'string' && isRange(value),
  country: (value) => typeof value === 'string' && isCountryCode(value),
  region: (value, { country }) =>
    typeof value === 'string' && /^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(value) && value.startsWith(`${String(country)}-`),
  city: isText,
  asn: (value) => Number.isInteger(value) && (value as number) > 0 && (value as number) <= MAX_ASN,
  proxyType: (value) => value === 'Tor' || value === 'NotTorAnonymizer',
  ipService: (value) => typeof value === 'string' && /^(?!ALL_)[A-Z]+(_[A-Z]+)+$/.test(value),
};

const REQUIRED = ['range', 'country'];

/** What is wrong with a value of the setting, as a sentence that begins with the name of the member; undefined: nothing. */
export function geolocationsFault(value: unknown): string | undefined {
  if (!Array.isArray(value)) return 'geolocations must be a list.';
  for (const [index, entry] of value.entries()) {
    const fault = entryFault(entry, `geolocations[${index}]`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function entryFault(value: unknown, at: string): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${at} must be an object.`;
  const entry = value as Record<string, unknown>;
  const missing = REQUIRED.find((name) => entry[name] === undefined);
  if (missing !== undefined) return `${at}.${missing} is missing.`;
  for (const [name, member] of Object.entries(entry)) {
    const check = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined;
    if (!check) return `${at}.${name} is unknown; known are ${Object.keys(MEMBERS).join(', ')}.`;
    if (!check(member, entry)) return `${at}.${name} has a wrong value: ${JSON.stringify(member)}.`;
  }
  return undefined;
}
