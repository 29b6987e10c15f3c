import { createHash } from 'node:crypto';
import { exportJWK, generateKeyPair, importPKCS8, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { testOrg } from '../support/emulator.ts';
import { makeServiceApp, serviceKeys } from '../support/service-app.ts';

const org = testOrg();
type Key = Awaited<ReturnType<typeof generateKeyPair>>;

let app: Awaited<ReturnType<typeof importPKCS8>>;
let sender: Key;
let clientId: string;
beforeAll(async () => {
  const [keys, own] = await Promise.all([serviceKeys(), generateKeyPair('RS256')]);
  sender = own;
  app = await importPKCS8(keys.pem, 'RS256');
  clientId = await makeServiceApp(org, keys, ['okta.users.read'], { dpop_bound_access_tokens: true });
});

async function proof(claims: Record<string, unknown>, key = sender): Promise<string> {
  return new SignJWT({ jti: crypto.randomUUID(), ...claims })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'RS256', jwk: await exportJWK(key.publicKey) })
    .setIssuedAt()
    .sign(key.privateKey);
}

const atToken = (claims: Record<string, unknown> = {}) =>
  proof({ htm: 'POST', htu: `${org.url}/oauth2/v1/token`, ...claims });

async function token(dpop: string | undefined) {
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(`${org.url}/oauth2/v1/token`)
    .setExpirationTime('5m')
    .sign(app);
  const response = await fetch(`${org.url}/oauth2/v1/token`, {
    method: 'POST',
    headers: dpop === undefined ? {} : { DPoP: dpop },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'okta.users.read',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }),
  });
  const body = (await response.json()) as Record<string, string>;
  return { status: response.status, body, nonce: response.headers.get('dpop-nonce') ?? '' };
}

async function boundToken(): Promise<string> {
  const { nonce } = await token(await atToken());
  return (await token(await atToken({ nonce }))).body.access_token ?? '';
}

async function users(accessToken: string, claims: Record<string, unknown>, path = '/api/v1/users', key = sender) {
  const ath = createHash('sha256').update(accessToken).digest('base64url');
  const dpop = await proof({ htm: 'GET', htu: org.url + path, ath, ...claims }, key);
  return call(path, { Authorization: `DPoP ${accessToken}`, DPoP: dpop });
}

async function call(path: string, headers: Record<string, string>) {
  const response = await fetch(org.url + path, { headers });
  return {
    status: response.status,
    why: /error_description="([^"]*)"/.exec(response.headers.get('WWW-Authenticate') ?? '')?.[1],
  };
}

describe('a token for an app that demands proof of possession', () => {
  it('asks for the proof, then for a nonce in it, and is bound to its key', async () => {
    expect(await token(undefined)).toMatchObject({
      status: 400,
      body: { error: 'invalid_dpop_proof', error_description: 'The DPoP proof JWT header is missing.' },
    });
    const first = await token(await atToken());
    expect(first).toMatchObject({
      status: 400,
      body: {
        error: 'use_dpop_nonce',
        error_description: 'Authorization server requires nonce in DPoP proof.',
      },
    });
    expect(first.nonce).not.toBe('');
    const second = await token(await atToken({ nonce: first.nonce }));
    expect(second).toMatchObject({ status: 200, body: { token_type: 'DPoP', scope: 'okta.users.read' } });
    expect((await users(second.body.access_token ?? '', {})).status).toBe(200);
  });

  it.each([
    { what: 'another method', claims: { htm: 'post' }, why: "'htm' claim in the DPoP proof JWT is invalid." },
    {
      what: 'another URL',
      claims: { htu: 'https://example.com' },
      why: "'htu' claim in the DPoP proof JWT is invalid.",
    },
  ])('is refused for a proof of $what', async ({ claims, why }) => {
    expect((await token(await atToken(claims))).body).toEqual({ error: 'invalid_dpop_proof', error_description: why });
  });

  it('is refused for a proof that is none, or that was used', async () => {
    expect((await token('a.b.c')).body.error_description).toBe('The DPoP proof JWT is invalid.');
    const used = await atToken();
    await token(used);
    expect((await token(used)).body.error_description).toBe('The DPoP proof JWT has already been used.');
  });
});

describe('the Management API with a bound token', () => {
  it('wants the proof of this request by the key of this token', async () => {
    const bound = await boundToken();
    expect(await call('/api/v1/users', { Authorization: `Bearer ${bound}` })).toEqual({
      status: 400,
      why: 'The DPoP proof JWT header is missing.',
    });
    expect(await users(bound, { ath: 'x' })).toEqual({
      status: 400,
      why: "'ath' claim in the DPoP proof JWT is invalid.",
    });
    expect(await users(bound, {}, '/api/v1/users', await generateKeyPair('RS256'))).toEqual({
      status: 400,
      why: 'The DPoP proof JWT is not signed by the key of the access token.',
    });
    expect(await users(bound, { jti: 'same' })).toMatchObject({ status: 200 });
    expect(await users(bound, { jti: 'same' })).toEqual({
      status: 400,
      why: 'The DPoP proof JWT has already been used.',
    });
  });

  it('is no bearer token, not even with the proof', async () => {
    const bound = await boundToken();
    const ath = createHash('sha256').update(bound).digest('base64url');
    const dpop = await proof({ htm: 'GET', htu: `${org.url}/api/v1/users`, ath });
    expect(await call('/api/v1/users', { Authorization: `Bearer ${bound}`, DPoP: dpop })).toEqual({
      status: 400,
      why: 'The access token is bound to a key and is no bearer token.',
    });
  });

  it.each([
    ['nobody%40example.com', 'nobody@example.com'],
    ['nobody%2B1@example.com', 'nobody+1@example.com'],
    ['j%C3%BCrgen@example.com', 'jürgen@example.com'],
    ['a%7Bb%7D', 'a{b}'],
    ['a%3Fb', 'a?b'],
    ['50%25%20%22%23', '50%25%20%22%23'],
  ])('compares the URL of the proof of %s with the path once decoded: %s', async (sent, proven) => {
    const bound = await boundToken();
    const of = (path: string) => users(bound, { htu: `${org.url}/api/v1/users/${path}` }, `/api/v1/users/${sent}`);
    expect((await of(proven)).status).toBe(404);
    const other = sent === proven ? decodeURIComponent(sent) : sent;
    expect((await of(other)).why).toBe("'htu' claim in the DPoP proof JWT is invalid.");
  });
});
