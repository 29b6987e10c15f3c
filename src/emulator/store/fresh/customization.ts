/** What a fresh org has beside people, apps and policies: its brand, network zones, features, the API token, user type. */
import { type Org, orgNow } from '../../org.ts';
import type { ThemeEntity } from '../entities.ts';

/** Seeds what stands for itself; users and apps must be there. */
export function seedCustomization(org: Org): void {
  seedBrand(org);
  seedZones(org);
  seedFeatures(org);
  seedApiToken(org);
}

/** The one brand of the org, named as the org (recorded). */
function seedBrand(org: Org): void {
  const dashboard = org.store.apps.values().find((app) => app.name === 'okta_enduser');
  const brand = org.store.brands.put({
    id: org.ids.next('bnd'),
    name: org.store.org.name,
    removePoweredByOkta: false,
    customPrivacyPolicyUrl: null,
    agreeToCustomPrivacyPolicy: false,
    isDefault: true,
    defaultApp: { appInstanceId: dashboard?.id ?? null, appLinkName: null, classicApplicationUri: null },
  });
  org.store.themes.put(newTheme(org, brand.id));
}

/** A theme in Okta's colours (OpenAPI 2026.06.3). */
export function newTheme(org: Org, brandId: string): ThemeEntity {
  return {
    id: org.ids.next('thd'),
    brandId,
    primaryColorHex: '#1662dd',
    primaryColorContrastHex: '#ffffff',
    secondaryColorHex: '#ebebed',
    secondaryColorContrastHex: '#000000',
    signInPageTouchPointVariant: 'OKTA_DEFAULT',
    endUserDashboardTouchPointVariant: 'OKTA_DEFAULT',
    errorPageTouchPointVariant: 'OKTA_DEFAULT',
    emailTemplateTouchPointVariant: 'OKTA_DEFAULT',
    loadingPageTouchPointVariant: 'OKTA_DEFAULT',
  };
}

/** The system zones of an org of 2025 and later (recorded and documented). */
function seedZones(org: Org): void {
  const now = orgNow(org);
  const zone = (name: string, usage: 'POLICY' | 'BLOCKLIST', more: Record<string, unknown>) =>
    org.store.zones.put({
      id: org.ids.next('nzo'),
      type: 'IP',
      name,
      status: 'ACTIVE',
      usage,
      created: now,
      lastUpdated: now,
      system: true,
      ...more,
    });
  const addresses = { gateways: null, proxies: null };
  zone('LegacyIpZone', 'POLICY', addresses);
  zone('BlockedIpZone', 'BLOCKLIST', addresses);
  zone('DefaultExemptIpZone', 'POLICY', addresses);
  zone('DefaultEnhancedDynamicZone', 'BLOCKLIST', {
    type: 'DYNAMIC_V2',
    // Safe reading: off until an admin wants it; no source tells its status in a new org.
    status: 'INACTIVE',
    locations: { include: [], exclude: [] },
    ipServiceCategories: { include: ['ALL_ANONYMIZERS'], exclude: [] },
    asns: { include: [], exclude: [] },
  });
}

interface FeatureSeed {
  name: string;
  description: string;
  stage: 'EA' | 'BETA';
  helpDoc?: string;
  enabled?: boolean;
}

/** Self-service features that matter to readers of these orgs; a real org has some fifty, and other ones each month. */
const FEATURES: readonly FeatureSeed[] = [
  {
    name: 'Android Device Trust',
    description:
      'Collect a deeper set of device posture signals for Device Assurance by leveraging native Android Device Trust capabilities.',
    stage: 'EA',
    helpDoc: 'https://help.okta.com/okta_help.htm?type=oie&locale=en&id=csh-edr-integration-azt',
  },
  {
    name: 'Create virtual roles with Collections',
    description:
      'Create virtual roles composed of resources such as apps and entitlements that are assignable to users, request-able by users, and can be reviewed in access certifications',
    stage: 'EA',
  },
  {
    name: 'Enable optional email enrollment for Okta Identity Engine',
    description: 'Lets admins make the email authenticator optional in authenticator enrollment policies.',
    stage: 'EA',
    enabled: true,
  },
  {
    name: 'IP exempt zone',
    description: 'Allows traffic from the gateway addresses of a zone whatever ThreatInsight and blocked zones say.',
    stage: 'EA',
    enabled: true,
  },
];

function seedFeatures(org: Org): void {
  for (const { name, description, stage, helpDoc, enabled } of FEATURES) {
    org.store.features.put({
      id: org.ids.next('ftr'),
      type: 'self-service',
      status: enabled === true ? 'ENABLED' : 'DISABLED',
      name,
      description,
      stage: { value: stage },
      ...(helpDoc === undefined ? {} : { helpDoc }),
      dependencies: [],
    });
  }
}

/** The token by which everybody calls the emulator: listed, as all tokens are, without its value. */
export function seedApiToken(org: Org): void {
  const now = orgNow(org);
  org.store.apiTokens.put({
    id: org.ids.next('00T'),
    name: 'Admin API token of the emulator',
    userId: org.store.org.adminUserId,
    clientName: 'Okta API',
    tokenWindow: 'P30D',
    network: { connection: 'ANYWHERE' },
    expiresAt: now,
    created: now,
    lastUpdated: now,
  });
}
