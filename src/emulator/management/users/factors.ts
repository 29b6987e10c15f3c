/** Factors of users through the Management API: phones by SMS and voice call, and email. */
import { enrollmentFor, levelOf } from '../../../policy/index.ts';
import type { AuthenticatorKey, MethodType } from '../../../wire/authenticator.ts';
import type { EnrollLevel } from '../../../wire/policy.ts';
import { invalid, notFound, OktaError, unsupported } from '../../http/okta-error.ts';
import { type Org, orgNow } from '../../org.ts';
import type { FactorEntity, UserEntity } from '../../store/entities.ts';
import { checkCode, discardCode, sendCode } from '../../telephony/codes.ts';
import type { Channel } from '../../telephony/entities.ts';
import { normalizePhoneNumber } from '../../telephony/phone-numbers.ts';
import { defined, type Json, record, text } from '../input.ts';
import { groupIdsOf } from './users.ts';

/** A kind of factor that the emulator can enrol and challenge. */
interface Kind {
  factorType: string;
  authenticator: AuthenticatorKey;
  method: MethodType;
  channel: Channel;
  /** Prefix of the id while pending and once active (recorded: an SMS factor changes its id's prefix). */
  prefix: string;
  activePrefix: string;
}

const KINDS: readonly Kind[] = [
  {
    factorType: 'sms',
    authenticator: 'phone_number',
    method: 'sms',
    channel: 'sms',
    prefix: 'mbl',
    activePrefix: 'sms',
  },
  {
    factorType: 'call',
    authenticator: 'phone_number',
    method: 'voice',
    channel: 'voice',
    prefix: 'clf',
    activePrefix: 'clf',
  },
  {
    factorType: 'email',
    authenticator: 'okta_email',
    method: 'email',
    channel: 'email',
    prefix: 'eae',
    activePrefix: 'eae',
  },
];

/** Factor type and provider -> authenticator, to tell which factors the enrollment policy lets appear. */
const AUTHENTICATOR_OF: Readonly<Record<string, AuthenticatorKey>> = {
  'sms/OKTA': 'phone_number',
  'call/OKTA': 'phone_number',
  'email/OKTA': 'okta_email',
  'question/OKTA': 'security_question',
  'push/OKTA': 'okta_verify',
  'signed_nonce/OKTA': 'okta_verify',
  'token:software:totp/OKTA': 'okta_verify',
  'token:software:totp/GOOGLE': 'google_otp',
  'webauthn/FIDO': 'webauthn',
};

/**
 * Enrolled factors, and of those only the ones that the user's enrollment policy allows (OpenAPI 2026.06.3). The primary
 * email of an ACTIVE user counts as enrolled without a row of its own.
 */
export function factorsOf(org: Org, user: UserEntity): FactorEntity[] {
  const stored = org.store.factors.findAll('userId', user.id);
  const email = stored.some((row) => row.factorType === 'email') ? [] : implicitEmail(user);
  return [...stored, ...email].filter((row) => {
    const key = AUTHENTICATOR_OF[`${row.factorType}/${row.provider}`];
    return key === undefined || allows(org, user, key);
  });
}

function implicitEmail(user: UserEntity): FactorEntity[] {
  if (user.status !== 'ACTIVE') return [];
  const created = user.activated ?? user.created;
  return [
    {
      id: `eae${user.id.slice(3)}`,
      userId: user.id,
      factorType: 'email',
      provider: 'OKTA',
      vendorName: 'OKTA',
      status: 'ACTIVE',
      created,
      lastUpdated: created,
      profile: { email: user.profile.email },
    },
  ];
}

export function findFactor(org: Org, user: UserEntity, factorId: string): FactorEntity {
  const stored = org.store.factors.get(factorId);
  const row = stored?.userId === user.id ? stored : factorsOf(org, user).find((one) => one.id === factorId);
  if (!row) throw notFound(factorId, 'UserFactor');
  return row;
}

/** What the user's enrollment policy says of an authenticator; NOT_ALLOWED while that is INACTIVE. */
function levelFor(org: Org, user: UserEntity, key: AuthenticatorKey): EnrollLevel {
  if (org.store.authenticators.find('key', key)?.status !== 'ACTIVE') return 'NOT_ALLOWED';
  const policies = org.store.policies
    .filter((policy) => policy.type === 'MFA_ENROLL')
    .map((policy) => ({ policy, rules: org.store.policyRules.filter((rule) => rule.policyId === policy.id) }));
  const person = { id: user.id, groupIds: groupIdsOf(org, user.id), userTypeId: user.type.id };
  return levelOf(enrollmentFor(policies, person, {}), key);
}

function allows(org: Org, user: UserEntity, key: AuthenticatorKey): boolean {
  return levelFor(org, user, key) !== 'NOT_ALLOWED';
}

/** What the user could enrol or has, for `/factors/catalog`. */
export function catalogOf(org: Org, user: UserEntity): { factorType: string; enrolled: boolean; level: EnrollLevel }[] {
  const own = factorsOf(org, user);
  return KINDS.filter((kind) => allows(org, user, kind.authenticator) && methodActive(org, kind)).map((kind) => ({
    factorType: kind.factorType,
    enrolled: own.some((row) => row.factorType === kind.factorType && row.status === 'ACTIVE'),
    level: levelFor(org, user, kind.authenticator),
  }));
}

function methodActive(org: Org, kind: Kind): boolean {
  const authenticator = org.store.authenticators.find('key', kind.authenticator);
  return authenticator?.methods.some((method) => method.type === kind.method && method.status === 'ACTIVE') ?? false;
}

function refuse(cause: string): OktaError {
  return invalid('factorEnrollRequest', cause);
}

export interface EnrolOptions {
  activate: boolean;
  updatePhone: boolean;
  lifetimeSeconds?: number;
}

/** Enrols a factor; unless activated at once, a code goes out that `activateFactor` takes. */
export async function enrolFactor(
  org: Org,
  user: UserEntity,
  body: Json,
  options: EnrolOptions,
): Promise<FactorEntity> {
  const factorType = text(body.factorType);
  const provider = text(body.provider) ?? 'OKTA';
  const kind = KINDS.find((candidate) => candidate.factorType === factorType && provider === 'OKTA');
  if (!kind) throw unsupported(`enrolling factors of type ${factorType} of ${provider}`);
  if (!allows(org, user, kind.authenticator) || !methodActive(org, kind)) {
    // named assumption `refusal-texts`
    throw refuse('The factor is not enabled for this user.');
  }
  const profile = readProfile(user, kind, record(body.profile) ?? {});
  replaceEarlier(org, user, kind, profile, options.updatePhone);
  const now = orgNow(org);
  const row: FactorEntity = {
    id: org.ids.next(options.activate ? kind.activePrefix : kind.prefix),
    userId: user.id,
    factorType: kind.factorType,
    provider: 'OKTA',
    vendorName: 'OKTA',
    status: options.activate ? 'ACTIVE' : 'PENDING_ACTIVATION',
    created: now,
    lastUpdated: now,
    profile,
  };
  if (!options.activate) await send(org, row, kind, options.lifetimeSeconds);
  return org.store.factors.put(row);
}

function readProfile(user: UserEntity, kind: Kind, given: Json): Record<string, unknown> {
  if (kind.factorType === 'email') {
    const email = text(given.email) ?? user.profile.email;
    if (email !== user.profile.email && email !== user.profile.secondEmail) {
      throw refuse('The email address is neither the primary nor the secondary email of the user.');
    }
    return { email };
  }
  const phoneNumber = normalizePhoneNumber(text(given.phoneNumber) ?? '');
  if (phoneNumber === undefined) throw refuse('Invalid Phone Number.');
  return defined<Record<string, unknown>>({ phoneNumber, phoneExtension: text(given.phoneExtension) });
}

/** One phone per method: an active number stays unless it is removed first, a pending one gives way. */
function replaceEarlier(org: Org, user: UserEntity, kind: Kind, profile: Json, updatePhone: boolean): void {
  for (const earlier of org.store.factors.findAll('userId', user.id)) {
    if (earlier.factorType !== kind.factorType) continue;
    const same = earlier.profile.phoneNumber === profile.phoneNumber && earlier.profile.email === profile.email;
    if (earlier.status === 'ACTIVE') {
      throw refuse(same ? 'A factor of this type is already set up.' : 'There is an existing verified phone number.');
    }
    if (!same && !updatePhone) throw refuse('There is an existing phone number that is not verified yet.');
    org.store.factors.delete(earlier.id);
    discardCode(org, purposeOf(earlier));
  }
}

function purposeOf(row: FactorEntity): string {
  return `factor/${row.id}`;
}

function kindOf(row: FactorEntity): Kind {
  const kind = KINDS.find((candidate) => candidate.factorType === row.factorType);
  if (!kind) throw unsupported(`challenging factors of type ${row.factorType}`);
  return kind;
}

async function send(org: Org, row: FactorEntity, kind: Kind, lifetimeSeconds?: number): Promise<void> {
  const sent = await sendCode(org, {
    purpose: purposeOf(row),
    userId: row.userId,
    channel: kind.channel,
    to: String(row.profile.phoneNumber ?? row.profile.email),
    use: row.status === 'ACTIVE' ? 'verification' : 'enrollment',
    ...(lifetimeSeconds === undefined ? {} : { lifetimeSeconds }),
  });
  if (sent === 'sent') return;
  // named assumption `failed-send`
  if (sent === 'failed') throw new OktaError(500, 'E0000138', 'Internal error with call provider(s).');
  throw kind.channel === 'voice'
    ? new OktaError(429, 'E0000133', 'A phone call was recently made. Please wait 30 seconds before trying again.')
    : new OktaError(429, 'E0000109', 'An SMS message was recently sent. Please wait 30 seconds before trying again.');
}

/** Sends a code again, or for the first time as a challenge. */
export async function challengeFactor(org: Org, row: FactorEntity, lifetimeSeconds?: number): Promise<void> {
  await send(org, row, kindOf(row), lifetimeSeconds);
}

function assertCode(org: Org, row: FactorEntity, body: Json): void {
  const result = checkCode(org, purposeOf(row), kindOf(row).authenticator, text(body.passCode) ?? '');
  if (result === 'ok') return;
  if (result === 'locked') throw new OktaError(403, 'E0000069', 'User Locked');
  throw new OktaError(403, 'E0000068', 'Invalid Passcode/Answer', [
    "Your passcode doesn't match our records. Please try again.",
  ]);
}

/** An SMS factor gets the id of an active one; the pending id is gone then (recorded prefixes). */
export function activateFactor(org: Org, row: FactorEntity, body: Json): FactorEntity {
  if (row.status === 'ACTIVE') throw invalid('factorActivateRequest', 'The factor is already active.');
  assertCode(org, row, body);
  org.store.factors.delete(row.id);
  const kind = kindOf(row);
  return org.store.factors.put({
    ...row,
    id: kind.activePrefix + row.id.slice(3),
    status: 'ACTIVE',
    lastUpdated: orgNow(org),
  });
}

export function verifyFactor(org: Org, row: FactorEntity, body: Json): void {
  if (row.status !== 'ACTIVE')
    throw new OktaError(403, 'E0000079', 'This operation is not allowed in the current authentication state.');
  assertCode(org, row, body);
}

export function removeFactor(org: Org, row: FactorEntity): void {
  org.store.factors.delete(row.id);
  discardCode(org, purposeOf(row));
}
