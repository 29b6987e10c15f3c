import type { Factor, OrgAuthenticator, PolicyWithRules, SignInRules } from '../../src/policy/index.ts';
import type { AuthenticatorKey, MethodType } from '../../src/wire/authenticator.ts';
import type {
  EnrollLevel,
  EnrollSelf,
  PolicyConditions,
  SignOnAction,
  VerificationMethod,
} from '../../src/wire/policy.ts';

const AT = '2026-01-20T12:10:01.000Z';
const dates = { created: AT, lastUpdated: AT };

export const EVERYONE = '00gEveryone';

export interface RuleInput {
  name: string;
  priority?: number;
  system?: boolean;
  status?: 'ACTIVE' | 'INACTIVE';
  conditions?: PolicyConditions | null;
}

type Policy = PolicyWithRules['policy'];

function policy(type: Policy['type'], name: string, more: Partial<Policy>): Policy {
  return {
    id: `id of ${name}`,
    type,
    name,
    status: 'ACTIVE',
    priority: 1,
    system: false,
    conditions: null,
    ...dates,
    ...more,
  };
}

function rule(
  type: PolicyWithRules['rules'][number]['type'],
  input: RuleInput,
  actions: PolicyWithRules['rules'][number]['actions'],
): PolicyWithRules['rules'][number] {
  return {
    id: `id of ${input.name}`,
    type,
    name: input.name,
    status: input.status ?? 'ACTIVE',
    priority: input.priority ?? 1,
    system: input.system ?? false,
    conditions: input.conditions ?? null,
    actions,
    ...dates,
  };
}

export function enrollmentPolicy(
  name: string,
  levels: Partial<Record<AuthenticatorKey, EnrollLevel>>,
  more: Partial<Policy> & { groups?: string[]; rules?: (RuleInput & { self?: EnrollSelf })[] } = {},
): PolicyWithRules {
  const { groups = [EVERYONE], rules = [{ name: `rule of ${name}` }], ...rest } = more;
  const authenticators = Object.entries(levels).map(([key, self]) => ({ key, enroll: { self } }));
  return {
    policy: policy('MFA_ENROLL', name, {
      conditions: { people: { groups: { include: groups } } },
      settings: { type: 'AUTHENTICATORS', authenticators },
      ...rest,
    }),
    rules: rules.map((one) => rule('MFA_ENROLL', one, { enroll: { self: one.self ?? 'CHALLENGE' } })),
  };
}

export function appSignInPolicy(
  ...rules: (RuleInput & { demand?: VerificationMethod; access?: 'ALLOW' | 'DENY' })[]
): PolicyWithRules {
  return {
    policy: policy('ACCESS_POLICY', 'Password and phone', {}),
    rules: rules.map((one) =>
      rule('ACCESS_POLICY', one, {
        appSignOn: { access: one.access ?? 'ALLOW', verificationMethod: one.demand ?? ANY_TWO },
      }),
    ),
  };
}

export function globalSessionPolicy(signon: Partial<SignOnAction> = {}): PolicyWithRules {
  return {
    policy: policy('OKTA_SIGN_ON', 'Default Policy', { system: true }),
    rules: [
      rule(
        'SIGN_ON',
        { name: 'Default Rule', system: true },
        { signon: { access: 'ALLOW', requireFactor: false, ...signon } },
      ),
    ],
  };
}

export function authenticator(
  key: AuthenticatorKey,
  more: {
    status?: 'ACTIVE' | 'INACTIVE';
    allowedFor?: 'any' | 'recovery' | 'sso' | 'none';
    methods?: Partial<Record<MethodType, boolean>>;
  } = {},
): OrgAuthenticator {
  return {
    key,
    status: more.status ?? 'ACTIVE',
    ...(more.allowedFor ? { settings: { allowedFor: more.allowedFor } } : {}),
    ...(more.methods
      ? {
          methods: Object.entries(more.methods).map(([type, active]) => ({
            type: type as MethodType,
            status: active ? ('ACTIVE' as const) : ('INACTIVE' as const),
          })),
        }
      : {}),
  };
}

// The labels of the Admin Console and what the API makes of them (recorded).
export const PASSWORD_ONLY: VerificationMethod = {
  type: 'ASSURANCE',
  factorMode: '1FA',
  constraints: [{ knowledge: { required: true, types: ['password'] } }],
};
export const PASSWORD_AND_ANOTHER: VerificationMethod = {
  type: 'ASSURANCE',
  factorMode: '2FA',
  constraints: [{ knowledge: { required: true, types: ['password'] } }],
};
export const ANY_TWO: VerificationMethod = { type: 'ASSURANCE', factorMode: '2FA', reauthenticateIn: 'PT12H' };
export const ANY_ONE: VerificationMethod = { type: 'ASSURANCE', factorMode: '1FA' };
export const DEVICE_BOUND: VerificationMethod = {
  type: 'ASSURANCE',
  factorMode: '2FA',
  reauthenticateIn: 'PT12H',
  constraints: [{ possession: { required: true, deviceBound: 'REQUIRED' } }],
};

export const PASSWORD: Factor = { key: 'okta_password', method: 'password' };
export const SMS: Factor = { key: 'phone_number', method: 'sms' };
export const VOICE: Factor = { key: 'phone_number', method: 'voice' };
export const EMAIL: Factor = { key: 'okta_email', method: 'email' };
export const QUESTION: Factor = { key: 'security_question', method: 'security_question' };
export const TOTP: Factor = { key: 'google_otp', method: 'otp' };
export const PUSH: Factor = { key: 'okta_verify', method: 'push' };
export const WEBAUTHN: Factor = { key: 'webauthn', method: 'webauthn' };

/** The org of the guide "Sign-in flow: password and phone". */
export function guideOrg(more: Partial<SignInRules> = {}): SignInRules {
  return {
    authenticators: [
      authenticator('okta_email', { allowedFor: 'any' }),
      authenticator('okta_password'),
      authenticator('phone_number', { allowedFor: 'any', methods: { sms: true, voice: true } }),
    ],
    enrollmentPolicies: [
      enrollmentPolicy(
        'Default Policy',
        { okta_password: 'REQUIRED', okta_email: 'NOT_ALLOWED', phone_number: 'OPTIONAL' },
        { system: true },
      ),
    ],
    globalSessionPolicies: [globalSessionPolicy()],
    appSignInPolicy: appSignInPolicy({
      name: 'Catch-all Rule',
      system: true,
      priority: 99,
      demand: PASSWORD_AND_ANOTHER,
    }),
    ...more,
  };
}
