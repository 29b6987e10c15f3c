import { describe, expect, test } from 'vitest';
import { outlook, type Person } from '../../src/policy/index.ts';
import {
  ANY_ONE,
  appSignInPolicy,
  authenticator,
  DEVICE_BOUND,
  EMAIL,
  EVERYONE,
  enrollmentPolicy,
  globalSessionPolicy,
  guideOrg,
  PASSWORD,
  PASSWORD_ONLY,
  SMS,
  VOICE,
} from './build.ts';

const mary: Person = { id: '00uMary', groupIds: [EVERYONE] };
const ask = (rules: ReturnType<typeof guideOrg>, ...enrolled: Parameters<typeof outlook>[3]) => {
  const { decisions, ...answer } = outlook(rules, mary, {}, enrolled);
  return answer;
};

describe('could they sign in? (the org of the guide, and what breaks it)', () => {
  test('with password and phone: yes', () => {
    expect(ask(guideOrg(), PASSWORD, SMS)).toEqual({ verdict: 'can' });
  });

  test('with a password alone: by enrolling a phone on the way', () => {
    expect(ask(guideOrg(), PASSWORD)).toEqual({ verdict: 'byEnrolling', enroll: [SMS, VOICE] });
  });

  test('an email does not help, since the policy does not allow it', () => {
    expect(ask(guideOrg(), PASSWORD, EMAIL)).toEqual({ verdict: 'byEnrolling', enroll: [SMS, VOICE] });
  });

  test('phone disabled too: no', () => {
    const enrollmentPolicies = [enrollmentPolicy('Default Policy', { okta_password: 'REQUIRED' }, { system: true })];
    expect(ask(guideOrg({ enrollmentPolicies }), PASSWORD, SMS)).toEqual({
      verdict: 'cannot',
      reason: 'the rule requires two different factor classes; password is knowledge only',
    });
  });

  test('the SMS method off: who has SMS alone must enrol voice', () => {
    const authenticators = [
      authenticator('okta_password'),
      authenticator('phone_number', { methods: { sms: false, voice: true } }),
    ];
    expect(ask(guideOrg({ authenticators }), PASSWORD, SMS)).toEqual({ verdict: 'byEnrolling', enroll: [VOICE] });
    expect(ask(guideOrg({ authenticators }), PASSWORD)).toEqual({ verdict: 'byEnrolling', enroll: [VOICE] });
    expect(ask(guideOrg({ authenticators }), PASSWORD, SMS, VOICE)).toEqual({ verdict: 'can' });
  });

  test('the catch-all left at its device-bound default: no', () => {
    const appSignInPolicyLeft = appSignInPolicy({ name: 'Catch-all Rule', system: true, demand: DEVICE_BOUND });
    expect(ask(guideOrg({ appSignInPolicy: appSignInPolicyLeft }), PASSWORD, SMS)).toEqual({
      verdict: 'cannot',
      reason: 'the rule requires a device-bound possession factor; phone is not',
    });
  });

  test('one factor enough: the phone is not needed', () => {
    const relaxed = appSignInPolicy({ name: 'Catch-all Rule', system: true, demand: PASSWORD_ONLY });
    expect(ask(guideOrg({ appSignInPolicy: relaxed }), PASSWORD)).toEqual({ verdict: 'can' });
  });

  test('the org itself requires a second factor', () => {
    const rules = guideOrg({
      appSignInPolicy: appSignInPolicy({ name: 'Catch-all Rule', system: true, demand: ANY_ONE }),
      globalSessionPolicies: [globalSessionPolicy({ requireFactor: true })],
      enrollmentPolicies: [enrollmentPolicy('Default Policy', { okta_password: 'REQUIRED' }, { system: true })],
    });
    expect(ask(rules, PASSWORD)).toMatchObject({ verdict: 'cannot' });
  });

  test('denied by a rule, by the global session policy', () => {
    const denying = appSignInPolicy({ name: 'Nobody', access: 'DENY' });
    expect(ask(guideOrg({ appSignInPolicy: denying }), PASSWORD, SMS)).toEqual({
      verdict: 'cannot',
      reason: 'the rule "Nobody" denies access',
    });
    expect(ask(guideOrg({ globalSessionPolicies: [globalSessionPolicy({ access: 'DENY' })] }), PASSWORD, SMS)).toEqual({
      verdict: 'cannot',
      reason: 'the global session policy denies access',
    });
  });

  test('enrolling forbidden by the rule: a password alone does not do', () => {
    const enrollmentPolicies = [
      enrollmentPolicy(
        'Default Policy',
        { okta_password: 'REQUIRED', phone_number: 'OPTIONAL' },
        { rules: [{ name: 'never', self: 'NEVER' }] },
      ),
    ];
    expect(ask(guideOrg({ enrollmentPolicies }), PASSWORD)).toMatchObject({ verdict: 'cannot' });
    expect(ask(guideOrg({ enrollmentPolicies }), PASSWORD, SMS)).toEqual({ verdict: 'can' });
  });
});
