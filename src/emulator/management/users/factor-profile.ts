/** What a client sends to enrol a factor of each kind, checked. */
import { invalid, type OktaError } from '../../http/okta-error.ts';
import type { FactorEntity, UserEntity } from '../../store/entities.ts';
import {
  CUSTOM_QUESTION,
  hashAnswer,
  isTooShort,
  MIN_ANSWER,
  SECURITY_QUESTIONS,
} from '../../store/security-questions.ts';
import { newTotpSecret } from '../../store/totp.ts';
import { normalizePhoneNumber } from '../../telephony/phone-numbers.ts';
import { defined, type Json, text } from '../input.ts';
import type { FactorKind } from './factor-kinds.ts';

/** 400 with Okta's name for the request in its summary (seen for a bad phone number). */
export function refuseEnrolment(cause: string): OktaError {
  return invalid('factorEnrollRequest', cause);
}

/** The profile of a new factor, and the secret that goes with it: a shared one for codes, the hash of an answer. */
export async function readFactorProfile(
  user: UserEntity,
  kind: FactorKind,
  given: Json,
): Promise<Pick<FactorEntity, 'profile' | 'secret'>> {
  switch (kind.factorType) {
    case 'email':
      return { profile: readEmail(user, given) };
    case 'question':
      return readQuestion(given);
    case 'token:software:totp':
      return { profile: { credentialId: user.profile.login }, secret: newTotpSecret() };
    case 'push':
      return { profile: { credentialId: user.profile.login } };
    case 'webauthn':
      return { profile: {} };
    default:
      return { profile: readPhone(given) };
  }
}

function readEmail(user: UserEntity, given: Json): Json {
  const email = text(given.email) ?? user.profile.email;
  if (email !== user.profile.email && email !== user.profile.secondEmail) {
    throw refuseEnrolment('The email address is neither the primary nor the secondary email of the user.');
  }
  return { email };
}

function readPhone(given: Json): Json {
  const phoneNumber = normalizePhoneNumber(text(given.phoneNumber) ?? '');
  if (phoneNumber === undefined) throw refuseEnrolment('Invalid Phone Number.');
  return defined<Json>({ phoneNumber, phoneExtension: text(given.phoneExtension) });
}

/** One of Okta's questions by its key, or `custom` with a text (recorded; the texts are of `refusal-texts`). */
export async function readQuestion(given: Json): Promise<{ profile: Json; secret: string }> {
  const question = text(given.question);
  const known = SECURITY_QUESTIONS.find((candidate) => candidate.question === question);
  const questionText =
    known?.questionText ?? (question === CUSTOM_QUESTION ? text(given.questionText)?.trim() : undefined);
  if (question === undefined || !questionText) throw refuseEnrolment('Invalid security question.');
  const answer = text(given.answer) ?? '';
  if (isTooShort(answer)) {
    throw refuseEnrolment(`The security question answer must be at least ${MIN_ANSWER} characters in length.`);
  }
  return { profile: { question, questionText }, secret: await hashAnswer(answer) };
}
