import type {
  AuthenticatorKey,
  AuthenticatorSettings,
  AuthenticatorType,
  MethodType,
} from '../../../wire/authenticator.ts';
import type { Status } from '../../../wire/common.ts';
import { type Org, orgNow } from '../../org.ts';

interface Seed {
  key: AuthenticatorKey;
  type: AuthenticatorType;
  name: string;
  status: Status;
  settings?: AuthenticatorSettings;
  methods: { type: MethodType; status: Status; settings?: Record<string, unknown> }[];
}

/**
 * The five authenticators that come with an org (recorded settings). Phone is there but INACTIVE in new orgs; its voice
 * method starts INACTIVE (OpenAPI example).
 */
const SEEDS: readonly Seed[] = [
  {
    key: 'okta_email',
    type: 'email',
    name: 'Email',
    status: 'ACTIVE',
    settings: { allowedFor: 'recovery', tokenLifetimeInMinutes: 5 },
    methods: [{ type: 'email', status: 'ACTIVE' }],
  },
  {
    key: 'okta_verify',
    type: 'app',
    name: 'Okta Verify',
    status: 'ACTIVE',
    settings: {
      compliance: { fips: 'OPTIONAL' },
      channelBinding: { style: 'NUMBER_CHALLENGE', required: 'ALWAYS' },
      userVerification: 'PREFERRED',
      enrollmentSecurityLevel: 'ANY',
      userVerificationMethods: ['BIOMETRICS', 'PIN'],
      appInstanceId: '',
    },
    methods: [
      {
        type: 'push',
        status: 'ACTIVE',
        settings: { algorithms: ['RS256', 'ES256'], keyProtection: 'ANY', transactionTypes: ['LOGIN'] },
      },
      { type: 'signed_nonce', status: 'INACTIVE', settings: { algorithms: ['RS256', 'ES256'], keyProtection: 'ANY' } },
      {
        type: 'totp',
        status: 'ACTIVE',
        settings: {
          timeIntervalInSeconds: 30,
          encoding: 'base32',
          algorithm: 'HMacSHA1',
          passCodeLength: 6,
        },
      },
    ],
  },
  {
    key: 'okta_password',
    type: 'password',
    name: 'Password',
    status: 'ACTIVE',
    methods: [{ type: 'password', status: 'ACTIVE' }],
  },
  {
    key: 'phone_number',
    type: 'phone',
    name: 'Phone',
    status: 'INACTIVE',
    settings: { allowedFor: 'any' },
    methods: [
      { type: 'sms', status: 'ACTIVE' },
      { type: 'voice', status: 'INACTIVE' },
    ],
  },
  {
    key: 'security_question',
    type: 'security_question',
    name: 'Security Question',
    status: 'ACTIVE',
    settings: { allowedFor: 'recovery' },
    methods: [{ type: 'security_question', status: 'ACTIVE' }],
  },
];

export function seedAuthenticators(org: Org): void {
  const now = orgNow(org);
  for (const { methods, ...seed } of SEEDS) {
    org.store.authenticators.put({
      ...seed,
      ...(seed.settings ? { settings: structuredClone(seed.settings) } : {}),
      id: org.ids.next('aut'),
      created: now,
      lastUpdated: now,
      methods: structuredClone(methods),
    });
  }
}
