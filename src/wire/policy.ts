import type { AuthenticatorKey, MethodType } from './authenticator.ts';
import type { IncludeExclude, Links, Status } from './common.ts';

/** Policy types of `/api/v1/policies` that orgproof knows (OpenAPI 2026.06.3). */
export type PolicyType =
  | 'MFA_ENROLL'
  | 'ACCESS_POLICY'
  | 'OKTA_SIGN_ON'
  | 'PASSWORD'
  | 'PROFILE_ENROLLMENT'
  | 'IDP_DISCOVERY';

/** The `type` of a rule: that of its policy, save that OKTA_SIGN_ON rules say SIGN_ON (recorded). */
export type PolicyRuleType = Exclude<PolicyType, 'OKTA_SIGN_ON'> | 'SIGN_ON';

export interface Policy {
  id: string;
  type: PolicyType;
  name: string;
  description?: string | null;
  status: Status;
  priority: number;
  system: boolean;
  conditions: PolicyConditions | null;
  created: string;
  lastUpdated: string;
  settings?: Record<string, unknown>;
  _links?: Links;
  _embedded?: { rules?: PolicyRule[]; [key: string]: unknown };
}

export interface PolicyConditions {
  people?: { users?: IncludeExclude; groups?: IncludeExclude };
  network?: NetworkCondition;
  authProvider?: { provider: string; include?: string[] };
  authContext?: { authType: string };
  platform?: { include?: unknown[]; exclude?: unknown[] };
  device?: { registered?: boolean; managed?: boolean; assurance?: { include: string[] } };
  riskScore?: { level: string };
  risk?: { behaviors: string[] };
  userType?: IncludeExclude;
  elCondition?: { condition: string };
  app?: { include?: AppCondition[]; exclude?: AppCondition[] };
  [condition: string]: unknown;
}

export interface NetworkCondition {
  connection: 'ANYWHERE' | 'ZONE' | 'ON_NETWORK' | 'OFF_NETWORK';
  include?: string[];
  exclude?: string[];
}

export interface AppCondition {
  type: 'APP' | 'APP_TYPE';
  id?: string;
  name?: string;
}

export interface PolicyRule {
  id: string;
  type: PolicyRuleType;
  name: string;
  status: Status;
  priority: number;
  system: boolean;
  conditions: PolicyConditions | null;
  actions: PolicyRuleActions;
  created: string;
  lastUpdated: string;
  _links?: Links;
}

export interface PolicyRuleActions {
  enroll?: { self: EnrollSelf };
  appSignOn?: AppSignOnAction;
  signon?: SignOnAction;
  [action: string]: unknown;
}

/**
 * When an enrollment rule lets a user enrol: `CHALLENGE` when a factor is first needed, `LOGIN` at the next sign-in,
 * `NEVER` not at sign-in. `NEVER_INCLUDING_RECOVERY` is what the Admin Console calls Denied.
 */
export type EnrollSelf = 'CHALLENGE' | 'LOGIN' | 'NEVER' | 'NEVER_INCLUDING_RECOVERY';

export type EnrollLevel = 'REQUIRED' | 'OPTIONAL' | 'NOT_ALLOWED';

/** `settings` of an MFA_ENROLL policy in its Identity Engine form. */
export interface MfaEnrollSettings {
  type: 'AUTHENTICATORS';
  authenticators: MfaEnrollEntry[];
}

export interface MfaEnrollEntry {
  key: AuthenticatorKey;
  id?: string;
  enroll: { self: EnrollLevel; [extra: string]: unknown };
  constraints?: Record<string, unknown>;
}

export interface AppSignOnAction {
  access: 'ALLOW' | 'DENY';
  verificationMethod: VerificationMethod;
  keepMeSignedIn?: { postAuth: 'ALLOWED' | 'NOT_ALLOWED'; postAuthPromptFrequency?: string };
}

/** What an app sign-in rule demands. `constraints`: the array is OR, the members of one entry are AND. */
export interface VerificationMethod {
  type: 'ASSURANCE' | 'AUTH_METHOD_CHAIN';
  factorMode?: '1FA' | '2FA';
  reauthenticateIn?: string;
  inactivityPeriod?: string;
  constraints?: AssuranceConstraint[];
  chains?: unknown[];
}

export interface AssuranceConstraint {
  knowledge?: FactorConstraint;
  possession?: PossessionConstraint;
  inherence?: FactorConstraint;
}

export type Demand = 'REQUIRED' | 'OPTIONAL';

export interface FactorConstraint {
  required?: boolean;
  types?: string[];
  methods?: MethodType[];
  authenticationMethods?: { key: string; method?: string; id?: string }[];
  excludedAuthenticationMethods?: { key: string; method?: string; id?: string }[];
  reauthenticateIn?: string;
}

export interface PossessionConstraint extends FactorConstraint {
  deviceBound?: Demand;
  hardwareProtection?: Demand;
  phishingResistant?: Demand;
  userPresence?: Demand;
  userVerification?: Demand;
}

export interface SignOnAction {
  access: 'ALLOW' | 'DENY';
  requireFactor: boolean;
  primaryFactor?: 'PASSWORD_IDP' | 'PASSWORD_IDP_ANY_FACTOR';
  rememberDeviceByDefault?: boolean;
  factorPromptMode?: 'ALWAYS' | 'SESSION' | 'DEVICE';
  factorLifetime?: number;
  session?: { usePersistentCookie: boolean; maxSessionIdleMinutes: number; maxSessionLifetimeMinutes: number };
}

/** An app as GET /policies/{id}/mappings shows it bound to a policy. */
export interface PolicyMapping {
  id: string;
  _links?: Links;
}
