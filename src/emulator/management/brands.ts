/** `/api/v1/brands` and their one theme each. Pages, emails and images of a brand are not emulated. */
import { Hono } from 'hono';
import type { Brand, Theme } from '../../wire/org.ts';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { link } from '../http/links.ts';
import { invalid, notFound } from '../http/okta-error.ts';
import { page } from '../http/paging.ts';
import type { Org } from '../org.ts';
import type { BrandEntity, ThemeEntity } from '../store/entities.ts';
import { newTheme } from '../store/fresh/customization.ts';
import { defined, flag, type Json, oneOf, record, requiredText, text } from './input.ts';
import { readOnlyObject } from './policies/common.ts';

const BASE = '/api/v1/brands';

export function brandRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const find = (c: AppContext) => {
    const id = c.req.param('brandId') ?? '';
    const row = org.store.brands.get(id);
    if (!row) throw notFound(id, 'Brand');
    return row;
  };

  app.get(BASE, (c) => {
    const q = c.req.query('q')?.toLowerCase();
    const rows = org.store.brands.filter((row) => q === undefined || row.name.toLowerCase().includes(q));
    return c.json(page(c, rows, { defaultLimit: 20, maxLimit: 200 }).map((row) => expanded(org, c, row)));
  });
  app.post(BASE, async (c) => {
    const name = readName(org, (await readJson(c)).name);
    const row = org.store.brands.put({
      id: org.ids.next('bnd'),
      name,
      removePoweredByOkta: false,
      customPrivacyPolicyUrl: null,
      agreeToCustomPrivacyPolicy: false,
      isDefault: false,
      defaultApp: { appInstanceId: null, appLinkName: null, classicApplicationUri: null },
    });
    org.store.themes.put(newTheme(org, row.id));
    return c.json(render(row, c.get('baseUrl')), 201);
  });
  app.get(`${BASE}/:brandId`, (c) => c.json(expanded(org, c, find(c))));
  app.put(`${BASE}/:brandId`, async (c) => {
    const row = find(c);
    return c.json(
      render(org.store.brands.put({ ...row, ...readBrand(org, await readJson(c), row) }), c.get('baseUrl')),
    );
  });
  app.delete(`${BASE}/:brandId`, (c) => {
    const row = find(c);
    if (row.isDefault) throw readOnlyObject('Brand');
    for (const theme of org.store.themes.findAll('brandId', row.id)) org.store.themes.delete(theme.id);
    org.store.brands.delete(row.id);
    return c.body(null, 204);
  });
  app.get(`${BASE}/:brandId/domains`, (c) => {
    find(c);
    return c.json({ domains: [] });
  });
  return app.route('/', themeRoutes(org));
}

function themeRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = `${BASE}/:brandId/themes`;
  const find = (c: AppContext) => {
    const id = c.req.param('themeId') ?? '';
    const row = org.store.themes.get(id);
    if (!row || row.brandId !== c.req.param('brandId')) throw notFound(id, 'Theme');
    return row;
  };

  app.get(base, (c) => {
    const brandId = c.req.param('brandId');
    if (!org.store.brands.get(brandId)) throw notFound(brandId, 'Brand');
    return c.json(org.store.themes.findAll('brandId', brandId).map((row) => renderTheme(row, c.get('baseUrl'))));
  });
  app.get(`${base}/:themeId`, (c) => c.json(renderTheme(find(c), c.get('baseUrl'))));
  app.put(`${base}/:themeId`, async (c) => {
    const row = find(c);
    return c.json(renderTheme(org.store.themes.put({ ...row, ...readTheme(await readJson(c)) }), c.get('baseUrl')));
  });
  return app;
}

function readName(org: Org, value: unknown, except?: string): string {
  const name = requiredText('name', value, 250);
  if (org.store.brands.values().some((row) => row.name === name && row.id !== except)) {
    throw invalid('name', 'name: An object with this field already exists in the current organization');
  }
  return name;
}

/** A privacy policy of one's own needs consent (OpenAPI 2026.06.3). */
function readBrand(org: Org, body: Json, before: BrandEntity): Partial<BrandEntity> {
  const customPrivacyPolicyUrl = text(body.customPrivacyPolicyUrl) ?? null;
  const agreeToCustomPrivacyPolicy = flag(body.agreeToCustomPrivacyPolicy) ?? false;
  if (
    customPrivacyPolicyUrl !== null &&
    customPrivacyPolicyUrl !== before.customPrivacyPolicyUrl &&
    !agreeToCustomPrivacyPolicy
  ) {
    throw invalid(
      'agreeToCustomPrivacyPolicy',
      'agreeToCustomPrivacyPolicy: The field must be true to set customPrivacyPolicyUrl.',
    );
  }
  const app = record(body.defaultApp) ?? {};
  return defined<Partial<BrandEntity>>({
    name: body.name === undefined ? before.name : readName(org, body.name, before.id),
    removePoweredByOkta: flag(body.removePoweredByOkta) ?? false,
    customPrivacyPolicyUrl,
    agreeToCustomPrivacyPolicy,
    locale: text(body.locale),
    emailDomainId: text(body.emailDomainId),
    defaultApp: {
      appInstanceId: text(app.appInstanceId) ?? null,
      appLinkName: text(app.appLinkName) ?? null,
      classicApplicationUri: text(app.classicApplicationUri) ?? null,
    },
  });
}

const HEX = /^#[0-9a-f]{6}$/i;

function colour(body: Json, name: string): string {
  const value = requiredText(name, body[name]);
  if (!HEX.test(value)) throw invalid(name, `${name}: must be a hex colour code.`);
  return value;
}

/** Variants of OpenAPI 2026.06.3. */
function readTheme(body: Json): Omit<ThemeEntity, 'id' | 'brandId'> {
  const background = ['BACKGROUND_IMAGE', 'BACKGROUND_SECONDARY_COLOR', 'OKTA_DEFAULT'] as const;
  const full = ['FULL_THEME', 'LOGO_ON_FULL_WHITE_BACKGROUND', 'OKTA_DEFAULT', 'WHITE_LOGO_BACKGROUND'] as const;
  return {
    primaryColorHex: colour(body, 'primaryColorHex'),
    primaryColorContrastHex: body.primaryColorContrastHex ? colour(body, 'primaryColorContrastHex') : '#FFFFFF',
    secondaryColorHex: colour(body, 'secondaryColorHex'),
    secondaryColorContrastHex: body.secondaryColorContrastHex ? colour(body, 'secondaryColorContrastHex') : '#000000',
    signInPageTouchPointVariant: oneOf(body.signInPageTouchPointVariant, background) ?? 'OKTA_DEFAULT',
    endUserDashboardTouchPointVariant: oneOf(body.endUserDashboardTouchPointVariant, full) ?? 'OKTA_DEFAULT',
    errorPageTouchPointVariant: oneOf(body.errorPageTouchPointVariant, background) ?? 'OKTA_DEFAULT',
    emailTemplateTouchPointVariant:
      oneOf(body.emailTemplateTouchPointVariant, ['FULL_THEME', 'OKTA_DEFAULT'] as const) ?? 'OKTA_DEFAULT',
    loadingPageTouchPointVariant:
      oneOf(body.loadingPageTouchPointVariant, ['NONE', 'OKTA_DEFAULT'] as const) ?? 'OKTA_DEFAULT',
  };
}

/** `expand=themes,domains`; a brand has no email domain here, which is embedded only where there is one. */
function expanded(org: Org, c: AppContext, row: BrandEntity): Brand & { _embedded?: Json } {
  const shown = render(row, c.get('baseUrl'));
  const wanted = c.req.query('expand')?.split(',') ?? [];
  const themes = () => org.store.themes.findAll('brandId', row.id).map((theme) => renderTheme(theme, c.get('baseUrl')));
  const embedded = {
    ...(wanted.includes('themes') ? { themes: themes() } : {}),
    ...(wanted.includes('domains') ? { domains: [] } : {}),
  };
  return Object.keys(embedded).length === 0 ? shown : { ...shown, _embedded: embedded };
}

function render(row: BrandEntity, baseUrl: string): Brand {
  const self = `${baseUrl}${BASE}/${row.id}`;
  return { ...row, _links: { themes: link(`${self}/themes`, 'GET'), self: link(self, 'GET', 'PUT', 'DELETE') } };
}

function renderTheme(
  { brandId, ...row }: ThemeEntity,
  baseUrl: string,
): Theme & { logo: string; favicon: string; backgroundImage: null } {
  const self = `${baseUrl}${BASE}/${brandId}/themes/${row.id}`;
  return {
    ...row,
    logo: `${baseUrl}/assets/img/logos/okta-logo.png`,
    favicon: `${baseUrl}/favicon.ico`,
    backgroundImage: null,
    _links: {
      self: link(self, 'GET', 'PUT'),
      logo: link(`${self}/logo`, 'POST', 'DELETE'),
      favicon: link(`${self}/favicon`, 'POST', 'DELETE'),
      'background-image': link(`${self}/background-image`, 'POST', 'DELETE'),
    },
  };
}
