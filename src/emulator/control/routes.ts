/** The control plane, `/_emulator/*`: how tests and tools drive the emulator itself. Who may is in `guard.ts`. */
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readControlJson } from '../http/context.ts';
import type { Org } from '../org.ts';
import { readSnapshot, restoreSnapshot, takeSnapshot } from '../store/snapshot.ts';
import { guard, refused } from './guard.ts';
import { readClockChange, readFaults, readPhoneRequest, readSettings } from './input.ts';
import { playPhone } from './okta-verify.ts';
import { resetOrg } from './reset.ts';

export function controlRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use('/_emulator/*', guard(org));

  app.get('/_emulator/health', (c) => c.json({ status: 'ok', orgId: org.store.org.id, url: c.get('baseUrl') }));

  app.post('/_emulator/reset', (c) => {
    resetOrg(org);
    return c.json({ status: 'ok', orgId: org.store.org.id });
  });

  app.get('/_emulator/snapshot', async (c) => c.json(await takeSnapshot(org)));
  app.put('/_emulator/snapshot', async (c) => {
    restore(org, await readControlJson(c));
    return c.body(null, 204);
  });

  app.get('/_emulator/messages', (c) => c.json({ messages: sentMessages(org, c) }));

  app.get('/_emulator/requests', (c) => c.json({ requests: org.requests.list() }));
  app.delete('/_emulator/requests', (c) => {
    org.requests.clear();
    return c.body(null, 204);
  });

  app.get('/_emulator/faults', (c) => c.json(org.faults.list()));
  app.put('/_emulator/faults', async (c) => {
    const { faults, seed } = readFaults(await readControlJson(c));
    org.faults.set(faults, seed);
    return c.json(org.faults.list());
  });

  app.get('/_emulator/clock', (c) => c.json(clockOf(org)));
  app.post('/_emulator/clock', async (c) => {
    const change = readClockChange(await readControlJson(c));
    if (change.set !== undefined) org.clock.set(change.set);
    if (change.freeze !== undefined) org.clock.freeze(change.freeze);
    if (change.advanceMs !== undefined) org.clock.advance(change.advanceMs);
    return c.json(clockOf(org));
  });

  app.get('/_emulator/settings', (c) => c.json(org.settings));
  app.put('/_emulator/settings', async (c) => {
    org.settings = { ...org.settings, ...readSettings(await readControlJson(c)) };
    org.store.onChange?.();
    return c.json(org.settings);
  });

  app.post('/_emulator/okta-verify', async (c) => c.json(playPhone(org, readPhoneRequest(await readControlJson(c)))));

  app.all('/_emulator/*', (c) => {
    throw refused(404, `The control plane has no ${c.req.method} ${c.req.path}.`);
  });
  return app;
}

function restore(org: Org, value: unknown): void {
  const snapshot = readSnapshot(value);
  if (typeof snapshot === 'string') throw refused(400, `The snapshot cannot be restored: ${snapshot}.`);
  try {
    restoreSnapshot(org, snapshot);
  } catch {
    throw refused(400, 'The snapshot cannot be restored: its rows are damaged.');
  }
}

/** What the org itself sent, oldest first; what a hook took over is not its own. */
function sentMessages(org: Org, c: AppContext) {
  const { to, channel, since } = c.req.query();
  const from = since === undefined ? undefined : Date.parse(since);
  if (Number.isNaN(from)) throw refused(400, 'since must be an ISO 8601 date.');
  const sent = to === undefined ? org.store.messages.values() : org.store.messages.findAll('to', to);
  return sent
    .filter(
      (row) =>
        row.delivery === 'emulator' &&
        (channel === undefined || row.channel === channel) &&
        (from === undefined || Date.parse(row.at) >= from),
    )
    .map(({ id: _id, delivery: _delivery, ...shown }) => shown);
}

function clockOf({ clock }: Org) {
  return { now: new Date(clock.now()).toISOString(), frozen: clock.frozen };
}
