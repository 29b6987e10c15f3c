/**
 * The link in an email with a one-time code. Opened where the sign-in was begun, the sign-in goes on there; opened anywhere
 * else it only shows the code (Okta's guides on magic links).
 */
import type { Org } from '../org.ts';
import type { OneTimeCode } from '../telephony/entities.ts';
import { findByCodePurpose, type SignInTransaction } from './transaction.ts';

/** `/email/verify/{client id}?token=...` (guides): in the message, in place of the code. */
export function newEmailLink(org: Org, { clientId }: SignInTransaction): { token: string; url: string } {
  const token = org.ids.opaque(32);
  return { token, url: `${org.url}/email/verify/${clientId}?token=${token}` };
}

export type OpenedLink = { code: OneTimeCode; transaction: SignInTransaction } | 'expired' | 'stale';

/** What a link is good for now; `stale` when a newer one was sent, or its sign-in is over or further on. */
export function openedLink(org: Org, clientId: string, token: string): OpenedLink {
  const code = org.store.oneTimeCodes.find('linkToken', token);
  const transaction = code && findByCodePurpose(org, code.id);
  if (!transaction || transaction.clientId !== clientId) return 'stale';
  const waiting = transaction.step === 'challengeCode' || transaction.step === 'enrollCode';
  if (!waiting || transaction.current?.key !== 'okta_email') return 'stale';
  return code.expiresAt <= org.clock.now() ? 'expired' : { code, transaction };
}

/**
 * Where an embedded sign-in goes on: at the Callback URI of its app, with `otp` and `state`. That setting is in no API, so
 * the redirect URI stands for it (named assumption `email-callback-uri`). Undefined when the app sent no state.
 */
export function callbackOf({ redirectUri, state }: SignInTransaction, { code }: OneTimeCode): string | undefined {
  if (!state) return undefined;
  const url = new URL(redirectUri);
  url.searchParams.set('otp', code);
  url.searchParams.set('state', state);
  return url.href;
}
