import { describe, expect, test } from 'vitest';
import {
  allowedFactors,
  appSignInFor,
  enrollmentFor,
  enrollmentNeed,
  globalSessionFor,
  levelOf,
  type Person,
  type SignInContext,
  skipOffered,
} from '../../src/policy/index.ts';
import type { PolicyConditions, SignOnAction } from '../../src/wire/policy.ts';
import {
  appSignInPolicy,
  authenticator,
  EVERYONE,
  enrollmentPolicy,
  globalSessionPolicy,
  guideOrg,
  PASSWORD_ONLY,
} from './build.ts';

const mary: Person = { id: '00uMary', groupIds: [EVERYONE, '00gPhone'], userTypeId: 'otyDefault' };

describe('the enrollment policy that applies', () => {
  const forGroup = enrollmentPolicy(
    'Phone testers',
    { phone_number: 'REQUIRED' },
    { groups: ['00gPhone'], priority: 1 },
  );
  const fallback = enrollmentPolicy('Default Policy', { phone_number: 'NOT_ALLOWED' }, { system: true, priority: 2 });
  const applied = (policies: Parameters<typeof enrollmentFor>[0], person = mary, context: SignInContext = {}) =>
    enrollmentFor(policies, person, context);

  test('is the first by priority whose group the person is in', () => {
    const other = enrollmentPolicy('Others', {}, { groups: ['00gOther'], priority: 1 });
    const second = enrollmentPolicy('Second', {}, { groups: ['00gPhone'], priority: 3 });
    expect(applied([fallback, second, other, forGroup]).policy?.name).toBe('Phone testers');
  });

  test('is the system one only when no other does, whatever its priority says', () => {
    const first = enrollmentPolicy('Default Policy', {}, { system: true, priority: 1 });
    const later = enrollmentPolicy('Phone testers', {}, { groups: ['00gPhone'], priority: 2 });
    expect(applied([first, later]).policy?.name).toBe('Phone testers');
    expect(applied([first, later], { id: '00uJoe', groupIds: [EVERYONE] }).policy?.name).toBe('Default Policy');
  });

  test('is never an inactive one, nor one without rules, nor one whose rules do not match', () => {
    const inactive = enrollmentPolicy('Inactive', {}, { status: 'INACTIVE' });
    const empty = enrollmentPolicy('Empty', {}, { rules: [] });
    const offline = enrollmentPolicy('Inactive rule', {}, { rules: [{ name: 'off', status: 'INACTIVE' }] });
    const zoned = enrollmentPolicy(
      'Zoned',
      {},
      {
        rules: [{ name: 'in the zone', conditions: { network: { connection: 'ZONE', include: ['nzoOffice'] } } }],
      },
    );
    const decision = applied([inactive, empty, offline, zoned, fallback]);
    expect(decision.policy?.name).toBe('Default Policy');
    expect(decision.skipped.map(({ name, reason }) => `${name}: ${reason}`)).toEqual([
      'Inactive: it is inactive',
      'Empty: it has no rules',
      'off: it is inactive',
      'Inactive rule: no rule matched',
      'in the zone: it is for network zones, and the zone of the client is not known',
      'Zoned: no rule matched',
    ]);
  });

  test('may depend on the app that is signed in to', () => {
    const forApp = enrollmentPolicy(
      'For one app',
      {},
      {
        rules: [{ name: 'app', conditions: { app: { include: [{ type: 'APP', id: '0oaOne' }], exclude: [] } } }],
      },
    );
    expect(applied([forApp, fallback], mary, { appId: '0oaOne' }).policy?.name).toBe('For one app');
    expect(applied([forApp, fallback], mary, { appId: '0oaTwo' }).policy?.name).toBe('Default Policy');
  });

  test('does not hold for a person whom its rule excludes', () => {
    const excluding = enrollmentPolicy(
      'Excluding',
      {},
      {
        rules: [{ name: 'not Mary', conditions: { people: { users: { exclude: ['00uMary'] } } } }],
      },
    );
    expect(applied([excluding, fallback]).policy?.name).toBe('Default Policy');
  });

  test('gives NOT_ALLOWED to what it does not name', () => {
    expect(levelOf(applied([forGroup]), 'okta_email')).toBe('NOT_ALLOWED');
    expect(levelOf(applied([forGroup]), 'phone_number')).toBe('REQUIRED');
  });

  test('in its Classic form speaks of factors', () => {
    const classic = enrollmentPolicy(
      'Classic',
      {},
      {
        settings: {
          factors: { okta_sms: { enroll: { self: 'OPTIONAL' } }, okta_call: { enroll: { self: 'NOT_ALLOWED' } } },
        },
      },
    );
    expect(levelOf(applied([classic]), 'phone_number')).toBe('OPTIONAL');
  });
});

describe('what may be used to authenticate', () => {
  const levels = { okta_password: 'REQUIRED', okta_email: 'OPTIONAL', phone_number: 'OPTIONAL' } as const;
  const decision = enrollmentFor([enrollmentPolicy('Default Policy', levels)], mary, {});
  const usable = (...authenticators: ReturnType<typeof authenticator>[]) =>
    allowedFactors(authenticators, decision).map((factor) => factor.method);

  test.each([
    { what: 'used for any', input: authenticator('okta_email', { allowedFor: 'any' }), methods: ['email'] },
    { what: 'used for sign-in only', input: authenticator('okta_email', { allowedFor: 'sso' }), methods: ['email'] },
    { what: 'used for recovery only', input: authenticator('okta_email', { allowedFor: 'recovery' }), methods: [] },
    { what: 'used for nothing', input: authenticator('okta_email', { allowedFor: 'none' }), methods: [] },
    { what: 'without the setting', input: authenticator('okta_password'), methods: ['password'] },
    { what: 'inactive', input: authenticator('phone_number', { status: 'INACTIVE' }), methods: [] },
    {
      what: 'one method switched off',
      input: authenticator('phone_number', { methods: { sms: true, voice: false } }),
      methods: ['sms'],
    },
    { what: 'not in the policy', input: authenticator('google_otp'), methods: [] },
  ])('an authenticator $what: $methods', ({ input, methods }) => {
    expect(usable(input)).toEqual(methods);
  });
});

describe('what must or may be enrolled', () => {
  const authenticators = [
    authenticator('okta_email'),
    authenticator('okta_verify'),
    authenticator('okta_password'),
    authenticator('phone_number'),
  ];
  const policy = (self: 'CHALLENGE' | 'NEVER') =>
    enrollmentFor(
      [
        enrollmentPolicy(
          'P',
          { okta_password: 'REQUIRED', okta_email: 'REQUIRED', okta_verify: 'OPTIONAL', phone_number: 'REQUIRED' },
          { rules: [{ name: 'r', self }] },
        ),
      ],
      mary,
      {},
    );

  test('lists the missing ones by level; password and email come by themselves', () => {
    const need = enrollmentNeed(authenticators, policy('CHALLENGE'), ['okta_password']);
    expect(need).toEqual({ required: ['phone_number'], optional: ['okta_verify'] });
  });

  test('is nothing when the rule never lets users enrol', () => {
    expect(enrollmentNeed(authenticators, policy('NEVER'), [])).toEqual({ required: [], optional: [] });
  });

  test('may be skipped only when the assurance is met and nothing required is left', () => {
    expect(skipOffered({ required: [], optional: ['okta_verify'] }, true)).toBe(true);
    expect(skipOffered({ required: [], optional: ['okta_verify'] }, false)).toBe(false);
    expect(skipOffered({ required: ['phone_number'], optional: ['okta_verify'] }, true)).toBe(false);
    expect(skipOffered({ required: [], optional: [] }, true)).toBe(false);
  });
});

describe('the app sign-in rule that applies', () => {
  interface Row {
    what: string;
    conditions: PolicyConditions;
    context?: SignInContext;
    reason: string | undefined;
  }
  const TABLE: Row[] = [
    { what: 'no condition that narrows', conditions: { network: { connection: 'ANYWHERE' } }, reason: undefined },
    { what: 'a group of hers', conditions: { people: { groups: { include: ['00gPhone'] } } }, reason: undefined },
    {
      what: 'another group',
      conditions: { people: { groups: { include: ['00gOther'] } } },
      reason: 'it is for other groups or users',
    },
    {
      what: 'another group, but herself',
      conditions: { people: { groups: { include: ['00gOther'] }, users: { include: ['00uMary'] } } },
      reason: undefined,
    },
    {
      what: 'her group, but not her',
      conditions: { people: { groups: { include: ['00gPhone'] }, users: { exclude: ['00uMary'] } } },
      reason: 'this person is excluded',
    },
    {
      what: 'everyone but a group of hers',
      conditions: { people: { groups: { exclude: ['00gPhone'] } } },
      reason: 'a group of this person is excluded',
    },
    {
      what: 'the zone she is in',
      conditions: { network: { connection: 'ZONE', include: ['nzoOffice'] } },
      context: { zoneIds: ['nzoOffice'] },
      reason: undefined,
    },
    {
      what: 'another zone',
      conditions: { network: { connection: 'ZONE', include: ['nzoOffice'] } },
      context: { zoneIds: [] },
      reason: 'the client is not in its network zones',
    },
    {
      what: 'all but the zone she is in',
      conditions: { network: { connection: 'ZONE', exclude: ['nzoOffice'] } },
      context: { zoneIds: ['nzoOffice'] },
      reason: 'the client is in a network zone that it excludes',
    },
    {
      what: 'another user type',
      conditions: { userType: { include: ['otyContractor'], exclude: [] } },
      reason: 'it is for other user types',
    },
    {
      what: 'mobile devices, from a desktop',
      conditions: { platform: { include: [{ type: 'MOBILE', os: { type: 'ANY' } }] } },
      context: { platform: { type: 'DESKTOP', os: 'MACOS' } },
      reason: 'it is for other platforms',
    },
    {
      what: 'mobile devices, platform unknown',
      conditions: { platform: { include: [{ type: 'MOBILE', os: { type: 'IOS' } }] } },
      reason: 'it is for platforms, and that of the client is not known',
    },
    {
      what: 'registered devices',
      conditions: { device: { registered: true } },
      reason: 'it is for registered devices',
    },
    { what: 'any risk', conditions: { riskScore: { level: 'ANY' } }, reason: undefined },
    {
      what: 'low risk, risk unknown',
      conditions: { riskScore: { level: 'LOW' } },
      reason: 'it is for a risk level, which cannot be evaluated',
    },
    {
      what: 'an expression',
      conditions: { elCondition: { condition: "user.profile.department == 'x'" } },
      reason: 'its expression cannot be evaluated',
    },
  ];

  test.each(TABLE)('a rule for $what: $reason', ({ conditions, context = {}, reason }) => {
    const policy = appSignInPolicy(
      { name: 'Narrow', priority: 0, conditions },
      { name: 'Catch-all Rule', priority: 99, system: true },
    );
    const decision = appSignInFor(policy, mary, context);
    expect(decision.rule?.name).toBe(reason === undefined ? 'Narrow' : 'Catch-all Rule');
    expect(decision.skipped).toEqual(reason === undefined ? [] : [{ id: 'id of Narrow', name: 'Narrow', reason }]);
  });

  test('is the one of lowest priority number, an inactive one never', () => {
    const policy = appSignInPolicy(
      { name: 'Third', priority: 3 },
      { name: 'Second', priority: 2, demand: PASSWORD_ONLY },
      { name: 'First', priority: 0, status: 'INACTIVE' },
    );
    expect(appSignInFor(policy, mary, {}).rule?.name).toBe('Second');
    expect(appSignInFor(policy, mary, {}).action?.verificationMethod).toEqual(PASSWORD_ONLY);
  });
});

describe('the global session policy', () => {
  test.each<{ what: string; signon: Partial<SignOnAction>; minutesSinceMfa?: number; prompts: boolean }>([
    { what: 'every sign-in', signon: { factorPromptMode: 'ALWAYS' }, minutesSinceMfa: 0, prompts: true },
    { what: 'a new device', signon: { factorPromptMode: 'DEVICE' }, prompts: true },
    { what: 'a device that is known', signon: { factorPromptMode: 'DEVICE' }, minutesSinceMfa: 1e6, prompts: false },
    { what: 'a device never seen', signon: { factorPromptMode: 'SESSION', factorLifetime: 30 }, prompts: true },
    {
      what: 'within the MFA lifetime',
      signon: { factorPromptMode: 'SESSION', factorLifetime: 30 },
      minutesSinceMfa: 29.9,
      prompts: false,
    },
    {
      what: 'when the MFA lifetime is over',
      signon: { factorPromptMode: 'SESSION', factorLifetime: 30 },
      minutesSinceMfa: 30,
      prompts: true,
    },
    {
      what: 'a lifetime that is not named',
      signon: { factorPromptMode: 'SESSION' },
      minutesSinceMfa: 15,
      prompts: true,
    },
    { what: 'a rule that names no mode', signon: {}, minutesSinceMfa: 0, prompts: true },
  ])('prompts for a second factor on $what: $prompts', ({ signon, minutesSinceMfa, prompts }) => {
    const context = minutesSinceMfa === undefined ? {} : { minutesSinceMfa };
    const decision = globalSessionFor([globalSessionPolicy({ requireFactor: true, ...signon })], mary, context);
    expect(decision.demands).toEqual(prompts ? [{ type: 'ASSURANCE', factorMode: '2FA' }] : []);
  });

  test.each([
    { primaryFactor: 'PASSWORD_IDP', passwordFirst: true },
    { primaryFactor: 'PASSWORD_IDP_ANY_FACTOR', passwordFirst: false },
  ] as const)('$primaryFactor: password first $passwordFirst', ({ primaryFactor, passwordFirst }) => {
    expect(globalSessionFor([globalSessionPolicy({ primaryFactor })], mary, {}).passwordFirst).toBe(passwordFirst);
  });

  test('asks for a second factor class when it requires a factor', () => {
    expect(globalSessionFor([globalSessionPolicy({ requireFactor: true })], mary, {}).demands).toEqual([
      { type: 'ASSURANCE', factorMode: '2FA' },
    ]);
    expect(globalSessionFor([globalSessionPolicy()], mary, {}).demands).toEqual([]);
  });

  test('denies when its rule does, and when nothing applies', () => {
    expect(globalSessionFor([globalSessionPolicy({ access: 'DENY' })], mary, {}).denied).toBe(true);
    expect(globalSessionFor([], mary, {}).denied).toBe(true);
    expect(globalSessionFor(guideOrg().globalSessionPolicies, mary, {}).denied).toBe(false);
  });
});
