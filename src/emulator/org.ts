import type { Geolocation } from '../policy/index.ts';
import type { Clock } from '../shared/clock.ts';
import { oktaDate, systemClock } from '../shared/clock.ts';
import { Exchanges } from './console/exchanges.ts';
import { FaultSet } from './control/faults.ts';
import { RateLimits } from './http/rate-limits.ts';
import { RequestLog } from './http/request-log.ts';
import { SigningKeys } from './oauth/keys.ts';
import { SettableClock } from './store/clock.ts';
import type { Ids } from './store/ids.ts';
import { createIds, createSeededIds, randomToken } from './store/ids.ts';
import type { Snapshot } from './store/snapshot.ts';
import { Store } from './store/store.ts';

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
  /** Whether the hosted sign-in page uses Okta's widget where its package is installed; off: the plain page. */
  signInWidget: boolean;
  /** Where addresses are: for dynamic zones and the System Log. The first entry that holds an address counts. */
  geolocations: Geolocation[];
}

export const DEFAULT_SETTINGS: EmulatorSettings = {
  embeddedSignIn: true,
  telephony: true,
  rateLimits: false,
  transactionMinutes: 60,
  signInWidget: true,
  geolocations: [],
};

/**
 * One embedded org: its state and the few things it needs from outside. Handlers get it as their only argument and keep
 * nothing of their own, so any number of orgs live in one process.
 */
export interface Org {
  readonly store: Store;
  readonly clock: SettableClock;
  ids: Ids;
  settings: EmulatorSettings;
  /** What the settings were at the start; a reset puts them back. */
  readonly initialSettings: EmulatorSettings;
  /** The admin API token (SSWS) that the Management API accepts. */
  readonly adminToken: string;
  /** What a seed made of the fresh org: where a reset leads back to. Without one, to a new fresh org. */
  pristine?: Snapshot;
  /** Hash of the super admin's password, for each fresh start of the org. */
  adminPasswordHash?: string;
  /** The org's URL for clients that call it by a name that is not loopback's; set once the server listens. */
  url: string;
  /** True when the server listens beyond loopback: then the control plane asks for the admin token too. */
  readonly controlNeedsToken: boolean;
  /** Where lines for people go, e.g. about a route that is not supported. */
  readonly log: (line: string) => void;
  readonly requests: RequestLog;
  /** The last answers, for the console page. */
  readonly exchanges: Exchanges;
  readonly faults: FaultSet;
  readonly rateLimits: RateLimits;
  /** Outside the store, since private keys are no JSON rows; a snapshot takes them along. */
  readonly signingKeys: SigningKeys;
}

export interface OrgOptions {
  token?: string;
  clock?: Clock;
  /** Makes ids, keys aside, repeatable. */
  seed?: number;
  settings?: Partial<EmulatorSettings>;
  log?: (line: string) => void;
  controlNeedsToken?: boolean;
}

/** An org without content; `seedFreshOrg` or a snapshot fills it. */
export function createOrg(options: OrgOptions = {}): Org {
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  return {
    store: new Store(),
    clock: new SettableClock(options.clock ?? systemClock),
    ids: options.seed === undefined ? createIds() : createSeededIds(options.seed),
    settings,
    initialSettings: { ...settings },
    adminToken: options.token ?? randomToken(),
    url: 'http://127.0.0.1',
    controlNeedsToken: options.controlNeedsToken ?? false,
    log: options.log ?? (() => {}),
    requests: new RequestLog(),
    exchanges: new Exchanges(),
    faults: new FaultSet(),
    rateLimits: new RateLimits(),
    signingKeys: new SigningKeys(),
  };
}

/** The time as the Management API writes it. */
export function orgNow(org: Org): string {
  return oktaDate(org.clock.now());
}
