/**
 * What the org keeps. An entity is the wire object without its links (those depend on the URL the client used and are
 * made when it is rendered), plus what the org knows and never tells.
 */
import type { AppGroupAssignment, Application, ClientSecret, ScopeGrant } from '../../wire/application.ts';
import type { Authenticator, AuthenticatorMethod } from '../../wire/authenticator.ts';
import type {
  AuthorizationServer,
  AuthorizationServerPolicy,
  AuthorizationServerPolicyRule,
  OAuth2Claim,
  OAuth2Scope,
} from '../../wire/authorization-server.ts';
import type { Group, GroupRule, RoleAssignment, User, UserFactor, UserType } from '../../wire/directory.ts';
import type { InlineHook } from '../../wire/inline-hook.ts';
import type { NetworkZone } from '../../wire/network-zone.ts';
import type { ApiToken, Brand, Feature, SmsTemplate, Theme, TrustedOrigin } from '../../wire/org.ts';
import type { Policy, PolicyRule } from '../../wire/policy.ts';
import type { Credential } from '../webauthn/ceremony.ts';

type Entity<T> = Omit<T, '_links' | '_embedded'>;

export interface AuthenticatorEntity extends Entity<Authenticator> {
  methods: Omit<AuthenticatorMethod, '_links'>[];
  /** Models of security keys that an admin added. */
  customAaguids?: readonly CustomAaguid[];
}

export interface CustomAaguid {
  aaguid: string;
  name: string;
  attestationRootCertificates?: readonly { x5c: string; 'x5t#S256': string; iss: string; exp: string }[];
  authenticatorCharacteristics?: Readonly<Record<string, boolean>>;
}

export interface PolicyEntity extends Entity<Policy> {
  /** Shown as `_embedded.resourceType` in lists only (recorded). */
  resourceType?: string;
}

export interface PolicyRuleEntity extends Entity<PolicyRule> {
  policyId: string;
}

export interface ApplicationEntity extends Entity<Application> {
  /** The app sign-in policy; service apps have one too (recorded). */
  accessPolicyId: string;
  profileEnrollmentPolicyId: string;
  /** Client secrets, newest last; the plain text is readable by admins as in Okta. */
  secrets: Entity<ClientSecret>[];
}

export interface AppGroupEntity extends Entity<AppGroupAssignment> {
  /** `${appId}/${groupId}`: the row's own id. */
  id: string;
  appId: string;
  groupId: string;
}

export interface AppUserEntity {
  /** `${appId}/${userId}` */
  id: string;
  appId: string;
  userId: string;
  status: string;
  created: string;
  lastUpdated: string;
  credentials: { userName: string };
  profile: Record<string, unknown>;
}

export type GroupEntity = Entity<Group>;

export interface UserEntity extends Entity<User> {
  /** Salted hash of the password; absent when none was set. */
  passwordHash?: string;
  /** Hashes of earlier passwords, newest first. */
  passwordHistory: string[];
  /** Wrong passwords in a row, for the lockout of the password policy. */
  failedLogins: number;
  lockedAt?: string;
  recoveryAnswerHash?: string;
  /** Registered by themselves, and the address was not verified yet: email is no factor of theirs. */
  emailUnverified?: boolean;
  /** Epoch seconds: access tokens from before are revoked. */
  tokensRevokedAt?: number;
}

export interface FactorEntity extends Omit<Entity<UserFactor>, 'profile'> {
  userId: string;
  profile: Record<string, unknown>;
  /** TOTP secret (base32) or answer hash of a question; never rendered after activation. */
  secret?: string;
  /** Of a TOTP factor: the interval of the last code that was taken, so that none is taken twice. */
  lastInterval?: number;
  /** Of a pending push factor: what its QR code holds, and until when (milliseconds since the epoch). */
  activation?: { token: string; expiresAt: number };
  /** Of a security key or biometric: what it made, and what it is to answer next through the Factors API. */
  credential?: Credential;
  challenge?: string;
}

export interface AuthorizationServerEntity extends Omit<Entity<AuthorizationServer>, 'issuer'> {
  /** Ids of the servers whose tokens it trusts; none without. */
  trusts?: string[];
}

export interface AuthorizationServerPolicyEntity extends Entity<AuthorizationServerPolicy> {
  serverId: string;
}

export interface AuthorizationServerRuleEntity extends Entity<AuthorizationServerPolicyRule> {
  serverId: string;
  policyId: string;
}

export interface ScopeEntity extends Entity<OAuth2Scope> {
  serverId: string;
}

export interface ClaimEntity extends Entity<OAuth2Claim> {
  serverId: string;
}

export type TrustedOriginEntity = Entity<TrustedOrigin>;

/** With the secrets of its channel (`authScheme.value`, `clientSecret`), which are never rendered. */
export type InlineHookEntity = Entity<InlineHook>;

export interface BehaviorEntity {
  id: string;
  name: string;
  type: string;
  status: 'ACTIVE' | 'INACTIVE';
  settings: Record<string, unknown>;
  created: string;
  lastUpdated: string;
}

export interface DeviceAssuranceEntity {
  id: string;
  name: string;
  platform: 'ANDROID' | 'CHROMEOS' | 'IOS' | 'MACOS' | 'WINDOWS';
  /** What a device must be like, as the client wrote it. */
  demands: Record<string, unknown>;
  createdDate: string;
  createdBy: string;
  lastUpdate: string;
  lastUpdatedBy: string;
}

/** With its secret, which is never rendered. */
export interface CaptchaEntity {
  id: string;
  name: string;
  type: 'HCAPTCHA' | 'RECAPTCHA_V2';
  siteKey: string;
  secretKey: string;
}

/** With the secret of its channel (`authScheme.value`), which is never rendered. */
export interface EventHookEntity {
  id: string;
  name: string;
  description: string | null;
  status: 'ACTIVE' | 'INACTIVE';
  verificationStatus: 'UNVERIFIED' | 'VERIFIED';
  events: { type: string; items: string[]; filter: Record<string, unknown> | null };
  channel: InlineHook['channel'];
  created: string;
  createdBy: string;
  lastUpdated: string;
}

export type NetworkZoneEntity = Entity<NetworkZone>;

export type GroupRuleEntity = GroupRule;

export interface ProfileAttributes {
  /** Attributes that were added to the default ones, by name, as JSON Schema. */
  custom: Record<string, Record<string, unknown>>;
  /** What was changed of the base attributes, by name. */
  base: Record<string, Record<string, unknown>>;
}

/** The profile of groups (`group`), or of the users of an app (its id). */
export interface ProfileSchemaEntity extends ProfileAttributes {
  id: string;
  created: string;
  lastUpdated: string;
}

export interface UserTypeEntity extends UserType, ProfileAttributes {
  /** The id of the type's schema: `osc` and the rest of the type's own. */
  schemaId: string;
}

export interface RoleAssignmentEntity extends Entity<RoleAssignment> {
  /** Id of the user, group or client that has the role. */
  assigneeId: string;
  /** What the role is narrowed to; all groups or apps without. */
  targets?: { groups?: string[]; apps?: AppTarget[] };
}

export interface PermissionRow {
  /** E.g. `okta.users.read`. */
  label: string;
  created: string;
  lastUpdated: string;
  conditions?: Record<string, unknown>;
}

export interface CustomRoleEntity {
  id: string;
  label: string;
  description: string;
  created: string;
  lastUpdated: string;
  permissions: PermissionRow[];
}

export interface ResourceRow {
  id: string;
  /** The URL or the Okta resource name that the client gave. */
  resource: string;
  created: string;
  lastUpdated: string;
  conditions?: Record<string, unknown>;
}

export interface ResourceSetEntity {
  id: string;
  label: string;
  description: string;
  created: string;
  lastUpdated: string;
  resources: ResourceRow[];
}

/** All instances of an app of the catalog, or one of them. */
export interface AppTarget {
  name: string;
  id?: string;
}

export interface LinkedObjectSide {
  name: string;
  title: string;
  description: string | null;
  type: 'USER';
}

/** A relation between users; its id is the name of its primary side. */
export interface LinkedObjectEntity {
  id: string;
  primary: LinkedObjectSide;
  associated: LinkedObjectSide;
}

/** That a user stands in a relation to another. */
export interface UserLinkEntity {
  /** `${relation}/${associatedId}` */
  id: string;
  relation: string;
  associatedId: string;
  primaryId: string;
}

export interface ScopeGrantEntity extends Omit<Entity<ScopeGrant>, 'issuer'> {
  appId: string;
  /** As the client gave it; the org's own URL is spelled as each reader spells it. */
  issuer?: string;
}

export type SmsTemplateEntity = SmsTemplate;

export interface FeatureEntity extends Entity<Feature> {
  /** Help page that the answer links to. */
  helpDoc?: string;
  /** Ids of the features that this one needs. */
  dependencies: string[];
}

export type BrandEntity = Entity<Brand>;

export interface ThemeEntity extends Entity<Theme> {
  brandId: string;
}

export type ApiTokenEntity = Entity<ApiToken>;

/** A setting of the org that is one object, e.g. its contacts or its CAPTCHA; `id` says which. */
export interface SettingEntity {
  id: string;
  value: Record<string, unknown>;
}

/** A message the org "sent": what the control plane shows. */
export interface MessageEntity {
  id: string;
  channel: 'sms' | 'voice' | 'email';
  to: string;
  code: string;
  text: string;
  /** What a click in it opens, where it has a link beside a code. */
  link?: string;
  userId: string;
  at: string;
  /** By whom; `lost`: a fault kept it from arriving. The control plane shows what the emulator itself delivered. */
  delivery: 'emulator' | 'hook' | 'lost';
}
