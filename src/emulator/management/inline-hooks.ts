/**
 * `/api/v1/inlineHooks`: outside services that the org calls. The emulator calls those for telephony and for
 * imported passwords; the others are kept and shown.
 */
import { Hono } from 'hono';
import type { Link } from '../../wire/common.ts';
import type { InlineHook, InlineHookConfig } from '../../wire/inline-hook.ts';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { link } from '../http/links.ts';
import { invalid, notFound, OktaError } from '../http/okta-error.ts';
import { type Org, orgNow } from '../org.ts';
import type { InlineHookEntity } from '../store/entities.ts';
import { executeHook, type HookFailure, isCallableUri, TELEPHONY_HOOK } from '../telephony/hook.ts';
import { defined, type Json, oneOf, record, records, requiredText, text } from './input.ts';

const BASE = '/api/v1/inlineHooks';

const TYPES = [
  'com.okta.import.transform',
  'com.okta.oauth2.tokens.transform',
  'com.okta.saml.tokens.transform',
  TELEPHONY_HOOK,
  'com.okta.user.credential.password.import',
  'com.okta.user.pre-registration',
] as const;

export function inlineHookRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const find = (c: AppContext) => {
    const id = c.req.param('id') ?? '';
    const row = org.store.inlineHooks.get(id);
    if (!row) throw notFound(id, 'InlineHook');
    return row;
  };
  const save = (c: AppContext, row: InlineHookEntity) =>
    c.json(render(org.store.inlineHooks.put({ ...row, lastUpdated: orgNow(org) }), c.get('baseUrl')));

  app.get(BASE, (c) => {
    const type = c.req.query('type');
    const rows = org.store.inlineHooks.filter((row) => type === undefined || row.type === type);
    return c.json(rows.map((row) => render(row, c.get('baseUrl'))));
  });
  app.post(BASE, async (c) => c.json(render(createHook(org, await readJson(c)), c.get('baseUrl'))));
  app.get(`${BASE}/:id`, (c) => c.json(render(find(c), c.get('baseUrl'))));
  app.put(`${BASE}/:id`, async (c) => {
    const body = await readJson(c);
    return save(c, replaced(find(c), body));
  });
  app.post(`${BASE}/:id`, async (c) => {
    const body = await readJson(c);
    return save(c, updated(find(c), body));
  });
  app.delete(`${BASE}/:id`, (c) => {
    const row = find(c);
    // named assumption `refusal-texts`
    if (row.status === 'ACTIVE') throw invalid('inlineHook', 'Cannot delete an active inline hook.');
    org.store.inlineHooks.delete(row.id);
    return c.body(null, 204);
  });
  app.post(`${BASE}/:id/lifecycle/activate`, (c) => {
    const row = find(c);
    assertNoOther(org, row.type, row.id);
    return save(c, { ...row, status: 'ACTIVE' });
  });
  app.post(`${BASE}/:id/lifecycle/deactivate`, (c) => save(c, { ...find(c), status: 'INACTIVE' }));
  app.post(`${BASE}/:id/execute`, async (c) => {
    const row = find(c);
    if (row.status !== 'ACTIVE') throw invalid('inlineHook', 'Cannot execute an inactive inline hook.');
    const result = await executeHook(org, row, await readJson(c), 2);
    if (result.ok) return c.json(result.reply);
    throw failure(result.failure, result.reason);
  });
  return app;
}

/** Recorded: a new hook is ACTIVE whatever its body says. */
function createHook(org: Org, body: Json): InlineHookEntity {
  const type = oneOf(body.type, TYPES);
  if (!type) throw invalid('type', 'type: The field cannot be left blank');
  assertNoOther(org, type);
  const now = orgNow(org);
  return org.store.inlineHooks.put({
    id: org.ids.next('cal'),
    status: 'ACTIVE',
    name: requiredText('name', body.name, 255),
    type,
    version: requiredText('version', body.version),
    channel: readChannel(type, body.channel),
    created: now,
    lastUpdated: now,
  });
}

function replaced(row: InlineHookEntity, body: Json): InlineHookEntity {
  const channel = readChannel(row.type, body.channel, row.channel);
  return { ...row, name: requiredText('name', body.name, 255), version: text(body.version) ?? row.version, channel };
}

/** The partial update of the OpenAPI description: what the body leaves out stays. */
function updated(row: InlineHookEntity, body: Json): InlineHookEntity {
  const given = record(body.channel);
  const channel = given
    ? readChannel(row.type, { ...row.channel, ...given, config: { ...row.channel.config, ...record(given.config) } })
    : row.channel;
  return { ...row, name: text(body.name) ?? row.name, version: text(body.version) ?? row.version, channel };
}

/**
 * What went wrong between Okta and the service of a hook: status 400 (OpenAPI 2026.06.3), code and summary of the error
 * catalogue (named assumption `hook-execute-refused`).
 */
function failure(kind: HookFailure, reason: string): OktaError {
  if (kind === 'timeout') return new OktaError(400, 'E0000137', 'Inline hook timed out.', [reason]);
  if (kind === 'malformed') return new OktaError(400, 'E0000135', 'Invalid response from the inline hook.', [reason]);
  return new OktaError(400, 'E0000134', 'Failure to execute inline hook.', [reason]);
}

/** One ACTIVE telephony hook per org (documented; the text is of the named assumption `refusal-texts`). */
function assertNoOther(org: Org, type: string, except?: string): void {
  if (type !== TELEPHONY_HOOK) return;
  const other = org.store.inlineHooks.filter(
    (row) => row.type === TELEPHONY_HOOK && row.status === 'ACTIVE' && row.id !== except,
  );
  if (other.length > 0) throw invalid('type', 'type: There is already an active inline hook of this type.');
}

function readChannel(type: string, value: unknown, before?: InlineHookEntity['channel']): InlineHookEntity['channel'] {
  const given = record(value);
  if (!given) throw invalid('channel', 'channel: The field cannot be left blank');
  const config = record(given.config) ?? {};
  const kind = oneOf(given.type, ['HTTP', 'OAUTH'] as const) ?? 'HTTP';
  const uri = requiredText('channel.config.uri', config.uri);
  if (!isCallableUri(uri))
    throw invalid('channel.config.uri', 'channel.config.uri: must be a URL with the scheme https.');
  const shared = { uri, headers: readHeaders(config.headers), method: text(config.method) ?? 'POST' };
  const version = text(given.version) ?? '1.0.0';
  if (kind === 'OAUTH') return { type: kind, version, config: { ...shared, ...readOauth(config, before?.config) } };
  const authScheme = readAuthScheme(config.authScheme, before?.config.authScheme);
  if (type === TELEPHONY_HOOK && !authScheme) {
    throw invalid('channel.config.authScheme', 'channel.config.authScheme: The field cannot be left blank');
  }
  return { type: kind, version, config: { ...shared, authScheme } };
}

/** A line break in a header would be a second header. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

export function readHeaders(value: unknown): { key: string; value: string }[] {
  return (records(value) ?? []).map((header) => {
    const [key, content] = [text(header.key) ?? '', text(header.value) ?? ''];
    if (!HEADER_NAME.test(key) || !HEADER_VALUE.test(content)) {
      throw invalid('channel.config.headers', `channel.config.headers: Invalid header: ${JSON.stringify(key)}`);
    }
    return { key, value: content };
  });
}

type AuthScheme = NonNullable<InlineHookConfig['authScheme']> | null;

/** A PUT without the secret keeps the one that is there. */
export function readAuthScheme(value: unknown, before: AuthScheme | undefined): AuthScheme {
  const given = record(value);
  if (!given) return null;
  const key = text(given.key) ?? '';
  const secret = text(given.value) ?? before?.value;
  if (!HEADER_NAME.test(key) || (secret !== undefined && !HEADER_VALUE.test(secret))) {
    throw invalid('channel.config.authScheme', 'channel.config.authScheme: Invalid header.');
  }
  return defined({ type: 'HEADER' as const, key, value: secret });
}

function readOauth(config: Json, before: InlineHookConfig | undefined): Partial<InlineHookConfig> {
  return defined<Partial<InlineHookConfig>>({
    authType: oneOf(config.authType, ['client_secret_post', 'private_key_jwt'] as const),
    clientId: requiredText('channel.config.clientId', config.clientId),
    clientSecret: text(config.clientSecret) ?? before?.clientSecret,
    tokenUrl: requiredText('channel.config.tokenUrl', config.tokenUrl),
    scope: text(config.scope),
    hookKeyId: text(config.hookKeyId),
  });
}

/** Secrets are written, never read (recorded). */
function render(row: InlineHookEntity, baseUrl: string): InlineHook {
  const { clientSecret: _secret, authScheme, ...config } = row.channel.config;
  const scheme = authScheme ? { type: authScheme.type, key: authScheme.key } : authScheme;
  return {
    ...row,
    channel: { ...row.channel, config: { ...config, ...(scheme === undefined ? {} : { authScheme: scheme }) } },
    _links: links(row, `${baseUrl}${BASE}/${row.id}`),
  };
}

function links(row: InlineHookEntity, self: string): Record<string, Link> {
  if (row.status === 'ACTIVE') {
    return {
      self: link(self),
      execute: link(`${self}/execute`, 'POST'),
      deactivate: link(`${self}/lifecycle/deactivate`, 'POST'),
    };
  }
  return { activate: link(`${self}/lifecycle/activate`, 'POST'), self: link(self), delete: link(self, 'DELETE') };
}
