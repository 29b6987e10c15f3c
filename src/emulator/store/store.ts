import { foldedLogin } from '../../shared/login.ts';
import type { RememberedDevice } from '../idx/devices.ts';
import type { SignInTransaction, TransferredHandle } from '../idx/transaction.ts';
import type { PushTransaction } from '../management/users/push-factors.ts';
import type { EmailChallenge, PendingEmail } from '../myaccount/emails.ts';
import type {
  AuthorizationCode,
  FreshToken,
  RefreshToken,
  RevokedToken,
  Session,
  UsedAssertion,
} from '../oauth/grants.ts';
import type { LogEventEntity } from '../system-log/record.ts';
import type { Attempts, LastSend, OneTimeCode } from '../telephony/entities.ts';
import type { AccountToken } from './account-tokens.ts';
import { Collection, Relation, type TableChange } from './collection.ts';
import type {
  ApiTokenEntity,
  AppGroupEntity,
  ApplicationEntity,
  AppUserEntity,
  AuthenticatorEntity,
  AuthorizationServerEntity,
  AuthorizationServerPolicyEntity,
  AuthorizationServerRuleEntity,
  BehaviorEntity,
  BrandEntity,
  CaptchaEntity,
  ClaimEntity,
  CustomRoleEntity,
  DeviceAssuranceEntity,
  EventHookEntity,
  FactorEntity,
  FeatureEntity,
  GroupEntity,
  GroupRuleEntity,
  InlineHookEntity,
  LinkedObjectEntity,
  MessageEntity,
  NetworkZoneEntity,
  PolicyEntity,
  PolicyRuleEntity,
  ProfileSchemaEntity,
  ResourceSetEntity,
  RoleAssignmentEntity,
  ScopeEntity,
  ScopeGrantEntity,
  SettingEntity,
  SmsTemplateEntity,
  ThemeEntity,
  TrustedOriginEntity,
  UserEntity,
  UserLinkEntity,
  UserTypeEntity,
} from './entities.ts';

/** Is told of a change of a table, or without one of something else that belongs to the state. */
export type Watcher = (table?: string, change?: TableChange) => void;

/** Facts of the org itself, beside its collections. */
export interface OrgInfo {
  id: string;
  name: string;
  cell: string;
  /** The super admin that the admin API token belongs to. */
  adminUserId: string;
  everyoneGroupId: string;
  defaultUserTypeId: string;
  /** `kid` of the key that signs tokens of the org authorization server; apps show it as `credentials.signing.kid`. */
  signingKid: string;
}

/**
 * Everything one org holds, as plain JSON-serialisable rows. Nothing outside this class keeps state that a restart
 * should survive. Signing keys live beside it (oauth/keys.ts) since their private part never leaves the process.
 */
export class Store {
  /** To be called after a change of the org that is in no table here, e.g. of its settings. */
  onChange: (() => void) | undefined;
  /** Who is told of changes; `watchStore` adds to it. */
  readonly watchers = new Set<Watcher>();
  info: OrgInfo | undefined;
  readonly authenticators = new Collection<AuthenticatorEntity, 'key'>({ key: (row) => row.key });
  readonly policies = new Collection<PolicyEntity, 'type'>({ type: (row) => row.type });
  readonly policyRules = new Collection<PolicyRuleEntity, 'policyId'>({ policyId: (row) => row.policyId });
  readonly apps = new Collection<ApplicationEntity, 'clientId' | 'policyId'>(
    {
      clientId: (row) => row.credentials.oauthClient?.client_id,
      policyId: (row) => [row.accessPolicyId, row.profileEnrollmentPolicyId],
    },
    (row) => [row.name.toLowerCase(), row.label.toLowerCase()],
  );
  readonly appGroups = new Collection<AppGroupEntity, 'appId' | 'groupId'>({
    appId: (row) => row.appId,
    groupId: (row) => row.groupId,
  });
  readonly appUsers = new Collection<AppUserEntity, 'appId' | 'userId'>({
    appId: (row) => row.appId,
    userId: (row) => row.userId,
  });
  readonly groups = new Collection<GroupEntity, 'name'>({ name: (row) => row.profile.name }, (row) => [
    row.profile.name.toLowerCase(),
  ]);
  readonly users = new Collection<UserEntity, 'login' | 'email' | 'typeId'>(
    {
      login: (row) => foldedLogin(row.profile.login),
      email: (row) => row.profile.email.toLowerCase(),
      typeId: (row) => row.type.id,
    },
    ({ profile }) =>
      [profile.firstName, profile.lastName, profile.email].flatMap((text) => (text ? [text.toLowerCase()] : [])),
  );
  /** group id -> user ids; Everyone is included. */
  readonly memberships = new Relation();
  readonly pendingEmails = new Collection<PendingEmail, 'userId'>({ userId: (row) => row.userId });
  readonly emailChallenges = new Collection<EmailChallenge, 'emailId'>({ emailId: (row) => row.emailId });
  readonly factors = new Collection<FactorEntity, 'userId' | 'credentialId'>({
    userId: (row) => row.userId,
    credentialId: (row) => row.credential?.id,
  });
  readonly pushTransactions = new Collection<PushTransaction, 'userId'>({ userId: (row) => row.userId });
  readonly authorizationServers = new Collection<AuthorizationServerEntity>();
  readonly authorizationServerPolicies = new Collection<AuthorizationServerPolicyEntity>();
  readonly authorizationServerRules = new Collection<AuthorizationServerRuleEntity>();
  readonly scopes = new Collection<ScopeEntity>();
  readonly claims = new Collection<ClaimEntity>();
  readonly trustedOrigins = new Collection<TrustedOriginEntity>();
  readonly zones = new Collection<NetworkZoneEntity>();
  readonly behaviors = new Collection<BehaviorEntity>();
  readonly captchas = new Collection<CaptchaEntity>();
  readonly deviceAssurances = new Collection<DeviceAssuranceEntity>();
  readonly eventHooks = new Collection<EventHookEntity>();
  readonly inlineHooks = new Collection<InlineHookEntity>();
  readonly groupRules = new Collection<GroupRuleEntity>();
  /** `${rule id}/${group id}` -> ids of the users whom the rule put into the group. */
  readonly ruleMemberships = new Relation();
  readonly userTypes = new Collection<UserTypeEntity>();
  readonly profileSchemas = new Collection<ProfileSchemaEntity>();
  readonly linkedObjects = new Collection<LinkedObjectEntity>();
  readonly userLinks = new Collection<UserLinkEntity, 'primaryId' | 'associatedId'>({
    primaryId: (row) => row.primaryId,
    associatedId: (row) => row.associatedId,
  });
  readonly roleAssignments = new Collection<RoleAssignmentEntity, 'assigneeId'>({
    assigneeId: (row) => row.assigneeId,
  });
  readonly customRoles = new Collection<CustomRoleEntity>();
  readonly resourceSets = new Collection<ResourceSetEntity>();
  readonly scopeGrants = new Collection<ScopeGrantEntity, 'appId'>({ appId: (row) => row.appId });
  readonly smsTemplates = new Collection<SmsTemplateEntity>();
  readonly features = new Collection<FeatureEntity>();
  readonly brands = new Collection<BrandEntity>();
  readonly themes = new Collection<ThemeEntity, 'brandId'>({ brandId: (row) => row.brandId });
  readonly apiTokens = new Collection<ApiTokenEntity>();
  readonly orgSettings = new Collection<SettingEntity>();
  readonly logEvents = new Collection<LogEventEntity>();
  readonly messages = new Collection<MessageEntity, 'to'>({ to: (row) => row.to });
  readonly oneTimeCodes = new Collection<OneTimeCode, 'linkToken'>({ linkToken: (row) => row.linkToken });
  /** Wrong codes in a row, by user and authenticator. */
  readonly attempts = new Collection<Attempts>();
  readonly lastSends = new Collection<LastSend>();
  readonly transactions = new Collection<SignInTransaction, 'stateHandle' | 'userId'>({
    stateHandle: (row) => row.stateHandle,
    userId: (row) => row.userId,
  });
  readonly transferredHandles = new Collection<TransferredHandle>();
  readonly sessions = new Collection<Session, 'userId'>({ userId: (row) => row.userId });
  readonly rememberedDevices = new Collection<RememberedDevice, 'userId'>({ userId: (row) => row.userId });
  readonly accountTokens = new Collection<AccountToken, 'userId'>({ userId: (row) => row.userId });
  readonly codes = new Collection<AuthorizationCode, 'userId'>({ userId: (row) => row.userId });
  readonly refreshTokens = new Collection<RefreshToken, 'family' | 'userId'>({
    family: (row) => row.family,
    userId: (row) => row.userId,
  });
  readonly freshTokens = new Collection<FreshToken, 'userId'>({ userId: (row) => row.userId });
  readonly revokedTokens = new Collection<RevokedToken>();
  readonly usedAssertions = new Collection<UsedAssertion>();

  get org(): OrgInfo {
    if (!this.info) throw new Error('the org was not seeded');
    return this.info;
  }
}
