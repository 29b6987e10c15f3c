/**
 * What guards a sign-in besides policies: ThreatInsight, bot protection, and lists of what an org like this one
 * has none of (domains, devices, identity providers). Test harnesses read them before they
 * begin. The settings are kept and shown; the emulator challenges nobody.
 */
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { link } from '../http/links.ts';
import { invalid, notFound } from '../http/okta-error.ts';
import { type Org, orgNow } from '../org.ts';
import { oneOf, someOf, texts } from './input.ts';
import { putSetting, setting } from './org-settings.ts';

export function securitySettingsRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  threatRoutes(org, app);
  botProtectionRoutes(org, app);
  // Empty, and no more than listed: making one of them is not supported.
  for (const path of EMPTY_LISTS) app.get(path, (c) => c.json([]));
  app.get('/api/v1/domains', (c) => c.json({ domains: [] }));
  return app;
}

const EMPTY_LISTS = [
  '/api/v1/idps',
  '/api/v1/devices',
  '/api/v1/email-domains',
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
