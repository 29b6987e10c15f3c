/**
 * Okta Verify and the phone: what its enrolment and its push notifications consist of. The phone's part is
 * played through the control plane (`control/okta-verify.ts`); the sign-in learns of it by polling. What no source settles
 * of the documents is the named assumption `okta-verify-documents`.
 */
import type { MethodType } from '../../wire/authenticator.ts';
import { type Org, orgNow } from '../org.ts';
import type { FactorEntity } from '../store/entities.ts';
import { newTotpSecret } from '../store/totp.ts';
import { sendText } from '../telephony/codes.ts';
import { refusals } from './refusals.ts';
import type { CurrentAuthenticator, SetupChannel, SignInTransaction } from './transaction.ts';

export const SETUP_CHANNELS: readonly SetupChannel[] = ['qrcode', 'email', 'sms'];

/** What the phone opens: the QR code holds it, and so does the message (named assumption `okta-verify-documents`). */
export function setupUrl(org: Org, { setup }: CurrentAuthenticator): string {
  return `${org.url}/okta-verify/setup/${setup?.token ?? ''}`;
}

/** Sends the link by SMS or email. */
export function sendSetupLink(org: Org, { current, userId }: SignInTransaction): void {
  const { channel, address } = current?.setup ?? {};
  if (!current || userId === undefined || address === undefined || channel === undefined || channel === 'qrcode') {
    throw refusals.badRequest();
  }
  const url = setupUrl(org, current);
  sendText(org, { userId, channel, to: address, text: `Set up Okta Verify: ${url}` });
}

/** The app's part of an enrolment: a factor for each method that is ACTIVE and that the emulator knows. */
export interface SetupResult {
  /** Of the code generator, base32; absent when that method is not ACTIVE. */
  sharedSecret?: string;
  methods: MethodType[];
}

/** Enrols the app of a person. With it come codes and push notifications; FastPass needs a device and is not there. */
export function enrolApp(org: Org, userId: string, active: readonly MethodType[]): SetupResult {
  const credentialId = org.store.users.get(userId)?.profile.login;
  const methods = active.filter((method) => method === 'totp' || method === 'push');
  const secret = methods.includes('totp') ? newTotpSecret() : undefined;
  if (secret !== undefined) {
    addAppFactor(org, userId, 'ost', { factorType: 'token:software:totp', profile: { credentialId }, secret });
  }
  if (methods.includes('push')) {
    const device = { deviceType: 'SmartPhone_IPhone', name: 'Emulated phone', platform: 'IOS', version: '9.0' };
    addAppFactor(org, userId, 'opf', { factorType: 'push', profile: { credentialId, ...device } });
  }
  return { ...(secret === undefined ? {} : { sharedSecret: secret }), methods };
}

/** One factor of the app, ACTIVE at once. */
function addAppFactor(
  org: Org,
  userId: string,
  prefix: string,
  factor: Pick<FactorEntity, 'factorType' | 'profile' | 'secret'>,
): void {
  const now = orgNow(org);
  org.store.factors.put({
    id: org.ids.next(prefix),
    userId,
    status: 'ACTIVE',
    created: now,
    lastUpdated: now,
    provider: 'OKTA',
    vendorName: 'OKTA',
    ...factor,
  });
}

/** Whether a person has the app set up. */
export function hasApp(org: Org, userId: string): boolean {
  return org.store.factors
    .findAll('userId', userId)
    .some(
      ({ status, provider, factorType }) =>
        status === 'ACTIVE' && provider === 'OKTA' && (factorType === 'push' || factorType === 'token:software:totp'),
    );
}

/** A push notification that waits for its answer. Where the authenticator wants it, with a number to compare. */
export function newPush(org: Org): NonNullable<CurrentAuthenticator['push']> {
  const settings = org.store.authenticators.find('key', 'okta_verify')?.settings as
    | { channelBinding?: { style?: string; required?: string } }
    | undefined;
  const { style, required } = settings?.channelBinding ?? {};
  const compared = style === 'NUMBER_CHALLENGE' && required === 'ALWAYS';
  return compared ? { number: String((Number(org.ids.code()) % 90) + 10) } : {};
}
