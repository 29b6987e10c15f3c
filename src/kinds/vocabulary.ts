/** The Admin Console's words beside Okta's wire values, each pair written once. */

export interface Vocabulary<Word extends string, Wire extends string> {
  /** For `z.enum`. */
  readonly words: readonly [Word, ...Word[]];
  /** What {@link toWord} showed as it is, is written as it is: an undo puts back such values, too. */
  toWire(word: Word): Wire;
  /** A wire value without a word of its own is shown as it is. */
  toWord(wire: string): string;
}

function vocabulary<const Pairs extends Readonly<Record<string, string>>>(
  pairs: Pairs,
): Vocabulary<keyof Pairs & string, Pairs[keyof Pairs]> {
  type Word = keyof Pairs & string;
  const words = Object.keys(pairs) as unknown as [Word, ...Word[]];
  const back = new Map(words.map((word) => [pairs[word] as string, word]));
  return {
    words,
    toWire: (word) => (pairs[word] ?? word) as Pairs[keyof Pairs],
    toWord: (wire) => back.get(wire) ?? wire,
  };
}

export const STATUS = vocabulary({ active: 'ACTIVE', inactive: 'INACTIVE' });

/** Authenticators by the names that the config uses. */
export const AUTHENTICATOR = vocabulary({
  password: 'okta_password',
  email: 'okta_email',
  phone: 'phone_number',
  oktaVerify: 'okta_verify',
  securityQuestion: 'security_question',
  googleAuthenticator: 'google_otp',
  webauthn: 'webauthn',
});

/** Levels of an authenticator in an enrollment policy, as the Admin Console names them. */
export const ENROLLMENT = vocabulary({ required: 'REQUIRED', optional: 'OPTIONAL', disabled: 'NOT_ALLOWED' });

export const USED_FOR = vocabulary({
  'authentication and recovery': 'any',
  authentication: 'sso',
  recovery: 'recovery',
  none: 'none',
});

/** When an enrollment rule lets a user enrol. */
export const ENROLL_WHEN = vocabulary({
  'first challenge': 'CHALLENGE',
  'next sign-in': 'LOGIN',
  never: 'NEVER',
  denied: 'NEVER_INCLUDING_RECOVERY',
});

export const ACCESS = vocabulary({ allowed: 'ALLOW', denied: 'DENY' });

export const APP_TYPE = vocabulary({
  web: 'web',
  'single-page': 'browser',
  native: 'native',
  service: 'service',
});

export const GRANT = vocabulary({
  'authorization code': 'authorization_code',
  'interaction code': 'interaction_code',
  'refresh token': 'refresh_token',
  implicit: 'implicit',
  'resource owner password': 'password',
  'client credentials': 'client_credentials',
  'device authorization': 'urn:ietf:params:oauth:grant-type:device_code',
  'token exchange': 'urn:ietf:params:oauth:grant-type:token-exchange',
  'jwt bearer': 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'saml 2.0 assertion': 'urn:ietf:params:oauth:grant-type:saml2-bearer',
  ciba: 'urn:openid:params:grant-type:ciba',
});

export const CLIENT_AUTHENTICATION = vocabulary({
  'client secret': 'client_secret_basic',
  'client secret in the body': 'client_secret_post',
  'client secret jwt': 'client_secret_jwt',
  'private key': 'private_key_jwt',
  none: 'none',
});

export const ORIGIN_SCOPE = vocabulary({ cors: 'CORS', redirect: 'REDIRECT', iframe: 'IFRAME_EMBED' });

/** Which address of the org stands in the tokens of an authorization server. */
export const ISSUER_MODE = vocabulary({ 'org url': 'ORG_URL', 'custom url': 'CUSTOM_URL', dynamic: 'DYNAMIC' });
export const KEY_ROTATION = vocabulary({ automatic: 'AUTO', manual: 'MANUAL' });

/** Whether a user is asked before an app gets a scope. */
export const USER_CONSENT = vocabulary({ implicit: 'IMPLICIT', required: 'REQUIRED', flexible: 'FLEXIBLE' });

/** Claims whose values are made by the config; those of the system are made by Okta alone. */
export const CLAIM_VALUE = vocabulary({ expression: 'EXPRESSION', groups: 'GROUPS' });

export const GROUP_FILTER = vocabulary({
  'starts with': 'STARTS_WITH',
  equals: 'EQUALS',
  contains: 'CONTAINS',
  'matches regex': 'REGEX',
});

export const ZONE_TYPE = vocabulary({ ip: 'IP', dynamic: 'DYNAMIC' });
export const ZONE_USE = vocabulary({ policies: 'POLICY', blocklist: 'BLOCKLIST' });

/** Inline hooks by what Okta calls them for. */
export const HOOK_TYPE = vocabulary({
  telephony: 'com.okta.telephony.provider',
  token: 'com.okta.oauth2.tokens.transform',
  'saml assertion': 'com.okta.saml.tokens.transform',
  import: 'com.okta.import.transform',
  'password import': 'com.okta.user.credential.password.import',
  registration: 'com.okta.user.pre-registration',
});

/** What starts a session, by the global session policy. */
export const PRIMARY_FACTOR = vocabulary({ password: 'PASSWORD_IDP', 'any factor': 'PASSWORD_IDP_ANY_FACTOR' });

export const PROMPT_FOR_MFA = vocabulary({
  'every sign-in': 'ALWAYS',
  'new device': 'DEVICE',
  'after lifetime': 'SESSION',
});

/** How somebody who forgot the password proves who they are. */
export const RECOVERY_METHOD = vocabulary({
  email: 'email',
  sms: 'sms',
  voice: 'voice',
  'okta verify push': 'push',
  'google authenticator': 'otp', // Okta takes it with a constraint only (OpenAPI 2026.06.3)
});

/** What recovery asks for besides: `methods` of its step-up, joined; `any`: whichever authenticator signs in. */
export const STEP_UP = vocabulary({
  none: 'none',
  'security question': 'security_question',
  'any authenticator': 'any',
});

/** What becomes of somebody whom the org does not know. */
export const UNKNOWN_USER = vocabulary({ deny: 'DENY', register: 'REGISTER' });
