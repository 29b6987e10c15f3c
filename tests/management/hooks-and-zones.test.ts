import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { testOrg, type Untyped } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

const HOOKS = '/api/v1/inlineHooks';
const ZONES = '/api/v1/zones';

function hook(uri = 'https://example.com/hook', more: Record<string, unknown> = {}) {
  return {
    name: 'Codes',
    type: 'com.okta.telephony.provider',
    version: '1.0.1',
    channel: {
      type: 'HTTP',
      version: '1.0.0',
      config: {
        uri,
        method: 'POST',
        headers: [],
        authScheme: { type: 'HEADER', key: 'authorization', value: 's3cret' },
      },
    },
    ...more,
  };
}

describe('inline hooks', () => {
  it('are active when made, and never show their secret', async () => {
    const made = await org.ok<Untyped>('POST', HOOKS, hook(undefined, { status: 'INACTIVE' }));
    expect(made.status).toBe('ACTIVE');
    expect(made.channel.config.authScheme).toEqual({ type: 'HEADER', key: 'authorization' });
    expect(Object.keys(made._links)).toEqual(['self', 'execute', 'deactivate']);
    expect(JSON.stringify(await org.ok('GET', HOOKS))).not.toContain('s3cret');
  });

  it('there is one active telephony hook, which is deactivated before it is deleted', async () => {
    const made = await org.ok<Untyped>('POST', HOOKS, hook());
    expect(await org.refused('POST', HOOKS, hook())).toMatchObject({ status: 400, code: 'E0000001' });
    expect(await org.refused('DELETE', `${HOOKS}/${made.id}`)).toMatchObject({ status: 400, code: 'E0000001' });
    const off = await org.ok<Untyped>('POST', `${HOOKS}/${made.id}/lifecycle/deactivate`);
    expect(Object.keys(off._links)).toEqual(['activate', 'self', 'delete']);
    await org.ok('POST', HOOKS, hook());
    expect(await org.refused('POST', `${HOOKS}/${made.id}/lifecycle/activate`)).toMatchObject({ status: 400 });
    expect((await org.api('DELETE', `${HOOKS}/${made.id}`)).status).toBe(204);
  });

  it.each([
    ['plain http', hook('http://example.com/')],
    ['no auth scheme', hook(undefined, { channel: { type: 'HTTP', config: { uri: 'https://example.com' } } })],
    ['an unknown type', hook(undefined, { type: 'com.okta.other' })],
    [
      'a header in a header',
      hook(undefined, {
        channel: {
          type: 'HTTP',
          config: {
            uri: 'https://e.com',
            headers: [{ key: 'a', value: 'b\r\nc: d' }],
            authScheme: { type: 'HEADER', key: 'k', value: 'v' },
          },
        },
      }),
    ],
  ])('refuse %s', async (_name, body) => {
    expect((await org.refused('POST', HOOKS, body)).status).toBe(400);
  });

  it('are executed on request, with the secret of their channel', async () => {
    const seen: unknown[] = [];
    const service = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.setHeader('Content-Type', 'application/json');
      response.end('{"commands":[]}');
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    const uri = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`;
    const made = await org.ok<Untyped>('POST', HOOKS, hook(uri));
    expect(await org.ok('POST', `${HOOKS}/${made.id}/execute`, { data: {} })).toEqual({ commands: [] });
    expect(seen).toEqual(['s3cret']);
    await new Promise((resolve) => service.close(resolve));
    expect(await org.refused('POST', `${HOOKS}/${made.id}/execute`, {})).toMatchObject({
      status: 400,
      code: 'E0000134',
    });
  });

  it('keep their secret over an update that leaves it out', async () => {
    const made = await org.ok<Untyped>('POST', HOOKS, hook());
    const config = { uri: 'https://example.com/2', authScheme: { type: 'HEADER', key: 'authorization' } };
    const body = { ...hook(), name: 'Renamed', channel: { type: 'HTTP', version: '1.0.0', config } };
    const changed = await org.ok<Untyped>('PUT', `${HOOKS}/${made.id}`, body);
    expect(changed).toMatchObject({ name: 'Renamed', status: 'ACTIVE' });
    const snapshot = await org.ok<Untyped>('GET', '/_emulator/snapshot');
    expect(snapshot.collections.inlineHooks[0].channel.config.authScheme.value).toBe('s3cret');
  });
});

describe('one inline hook', () => {
  it('is read, found by its type and changed in part', async () => {
    const made = await org.ok<Untyped>('POST', HOOKS, hook());
    const path = `${HOOKS}/${made.id}`;
    expect(await org.ok('GET', path)).toEqual(made);
    const ofType = async (type: string) =>
      (await org.ok<Untyped[]>('GET', `${HOOKS}?type=${type}`)).map((one) => one.id);
    expect(await ofType('com.okta.telephony.provider')).toEqual([made.id]);
    expect(await ofType('com.okta.oauth2.tokens.transform')).toEqual([]);
    const part = { channel: { config: { uri: 'https://example.com/other' } } };
    const changed = await org.ok<Untyped>('POST', path, part);
    expect(changed).toMatchObject({ name: 'Codes', version: '1.0.1', status: 'ACTIVE' });
    expect(changed.channel.config).toEqual({
      ...made.channel.config,
      uri: 'https://example.com/other',
      authScheme: { type: 'HEADER', key: 'authorization' },
    });
    expect(await org.ok('POST', path, { name: 'Renamed' })).toMatchObject({
      name: 'Renamed',
      channel: changed.channel,
    });
    expect((await org.refused('POST', path, { channel: { config: { uri: 'http://example.com' } } })).status).toBe(400);
    const snapshot = await org.ok<Untyped>('GET', '/_emulator/snapshot');
    expect(snapshot.collections.inlineHooks[0].channel.config.authScheme.value).toBe('s3cret');
  });

  it('that is not there is not found', async () => {
    for (const [method, suffix, body] of [
      ['GET', '', undefined],
      ['PUT', '', hook()],
      ['POST', '', {}],
      ['DELETE', '', undefined],
      ['POST', '/lifecycle/activate', undefined],
      ['POST', '/lifecycle/deactivate', undefined],
      ['POST', '/execute', {}],
    ] as const) {
      expect(await org.refused(method, `${HOOKS}/none${suffix}`, body)).toEqual({
        status: 404,
        code: 'E0000007',
        summary: 'Not found: Resource not found: none (InlineHook)',
        causes: [],
      });
    }
  });
});

describe('one network zone', () => {
  it('is read and switched off and on, while no rule names it', async () => {
    const gateways = [{ type: 'CIDR', value: '203.0.113.0/24' }];
    const made = await org.ok<Untyped>('POST', ZONES, { type: 'IP', name: 'Office', gateways });
    const path = `${ZONES}/${made.id}`;
    expect(await org.ok('GET', path)).toEqual(made);
    const off = await org.ok<Untyped>('POST', `${path}/lifecycle/deactivate`);
    expect(off).toMatchObject({ id: made.id, status: 'INACTIVE' });
    expect(Object.keys(off._links)).toEqual(['self', 'activate']);
    const found = await org.ok<Untyped[]>('GET', `${ZONES}?filter=${encodeURIComponent(`id eq "${made.id}"`)}`);
    expect(found.map((zone) => zone.status)).toEqual(['INACTIVE']);
    expect(await org.ok('POST', `${path}/lifecycle/activate`)).toMatchObject({ status: 'ACTIVE' });
    const [policy] = await org.ok<Untyped[]>('GET', '/api/v1/policies?type=OKTA_SIGN_ON');
    const group = await org.ok<Untyped>('POST', '/api/v1/groups', { profile: { name: 'G' } });
    const own = await org.ok<Untyped>('POST', '/api/v1/policies', {
      type: 'OKTA_SIGN_ON',
      name: `Beside ${policy.name}`,
      conditions: { people: { groups: { include: [group.id] } } },
    });
    await org.ok('POST', `/api/v1/policies/${own.id}/rules`, {
      type: 'SIGN_ON',
      name: 'Outside',
      conditions: { network: { connection: 'ZONE', exclude: [made.id] } },
      actions: { signon: { access: 'DENY' } },
    });
    expect((await org.refused('POST', `${path}/lifecycle/deactivate`)).causes[0]).toContain('Outside');
    expect(await org.ok('GET', path)).toMatchObject({ status: 'ACTIVE' });
  });

  it('that is not there is not found', async () => {
    for (const [method, suffix] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/lifecycle/activate'],
      ['POST', '/lifecycle/deactivate'],
    ] as const) {
      expect(await org.refused(method, `${ZONES}/none${suffix}`)).toMatchObject({
        status: 404,
        code: 'E0000007',
        summary: 'Not found: Resource not found: none (NetworkZone)',
      });
    }
    expect((await org.refused('POST', `${ZONES}/none/lifecycle/rename`)).status).toBe(501);
  });
});

describe('network zones', () => {
  it('a fresh org has its system zones, which stay', async () => {
    const zones = await org.ok<Untyped[]>('GET', ZONES);
    expect(zones.map((zone) => [zone.name, zone.type, zone.usage, zone.system])).toEqual([
      ['LegacyIpZone', 'IP', 'POLICY', true],
      ['BlockedIpZone', 'IP', 'BLOCKLIST', true],
      ['DefaultExemptIpZone', 'IP', 'POLICY', true],
      ['DefaultEnhancedDynamicZone', 'DYNAMIC_V2', 'BLOCKLIST', true],
    ]);
    expect((await org.refused('DELETE', `${ZONES}/${zones[0].id}`)).status).toBe(403);
  });

  it('are normalised: one address is a network of one, absent lists are null', async () => {
    const zone = await org.ok<Untyped>('POST', ZONES, {
      type: 'IP',
      name: 'Office',
      gateways: [
        { type: 'CIDR', value: '203.0.113.7' },
        { type: 'RANGE', value: '198.51.100.1-198.51.100.9' },
      ],
    });
    expect(zone).toMatchObject({
      status: 'ACTIVE',
      usage: 'POLICY',
      system: false,
      gateways: [
        { type: 'CIDR', value: '203.0.113.7/32' },
        { type: 'RANGE', value: '198.51.100.1-198.51.100.9' },
      ],
      proxies: null,
    });
  });

  it.each([
    [{ type: 'IP', name: 'Office', gateways: [{ type: 'CIDR', value: '300.1.1.1/8' }] }],
    [{ type: 'IP', name: 'Office', gateways: [{ type: 'RANGE', value: '10.0.0.1' }] }],
    [{ type: 'IP' }],
    [{ type: 'DYNAMIC', name: 'Land', locations: [{ country: 'Austria' }] }],
    [{ type: 'DYNAMIC', name: 'Land', locations: [{ country: 'ZZ' }] }],
    [{ type: 'DYNAMIC_V2', name: 'Land', locations: { exclude: [{ country: 'EU' }] } }],
    [{ type: 'DYNAMIC', name: 'Land', locations: [{ country: 'AT', region: 'DE-BY' }] }],
    [{ type: 'IP', name: 'Nowhere' }],
    [{ type: 'IP', name: 'Nowhere', gateways: [], proxies: null }],
    [{ type: 'IP', name: 'LegacyIpZone', gateways: [{ type: 'CIDR', value: '203.0.113.7' }] }],
  ])('refuses %j', async (body) => {
    expect((await org.refused('POST', ZONES, body)).status).toBe(400);
  });

  it('may hold proxies only; those of Okta’s own may be empty', async () => {
    const zone = { type: 'IP', name: 'Proxies', proxies: [{ type: 'CIDR', value: '203.0.113.7' }] };
    expect(await org.ok<Untyped>('POST', ZONES, zone)).toMatchObject({
      gateways: null,
      proxies: [{ type: 'CIDR', value: '203.0.113.7/32' }],
    });
    const [legacy] = await org.ok<Untyped[]>('GET', ZONES);
    const emptied = { type: 'IP', name: 'LegacyIpZone', gateways: null, proxies: null };
    expect((await org.api('PUT', `${ZONES}/${legacy.id}`, emptied)).status).toBe(200);
  });

  it('stay while a rule names them', async () => {
    const zone = await org.ok<Untyped>('POST', ZONES, {
      type: 'DYNAMIC',
      name: 'Land',
      locations: [{ country: 'AT' }],
    });
    const [policy] = await org.ok<Untyped[]>('GET', '/api/v1/policies?type=ACCESS_POLICY');
    const rule = await org.ok<Untyped>('POST', `/api/v1/policies/${policy.id}/rules`, {
      type: 'ACCESS_POLICY',
      name: 'From there',
      conditions: { network: { connection: 'ZONE', include: [zone.id] } },
      actions: { appSignOn: { access: 'ALLOW' } },
    });
    expect((await org.refused('DELETE', `${ZONES}/${zone.id}`)).causes[0]).toContain('From there');
    await org.ok('DELETE', `/api/v1/policies/${policy.id}/rules/${rule.id}`);
    expect((await org.api('DELETE', `${ZONES}/${zone.id}`)).status).toBe(204);
  });
});
