/**
 * Push factors of Okta Verify through the Factors API: pending until a phone has scanned the QR code, verified by a
 * notification whose answer is polled for. OpenAPI 2026.06.3; named assumption `push-factor-answers`.
 */
import type { Links } from '../../../wire/common.ts';
import { link } from '../../http/links.ts';
import { notFound } from '../../http/okta-error.ts';
import { qrCodeDataUri } from '../../idx/qr-code.ts';
import type { Org } from '../../org.ts';
import type { FactorEntity } from '../../store/entities.ts';
import { dropExpired } from '../../store/expiry.ts';
import { newMatchingNumber, pushSentAt, setupUrl } from '../../store/okta-verify.ts';
import { flag, type Json } from '../input.ts';

/** A QR code, and a notification, is good for five minutes (the example of the API reference). */
const VALID_MS = 5 * 60_000;
/** How long an answer can be polled for after that. */
const KEPT_MS = 60 * 60_000;

/** A notification that was sent through the Factors API; its id is what is polled for. */
export interface PushTransaction {
  id: string;
  factorId: string;
  userId: string;
  /** What the phone is to choose, for a number matching challenge. */
  number?: number;
  answer?: 'approved' | 'rejected';
  /** See `pushSentAt`. */
  sentAt: number;
  /** When it can be answered no more, milliseconds since the epoch. */
  endsAt: number;
  /** When it is forgotten. */
  expiresAt: number;
}

/** What a pending push factor waits with: the token of its QR code. */
export function newActivation(org: Org): NonNullable<FactorEntity['activation']> {
  return { token: org.ids.opaque(32), expiresAt: org.clock.now() + VALID_MS };
}

/** `_embedded.activation` of a pending push factor. */
export function renderActivation(org: Org, { activation }: FactorEntity): Json {
  const { token = '', expiresAt = 0 } = activation ?? {};
  const qrcode = { href: qrCodeDataUri(setupUrl(org, token)), type: 'image/png' };
  return { expiresAt: new Date(expiresAt).toISOString(), factorResult: 'WAITING', _links: { qrcode } };
}

/**
 * The answer to a poll of the activation: that it still waits. One that ran out begins anew, with another QR code.
 * @returns undefined when the factor is active.
 */
export function pollActivation(org: Org, row: FactorEntity): Json | undefined {
  if (row.status === 'ACTIVE') return undefined;
  const over = (row.activation?.expiresAt ?? 0) <= org.clock.now();
  return renderActivation(org, over ? org.store.factors.patch(row.id, { activation: newActivation(org) }) : row);
}

/** Sends a notification; with `useNumberMatchingChallenge` the phone is to choose a number. */
export function sendPush(org: Org, row: FactorEntity, body: Json): PushTransaction {
  const number = flag(body.useNumberMatchingChallenge) === true ? { number: newMatchingNumber(org) } : {};
  const now = org.clock.now();
  dropExpired(org.store.pushTransactions, now);
  return org.store.pushTransactions.put({
    id: org.ids.next('mst'),
    factorId: row.id,
    userId: row.userId,
    ...number,
    sentAt: pushSentAt(org, row.userId),
    endsAt: now + VALID_MS,
    expiresAt: now + VALID_MS + KEPT_MS,
  });
}

export function findPushTransaction(org: Org, row: FactorEntity, id: string): PushTransaction {
  const transaction = org.store.pushTransactions.get(id);
  if (transaction?.factorId !== row.id) throw notFound(id, 'FactorTransaction');
  return transaction;
}

/** How a notification stands: WAITING, SUCCESS, REJECTED, or TIMEOUT once it has run out. */
export function renderPush(org: Org, row: FactorEntity, transaction: PushTransaction, self: string): Json {
  const profile = { credentialId: row.profile.credentialId };
  const again: Links = { verify: link(`${self}/verify`, 'POST'), factor: link(self, 'GET', 'DELETE') };
  if (transaction.answer === 'approved') return { factorResult: 'SUCCESS' };
  if (transaction.answer === 'rejected') return { factorResult: 'REJECTED', profile, _links: again };
  if (transaction.endsAt <= org.clock.now()) return { factorResult: 'TIMEOUT', profile, _links: again };
  const { number, endsAt } = transaction;
  return {
    factorResult: 'WAITING',
    expiresAt: new Date(endsAt).toISOString(),
    profile,
    ...(number === undefined ? {} : { _embedded: { challenge: { correctAnswer: number } } }),
    _links: { poll: link(`${self}/transactions/${transaction.id}`, 'GET') },
  };
}
