/** Authenticators that an org can add to the five it comes with: what each is like, and its methods (OpenAPI 2026.06.3). */
import type { AuthenticatorKey, AuthenticatorType, MethodType } from '../../wire/authenticator.ts';
import type { AuthenticatorEntity } from '../store/entities.ts';

interface CatalogEntry {
  type: AuthenticatorType;
  /** Name where the client gives none, as the Admin Console writes it. */
  name: string;
  /** Whether an org may have several at a time. */
  several: boolean;
  methods: readonly AuthenticatorEntity['methods'][number][];
  /** What `settings` holds from the start; absent: the object shows none (recorded). */
  settings?: Record<string, unknown>;
}

const method = (type: MethodType, settings?: Record<string, unknown>): CatalogEntry['methods'][number] => ({
  type,
  status: 'ACTIVE',
  ...(settings ? { settings } : {}),
});

export const CATALOG: Readonly<Partial<Record<AuthenticatorKey, CatalogEntry>>> = {
  google_otp: {
    type: 'app',
    name: 'Google Authenticator',
    several: false,
    settings: {},
    methods: [method('otp', { protocol: 'TOTP', algorithm: 'HMacSHA1', passCodeLength: 6, timeIntervalInSeconds: 30 })],
  },
  webauthn: {
    type: 'security_key',
    name: 'Security Key or Biometric',
    several: false,
    methods: [method('webauthn', { userVerification: 'DISCOURAGED', attachment: 'ANY', aaguidGroups: [] })],
  },
  custom_otp: {
    type: 'security_key',
    name: 'Custom OTP',
    several: true,
    methods: [
      method('otp', {
        protocol: 'TOTP',
        acceptableAdjacentIntervals: 3,
        timeIntervalInSeconds: 30,
        encoding: 'base32',
        algorithm: 'HMacSHA256',
        passCodeLength: 6,
      }),
    ],
  },
  custom_app: {
    type: 'app',
    name: 'Custom Push App',
    several: true,
    settings: {},
    methods: [
      method('push', { algorithms: ['RS256', 'ES256'], keyProtection: 'ANY', transactionTypes: ['LOGIN', 'CIBA'] }),
    ],
  },
  external_idp: { type: 'federated', name: 'IdP Authenticator', several: true, methods: [method('idp')] },
  smart_card_idp: { type: 'federated', name: 'Smart Card Authenticator', several: false, methods: [method('cert')] },
  onprem_mfa: { type: 'security_key', name: 'On-Prem MFA', several: false, methods: [method('otp')] },
  rsa_token: { type: 'security_key', name: 'RSA SecurID', several: false, methods: [method('otp')] },
  symantec_vip: { type: 'app', name: 'Symantec VIP', several: false, methods: [method('otp')] },
  yubikey_token: { type: 'security_key', name: 'YubiKey Authenticator', several: false, methods: [method('otp')] },
  duo: { type: 'app', name: 'Duo Security', several: false, methods: [method('duo')] },
  tac: {
    type: 'tac',
    name: 'Temporary Access Code',
    several: false,
    methods: [
      method('tac', {
        minTtl: 10,
        maxTtl: 14_400,
        defaultTtl: 120,
        length: 16,
        complexity: { numbers: true, letters: true, specialCharacters: true },
        multiUseAllowed: true,
      }),
    ],
  },
};
