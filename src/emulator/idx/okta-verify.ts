/** Okta Verify at sign-in: the link that sets it up, and push notifications. */
import type { Org } from '../org.ts';
import { newMatchingNumber, pushSentAt, setupUrl } from '../store/okta-verify.ts';
import { sendText } from '../telephony/codes.ts';
import { refusals } from './refusals.ts';
import type { CurrentAuthenticator, SetupChannel, SignInTransaction } from './transaction.ts';

export const SETUP_CHANNELS: readonly SetupChannel[] = ['qrcode', 'email', 'sms'];

/** Sends the link by SMS or email. */
export function sendSetupLink(org: Org, { current, userId }: SignInTransaction): void {
  const { channel, address, token } = current?.setup ?? {};
  if (userId === undefined || address === undefined || token === undefined) throw refusals.badRequest();
  if (channel !== 'email' && channel !== 'sms') throw refusals.badRequest();
  sendText(org, { userId, channel, to: address, text: `Set up Okta Verify: ${setupUrl(org, token)}` });
}

/** A push notification that waits for its answer. Where the authenticator wants it, with a number to compare. */
export function newPush(org: Org, userId: string): NonNullable<CurrentAuthenticator['push']> {
  const settings = org.store.authenticators.find('key', 'okta_verify')?.settings as
    | { channelBinding?: { style?: string; required?: string } }
    | undefined;
  const { style, required } = settings?.channelBinding ?? {};
  const compared = style === 'NUMBER_CHALLENGE' && required === 'ALWAYS';
  const sentAt = pushSentAt(org, userId);
  return compared ? { sentAt, number: String(newMatchingNumber(org)) } : { sentAt };
}
