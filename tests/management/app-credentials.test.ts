/** How an app proves itself: its keys and secrets one by one, and that one which is switched off proves nothing. */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testOrg, type Untyped } from '../support/emulator.ts';

const org = testOrg();
let pair: Awaited<ReturnType<typeof generateKeyPair>>;
beforeAll(async () => {
  pair = await generateKeyPair('RS256');
});
beforeEach(() => org.reset());

const NOWHERE = 'none0000000000000000';

async function form(path: string, fields: Record<string, string>): Promise<{ status: number; body: Untyped }> {
  const response = await fetch(org.url + path, { method: 'POST', body: new URLSearchParams(fields) });
  return { status: response.status, body: await response.json() };
}

describe('keys of a client', () => {
  /** A service app that may read groups by the key. */
  async function service(): Promise<{ id: string; path: string; key: Untyped }> {
    const key = { ...(await exportJWK(pair.publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
    const { id } = await org.ok<Untyped>('POST', '/api/v1/apps', {
      name: 'oidc_client',
      label: 'Service',
      signOnMode: 'OPENID_CONNECT',
      credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
      settings: {
        oauthClient: {
          application_type: 'service',
          grant_types: ['client_credentials'],
          response_types: ['token'],
          jwks: { keys: [key] },
        },
      },
    });
    await org.ok('POST', `/api/v1/apps/${id}/grants`, { issuer: org.url, scopeId: 'okta.groups.read' });
    const keys = `/api/v1/apps/${id}/credentials/jwks`;
    const [listed] = await org.ok<Untyped[]>('GET', keys);
    return { id, path: `${keys}/${listed.id}`, key };
  }

  async function token(clientId: string): Promise<{ status: number; body: Untyped }> {
    const assertion = await new SignJWT({})
      .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(`${org.url}/oauth2/v1/token`)
      .setExpirationTime('5m')
      .sign(pair.privateKey);
    return form('/oauth2/v1/token', {
      grant_type: 'client_credentials',
      scope: 'okta.groups.read',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    });
  }

  it('prove it while they are active', async () => {
    const { id, path, key } = await service();
    expect(await org.ok('GET', path)).toMatchObject({
      ...key,
      status: 'ACTIVE',
      _links: { deactivate: { href: `${org.url}${path}/lifecycle/deactivate`, hints: { allow: ['POST'] } } },
    });
    expect((await token(id)).status).toBe(200);
    const off = await org.ok<Untyped>('POST', `${path}/lifecycle/deactivate`);
    expect(off.status).toBe('INACTIVE');
    expect(Object.keys(off._links)).toEqual(['activate', 'delete']);
    expect(await token(id)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(await org.ok('POST', `${path}/lifecycle/activate`)).toMatchObject({ status: 'ACTIVE' });
    expect((await token(id)).status).toBe(200);
  });

  it('prove nothing once they are deleted', async () => {
    const { id, path } = await service();
    await org.ok('POST', `${path}/lifecycle/deactivate`);
    expect((await org.api('DELETE', path)).status).toBe(204);
    expect((await token(id)).status).toBe(401);
    for (const [method, suffix] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/lifecycle/activate'],
      ['POST', '/lifecycle/deactivate'],
    ] as const) {
      expect(await org.refused(method, path + suffix)).toMatchObject({ status: 404, code: 'E0000007' });
    }
  });
});

describe('secrets of a client', () => {
  async function web(): Promise<{ id: string; secrets: string }> {
    const { id } = await org.ok<Untyped>('POST', '/api/v1/apps', {
      name: 'oidc_client',
      label: 'Web',
      signOnMode: 'OPENID_CONNECT',
      settings: {
        oauthClient: {
          application_type: 'web',
          redirect_uris: ['http://localhost/cb'],
          grant_types: ['authorization_code'],
          response_types: ['code'],
        },
      },
    });
    return { id, secrets: `/api/v1/apps/${id}/credentials/secrets` };
  }

  it('prove it while they are active', async () => {
    const { id, secrets } = await web();
    const made = await org.ok<Untyped>('POST', secrets, {});
    const ask = async () => {
      const fields = { token: 'x', client_id: id, client_secret: made.client_secret };
      return (await form('/oauth2/default/v1/introspect', fields)).status;
    };
    const path = `${secrets}/${made.id}`;
    expect(await org.ok('GET', path)).toEqual(made);
    expect(await ask()).toBe(200);
    expect(await org.ok('POST', `${path}/lifecycle/deactivate`)).toMatchObject({ id: made.id, status: 'INACTIVE' });
    expect(await ask()).toBe(401);
    const on = await org.ok<Untyped>('POST', `${path}/lifecycle/activate`);
    expect(on).toMatchObject({ id: made.id, status: 'ACTIVE', client_secret: made.client_secret });
    expect(Object.keys(on._links)).toEqual(['deactivate']);
    expect(await ask()).toBe(200);
  });

  it('are refused where they are not, and the last active one stays', async () => {
    const { secrets } = await web();
    expect((await org.refused('GET', `${secrets}/${NOWHERE}`)).status).toBe(404);
    expect((await org.refused('POST', `${secrets}/${NOWHERE}/lifecycle/activate`)).status).toBe(404);
    const [only] = await org.ok<Untyped[]>('GET', secrets);
    expect((await org.refused('POST', `${secrets}/${only.id}/lifecycle/deactivate`)).status).toBe(400);
  });

  it('the signing key of an app is one of the org’s', async () => {
    const { id } = await web();
    const path = `/api/v1/apps/${id}/credentials/keys`;
    const [key] = await org.ok<Untyped[]>('GET', path);
    expect(key).toMatchObject({ kty: 'RSA', use: 'sig', kid: expect.stringMatching(/^[\w-]{43}$/) });
    expect(key).not.toHaveProperty('d');
    expect(await org.ok('GET', `${path}/${key.kid}`)).toEqual(key);
    const { keys } = await org.ok<Untyped>('GET', '/oauth2/v1/keys');
    expect(keys).toContainEqual(key);
    expect(await org.refused('GET', `${path}/other`)).toMatchObject({ status: 404, code: 'E0000007' });
  });
});
