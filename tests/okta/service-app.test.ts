import { resolve } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { isInDoubt } from '../../src/okta/api.ts';
import { connect } from '../../src/okta/client.ts';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';
import { answer, proxy } from '../support/proxy.ts';
import { makeServiceApp, type ServiceKeys, serviceKeys } from '../support/service-app.ts';

const org = testOrg();
const SHIPPED = resolve('config/password-phone.yaml');

/** What the shipped config needs, by the reference of Okta's scopes. */
const SCOPES = ['apps', 'authenticators', 'authorizationServers', 'groups', 'policies', 'trustedOrigins', 'users'].map(
  (resource) => `okta.${resource}.manage`,
);

let keys: ServiceKeys;
beforeAll(async () => {
  keys = await serviceKeys();
});
beforeEach(() => org.reset());
afterEach(async () => {
  vi.useRealTimers();
  await org.api('PUT', '/_emulator/faults', { faults: [] });
});

async function serviceApp(scopes: readonly string[], settings: object = {}): Promise<string> {
  const clientId = await makeServiceApp(org, keys, scopes, settings);
  await org.api('DELETE', '/_emulator/requests');
  return clientId;
}

function run(command: string, clientId: string, more: Record<string, string> = {}, ...flags: string[]) {
  return cli(workFolder(), [command, '-f', SHIPPED, '--org-url', org.url, ...flags], {
    MARY_PASSWORD: 'Correct-Horse-9',
    OKTA_CLIENT_AUTHORIZATIONMODE: 'PrivateKey',
    OKTA_CLIENT_CLIENTID: clientId,
    OKTA_CLIENT_PRIVATEKEY: keys.jwk,
    ...more,
  });
}

/** A connection as the app. */
function as(clientId: string, orgUrl = org.url) {
  return connect({ orgUrl, credentials: { mode: 'PrivateKey', clientId, scopes: SCOPES, privateKey: keys.jwk } });
}

async function tokensAsked(): Promise<number[]> {
  const { requests } = (await org.api('GET', '/_emulator/requests')).body;
  return requests
    .filter((request: { path: string }) => request.path === '/oauth2/v1/token')
    .map((request: { status: number }) => request.status);
}

describe('a service app', () => {
  it('applies a config with the scopes that it needs and no others, by one token', async () => {
    const { stdout, stderr, exitCode } = await run('apply', await serviceApp(SCOPES), {}, '--yes');
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Applied to ${org.url}: 10 changes with 15 writes.`);
    expect(await tokensAsked()).toEqual([200]);
  });

  it.each([
    { what: 'a PEM with the id of its key', key: () => keys.pem },
    { what: 'a PEM in one line', key: () => keys.pem.replaceAll('\n', '\\n') },
  ])('may give its key as $what', async ({ key }) => {
    const plan = await run('plan', await serviceApp(SCOPES), {
      OKTA_CLIENT_PRIVATEKEY: key(),
      OKTA_CLIENT_KEYID: 'key-1',
    });
    expect(plan.stdout).toContain('Plan: 6 to create, 4 to change');
  });

  it('plans with read scopes alone', async () => {
    const reads = SCOPES.map((scope) => scope.replace('.manage', '.read'));
    expect((await run('plan', await serviceApp(reads))).stdout).toContain('Plan: 6 to create, 4 to change');
  });

  it('that demands proof of possession is served, users with an @ in their login included', async () => {
    const clientId = await serviceApp(SCOPES, { dpop_bound_access_tokens: true });
    const first = await run('apply', clientId, {}, '--yes');
    expect(first.stderr).toBe('');
    expect(first.exitCode).toBe(0);
    expect((await run('plan', clientId)).stdout).toContain('Nothing to change');
    // Asked without a nonce, then with it.
    expect(await tokensAsked()).toEqual([400, 200, 400, 200]);
  });

  it('asks for a new token before the old one runs out, and when the org does not take it any more', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const clientId = await serviceApp(SCOPES);
    const api = await as(clientId);
    await Promise.all([api.get('/api/v1/groups'), api.get('/api/v1/apps'), api.get('/api/v1/users')]);
    expect(await tokensAsked()).toEqual([200]);
    vi.advanceTimersByTime(58 * 60_000);
    await api.get('/api/v1/groups');
    expect(await tokensAsked()).toEqual([200]);
    vi.advanceTimersByTime(90_000);
    await api.get('/api/v1/groups');
    expect(await tokensAsked()).toEqual([200, 200]);
    await org.api('PUT', '/_emulator/faults', { faults: [{ path: '/api/v1/groups', status: 401, count: 1 }] });
    await api.get('/api/v1/groups');
    expect(await tokensAsked()).toEqual([200, 200, 200]);
  });

  it('asks for one new token however many requests the old one is refused for', async () => {
    const api = await as(await serviceApp(SCOPES));
    await api.get('/api/v1/groups');
    await org.api('PUT', '/_emulator/faults', { faults: [{ path: '/api/v1/groups', status: 401, count: 10 }] });
    await Promise.all(Array.from({ length: 10 }, () => api.get('/api/v1/groups')));
    expect(await tokensAsked()).toEqual([200, 200]);
  });

  it.each(['mary+test@example.com', 'jürgen@example.com', "o'hara{1}@example.com", 'a#b%c@example.com'])(
    'that demands proof of possession finds the user %s',
    async (login) => {
      const profile = { firstName: 'Mary', lastName: 'Major', email: 'mary@example.com', login };
      const { id } = await org.ok<{ id: string }>('POST', '/api/v1/users?activate=false', { profile });
      const api = await as(await serviceApp(SCOPES, { dpop_bound_access_tokens: true }));
      expect(await api.get(`/api/v1/users/${encodeURIComponent(login)}`)).toMatchObject({ id });
      expect(await api.get(`/api/v1/users/${encodeURIComponent(login)}`)).toMatchObject({ id });
    },
  );
});

describe('a token request', () => {
  it.each([{ drop: true }, { status: 500 }, { status: 503 }, { status: 429 }])(
    'that ends in %j is sent again, and what needs the token is sent once',
    async (fault) => {
      const api = await as(await serviceApp(SCOPES));
      await org.api('PUT', '/_emulator/faults', { faults: [{ ...fault, path: '/oauth2/v1/token', count: 1 }] });
      await api.post('/api/v1/groups', { profile: { name: 'Pilots' } });
      expect((await tokensAsked()).at(-1)).toBe(200);
      expect(api.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
        'POST /oauth2/v1/token',
        'POST /oauth2/v1/token',
        'POST /api/v1/groups',
      ]);
    },
  );

  it.each([{ drop: true }, { status: 503 }])(
    'that always ends in %j leaves nothing in doubt: nothing else was sent',
    async (fault) => {
      const api = await as(await serviceApp(SCOPES));
      await org.api('PUT', '/_emulator/faults', { faults: [{ ...fault, path: '/oauth2/v1/token' }] });
      const ends = await Promise.allSettled([
        api.post('/api/v1/groups', { profile: { name: 'Pilots' } }),
        api.delete('/api/v1/groups/00g000000000000000'),
      ]);
      for (const end of ends) {
        expect(end).toMatchObject({ status: 'rejected', reason: { method: 'POST', path: '/oauth2/v1/token' } });
        expect(isInDoubt((end as PromiseRejectedResult).reason)).toBe(false);
      }
      expect(api.requests).toHaveLength(5);
    },
  );

  it('that fails for good is told as what it is', async () => {
    const clientId = await serviceApp(SCOPES);
    await org.api('PUT', '/_emulator/faults', { faults: [{ path: '/oauth2/v1/token', status: 503 }] });
    const { stderr, exitCode } = await run('plan', clientId);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('POST /oauth2/v1/token answered 503');
    expect(stderr).toContain('see status.okta.com');
  });

  it('ends at once with Ctrl-C while it waits to be sent again', async () => {
    const api = await as(await serviceApp(SCOPES));
    await org.api('PUT', '/_emulator/faults', { faults: [{ path: '/oauth2/v1/token', status: 503 }] });
    const interrupt = new AbortController();
    const reading = api.until(interrupt.signal).get('/api/v1/groups');
    setTimeout(() => interrupt.abort(), 200);
    await expect(reading).rejects.toMatchObject({ code: 'interrupted' });
    expect(api.requests).toHaveLength(1);
  });

  it('that is asked for a nonce again and again ends', async () => {
    let asked = 0;
    const odd = await proxy(org.url, (incoming, outgoing) => {
      asked += 1;
      const error = {
        error: 'use_dpop_nonce',
        error_description: 'Authorization server requires nonce in DPoP proof.',
      };
      answer(incoming, outgoing, 400, error, { 'dpop-nonce': 'x' });
    });
    const api = await as('0oa00000000000000000', odd.url);
    await expect(api.get('/api/v1/groups')).rejects.toMatchObject({
      code: 'credentials-refused',
      message: expect.stringContaining('use_dpop_nonce: Authorization server requires nonce in DPoP proof.'),
    });
    await odd.stop();
    expect(asked).toBe(2);
  });
});

describe('a service app that the org refuses', () => {
  it('is told by the words of the token endpoint', async () => {
    const clientId = await serviceApp(SCOPES);
    const other = await generateKeyPair('RS256', { extractable: true });
    const { stderr, exitCode } = await run('plan', clientId, {
      OKTA_CLIENT_PRIVATEKEY: JSON.stringify({ ...(await exportJWK(other.privateKey)), kid: 'key-1' }),
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${org.url} gives the app ${clientId} no access token: invalid_client: `);
    expect(stderr).toContain(
      'check OKTA_CLIENT_CLIENTID, that the public key of OKTA_CLIENT_PRIVATEKEY (and OKTA_CLIENT_KEYID) is one of the app’s, and the clock of this machine',
    );
    const unknown = await run('plan', '0oa00000000000000000');
    expect(unknown.stderr).toContain("invalid_client: Invalid value for 'client_id' parameter.");
    const doctor = await run('doctor', '0oa00000000000000000');
    expect(doctor.stdout).toContain('✗ Credentials: ');
    expect(doctor.exitCode).toBe(1);
  });

  it('for want of any granted scope', async () => {
    const { stderr } = await run('plan', await serviceApp([]));
    expect(stderr).toContain('consent_required: You are not allowed any of the requested scopes.');
    expect(stderr).toContain('grant the app its scopes: Applications > the app > Okta API Scopes');
  });

  it('for scopes of which it has but some, should the org do so, is told how to ask for less', async () => {
    const clientId = await serviceApp(SCOPES);
    const body = { error: 'invalid_scope', error_description: 'One or more scopes are not configured for the client.' };
    await org.api('PUT', '/_emulator/faults', { faults: [{ path: '/oauth2/v1/token', status: 400, body }] });
    const { stderr } = await run('plan', clientId);
    expect(stderr).toContain('invalid_scope: One or more scopes are not configured for the client.');
    expect(stderr).toContain('or name those that it has in OKTA_CLIENT_SCOPES, so that no others are asked for');
  });

  it('for its proof of possession is told why', async () => {
    const api = await as(await serviceApp(SCOPES, { dpop_bound_access_tokens: true }));
    await api.get('/api/v1/groups');
    await org.api('POST', '/_emulator/clock', { advanceMs: 20 * 60_000 });
    await expect(api.get('/api/v1/groups')).rejects.toThrow(
      'GET /api/v1/groups answered 400 invalid_dpop_proof: The DPoP proof JWT is invalid.',
    );
  });

  it('though it gave it a token is not told of API tokens', async () => {
    const clientId = await serviceApp(SCOPES);
    await org.api('PUT', '/_emulator/faults', { faults: [{ path: '/api/v1/**', status: 401 }] });
    const { stderr } = await run('plan', clientId);
    expect(stderr).toContain('the org does not accept the access token that it gave the service app');
    expect(stderr).not.toContain('OKTA_CLIENT_TOKEN');
  });

  it('for want of one scope is told which, and nothing is taken for absent', async () => {
    const clientId = await serviceApp(SCOPES.filter((scope) => !scope.includes('trustedOrigins')));
    const { stderr, exitCode } = await run('plan', clientId);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('GET /api/v1/trustedOrigins?limit=200 answered 403 E0000006');
    expect(stderr).toContain('the access token lacks the scope okta.trustedOrigins.read');
  });

  it('for want of the scope to write is told at the object', async () => {
    const clientId = await serviceApp(SCOPES.map((scope) => scope.replace('.manage', '.read')));
    const { stderr, exitCode } = await run('apply', clientId, {}, '--yes');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/Group "Phone testers": not applied {2}.*password-phone\.yaml:25:5/);
    expect(stderr).toContain('the access token lacks the scope okta.groups.manage: grant it to the app');
  });

  it.each([
    ['a file name', () => 'service.pem', 'is neither a PEM nor a JSON Web Key: its content is meant, not a file name'],
    ['a PEM cut off', () => keys.pem.slice(0, 400), 'is cut off: a PEM ends with a line -----END …-----'],
    [
      'the public JWK',
      () => JSON.stringify(keys.publicKey),
      'is the public part: a private JSON Web Key has a member d',
    ],
    ['a broken JWK', () => keys.jwk.slice(0, 100), 'begins like a JSON Web Key and is no JSON'],
  ])('for a key that is %s, which is not repeated', async (_what, key, reason) => {
    const { stderr, exitCode } = await run('plan', '0oa1', { OKTA_CLIENT_PRIVATEKEY: key() });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`no request could be made: the private key ${reason}`);
    expect(stderr).not.toContain(key().slice(0, 40));
  });

  it('for a key that is none', async () => {
    const { stderr, exitCode } = await run('plan', await serviceApp(SCOPES), { OKTA_CLIENT_PRIVATEKEY: 'no key' });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('check the private key (PEM or JWK), client id and scopes');
    expect(stderr).not.toContain('defect');
    const doctor = await run('doctor', '0oa00000000000000000', { OKTA_CLIENT_PRIVATEKEY: 'no key' });
    expect(doctor).toMatchObject({ exitCode: 1, stderr: '' });
    expect(doctor.stdout).toContain('✗ Credentials: no request could be made: ');
  });
});

describe('doctor', () => {
  it('names the scopes that applying a config needs and the app has not', async () => {
    const clientId = await serviceApp(
      SCOPES.filter((scope) => !/policies|apps/.test(scope)).concat('okta.policies.read'),
    );
    const { stdout, exitCode } = await run('doctor', clientId);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      '✗ Scopes: the access token lacks what applying the config needs: okta.apps.manage, okta.policies.manage',
    );
    expect((await run('doctor', await serviceApp(SCOPES))).stdout).toContain(
      '✓ Scopes: the config needs okta.apps.manage,',
    );
  });
});
