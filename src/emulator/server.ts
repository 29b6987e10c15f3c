import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { systemClock } from '../shared/clock.ts';
import { createApp } from './app.ts';
import { SigningKeys } from './oauth/keys.ts';
import { DEFAULT_SETTINGS, type EmulatorSettings, type Org } from './org.ts';
import { seedFreshOrg } from './store/fresh-org.ts';
import { createIds, createSeededIds, randomToken } from './store/ids.ts';
import { Store } from './store/store.ts';

export interface EmulatorOptions {
  /** TCP port; 0 (the default) picks a free one. */
  port?: number;
  /** Admin API token (SSWS); random if not given. */
  token?: string;
  /** Milliseconds since the epoch; injected by tests. */
  clock?: { now(): number };
  /** Makes ids, keys aside, repeatable. For tests. */
  seed?: number;
  settings?: Partial<EmulatorSettings>;
}

/** A running org. */
export interface Emulator {
  /** The org URL, e.g. `http://127.0.0.1:8700`. */
  readonly url: string;
  readonly token: string;
  stop(): Promise<void>;
}

/** Starts an org in the state of a fresh Integrator org, on loopback. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const org: Org = {
    store: new Store(),
    clock: options.clock ?? systemClock,
    ids: options.seed === undefined ? createIds() : createSeededIds(options.seed),
    keys: new SigningKeys(),
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
    adminToken: options.token ?? randomToken(),
  };
  seedFreshOrg(org);
  const server = createAdaptorServer({ fetch: createApp(org).fetch });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    token: org.adminToken,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
