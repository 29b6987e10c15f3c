import type { Links, Status } from './common.ts';

/** `GET /.well-known/okta-organization` (no authentication). `pipeline` is `idx` on Identity Engine, `v1` on Classic. */
export interface WellKnownOrganization {
  id: string;
  cell?: string;
  pipeline: 'idx' | 'v1';
  settings: Record<string, boolean>;
  _links?: Links;
}

export interface TrustedOrigin {
  id: string;
  name: string;
  origin: string;
  scopes: { type: 'CORS' | 'REDIRECT' | 'IFRAME_EMBED'; allowedOktaApps?: string[] }[];
  status: Status;
  created: string;
  createdBy: string;
  lastUpdated: string;
  lastUpdatedBy: string;
  _links?: Links;
}

/** `/api/v1/templates/sms` (recorded). */
export interface SmsTemplate {
  id: string;
  name: string;
  type: string;
  template: string;
  created: string;
  lastUpdated: string;
  translations?: Record<string, string>;
}

/** `/api/v1/features`: a self-service switch of the org (recorded). */
export interface Feature {
  id: string;
  type: string;
  status: 'ENABLED' | 'DISABLED';
  name: string;
  description: string;
  stage: { value: 'EA' | 'BETA'; state?: string };
  _links?: Links;
}

/** `/api/v1/brands` (recorded). */
export interface Brand {
  id: string;
  name: string;
  removePoweredByOkta: boolean;
  customPrivacyPolicyUrl: string | null;
  agreeToCustomPrivacyPolicy: boolean;
  isDefault: boolean;
  locale?: string;
  emailDomainId?: string;
  defaultApp: {
    appInstanceId: string | null;
    appLinkName: string | null;
    classicApplicationUri: string | null;
  };
  _links?: Links;
}

/** `/api/v1/brands/{id}/themes` (OpenAPI 2026.06.3); each brand has one. */
export interface Theme {
  id: string;
  primaryColorHex: string;
  primaryColorContrastHex: string;
  secondaryColorHex: string;
  secondaryColorContrastHex: string;
  signInPageTouchPointVariant: string;
  endUserDashboardTouchPointVariant: string;
  errorPageTouchPointVariant: string;
  emailTemplateTouchPointVariant: string;
  loadingPageTouchPointVariant: string;
  _links?: Links;
}

/** `/api/v1/api-tokens` (recorded); the token itself is only shown in the Admin Console, once. */
export interface ApiToken {
  id: string;
  name: string;
  userId: string;
  clientName: string;
  tokenWindow: string;
  network: { connection: string; include?: string[]; exclude?: string[] };
  expiresAt: string;
  created: string;
  lastUpdated: string;
  _links?: Links;
}
