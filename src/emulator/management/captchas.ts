/**
 * `/api/v1/captchas`, of which an org has one at most, and `/api/v1/org/captcha`, which says where it is shown (OpenAPI
 * 2026.06.3). Both are kept and shown; the emulator asks nobody to solve one.
 */
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { link } from '../http/links.ts';
import { invalid, notFound } from '../http/okta-error.ts';
import type { Org } from '../org.ts';
import type { CaptchaEntity } from '../store/entities.ts';
import { type Json, oneOf, requiredText, someOf, text } from './input.ts';
import { putSetting, setting } from './org-settings.ts';

const BASE = '/api/v1/captchas';
const ORG = '/api/v1/org/captcha';

export function captchaRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const find = (c: AppContext) => findCaptcha(org, c.req.param('id') ?? '');
  const save = (c: AppContext, row: CaptchaEntity, status: 200 | 201 = 200) =>
    c.json(render(org.store.captchas.put(row), c.get('baseUrl')), status);

  app.get(BASE, (c) => c.json(org.store.captchas.values().map((row) => render(row, c.get('baseUrl')))));
  app.post(BASE, async (c) => {
    const given = readBody(await readJson(c));
    // Documented; the text is of the named assumption `refusal-texts`.
    if (org.store.captchas.size > 0) throw invalid('captcha', 'The org has a CAPTCHA instance already.');
    return save(c, { id: org.ids.next('cap'), ...given }, 201);
  });
  app.get(`${BASE}/:id`, (c) => c.json(render(find(c), c.get('baseUrl'))));
  app.put(`${BASE}/:id`, async (c) => {
    const body = await readJson(c);
    return save(c, { id: find(c).id, ...readBody(body, find(c).secretKey) });
  });
  app.post(`${BASE}/:id`, async (c) => {
    const body = await readJson(c);
    return save(c, { id: find(c).id, ...readBody({ ...find(c), ...body }) });
  });
  app.delete(`${BASE}/:id`, (c) => {
    const row = find(c);
    // Documented; the text is of the named assumption `refusal-texts`.
    if (setting(org, 'captcha').captchaId === row.id) throw invalid('captcha', 'The CAPTCHA instance is in use.');
    org.store.captchas.delete(row.id);
    return c.body(null, 204);
  });
  return app.route('/', orgCaptchaRoutes(org));
}

function orgCaptchaRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const show = (c: AppContext, value: Json) =>
    c.json({
      captchaId: value.captchaId ?? null,
      enabledPages: value.enabledPages ?? null,
      _links: { self: link(`${c.get('baseUrl')}${ORG}`, 'GET', 'PUT', 'DELETE') },
    });
  app.get(ORG, (c) => show(c, setting(org, 'captcha')));
  app.put(ORG, async (c) => {
    const body = await readJson(c);
    const captchaId = text(body.captchaId) ?? null;
    if (captchaId !== null) findCaptcha(org, captchaId);
    const enabledPages = someOf(body.enabledPages, ['SIGN_IN', 'SSPR', 'SSR'] as const) ?? null;
    return show(c, putSetting(org, 'captcha', { captchaId, enabledPages }));
  });
  app.delete(ORG, (c) => {
    org.store.orgSettings.delete('captcha');
    return c.body(null, 204);
  });
  return app;
}

function findCaptcha(org: Org, id: string): CaptchaEntity {
  const row = org.store.captchas.get(id);
  if (!row) throw notFound(id, 'CAPTCHAInstance');
  return row;
}

function readBody(body: Json, secretKey?: string): Omit<CaptchaEntity, 'id'> {
  const type = oneOf(body.type, ['HCAPTCHA', 'RECAPTCHA_V2'] as const);
  if (!type) throw invalid('type', 'type: The field cannot be left blank');
  return {
    name: requiredText('name', body.name),
    type,
    siteKey: requiredText('siteKey', body.siteKey),
    secretKey: requiredText('secretKey', body.secretKey ?? secretKey),
  };
}

/** The secret is written, never read. */
function render({ secretKey: _secret, ...row }: CaptchaEntity, baseUrl: string): Json {
  return { ...row, _links: { self: link(`${baseUrl}${BASE}/${row.id}`, 'GET', 'POST', 'PUT', 'DELETE') } };
}
