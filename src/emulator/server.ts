import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Clock } from '../shared/clock.ts';
import { createApp } from './app.ts';
import type { AppEnv } from './http/context.ts';
import { listRoutes, type Route } from './http/unknown-route.ts';
import { MISSING_ROUTES } from './management/missing-routes.ts';
import { createOrg, type EmulatorSettings, type Org } from './org.ts';
import { ADMIN_LOGIN } from './store/fresh/directory.ts';
import { seedFreshOrg } from './store/fresh-org.ts';
import { randomToken } from './store/ids.ts';
import { hashPassword } from './store/passwords.ts';
import { loadState, StateFile } from './store/state-file.ts';

export interface EmulatorOptions {
  /** TCP port; 0 (the default) picks a free one. */
  port?: number;
  /** Address to listen on; 127.0.0.1 unless told otherwise. Beyond loopback the control plane asks for the token. */
  host?: string;
  /** The URL that clients reach the org by when it is not loopback, e.g. behind a proxy. */
  url?: string;
  /** Admin API token (SSWS); random if not given. */
  token?: string;
  /** Password of the super admin; random if not given. */
  adminPassword?: string;
  /** Keep the org in this file: read at the start, written after each change. */
  state?: string;
  /** Milliseconds since the epoch; injected by tests. */
  clock?: Clock;
  /** Makes ids, keys aside, repeatable. For tests. */
  seed?: number;
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
  stop(): Promise<void>;
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/** Starts an org in the state of a fresh Integrator org, or of its state file. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const host = options.host ?? '127.0.0.1';
  const org = createOrg({ ...options, controlNeedsToken: !LOOPBACK.test(host) });
  const adminPassword = options.adminPassword ?? `Aa1-${randomToken()}`;
  const app = createApp(org);
  const restored = options.state !== undefined && (await loadState(org, options.state));
  if (!restored) {
    seedFreshOrg(org);
  }
  void setAdminPassword(org, adminPassword, !restored);
  const stateFile = options.state === undefined ? undefined : new StateFile(org, options.state);
  if (!restored) stateFile?.changed();
  const { url, close } = await listen(app, host, options.port ?? 0);
  org.url = options.url?.replace(/\/+$/, '') ?? url;
  return {
    url: org.url,
    token: org.adminToken,
    admin: { login: ADMIN_LOGIN, password: adminPassword },
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

async function listen(app: Hono<AppEnv>, host: string, port: number): Promise<{ url: string; close(): Promise<void> }> {
  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
