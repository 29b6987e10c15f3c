/** `settings` of policies: MFA_ENROLL (authenticators) and PASSWORD; the other types have none. */
import type { AuthenticatorKey } from '../../../wire/authenticator.ts';
import type { EnrollLevel, MfaEnrollEntry, MfaEnrollSettings, PolicyType } from '../../../wire/policy.ts';
import { invalid, type OktaError, unsupported } from '../../http/okta-error.ts';
import type { Org } from '../../org.ts';
import { defaultPasswordSettings } from '../../store/policy-defaults.ts';
import { CATALOG } from '../authenticator-catalog.ts';
import { byName } from '../authenticators.ts';
import { defined, type Json, record, records, text } from '../input.ts';

const LEVELS: readonly EnrollLevel[] = ['NOT_ALLOWED', 'OPTIONAL', 'REQUIRED'];

const WRONG_FORMAT =
  'The policy could not be created or updated because the request was not formatted correctly. Please ensure that the value of the "type" field is valid and that the rest of the body conforms to the expected format for that type.';

/** Settings that do not fit their policy's type (recorded text, which stands in the summary as well). */
function wrongFormat(): OktaError {
  return invalid(WRONG_FORMAT, {
    errorSummary: WRONG_FORMAT,
    reason: 'INVALID_FORMAT',
    locationType: 'body',
    domain: 'policy',
  });
}

/** Reads `settings` for a policy of a type. @param system whether it is the default policy, which has stricter rules */
export function readSettings(org: Org, type: PolicyType, value: unknown, system: boolean): Json | undefined {
  if (type === 'MFA_ENROLL') return { ...readEnrollment(org, record(value), system) };
  if (type === 'PASSWORD') return deepMerge(newPasswordSettings(), record(value) ?? {});
  return undefined;
}

/** Unlike the default policy, a created one leaves breached passwords alone unless told otherwise (recorded). */
function newPasswordSettings(): Json {
  const breachedProtection = { expireAfterDays: null, logoutEnabled: false, delegatedWorkflowId: null };
  return deepMerge(defaultPasswordSettings(), { password: { breachedProtection } });
}

function readEnrollment(org: Org, given: Json | undefined, system: boolean): MfaEnrollSettings {
  if (given?.factors !== undefined || given?.type === 'FACTORS') {
    throw unsupported('enrollment policies in the form of Classic Engine (settings.factors)');
  }
  const entries = (records(given?.authenticators) ?? []).map((entry) => readEntry(org, entry));
  const required = (key: AuthenticatorKey) =>
    entries.some((entry) => entry.key === key && entry.enroll.self === 'REQUIRED');
  if (system && !required('okta_password')) {
    throw invalid('mediationPolicy', 'Password authenticator for default mfa enrollment policy must be required.');
  }
  if (!required('okta_password') && !required('okta_email')) {
    throw invalid('mediationPolicy', 'At least one of Password or Email authenticator must be set to required.');
  }
  return { type: 'AUTHENTICATORS', authenticators: entries };
}

function readEntry(org: Org, entry: Json): MfaEnrollEntry {
  const key = text(entry.key) as AuthenticatorKey | undefined;
  const id = text(entry.id);
  const enroll = record(entry.enroll);
  const self = LEVELS.find((level) => level === enroll?.self);
  if (key === undefined || !enroll || !self) throw wrongFormat();
  const usable = org.store.authenticators.filter(
    (row) => row.status === 'ACTIVE' && row.key === key && (id === undefined || row.id === id),
  );
  if (self !== 'NOT_ALLOWED' && usable.length === 0) {
    // named assumption `refusal-texts`
    throw invalid('mediationPolicy', `Authenticator ${key} is not active in this organization.`);
  }
  return defined<MfaEnrollEntry>({
    key,
    id,
    enroll: { ...enroll, self },
    constraints: record(entry.constraints),
  });
}

/**
 * One entry for every ACTIVE authenticator, by name; those the policy does not mention are NOT_ALLOWED (recorded). A policy
 * that came from Classic Engine shows its factors until it is first edited (recorded).
 */
export function renderEnrollment(org: Org, settings: MfaEnrollSettings): MfaEnrollSettings {
  if (!settings.authenticators) return settings;
  const authenticators = byName(org)
    .filter((row) => row.status === 'ACTIVE')
    .map((row): MfaEnrollEntry => {
      const stored = settings.authenticators.find(
        (entry) => entry.key === row.key && (entry.id === undefined || entry.id === row.id),
      );
      // Of what an org may have several, each entry says which one it means (recorded).
      const which = CATALOG[row.key]?.several ? { id: row.id } : {};
      return stored ? { ...stored, ...which } : { key: row.key, ...which, enroll: { self: 'NOT_ALLOWED' } };
    });
  return { type: 'AUTHENTICATORS', authenticators };
}

/** Objects merge, all else replaces. */
function deepMerge(base: Json, change: Json): Json {
  const merged: Json = { ...base };
  for (const [key, value] of Object.entries(change)) {
    const before = merged[key];
    merged[key] = isObject(before) && isObject(value) ? deepMerge(before, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
