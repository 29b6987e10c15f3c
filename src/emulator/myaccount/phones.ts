/** `/idp/myaccount/phones`: the numbers of an account, which are the factors of the phone authenticator. */
import { enrollmentFor, levelOf } from '../../policy/index.ts';
import { link } from '../http/links.ts';
import { invalid, OktaError } from '../http/okta-error.ts';
import { flag, type Json, record, text } from '../management/input.ts';
import { removeFactor } from '../management/users/factors.ts';
import { groupIdsOf } from '../management/users/users.ts';
import { type Org, orgNow } from '../org.ts';
import type { FactorEntity, UserEntity } from '../store/entities.ts';
import { checkCode, sendCode } from '../telephony/codes.ts';
import { normalizePhoneNumber } from '../telephony/phone-numbers.ts';
import { wrongCode } from './emails.ts';

const METHODS = {
  SMS: { factorType: 'sms', channel: 'sms', prefix: 'sms' },
  CALL: { factorType: 'call', channel: 'voice', prefix: 'clf' },
} as const;

type Method = keyof typeof METHODS;

/** A number, with one factor per method. */
type Phone = [first: FactorEntity, ...others: FactorEntity[]];

export function phonesOf(org: Org, user: UserEntity): Phone[] {
  const byNumber = new Map<unknown, Phone>();
  for (const factor of org.store.factors.findAll('userId', user.id)) {
    if (factor.factorType !== 'sms' && factor.factorType !== 'call') continue;
    const known = byNumber.get(factor.profile.phoneNumber);
    byNumber.set(factor.profile.phoneNumber, known ? [...known, factor] : [factor]);
  }
  return [...byNumber.values()];
}

export function findPhone(org: Org, user: UserEntity, id: string): Phone {
  const phone = phonesOf(org, user).find((factors) => factors.some((factor) => factor.id === id));
  if (phone) return phone;
  throw new OktaError(404, 'E0000008', 'The requested path was not found', [UNUSABLE]);
}

const UNUSABLE = "This operation couldn't be completed as requested due to an issue with the specified authenticator.";

/** Unless `sendCode` is false the code goes out at once. */
export async function addPhone(org: Org, user: UserEntity, body: Json): Promise<Phone> {
  const method = readMethod(body.method ?? 'SMS');
  assertEnabled(org, user, method);
  const phoneNumber = readNumber(record(body.profile)?.phoneNumber);
  if (phonesOf(org, user).some(([factor]) => factor.profile.phoneNumber === phoneNumber)) {
    throw new OktaError(409, 'E0000157', `Another authenticator with key: ${phoneNumber} is already active.`, [
      'This phone number is already assigned to the current user account.',
    ]);
  }
  const now = orgNow(org);
  const { factorType, prefix } = METHODS[method];
  const factor: FactorEntity = {
    id: org.ids.next(prefix),
    userId: user.id,
    factorType,
    provider: 'OKTA',
    vendorName: 'OKTA',
    status: 'PENDING_ACTIVATION',
    created: now,
    lastUpdated: now,
    profile: { phoneNumber },
  };
  if (flag(body.sendCode) !== false) await send(org, factor, method);
  return [org.store.factors.put(factor)];
}

export async function challengePhone(org: Org, user: UserEntity, [factor]: Phone, body: Json): Promise<void> {
  const method = readMethod(body.method);
  assertEnabled(org, user, method);
  await send(org, factor, method);
}

export function verifyPhone(org: Org, [factor]: Phone, code: string): void {
  const purpose = purposeOf(factor);
  if (!org.store.oneTimeCodes.get(purpose)) {
    throw new OktaError(409, 'E0000157', 'Another authenticator with key: transactionHandle is already active.', [
      'Failed to find a transaction. Either the challenge was answered or the factor id is invalid.',
    ]);
  }
  if (checkCode(org, purpose, 'phone_number', code) !== 'ok') throw wrongCode();
  org.store.factors.patch(factor.id, { status: 'ACTIVE', lastUpdated: orgNow(org) });
}

export function deletePhone(org: Org, phone: Phone): void {
  for (const factor of phone) removeFactor(org, factor);
}

function purposeOf({ id }: FactorEntity): string {
  return `factor/${id}`;
}

function readMethod(value: unknown): Method {
  if (value === 'SMS' || value === 'CALL') return value;
  throw invalid('Method', `Invalid method ${String(value)} in the request.`);
}

/** Okta says what is wrong by the number plan; here the form alone is looked at (named assumption `phone-number-form`). */
function readNumber(value: unknown): string {
  const typed = text(value) ?? '';
  const number = normalizePhoneNumber(typed);
  if (number !== undefined) return number;
  const tooLong = typed.replace(/\D/g, '').length > 15;
  throw invalid(
    tooLong
      ? 'Error type: TOO_LONG. The string supplied is too long to be a phone number.'
      : 'Error type: NOT_A_NUMBER. The string supplied did not seem to be a phone number.',
    'Invalid phone number.',
  );
}

function assertEnabled(org: Org, user: UserEntity, method: Method): void {
  const authenticator = org.store.authenticators.find('key', 'phone_number');
  const policies = org.store.policies
    .findAll('type', 'MFA_ENROLL')
    .map((policy) => ({ policy, rules: org.store.policyRules.findAll('policyId', policy.id) }));
  const person = { id: user.id, groupIds: groupIdsOf(org, user.id), userTypeId: user.type.id };
  const level = levelOf(enrollmentFor(policies, person, {}), 'phone_number');
  if (authenticator?.status !== 'ACTIVE' || level === 'NOT_ALLOWED') {
    throw notEnabled('Phone authenticator is not enabled for your org.');
  }
  const { channel } = METHODS[method];
  if (!authenticator.methods.some((one) => one.type === channel && one.status === 'ACTIVE')) {
    throw notEnabled(`Method ${method} is not enabled for your org.`);
  }
}

function notEnabled(cause: string): OktaError {
  return new OktaError(403, 'E0000038', "This operation is not allowed in the user's current status.", [cause]);
}

async function send(org: Org, factor: FactorEntity, method: Method): Promise<void> {
  const result = await sendCode(org, {
    purpose: purposeOf(factor),
    userId: factor.userId,
    channel: METHODS[method].channel,
    to: String(factor.profile.phoneNumber),
    use: 'enrollment',
  });
  if (result === 'failed') {
    throw new OktaError(500, 'E0000138', 'There was an internal error with call provider(s).', [
      'Failed to send the out of band OTP challenge. Set "retry" to "true" in the API request body and resubmit the API call to the endpoint.',
    ]);
  }
  // status and words as in the Factors API (named assumption `myaccount-refusals`)
  if (result === 'tooSoon') {
    throw method === 'CALL'
      ? new OktaError(429, 'E0000133', 'A phone call was recently made. Please wait 30 seconds before trying again.')
      : new OktaError(429, 'E0000109', 'An SMS message was recently sent. Please wait 30 seconds before trying again.');
  }
}

export function renderPhone(phone: Phone, baseUrl: string): Json {
  const [{ id, profile }] = phone;
  const self = phoneUrl(phone, baseUrl);
  const verified = phone.some((factor) => factor.status === 'ACTIVE');
  return {
    id,
    status: verified ? 'VERIFIED' : 'UNVERIFIED',
    profile: { phoneNumber: profile.phoneNumber },
    _links: {
      self: link(self, 'GET', 'DELETE'),
      challenge: link(`${self}/challenge`, 'POST'),
      ...(verified ? {} : { verify: link(`${self}/verify`, 'POST') }),
    },
  };
}

export function phoneUrl([{ id }]: Phone, baseUrl: string): string {
  return `${baseUrl}/idp/myaccount/phones/${id}`;
}
