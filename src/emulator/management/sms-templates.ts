/** `/api/v1/templates/sms`: what messages with codes say. One custom template per type, beside the default one. */
import { Hono } from 'hono';
import type { SmsTemplate } from '../../wire/org.ts';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { invalid, notFound } from '../http/okta-error.ts';
import { type Org, orgNow } from '../org.ts';
import type { SmsTemplateEntity } from '../store/entities.ts';
import { type Json, oneOf, record, requiredText, text } from './input.ts';

const BASE = '/api/v1/templates/sms';
const TYPE = 'SMS_VERIFY_CODE';
const MAX_LENGTH = 161;

export function smsTemplateRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const find = (c: AppContext) => {
    const id = c.req.param('id') ?? '';
    const row = org.store.smsTemplates.get(id);
    if (!row) throw notFound(id, 'SmsTemplate');
    return row;
  };

  app.get(BASE, (c) => {
    const type = oneOf(c.req.query('templateType'), [TYPE]);
    const rows = org.store.smsTemplates.filter((row) => type === undefined || row.type === type);
    return c.json([defaultTemplate(org), ...rows]);
  });
  app.post(BASE, async (c) => {
    const body = await readJson(c);
    const type = oneOf(body.type, [TYPE]) ?? TYPE;
    if (org.store.smsTemplates.values().some((row) => row.type === type)) {
      // named assumption `refusal-texts`
      throw invalid('type', 'type: An SMS template of this type already exists.');
    }
    const now = orgNow(org);
    const translations = readTranslations(body.translations);
    return c.json(
      org.store.smsTemplates.put({
        id: org.ids.next('cst'),
        name: requiredText('name', body.name, 50),
        type,
        template: readTemplate('template', body.template),
        created: now,
        lastUpdated: now,
        ...(translations ? { translations } : {}),
      }),
    );
  });
  app.get(`${BASE}/:id`, (c) => c.json(find(c)));
  app.put(`${BASE}/:id`, async (c) => {
    const { translations: _before, ...row } = find(c);
    const changed = change(org, row, await readJson(c), readTranslations);
    const { translations: _translations, ...shown } = org.store.smsTemplates.put(changed);
    // Recorded: the answer to a PUT leaves the translations out.
    return c.json(shown);
  });
  // A partial update: translations are merged, one that is null or empty goes.
  app.post(`${BASE}/:id`, async (c) => {
    const row = find(c);
    return c.json(org.store.smsTemplates.put(change(org, row, await readJson(c), (given) => merged(row, given))));
  });
  app.delete(`${BASE}/:id`, (c) => {
    org.store.smsTemplates.delete(find(c).id);
    return c.body(null, 204);
  });
  return app;
}

/** The template of every org, which is nowhere stored: its date is that of the answer (recorded). */
function defaultTemplate(org: Org): SmsTemplate {
  const now = orgNow(org);
  return {
    id: 'default',
    name: 'Default',
    type: TYPE,
    template: 'Your verification code is ${code}.',
    created: now,
    lastUpdated: now,
  };
}

function change(
  org: Org,
  row: SmsTemplateEntity,
  body: Json,
  read: (given: unknown) => Record<string, string> | undefined,
): SmsTemplateEntity {
  const translations = read(body.translations);
  return {
    ...row,
    name: text(body.name) ?? row.name,
    template: body.template === undefined ? row.template : readTemplate('template', body.template),
    lastUpdated: orgNow(org),
    ...(translations ? { translations } : {}),
  };
}

function merged(row: SmsTemplateEntity, given: unknown): Record<string, string> | undefined {
  const change = record(given);
  if (!change) return row.translations;
  const kept = Object.entries({ ...row.translations, ...change }).filter(([, value]) => value !== null && value !== '');
  return readTranslations(Object.fromEntries(kept));
}

/** A template names the code, and fits a message (documented). */
function readTemplate(field: string, value: unknown): string {
  const template = requiredText(field, value);
  if (!template.includes('${code}')) throw invalid(field, `${field}: The template must contain \${code}.`);
  if (template.length > MAX_LENGTH) throw invalid(field, `${field}: The field is too long`);
  return template;
}

function readTranslations(value: unknown): Record<string, string> | undefined {
  const given = record(value);
  if (!given) return undefined;
  return Object.fromEntries(
    Object.entries(given).map(([language, template]) => [language, readTemplate(`translations.${language}`, template)]),
  );
}
