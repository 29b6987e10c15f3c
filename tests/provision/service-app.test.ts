/** A service app from its config to its tokens: keys, scopes of the Okta API, and an authorization server of its own. */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Application } from '../../src/wire/application.ts';
import type { AuthorizationServer } from '../../src/wire/authorization-server.ts';
import { testOrg } from '../support/emulator.ts';
import { provisioner, textConfig } from '../support/provision.ts';

const org = testOrg();
beforeEach(() => org.reset());

interface Key {
  kid: string;
  /** As a config holds it. */
  jwk: string;
  sign(clientId: string, audience: string): Promise<string>;
}

let [old, next]: [Key, Key] = [] as never;
beforeAll(async () => {
  [old, next] = [await newKey('old', 'RS256'), await newKey('next', 'ES256')];
});

async function newKey(kid: string, alg: string): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  return {
    kid,
    jwk: JSON.stringify({ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }),
    sign: (clientId, audience) =>
      new SignJWT({})
        .setProtectedHeader({ alg, kid })
        .setIssuer(clientId)
        .setSubject(clientId)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime('5m')
        .setJti(crypto.randomUUID())
        .sign(privateKey),
  };
}

function config(keys: readonly Key[], oktaApiScopes: readonly string[] = ['okta.users.read']) {
  return textConfig(`
apps:
  - label: Batch
    type: service
    grantTypes: [client credentials]
    clientAuthentication: private key
    publicKeys: [${keys.map(({ jwk }) => `'${jwk}'`).join(', ')}]
    oktaApiScopes: [${oktaApiScopes.join(', ')}]
authorizationServers:
  - name: Orders
    audience: api://orders
    scopes: [{ name: "orders:read" }]
    accessTokenClaims: [{ name: shop, value: '"North"', scopes: ["orders:read"] }]
    policies:
      - name: Services
        clients: [Batch]
        rules: [{ name: Orders only, grantTypes: [client credentials], scopes: ["orders:read"] }]
`);
}

/** Asks for a token as the service would. @param issuer e.g. `/oauth2` */
async function token(issuer: string, scope: string, key: Key) {
  const apps = await org.ok<Application[]>('GET', '/api/v1/apps?limit=200');
  const clientId = apps.find(({ label }) => label === 'Batch')?.id ?? '';
  const endpoint = `${org.url}${issuer}/v1/token`;
  const answer = await fetch(endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await key.sign(clientId, endpoint),
    }),
  });
  const body = (await answer.json()) as { access_token?: string; error?: string };
  const claims = body.access_token?.split('.')[1] ?? '';
  return { ...body, claims: claims && JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) };
}

async function ordersIssuer(): Promise<string> {
  const servers = await org.ok<AuthorizationServer[]>('GET', '/api/v1/authorizationServers');
  return new URL(servers.find(({ name }) => name === 'Orders')?.issuer ?? '').pathname;
}

describe('a service app of a config', () => {
  it('gets tokens of the Okta API and of its own server, and no more than its scopes', async () => {
    expect((await provisioner(org).apply(config([old]))).errors).toEqual([]);
    expect((await token('/oauth2', 'okta.users.read', old)).claims).toMatchObject({ scp: ['okta.users.read'] });
    expect(await token('/oauth2', 'okta.apps.manage', old)).toMatchObject({ error: 'consent_required' });
    const issuer = await ordersIssuer();
    expect((await token(issuer, 'orders:read', old)).claims).toMatchObject({
      iss: org.url + issuer,
      aud: 'api://orders',
      scp: ['orders:read'],
      shop: 'North',
    });
    expect((await token(issuer, 'phone', old)).error).toBeDefined();
  });

  it('changes its key without a gap: both, then the next one; a rollback lets the old one in again', async () => {
    const { apply, rollback } = provisioner(org);
    const works = async (key: Key) => (await token('/oauth2', 'okta.users.read', key)).access_token !== undefined;
    const both = async () => [await works(old), await works(next)];
    await apply(config([old]));
    expect(await both()).toEqual([true, false]);
    expect(await apply(config([old, next]))).toMatchObject({ exitCode: 0, writes: 1 });
    expect(await both()).toEqual([true, true]);
    expect(await apply(config([next]))).toMatchObject({ exitCode: 0, writes: 1 });
    expect(await both()).toEqual([false, true]);
    expect((await rollback()).errors).toEqual([]);
    expect(await both()).toEqual([true, true]);
  });

  it('uses a key again that an admin switched off in the meantime', async () => {
    const { apply, plan } = provisioner(org);
    await apply(config([old, next]));
    const [app] = (await org.ok<Application[]>('GET', '/api/v1/apps?limit=200')).filter(
      ({ label }) => label === 'Batch',
    );
    const keys = await org.ok<{ id: string; kid: string }[]>('GET', `/api/v1/apps/${app?.id}/credentials/jwks`);
    const id = keys.find(({ kid }) => kid === 'old')?.id;
    await org.ok('POST', `/api/v1/apps/${app?.id}/credentials/jwks/${id}/lifecycle/deactivate`);
    expect((await token('/oauth2', 'okta.users.read', old)).error).toBe('invalid_client');
    expect((await plan(config([next]))).changes).toEqual([]);
    expect((await plan(config([old, next]))).changes).toEqual(['update app/Batch: publicKeys']);
    expect((await apply(config([old, next]))).errors).toEqual([]);
    expect((await token('/oauth2', 'okta.users.read', old)).access_token).toBeDefined();
    expect((await plan(config([old, next]))).changes).toEqual([]);
  });

  it('loses a scope that its list does not name', async () => {
    const { apply } = provisioner(org);
    await apply(config([old], ['okta.users.read', 'okta.groups.read']));
    expect(await apply(config([old], ['okta.groups.read', 'okta.logs.read']))).toMatchObject({
      exitCode: 0,
      writes: 2,
    });
    expect((await token('/oauth2', 'okta.users.read okta.groups.read okta.logs.read', old)).claims.scp).toEqual([
      'okta.groups.read',
      'okta.logs.read',
    ]);
  });

  it('without any key is refused before anything is written', async () => {
    const keyless = textConfig('apps: [{ label: Batch, type: service, clientAuthentication: private key }]\n');
    await expect(provisioner(org).plan(keyless)).rejects.toMatchObject({ code: 'app-keys-missing', exitCode: 5 });
  });
});
