/**
 * What a person has enrolled, as the sign-in pipeline counts it. The password and the primary email belong to the user;
 * everything else is in the factors. A phone is one enrolment however many methods it has, while the Factors API shows one
 * factor per method.
 */
import type { AuthenticatorKey, MethodType } from '../../wire/authenticator.ts';
import type { Org } from '../org.ts';
import type { FactorEntity, UserEntity } from '../store/entities.ts';
import { maskEmail, maskPhoneNumber } from '../telephony/phone-numbers.ts';

export interface Enrollment {
  key: AuthenticatorKey;
  /** `lae…` password, `eae…` email, `sms…`/`clf…` phone with one method, `pae…` phone with both (recorded). */
  id: string;
  methods: MethodType[];
  /** Where codes go: the E.164 number or the address. */
  address?: string;
  /** What the user sees of it: a masked number or address. */
  profile?: Record<string, string>;
  /** The question of a security question. */
  question?: { questionKey: string; question: string };
  /** Of a security key: what the browser knows it by, and what people do. */
  credentialId?: string;
  displayName?: string;
}

/** Every enrolment of a person, whatever policy thinks of it. */
export function enrollmentsOf(org: Org, user: UserEntity): Enrollment[] {
  const factors = org.store.factors.findAll('userId', user.id).filter((factor) => factor.status === 'ACTIVE');
  return [
    ...emailEnrollment(user, factors),
    ...passwordEnrollment(user),
    ...phoneEnrollments(factors),
    ...securityKeyEnrollments(factors),
    ...otherEnrollments(factors),
  ];
}

function passwordEnrollment(user: UserEntity): Enrollment[] {
  if (user.passwordHash === undefined) return [];
  return [{ key: 'okta_password', id: siblingId('lae', user.id), methods: ['password'] }];
}

/** An ACTIVE user's primary email is enrolled without doing (named assumption `email-auto-enrolled`). */
function emailEnrollment(user: UserEntity, factors: readonly FactorEntity[]): Enrollment[] {
  const { email } = user.profile;
  if (!email || user.emailUnverified === true) return [];
  const factor = factors.find((one) => one.factorType === 'email');
  return [
    {
      key: 'okta_email',
      id: factor?.id ?? siblingId('eae', user.id),
      methods: ['email'],
      address: email,
      profile: { email: maskEmail(email) },
    },
  ];
}

function phoneEnrollments(factors: readonly FactorEntity[]): Enrollment[] {
  const byNumber = new Map<string, FactorEntity[]>();
  for (const factor of factors) {
    const number = factor.profile.phoneNumber;
    if ((factor.factorType !== 'sms' && factor.factorType !== 'call') || typeof number !== 'string') continue;
    byNumber.set(number, [...(byNumber.get(number) ?? []), factor]);
  }
  return [...byNumber].map(([number, ofNumber]) => {
    const sms = ofNumber.find((factor) => factor.factorType === 'sms');
    const call = ofNumber.find((factor) => factor.factorType === 'call');
    const id = sms && call ? siblingId('pae', sms.id) : (sms ?? call)?.id;
    return {
      key: 'phone_number',
      id: id ?? '',
      methods: [...(sms ? (['sms'] as const) : []), ...(call ? (['voice'] as const) : [])],
      address: number,
      profile: { phoneNumber: maskPhoneNumber(number) },
    };
  });
}

/** Factor type and provider -> authenticator and method, for what is enrolled through the Management API. */
const OTHER_FACTORS: Readonly<Record<string, { key: AuthenticatorKey; method: MethodType }>> = {
  'question/OKTA': { key: 'security_question', method: 'security_question' },
  'push/OKTA': { key: 'okta_verify', method: 'push' },
  'signed_nonce/OKTA': { key: 'okta_verify', method: 'signed_nonce' },
  'token:software:totp/OKTA': { key: 'okta_verify', method: 'totp' },
  'token:software:totp/GOOGLE': { key: 'google_otp', method: 'otp' },
};

/** A person may have several: each is an enrolment. */
function securityKeyEnrollments(factors: readonly FactorEntity[]): Enrollment[] {
  return factors.flatMap(({ id, factorType, profile }): Enrollment[] => {
    if (factorType !== 'webauthn') return [];
    const { credentialId, authenticatorName } = profile;
    return [
      {
        key: 'webauthn',
        id,
        methods: ['webauthn'],
        ...(typeof credentialId === 'string' ? { credentialId } : {}),
        ...(typeof authenticatorName === 'string' ? { displayName: authenticatorName } : {}),
      },
    ];
  });
}

function otherEnrollments(factors: readonly FactorEntity[]): Enrollment[] {
  const found = new Map<AuthenticatorKey, Enrollment>();
  for (const factor of factors) {
    const known = OTHER_FACTORS[`${factor.factorType}/${factor.provider}`];
    if (!known) continue;
    const before = found.get(known.key);
    const methods = [...(before?.methods ?? []), known.method];
    const { question: questionKey, questionText } = factor.profile;
    const question =
      typeof questionKey === 'string' && typeof questionText === 'string'
        ? { question: { questionKey, question: questionText } }
        : {};
    found.set(known.key, { key: known.key, id: before?.id ?? factor.id, methods, ...question });
  }
  return [...found.values()];
}

/** The active factor behind a method of an enrolment that is not a phone, the newest if there are several. */
export function factorOf(
  org: Org,
  userId: string,
  key: AuthenticatorKey,
  method: MethodType,
): FactorEntity | undefined {
  return org.store.factors
    .findAll('userId', userId)
    .filter((factor) => {
      const known = OTHER_FACTORS[`${factor.factorType}/${factor.provider}`];
      return factor.status === 'ACTIVE' && known?.key === key && known.method === method;
    })
    .at(-1);
}

/** An id of another type for the same thing: stable without a row of its own. */
function siblingId(prefix: string, id: string): string {
  return prefix + id.slice(3);
}
