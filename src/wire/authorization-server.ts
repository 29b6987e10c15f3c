import type { IncludeExclude, Links, Status } from './common.ts';

export interface AuthorizationServer {
  id: string;
  name: string;
  description: string | null;
  audiences: string[];
  issuer: string;
  issuerMode: string;
  status: Status;
  created: string;
  lastUpdated: string;
  credentials: {
    signing: { kid: string; rotationMode: 'AUTO' | 'MANUAL'; lastRotated: string; nextRotation?: string };
  };
  default?: boolean;
  _links?: Links;
}

/** Access policy of an authorization server: `/api/v1/authorizationServers/{id}/policies`. */
export interface AuthorizationServerPolicy {
  id: string;
  type: 'OAUTH_AUTHORIZATION_POLICY';
  status: Status;
  name: string;
  description: string;
  priority: number;
  system: boolean;
  conditions: { clients: IncludeExclude };
  created: string;
  lastUpdated: string;
  _links?: Links;
}

export interface AuthorizationServerPolicyRule {
  id: string;
  type: 'RESOURCE_ACCESS';
  status: Status;
  name: string;
  priority: number;
  system: boolean;
  conditions: {
    people?: { users?: IncludeExclude; groups?: IncludeExclude };
    grantTypes: { include: string[] };
    scopes: { include: string[] };
  };
  actions: {
    token: {
      accessTokenLifetimeMinutes: number;
      refreshTokenLifetimeMinutes: number;
      refreshTokenWindowMinutes: number;
      inlineHook?: { id: string } | null;
    };
  };
  created: string;
  lastUpdated: string;
  _links?: Links;
}

export interface OAuth2Scope {
  id: string;
  name: string;
  displayName?: string | null;
  description?: string | null;
  system: boolean;
  metadataPublish: 'ALL_CLIENTS' | 'NO_CLIENTS';
  consent: 'IMPLICIT' | 'REQUIRED' | 'FLEXIBLE';
  default: boolean;
  optional: boolean;
  apiResourceId?: string | null;
  _links?: Links;
}

export interface OAuth2Claim {
  id: string;
  name: string;
  status: Status;
  claimType: 'RESOURCE' | 'IDENTITY';
  valueType: 'EXPRESSION' | 'GROUPS' | 'SYSTEM';
  value?: string;
  conditions: { scopes: string[] };
  system: boolean;
  alwaysIncludeInToken: boolean;
  apiResourceId?: string | null;
  group_filter_type?: string;
  _links?: Links;
}
