import { get, request } from 'node:http';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Group, User } from '../../src/wire/directory.ts';
import { testOrg, type Untyped } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

/** A request with headers that fetch does not let a caller set. */
function raw(method: string, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const port = new URL(org.url).port;
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject).end();
  });
}

async function control(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${org.url}/_emulator/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

describe('the control plane', () => {
  it('needs no token on loopback', async () => {
    expect(await control('GET', 'health')).toEqual({
      status: 200,
      body: { status: 'ok', orgId: expect.stringMatching(/^00o/), url: org.url },
    });
  });

  it('refuses a foreign Host and a foreign Origin', async () => {
    expect(await raw('GET', '/_emulator/health', { Host: 'evil.example' })).toBe(403);
    expect(
      await raw('POST', '/_emulator/reset', { Host: `${new URL(org.url).host}`, Origin: 'http://evil.example' }),
    ).toBe(403);
    expect(await raw('POST', '/_emulator/reset', { Host: new URL(org.url).host, Origin: org.url })).toBe(200);
  });

  it('refuses what a page of another site could cause without an Origin', async () => {
    const { host } = new URL(org.url);
    const read = (site: string) => raw('GET', '/_emulator/messages', { Host: host, 'Sec-Fetch-Site': site });
    expect(await read('cross-site')).toBe(403);
    expect(await read('same-site')).toBe(403);
    expect(await read('same-origin')).toBe(200);
    expect(await read('none')).toBe(200);
    expect(await raw('OPTIONS', '/_emulator/reset', { Host: host, Origin: 'http://localhost:8080' })).toBe(403);
  });

  it('takes JSON of any content type, as `curl -d` sends it, but not from a web page', async () => {
    const put = (body: string, headers: Record<string, string> = {}) =>
      fetch(`${org.url}/_emulator/settings`, {
        method: 'PUT',
        body,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
      });
    const answer = await put('{"telephony": false}');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ telephony: false });
    expect((await put('telephony=false')).status).toBe(400);
    expect((await put('[]')).status).toBe(400);
    const page = await put('{"telephony": true}', { Origin: org.url });
    expect(page.status).toBe(400);
    expect(await page.json()).toMatchObject({ errorCode: 'E0000021' });
    expect(await (await put('')).json()).toMatchObject({ telephony: false });
  });

  it('says of a route it does not have that it does not have it', async () => {
    expect(await control('GET', 'nothing')).toMatchObject({ status: 404 });
    expect(await control('DELETE', 'health')).toMatchObject({ status: 404 });
  });
});

describe('reset and snapshot', () => {
  it('make the org fresh again', async () => {
    await org.ok('POST', '/api/v1/groups', { profile: { name: 'Phone testers' } });
    expect((await control('POST', 'reset')).status).toBe(200);
    const groups = await org.ok<Group[]>('GET', '/api/v1/groups');
    expect(groups.map((group) => group.profile.name)).toEqual(['Everyone', 'Okta Administrators']);
  });

  it('put back what was got: same ids, same memberships, same keys', async () => {
    const group = await org.ok<Group>('POST', '/api/v1/groups', { profile: { name: 'Phone testers' } });
    const mary = await org.ok<User>('POST', '/api/v1/users', {
      profile: { login: 'mary@example.com', email: 'mary@example.com', firstName: 'Mary', lastName: 'Major' },
      credentials: { password: { value: 'Correct-horse-7' } },
      groupIds: [group.id],
    });
    const keys = await org.ok('GET', '/api/v1/authorizationServers/default/credentials/keys');
    const snapshot = (await control('GET', 'snapshot')).body;
    await control('POST', 'reset');
    expect(await org.refused('GET', `/api/v1/users/${mary.id}`)).toMatchObject({ status: 404 });
    expect((await control('PUT', 'snapshot', snapshot)).status).toBe(204);
    expect(await org.ok('GET', `/api/v1/users/mary@example.com`)).toEqual({ ...mary });
    const members = await org.ok<User[]>('GET', `/api/v1/groups/${group.id}/users`);
    expect(members.map((user) => user.id)).toEqual([mary.id]);
    expect(await org.ok('GET', '/api/v1/authorizationServers/default/credentials/keys')).toEqual(keys);
  });

  it('keep the signing keys: a token from before is verified after', async () => {
    const app = await org.ok<Untyped>('POST', '/api/v1/apps', {
      name: 'oidc_client',
      label: 'Service',
      signOnMode: 'OPENID_CONNECT',
      credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_post' } },
      settings: { oauthClient: { application_type: 'service', grant_types: ['client_credentials'] } },
    });
    await org.ok('POST', '/api/v1/authorizationServers/default/scopes', { name: 'jobs' });
    const { client_id, client_secret } = app.credentials.oauthClient;
    const form = (path: string, fields: Record<string, string>) =>
      fetch(`${org.url}/oauth2/default/v1/${path}`, {
        method: 'POST',
        body: new URLSearchParams({ client_id, client_secret, ...fields }),
      }).then((response) => response.json() as Promise<Untyped>);
    const { access_token } = await form('token', { grant_type: 'client_credentials', scope: 'jobs' });
    const snapshot = (await control('GET', 'snapshot')).body;
    await control('POST', 'reset');
    await control('PUT', 'snapshot', snapshot);
    const { keys } = (await (await fetch(`${org.url}/oauth2/default/v1/keys`)).json()) as JSONWebKeySet;
    const verified = await jwtVerify(access_token, createLocalJWKSet({ keys }));
    expect(verified.payload.cid).toBe(client_id);
    expect(await form('introspect', { token: access_token })).toMatchObject({ active: true, scope: 'jobs' });
  });

  it('take in a snapshot that is larger than what a client may send', async () => {
    const snapshot = (await control('GET', 'snapshot')).body as Untyped;
    const [everyone] = snapshot.collections.groups;
    for (let index = 0; index < 5000; index += 1) {
      snapshot.collections.groups.push({ ...everyone, id: `00gBIG${String(index).padStart(14, '0')}` });
    }
    expect(JSON.stringify(snapshot).length).toBeGreaterThan(1024 * 1024);
    expect((await control('PUT', 'snapshot', snapshot)).status).toBe(204);
  });

  it.each([
    [{ formatVersion: 1 }, 'its info is incomplete'],
    [{ formatVersion: 2 }, 'its formatVersion is 2, this version reads 1'],
    [{ my: 'notes' }, 'it is no snapshot of an emulator'],
  ])('refuse what is no snapshot and change nothing: %j', async (value, reason) => {
    expect(await control('PUT', 'snapshot', value)).toMatchObject({
      status: 400,
      body: { errorSummary: `The snapshot cannot be restored: ${reason}.` },
    });
    expect(await org.ok<Group[]>('GET', '/api/v1/groups')).toHaveLength(2);
  });

  it.each([
    ['collections', (snapshot: Untyped) => snapshot.collections.users.push({ status: 'ACTIVE' })],
    ['relations', (snapshot: Untyped) => snapshot.relations.memberships.push(['only one'])],
    ['rows', (snapshot: Untyped) => snapshot.collections.users.push({ id: '00uBROKEN00000000000' })],
    ['keys', (snapshot: Untyped) => snapshot.keys.push({ kid: 'k', jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } })],
  ])('refuse one whose %s are damaged', async (part, damage) => {
    const snapshot = (await control('GET', 'snapshot')).body;
    damage(snapshot);
    expect(await control('PUT', 'snapshot', snapshot)).toMatchObject({
      status: 400,
      body: { errorSummary: `The snapshot cannot be restored: its ${part} are damaged.` },
    });
    expect(await org.ok<Group[]>('GET', '/api/v1/groups')).toHaveLength(2);
  });
});

describe('the request log', () => {
  it('holds what clients asked, with status and bucket, and not what the control plane was asked', async () => {
    await control('DELETE', 'requests');
    await org.api('GET', '/api/v1/policies?type=MFA_ENROLL');
    await org.api('POST', '/api/v1/groups', { profile: {} });
    await control('GET', 'health');
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
    expect((await control('GET', 'requests')).body).toEqual({
      requests: [
        { method: 'GET', path: '/api/v1/policies?type=MFA_ENROLL', status: 200, bucket: '/api/v1', at },
        { method: 'POST', path: '/api/v1/groups', status: 400, bucket: '/api/v1/groups', at },
      ],
    });
    expect((await control('DELETE', 'requests')).status).toBe(204);
    expect((await control('GET', 'requests')).body).toEqual({ requests: [] });
  });
});

describe('faults', () => {
  it('answer a status with the body of Okta, as often as told', async () => {
    await control('PUT', 'faults', { faults: [{ method: 'POST', path: '/api/v1/groups', status: 429, count: 1 }] });
    const limited = await org.api('POST', '/api/v1/groups', { profile: { name: 'A' } });
    expect(limited.status).toBe(429);
    expect(limited.body).toMatchObject({ errorCode: 'E0000047' });
    expect(limited.headers.get('X-Rate-Limit-Remaining')).toBe('0');
    expect((await org.api('POST', '/api/v1/groups', { profile: { name: 'A' } })).status).toBe(200);
    expect((await control('GET', 'faults')).body).toEqual({ faults: [], seed: 1 });
  });

  it('know what Okta says with each status, and when a client may come again', async () => {
    await control('POST', 'clock', { set: '2026-01-20T12:00:00.000Z', freeze: true });
    await control('PUT', 'faults', {
      faults: [
        { status: 423, count: 1 },
        { status: 500, count: 1 },
        { status: 429, count: 1 },
      ],
    });
    const answers = [];
    for (let index = 0; index < 4; index += 1) answers.push(await org.api('GET', '/api/v1/groups'));
    expect(answers.map(({ status, body }) => [status, body.errorCode])).toEqual([
      [423, 'E0000239'],
      [500, 'E0000009'],
      [429, 'E0000047'],
      [200, undefined],
    ]);
    const { headers } = answers[2] ?? { headers: new Headers() };
    expect(headers.get('X-Rate-Limit-Limit')).toBe('250');
    expect(headers.get('X-Rate-Limit-Remaining')).toBe('0');
    // One second after the org's own Date: 2026-01-20T12:00:01Z.
    expect(headers.get('X-Rate-Limit-Reset')).toBe('1768910401');
    expect(headers.get('Date')).toBe('Tue, 20 Jan 2026 12:00:00 GMT');
  });

  it('answer a body of one’s own, after a delay', async () => {
    await control('PUT', 'faults', {
      faults: [{ path: '/api/v1/apps/**', status: 503, body: { down: true }, delayMs: 60 }],
    });
    const started = performance.now();
    const answer = await org.api('GET', '/api/v1/apps/x/groups/y');
    expect(performance.now() - started).toBeGreaterThan(50);
    expect(answer).toMatchObject({ status: 503, body: { down: true } });
    expect((await org.api('GET', '/api/v1/apps')).status).toBe(200);
  });

  it('drop the connection', async () => {
    await control('PUT', 'faults', { faults: [{ path: '/api/v1/groups', drop: true, count: 1 }] });
    await expect(org.api('GET', '/api/v1/groups')).rejects.toThrow('fetch failed');
    expect((await org.api('GET', '/api/v1/groups')).status).toBe(200);
    const { requests } = (await control('GET', 'requests')).body as { requests: { status: number }[] };
    expect(requests.map((entry) => entry.status)).toEqual([0, 200]);
  });

  it('hit by chance in a repeatable way', async () => {
    const run = async () => {
      await control('PUT', 'faults', { faults: [{ status: 500, probability: 0.5 }], seed: 42 });
      const statuses: number[] = [];
      for (let call = 0; call < 20; call += 1) statuses.push((await org.api('GET', '/api/v1/groups')).status);
      return statuses;
    };
    const first = await run();
    expect(new Set(first)).toEqual(new Set([200, 500]));
    expect(await run()).toEqual(first);
  });

  it('are refused by name when they are wrong', async () => {
    const refusal = await control('PUT', 'faults', { faults: [{ statsu: 500 }] });
    expect(refusal).toMatchObject({
      status: 400,
      body: { errorSummary: expect.stringContaining('faults[0].statsu is unknown') },
    });
  });
});

describe('the clock', () => {
  it('is frozen, moved and set; what the org writes follows it', async () => {
    expect((await control('POST', 'clock', { set: '2026-01-20T12:10:01.500Z', freeze: true })).body).toEqual({
      now: '2026-01-20T12:10:01.500Z',
      frozen: true,
    });
    const group = await org.ok<Group>('POST', '/api/v1/groups', { profile: { name: 'A' } });
    expect(group.created).toBe('2026-01-20T12:10:01.000Z');
    expect((await control('POST', 'clock', { advanceMs: 60_000 })).body).toEqual({
      now: '2026-01-20T12:11:01.500Z',
      frozen: true,
    });
    expect((await org.api('GET', '/api/v1/groups')).headers.get('Date')).toBe('Tue, 20 Jan 2026 12:11:01 GMT');
    expect(await control('POST', 'clock', { set: 'yesterday' })).toMatchObject({ status: 400 });
  });
});

describe('settings', () => {
  it('change one by one, and a reset puts them back', async () => {
    expect((await control('PUT', 'settings', { telephony: false })).body).toEqual({
      embeddedSignIn: true,
      telephony: false,
      rateLimits: false,
      transactionMinutes: 60,
      signInWidget: true,
      geolocations: [],
    });
    expect(await control('PUT', 'settings', { telephone: false })).toMatchObject({ status: 400 });
    expect(await control('PUT', 'settings', { telephony: 'no' })).toMatchObject({ status: 400 });
    await control('POST', 'reset');
    expect((await control('GET', 'settings')).body).toMatchObject({ telephony: true });
  });

  it('say where addresses are, and refuse what is no place', async () => {
    const geolocations = [{ range: '203.0.113.0/24', country: 'DE', region: 'DE-BE', city: 'Berlin', asn: 64500 }];
    expect((await control('PUT', 'settings', { geolocations })).body).toMatchObject({ geolocations });
    const refusals: [unknown, string][] = [
      [{}, 'geolocations must be a list.'],
      [['DE'], 'geolocations[0] must be an object.'],
      [[{ range: '203.0.113.0/24' }], 'geolocations[0].country is missing.'],
      [[{ country: 'DE' }], 'geolocations[0].range is missing.'],
      [[{ range: '203.0.113.0/33', country: 'DE' }], 'geolocations[0].range has a wrong value: "203.0.113.0/33".'],
      [[{ range: '2.0.0.0-1.0.0.0', country: 'DE' }], 'geolocations[0].range has a wrong value: "2.0.0.0-1.0.0.0".'],
      [[{ range: '203.0.113.0/', country: 'DE' }], 'geolocations[0].range has a wrong value: "203.0.113.0/".'],
      [[{ range: '::1', country: 'Germany' }], 'geolocations[0].country has a wrong value: "Germany".'],
      [[{ range: '::1', country: 'DE', region: 'FR-75' }], 'geolocations[0].region has a wrong value: "FR-75".'],
      [[{ range: '::1', country: 'DE', asn: '64500' }], 'geolocations[0].asn has a wrong value: "64500".'],
      [[{ range: '::1', country: 'DE', proxyType: 'tor' }], 'geolocations[0].proxyType has a wrong value: "tor".'],
      [[{ range: '::1', country: 'DE', ipService: 'ALL_IP_SERVICES' }], 'ipService has a wrong value'],
      [[{ range: '::1', country: 'DE', zip: '10115' }], 'geolocations[0].zip is unknown; known are range, country,'],
    ];
    for (const [value, text] of refusals) {
      const { status, body } = await control('PUT', 'settings', { geolocations: value });
      expect({ status, text: (body as Untyped).errorSummary }).toEqual({
        status: 400,
        text: expect.stringContaining(text),
      });
    }
    expect((await control('GET', 'settings')).body).toMatchObject({ geolocations });
    await control('POST', 'reset');
    expect((await control('GET', 'settings')).body).toMatchObject({ geolocations: [] });
  });
});

describe('messages', () => {
  it('are filtered by receiver, channel and time', async () => {
    const me = await org.ok<User>('GET', '/api/v1/users/me');
    const [email] = await org.ok<{ id: string }[]>('GET', `/api/v1/users/${me.id}/factors`);
    await control('POST', 'clock', { set: '2026-01-20T12:00:00.000Z', freeze: true });
    await org.ok('POST', `/api/v1/users/${me.id}/factors/${email?.id}/verify`);
    await control('POST', 'clock', { advanceMs: 60_000 });
    await org.ok('POST', `/api/v1/users/${me.id}/factors/${email?.id}/verify`);
    const at = async (query: string) => {
      const { messages } = (await control('GET', `messages?${query}`)).body as { messages: { at: string }[] };
      return messages.map((message) => message.at);
    };
    expect(await at('channel=email&to=admin@example.com')).toEqual([
      '2026-01-20T12:00:00.000Z',
      '2026-01-20T12:01:00.000Z',
    ]);
    expect(await at('since=2026-01-20T12:00:30Z')).toEqual(['2026-01-20T12:01:00.000Z']);
    expect(await at('channel=sms')).toEqual([]);
    expect(await at('to=nobody@example.com')).toEqual([]);
    expect(await control('GET', 'messages?since=today')).toMatchObject({ status: 400 });
  });
});

describe('rate limits', () => {
  it('are exact when they are on: so many per bucket and minute', async () => {
    await control('POST', 'clock', { set: '2026-01-20T12:00:00.000Z', freeze: true });
    await control('PUT', 'settings', { rateLimits: true });
    const list = async () => {
      const { status, headers } = await org.api('GET', '/api/v1/apps');
      return [status, headers.get('X-Rate-Limit-Remaining'), headers.get('X-Rate-Limit-Reset')];
    };
    const reset = String(Date.UTC(2026, 0, 20, 12, 1) / 1000);
    for (let left = 49; left >= 0; left -= 1) expect(await list()).toEqual([200, String(left), reset]);
    expect(await list()).toEqual([429, '0', reset]);
    // Another bucket has its own count.
    expect((await org.api('GET', '/api/v1/groups')).headers.get('X-Rate-Limit-Remaining')).toBe('249');
    await control('POST', 'clock', { advanceMs: 60_000 });
    expect((await list())[0]).toBe(200);
  });
});

describe('a request that the org cannot bear', () => {
  it('is answered 500 in Okta’s words, and the org lives on', async () => {
    const snapshot = (await control('GET', 'snapshot')).body as Untyped;
    snapshot.collections.authorizationServers.push({ id: 'ausBROKEN00000000000', status: 'ACTIVE' });
    await control('PUT', 'snapshot', snapshot);
    const keys = '/api/v1/authorizationServers/ausBROKEN00000000000/credentials/keys';
    expect(await org.refused('GET', keys)).toMatchObject({
      status: 500,
      code: 'E0000009',
      summary: 'Internal Server Error',
    });
    expect((await org.api('GET', '/api/v1/users/me')).status).toBe(200);
  });
});

describe('a client that goes away', () => {
  it('does not take the org with it', async () => {
    await new Promise<void>((resolve) => {
      const sent = get(`${org.url}/api/v1/users`, { agent: false });
      sent.on('error', () => resolve());
      sent.on('socket', (socket) => socket.on('connect', () => sent.destroy(new Error('gone'))));
    });
    expect((await control('GET', 'health')).status).toBe(200);
  });
});
