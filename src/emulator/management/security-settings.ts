/**
 * What guards a sign-in besides policies: ThreatInsight, CAPTCHA, bot protection, behaviours, and lists of what an org
 * like this one has none of (domains, devices, identity providers, hooks for events). Test harnesses read them before they
 * begin. The settings are kept and shown; the emulator challenges nobody.
 */
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { link } from '../http/links.ts';
import { invalid, notFound } from '../http/okta-error.ts';
import { type Org, orgNow } from '../org.ts';
import { type Json, oneOf, someOf, text, texts } from './input.ts';
import { putSetting, setting } from './org-settings.ts';

export function securitySettingsRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  threatRoutes(org, app);
  captchaRoutes(org, app);
  botProtectionRoutes(org, app);
  app.get('/api/v1/behaviors', (c) =>
    c.json(BEHAVIORS.map((seed, index) => behavior(org, seed, index, c.get('baseUrl')))),
  );
  // Empty, and no more than listed: making one of them is not supported.
  for (const path of EMPTY_LISTS) app.get(path, (c) => c.json([]));
  app.get('/api/v1/domains', (c) => c.json({ domains: [] }));
  return app;
}

const EMPTY_LISTS = [
  '/api/v1/eventHooks',
  '/api/v1/idps',
  '/api/v1/device-assurances',
  '/api/v1/devices',
  '/api/v1/email-domains',
  '/api/v1/captchas',
  '/api/v1/push-providers',
  '/api/v1/telephony-providers',
  '/api/v1/logStreams',
  '/api/v1/realms',
];

function threatRoutes(org: Org, app: Hono<AppEnv>): void {
  const path = '/api/v1/threats/configuration';
  const show = (c: AppContext) => {
    const own = setting(org, 'threats');
    const created = org.store.groups.get(org.store.org.everyoneGroupId)?.created;
    return c.json({
      action: own.action ?? 'none',
      excludeZones: own.excludeZones ?? [],
      created,
      lastUpdated: own.lastUpdated ?? created,
      _links: { self: link(`${c.get('baseUrl')}${path}`, 'GET', 'POST') },
    });
  };
  app.get(path, show);
  app.post(path, async (c) => {
    const body = await readJson(c);
    const action = oneOf(body.action, ['none', 'audit', 'block'] as const);
    if (!action) throw invalid('action', 'action: The field cannot be left blank');
    const excludeZones = texts(body.excludeZones) ?? [];
    for (const id of excludeZones) if (!org.store.zones.get(id)) throw notFound(id, 'NetworkZone');
    putSetting(org, 'threats', { action, excludeZones, lastUpdated: orgNow(org) });
    return show(c);
  });
}

function captchaRoutes(org: Org, app: Hono<AppEnv>): void {
  const path = '/api/v1/org/captcha';
  const show = (c: AppContext, value: Json) =>
    c.json({
      captchaId: value.captchaId ?? null,
      enabledPages: value.enabledPages ?? null,
      _links: { self: link(`${c.get('baseUrl')}${path}`, 'GET', 'PUT', 'DELETE') },
    });
  app.get(path, (c) => show(c, setting(org, 'captcha')));
  app.put(path, async (c) => {
    const body = await readJson(c);
    const captchaId = text(body.captchaId) ?? null;
    // There are none to choose from: only switching off is possible.
    if (captchaId !== null) throw notFound(captchaId, 'CAPTCHAInstance');
    return show(c, putSetting(org, 'captcha', { captchaId, enabledPages: texts(body.enabledPages) ?? null }));
  });
  app.delete(path, (c) => {
    org.store.orgSettings.delete('captcha');
    return c.body(null, 204);
  });
}

function botProtectionRoutes(org: Org, app: Hono<AppEnv>): void {
  const path = '/api/v1/bot-protection/configuration';
  const show = (c: AppContext) => {
    const own = setting(org, 'bot-protection');
    return c.json({
      mode: own.mode ?? 'LOG_ONLY',
      level: own.level ?? 'LOW',
      enforcementType: 'OKTA_CHALLENGE',
      supportedFlows: own.supportedFlows ?? [],
      _links: { self: link(`${c.get('baseUrl')}${path}`, 'GET', 'POST') },
    });
  };
  app.get(path, show);
  app.post(path, async (c) => {
    const body = await readJson(c);
    const mode = oneOf(body.mode, ['DISABLED', 'ENFORCED', 'LOG_ONLY'] as const);
    const level = oneOf(body.level, ['ANY', 'HIGH', 'LOW', 'MEDIUM'] as const);
    if (!mode) throw invalid('mode', 'mode: The field cannot be left blank');
    if (!level) throw invalid('level', 'level: The field cannot be left blank');
    const supportedFlows = someOf(body.supportedFlows, ['SIGN_IN', 'SSPR', 'SSR'] as const) ?? [];
    putSetting(org, 'bot-protection', { mode, level, supportedFlows });
    return show(c);
  });
}

/** The behaviours that every org has (documented). */
const BEHAVIORS: readonly { name: string; type: string; settings: Json }[] = [
  { name: 'New City', type: 'ANOMALOUS_LOCATION', settings: location('CITY') },
  { name: 'New Country', type: 'ANOMALOUS_LOCATION', settings: location('COUNTRY') },
  {
    name: 'New Device',
    type: 'ANOMALOUS_DEVICE',
    settings: { maxEventsUsedForEvaluation: 20, minEventsNeededForEvaluation: 0 },
  },
  { name: 'New Geo-Location', type: 'ANOMALOUS_LOCATION', settings: { ...location('LAT_LONG'), radiusKilometers: 20 } },
  {
    name: 'New IP',
    type: 'ANOMALOUS_IP',
    settings: { maxEventsUsedForEvaluation: 50, minEventsNeededForEvaluation: 0 },
  },
  { name: 'New State', type: 'ANOMALOUS_LOCATION', settings: location('SUBDIVISION') },
  { name: 'Velocity', type: 'VELOCITY', settings: { velocityKph: 805 } },
];

function location(granularity: string): Json {
  return { granularity, maxEventsUsedForEvaluation: 20, minEventsNeededForEvaluation: 0 };
}

function behavior(org: Org, seed: (typeof BEHAVIORS)[number], index: number, baseUrl: string): Json {
  const created = org.store.groups.get(org.store.org.everyoneGroupId)?.created;
  // Nothing of them is stored, so their ids follow from the org's.
  const id = `bhv${index}${org.store.org.id.slice(4)}`;
  const self = link(`${baseUrl}/api/v1/behaviors/${id}`, 'GET');
  return { id, ...seed, status: 'ACTIVE', created, lastUpdated: created, _links: { self } };
}
