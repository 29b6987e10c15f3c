import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimsOf, SignInOrg, signInBySms, type Tokens } from '../support/sign-in.ts';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

let org: SignInOrg;
type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

let keys: KeyPair;
let clientId: string;
beforeAll(async () => {
  org = await SignInOrg.start();
  keys = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
  const app = await org.createApp({
    label: 'Service',
    oauthClient: { token_endpoint_auth_method: 'private_key_jwt' },
    settings: {
      application_type: 'service',
      grant_types: ['client_credentials'],
      response_types: ['token'],
      redirect_uris: [],
      jwks: { keys: [jwk] },
    },
  });
  clientId = app.id;
  for (const scopeId of ['okta.groups.read', 'okta.users.manage']) await grant(clientId, scopeId);
  await org.api('POST', `/oauth2/v1/clients/${clientId}/roles`, { type: 'SUPER_ADMIN' });
});

async function grant(appId: string, scopeId: string): Promise<void> {
  await org.api('POST', `/api/v1/apps/${appId}/grants`, { issuer: org.url, scopeId });
}

afterAll(() => org.stop());

interface AssertionOptions {
  audience?: string;
  subject?: string;
  key?: KeyPair['privateKey'];
  expiresIn?: number;
  jti?: string;
}

function assertion(options: AssertionOptions = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({})
    .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
    .setIssuer(options.subject ?? clientId)
    .setSubject(options.subject ?? clientId)
    .setAudience(options.audience ?? `${org.url}/oauth2/v1/token`)
    .setIssuedAt(now)
    .setExpirationTime(now + (options.expiresIn ?? 300))
    .setJti(options.jti ?? crypto.randomUUID())
    .sign(options.key ?? keys.privateKey);
}

async function token(scope: string, options: AssertionOptions = {}) {
  return org.form<Tokens & { error?: string; error_description?: string }>('/oauth2/v1/token', {
    grant_type: 'client_credentials',
    scope,
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await assertion(options),
  });
}

describe('a service app with a key', () => {
  test('gets a token of the org authorization server that the Management API takes, within its scopes', async () => {
    const { status, body } = await token('okta.groups.read okta.users.manage');
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['token_type', 'expires_in', 'access_token', 'scope']);
    expect(claimsOf(body.access_token)).toMatchObject({
      iss: org.url,
      aud: org.url,
      cid: clientId,
      sub: clientId,
      scp: ['okta.groups.read', 'okta.users.manage'],
    });
    const headers = { authorization: `Bearer ${body.access_token}` };
    expect((await org.get('/api/v1/groups', headers)).status).toBe(200);
    expect((await org.get('/api/v1/users', headers)).status).toBe(200);
    expect((await org.get('/api/v1/apps', headers)).status).toBe(403);
  });

  test('is refused with a token of a custom authorization server, and with a made-up one', async () => {
    await org.givePhone('sms');
    const user = await signInBySms(org);
    for (const token of [user.access_token, 'a.b.c']) {
      expect((await org.get('/api/v1/groups', { authorization: `Bearer ${token}` })).status).toBe(401);
    }
  });

  test.each([
    { what: 'for another audience', options: { audience: 'https://example.com' } },
    { what: 'that has run out', options: { expiresIn: -10 } },
  ])('is refused with an assertion $what', async ({ options }) => {
    const { status, body } = await token('okta.groups.read', options);
    expect(status).toBe(401);
    expect(body.error).toBe('invalid_client');
  });

  test('is refused with an assertion by another key, or of another client', async () => {
    const stranger = await generateKeyPair('RS256');
    expect((await token('okta.groups.read', { key: stranger.privateKey })).body.error).toBe('invalid_client');
    expect((await token('okta.groups.read', { subject: org.clientId })).body).toEqual({
      error: 'invalid_client',
      error_description: 'The client is not configured for private_key_jwt.',
    });
  });

  test('may not use an assertion twice, nor one that lives for more than an hour', async () => {
    const jti = crypto.randomUUID();
    expect((await token('okta.groups.read', { jti, expiresIn: 3600 })).status).toBe(200);
    const replayed = await token('okta.groups.read', { jti });
    expect({ status: replayed.status, body: replayed.body }).toEqual({
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: 'The client_assertion token has already been used.',
      },
    });
    const late = await token('okta.groups.read', { expiresIn: 3660 });
    expect({ status: late.status, body: late.body }).toEqual({
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: 'The client_assertion token has an expiration too far into the future.',
      },
    });
  });

  test('may use an id again once its assertion has run out', async () => {
    const jti = crypto.randomUUID();
    expect((await token('okta.groups.read', { jti, expiresIn: 30 })).status).toBe(200);
    await org.advance(60_000);
    expect((await token('okta.groups.read', { jti })).status).toBe(200);
  });

  test('gets of the scopes only those it was granted, and none but those', async () => {
    expect((await token('okta.groups.read okta.apps.manage')).body.scope).toBe('okta.groups.read');
    const { status, body } = await token('okta.apps.manage okta.policies.read');
    expect(status).toBe(400);
    expect(body).toEqual({
      error: 'consent_required',
      error_description: 'You are not allowed any of the requested scopes.',
    });
    await grant(clientId, 'okta.policies.read');
    const reader = (await token('okta.policies.read')).body;
    expect(reader.scope).toBe('okta.policies.read');
    // a POST that only reads
    const post = (path: string) =>
      fetch(org.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${reader.access_token}`, 'content-type': 'application/json' },
        body: JSON.stringify([{ appInstance: org.clientId }]),
      });
    expect((await post('/api/v1/policies/simulate')).status).toBe(200);
    expect((await post('/api/v1/policies')).status).toBe(403);
  });

  test('may do nothing without an admin role, not even what its token was issued for before', async () => {
    const { body } = await token('okta.groups.read');
    const groups = () => org.get('/api/v1/groups', { authorization: `Bearer ${body.access_token}` });
    expect((await groups()).status).toBe(200);
    const roles = `/oauth2/v1/clients/${clientId}/roles`;
    const [role] = (await org.api<{ id: string }[]>('GET', roles)).body;
    await org.api('DELETE', `${roles}/${role?.id}`);
    const refused = await groups();
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({
      errorCode: 'E0000006',
      errorSummary: 'You do not have permission to perform the requested action',
    });
    await org.api('POST', roles, { type: 'READ_ONLY_ADMIN' });
    expect((await groups()).status).toBe(200);
  });

  test('is refused a scope that no Okta org has', async () => {
    expect((await token('okta.nothing')).body.error).toBe('invalid_scope');
  });
});

describe('client credentials on a custom authorization server', () => {
  test('need a rule, a scope of the server and the secret', async () => {
    const app = await org.createApp({
      label: 'Machine',
      settings: { application_type: 'service', grant_types: ['client_credentials'], response_types: ['token'] },
    });
    const ask = (scope: string) =>
      org.form<Tokens & { error?: string; error_description?: string }>('/oauth2/default/v1/token', {
        grant_type: 'client_credentials',
        client_id: app.id,
        client_secret: app.credentials.oauthClient?.client_secret ?? '',
        ...(scope ? { scope } : {}),
      });
    expect((await ask('')).body.error_description).toBe(
      "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
    );
    expect((await ask('orders:read')).body.error).toBe('invalid_scope');
    await org.api('POST', '/api/v1/authorizationServers/default/scopes', { name: 'orders:read' });
    const granted = await ask('orders:read');
    expect(claimsOf(granted.body.access_token)).toMatchObject({
      aud: 'api://default',
      sub: app.id,
      scp: ['orders:read'],
    });
    expect(granted.body).not.toHaveProperty('id_token');
    await org.grants((grants) => grants.filter((name) => name !== 'client_credentials'));
    expect((await ask('orders:read')).body).toEqual({
      error: 'access_denied',
      error_description: 'Policy evaluation failed for this request, please check the policy configurations.',
    });
  });
});
