import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SignInOrg, signInBySms } from '../support/sign-in.ts';

let org: SignInOrg;
beforeAll(async () => {
  org = await SignInOrg.start();
  await org.givePhone('sms');
});
afterAll(() => org.stop());

describe('the well-known documents', () => {
  test.each([
    { path: '/oauth2/default/.well-known/openid-configuration', issuer: '/oauth2/default', base: '/oauth2/default' },
    {
      path: '/oauth2/default/.well-known/oauth-authorization-server',
      issuer: '/oauth2/default',
      base: '/oauth2/default',
    },
    { path: '/.well-known/openid-configuration', issuer: '', base: '/oauth2' },
  ])('$path', async ({ path, issuer, base }) => {
    const { status, body } = await org.get(path);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      issuer: org.url + issuer,
      authorization_endpoint: `${org.url}${base}/v1/authorize`,
      token_endpoint: `${org.url}${base}/v1/token`,
      jwks_uri: `${org.url}${base}/v1/keys`,
      introspection_endpoint: `${org.url}${base}/v1/introspect`,
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: ['RS256'],
    });
    expect(body.grant_types_supported).toContain('interaction_code');
    expect(body.scopes_supported).toContain('offline_access');
  });

  test('the org’s own OAuth document says what Okta can, and nothing of OpenID Connect', async () => {
    const { status, body } = await org.get('/.well-known/oauth-authorization-server');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      issuer: org.url,
      token_endpoint: `${org.url}/oauth2/v1/token`,
      registration_endpoint: `${org.url}/oauth2/v1/clients`,
      code_challenge_methods_supported: ['S256'],
      request_parameter_supported: true,
    });
    expect(body).not.toHaveProperty('userinfo_endpoint');
    expect(body.scopes_supported).toContain('okta.users.manage');
  });

  test('the issuer is spelled as the client spells the org', async () => {
    const localhost = org.url.replace('127.0.0.1', 'localhost');
    const response = await fetch(`${localhost}/oauth2/default/.well-known/openid-configuration`);
    expect(((await response.json()) as { issuer: string }).issuer).toBe(`${localhost}/oauth2/default`);
  });

  test('a server of one’s own has its id in the issuer; the default one keeps its name when addressed by id', async () => {
    const created = await org.api<{ id: string }>('POST', '/api/v1/authorizationServers', {
      name: 'Orders',
      description: 'Orders',
      audiences: ['api://orders'],
    });
    const own = `/oauth2/${created.body.id}`;
    expect((await org.get(`${own}/.well-known/openid-configuration`)).body.issuer).toBe(org.url + own);
    const servers = await org.api<{ id: string; name: string }[]>('GET', '/api/v1/authorizationServers');
    const byId = servers.body.find((server) => server.name === 'default')?.id;
    expect((await org.get(`/oauth2/${byId}/.well-known/openid-configuration`)).body.issuer).toBe(org.issuer);
  });

  test('a server that does not exist is not found', async () => {
    const { status, body } = await org.get('/oauth2/aus0000000000000none/v1/keys');
    expect(status).toBe(404);
    expect(body.errorCode).toBe('E0000007');
  });
});

test('tokens verify with the published keys; the key id is the one the Management API shows', async () => {
  const tokens = await signInBySms(org);
  const keys = await org.get<JSONWebKeySet>('/oauth2/default/v1/keys');
  expect(Object.keys(keys.body.keys[0] ?? {})).toEqual(['kty', 'alg', 'kid', 'use', 'e', 'n']);
  const { payload, protectedHeader } = await jwtVerify(tokens.id_token ?? '', createLocalJWKSet(keys.body), {
    issuer: org.issuer,
    audience: org.clientId,
  });
  const server = await org.api<{ credentials: { signing: { kid: string } } }>(
    'GET',
    '/api/v1/authorizationServers/default',
  );
  expect(protectedHeader).toEqual({ kid: server.body.credentials.signing.kid, alg: 'RS256' });
  expect(payload.sub).toBe(org.mary.id);
  expect((await org.get<JSONWebKeySet>('/oauth2/default/v1/keys')).body).toEqual(keys.body);
});
