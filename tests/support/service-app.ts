/** A service app that manages the org: tokens by a private key instead of an API token. */
import { exportJWK, exportPKCS8, generateKeyPair } from 'jose';
import type { Application } from '../../src/wire/application.ts';
import type { TestOrg } from './emulator.ts';

export interface ServiceKeys {
  pem: string;
  /** The private key as a JWK, in JSON. */
  jwk: string;
  publicKey: object;
}

export async function serviceKeys(): Promise<ServiceKeys> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  return {
    pem: await exportPKCS8(privateKey),
    jwk: JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'key-1' }),
    publicKey: { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' },
  };
}

/** Makes one with this key, the scopes granted, and a super admin's role. @returns its client id */
export async function makeServiceApp(
  org: TestOrg,
  { publicKey }: ServiceKeys,
  scopes: readonly string[],
  settings: object = {},
): Promise<string> {
  const app = await org.ok<Application>('POST', '/api/v1/apps', {
    name: 'oidc_client',
    label: 'orgproof',
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
    settings: {
      oauthClient: {
        application_type: 'service',
        grant_types: ['client_credentials'],
        response_types: ['token'],
        jwks: { keys: [publicKey] },
        ...settings,
      },
    },
  });
  for (const scopeId of scopes) await org.ok('POST', `/api/v1/apps/${app.id}/grants`, { issuer: org.url, scopeId });
  await org.ok('POST', `/oauth2/v1/clients/${app.id}/roles`, { type: 'SUPER_ADMIN' });
  return app.id;
}
