/** `/api/v1/eventHooks`: services that want to hear of events. They are kept and shown; the emulator sends no events. */
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { link } from '../http/links.ts';
import { invalid, notFound } from '../http/okta-error.ts';
import { type Org, orgNow } from '../org.ts';
import type { EventHookEntity } from '../store/entities.ts';
import { isCallableUri } from '../telephony/hook.ts';
import { readAuthScheme, readHeaders } from './inline-hooks.ts';
import { type Json, oneOf, record, requiredText, text, texts } from './input.ts';

const BASE = '/api/v1/eventHooks';

export function eventHookRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const find = (c: AppContext) => {
    const id = c.req.param('id') ?? '';
    const row = org.store.eventHooks.get(id);
    if (!row) throw notFound(id, 'EventHook');
    return row;
  };
  const save = (c: AppContext, row: EventHookEntity) =>
    c.json(render(org.store.eventHooks.put({ ...row, lastUpdated: orgNow(org) }), c.get('baseUrl')));

  app.get(BASE, (c) => c.json(org.store.eventHooks.values().map((row) => render(row, c.get('baseUrl')))));
  app.post(BASE, async (c) => {
    const body = await readJson(c);
    const now = orgNow(org);
    const row: EventHookEntity = {
      id: org.ids.next('who'),
      status: 'ACTIVE',
      verificationStatus: 'UNVERIFIED',
      ...readBody(body),
      created: now,
      createdBy: c.get('principal').userId,
      lastUpdated: now,
    };
    return c.json(render(org.store.eventHooks.put(row), c.get('baseUrl')));
  });
  app.get(`${BASE}/:id`, (c) => c.json(render(find(c), c.get('baseUrl'))));
  app.put(`${BASE}/:id`, async (c) => {
    const body = await readJson(c);
    const before = find(c);
    const given = readBody(body, before);
    const moved = given.channel.config.uri !== before.channel.config.uri;
    return save(c, { ...before, ...given, ...(moved ? { verificationStatus: 'UNVERIFIED' } : {}) });
  });
  app.delete(`${BASE}/:id`, (c) => {
    const row = find(c);
    // Documented; the text is of the named assumption `refusal-texts`.
    if (row.status === 'ACTIVE') throw invalid('eventHook', 'Cannot delete an active event hook.');
    org.store.eventHooks.delete(row.id);
    return c.body(null, 204);
  });
  app.post(`${BASE}/:id/lifecycle/activate`, (c) => save(c, { ...find(c), status: 'ACTIVE' }));
  app.post(`${BASE}/:id/lifecycle/deactivate`, (c) => save(c, { ...find(c), status: 'INACTIVE' }));
  return app;
}

type Given = Pick<EventHookEntity, 'name' | 'description' | 'events' | 'channel'>;

function readBody(body: Json, before?: EventHookEntity): Given {
  const events = record(body.events);
  const items = texts(events?.items) ?? [];
  if (items.length === 0) throw invalid('events', 'events: The field cannot be left blank');
  return {
    name: requiredText('name', body.name, 255),
    description: text(body.description) ?? null,
    events: {
      type: oneOf(events?.type, ['EVENT_TYPE', 'FLOW_EVENT'] as const) ?? 'EVENT_TYPE',
      items,
      filter: record(events?.filter) ?? null,
    },
    channel: readChannel(record(body.channel) ?? {}, before?.channel),
  };
}

function readChannel(given: Json, before: EventHookEntity['channel'] | undefined): EventHookEntity['channel'] {
  const config = record(given.config) ?? {};
  const uri = requiredText('channel.config.uri', config.uri);
  if (!isCallableUri(uri)) {
    throw invalid('channel.config.uri', 'channel.config.uri: must be a URL with the scheme https.');
  }
  return {
    type: oneOf(given.type, ['HTTP'] as const) ?? 'HTTP',
    version: text(given.version) ?? '1.0.0',
    config: {
      uri,
      headers: readHeaders(config.headers),
      method: 'POST',
      authScheme: readAuthScheme(config.authScheme, before?.config.authScheme),
    },
  };
}

/** The secret of the channel is written, never read. */
function render(row: EventHookEntity, baseUrl: string): Json {
  const { authScheme } = row.channel.config;
  const shown = authScheme && { type: authScheme.type, key: authScheme.key };
  const self = `${baseUrl}${BASE}/${row.id}`;
  const to = (verb: string) => link(`${self}/lifecycle/${verb}`, 'POST');
  return {
    ...row,
    channel: { ...row.channel, config: { ...row.channel.config, authScheme: shown } },
    _links: {
      self: link(self),
      ...(row.status === 'ACTIVE'
        ? { verify: to('verify'), deactivate: to('deactivate') }
        : { activate: to('activate'), delete: link(self, 'DELETE') }),
    },
  };
}
