import { resolve } from 'node:path';
import { exportJWK, exportPKCS8, generateKeyPair } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../../src/okta/client.ts';
import type { Application } from '../../src/wire/application.ts';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
const SHIPPED = resolve('config/password-phone.yaml');

/** What the shipped config needs, by the reference of Okta's scopes. */
const SCOPES = ['apps', 'authenticators', 'authorizationServers', 'groups', 'policies', 'trustedOrigins', 'users'].map(
  (resource) => `okta.${resource}.manage`,
);

let pem: string;
let jwk: string;
let publicKey: object;
beforeAll(async () => {
  const keys = await generateKeyPair('RS256', { extractable: true });
  pem = await exportPKCS8(keys.privateKey);
  jwk = JSON.stringify({ ...(await exportJWK(keys.privateKey)), kid: 'key-1' });
  publicKey = { ...(await exportJWK(keys.publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
});
beforeEach(() => org.reset());
afterEach(() => vi.useRealTimers());

/** A service app with our key, the scopes granted, and a super admin's role. */
async function serviceApp(scopes: readonly string[], settings: object = {}): Promise<string> {
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
  await org.api('DELETE', '/_emulator/requests');
  return app.id;
}

function run(command: string, clientId: string, more: Record<string, string> = {}, ...flags: string[]) {
  return cli(workFolder(), [command, '-f', SHIPPED, '--org-url', org.url, ...flags], {
    MARY_PASSWORD: 'Correct-Horse-9',
    OKTA_CLIENT_AUTHORIZATIONMODE: 'PrivateKey',
    OKTA_CLIENT_CLIENTID: clientId,
    OKTA_CLIENT_PRIVATEKEY: jwk,
    ...more,
  });
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
    { what: 'a PEM with the id of its key', key: () => pem },
    { what: 'a PEM in one line', key: () => pem.replaceAll('\n', '\\n') },
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
    const credentials = { mode: 'PrivateKey' as const, clientId, scopes: SCOPES, privateKey: jwk };
    const api = await connect({ orgUrl: org.url, credentials });
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
    expect(stderr).toContain('check OKTA_CLIENT_CLIENTID, and that the public key of OKTA_CLIENT_PRIVATEKEY');
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

  it('for a key that is none', async () => {
    const { stderr, exitCode } = await run('plan', await serviceApp(SCOPES), { OKTA_CLIENT_PRIVATEKEY: 'no key' });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('check the private key (PEM or JWK), client id and scopes');
    expect(stderr).not.toContain('defect');
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
