/** What enrolling an authenticator at sign-in leaves behind: a factor, a password, a verified address. */

import { type Org, orgNow } from '../org.ts';
import type { FactorEntity } from '../store/entities.ts';
import {
  CUSTOM_QUESTION,
  hashAnswer,
  isTooShort,
  MIN_ANSWER,
  SECURITY_QUESTIONS,
} from '../store/security-questions.ts';
import { matchTotp } from '../store/totp.ts';
import { setNewPassword } from './password.ts';
import type { GivenCredentials } from './proof.ts';
import { refusals } from './refusals.ts';
import type { CurrentAuthenticator, SignInTransaction } from './transaction.ts';
import { keepCredential } from './webauthn.ts';

/** Keeps what was proven, or what was chosen: a password and a question need no proof. */
export async function keepEnrollment(
  org: Org,
  transaction: SignInTransaction,
  current: CurrentAuthenticator,
  given: GivenCredentials,
): Promise<void> {
  const { userId = '' } = transaction;
  switch (current.key) {
    case 'okta_password':
      await setNewPassword(org, userId, given.passcode ?? '', { byChoice: false });
      return;
    case 'okta_email':
      verifyEmail(org, userId);
      return;
    case 'phone_number':
      keepPhone(org, userId, current);
      return;
    case 'google_otp':
      keepGenerator(org, userId, current, given);
      return;
    case 'security_question':
      await keepQuestion(org, userId, given);
      return;
    case 'webauthn':
      keepCredential(org, transaction, given);
      return;
    default:
      throw refusals.badRequest();
  }
}

/** Whether the answer to an enrolment screen is a proof to be checked before anything is kept. */
export function isProof({ key }: CurrentAuthenticator): boolean {
  return key !== 'okta_password' && key !== 'security_question' && key !== 'webauthn';
}

function verifyEmail(org: Org, userId: string): void {
  const user = org.store.users.get(userId);
  if (!user) throw refusals.expired();
  const { emailUnverified: _done, ...rest } = user;
  org.store.users.put(rest);
}

/** A phone enrolled at sign-in is a factor of the method it was enrolled by (assumption `phone-one-method`). */
function keepPhone(org: Org, userId: string, { method, phoneNumber }: CurrentAuthenticator): void {
  const voice = method === 'voice';
  addFactor(org, userId, voice ? 'clf' : 'sms', {
    factorType: voice ? 'call' : 'sms',
    provider: 'OKTA',
    vendorName: 'OKTA',
    profile: { phoneNumber },
  });
}

/** The code that proved it is used up: the sign-in that follows wants the next one. */
function keepGenerator(org: Org, userId: string, { secret }: CurrentAuthenticator, given: GivenCredentials): void {
  if (secret === undefined) throw refusals.badRequest();
  const lastInterval = matchTotp(secret, given.totp ?? given.passcode ?? '', org.clock.now());
  addFactor(org, userId, 'uft', {
    factorType: 'token:software:totp',
    provider: 'GOOGLE',
    vendorName: 'GOOGLE',
    profile: { credentialId: org.store.users.get(userId)?.profile.login },
    secret,
    ...(lastInterval === undefined ? {} : { lastInterval }),
  });
}

async function keepQuestion(org: Org, userId: string, given: GivenCredentials): Promise<void> {
  const answer = given.answer ?? '';
  const question = given.questionKey;
  const known = SECURITY_QUESTIONS.find((one) => one.question === question);
  const questionText = known?.questionText ?? (question === CUSTOM_QUESTION ? given.question?.trim() : undefined);
  if (question === undefined || !questionText) throw refusals.badRequest();
  if (isTooShort(answer)) throw refusals.answerTooShort(MIN_ANSWER);
  addFactor(org, userId, 'ufs', {
    factorType: 'question',
    provider: 'OKTA',
    vendorName: 'OKTA',
    profile: { question, questionText },
    secret: await hashAnswer(answer),
  });
}

function addFactor(
  org: Org,
  userId: string,
  prefix: string,
  factor: Pick<FactorEntity, 'factorType' | 'provider' | 'vendorName' | 'profile' | 'secret' | 'lastInterval'>,
): void {
  const now = orgNow(org);
  org.store.factors.put({
    id: org.ids.next(prefix),
    userId,
    status: 'ACTIVE',
    created: now,
    lastUpdated: now,
    ...factor,
  });
}
