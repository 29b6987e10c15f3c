/** The OIDC part of an app's body: `credentials.oauthClient` and `settings.oauthClient`, checked and filled in. */
import type {
  ApplicationCredentials,
  ApplicationType,
  OAuthClientSettings,
  TokenEndpointAuthMethod,
} from '../../../wire/application.ts';
import { invalid } from '../../http/okta-error.ts';
import type { Org } from '../../org.ts';
import { defined, flag, integer, type Json, oneOf, record, records, someOf, text, texts } from '../input.ts';

const APPLICATION_TYPES: readonly ApplicationType[] = ['web', 'browser', 'native', 'service'];
const AUTH_METHODS: readonly TokenEndpointAuthMethod[] = [
  'none',
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
];

/** Words of OpenAPI 2026.06.3. */
const GRANTS = [
  'authorization_code',
  'client_credentials',
  'implicit',
  'interaction_code',
  'password',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:ietf:params:oauth:grant-type:saml2-bearer',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:openid:params:grant-type:ciba',
  'urn:okta:params:oauth:grant-type:otp',
  'urn:okta:params:oauth:grant-type:oob',
  'http://auth0.com/oauth/grant-type/mfa-otp',
  'http://auth0.com/oauth/grant-type/mfa-oob',
] as const;
const RESPONSES = ['code', 'id_token', 'token'] as const;

/** Grants that need a place to come back to. */
const REDIRECT_GRANTS = ['authorization_code', 'implicit', 'interaction_code'];

export function readOAuthSettings(org: Org, given: Json, before?: OAuthClientSettings): OAuthClientSettings {
  const applicationType = oneOf(given.application_type, APPLICATION_TYPES) ?? before?.application_type ?? 'web';
  if (before?.application_type !== undefined && before.application_type !== applicationType) {
    throw invalid('settings.oauthClient.application_type', 'application_type: The application type cannot be changed.');
  }
  const grants: string[] = someOf(given.grant_types, GRANTS) ?? ['authorization_code'];
  const redirects = texts(given.redirect_uris) ?? [];
  const responses: string[] = someOf(given.response_types, RESPONSES) ?? defaultResponses(grants);
  assertConsistent(grants, redirects, responses, applicationType);
  const { jwks, refresh_token, ...rest } = given;
  return defined<OAuthClientSettings>({
    ...withoutNulls(rest),
    client_uri: text(given.client_uri) ?? null,
    logo_uri: text(given.logo_uri) ?? null,
    redirect_uris: redirects,
    response_types: responses,
    grant_types: grants,
    jwks: readJwks(org, record(jwks), before?.jwks),
    application_type: applicationType,
    consent_method: oneOf(given.consent_method, ['REQUIRED', 'TRUSTED'] as const) ?? 'TRUSTED',
    issuer_mode: oneOf(given.issuer_mode, ['CUSTOM_URL', 'DYNAMIC', 'ORG_URL'] as const) ?? 'ORG_URL',
    idp_initiated_login: record(given.idp_initiated_login) ?? { mode: 'DISABLED', default_scope: [] },
    wildcard_redirect: oneOf(given.wildcard_redirect, ['DISABLED', 'SUBDOMAIN'] as const) ?? 'DISABLED',
    dpop_bound_access_tokens: flag(given.dpop_bound_access_tokens) ?? false,
    participate_slo: flag(given.participate_slo) ?? false,
    frontchannel_logout_session_required:
      given.frontchannel_logout_uri === undefined
        ? undefined
        : (flag(given.frontchannel_logout_session_required) ?? false),
    post_logout_redirect_uris: texts(given.post_logout_redirect_uris),
    refresh_token: readRefreshToken(record(refresh_token), grants),
  });
}

function withoutNulls(given: Json): Json {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

/** What a client without `response_types` gets from its grants. */
function defaultResponses(grants: readonly string[]): string[] {
  const responses: string[] = [];
  if (grants.some((grant) => grant === 'authorization_code' || grant === 'interaction_code')) responses.push('code');
  if (grants.includes('implicit')) responses.push('token', 'id_token');
  if (grants.includes('client_credentials') && responses.length === 0) responses.push('token');
  return responses;
}

/** Which grant needs which response type and a redirect URI is documented, the wording is not (named assumption `refusal-texts`). */
function assertConsistent(grants: string[], redirects: string[], responses: string[], type: ApplicationType): void {
  if (type !== 'service' && redirects.length === 0 && grants.some((grant) => REDIRECT_GRANTS.includes(grant))) {
    throw invalid(
      'settings.oauthClient.redirect_uris',
      "redirect_uris: 'redirect_uris' must not be empty for the given grant types.",
    );
  }
  const odd = redirects.find((uri) => !URL.canParse(uri));
  if (odd !== undefined) {
    throw invalid('settings.oauthClient.redirect_uris', `redirect_uris: '${odd}' is not an absolute URI.`);
  }
  if (grants.includes('authorization_code') && !responses.includes('code')) {
    throw invalid(
      'settings.oauthClient.response_types',
      "response_types: 'code' is required when 'grant_types' contains 'authorization_code'.",
    );
  }
  if (grants.includes('implicit') && !responses.some((response) => response !== 'code')) {
    throw invalid(
      'settings.oauthClient.response_types',
      "response_types: 'token' or 'id_token' is required when 'grant_types' contains 'implicit'.",
    );
  }
  if (type === 'service' && !grants.includes('client_credentials')) {
    throw invalid(
      'settings.oauthClient.grant_types',
      "grant_types: 'client_credentials' is required for the application type 'service'.",
    );
  }
}

/** Text of the named assumption `refusal-texts`. */
export function assertPublic(key: Json): void {
  if (key.d !== undefined) throw invalid('jwks', 'jwks: A private key must not be sent.');
}

/** Keys get an id and a status; one that is sent back keeps its own. Members without a value are null (recorded). */
function readJwks(org: Org, given: Json | undefined, before: OAuthClientSettings['jwks']): OAuthClientSettings['jwks'] {
  const keys = records(given?.keys);
  if (!keys) return undefined;
  const known = new Map((before?.keys ?? []).map((key) => [key.kid, key]));
  return {
    keys: keys.map((key) => {
      assertPublic(key);
      const kid = text(key.kid) ?? org.ids.opaque(22);
      const id = text(key.id) ?? known.get(kid)?.id ?? org.ids.next('pks');
      const curve = key.kty === 'EC' ? { crv: null } : {};
      return { use: null, ...curve, ...key, kid, id, status: text(key.status) ?? 'ACTIVE' };
    }),
  };
}

function readRefreshToken(given: Json | undefined, grants: readonly string[]): OAuthClientSettings['refresh_token'] {
  if (!given) return grants.includes('refresh_token') ? { rotation_type: 'STATIC' } : undefined;
  return defined<NonNullable<OAuthClientSettings['refresh_token']>>({
    rotation_type: oneOf(given.rotation_type, ['STATIC', 'ROTATE'] as const) ?? 'STATIC',
    leeway: integer(given.leeway),
  });
}

/** `client_secret` is not here: secrets are rows of their own. Public clients always prove the code by PKCE. */
export function readOAuthCredentials(
  given: Json,
  clientId: string,
  type: ApplicationType,
  before?: ApplicationCredentials['oauthClient'],
): NonNullable<ApplicationCredentials['oauthClient']> {
  const method =
    oneOf(given.token_endpoint_auth_method, AUTH_METHODS) ??
    before?.token_endpoint_auth_method ??
    (type === 'browser' || type === 'native' ? 'none' : 'client_secret_basic');
  return {
    autoKeyRotation: flag(given.autoKeyRotation) ?? before?.autoKeyRotation ?? true,
    client_id: clientId,
    token_endpoint_auth_method: method,
    pkce_required: method === 'none' ? true : (flag(given.pkce_required) ?? before?.pkce_required ?? type !== 'web'),
  };
}

export function usesSecret(method: TokenEndpointAuthMethod | undefined): boolean {
  return method?.startsWith('client_secret') ?? false;
}
