import { afterEach, describe, expect, it } from 'vitest';
import { EmulatorCodeSource } from '../../src/verify/codes/emulator.ts';
import type { Flow } from '../../src/verify/flow.ts';
import type { DriverName, FlowResult } from '../../src/verify/result.ts';
import { verify } from '../../src/verify/verify.ts';
import {
  authenticators,
  changeAppGrants,
  changeServerRule,
  type GuideOrg,
  MARY,
  policyOf,
  SIGN_IN_POLICY,
  setCatchAll,
  setEnrollment,
  startGuideOrg,
} from '../support/guide-org.ts';
import { ENROL, SMS, VOICE } from './flows.ts';

let org: GuideOrg;

afterEach(() => org.stop());

/** Where the config would declare it; a test maps the address and the path into the place. */
const locate = (address: string, path: string) => ({ file: `${address}#${path}`, line: 1, column: 1 });

async function run(flow: Flow, driver: DriverName, password = MARY.password): Promise<FlowResult> {
  const { flows } = await verify({
    orgUrl: org.url,
    api: org.api,
    flows: [flow],
    users: { [MARY.login]: { ...MARY, password } },
    drivers: [driver],
    codes: new EmulatorCodeSource(org.url),
    locate,
  });
  const [result] = flows;
  if (result === undefined) throw new Error('no result');
  return result;
}

const outcome = ({ status, failure }: FlowResult) => [status, failure?.code, failure?.source?.file];

const catchAll = `appSignInPolicyRule/${SIGN_IN_POLICY}/Catch-all Rule#userMustAuthenticateWith`;

interface Mutation {
  what: string;
  change: (org: GuideOrg) => Promise<unknown>;
  flow: Flow;
  code: string;
  place: string;
  says: RegExp;
}

const MUTATIONS: Mutation[] = [
  {
    what: 'email is optional',
    change: ({ api }) => setEnrollment(api, { okta_email: 'OPTIONAL' }),
    flow: SMS,
    code: 'email-offered',
    place: 'enrollmentPolicy/Default Policy#authenticators.email',
    says: /^Email is offered: enrollment policy "Default Policy", which applies to mary@example.com, allows it \(OPTIONAL\)/,
  },
  {
    what: 'email is optional, and the user has no phone',
    change: ({ api }) => setEnrollment(api, { okta_email: 'OPTIONAL' }),
    flow: ENROL,
    code: 'email-offered',
    place: 'enrollmentPolicy/Default Policy#authenticators.email',
    says: /^Email is offered/,
  },
  {
    what: 'phone is disabled',
    change: ({ api }) => setEnrollment(api, { phone_number: 'NOT_ALLOWED', okta_verify: 'NOT_ALLOWED' }),
    flow: SMS,
    code: 'phone-disabled',
    place: 'enrollmentPolicy/Default Policy#authenticators.phone',
    says: /enrollment policy "Default Policy", which applies to mary@example.com, disables it \(NOT_ALLOWED\)/,
  },
  {
    what: 'phone is disabled and Okta Verify is optional',
    change: ({ api }) => setEnrollment(api, { phone_number: 'NOT_ALLOWED' }),
    flow: SMS,
    code: 'phone-disabled',
    place: 'enrollmentPolicy/Default Policy#authenticators.phone',
    says: /disables it/,
  },
  {
    what: 'SMS is off',
    change: async ({ api }) => {
      const { phone } = await authenticators(api);
      await api.post(`/api/v1/authenticators/${phone.id}/methods/sms/lifecycle/deactivate`);
    },
    flow: SMS,
    code: 'phone-method-inactive',
    place: 'authenticator/phone#methods.sms',
    says: /^Phone is offered without SMS/,
  },
  {
    what: 'the app lacks the interaction code',
    change: (guide) => changeAppGrants(guide, (grants) => grants.filter((grant) => grant !== 'interaction_code')),
    flow: SMS,
    code: 'interaction-code-missing-on-app',
    place: 'app/Password and phone app#grantTypes',
    says: /^App "Password and phone app" may not use the Interaction Code grant/,
  },
  {
    what: 'the authorization server lacks the interaction code',
    change: ({ api }) => changeServerRule(api, (grants) => grants.filter((grant) => grant !== 'interaction_code')),
    flow: SMS,
    code: 'interaction-code-missing-on-authorization-server',
    place: 'authorizationServerPolicyRule/default/Default Policy/Default Policy Rule#grantTypes',
    says: /^No rule of the authorization server "default" allows the Interaction Code grant/,
  },
  {
    what: 'the user is not assigned',
    change: ({ api, app, everyoneId }) => api.delete(`/api/v1/apps/${app.id}/groups/${everyoneId}`),
    flow: SMS,
    code: 'user-not-assigned',
    place: 'app/Password and phone app#assignedTo',
    says: /^mary@example.com is not assigned to app "Password and phone app"/,
  },
  {
    what: 'the catch-all is left at its device-bound default',
    change: async ({ api }) => {
      const policy = await policyOf(api, 'ACCESS_POLICY', SIGN_IN_POLICY);
      const constraints = [{ possession: { required: true, deviceBound: 'REQUIRED' } }];
      await setCatchAll(api, policy.id, { factorMode: '2FA', constraints });
    },
    flow: SMS,
    code: 'device-bound-required',
    place: catchAll,
    says: /requires a device-bound possession factor/,
  },
  {
    what: 'the catch-all is device-bound and Okta Verify is disabled',
    change: async ({ api }) => {
      const policy = await policyOf(api, 'ACCESS_POLICY', SIGN_IN_POLICY);
      const constraints = [{ possession: { required: true, deviceBound: 'REQUIRED' } }];
      await setCatchAll(api, policy.id, { factorMode: '2FA', constraints });
      await setEnrollment(api, { okta_verify: 'NOT_ALLOWED' });
    },
    flow: VOICE,
    code: 'device-bound-required',
    place: catchAll,
    says: /requires a device-bound possession factor/,
  },
  {
    what: 'one factor is enough',
    change: async ({ api }) => {
      const policy = await policyOf(api, 'ACCESS_POLICY', SIGN_IN_POLICY);
      await setCatchAll(api, policy.id, { factorMode: '1FA', constraints: [{ knowledge: { types: ['password'] } }] });
    },
    flow: SMS,
    code: 'one-factor-enough',
    place: catchAll,
    says: /is signed in before "phone sms": rule "Catch-all Rule" .* is content with one factor/,
  },
  {
    what: 'access is denied',
    change: async ({ api }) => {
      const policy = await policyOf(api, 'ACCESS_POLICY', SIGN_IN_POLICY);
      await api.post(`/api/v1/policies/${policy.id}/rules`, {
        name: 'Nobody',
        type: 'ACCESS_POLICY',
        priority: 0,
        actions: { appSignOn: { access: 'DENY', verificationMethod: { type: 'ASSURANCE', factorMode: '1FA' } } },
      });
    },
    flow: SMS,
    code: 'access-denied',
    place: `appSignInPolicyRule/${SIGN_IN_POLICY}/Nobody#access`,
    says: /^Rule "Nobody" of app sign-in policy "Password and phone" denies access/,
  },
  {
    what: 'embedded sign-in is off',
    change: ({ url }) =>
      fetch(`${url}/_emulator/settings`, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ embeddedSignIn: false }),
      }),
    flow: SMS,
    code: 'embedded-sign-in-off',
    place: 'undefined',
    says: /refuses sign-in by an app's own screens/,
  },
  {
    what: 'the user is suspended',
    change: ({ api, userId }) => api.post(`/api/v1/users/${userId}/lifecycle/suspend`),
    flow: SMS,
    code: 'user-suspended',
    place: 'user/mary@example.com#',
    says: /^mary@example.com is suspended/,
  },
];

describe('a flow by email', () => {
  it.each<DriverName>(['sdk', 'guide', 'browser'])('passes by %s when email is optional', async (driver) => {
    org = await startGuideOrg();
    await setEnrollment(org.api, { okta_email: 'OPTIONAL' });
    const expected = { signedIn: true, offered: ['phone', 'email'], amr: ['pwd', 'mfa'] };
    const result = await run({ ...SMS, steps: ['password', 'email'], expect: expected }, driver);
    expect(result.failure).toBeUndefined();
    expect(result.status).toBe('passed');
  });
});

describe.each<DriverName>(['sdk', 'guide', 'browser'])('a flow fails by %s, and says why, when', (driver) => {
  it.each(MUTATIONS)('$what', async ({ change, flow, code, place, says }) => {
    org = await startGuideOrg();
    await change(org);
    const result = await run(flow, driver);
    expect(outcome(result)).toEqual(['failed', code, place === 'undefined' ? undefined : place]);
    expect(result.failure?.message).toMatch(says);
    expect(result.failure?.hint).toMatch(/\.$/);
  });

  it('email is asked for and disabled', async () => {
    org = await startGuideOrg();
    const flow: Flow = { ...SMS, steps: ['password', 'email'], expect: { signedIn: true } };
    expect(outcome(await run(flow, driver))).toEqual([
      'failed',
      'email-disabled',
      'enrollmentPolicy/Default Policy#authenticators.email',
    ]);
  });

  it('the password is another one', async () => {
    org = await startGuideOrg();
    expect(outcome(await run(SMS, driver, 'Not-her-password-1'))).toEqual([
      'failed',
      'wrong-password',
      'user/mary@example.com#password',
    ]);
  });

  it('the clocks differ', async () => {
    org = await startGuideOrg();
    await fetch(`${org.url}/_emulator/clock`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ advanceMs: 20 * 60_000 }),
    });
    expect(outcome(await run(SMS, driver)).slice(0, 2)).toEqual(['error', 'clock-skew']);
  });
});
