import { beforeEach, describe, expect, it } from 'vitest';
import { testOrg, type Untyped } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

const logs = (query: string) => org.ok<Untyped[]>('GET', `/api/v1/logs?${query}`);
const nextOf = (headers: Headers) =>
  /<([^>]*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]?.slice(org.url.length);

async function groups(...names: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names)
    ids.push((await org.ok<{ id: string }>('POST', '/api/v1/groups', { profile: { name } })).id);
  return ids;
}

describe('GET /api/v1/logs', () => {
  it('tells who did what to whom, from where', async () => {
    const headers = {
      'User-Agent': 'Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36',
      'X-Device-Token': 'd1',
    };
    const created = await org.api<{ id: string }>('POST', '/api/v1/groups', { profile: { name: 'A' } }, headers);
    const [event] = await logs('filter=eventType eq "group.lifecycle.create"');
    expect(event).toMatchObject({
      actor: { type: 'User', alternateId: 'admin@example.com', displayName: 'Org Admin', detailEntry: null },
      client: {
        ipAddress: '127.0.0.1',
        zone: 'null',
        device: 'Computer',
        userAgent: { os: 'Windows 10', browser: 'CHROME', rawUserAgent: headers['User-Agent'] },
      },
      displayMessage: 'Create Okta group',
      outcome: { result: 'SUCCESS', reason: null },
      severity: 'INFO',
      transaction: { type: 'WEB', detail: {} },
      request: { ipChain: [{ ip: '127.0.0.1', version: 'V4', source: null }] },
      target: [{ id: created.body.id, type: 'UserGroup', displayName: 'A' }],
      version: '0',
    });
    expect(event.debugContext.debugData).toMatchObject({ requestUri: '/api/v1/groups' });
    expect(event.debugContext.debugData.dtHash).toMatch(/^[0-9a-f]{64}$/);
    expect(event.published).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('names what a deletion took away, and says nothing of what failed', async () => {
    const [id] = await groups('Gone');
    await org.ok('DELETE', `/api/v1/groups/${id}`);
    await org.refused('DELETE', `/api/v1/groups/${id}`);
    const events = await logs(`filter=target.id eq "${id}"`);
    expect(events.map((event) => event.eventType)).toEqual(['group.lifecycle.create', 'group.lifecycle.delete']);
    expect(events[1].target[0].displayName).toBe('Gone');
  });

  it('has the life of trusted origins, authorization servers, their scopes and claims, brands', async () => {
    const seen = async (id: string) =>
      (await logs(`filter=target.id eq "${id}"`)).map((event) => [event.eventType, event.target[0].displayName]);
    const life = async (path: string, body: object, change: object = body): Promise<string> => {
      const { id } = await org.ok<{ id: string }>('POST', path, body);
      await org.ok('PUT', `${path}/${id}`, change);
      await org.ok('DELETE', `${path}/${id}`);
      return id;
    };
    const origin = { name: 'Page', origin: 'https://page.example.com', scopes: [{ type: 'CORS' }] };
    const originId = (await org.ok<{ id: string }>('POST', '/api/v1/trustedOrigins', origin)).id;
    for (const verb of ['deactivate', 'activate', 'deactivate']) {
      await org.ok('POST', `/api/v1/trustedOrigins/${originId}/lifecycle/${verb}`);
    }
    await org.ok('PUT', `/api/v1/trustedOrigins/${originId}`, { ...origin, name: 'Renamed' });
    await org.ok('DELETE', `/api/v1/trustedOrigins/${originId}`);
    expect(await seen(originId)).toEqual([
      ['security.trusted_origin.create', 'Page'],
      ['security.trusted_origin.deactivate', 'Page'],
      ['security.trusted_origin.activate', 'Page'],
      ['security.trusted_origin.deactivate', 'Page'],
      ['security.trusted_origin.update', 'Page'],
      ['security.trusted_origin.delete', 'Renamed'],
    ]);
    const servers = '/api/v1/authorizationServers';
    const server = { name: 'API', description: 'An API', audiences: ['api://one'] };
    const serverId = (await org.ok<{ id: string }>('POST', servers, server)).id;
    await org.ok('PUT', `${servers}/${serverId}`, server);
    const scopeId = await life(`${servers}/${serverId}/scopes`, { name: 'read' });
    const claim = { name: 'team', claimType: 'RESOURCE', valueType: 'EXPRESSION', value: 'user.department' };
    const claimId = await life(`${servers}/${serverId}/claims`, claim);
    await org.ok('POST', `${servers}/${serverId}/lifecycle/deactivate`);
    await org.ok('DELETE', `${servers}/${serverId}`);
    const ofServer = (await logs(`filter=target.id eq "${serverId}"`)).map((event) => event.eventType);
    expect(ofServer).toEqual([
      'oauth2.as.created',
      'oauth2.as.updated',
      'oauth2.scope.created',
      'oauth2.scope.updated',
      'oauth2.scope.deleted',
      'oauth2.claim.created',
      'oauth2.claim.updated',
      'oauth2.claim.deleted',
      'oauth2.as.deactivated',
      'oauth2.as.deleted',
    ]);
    expect((await logs(`filter=target.id eq "${scopeId}"`)).length).toBe(3);
    expect((await logs(`filter=target.id eq "${claimId}"`)).length).toBe(3);
    const brandId = await life('/api/v1/brands', { name: 'Second' });
    expect(await seen(brandId)).toEqual([
      ['system.brand.create', 'Second'],
      ['system.brand.update', 'Second'],
      ['system.brand.delete', 'Second'],
    ]);
  });

  it('tells the first deletion of a user from the second', async () => {
    const login = 'gone@example.com';
    const profile = { login, email: login, firstName: 'G', lastName: 'O' };
    const user = await org.ok<{ id: string }>('POST', '/api/v1/users', { profile });
    await org.ok('DELETE', `/api/v1/users/${user.id}`);
    await org.ok('DELETE', `/api/v1/users/${user.id}`);
    const events = await logs(`filter=target.id eq "${user.id}"`);
    expect(events.map((event) => event.eventType)).toEqual([
      'user.lifecycle.create',
      'user.lifecycle.deactivate',
      'user.lifecycle.delete.initiated',
    ]);
  });

  it('tells of a factor once it is active, whoever saw to it, and not while it is pending', async () => {
    const login = 'mary@example.com';
    const profile = { login, email: login, firstName: 'Mary', lastName: 'Major' };
    const user = await org.ok<{ id: string }>('POST', '/api/v1/users', { profile });
    const factors = `/api/v1/users/${user.id}/factors`;
    const activated = async () => {
      const events = await logs('filter=eventType eq "user.mfa.factor.activate"');
      return events.map(({ actor, target, debugContext }) => [
        actor.alternateId,
        target[0].id === user.id,
        debugContext.debugData.factor,
      ]);
    };
    const push = await org.ok<{ id: string }>('POST', factors, { factorType: 'push', provider: 'OKTA' });
    const poll = () => org.ok('POST', `${factors}/${push.id}/lifecycle/activate`);
    await poll();
    expect(await activated()).toEqual([]);
    await org.ok('POST', '/_emulator/okta-verify', { user: login });
    await poll();
    await poll();
    const byPhone = [
      [login, true, 'OKTA_VERIFY_PUSH'],
      [login, true, 'OKTA_SOFT_TOKEN'],
    ];
    expect(await activated()).toEqual(byPhone);

    const email = { factorType: 'email', provider: 'OKTA', profile: { email: login } };
    const pending = await org.ok<{ id: string }>('POST', factors, email);
    expect(await activated()).toEqual(byPhone);
    const { messages } = await org.ok<Untyped>('GET', '/_emulator/messages');
    await org.ok('POST', `${factors}/${pending.id}/lifecycle/activate`, { passCode: messages.at(-1).code });
    expect(await activated()).toEqual([...byPhone, ['admin@example.com', true, undefined]]);
  });

  it('names the API token that revoked itself', async () => {
    const [token] = await org.ok<Untyped[]>('GET', '/api/v1/api-tokens');
    const before = await org.ok<Untyped>('GET', '/_emulator/snapshot');
    await org.ok('DELETE', '/api/v1/api-tokens/current');
    const { collections } = await org.ok<Untyped>('GET', '/_emulator/snapshot');
    await org.ok('PUT', '/_emulator/snapshot', { ...before, collections: { ...collections, apiTokens: [token] } });
    const [event] = await logs('filter=eventType eq "system.api_token.revoke"');
    expect(event.target).toMatchObject([{ id: token.id, type: 'Token', displayName: token.name }]);
  });

  it('pages by next links, which go on with what comes later', async () => {
    await groups('A', 'B', 'C');
    const first = await org.api<Untyped[]>('GET', '/api/v1/logs?limit=2&q=create');
    expect(first.body.map((event) => event.target[0].displayName)).toEqual(['A', 'B']);
    const second = await org.api<Untyped[]>('GET', nextOf(first.headers) ?? '');
    expect(second.body.map((event) => event.target[0].displayName)).toEqual(['C']);
    await groups('D');
    const third = await org.ok<Untyped[]>('GET', nextOf(second.headers) ?? '');
    expect(third.map((event) => event.target[0].displayName)).toEqual(['D']);
  });

  it('ends where a bounded query ends', async () => {
    await groups('A', 'B');
    const answer = await org.api<Untyped[]>(
      'GET',
      '/api/v1/logs?since=2000-01-01T00:00:00Z&until=2100-01-01T00:00:00Z',
    );
    expect(answer.body).toHaveLength(2);
    expect(nextOf(answer.headers)).toBeUndefined();
    expect(await logs('since=2100-01-01T00:00:00Z')).toEqual([]);
    expect(await logs('until=2000-01-01T00:00:00Z')).toEqual([]);
  });

  it('sorts the newest first when asked, and finds by keywords without case', async () => {
    await groups('Alpha', 'Beta');
    const newest = await logs('sortOrder=DESCENDING&limit=1');
    expect(newest[0].target[0].displayName).toBe('Beta');
    expect(await logs('q=ALPHA group')).toHaveLength(1);
    expect(await logs('q=alpha beta')).toHaveLength(0);
  });

  it('refuses bad queries', async () => {
    expect(await org.refused('GET', '/api/v1/logs?since=yesterday')).toMatchObject({ status: 400, code: 'E0000001' });
    expect(await org.refused('GET', '/api/v1/logs?limit=1001')).toMatchObject({ status: 400, code: 'E0000001' });
    expect(await org.refused('GET', '/api/v1/logs?sortOrder=UP')).toMatchObject({ status: 400, code: 'E0000001' });
    expect(await org.refused('GET', '/api/v1/logs?filter=eventType')).toMatchObject({ status: 400, code: 'E0000031' });
    expect(await org.refused('GET', '/api/v1/logs?after=%C3%A4')).toMatchObject({ status: 400, code: 'E0000001' });
  });
});
