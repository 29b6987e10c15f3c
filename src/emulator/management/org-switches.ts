/**
 * Settings of the org that are one small object each: how it warns of rate limits and whom it makes an admin.
 * They are kept and shown (OpenAPI 2026.06.3); the emulator does nothing else by them.
 */
import { Hono } from 'hono';
import { type AppEnv, readJson } from '../http/context.ts';
import { invalid } from '../http/okta-error.ts';
import type { Org } from '../org.ts';
import { flag, integer, type Json, oneOf, record } from './input.ts';
import { putSetting, setting } from './org-settings.ts';

interface Switch {
  path: string;
  method: 'PUT' | 'POST';
  /** As every org has it at first. */
  initially: Json;
  /** Reads a body, whole. */
  read: (body: Json) => Json;
}

const MODES = ['DISABLE', 'ENFORCE', 'PREVIEW'] as const;
const USE_CASES = ['LOGIN_PAGE', 'OAUTH2_AUTHORIZE', 'OIE_APP_INTENT'] as const;

const SWITCHES: readonly Switch[] = [
  switchOf('PUT', '/api/v1/rate-limit-settings/admin-notifications', 'notificationsEnabled', true),
  {
    path: '/api/v1/rate-limit-settings/per-client',
    method: 'PUT',
    initially: { defaultMode: 'ENFORCE' },
    read: readPerClient,
  },
  {
    path: '/api/v1/rate-limit-settings/warning-threshold',
    method: 'PUT',
    initially: { warningThreshold: 90 },
    read: readThreshold,
  },
  switchOf('POST', '/api/v1/org/orgSettings/thirdPartyAdminSetting', 'thirdPartyAdmin', false),
  switchOf('PUT', '/api/v1/org/settings/clientPrivilegesSetting', 'clientPrivilegesSetting', false),
];

export function orgSwitchRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  for (const { path, method, initially, read } of SWITCHES) {
    app.get(path, (c) => c.json({ ...initially, ...setting(org, path) }));
    app.on(method, path, async (c) => c.json(putSetting(org, path, read(await readJson(c)))));
  }
  return app;
}

/** A setting that is on or off. */
function switchOf(method: Switch['method'], path: string, name: string, initially: boolean): Switch {
  const read = (body: Json) => {
    const on = flag(body[name]);
    if (on === undefined) throw blank(name);
    return { [name]: on };
  };
  return { path, method, initially: { [name]: initially }, read };
}

function readPerClient(body: Json): Json {
  const defaultMode = oneOf(body.defaultMode, MODES);
  if (defaultMode === undefined) throw blank('defaultMode');
  const given = record(body.useCaseModeOverrides);
  if (given === undefined) return { defaultMode };
  const overrides = USE_CASES.flatMap((name) => {
    const mode = oneOf(given[name], MODES);
    return mode === undefined ? [] : [[name, mode]];
  });
  return { defaultMode, useCaseModeOverrides: Object.fromEntries(overrides) };
}

function readThreshold(body: Json): Json {
  const warningThreshold = integer(body.warningThreshold);
  if (warningThreshold === undefined) throw blank('warningThreshold');
  if (warningThreshold < 30 || warningThreshold > 90) {
    throw invalid('warningThreshold', 'warningThreshold: must be from 30 to 90.');
  }
  return { warningThreshold };
}

function blank(name: string) {
  return invalid(name, `${name}: The field cannot be left blank`);
}
