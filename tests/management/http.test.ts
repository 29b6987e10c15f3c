import { get } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { TrustedOrigin } from '../../src/wire/org.ts';
import { testOrg } from '../support/emulator.ts';

const logged: string[] = [];
const org = testOrg({ log: (line) => logged.push(line) });

describe('who may call', () => {
  it('refuses a wrong token', async () => {
    expect(await org.refused('GET', '/api/v1/users/me', undefined, { Authorization: 'SSWS wrong' })).toEqual({
      status: 401,
      code: 'E0000011',
      summary: 'Invalid token provided',
      causes: [],
    });
  });

  it('refuses a request without a token', async () => {
    const response = await fetch(`${org.url}/api/v1/users/me`);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ errorCode: 'E0000005', errorSummary: 'Invalid session' });
  });

  it('takes an API token right behind its scheme, as the Python SDK writes it', async () => {
    const me = (Authorization: string) => org.api('GET', '/api/v1/users/me', undefined, { Authorization });
    expect((await me(`SSWS${org.token}`)).status).toBe(200);
    expect((await me(`ssws   ${org.token}`)).status).toBe(200);
    expect((await me(`SSWSwrong`)).status).toBe(401);
    expect((await me('SSWS')).status).toBe(403);
  });

  it('refuses a bearer token that it never gave out', async () => {
    const refusal = await org.refused('GET', '/api/v1/users/me', undefined, { Authorization: 'Bearer a.b.c' });
    expect(refusal).toMatchObject({ status: 401, code: 'E0000011' });
  });
});

describe('routes', () => {
  it('answers 501, not 404, for what it lacks, and says so in its log', async () => {
    expect(await org.refused('GET', '/api/v1/logStreams/x')).toEqual({
      status: 501,
      code: 'E_EMULATOR_UNSUPPORTED',
      summary: 'The emulator does not support GET /api/v1/logStreams/x.',
      causes: [],
    });
    expect(logged).toContain('unsupported: GET /api/v1/logStreams/x');
  });

  it('does not take the name of a missing resource for an id', async () => {
    expect(await org.refused('POST', '/api/v1/apps/x/credentials/keys/generate')).toMatchObject({ status: 501 });
    expect(await org.refused('POST', '/api/v1/idps', {})).toMatchObject({ status: 501 });
  });

  it('answers 405 for a method that Okta does not have there either', async () => {
    expect(await org.refused('DELETE', '/api/v1/policies')).toEqual({
      status: 405,
      code: 'E0000022',
      summary: 'The endpoint does not support the provided HTTP method',
      causes: [],
    });
  });
});

describe('bodies', () => {
  it('refuses malformed JSON', async () => {
    expect(await org.refused('POST', '/api/v1/groups', '{"profile":')).toEqual({
      status: 400,
      code: 'E0000003',
      summary: 'The request body was not well-formed.',
      causes: [],
    });
  });

  it('refuses members of the wrong type as not well formed', async () => {
    expect(await org.refused('POST', '/api/v1/groups', { profile: [] })).toMatchObject({ code: 'E0000003' });
    expect(await org.refused('POST', '/api/v1/groups', { profile: { name: 7 } })).toMatchObject({ code: 'E0000003' });
  });

  it('refuses a body that does not say it is JSON', async () => {
    const refusal = await org.refused('POST', '/api/v1/groups', '{}', { 'Content-Type': 'text/plain' });
    expect(refusal).toMatchObject({ status: 400, code: 'E0000021' });
  });

  it('refuses a body over 1 MB', async () => {
    const refusal = await org.refused('POST', '/api/v1/groups', { profile: { name: 'x'.repeat(1_100_000) } });
    expect(refusal.status).toBe(413);
  });
});

describe('headers', () => {
  it('carry a request id, the date and an undepleted rate limit', async () => {
    const first = await org.api('GET', '/api/v1/apps');
    const second = await org.api('GET', '/api/v1/apps');
    for (const { headers } of [first, second]) {
      expect(headers.get('X-Rate-Limit-Limit')).toBe('50');
      expect(headers.get('X-Rate-Limit-Remaining')).toBe('50');
      expect(Number(headers.get('X-Rate-Limit-Reset')) * 1000).toBeGreaterThan(Date.now());
      expect(Number.isNaN(Date.parse(headers.get('Date') ?? ''))).toBe(false);
    }
    expect(first.headers.get('X-Okta-Request-Id')).not.toBe(second.headers.get('X-Okta-Request-Id'));
  });

  it('count down to a 429 once limits are switched on', async () => {
    await org.ok('PUT', '/_emulator/settings', { rateLimits: true });
    const statuses: number[] = [];
    for (let call = 0; call < 51; call += 1) statuses.push((await org.api('GET', '/api/v1/apps')).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(50);
    expect(await org.refused('GET', '/api/v1/apps')).toEqual({
      status: 429,
      code: 'E0000047',
      summary: 'API call exceeded rate limit due to too many requests.',
      causes: [],
    });
    expect((await org.api('GET', '/api/v1/groups')).status).toBe(200);
    await org.ok('POST', '/_emulator/clock', { advanceMs: 60_000 });
    expect((await org.api('GET', '/api/v1/apps')).headers.get('X-Rate-Limit-Remaining')).toBe('49');
    await org.reset();
  });

  it('build links from the name that a loopback client uses, never from a foreign one', async () => {
    const port = Number(new URL(org.url).port);
    const organization = (host: string) =>
      new Promise<string>((resolve, reject) => {
        const request = { port, host: '127.0.0.1', path: '/.well-known/okta-organization', headers: { Host: host } };
        get(request, (response) => {
          response.setEncoding('utf8');
          response.on('data', (text: string) => {
            resolve((JSON.parse(text) as { _links: { organization: { href: string } } })._links.organization.href);
          });
        }).on('error', reject);
      });
    expect(await organization(`localhost:${port}`)).toBe(`http://localhost:${port}`);
    expect(await organization(`[::1]:${port}`)).toBe(`http://[::1]:${port}`);
    expect(await organization('evil.example')).toBe(org.url);
  });
});

describe('CORS', () => {
  const preflight = (origin: string) =>
    fetch(`${org.url}/oauth2/default/v1/interact`, {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type,x-okta-user-agent-extended',
      },
    });

  it('is granted to an active trusted origin with the scope CORS, with credentials', async () => {
    const origin = 'http://localhost:8080';
    const trusted = await org.ok<TrustedOrigin>('POST', '/api/v1/trustedOrigins', {
      name: 'Sample app',
      origin,
      scopes: [{ type: 'CORS' }],
    });
    const answer = await preflight(origin);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(origin);
    expect(answer.headers.get('Access-Control-Allow-Credentials')).toBe('true');
    expect(answer.headers.get('Access-Control-Allow-Headers')).toContain('x-okta-user-agent-extended');

    await org.ok('POST', `/api/v1/trustedOrigins/${trusted.id}/lifecycle/deactivate`);
    expect((await preflight(origin)).headers.get('Access-Control-Allow-Origin')).toBeNull();
  });

  it('is not granted to an origin that may only be redirected to, nor to an unknown one', async () => {
    await org.ok('POST', '/api/v1/trustedOrigins', {
      name: 'Redirect only',
      origin: 'http://localhost:8081',
      scopes: [{ type: 'REDIRECT' }],
    });
    for (const origin of ['http://localhost:8081', 'http://evil.example']) {
      expect((await preflight(origin)).headers.get('Access-Control-Allow-Origin')).toBeNull();
    }
  });

  it('labels error answers too, so that a browser may read them', async () => {
    await org.ok('POST', '/api/v1/trustedOrigins', {
      name: 'Reader',
      origin: 'http://localhost:8082',
      scopes: [{ type: 'CORS' }],
    });
    const answer = await org.api('GET', '/api/v1/logStreams/x', undefined, { Origin: 'http://localhost:8082' });
    expect(answer.status).toBe(501);
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('http://localhost:8082');
  });
});
