/** The policies and rules of a fresh org, by type, as recorded unless a comment says otherwise. */
import type { PolicyConditions, PolicyRuleActions, PolicyRuleType, PolicyType } from '../../../wire/policy.ts';
import { type Org, orgNow } from '../../org.ts';
import { defaultPasswordSettings } from '../policy-defaults.ts';

/** Ids of the policies that the apps of a fresh org are bound to. */
export interface FreshPolicies {
  adminConsole: string;
  dashboard: string;
  browserPlugin: string;
  profileEnrollment: string;
}

const DEFAULT_DESCRIPTION = 'The default policy applies in all situations if no other policy applies.';

interface PolicySeed {
  type: PolicyType;
  name: string;
  description?: string;
  system: boolean;
  conditions: PolicyConditions | null;
  settings?: Record<string, unknown>;
  resourceType?: string;
  rules: RuleSeed[];
}

interface RuleSeed {
  name: string;
  priority: number;
  system: boolean;
  conditions: PolicyConditions | null;
  actions: PolicyRuleActions;
}

export function seedPolicies(org: Org): FreshPolicies {
  for (const seed of generalPolicies(org.store.org.everyoneGroupId)) addPolicy(org, seed);
  const [adminConsole, dashboard, browserPlugin] = accessPolicies().map((seed) => addPolicy(org, seed));
  const profileEnrollment = addPolicy(org, profileEnrollmentPolicy(org));
  if (adminConsole === undefined || dashboard === undefined || browserPlugin === undefined) {
    throw new Error('the fresh org lacks an app sign-in policy');
  }
  return { adminConsole, dashboard, browserPlugin, profileEnrollment };
}

function addPolicy(org: Org, { rules, ...seed }: PolicySeed): string {
  const v2 = seed.type === 'ACCESS_POLICY' || seed.type === 'PROFILE_ENROLLMENT';
  const id = org.ids.next(v2 ? 'rst' : '00p');
  const now = orgNow(org);
  org.store.policies.put({ ...seed, id, status: 'ACTIVE', priority: 1, created: now, lastUpdated: now });
  const type: PolicyRuleType = seed.type === 'OKTA_SIGN_ON' ? 'SIGN_ON' : seed.type;
  for (const rule of rules) {
    org.store.policyRules.put({
      ...rule,
      id: org.ids.next(v2 ? 'rul' : '0pr'),
      policyId: id,
      type,
      status: 'ACTIVE',
      created: now,
      lastUpdated: now,
    });
  }
  return id;
}

function defaultRule(actions: PolicyRuleActions, conditions: PolicyConditions = {}): RuleSeed {
  return {
    name: 'Default Rule',
    priority: 1,
    system: true,
    conditions: { people: { users: { exclude: [] } }, network: { connection: 'ANYWHERE' }, ...conditions },
    actions,
  };
}

function catchAll(actions: PolicyRuleActions): RuleSeed {
  return { name: 'Catch-all Rule', priority: 99, system: true, conditions: null, actions };
}

function generalPolicies(everyoneGroupId: string): PolicySeed[] {
  const everyone = (): PolicyConditions => ({ people: { groups: { include: [everyoneGroupId] } } });
  const shared = { name: 'Default Policy', description: DEFAULT_DESCRIPTION, system: true };
  return [
    {
      ...shared,
      type: 'OKTA_SIGN_ON',
      conditions: everyone(),
      rules: [
        defaultRule(
          {
            signon: {
              access: 'ALLOW',
              requireFactor: false,
              // username and password on one page
              primaryFactor: 'PASSWORD_IDP',
              rememberDeviceByDefault: false,
              session: { usePersistentCookie: false, maxSessionIdleMinutes: 120, maxSessionLifetimeMinutes: 0 },
            },
          },
          { authContext: { authType: 'ANY' } },
        ),
      ],
    },
    {
      ...shared,
      type: 'PASSWORD',
      conditions: { ...everyone(), authProvider: { provider: 'OKTA' } },
      settings: defaultPasswordSettings(),
      rules: [
        defaultRule({
          passwordChange: { access: 'ALLOW' },
          selfServicePasswordReset: { access: 'ALLOW' },
          selfServiceUnlock: { access: 'DENY' },
        }),
      ],
    },
    {
      ...shared,
      type: 'MFA_ENROLL',
      conditions: everyone(),
      // Only what is allowed is kept; the rest shows as NOT_ALLOWED when the policy is read.
      settings: {
        type: 'AUTHENTICATORS',
        authenticators: [
          { key: 'okta_email', enroll: { self: 'OPTIONAL' } },
          { key: 'okta_verify', enroll: { self: 'OPTIONAL' } },
          { key: 'okta_password', enroll: { self: 'REQUIRED' } },
        ],
      },
      rules: [defaultRule({ enroll: { self: 'CHALLENGE' } })],
    },
    {
      type: 'IDP_DISCOVERY',
      name: 'Idp Discovery Policy',
      description: 'The default IdP Discovery Policy',
      system: true,
      conditions: null,
      rules: [
        {
          ...defaultRule({ idp: { providers: [{ type: 'OKTA' }], idpSelectionType: 'SPECIFIC' } }),
          conditions: {
            network: { connection: 'ANYWHERE' },
            platform: { include: [], exclude: [] },
            userIdentifier: { patterns: [] },
            app: { include: [], exclude: [] },
          },
        },
      ],
    },
  ];
}

/** The app sign-in policies in the order Okta lists them: those of Okta's own apps first. */
function accessPolicies(): PolicySeed[] {
  const shared = { type: 'ACCESS_POLICY' as const, system: false, conditions: null, resourceType: 'APP' };
  const password = [{ knowledge: { required: true, types: ['password'] } }];
  const oneFactor = (): RuleSeed =>
    catchAll({
      appSignOn: {
        access: 'ALLOW',
        verificationMethod: {
          factorMode: '1FA',
          type: 'ASSURANCE',
          reauthenticateIn: 'PT12H',
          constraints: structuredClone(password),
        },
        keepMeSignedIn: { postAuth: 'NOT_ALLOWED' },
      },
    });
  const twoFactors = (): RuleSeed =>
    catchAll({
      appSignOn: {
        access: 'ALLOW',
        verificationMethod: { factorMode: '2FA', type: 'ASSURANCE', reauthenticateIn: 'PT12H' },
        keepMeSignedIn: { postAuth: 'NOT_ALLOWED' },
      },
    });
  return [
    { ...shared, name: 'Okta Admin Console', rules: [adminAppRule(), oneFactor()] },
    { ...shared, name: 'Okta Dashboard', rules: [oneFactor()] },
    { ...shared, name: 'Okta Browser Plugin', rules: [oneFactor()] },
    {
      ...shared,
      name: 'Any two factors',
      description: 'Require two factors to access.',
      system: true,
      rules: [twoFactors()],
    },
    {
      ...shared,
      name: 'Okta Account Management Policy',
      description:
        'This policy defines how users must authenticate for authenticator enrollment, password reset, or unlock account. Password policy rules control whether to enforce this policy for password reset and unlock account.',
      resourceType: 'END_USER_ACCOUNT_MANAGEMENT',
      rules: [twoFactors()],
    },
  ];
}

function adminAppRule(): RuleSeed {
  return {
    name: 'Admin App Policy',
    priority: 0,
    system: false,
    conditions: {
      people: { users: { exclude: [] } },
      network: { connection: 'ANYWHERE' },
      userType: { include: [], exclude: [] },
    },
    actions: {
      appSignOn: {
        access: 'ALLOW',
        verificationMethod: {
          factorMode: '2FA',
          type: 'ASSURANCE',
          reauthenticateIn: 'PT0S',
          constraints: [{ knowledge: { required: true, types: ['password'], reauthenticateIn: 'PT43800H' } }],
        },
        keepMeSignedIn: { postAuth: 'NOT_ALLOWED' },
      },
    },
  };
}

/** `unknownUserAction` REGISTER: sign-ins recorded from orgs of this kind offer registration. */
function profileEnrollmentPolicy(org: Org): PolicySeed {
  return {
    type: 'PROFILE_ENROLLMENT',
    name: 'Default Policy',
    system: true,
    conditions: null,
    rules: [
      catchAll({
        profileEnrollment: {
          access: 'ALLOW',
          preRegistrationInlineHooks: null,
          profileAttributes: [
            { name: 'email', label: 'Email', required: true },
            { name: 'firstName', label: 'First name', required: true },
            { name: 'lastName', label: 'Last name', required: true },
          ],
          targetGroupIds: null,
          unknownUserAction: 'REGISTER',
          activationRequirements: { emailVerification: true },
          uiSchemaId: org.ids.next('uis'),
          progressiveProfilingAction: 'DISABLED',
        },
      }),
    ],
  };
}
