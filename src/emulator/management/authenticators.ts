/** `/api/v1/authenticators`: authenticators, their methods, their lifecycle. */
import { Hono } from 'hono';
import type { AllowedFor, Authenticator, AuthenticatorKey, AuthenticatorMethod } from '../../wire/authenticator.ts';
import type { Link } from '../../wire/common.ts';
import type { MfaEnrollSettings } from '../../wire/policy.ts';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { lifecycleLink, link } from '../http/links.ts';
import { invalid, notFound, OktaError } from '../http/okta-error.ts';
import { type Org, orgNow } from '../org.ts';
import type { AuthenticatorEntity } from '../store/entities.ts';
import { canSendByPhone } from '../telephony/delivery.ts';
import { CATALOG } from './authenticator-catalog.ts';
import { assertUnused } from './authenticator-use.ts';
import { flag, integer, type Json, oneOf, record, requiredText, text } from './input.ts';

export function authenticatorRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/authenticators';

  app.get(base, (c) => c.json(byName(org).map((row) => render(row, c.get('baseUrl')))));
  app.post(base, async (c) => {
    const row = create(org, await readJson(c), c.req.query('activate') === 'true');
    return c.json(render(row, c.get('baseUrl')));
  });
  app.get(`${base}/:id`, (c) => c.json(render(find(org, c.req.param('id')), c.get('baseUrl'))));
  app.put(`${base}/:id`, async (c) => {
    const row = replace(org, find(org, c.req.param('id')), await readJson(c));
    return c.json(render(row, c.get('baseUrl')));
  });
  app.post(`${base}/:id/lifecycle/activate`, (c) => {
    return c.json(render(activate(org, find(org, c.req.param('id'))), c.get('baseUrl')));
  });
  app.post(`${base}/:id/lifecycle/deactivate`, (c) => {
    return c.json(render(deactivate(org, find(org, c.req.param('id'))), c.get('baseUrl')));
  });

  app.get(`${base}/:id/methods`, (c) => {
    const row = find(org, c.req.param('id'));
    return c.json(row.methods.map((method) => renderMethod(row, method, c.get('baseUrl'))));
  });
  app.get(`${base}/:id/methods/:type`, (c) => {
    const { row, method } = findMethod(org, c);
    return c.json(renderMethod(row, method, c.get('baseUrl')));
  });
  app.put(`${base}/:id/methods/:type`, async (c) => {
    const { row, method } = findMethod(org, c);
    const settings = record((await readJson(c)).settings);
    const changed = settings ? { ...method, settings: { ...method.settings, ...settings } } : method;
    return c.json(renderMethod(putMethod(org, row, changed), changed, c.get('baseUrl')));
  });
  app.post(`${base}/:id/methods/:type/lifecycle/activate`, (c) => {
    const { row, method } = findMethod(org, c);
    const changed = { ...method, status: 'ACTIVE' as const };
    return c.json(renderMethod(putMethod(org, row, changed), changed, c.get('baseUrl')));
  });
  app.post(`${base}/:id/methods/:type/lifecycle/deactivate`, (c) => {
    const { row, method } = findMethod(org, c);
    assertNotLast(row, method);
    const changed = { ...method, status: 'INACTIVE' as const };
    return c.json(renderMethod(putMethod(org, row, changed), changed, c.get('baseUrl')));
  });
  return app;
}

/** All authenticators in the order Okta lists them: by name (recorded). */
export function byName(org: Org): AuthenticatorEntity[] {
  return org.store.authenticators.values().sort((a, b) => a.name.localeCompare(b.name));
}

function find(org: Org, id: string): AuthenticatorEntity {
  const row = org.store.authenticators.get(id);
  if (!row) throw notFound(id, 'Authenticator');
  return row;
}

function findMethod(
  org: Org,
  c: AppContext,
): { row: AuthenticatorEntity; method: AuthenticatorEntity['methods'][number] } {
  const row = find(org, c.req.param('id') ?? '');
  const type = c.req.param('type') ?? '';
  const method = row.methods.find((candidate) => candidate.type === type);
  if (!method) throw notFound(type, 'AuthenticatorMethod');
  return { row, method };
}

/**
 * Adds an authenticator: INACTIVE unless `?activate=true` (OpenAPI 2026.06.3). What an org has once only is a conflict the
 * second time: E0000157 (catalogue), also while it is INACTIVE (named assumption `refusal-texts`).
 */
function create(org: Org, body: Json, active: boolean): AuthenticatorEntity {
  const key = requiredText('key', body.key) as AuthenticatorKey;
  const entry = Object.hasOwn(CATALOG, key) ? CATALOG[key] : undefined;
  if (org.store.authenticators.count('key', key) > 0 && !entry?.several) {
    throw new OktaError(409, 'E0000157', `Another authenticator with key: ${key} is already active.`);
  }
  if (!entry) throw invalid('key', `key: Invalid authenticator key: ${key}.`);
  if (key === 'custom_app' && flag(body.agreeToTerms) !== true) {
    throw invalid('agreeToTerms', 'agreeToTerms: The terms must be agreed to.');
  }
  const now = orgNow(org);
  const given = withClientId(key, record(body.settings) ?? {});
  const settings = entry.settings || Object.keys(given).length > 0 ? { ...entry.settings, ...given } : undefined;
  const provider = record(body.provider);
  const row = org.store.authenticators.put({
    type: entry.type,
    id: org.ids.next('aut'),
    key,
    status: active ? 'ACTIVE' : 'INACTIVE',
    name: text(body.name)?.trim() || entry.name,
    created: now,
    lastUpdated: now,
    ...(settings ? { settings } : {}),
    ...(provider ? { provider: withoutSecrets(provider) } : {}),
    methods: structuredClone([...entry.methods]),
  });
  if (active) offerByDefault(org, row);
  return row;
}

/** Named assumption `added-authenticator-optional`. */
function offerByDefault(org: Org, row: AuthenticatorEntity): void {
  const entry = CATALOG[row.key];
  const policy = org.store.policies.findAll('type', 'MFA_ENROLL').find((candidate) => candidate.system);
  if (!entry || !policy) return;
  const settings = policy.settings as unknown as MfaEnrollSettings;
  if (settings.authenticators.some((one) => one.key === row.key && (!entry.several || one.id === row.id))) return;
  const which = entry.several ? { id: row.id } : {};
  const authenticators = [
    ...settings.authenticators,
    { key: row.key, ...which, enroll: { self: 'OPTIONAL' as const } },
  ];
  org.store.policies.patch(policy.id, { settings: { ...policy.settings, authenticators } });
}

/** An authenticator of an own app shows the app's client id as well (recorded). */
function withClientId(key: AuthenticatorKey, settings: Json): Json {
  return key === 'custom_app' && settings.appInstanceId !== undefined
    ? { ...settings, oauthClientId: settings.appInstanceId }
    : settings;
}

/** Shared secrets of providers are written, never read. */
function withoutSecrets(provider: Json): Json {
  const { sharedSecret: _shared, secretKey: _key, ...configuration } = record(provider.configuration) ?? {};
  return { ...provider, configuration };
}

/**
 * Settings that the body leaves out stay (named assumption `authenticator-settings-merge`); `status` is ignored, it has its
 * lifecycle.
 */
function replace(org: Org, row: AuthenticatorEntity, body: Record<string, unknown>): AuthenticatorEntity {
  const settings = record(body.settings);
  if (settings) checkSettings(settings);
  const changed = settings ? { settings: { ...row.settings, ...withClientId(row.key, settings) } } : {};
  const provider = record(body.provider);
  return org.store.authenticators.patch(row.id, {
    name: text(body.name) ?? row.name,
    ...changed,
    ...(provider ? { provider: withoutSecrets(provider) } : {}),
    lastUpdated: orgNow(org),
  });
}

const ALLOWED_FOR: readonly AllowedFor[] = ['any', 'recovery', 'sso', 'none'];

function checkSettings(settings: Record<string, unknown>): void {
  oneOf(settings.allowedFor, ALLOWED_FOR);
  const lifetime = integer(settings.tokenLifetimeInMinutes);
  if (lifetime !== undefined && (lifetime < 1 || lifetime > 1440)) {
    throw invalid('tokenLifetimeInMinutes', 'tokenLifetimeInMinutes: must be between 1 and 1440');
  }
}

/** Named assumption `activate-active-authenticator`. */
function activate(org: Org, row: AuthenticatorEntity): AuthenticatorEntity {
  if (row.status === 'ACTIVE') throw invalid('api.authenticator.error.unsupported.inactive.activate');
  if (row.key === 'phone_number' && !canSendByPhone(org)) {
    throw new OktaError(
      400,
      'E0000226',
      'You must have an active telephony inline hook to activate and use the Phone authenticator.',
    );
  }
  offerByDefault(org, row);
  return org.store.authenticators.patch(row.id, { status: 'ACTIVE', lastUpdated: orgNow(org) });
}

function deactivate(org: Org, row: AuthenticatorEntity): AuthenticatorEntity {
  if (row.status === 'INACTIVE') throw invalid('api.authenticator.error.unsupported.active.deactivate');
  if (row.key === 'okta_password')
    throw new OktaError(403, 'E0000111', 'Cannot modify the Authenticator object because it is read-only.');
  assertUnused(org, row);
  return org.store.authenticators.patch(row.id, { status: 'INACTIVE', lastUpdated: orgNow(org) });
}

/** At least one method of the phone authenticator stays ACTIVE (named assumption `refusal-texts`). */
function assertNotLast(row: AuthenticatorEntity, method: AuthenticatorEntity['methods'][number]): void {
  const others = row.methods.filter((other) => other.type !== method.type && other.status === 'ACTIVE');
  if (others.length === 0) {
    throw invalid('Authenticator method', 'At least one method of the authenticator must be active.');
  }
}

function putMethod(
  org: Org,
  row: AuthenticatorEntity,
  changed: AuthenticatorEntity['methods'][number],
): AuthenticatorEntity {
  const methods = row.methods.map((method) => (method.type === changed.type ? changed : method));
  return org.store.authenticators.patch(row.id, { methods, lastUpdated: orgNow(org) });
}

function render({ methods: _, customAaguids: _models, ...row }: AuthenticatorEntity, baseUrl: string): Authenticator {
  const self = `${baseUrl}/api/v1/authenticators/${row.id}`;
  const links: Record<string, Link> = {
    // Recorded in orgs of 2026, not yet in those of 2025.
    ...(row.key === 'webauthn' ? { aaguids: link(`${self}/aaguids`, 'GET', 'POST') } : {}),
    self: link(self, 'GET', 'PUT'),
    ...(row.key === 'okta_password' ? {} : lifecycleLink(row.status, self)),
    methods: link(`${self}/methods`, 'GET'),
    ...(row.key === 'okta_verify' || row.key === 'custom_app'
      ? { enroll: link(`${baseUrl}/idp/authenticators`, 'POST') }
      : {}),
  };
  const { type, id, key, status, name, created, lastUpdated, ...rest } = row;
  return { type, id, key, status, name, created, lastUpdated, ...rest, _links: links };
}

function renderMethod(
  row: AuthenticatorEntity,
  method: AuthenticatorEntity['methods'][number],
  baseUrl: string,
): AuthenticatorMethod {
  const self = `${baseUrl}/api/v1/authenticators/${row.id}/methods/${method.type}`;
  // An authenticator with one method has no lifecycle of its own for it (recorded for webauthn).
  const lifecycle = row.methods.length > 1 ? lifecycleLink(method.status, self) : {};
  return { ...method, _links: { self: link(self, 'GET', 'PUT'), ...lifecycle } };
}
