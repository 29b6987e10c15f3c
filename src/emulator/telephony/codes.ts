/**
 * One-time codes: made, sent, checked. Facts (help pages and OpenAPI 2026.06.3): six digits, five minutes, a resend kills
 * the earlier code at once, five wrong ones in a row lock the authenticator for five minutes, one message per number in 30
 * seconds. The last applies only while the setting `rateLimits` is on.
 */
import { timingSafeEqual } from 'node:crypto';
import type { AuthenticatorKey } from '../../wire/authenticator.ts';
import { type Org, orgNow } from '../org.ts';
import type { MessageEntity } from '../store/entities.ts';
import { type CodeUse, deliverByPhone } from './delivery.ts';
import type { Channel, OneTimeCode } from './entities.ts';
import { messageText } from './messages.ts';

const CODE_LIFETIME_MS = 5 * 60_000;
const LOCK_MS = 5 * 60_000;
const WRONG_CODES_TO_LOCK = 5;
const SPACING_MS = 30_000;
const MESSAGES_KEPT = 10_000;

export interface SendCodeRequest {
  /** What the code is for; a code sent earlier for the same purpose dies. */
  purpose: string;
  userId: string;
  channel: Channel;
  /** Phone number in E.164, or email address. */
  to: string;
  /** Seconds; the Factors API lets callers choose (`tokenLifetimeSeconds`). Default 300. */
  lifetimeSeconds?: number;
  /** What the user needs it for; tells the telephony inline hook. Default `verification`. */
  use?: CodeUse;
  /** Goes out beside the code, and dies with it. */
  link?: { token: string; url: string };
}

/**
 * `tooSoon`: a message went to this number less than 30 s ago, nothing was sent (only while rate limits are on). `failed`:
 * nobody could send it; no code is waiting then.
 */
export type SendCodeResult = 'sent' | 'tooSoon' | 'failed';

/**
 * Makes a code for a purpose and sends it: email and, without a telephony inline hook, phone messages show at the control
 * plane. Waits for the hook, so the org may have changed when it comes back.
 */
export async function sendCode(org: Org, request: SendCodeRequest): Promise<SendCodeResult> {
  const now = org.clock.now();
  const { purpose, userId, channel, to, use = 'verification', link } = request;
  const slot = `${channel}/${to}`;
  if (channel !== 'email' && !takeSlot(org, slot, now)) return 'tooSoon';
  const code = org.ids.code();
  const lifetime = request.lifetimeSeconds === undefined ? CODE_LIFETIME_MS : request.lifetimeSeconds * 1000;
  const sent = org.store.oneTimeCodes.put({
    id: purpose,
    userId,
    channel,
    to,
    code,
    sentAt: now,
    expiresAt: now + lifetime,
    ...(link ? { linkToken: link.token } : {}),
  });
  const text = messageText(org, channel, code, use, link?.url);
  const delivery = await deliver(org, sent, text, use);
  if (delivery === undefined) {
    // Sent again meanwhile, the purpose has another code, which is not ours to drop.
    if (org.store.oneTimeCodes.get(purpose) === sent) org.store.oneTimeCodes.delete(purpose);
    org.store.lastSends.delete(slot);
    return 'failed';
  }
  const message = { id: org.ids.next('msg'), channel, to, code, text, userId, at: orgNow(org), delivery };
  keepMessage(org, { ...message, ...(link ? { link: link.url } : {}) });
  return 'sent';
}

/** Sends a message without a code, e.g. a link. The telephony inline hook is for codes alone: the org sends this itself. */
export function sendText(org: Org, message: Pick<MessageEntity, 'userId' | 'channel' | 'to' | 'text'>): void {
  const delivery = org.faults.losesMessage(message.channel, message.to) ? 'lost' : 'emulator';
  keepMessage(org, { ...message, id: org.ids.next('msg'), code: '', at: orgNow(org), delivery });
}

/** The last ones are kept, so that a long run does not grow without bound. */
function keepMessage(org: Org, message: MessageEntity): void {
  const { messages } = org.store;
  messages.put(message);
  for (const old of messages.head(Math.max(0, messages.size - MESSAGES_KEPT))) messages.delete(old.id);
}

async function deliver(
  org: Org,
  sent: OneTimeCode,
  text: string,
  use: CodeUse,
): Promise<MessageEntity['delivery'] | undefined> {
  if (org.faults.losesMessage(sent.channel, sent.to)) return 'lost';
  return sent.channel === 'email' ? 'emulator' : deliverByPhone(org, sent, text, use);
}

/**
 * `locked`: too many wrong codes, whatever was given. `wrong` covers what never was, is over, or was replaced: Okta does
 * not tell these apart.
 */
export type CheckCodeResult = 'ok' | 'wrong' | 'locked';

/** Checks a code; a right one is used up. */
export function checkCode(org: Org, purpose: string, authenticator: AuthenticatorKey, given: string): CheckCodeResult {
  const sent = org.store.oneTimeCodes.get(purpose);
  if (!sent) return 'wrong';
  if (isLocked(org, sent.userId, authenticator)) return 'locked';
  if (isRight(org, sent, given)) {
    org.store.oneTimeCodes.delete(purpose);
    org.store.attempts.delete(attemptsId(sent.userId, authenticator));
    return 'ok';
  }
  return countWrong(org, sent.userId, authenticator) ? 'locked' : 'wrong';
}

/** Whether an authenticator of a user is locked after too many wrong codes. */
export function isLocked(org: Org, userId: string, authenticator: AuthenticatorKey): boolean {
  const attempts = org.store.attempts.get(attemptsId(userId, authenticator));
  return attempts?.lockedUntil !== undefined && attempts.lockedUntil > org.clock.now();
}

export function discardCode(org: Org, purpose: string): void {
  org.store.oneTimeCodes.delete(purpose);
}

function isRight(org: Org, sent: OneTimeCode, given: string): boolean {
  if (sent.expiresAt <= org.clock.now()) return false;
  const left = Buffer.from(sent.code);
  const right = Buffer.from(given.trim());
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Counts a wrong answer that was no sent code: a generated code, a question's answer. @returns whether it locks. */
export function countWrongAnswer(org: Org, userId: string, authenticator: AuthenticatorKey): boolean {
  return countWrong(org, userId, authenticator);
}

export function forgetWrongAnswers(org: Org, userId: string, authenticator: AuthenticatorKey): void {
  org.store.attempts.delete(attemptsId(userId, authenticator));
}

/** @returns whether this wrong code was the one that locks. */
function countWrong(org: Org, userId: string, authenticator: AuthenticatorKey): boolean {
  const id = attemptsId(userId, authenticator);
  const before = org.store.attempts.get(id);
  // A lock that has run out starts a new count.
  const wrong = (before && before.lockedUntil === undefined ? before.wrong : 0) + 1;
  const tooMany = wrong >= WRONG_CODES_TO_LOCK;
  org.store.attempts.put({ id, wrong, ...(tooMany ? { lockedUntil: org.clock.now() + LOCK_MS } : {}) });
  return tooMany;
}

function attemptsId(userId: string, authenticator: AuthenticatorKey): string {
  return `${userId}/${authenticator}`;
}

/** One message per number and channel in 30 seconds, while rate limits are on. */
function takeSlot(org: Org, id: string, now: number): boolean {
  const last = org.store.lastSends.get(id);
  if (org.settings.rateLimits && last && now - last.at < SPACING_MS) return false;
  org.store.lastSends.put({ id, at: now });
  return true;
}
