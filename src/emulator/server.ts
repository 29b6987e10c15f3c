import type { Clock } from '../shared/clock.ts';
import { OrgproofError } from '../shared/errors.ts';
import { createApp } from './app.ts';
import { listRoutes, type Route } from './http/unknown-route.ts';
import { isLoopback, listen } from './listen.ts';
import { MISSING_ROUTES } from './management/missing-routes.ts';
import { createOrg, type EmulatorSettings, type Org, type OrgOptions } from './org.ts';
import type { OrgSeed, ParsedSeed } from './seed/schema.ts';
import { seedApiToken } from './store/fresh/customization.ts';
import { ADMIN_LOGIN } from './store/fresh/directory.ts';
import { seedFreshOrg } from './store/fresh-org.ts';
import { createIds, randomToken } from './store/ids.ts';
import { hashPassword } from './store/passwords.ts';
import { restoreSnapshot, type Snapshot, takeSnapshot } from './store/snapshot.ts';
import { loadState, StateFile } from './store/state-file.ts';
import type { TlsIdentity } from './tls.ts';

export interface EmulatorOptions {
  /** TCP port; 0 (the default) picks a free one. */
  port?: number;
  /** Address to listen on; 127.0.0.1 unless told otherwise. Beyond loopback the control plane asks for the token. */
  host?: string;
  /** The URL that clients reach the org by when it is not loopback, e.g. behind a proxy. */
  url?: string;
  /** Serve TLS: `true` makes a certificate for this start, see {@link Emulator.certificate}. */
  tls?: boolean | TlsIdentity;
  /** Admin API token (SSWS); random if neither this nor the seed gives one. */
  token?: string;
  /** Password of the super admin; random if neither this nor the seed gives one. */
  adminPassword?: string;
  /** Keep the org in this file: read at the start, written after each change. */
  state?: string;
  /** Milliseconds since the epoch; injected by tests. */
  clock?: Clock;
  /**
   * A number makes ids, keys aside, repeatable. An object says what the org holds from the start, with pinned ids, keys
   * and secrets; a reset then leads back to it. An org from a state file is not sown again.
   */
  seed?: number | OrgSeed;
  settings?: Partial<EmulatorSettings>;
  /** Gets lines for people, e.g. about a route that is not supported. */
  log?: (line: string) => void;
}

/** A running org. */
export interface Emulator {
  /** The org URL, e.g. `http://127.0.0.1:8700`. */
  readonly url: string;
  readonly token: string;
  /** The super admin; with a state file from an earlier run, the password is the one of that run. */
  readonly admin: { login: string; password: string };
  /** With TLS: the certificate in PEM, which clients must be told to trust. */
  readonly certificate: string | undefined;
  stop(): Promise<void>;
}

/**
 * Starts an org in the state of a fresh Integrator org, of its seed, or of its state file.
 * @throws OrgproofError when the state file or the seed cannot be used; the system's error when the port is taken.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const host = options.host ?? '127.0.0.1';
  const seed = await parseSeed(options.seed);
  const token = options.token ?? seed?.token;
  const ids = typeof options.seed === 'number' ? options.seed : seed?.ids;
  const orgOptions: OrgOptions = {
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.log === undefined ? {} : { log: options.log }),
    ...(token === undefined ? {} : { token }),
    ...(ids === undefined ? {} : { seed: ids }),
    settings: { ...withoutUndefined(seed?.settings ?? {}), ...options.settings },
    controlNeedsToken: !isLoopback(host),
  };
  const org = createOrg(orgOptions);
  const adminPassword = options.adminPassword ?? seed?.admin?.password ?? `Aa1-${randomToken()}`;
  const app = createApp(org);
  if (seed) org.pristine = await pristineOf(org, orgOptions, seed);
  const restored = options.state !== undefined && (await loadState(org, options.state));
  if (!restored) fill(org);
  // Repeatable ids begin anew with each start: they would meet those that the file holds.
  else if (ids !== undefined) org.ids = createIds();
  // A start hands out a token: where the file's was revoked, this is another one.
  if (org.store.apiTokens.size === 0) seedApiToken(org);
  void setAdminPassword(org, adminPassword, !restored);
  const stateFile = options.state === undefined ? undefined : new StateFile(org, options.state);
  await stateFile?.begin();
  const tls = await tlsOf(options, host);
  const { url, close } = await listen(app, host, options.port ?? 0, tls);
  org.url = options.url?.replace(/\/+$/, '') ?? url;
  return {
    url: org.url,
    token: org.adminToken,
    admin: { login: ADMIN_LOGIN, password: adminPassword },
    certificate: tls?.cert,
    stop: async () => {
      await close();
      await stateFile?.close();
    },
  };
}

/** Every route the emulator supports, sorted by path: the coverage table's rows. */
export function emulatorRoutes(): Route[] {
  const missing = new Set(MISSING_ROUTES.map(({ method, path }) => `${method} ${path}`));
  return listRoutes(createApp(createOrg())).filter(({ method, path }) => !missing.has(`${method} ${path}`));
}

/** Loaded only for a seed: the schema library is no part of a plain start. */
async function parseSeed(seed: EmulatorOptions['seed']): Promise<ParsedSeed | undefined> {
  if (typeof seed !== 'object') return undefined;
  const { checkSeed } = await import('./seed/read.ts');
  return checkSeed(seed);
}

/** Sown in an org of its own that nobody sees; ids and time are those of the org it is for. */
async function pristineOf(org: Org, options: OrgOptions, seed: ParsedSeed): Promise<Snapshot> {
  const { sow } = await import('./seed/sow.ts');
  const sown: Org = { ...createOrg(options), ids: org.ids, clock: org.clock };
  seedFreshOrg(sown);
  await sow(sown, createApp(sown), seed);
  return takeSnapshot(sown);
}

function fill(org: Org): void {
  if (org.pristine) restoreSnapshot(org, org.pristine);
  else seedFreshOrg(org);
}

/**
 * Behind the start, since the hash takes longer than all the rest of it. An org from a state file keeps the password it
 * has; the new one counts from the next reset on.
 */
async function setAdminPassword(org: Org, password: string, now: boolean): Promise<void> {
  const passwordHash = await hashPassword(password);
  org.adminPasswordHash = passwordHash;
  if (!now) return;
  const { adminUserId } = org.store.org;
  if (org.store.users.get(adminUserId)) org.store.users.patch(adminUserId, { passwordHash });
}

async function tlsOf({ tls, url }: EmulatorOptions, host: string): Promise<TlsIdentity | undefined> {
  if (typeof tls === 'object') return tls;
  if (!tls) return undefined;
  if (url !== undefined && !URL.canParse(url)) {
    throw new OrgproofError(`"${url}" is not a URL`, { code: 'emulator-url' });
  }
  const { makeTlsIdentity } = await import('./tls.ts');
  return makeTlsIdentity([host, ...(url === undefined ? [] : [new URL(url).hostname])]);
}

function withoutUndefined<T extends object>(value: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as never;
}
