/** The org itself: what it says of itself without authentication, its settings, and the switch for embedded sign-in. */
import { Hono } from 'hono';
import type { WellKnownOrganization } from '../../wire/org.ts';
import { type AppEnv, readJson } from '../http/context.ts';
import { link } from '../http/links.ts';
import { invalid } from '../http/okta-error.ts';
import type { Org } from '../org.ts';
import { flag } from './input.ts';

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

export function orgSettingsRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get('/api/v1/org', (c) => {
    const { id, name } = org.store.org;
    const everyone = org.store.groups.get(org.store.org.everyoneGroupId);
    const self = `${c.get('baseUrl')}/api/v1/org`;
    return c.json({
      id,
      companyName: name,
      subdomain: new URL(c.get('baseUrl')).hostname.split('.')[0],
      status: 'ACTIVE',
      created: everyone?.created ?? null,
      lastUpdated: everyone?.created ?? null,
      expiresAt: null,
      website: null,
      supportPhoneNumber: null,
      endUserSupportHelpURL: null,
      phoneNumber: null,
      address1: null,
      address2: null,
      city: null,
      state: null,
      country: null,
      postalCode: null,
      _links: {
        preferences: link(`${self}/preferences`),
        contacts: link(`${self}/contacts`),
        oktaSupport: link(`${self}/privacy/oktaSupport`),
      },
    });
  });

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
  return app;
}
