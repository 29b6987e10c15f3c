/** The org itself: what it says of itself without authentication, its settings, and the switch for embedded sign-in. */
import { Hono } from 'hono';
import { oktaDate } from '../../shared/clock.ts';
import type { WellKnownOrganization } from '../../wire/org.ts';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { link } from '../http/links.ts';
import { invalid, notFound } from '../http/okta-error.ts';
import { type Org, orgNow } from '../org.ts';
import { flag, type Json, requiredText, text } from './input.ts';

/** `/.well-known/okta-organization`, which needs no authentication (recorded). */
export function wellKnownRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get('/.well-known/okta-organization', (c) => {
    const answer: WellKnownOrganization = {
      id: org.store.org.id,
      cell: org.store.org.cell,
      _links: { organization: link(c.get('baseUrl')) },
      pipeline: 'idx',
      settings: {
        analyticsCollectionEnabled: false,
        bugReportingEnabled: true,
        omEnabled: false,
        pssoEnabled: true,
        desktopMFAEnabled: true,
        itpEnabled: true,
      },
    };
    return c.json(answer);
  });
  return app;
}

const BASE = '/api/v1/org';

/** Members of the org that an admin may set, null until then (OpenAPI 2026.06.3). */
const FIELDS = [
  'website',
  'supportPhoneNumber',
  'endUserSupportHelpURL',
  'phoneNumber',
  'address1',
  'address2',
  'city',
  'state',
  'country',
  'postalCode',
] as const;

export function orgSettingsRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get(BASE, (c) => c.json(renderOrg(org, c)));
  const save = async (c: AppContext, before: Json) => {
    const body = await readJson(c);
    const given = Object.fromEntries(
      FIELDS.flatMap((name) => (body[name] === undefined ? [] : [[name, text(body[name]) ?? null]])),
    );
    const companyName =
      body.companyName === undefined ? before.companyName : requiredText('companyName', body.companyName, 255);
    putSetting(org, 'org', {
      ...before,
      ...given,
      ...(companyName === undefined ? {} : { companyName }),
      lastUpdated: orgNow(org),
    });
    return c.json(renderOrg(org, c));
  };
  app.post(BASE, (c) => save(c, setting(org, 'org')));
  app.put(BASE, (c) => save(c, {}));

  // The Admin Console's own endpoint: the switch has no public one (recorded body).
  const embedded = () => ({ embeddedLoginSupport: org.settings.embeddedSignIn });
  app.get('/admin/api/v1/embedded-login-settings', (c) => c.json(embedded()));
  app.post('/admin/api/v1/embedded-login-settings', async (c) => {
    const on = flag((await readJson(c)).embeddedLoginSupport);
    if (on === undefined) throw invalid('embeddedLoginSupport', 'embeddedLoginSupport: The field cannot be left blank');
    org.settings = { ...org.settings, embeddedSignIn: on };
    org.store.onChange?.();
    return c.json(embedded());
  });
  return app.route('/', contactRoutes(org)).route('/', preferenceRoutes(org)).route('/', supportRoutes(org));
}

/** A setting that is one object; empty until somebody sets it. */
export function setting(org: Org, id: string): Json {
  return org.store.orgSettings.get(id)?.value ?? {};
}

export function putSetting(org: Org, id: string, value: Json): Json {
  org.store.orgSettings.put({ id, value });
  return value;
}

function renderOrg(org: Org, c: AppContext): Json {
  const { id, name } = org.store.org;
  const created = org.store.groups.get(org.store.org.everyoneGroupId)?.created ?? null;
  const self = `${c.get('baseUrl')}${BASE}`;
  const own = setting(org, 'org');
  return {
    id,
    companyName: own.companyName ?? name,
    subdomain: new URL(c.get('baseUrl')).hostname.split('.')[0],
    status: 'ACTIVE',
    created,
    lastUpdated: own.lastUpdated ?? created,
    expiresAt: null,
    ...Object.fromEntries(FIELDS.map((field) => [field, own[field] ?? null])),
    _links: {
      preferences: link(`${self}/preferences`),
      uploadLogo: link(`${self}/logo`, 'POST'),
      oktaCommunication: link(`${self}/privacy/oktaCommunication`),
      logo: null,
      oktaSupport: link(`${self}/privacy/oktaSupport`),
      contacts: link(`${self}/contacts`),
    },
  };
}

function contactRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = `${BASE}/contacts`;
  const types = ['BILLING', 'TECHNICAL'];
  const typeOf = (c: AppContext) => {
    const type = (c.req.param('type') ?? '').toUpperCase();
    if (!types.includes(type)) throw notFound(type, 'OrgContactType');
    return type;
  };
  const show = (c: AppContext, type: string) => {
    const userId = text(setting(org, `contact/${type}`).userId) ?? org.store.org.adminUserId;
    return c.json({ userId, _links: { user: link(`${c.get('baseUrl')}/api/v1/users/${userId}`) } });
  };

  app.get(base, (c) => {
    const self = (type: string) => ({ [type.toLowerCase()]: link(`${c.get('baseUrl')}${base}/${type.toLowerCase()}`) });
    return c.json(types.map((contactType) => ({ contactType, _links: self(contactType) })));
  });
  app.get(`${base}/:type`, (c) => show(c, typeOf(c)));
  app.put(`${base}/:type`, async (c) => {
    const userId = requiredText('userId', (await readJson(c)).userId);
    if (!org.store.users.get(userId)) throw notFound(userId, 'User');
    putSetting(org, `contact/${typeOf(c)}`, { userId });
    return show(c, typeOf(c));
  });
  return app;
}

function preferenceRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = `${BASE}/preferences`;
  const show = (c: AppContext) => {
    const shown = flag(setting(org, 'preferences').showEndUserFooter) ?? true;
    const verb = shown ? 'hideEndUserFooter' : 'showEndUserFooter';
    return c.json({
      showEndUserFooter: shown,
      _links: { [verb]: link(`${c.get('baseUrl')}${base}/${verb}`, 'POST') },
    });
  };
  app.get(base, show);
  for (const [verb, shown] of [
    ['showEndUserFooter', true],
    ['hideEndUserFooter', false],
  ] as const) {
    app.post(`${base}/${verb}`, (c) => {
      putSetting(org, 'preferences', { showEndUserFooter: shown });
      return show(c);
    });
  }
  return app;
}

/** How long Okta's support may see the org once it is let in, and by how much that is extended (OpenAPI 2026.06.3). */
const SUPPORT_MS = 8 * 60 * 60_000;
const SUPPORT_EXTENSION_MS = 24 * 60 * 60_000;

/** Whether Okta's support may see the org, and whether Okta may write to its users. */
function supportRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = `${BASE}/privacy`;
  const end = () => Date.parse(text(setting(org, 'support').expiration) ?? '') || 0;
  const support = (c: AppContext) => {
    const enabled = end() > org.clock.now();
    const self = `${c.get('baseUrl')}${base}/oktaSupport`;
    return c.json({
      support: enabled ? 'ENABLED' : 'DISABLED',
      expiration: enabled ? oktaDate(end()) : null,
      caseNumber: null,
      _links: enabled
        ? { extend: link(`${self}/extend`, 'POST'), revoke: link(`${self}/revoke`, 'POST') }
        : { grant: link(`${self}/grant`, 'POST') },
    });
  };
  app.get(`${base}/oktaSupport`, support);
  const ends: Record<string, () => number> = {
    grant: () => org.clock.now() + SUPPORT_MS,
    extend: () => Math.max(end(), org.clock.now()) + SUPPORT_EXTENSION_MS,
    revoke: () => org.clock.now(),
  };
  for (const [verb, newEnd] of Object.entries(ends)) {
    app.post(`${base}/oktaSupport/${verb}`, (c) => {
      putSetting(org, 'support', { expiration: oktaDate(newEnd()) });
      return support(c);
    });
  }

  const communication = (c: AppContext) => {
    const out = flag(setting(org, 'communication').optOutEmailUsers) ?? false;
    const verb = out ? 'optIn' : 'optOut';
    const self = `${c.get('baseUrl')}${base}/oktaCommunication`;
    return c.json({ optOutEmailUsers: out, _links: { [verb]: link(`${self}/${verb}`, 'POST') } });
  };
  app.get(`${base}/oktaCommunication`, communication);
  for (const [verb, out] of [
    ['optIn', false],
    ['optOut', true],
  ] as const) {
    app.post(`${base}/oktaCommunication/${verb}`, (c) => {
      putSetting(org, 'communication', { optOutEmailUsers: out });
      return communication(c);
    });
  }
  return app;
}
