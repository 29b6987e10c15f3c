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
