/** What happens when Okta Verify is enrolled at sign-in, until the phone has its turn. */
import type { Org } from '../org.ts';
import { normalizePhoneNumber } from '../telephony/phone-numbers.ts';
import { move, type Outcome, withCurrent } from './move.ts';
import { SETUP_CHANNELS } from './okta-verify.ts';
import { refusals } from './refusals.ts';
import type { CurrentAuthenticator, SignInTransaction } from './transaction.ts';

/** Okta Verify was chosen to enrol, by a channel or by the QR code; the URL of an earlier choice is void. */
export function beginSetup(org: Org, transaction: SignInTransaction, asked: string | undefined): Promise<Outcome> {
  const channel = SETUP_CHANNELS.find((one) => one === (asked ?? 'qrcode'));
  if (!channel) throw refusals.badRequest();
  const setup = { channel, token: org.ids.opaque(32) };
  return move(org, withCurrent(transaction, { key: 'okta_verify', setup }), 'enrollmentChosen');
}

/** Another link to where the last one went, which is void from now on. */
export function resendSetupLink(
  org: Org,
  transaction: SignInTransaction,
  setup: NonNullable<CurrentAuthenticator['setup']>,
): Promise<Outcome> {
  const renewed = { ...setup, token: org.ids.opaque(32) };
  return move(org, withCurrent(transaction, { key: 'okta_verify', setup: renewed }), 'resendAsked');
}

/** Where the link is to be sent to. */
export function giveSetupAddress(
  org: Org,
  transaction: SignInTransaction,
  given: { email?: string; phoneNumber?: string },
): Promise<Outcome> {
  const { setup } = transaction.current ?? {};
  if (transaction.step !== 'enrollChannel' || !setup) throw refusals.badRequest();
  const address = setup.channel === 'email' ? emailOf(given.email) : normalizePhoneNumber(given.phoneNumber ?? '');
  if (address === undefined) {
    throw setup.channel === 'email' ? refusals.invalidEmail() : refusals.invalidPhoneNumber();
  }
  return move(org, withCurrent(transaction, { key: 'okta_verify', setup: { ...setup, address } }), 'addressGiven');
}

function emailOf(text: string | undefined): string | undefined {
  const email = text?.trim() ?? '';
  return /^[^\s@]+@[^\s@]+$/.test(email) ? email : undefined;
}
