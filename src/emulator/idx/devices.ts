/**
 * Devices on which somebody asked not to be prompted for a second factor again ("Keep me signed in" on the first screen,
 * or a rule that does so by default). A device is known by `X-Device-Token`, or by the `DT` cookie of a browser.
 */
import { createHash } from 'node:crypto';
import { setCookie } from 'hono/cookie';
import { amrOf } from '../../policy/index.ts';
import type { SignOnAction } from '../../wire/policy.ts';
import type { AppContext } from '../http/context.ts';
import { cookiePlace } from '../oauth/cookie-place.ts';
import type { Org } from '../org.ts';
import type { SignInTransaction } from './transaction.ts';

/** A person on a device; `id` is the hash of the device's token and the user's id. */
export interface RememberedDevice {
  id: string;
  userId: string;
  /** When a second factor was last shown there, milliseconds since the epoch. */
  mfaAt: number;
}

const COOKIE = 'DT';
/** Browsers keep no cookie longer than 400 days. */
const COOKIE_SECONDS = 400 * 86_400;
/** Of one person; the oldest make room, so that clients without a memory do not fill the org. */
const MAX_DEVICES = 20;

/** Whether this sign-in's device is to be remembered: as its user said, else as the rule has it by default. */
export function toBeRemembered({ remember }: SignInTransaction, action: SignOnAction | undefined): boolean {
  return remember ?? action?.rememberDeviceByDefault === true;
}

/** Notes the second factor of a finished sign-in for its device; a browser without a `DT` cookie gets one. */
export function rememberDevice(c: AppContext, org: Org, transaction: SignInTransaction): void {
  const { userId, verified, client } = transaction;
  if (userId === undefined || !amrOf(verified).includes('mfa')) return;
  const token = client?.deviceToken ?? org.ids.opaque(25);
  if (client?.deviceToken === undefined) setCookie(c, COOKIE, token, { ...cookiePlace(c), maxAge: COOKIE_SECONDS });
  const id = idOf(token, userId);
  const others = org.store.rememberedDevices.findAll('userId', userId).filter((device) => device.id !== id);
  for (const device of others.slice(0, others.length - MAX_DEVICES + 1)) org.store.rememberedDevices.delete(device.id);
  const mfaAt = Math.max(...verified.filter(({ key }) => key !== 'okta_password').map(({ at }) => at));
  org.store.rememberedDevices.put({ id, userId, mfaAt });
}

/** Minutes since a person's last second factor on a device; undefined for one that is not remembered. */
export function minutesSinceMfaOn(org: Org, deviceToken: string | undefined, userId: string): number | undefined {
  const device = deviceToken === undefined ? undefined : org.store.rememberedDevices.get(idOf(deviceToken, userId));
  return device && (org.clock.now() - device.mfaAt) / 60_000;
}

export function forgetDevices(org: Org, userId: string): void {
  for (const device of org.store.rememberedDevices.findAll('userId', userId)) {
    org.store.rememberedDevices.delete(device.id);
  }
}

function idOf(deviceToken: string, userId: string): string {
  return `${createHash('sha256').update(deviceToken).digest('base64url')}/${userId}`;
}
