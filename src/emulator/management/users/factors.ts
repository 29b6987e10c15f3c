/** Factors of users through the Management API: phones by SMS and voice call, email, security question, TOTP. */
import { enrollmentFor, levelOf } from '../../../policy/index.ts';
import type { AuthenticatorKey } from '../../../wire/authenticator.ts';
import type { EnrollLevel } from '../../../wire/policy.ts';
import { invalid, notFound, OktaError, unsupported } from '../../http/okta-error.ts';
import { type Org, orgNow } from '../../org.ts';
import type { FactorEntity, UserEntity } from '../../store/entities.ts';
import { appFactors } from '../../store/okta-verify.ts';
import { verifyAnswer } from '../../store/security-questions.ts';
import { matchTotp } from '../../store/totp.ts';
import { checkCode, discardCode, sendCode } from '../../telephony/codes.ts';
import type { Channel } from '../../telephony/entities.ts';
import { newChallenge } from '../../webauthn/relying-party.ts';
import { type Json, record, text } from '../input.ts';
import { isOrgFactorOn } from '../org-factors.ts';
import { authenticatorOf, FACTOR_KINDS, type FactorKind, kindOf } from './factor-kinds.ts';
import { readFactorProfile, readQuestion, refuseEnrolment } from './factor-profile.ts';
import { newActivation } from './push-factors.ts';
import { groupIdsOf } from './users.ts';

/**
 * Enrolled factors, and of those only the ones that the user's enrollment policy allows (OpenAPI 2026.06.3). The primary
 * email of an ACTIVE user counts as enrolled without a row of its own.
 */
export function factorsOf(org: Org, user: UserEntity): FactorEntity[] {
  const stored = org.store.factors.findAll('userId', user.id);
  const email = stored.some((row) => row.factorType === 'email') ? [] : implicitEmail(user);
  return [...stored, ...email].filter((row) => {
    const key = authenticatorOf(row.factorType, row.provider);
    return key === undefined || allows(org, user, key) || isOrgFactorOn(org, row.factorType, row.provider);
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
    .findAll('type', 'MFA_ENROLL')
    .map((policy) => ({ policy, rules: org.store.policyRules.findAll('policyId', policy.id) }));
  const person = { id: user.id, groupIds: groupIdsOf(org, user.id), userTypeId: user.type.id };
  return levelOf(enrollmentFor(policies, person, {}), key);
}

function allows(org: Org, user: UserEntity, key: AuthenticatorKey): boolean {
  return levelFor(org, user, key) !== 'NOT_ALLOWED';
}

/** What the user could enrol or has, for `/factors/catalog`. */
export function catalogOf(org: Org, user: UserEntity): { kind: FactorKind; enrolled: boolean; level: EnrollLevel }[] {
  const own = factorsOf(org, user);
  return FACTOR_KINDS.filter((kind) => allows(org, user, kind.authenticator) && methodActive(org, kind)).map(
    (kind) => ({
      kind,
      enrolled: own.some((row) => kindOfFactor(row) === kind && row.status === 'ACTIVE'),
      level: levelFor(org, user, kind.authenticator),
    }),
  );
}

function methodActive(org: Org, kind: FactorKind): boolean {
  const authenticator = org.store.authenticators.find('key', kind.authenticator);
  return authenticator?.methods.some((method) => method.type === kind.method && method.status === 'ACTIVE') ?? false;
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
  const kind = kindOf(factorType, provider);
  if (!kind) throw unsupported(`enrolling factors of type ${factorType} of ${provider}`);
  const allowed = allows(org, user, kind.authenticator) || isOrgFactorOn(org, kind.factorType, kind.provider);
  if (!allowed || !methodActive(org, kind)) {
    // named assumption `refusal-texts`
    throw refuseEnrolment('The factor is not enabled for this user.');
  }
  const given = await readFactorProfile(user, kind, record(body.profile) ?? {});
  replaceEarlier(org, user, kind, given.profile, options.updatePhone);
  const now = orgNow(org);
  // An answer needs no proof; a code does, unless the caller vouches for it.
  const active = kind.factorType === 'question' || (options.activate && kind.channel !== undefined);
  const row: FactorEntity = {
    id: org.ids.next(active ? kind.activePrefix : kind.prefix),
    userId: user.id,
    factorType: kind.factorType,
    provider: kind.provider,
    vendorName: kind.provider,
    status: active ? 'ACTIVE' : 'PENDING_ACTIVATION',
    created: now,
    lastUpdated: now,
    ...given,
    ...(kind.factorType === 'push' ? { activation: newActivation(org) } : {}),
    ...(kind.factorType === 'webauthn' ? { challenge: newChallenge(org) } : {}),
  };
  if (!active && kind.channel !== undefined) await send(org, row, kind.channel, options.lifetimeSeconds);
  return org.store.factors.put(row);
}

/** Another question, or another answer (recorded); other factors are enrolled anew. */
export async function replaceQuestion(org: Org, row: FactorEntity, body: Json): Promise<FactorEntity> {
  if (row.factorType !== 'question') throw unsupported(`changing factors of type ${row.factorType}`);
  const given = await readQuestion(record(body.profile) ?? {});
  return org.store.factors.patch(row.id, { ...given, lastUpdated: orgNow(org) });
}

/**
 * One factor of a kind, but of security keys any number: an active one stays unless it is removed first, a pending one
 * gives way.
 */
function replaceEarlier(org: Org, user: UserEntity, kind: FactorKind, profile: Json, updatePhone: boolean): void {
  for (const earlier of org.store.factors.findAll('userId', user.id)) {
    if (kindOfFactor(earlier) !== kind || (kind.factorType === 'webauthn' && earlier.status === 'ACTIVE')) continue;
    const same = earlier.profile.phoneNumber === profile.phoneNumber && earlier.profile.email === profile.email;
    if (earlier.status === 'ACTIVE') {
      throw refuseEnrolment(
        same ? 'A factor of this type is already set up.' : 'There is an existing verified phone number.',
      );
    }
    if (!same && !updatePhone) throw refuseEnrolment('There is an existing phone number that is not verified yet.');
    org.store.factors.delete(earlier.id);
    discardCode(org, purposeOf(earlier));
  }
}

function purposeOf(row: FactorEntity): string {
  return `factor/${row.id}`;
}

function kindOfFactor(row: FactorEntity): FactorKind | undefined {
  return kindOf(row.factorType, row.provider);
}

async function send(org: Org, row: FactorEntity, channel: Channel, lifetimeSeconds?: number): Promise<void> {
  const sent = await sendCode(org, {
    purpose: purposeOf(row),
    userId: row.userId,
    channel,
    to: String(row.profile.phoneNumber ?? row.profile.email),
    use: row.status === 'ACTIVE' ? 'verification' : 'enrollment',
    ...(lifetimeSeconds === undefined ? {} : { lifetimeSeconds }),
  });
  if (sent === 'sent') return;
  // named assumption `failed-send`
  if (sent === 'failed') throw new OktaError(500, 'E0000138', 'Internal error with call provider(s).');
  throw channel === 'voice'
    ? new OktaError(429, 'E0000133', 'A phone call was recently made. Please wait 30 seconds before trying again.')
    : new OktaError(429, 'E0000109', 'An SMS message was recently sent. Please wait 30 seconds before trying again.');
}

/** Sends a code again, or for the first time as a challenge. */
export async function challengeFactor(org: Org, row: FactorEntity, lifetimeSeconds?: number): Promise<void> {
  const channel = kindOfFactor(row)?.channel;
  if (channel === undefined) throw unsupported(`challenging factors of type ${row.factorType}`);
  await send(org, row, channel, lifetimeSeconds);
}

function wrong(what: 'passcode' | 'answer'): OktaError {
  return new OktaError(403, 'E0000068', 'Invalid Passcode/Answer', [
    `Your ${what} doesn't match our records. Please try again.`,
  ]);
}

/** Takes a right code or answer once; throws Okta's refusal of a wrong one. */
async function assertProof(org: Org, row: FactorEntity, body: Json): Promise<void> {
  const kind = kindOfFactor(row);
  if (!kind) throw unsupported(`verifying factors of type ${row.factorType}`);
  if (kind.channel !== undefined) return assertSentCode(org, row, kind, text(body.passCode) ?? '');
  if (kind.factorType === 'question') {
    if (!(await verifyAnswer(text(body.answer) ?? '', row.secret ?? ''))) throw wrong('answer');
    return;
  }
  const code = text(body.passCode) ?? '';
  const interval =
    row.secret === undefined ? undefined : matchTotp(row.secret, code, org.clock.now(), row.lastInterval);
  if (interval === undefined) throw wrong('passcode');
  org.store.factors.patch(row.id, { lastInterval: interval });
}

function assertSentCode(org: Org, row: FactorEntity, kind: FactorKind, code: string): void {
  const result = checkCode(org, purposeOf(row), kind.authenticator, code);
  if (result === 'ok') return;
  if (result === 'locked') throw new OktaError(403, 'E0000069', 'User Locked');
  throw wrong('passcode');
}

/** An SMS factor gets the id of an active one; the pending id is gone then (recorded prefixes). */
export async function activateFactor(org: Org, row: FactorEntity, body: Json): Promise<FactorEntity> {
  if (row.status === 'ACTIVE') throw invalid('factorActivateRequest', 'The factor is already active.');
  await assertProof(org, row, body);
  const proved = org.store.factors.get(row.id);
  if (!proved) throw notFound(row.id, 'UserFactor');
  org.store.factors.delete(row.id);
  return org.store.factors.put({
    ...proved,
    id: (kindOfFactor(row)?.activePrefix ?? row.id.slice(0, 3)) + row.id.slice(3),
    status: 'ACTIVE',
    lastUpdated: orgNow(org),
  });
}

/**
 * 403 E0000079 for a factor that is not active, or whose method the org has switched off (named assumption
 * `removed-factor-refused`).
 */
export function assertVerifiable(org: Org, row: FactorEntity): void {
  const kind = kindOfFactor(row);
  const off = kind && !methodActive(org, kind) && !isOrgFactorOn(org, kind.factorType, kind.provider);
  if (row.status === 'ACTIVE' && !off) return;
  throw new OktaError(403, 'E0000079', 'This operation is not allowed in the current authentication state.');
}

export async function verifyFactor(org: Org, row: FactorEntity, body: Json): Promise<void> {
  await assertProof(org, row, body);
}

/** With push notifications the codes of the app go too (OpenAPI 2026.06.3). */
export function removeFactor(org: Org, row: FactorEntity): void {
  if (row.factorType === 'push') for (const { id } of appFactors(org, row.userId)) org.store.factors.delete(id);
  org.store.factors.delete(row.id);
  discardCode(org, purposeOf(row));
}
