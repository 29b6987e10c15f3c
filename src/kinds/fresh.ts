/**
 * The objects of a fresh org in the config's words, by address: an export need not repeat them. What an org of another age
 * was born with differs and is then simply exported. Recorded from orgs of 2025 and 2026, unless a comment says otherwise.
 */

import { addressFor } from '../shared/address.ts';

export interface FreshObject {
  readonly spec: Readonly<Record<string, unknown>>;
  /** What a listing remarks of it. */
  readonly remarks?: readonly string[];
  /** It counts as Okta makes it only while all objects of this kind do, too. */
  readonly togetherWith?: string;
}

const catchAll = (demand: string) => ({
  name: 'Catch-all Rule',
  access: 'allowed',
  userMustAuthenticateWith: demand,
  possessionFactorMustBe: [],
  reauthenticateAfter: 'PT12H',
});

const DEFAULT_DESCRIPTION = 'The default policy applies in all situations if no other policy applies.';

const zone = (name: string, usedFor: string) => ({
  spec: { name, type: 'ip', usedFor, gateways: [], proxies: [], status: 'active' },
});

const FRESH: Readonly<Record<string, FreshObject>> = {
  'networkZone/LegacyIpZone': zone('LegacyIpZone', 'policies'),
  'networkZone/BlockedIpZone': zone('BlockedIpZone', 'blocklist'),
  'networkZone/DefaultExemptIpZone': zone('DefaultExemptIpZone', 'policies'),
  'globalSessionPolicy/Default Policy': { spec: { name: 'Default Policy', description: DEFAULT_DESCRIPTION } },
  'globalSessionPolicyRule/Default Policy/Default Rule': {
    spec: {
      name: 'Default Rule',
      access: 'allowed',
      establishSessionWith: 'password',
      mfaRequired: false,
      maxSessionMinutes: 0,
      maxIdleMinutes: 120,
    },
  },
  'passwordPolicy/Default Policy': {
    spec: {
      name: 'Default Policy',
      description: DEFAULT_DESCRIPTION,
      complexity: {
        minLength: 8,
        minLowercase: 1,
        minUppercase: 1,
        minNumbers: 1,
        minSymbols: 0,
        excludeUsername: true,
        excludeCommonPasswords: false,
        excludeFirstName: false,
        excludeLastName: false,
      },
      age: { maxAgeDays: 0, warnDaysBefore: 0, minAgeMinutes: 0, historyCount: 4 },
      lockout: { maxAttempts: 10, autoUnlockMinutes: 0, showLockoutFailures: false },
    },
  },
  'passwordPolicyRule/Default Policy/Default Rule': {
    spec: { name: 'Default Rule', changePassword: 'allowed', resetPassword: 'allowed', unlockAccount: 'denied' },
  },
  'profileEnrollmentPolicy/Default Policy': {
    spec: {
      name: 'Default Policy',
      // Recorded as REGISTER in orgs born on Identity Engine, as DENY in older ones.
      unknownUser: 'register',
      verifyEmail: true,
      progressiveProfiling: false,
      attributes: [
        { name: 'email', label: 'Email', required: true },
        { name: 'firstName', label: 'First name', required: true },
        { name: 'lastName', label: 'Last name', required: true },
      ],
    },
  },
  'authenticator/password': { spec: { name: 'password', status: 'active' } },
  'authenticator/email': {
    spec: { name: 'email', status: 'active', usedFor: 'recovery', codeLifetimeMinutes: 5 },
  },
  'authenticator/phone': {
    spec: {
      name: 'phone',
      status: 'inactive',
      usedFor: 'authentication and recovery',
      methods: { sms: 'active', voice: 'inactive' }, // OpenAPI example
    },
  },
  'authenticator/oktaVerify': { spec: { name: 'oktaVerify', status: 'active' } },
  'authenticator/securityQuestion': {
    spec: { name: 'securityQuestion', status: 'active', usedFor: 'recovery' },
  },
  'enrollmentPolicy/Default Policy': {
    spec: {
      name: 'Default Policy',
      description: DEFAULT_DESCRIPTION,
      // That email and Okta Verify are optional is the safe reading of the help pages.
      authenticators: {
        password: 'required',
        email: 'optional',
        phone: 'disabled',
        oktaVerify: 'optional',
        securityQuestion: 'disabled',
      },
    },
    // Okta may offer in this policy what is switched on later.
    togetherWith: 'authenticator',
  },
  'enrollmentPolicyRule/Default Policy/Default Rule': { spec: { name: 'Default Rule', enroll: 'first challenge' } },
  'appSignInPolicy/Any two factors': {
    spec: { name: 'Any two factors', description: 'Require two factors to access.' },
  },
  'appSignInPolicyRule/Any two factors/Catch-all Rule': { spec: catchAll('any 2 factors') },
  'appSignInPolicy/Okta Admin Console': { spec: { name: 'Okta Admin Console' } },
  'appSignInPolicyRule/Okta Admin Console/Admin App Policy': {
    spec: {
      name: 'Admin App Policy',
      access: 'allowed',
      userMustAuthenticateWith: 'password + another factor',
      possessionFactorMustBe: [],
      reauthenticateAfter: 'PT0S',
      status: 'active',
    },
    remarks: ['the knowledge factor is asked for again after PT43800H, which has no word in the config'],
  },
  'appSignInPolicyRule/Okta Admin Console/Catch-all Rule': { spec: catchAll('password') },
  'appSignInPolicy/Okta Dashboard': { spec: { name: 'Okta Dashboard' } },
  'appSignInPolicyRule/Okta Dashboard/Catch-all Rule': { spec: catchAll('password') },
  'appSignInPolicy/Okta Browser Plugin': { spec: { name: 'Okta Browser Plugin' } },
  'appSignInPolicyRule/Okta Browser Plugin/Catch-all Rule': { spec: catchAll('password') },
  'appSignInPolicy/Okta Account Management Policy': {
    spec: {
      name: 'Okta Account Management Policy',
      description:
        'This policy defines how users must authenticate for authenticator enrollment, password reset, or unlock account. Password policy rules control whether to enforce this policy for password reset and unlock account.',
    },
  },
  'appSignInPolicyRule/Okta Account Management Policy/Catch-all Rule': { spec: catchAll('any 2 factors') },
  'authorizationServer/default': {
    spec: {
      name: 'default',
      description: 'Default Authorization Server for your Applications',
      audience: 'api://default',
      issuerMode: 'dynamic',
      signingKeyRotation: 'automatic',
      status: 'active',
    },
  },
  'authorizationServerPolicy/default/Default Policy': {
    spec: {
      name: 'Default Policy',
      description: 'Default policy for the default authorization server',
      clients: ['all clients'],
      status: 'active',
    },
  },
  'authorizationServerPolicyRule/default/Default Policy/Default Policy Rule': {
    spec: {
      name: 'Default Policy Rule',
      grantTypes: [
        'implicit',
        'client credentials',
        'resource owner password',
        'authorization code',
        'device authorization',
      ],
      groups: ['Everyone'],
      scopes: ['*'],
      accessTokenLifetimeMinutes: 60,
      refreshTokenLifetimeMinutes: 0,
      status: 'active',
    },
  },
};

const scope = (name: string, displayName: string | undefined, description: string): FreshObject => ({
  spec: {
    name,
    ...(displayName === undefined ? {} : { displayName }),
    description,
    userConsent: 'implicit',
    default: false,
    publishInMetadata: true,
    optional: false,
  },
});

/** What every new authorization server comes with, by kind and name (recorded). */
const IN_EVERY_SERVER: Readonly<Record<string, FreshObject>> = {
  'authorizationServerScope/openid': scope('openid', undefined, 'Signals that a request is an OpenID request.'),
  'authorizationServerScope/profile': scope(
    'profile',
    'View your profile information.',
    'The exact data varies based on what profile information you have provided, such as: name, time zone, picture, or birthday.',
  ),
  'authorizationServerScope/email': scope(
    'email',
    'View your email address.',
    'This allows the app to view your email address.',
  ),
  'authorizationServerScope/address': scope(
    'address',
    'View your address.',
    'This allows the app to view your address, such as: street address, city, state, and zip code.',
  ),
  'authorizationServerScope/phone': scope(
    'phone',
    'View your phone number.',
    'This allows the app to view your phone number.',
  ),
  'authorizationServerScope/offline_access': scope(
    'offline_access',
    'Keep you signed in to the app.',
    'This keeps you signed in to the app, even when you are not using it.',
  ),
  'authorizationServerScope/device_sso': scope(
    'device_sso',
    undefined,
    'Signals that a request is a device SSO request.',
  ),
  'accessTokenClaim/sub': { spec: { name: 'sub', value: '(appuser != null) ? appuser.userName : app.clientId' } },
};

/** The object as Okta makes it by itself; undefined when it does not. @param names parents first */
export function freshObject(kind: string, names: readonly string[]): FreshObject | undefined {
  return own(FRESH, addressFor(kind, ...names)) ?? own(IN_EVERY_SERVER, addressFor(kind, ...names.slice(1)));
}

function own(objects: Readonly<Record<string, FreshObject>>, address: string): FreshObject | undefined {
  return Object.hasOwn(objects, address) ? objects[address] : undefined;
}
