import { describe, expect, test } from 'vitest';
import { type Assurance, amrOf, assess, type Factor } from '../../src/policy/index.ts';
import type { VerificationMethod } from '../../src/wire/policy.ts';
import {
  ANY_ONE,
  ANY_TWO,
  DEVICE_BOUND,
  EMAIL,
  PASSWORD,
  PASSWORD_AND_ANOTHER,
  PASSWORD_ONLY,
  PUSH,
  QUESTION,
  SMS,
  TOTP,
  VOICE,
  WEBAUTHN,
} from './build.ts';

interface Row {
  what: string;
  source: string;
  demand: VerificationMethod;
  verified?: Factor[];
  enrolled?: Factor[];
  enrollable?: Factor[];
  outcome: Assurance;
}

const satisfied: Assurance = { state: 'satisfied' };
const verify = (...next: Factor[]): Assurance => ({ state: 'verify', next });
const enroll = (...next: Factor[]): Assurance => ({ state: 'enroll', next });
const unsatisfiable = (reason: string): Assurance => ({ state: 'unsatisfiable', reason });

const chain: VerificationMethod = {
  type: 'AUTH_METHOD_CHAIN',
  chains: [
    {
      authenticationMethods: [{ key: 'okta_password', method: 'password' }],
      next: [
        {
          authenticationMethods: [
            { key: 'phone_number', method: 'sms' },
            { key: 'okta_email', method: 'email' },
          ],
        },
      ],
    },
  ],
};

const possession = (constraint: object): VerificationMethod => ({
  type: 'ASSURANCE',
  factorMode: '2FA',
  constraints: [{ knowledge: { required: true, types: ['password'] }, possession: { required: true, ...constraint } }],
});

const TABLE: Row[] = [
  {
    what: 'a password alone satisfies "Password only"',
    source: 'recorded preset policy',
    demand: PASSWORD_ONLY,
    verified: [PASSWORD],
    outcome: satisfied,
  },
  {
    what: '"Password + another factor" asks for the password and then offers what else is enrolled',
    source: 'guide: sign-in flow, password and phone',
    demand: PASSWORD_AND_ANOTHER,
    verified: [PASSWORD],
    enrolled: [PASSWORD, SMS, VOICE],
    outcome: verify(SMS, VOICE),
  },
  {
    what: 'password and a code by SMS satisfy "Password + another factor"',
    source: 'guide; recorded 6.2.2',
    demand: PASSWORD_AND_ANOTHER,
    verified: [PASSWORD, SMS],
    outcome: satisfied,
  },
  {
    what: 'password and a voice call satisfy it too',
    source: 'guide',
    demand: PASSWORD_AND_ANOTHER,
    verified: [PASSWORD, VOICE],
    outcome: satisfied,
  },
  {
    what: 'email and phone are both offered as the second factor when both are enrolled',
    source: 'recorded 6.2.2 with email',
    demand: PASSWORD_AND_ANOTHER,
    verified: [PASSWORD],
    enrolled: [EMAIL, PASSWORD, SMS],
    outcome: verify(EMAIL, SMS),
  },
  {
    what: 'password and security question are both knowledge, so they are one factor class',
    source: 'help: about MFA authenticators',
    demand: PASSWORD_AND_ANOTHER,
    verified: [PASSWORD],
    enrolled: [PASSWORD, QUESTION],
    outcome: unsatisfiable(
      'the rule requires two different factor classes; password and security question are knowledge only',
    ),
  },
  {
    what: 'two possession factors are one class: "any two factors" is not met by email and phone',
    source: 'help: about MFA authenticators',
    demand: ANY_TWO,
    verified: [EMAIL, SMS],
    enrolled: [EMAIL, SMS],
    outcome: unsatisfiable('the rule requires two different factor classes; email and phone are possession only'),
  },
  {
    what: 'password and phone satisfy "any two factors", the default policy of apps',
    source: 'recorded default policy, conclusion in the reference',
    demand: ANY_TWO,
    verified: [PASSWORD, SMS],
    outcome: satisfied,
  },
  {
    what: 'any one factor: everything enrolled may be first',
    source: 'Admin Console label "Any 1 factor"',
    demand: ANY_ONE,
    enrolled: [EMAIL, PASSWORD, SMS],
    outcome: verify(EMAIL, PASSWORD, SMS),
  },
  {
    what: 'a user without a phone is to enrol one',
    source: 'recorded 6.2.1',
    demand: PASSWORD_AND_ANOTHER,
    verified: [PASSWORD],
    enrolled: [PASSWORD],
    enrollable: [SMS, VOICE],
    outcome: enroll(SMS, VOICE),
  },
  {
    what: 'what is enrolled is verified before anything is enrolled',
    source: 'recorded 6.2.1: password, email, then phone',
    demand: PASSWORD_AND_ANOTHER,
    enrolled: [PASSWORD],
    enrollable: [SMS],
    outcome: verify(PASSWORD),
  },
  {
    what: 'enrolling is not asked of someone who has another way',
    source: 'recorded 6.2.2',
    demand: PASSWORD_AND_ANOTHER,
    verified: [PASSWORD],
    enrolled: [PASSWORD, EMAIL],
    enrollable: [SMS],
    outcome: verify(EMAIL),
  },
  {
    what: 'the catch-all of a new policy wants a device-bound factor; phone and email are not',
    source: 'recorded catch-all; help: all possession authenticators except email and phone are device-bound',
    demand: DEVICE_BOUND,
    verified: [PASSWORD],
    enrolled: [PASSWORD, SMS, EMAIL],
    outcome: unsatisfiable('the rule requires a device-bound possession factor; phone and email are not'),
  },
  {
    what: 'it is met by password and Google Authenticator',
    source: 'help: device-bound',
    demand: DEVICE_BOUND,
    verified: [PASSWORD, TOTP],
    outcome: satisfied,
  },
  {
    what: 'a phishing-resistant demand leaves the security key only',
    source: 'help: phishing-resistant',
    demand: possession({ phishingResistant: 'REQUIRED' }),
    verified: [PASSWORD],
    enrolled: [PASSWORD, PUSH, SMS, WEBAUTHN],
    outcome: verify(WEBAUTHN),
  },
  {
    what: 'types narrow, whatever their case',
    source: 'OpenAPI: types are PHONE, EMAIL, …; recordings write "password"',
    demand: possession({ types: ['PHONE'] }),
    verified: [PASSWORD],
    enrolled: [PASSWORD, EMAIL, SMS],
    outcome: verify(SMS),
  },
  {
    what: 'methods narrow to the method',
    source: 'OpenAPI: methods',
    demand: possession({ methods: ['VOICE'] }),
    verified: [PASSWORD],
    enrolled: [PASSWORD, SMS, VOICE],
    outcome: verify(VOICE),
  },
  {
    what: 'named authentication methods narrow to them',
    source: 'OpenAPI: authenticationMethods',
    demand: possession({ authenticationMethods: [{ key: 'phone_number', method: 'sms' }] }),
    verified: [PASSWORD],
    enrolled: [PASSWORD, EMAIL, SMS, VOICE],
    outcome: verify(SMS),
  },
  {
    what: 'an excluded method does not count though its class is not required',
    source: 'OpenAPI: with excludedAuthenticationMethods, required is false',
    demand: {
      type: 'ASSURANCE',
      factorMode: '2FA',
      constraints: [
        { possession: { required: false, excludedAuthenticationMethods: [{ key: 'phone_number', method: 'sms' }] } },
      ],
    },
    verified: [PASSWORD, SMS],
    enrolled: [PASSWORD, SMS, EMAIL],
    outcome: verify(EMAIL),
  },
  {
    what: 'of several constraints one is enough',
    source: 'OpenAPI: only one constraint object needs to be satisfied',
    demand: {
      type: 'ASSURANCE',
      factorMode: '1FA',
      constraints: [{ possession: { required: true } }, { knowledge: { required: true } }],
    },
    verified: [PASSWORD],
    outcome: satisfied,
  },
  {
    what: 'within one constraint every member must hold',
    source: 'OpenAPI: within a constraint object, each property must be satisfied',
    demand: possession({}),
    verified: [SMS],
    enrolled: [SMS, PASSWORD],
    outcome: verify(PASSWORD),
  },
  {
    what: 'a chain asks for its first link first',
    source: 'OpenAPI: AUTH_METHOD_CHAIN',
    demand: chain,
    enrolled: [PASSWORD, SMS, EMAIL],
    outcome: verify(PASSWORD),
  },
  {
    what: 'then for any method of its next link',
    source: 'OpenAPI: AUTH_METHOD_CHAIN',
    demand: chain,
    verified: [PASSWORD],
    enrolled: [PASSWORD, SMS, EMAIL],
    outcome: verify(SMS, EMAIL),
  },
  {
    what: 'and is done after its last',
    source: 'OpenAPI',
    demand: chain,
    verified: [PASSWORD, SMS],
    outcome: satisfied,
  },
  {
    what: 'a chain whose second link nobody can provide',
    source: 'OpenAPI',
    demand: chain,
    enrolled: [PASSWORD],
    outcome: unsatisfiable('the rule names methods that password cannot provide'),
  },
  {
    what: 'a link of a chain may demand more of its method than its name',
    source: 'OpenAPI: AuthenticationMethod',
    demand: {
      type: 'AUTH_METHOD_CHAIN',
      chains: [{ authenticationMethods: [{ key: 'okta_email', method: 'email', phishingResistant: 'REQUIRED' }] }],
    },
    enrolled: [EMAIL],
    outcome: unsatisfiable('the rule names methods that email cannot provide'),
  },
  {
    what: 'nothing may be used at all',
    source: 'by definition',
    demand: ANY_ONE,
    outcome: unsatisfiable('no authenticator may be used'),
  },
];

describe('the next thing a sign-in needs', () => {
  test.each(TABLE)('$what ($source)', ({ demand, verified = [], enrolled = [], enrollable = [], outcome }) => {
    expect(assess([demand], { verified, enrolled, enrollable })).toEqual(outcome);
  });

  test('a second demand of the org holds beside the one of the app', () => {
    const state = { verified: [PASSWORD], enrolled: [PASSWORD, SMS], enrollable: [] };
    expect(assess([PASSWORD_ONLY], state)).toEqual(satisfied);
    expect(assess([PASSWORD_ONLY, ANY_TWO], state)).toEqual(verify(SMS));
  });
});

describe('the amr claim', () => {
  test.each([
    { factors: [PASSWORD, SMS], amr: ['mfa', 'sms', 'mca', 'pwd'], source: 'recorded' },
    { factors: [PASSWORD], amr: ['pwd'], source: 'recorded' },
    { factors: [PASSWORD, EMAIL], amr: ['mfa', 'email', 'pwd'], source: 'recorded, as a set' },
    { factors: [PASSWORD, VOICE], amr: ['mfa', 'tel', 'mca', 'pwd'], source: 'assumption voice-amr' },
  ])('$amr ($source)', ({ factors, amr }) => {
    expect(amrOf(factors)).toEqual(amr);
  });
});
