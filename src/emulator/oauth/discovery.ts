/** The well-known documents and key sets of the authorization servers (recorded members and order). */
import type { Context } from 'hono';
import type { AppEnv } from '../http/context.ts';
import type { Org } from '../org.ts';
import { publishedKids } from '../store/signing.ts';
import { ASYMMETRIC, ORG_CLIENT_AUTH_METHODS, ORG_GRANTS, ORG_SCOPES, RESPONSE_TYPES } from './org-metadata.ts';
import { publishedScopes } from './scopes.ts';
import { issuerOf, type TokenServer } from './servers.ts';

const CLIENT_AUTH_METHODS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'];

const CLAIMS = [
  'iss',
  'ver',
  'sub',
  'aud',
  'iat',
  'exp',
  'jti',
  'auth_time',
  'amr',
  'idp',
  'nonce',
  'name',
  'nickname',
  'preferred_username',
  'given_name',
  'middle_name',
  'family_name',
  'email',
  'email_verified',
  'profile',
  'zoneinfo',
  'locale',
  'address',
  'phone_number',
  'picture',
  'website',
  'gender',
  'birthdate',
  'updated_at',
  'at_hash',
  'c_hash',
];

/**
 * The document that OAuth clients without OpenID Connect read: of the org authorization server it says what Okta can, not
 * what the emulator can (recorded whole); the grants that are missing here are refused by name when they are used.
 */
export function orgOAuthDocument(baseUrl: string): Record<string, unknown> {
  const endpoint = (name: string) => `${baseUrl}/oauth2/v1/${name}`;
  return {
    issuer: baseUrl,
    authorization_endpoint: endpoint('authorize'),
    token_endpoint: endpoint('token'),
    registration_endpoint: endpoint('clients'),
    response_types_supported: RESPONSE_TYPES,
    response_modes_supported: ['query', 'fragment', 'form_post', 'okta_post_message'],
    grant_types_supported: ORG_GRANTS,
    subject_types_supported: ['public'],
    scopes_supported: [...ORG_SCOPES, 'openid', 'email', 'profile', 'address', 'phone', 'offline_access', 'groups'],
    token_endpoint_auth_methods_supported: ORG_CLIENT_AUTH_METHODS,
    claims_supported: ['ver', 'jti', 'iss', 'aud', 'iat', 'exp', 'cid', 'uid', 'scp', 'sub'],
    code_challenge_methods_supported: ['S256'],
    introspection_endpoint: endpoint('introspect'),
    introspection_endpoint_auth_methods_supported: ORG_CLIENT_AUTH_METHODS,
    revocation_endpoint: endpoint('revoke'),
    revocation_endpoint_auth_methods_supported: ORG_CLIENT_AUTH_METHODS,
    end_session_endpoint: endpoint('logout'),
    request_parameter_supported: true,
    request_object_signing_alg_values_supported: ['HS256', 'HS384', 'HS512', ...ASYMMETRIC],
    device_authorization_endpoint: endpoint('device/authorize'),
    pushed_authorization_request_endpoint: endpoint('par'),
    dpop_signing_alg_values_supported: ASYMMETRIC,
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
    identity_chaining_requested_token_types_supported: ['urn:ietf:params:oauth:token-type:id-jag'],
  };
}

/** `/.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`. The lists name what works here. */
export function discoveryDocument(org: Org, server: TokenServer, baseUrl: string): Record<string, unknown> {
  const endpoint = (name: string) => `${baseUrl}${server.path}/v1/${name}`;
  return {
    issuer: issuerOf(server, baseUrl),
    authorization_endpoint: endpoint('authorize'),
    token_endpoint: endpoint('token'),
    userinfo_endpoint: endpoint('userinfo'),
    registration_endpoint: `${baseUrl}/oauth2/v1/clients`,
    jwks_uri: endpoint('keys'),
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'fragment'],
    grant_types_supported: ['authorization_code', 'interaction_code', 'refresh_token', 'client_credentials'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: publishedScopes(org, server),
    token_endpoint_auth_methods_supported: CLIENT_AUTH_METHODS,
    claims_supported: CLAIMS,
    code_challenge_methods_supported: ['S256'],
    introspection_endpoint: endpoint('introspect'),
    introspection_endpoint_auth_methods_supported: CLIENT_AUTH_METHODS,
    revocation_endpoint: endpoint('revoke'),
    revocation_endpoint_auth_methods_supported: CLIENT_AUTH_METHODS,
    end_session_endpoint: endpoint('logout'),
    request_parameter_supported: false,
  };
}

/** `/v1/keys`. */
export async function keySet(c: Context<AppEnv>, org: Org, server: TokenServer): Promise<Response> {
  c.header('Cache-Control', 'max-age=0, no-cache, no-store');
  const kids = publishedKids(org, server.id, server.kid);
  return c.json({ keys: await Promise.all(kids.map((kid) => org.signingKeys.publicJwk(kid))) });
}
