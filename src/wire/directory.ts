import type { Links } from './common.ts';

export interface Group {
  id: string;
  created: string;
  lastUpdated: string;
  lastMembershipUpdated: string;
  objectClass: string[];
  type: 'OKTA_GROUP' | 'BUILT_IN' | 'APP_GROUP';
  profile: { name: string; description: string | null; [attribute: string]: unknown };
  _links?: Links;
  _embedded?: Record<string, unknown>;
}

export type UserStatus =
  | 'STAGED'
  | 'PROVISIONED'
  | 'ACTIVE'
  | 'RECOVERY'
  | 'PASSWORD_EXPIRED'
  | 'LOCKED_OUT'
  | 'SUSPENDED'
  | 'DEPROVISIONED';

export interface User {
  id: string;
  status: UserStatus;
  created: string;
  activated: string | null;
  statusChanged: string | null;
  lastLogin: string | null;
  lastUpdated: string;
  passwordChanged: string | null;
  realmId?: string;
  type: { id: string };
  profile: UserProfile;
  credentials: {
    password?: Record<string, never>;
    recovery_question?: { question: string };
    provider: { type: string; name: string };
    emails?: { value: string; status: string; type: string }[];
  };
  _links?: Links;
}

export interface UserProfile {
  login: string;
  email: string;
  firstName?: string | null;
  lastName?: string | null;
  mobilePhone?: string | null;
  secondEmail?: string | null;
  [attribute: string]: unknown;
}

export type FactorType =
  | 'sms'
  | 'call'
  | 'email'
  | 'question'
  | 'token:software:totp'
  | 'push'
  | 'signed_nonce'
  | 'webauthn'
  | (string & {});

/** An enrolled factor: `/api/v1/users/{id}/factors`. A phone with both methods shows as two factors. */
export interface UserFactor {
  id: string;
  factorType: FactorType;
  provider: string;
  vendorName: string;
  status: 'PENDING_ACTIVATION' | 'ACTIVE' | 'INACTIVE' | 'NOT_SETUP' | 'ENROLLED' | 'DISABLED' | 'EXPIRED';
  created: string;
  lastUpdated: string;
  profile?: Record<string, unknown>;
  _links?: Links;
  _embedded?: Record<string, unknown>;
}

/** `/api/v1/groups/rules`: puts users into groups by an expression over their profiles (recorded). */
export interface GroupRule {
  type: 'group_rule';
  id: string;
  status: 'ACTIVE' | 'INACTIVE' | 'INVALID';
  name: string;
  created: string;
  lastUpdated: string;
  conditions: {
    people: { users: { exclude: string[] }; groups: { exclude: string[] } };
    expression: { value: string; type: string };
  };
  actions: { assignUserToGroups: { groupIds: string[] } };
  /** False once one of the groups is gone. */
  allGroupsValid: boolean;
}

/** `/api/v1/meta/types/user` (recorded). */
export interface UserType {
  id: string;
  displayName: string;
  name: string;
  description: string | null;
  createdBy: string;
  lastUpdatedBy: string;
  created: string;
  lastUpdated: string;
  default: boolean;
}

/** An admin role of a user, a group or a client (recorded). */
export interface RoleAssignment {
  /** Of type CUSTOM: the id of the role, and of the resource set that it is for. */
  role?: string;
  'resource-set'?: string;
  id: string;
  label: string;
  type: string;
  status: 'ACTIVE' | 'INACTIVE';
  created: string;
  lastUpdated: string;
  assignmentType: 'USER' | 'GROUP' | 'CLIENT';
  _links?: Links;
}
