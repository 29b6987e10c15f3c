import type { Clock } from '../shared/clock.ts';
import { oktaDate } from '../shared/clock.ts';
import type { SigningKeys } from './oauth/keys.ts';
import type { Ids } from './store/ids.ts';
import type { Store } from './store/store.ts';

/** Switches of the emulator that are no object of the Management API; `GET|PUT /_emulator/settings`. */
export interface EmulatorSettings {
  /** Settings > Account > Embedded widget sign-in support; off: `/interact` answers access_denied. */
  embeddedSignIn: boolean;
  /** Whether the phone authenticator may be activated (a telephony provider or Okta's own sending). */
  telephony: boolean;
  /** Count requests against Okta's buckets and answer 429 beyond; also one code per 30 s and number. */
  rateLimits: boolean;
  /** Lifetime of a sign-in transaction without a step, minutes. */
  transactionMinutes: number;
}

export const DEFAULT_SETTINGS: EmulatorSettings = {
  embeddedSignIn: true,
  telephony: true,
  rateLimits: false,
  transactionMinutes: 60,
};

/**
 * One embedded org: its state and the few things it needs from outside. Handlers get it as their only argument and keep
 * nothing of their own, so any number of orgs live in one process.
 */
export interface Org {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  /** What tokens are signed with; beside the store since private keys are in no listing. */
  readonly keys: SigningKeys;
  settings: EmulatorSettings;
  /** The admin API token (SSWS) that the Management API accepts. */
  readonly adminToken: string;
  /** Hash of the super admin's password, for each fresh start of the org. */
  readonly adminPasswordHash?: string;
}

/** The time as the Management API writes it. */
export function orgNow(org: Org): string {
  return oktaDate(org.clock.now());
}
