import type { Links, Status } from './common.ts';

export type GrantType =
  | 'authorization_code'
  | 'interaction_code'
  | 'refresh_token'
  | 'implicit'
  | 'password'
  | 'client_credentials'
  | (string & {});

export type ApplicationType = 'web' | 'browser' | 'native' | 'service';

export type TokenEndpointAuthMethod =
  | 'none'
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'client_secret_jwt'
  | 'private_key_jwt';

/** An OIDC app (`signOnMode: OPENID_CONNECT`) of `/api/v1/apps`. */
export interface Application {
  id: string;
  orn?: string;
  name: string;
  label: string;
  status: Status;
  created: string;
  lastUpdated: string;
  signOnMode: string;
  accessibility?: Record<string, unknown>;
  visibility?: Record<string, unknown>;
  features?: string[];
  credentials: ApplicationCredentials;
  universalLogout?: unknown;
  settings: ApplicationSettings;
  profile?: Record<string, unknown>;
  _links?: Links;
  _embedded?: Record<string, unknown>;
}

export interface ApplicationCredentials {
  userNameTemplate?: { template: string; type: string; userSuffix?: string; suffix?: string; pushStatus?: string };
  signing?: { kid: string };
  oauthClient?: {
    autoKeyRotation?: boolean;
    client_id?: string;
    /** Only in answers to POST and PUT (recorded). */
    client_secret?: string;
    token_endpoint_auth_method?: TokenEndpointAuthMethod;
    pkce_required?: boolean;
  };
}

export interface ApplicationSettings {
  app?: Record<string, unknown>;
  notifications?: Record<string, unknown>;
  manualProvisioning?: boolean;
  implicitAssignment?: boolean;
  emOptInStatus?: string;
  notes?: { admin: string | null; enduser: string | null };
  oauthClient?: OAuthClientSettings;
  [setting: string]: unknown;
}

export interface OAuthClientSettings {
  client_uri?: string | null;
  logo_uri?: string | null;
  redirect_uris?: string[];
  post_logout_redirect_uris?: string[];
  response_types?: string[];
  grant_types?: GrantType[];
  application_type?: ApplicationType;
  consent_method?: string;
  issuer_mode?: string;
  initiate_login_uri?: string;
  idp_initiated_login?: Record<string, unknown>;
  wildcard_redirect?: string;
  dpop_bound_access_tokens?: boolean;
  participate_slo?: boolean;
  refresh_token?: { rotation_type: 'STATIC' | 'ROTATE'; leeway?: number };
  jwks?: { keys: Record<string, unknown>[] };
  jwks_uri?: string;
  [setting: string]: unknown;
}

/** A group's assignment to an app: `/api/v1/apps/{id}/groups/{groupId}`; `id` is the group's. */
export interface AppGroupAssignment {
  id: string;
  lastUpdated: string;
  priority: number;
  profile: Record<string, unknown>;
  _links?: Links;
}

/** A user's assignment to an app: `/api/v1/apps/{id}/users/{userId}`; `id` is the user's. */
export interface AppUser {
  id: string;
  scope: 'USER' | 'GROUP';
  status: string;
  created: string;
  lastUpdated: string;
  credentials?: { userName: string };
  profile?: Record<string, unknown>;
  _links?: Links;
  [member: string]: unknown;
}

export interface ClientSecret {
  id: string;
  created: string;
  lastUpdated: string;
  status: Status;
  client_secret: string;
  secret_hash: string;
  _links?: Links;
}

/** `/api/v1/apps/{id}/grants`: a scope of the org authorization server that an admin granted to an app (OpenAPI 2026.06.3). */
export interface ScopeGrant {
  id: string;
  status: Status;
  created: string;
  createdBy: { id: string; type: string };
  lastUpdated: string;
  issuer: string;
  clientId: string;
  scopeId: string;
  source: 'ADMIN' | 'END_USER';
  _links?: Links;
}
