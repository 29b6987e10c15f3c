/** Which parts of an org's JSON a config speaks of: written down here once more, apart from the kinds, to hold them against. */
import type { Declared } from '../../src/engine/kind.ts';
import { AUTHENTICATOR } from '../../src/kinds/vocabulary.ts';
import { namesOf } from '../../src/shared/address.ts';
import type { Untyped } from '../support/emulator.ts';

/** Dotted paths in the JSON by field, by kind. */
const PATHS: Record<string, Record<string, readonly string[]>> = {
  authenticator: {
    status: ['status'],
    usedFor: ['settings.allowedFor'],
    codeLifetimeMinutes: ['settings.tokenLifetimeInMinutes'],
  },
  group: { description: ['profile.description'] },
  enrollmentPolicy: {
    description: ['description'],
    groups: ['conditions.people.groups.include'],
    status: ['status'],
  },
  enrollmentPolicyRule: { enroll: ['actions.enroll.self'], status: ['status'] },
  appSignInPolicy: { description: ['description'] },
  appSignInPolicyRule: {
    groups: ['conditions.people.groups.include'],
    excludedGroups: ['conditions.people.groups.exclude'],
    networkZones: ['conditions.network'],
    access: ['actions.appSignOn.access'],
    userMustAuthenticateWith: [
      'actions.appSignOn.verificationMethod.factorMode',
      'actions.appSignOn.verificationMethod.constraints',
    ],
    possessionFactorMustBe: ['actions.appSignOn.verificationMethod.constraints'],
    reauthenticateAfter: ['actions.appSignOn.verificationMethod.reauthenticateIn'],
    status: ['status'],
  },
  app: {
    type: ['settings.oauthClient.application_type'],
    grantTypes: ['settings.oauthClient.grant_types'],
    redirectUris: ['settings.oauthClient.redirect_uris'],
    signOutUris: ['settings.oauthClient.post_logout_redirect_uris'],
    clientAuthentication: ['credentials.oauthClient.token_endpoint_auth_method'],
    pkceRequired: ['credentials.oauthClient.pkce_required'],
    publicKeys: ['settings.oauthClient.jwks.keys'],
    publicKeysUrl: ['settings.oauthClient.jwks_uri'],
    oktaApiScopes: ['granted'],
    signInPolicy: ['signInPolicy'],
    assignedTo: ['assigned'],
    status: ['status'],
  },
  authorizationServer: {
    description: ['description'],
    audience: ['audiences'],
    issuerMode: ['issuerMode'],
    signingKeyRotation: ['rotationMode'],
    status: ['status'],
  },
  authorizationServerScope: {
    displayName: ['displayName'],
    description: ['description'],
    userConsent: ['consent'],
    default: ['default'],
    publishInMetadata: ['metadataPublish'],
    optional: ['optional'],
  },
  accessTokenClaim: {
    valueType: ['valueType'],
    value: ['value'],
    groupFilter: ['group_filter_type'],
    scopes: ['conditions.scopes'],
    status: ['status'],
  },
  idTokenClaim: {
    valueType: ['valueType'],
    value: ['value'],
    groupFilter: ['group_filter_type'],
    scopes: ['conditions.scopes'],
    alwaysIncludeInToken: ['alwaysIncludeInToken'],
    status: ['status'],
  },
  authorizationServerPolicy: {
    description: ['description'],
    clients: ['conditions.clients.include'],
    status: ['status'],
  },
  authorizationServerPolicyRule: {
    grantTypes: ['conditions.grantTypes.include'],
    groups: ['conditions.people.groups.include'],
    scopes: ['conditions.scopes.include'],
    accessTokenLifetimeMinutes: ['actions.token.accessTokenLifetimeMinutes'],
    refreshTokenLifetimeMinutes: ['actions.token.refreshTokenLifetimeMinutes'],
    status: ['status'],
  },
  networkZone: {
    type: ['type'],
    usedFor: ['usage'],
    gateways: ['gateways'],
    proxies: ['proxies'],
    locations: ['locations'],
    asns: ['asns'],
  },
  groupRule: {
    expression: ['conditions.expression.value'],
    assignTo: ['actions.assignUserToGroups.groupIds'],
    status: ['status'],
  },
  inlineHook: {
    type: ['type'],
    url: ['channel.config.uri'],
    headers: [],
    authorizationHeader: ['channel.config.authScheme.key'],
    authorizationSecret: [],
    version: ['version'],
    status: ['status'],
  },
  smsTemplate: { text: ['template'], translations: [] },
  passwordPolicy: {
    description: ['description'],
    groups: ['conditions.people.groups.include'],
    complexity: [],
    age: [],
    lockout: [],
    status: ['status'],
  },
  passwordPolicyRule: {
    networkZones: ['conditions.network'],
    changePassword: ['actions.passwordChange.access'],
    resetPassword: ['actions.selfServicePasswordReset.access'],
    unlockAccount: ['actions.selfServiceUnlock.access'],
    recoverWith: ['actions.selfServicePasswordReset.requirement.primary.methods'],
    additionalVerification: ['actions.selfServicePasswordReset.requirement.stepUp'],
    status: ['status'],
  },
  globalSessionPolicy: {
    description: ['description'],
    groups: ['conditions.people.groups.include'],
    status: ['status'],
  },
  globalSessionPolicyRule: {
    networkZones: ['conditions.network'],
    access: ['actions.signon.access'],
    establishSessionWith: ['actions.signon.primaryFactor'],
    mfaRequired: ['actions.signon.requireFactor'],
    promptForMfa: ['actions.signon.factorPromptMode'],
    mfaLifetimeMinutes: ['actions.signon.factorLifetime'],
    maxSessionMinutes: ['actions.signon.session.maxSessionLifetimeMinutes'],
    maxIdleMinutes: ['actions.signon.session.maxSessionIdleMinutes'],
    persistentCookie: ['actions.signon.session.usePersistentCookie'],
    status: ['status'],
  },
  profileEnrollmentPolicy: {
    unknownUser: ['action.unknownUserAction'],
    verifyEmail: ['action.activationRequirements.emailVerification'],
    progressiveProfiling: ['action.progressiveProfilingAction'],
    attributes: ['action.profileAttributes'],
    addToGroups: ['action.targetGroupIds'],
  },
  trustedOrigin: { origin: ['origin'], allow: ['scopes'], status: ['status'] },
  user: {
    email: ['profile.email'],
    firstName: ['profile.firstName'],
    lastName: ['profile.lastName'],
    groups: ['groups'],
    phone: ['phones'],
    password: [],
  },
};

/** What Okta makes follow from a field: grants decide on response types and refresh tokens, no secret means PKCE. */
const FOLLOWS: Record<string, readonly string[]> = {
  grantTypes: ['settings.oauthClient.response_types', 'settings.oauthClient.refresh_token'],
  clientAuthentication: ['credentials.oauthClient.pkce_required'],
  // Keys stand in the app, or at an address.
  publicKeys: ['settings.oauthClient.jwks_uri'],
  publicKeysUrl: ['settings.oauthClient.jwks.keys'],
  valueType: ['group_filter_type'],
  // Maps, of which only the members that are mentioned count: what they leave out, they leave.
  headers: ['channel.config.headers'],
  translations: ['translations'],
  complexity: ['settings.password.complexity'],
  age: ['settings.password.age'],
  lockout: ['settings.password.lockout'],
  // A session that asks for no second factor says nothing of when.
  mfaRequired: ['actions.signon.factorPromptMode', 'actions.signon.factorLifetime'],
  promptForMfa: ['actions.signon.factorLifetime'],
  recoverWith: ['actions.selfServicePasswordReset.requirement'],
};

/** The address that `readOrg` gives an object. */
export function liveAddress({ kind, key, spec }: Declared): string {
  if (kind === 'authenticator') return `authenticator/${AUTHENTICATOR.toWire((spec as { name: 'phone' }).name)}`;
  return `${kind}/${namesOf(key).join('\n')}`;
}

/** Paths that the fields of a declared object stand for. @param loosely with what follows from them */
export function pathsOf({ kind, spec }: Declared, loosely = false): string[] {
  return Object.entries(spec).flatMap(([field, value]) => {
    if (field === 'name' || field === 'login' || field === 'label') return [];
    if (kind === 'enrollmentPolicy' && field === 'authenticators') {
      return Object.keys(value).map((key) => `settings.authenticators.${AUTHENTICATOR.toWire(key as 'phone')}`);
    }
    if (kind === 'authenticator' && field === 'methods')
      return Object.keys(value).map((key) => `methods.${key}.status`);
    const paths = PATHS[kind]?.[field];
    if (!paths) throw new Error(`no path for ${kind}.${field}`);
    return loosely ? [...paths, ...(FOLLOWS[field] ?? [])] : [...paths];
  });
}

/** The value at a path; lists without their order, since every list that a config names is a set, and none for an empty one. */
export function at(object: Untyped, path: string): Untyped {
  const value = path.split('.').reduce((inner, step) => inner?.[step], object);
  if (Array.isArray(value) && value.length === 0) return undefined;
  return Array.isArray(value) ? value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : value;
}

/** A copy without the given paths, and without what is then empty. */
export function without(object: Untyped, paths: readonly string[]): Untyped {
  const inner = new Set(paths);
  const visit = (node: Untyped, prefix: string): Untyped => {
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return node;
    const kept = Object.entries(node)
      .filter(([key]) => !inner.has(prefix + key))
      .map(([key, value]) => [key, visit(value, `${prefix}${key}.`)] as const)
      .filter(([, value]) => !(typeof value === 'object' && value !== null && Object.keys(value).length === 0));
    return Object.fromEntries(kept);
  };
  return visit(object, '');
}
