/** Whether what was answered to a challenge is right, by authenticator: codes that were sent, answers, generated codes. */
import type { Org } from '../org.ts';
import { verifyAnswer } from '../store/security-questions.ts';
import { matchTotp } from '../store/totp.ts';
import { checkCode, countWrongAnswer, forgetWrongAnswers, isLocked } from '../telephony/codes.ts';
import { factorOf } from './enrollments.ts';
import { refusals } from './refusals.ts';
import { type CurrentAuthenticator, codePurpose, type SignInTransaction } from './transaction.ts';
import { checkAssertion } from './webauthn.ts';

/** What a client posts as `credentials`: each authenticator has its own name for the field. */
export interface GivenCredentials {
  passcode?: string;
  /** Okta Verify's code. */
  totp?: string;
  answer?: string;
  questionKey?: string;
  question?: string;
  revokeSessions?: boolean;
  /** What a browser makes with a security key, base64. */
  clientData?: string;
  attestation?: string;
  authenticatorData?: string;
  signatureData?: string;
}

/** Throws the refusal of a wrong answer; a right one is used up where it is good once. */
export async function checkProof(
  org: Org,
  transaction: SignInTransaction,
  current: CurrentAuthenticator,
  given: GivenCredentials,
): Promise<void> {
  switch (current.key) {
    case 'security_question':
      return checkAnswer(org, transaction, given.answer ?? given.passcode ?? '');
    case 'webauthn':
      return checkAssertion(org, transaction, given);
    case 'google_otp':
    case 'okta_verify':
      return checkGenerated(org, transaction, current, given.totp ?? given.passcode ?? '');
    default:
      return checkSent(org, transaction, current, given.passcode ?? '');
  }
}

function checkSent(org: Org, transaction: SignInTransaction, current: CurrentAuthenticator, code: string): void {
  const result = checkCode(org, codePurpose(transaction), current.key, code);
  if (result === 'locked') throw refusals.tooManyRequests();
  if (result === 'wrong') throw refusals.wrongCode();
}

async function checkAnswer(org: Org, { userId = '' }: SignInTransaction, answer: string): Promise<void> {
  if (isLocked(org, userId, 'security_question')) throw refusals.tooManyRequests();
  const factor = factorOf(org, userId, 'security_question', 'security_question');
  const matches = factor?.secret !== undefined && (await verifyAnswer(answer, factor.secret));
  // the check takes a while: the question may have been removed meanwhile
  const right = matches && org.store.factors.get(factor.id) !== undefined;
  if (!right)
    throw countWrongAnswer(org, userId, 'security_question') ? refusals.tooManyRequests() : refusals.wrongAnswer();
  forgetWrongAnswers(org, userId, 'security_question');
}

/** Also while enrolling: then the secret is the one on the screen. */
function checkGenerated(
  org: Org,
  { userId = '' }: SignInTransaction,
  current: CurrentAuthenticator,
  code: string,
): void {
  const { key, method } = current;
  if (!method) throw refusals.badRequest();
  if (isLocked(org, userId, key)) throw refusals.tooManyRequests();
  const factor = current.secret === undefined ? factorOf(org, userId, key, method) : undefined;
  const secret = current.secret ?? factor?.secret;
  const interval = secret === undefined ? undefined : matchTotp(secret, code, org.clock.now(), factor?.lastInterval);
  if (interval === undefined) throw wrongGenerated(org, userId, current, secret, code);
  forgetWrongAnswers(org, userId, key);
  if (factor) org.store.factors.patch(factor.id, { lastInterval: interval });
}

/** A code that was right and was used before is told apart from a wrong one (labels of the widget). */
function wrongGenerated(
  org: Org,
  userId: string,
  { key }: CurrentAuthenticator,
  secret: string | undefined,
  code: string,
): Error {
  if (countWrongAnswer(org, userId, key)) return refusals.tooManyRequests();
  const used = secret !== undefined && matchTotp(secret, code, org.clock.now()) !== undefined;
  return used ? refusals.usedCode() : refusals.wrongCode();
}
