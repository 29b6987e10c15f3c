/**
 * The control plane, `/_emulator/*`: how tests and tools drive the emulator itself. No token on loopback, hence it refuses
 * requests that a web page or a rebound DNS name could have caused.
 */
import { Hono, type MiddlewareHandler } from 'hono';
import { isAdminToken } from '../http/auth.ts';
import { isLoopbackHost } from '../http/base-url.ts';
import { type AppEnv, readJson } from '../http/context.ts';
import { OktaError } from '../http/okta-error.ts';
import type { Org } from '../org.ts';
import { seedFreshOrg } from '../store/fresh-org.ts';
import { clearStore, isSnapshot, restoreSnapshot, takeSnapshot } from '../store/snapshot.ts';
import { readClockChange, readFaults, readSettings } from './input.ts';

export function controlRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use('/_emulator/*', guard(org));

  app.get('/_emulator/health', (c) => c.json({ status: 'ok', orgId: org.store.org.id, url: c.get('baseUrl') }));

  app.post('/_emulator/reset', (c) => {
    clearStore(org.store);
    org.settings = { ...org.initialSettings };
    org.clock.reset();
    org.faults.clear();
    org.requests.clear();
    org.rateLimits.clear();
    org.signingKeys.clear();
    seedFreshOrg(org);
    return c.json({ status: 'ok', orgId: org.store.org.id });
  });

  app.get('/_emulator/snapshot', async (c) => c.json(await takeSnapshot(org)));
  app.put('/_emulator/snapshot', async (c) => {
    const value = await readJson(c);
    if (!isSnapshot(value)) throw refused(400, 'This is no snapshot of an emulator.');
    restoreSnapshot(org, value);
    return c.body(null, 204);
  });

  app.get('/_emulator/messages', (c) => {
    const { to, channel, since } = c.req.query();
    const from = since === undefined ? undefined : Date.parse(since);
    if (Number.isNaN(from)) throw refused(400, 'since must be an ISO 8601 date.');
    const messages = org.store.messages
      .filter(
        (row) =>
          row.delivery === 'emulator' &&
          (to === undefined || row.to === to) &&
          (channel === undefined || row.channel === channel) &&
          (from === undefined || Date.parse(row.at) >= from),
      )
      .map(({ channel, to, code, text, userId, at }) => ({ channel, to, code, text, userId, at }));
    return c.json({ messages });
  });

  app.get('/_emulator/requests', (c) => c.json({ requests: org.requests.list() }));
  app.delete('/_emulator/requests', (c) => {
    org.requests.clear();
    return c.body(null, 204);
  });

  app.get('/_emulator/faults', (c) => c.json(org.faults.list()));
  app.put('/_emulator/faults', async (c) => {
    const { faults, seed } = readFaults(await readJson(c));
    org.faults.set(faults, seed);
    return c.json(org.faults.list());
  });

  const clock = () => ({ now: new Date(org.clock.now()).toISOString(), frozen: org.clock.frozen });
  app.get('/_emulator/clock', (c) => c.json(clock()));
  app.post('/_emulator/clock', async (c) => {
    const change = readClockChange(await readJson(c));
    if (change.set !== undefined) org.clock.set(change.set);
    if (change.freeze !== undefined) org.clock.freeze(change.freeze);
    if (change.advanceMs !== undefined) org.clock.advance(change.advanceMs);
    return c.json(clock());
  });

  app.get('/_emulator/settings', (c) => c.json(org.settings));
  app.put('/_emulator/settings', async (c) => {
    org.settings = { ...org.settings, ...readSettings(await readJson(c)) };
    org.store.onChange?.();
    return c.json(org.settings);
  });

  app.all('/_emulator/*', (c) => {
    throw refused(404, `The control plane has no ${c.req.method} ${c.req.path}.`);
  });
  return app;
}

/** A page in a browser sends an Origin; a rebound name sends a Host that is not loopback's. Neither may steer the org. */
function guard(org: Org): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const origin = c.req.header('Origin');
    if (origin !== undefined && origin !== c.get('baseUrl')) {
      throw refused(403, 'The control plane refuses requests from other origins.');
    }
    if (org.controlNeedsToken) {
      const [scheme, token] = (c.req.header('Authorization') ?? '').split(/\s+/, 2);
      if (scheme?.toLowerCase() !== 'ssws' || token === undefined || !isAdminToken(org, token)) {
        throw refused(401, 'Beyond loopback the control plane needs the admin API token.');
      }
    } else if (!isLoopbackHost(c.req.header('Host'))) {
      throw refused(403, 'The control plane answers to loopback names only.');
    }
    await next();
  };
}

function refused(status: 400 | 401 | 403 | 404, text: string): OktaError {
  return new OktaError(status, 'E_EMULATOR_CONTROL', text);
}
