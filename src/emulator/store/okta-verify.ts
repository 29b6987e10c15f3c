/**
 * The Okta Verify app of a person: what setting it up on a phone leaves in the org. At sign-in and through the Factors API
 * the phone's part is played by the control plane (`control/okta-verify.ts`).
 */
import { activeMethods } from '../../policy/index.ts';
import type { MethodType } from '../../wire/authenticator.ts';
import { type Org, orgNow } from '../org.ts';
import type { FactorEntity } from './entities.ts';
import { newTotpSecret } from './totp.ts';

/** What setting the app up brought. */
export interface SetupResult {
  /** Of the code generator, base32; absent when that method is not ACTIVE. */
  sharedSecret?: string;
  methods: MethodType[];
}

/** What the phone opens: QR code and links hold it (named assumption `okta-verify-documents`). */
export function setupUrl(org: Org, token: string): string {
  return `${org.url}/okta-verify/setup/${token}`;
}

/**
 * Sets the app up: codes and push notifications, as far as their methods are ACTIVE. FastPass needs a device and is not
 * there. What was pending becomes active; a code generator that was there is replaced by that of the new phone.
 * @param active the ACTIVE methods of the authenticator.
 */
export function enrolApp(org: Org, userId: string, active: readonly MethodType[]): SetupResult {
  const credentialId = org.store.users.get(userId)?.profile.login;
  const methods = active.filter((method) => method === 'totp' || method === 'push');
  const secret = methods.includes('totp') ? newTotpSecret() : undefined;
  if (secret !== undefined) {
    putAppFactor(org, userId, 'ost', { factorType: 'token:software:totp', profile: { credentialId }, secret });
  }
  if (methods.includes('push')) {
    const device = { deviceType: 'SmartPhone_IPhone', name: 'Emulated phone', platform: 'IOS', version: '9.0' };
    putAppFactor(org, userId, 'opf', { factorType: 'push', profile: { credentialId, ...device } });
  }
  return { ...(secret === undefined ? {} : { sharedSecret: secret }), methods };
}

/** One ACTIVE factor of its type; a row that is there already keeps its id. */
function putAppFactor(
  org: Org,
  userId: string,
  prefix: string,
  factor: Pick<FactorEntity, 'factorType' | 'profile' | 'secret'>,
): void {
  const earlier = appFactors(org, userId).find((one) => one.factorType === factor.factorType);
  const now = orgNow(org);
  org.store.factors.put({
    id: earlier?.id ?? org.ids.next(prefix),
    userId,
    status: 'ACTIVE',
    created: earlier?.created ?? now,
    lastUpdated: now,
    provider: 'OKTA',
    vendorName: 'OKTA',
    ...factor,
  });
}

/** The factors of a person's app, pending ones too. */
export function appFactors(org: Org, userId: string): FactorEntity[] {
  return org.store.factors
    .findAll('userId', userId)
    .filter(
      ({ provider, factorType }) =>
        provider === 'OKTA' && (factorType === 'push' || factorType === 'token:software:totp'),
    );
}

/** Whether a person's app is set up. */
export function hasApp(org: Org, userId: string): boolean {
  return appFactors(org, userId).some(({ status }) => status === 'ACTIVE');
}

/** Whether push notifications reach a person's app: it is set up for them, and their method is ACTIVE. */
export function takesPush(org: Org, userId: string): boolean {
  const authenticator = org.store.authenticators.find('key', 'okta_verify');
  if (!authenticator || !activeMethods(authenticator).includes('push')) return false;
  return appFactors(org, userId).some(({ factorType, status }) => factorType === 'push' && status === 'ACTIVE');
}

/**
 * When a notification goes out to a person's phone that is sent now, milliseconds since the epoch: after the one before,
 * from a sign-in or the Factors API, also while the clock stands still. So one of them is the latest.
 */
export function pushSentAt(org: Org, userId: string): number {
  const before = [
    ...org.store.transactions.findAll('userId', userId).map(({ current }) => current?.push?.sentAt ?? 0),
    ...org.store.pushTransactions.findAll('userId', userId).map(({ sentAt }) => sentAt),
  ];
  return Math.max(org.clock.now(), ...before.map((at) => at + 1));
}

/** The number of a number matching challenge, of two digits. */
export function newMatchingNumber(org: Org): number {
  return (Number(org.ids.code()) % 90) + 10;
}
