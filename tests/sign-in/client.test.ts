/** What a request tells of its client reaches policy and the System Log: address, zones, platform, device. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IdxResponse } from '../../src/wire/idx.ts';
import type { NetworkZone } from '../../src/wire/network-zone.ts';
import { formNames, MARY, messagesOf, PASSWORD_AND_ANOTHER, read, SignIn, SignInOrg } from '../support/sign-in.ts';

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1';

interface LogEvent {
  eventType: string;
  outcome: { result: string; reason: string | null };
  actor: { id: string; alternateId: string };
  client: { ipAddress: string; zone: string; userAgent: { rawUserAgent: string } };
  request: { ipChain: { ip: string }[] };
  target: { type: string; displayName: string }[];
  transaction: { id: string };
  debugContext: { debugData: Record<string, unknown> };
}

let org: SignInOrg;
beforeAll(async () => {
  org = await SignInOrg.start();
  await org.givePhone('sms');
});
afterAll(() => org.stop());

/** Posts to the pipeline with headers of its own. */
async function post(signIn: SignIn, path: string, body: object, headers: Record<string, string>) {
  const response = await fetch(`${org.url}/idp/idx/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ ...body, stateHandle: signIn.stateHandle }),
  });
  return read<IdxResponse>(response);
}

function identify(signIn: SignIn, headers: Record<string, string> = {}) {
  return post(signIn, 'identify', { identifier: MARY.login, credentials: { passcode: MARY.password } }, headers);
}

async function logs(eventType: string): Promise<LogEvent[]> {
  const filter = encodeURIComponent(`eventType eq "${eventType}"`);
  return (await org.api<LogEvent[]>('GET', `/api/v1/logs?filter=${filter}&sortOrder=DESCENDING`)).body;
}

describe('with a trusted proxy', () => {
  beforeAll(async () => {
    await org.api('POST', '/api/v1/zones', {
      type: 'IP',
      name: 'Our servers',
      usage: 'POLICY',
      gateways: null,
      proxies: [{ type: 'CIDR', value: '127.0.0.1/32' }],
    });
    const zone = await org.api<{ id: string }>('POST', '/api/v1/zones', {
      type: 'IP',
      name: 'Office',
      usage: 'POLICY',
      gateways: [{ type: 'CIDR', value: '203.0.113.0/24' }],
    });
    await org.api('POST', `/api/v1/policies/${org.policyId}/rules`, {
      name: 'In the office',
      type: 'ACCESS_POLICY',
      priority: 0,
      conditions: { network: { connection: 'ZONE', include: [zone.body.id] } },
      actions: {
        appSignOn: {
          access: 'ALLOW',
          verificationMethod: {
            type: 'ASSURANCE',
            factorMode: '1FA',
            reauthenticateIn: 'PT2H',
            constraints: [{ knowledge: { types: ['password'] } }],
          },
        },
      },
    });
  });

  test('the zone of the forwarded address decides the rule, and the log shows it', async () => {
    const { signIn } = await SignIn.begin(org);
    const headers = { 'x-forwarded-for': '198.51.100.1, 203.0.113.7', 'user-agent': IPHONE, 'x-device-token': 'pixel' };
    const { body } = await identify(signIn, headers);
    expect(body.successWithInteractionCode?.name).toBe('issue');
    const [event] = await logs('user.session.start');
    expect(event).toMatchObject({
      outcome: { result: 'SUCCESS', reason: null },
      actor: { id: org.mary.id, alternateId: MARY.login },
      client: { ipAddress: '203.0.113.7', zone: 'Office', userAgent: { rawUserAgent: IPHONE } },
      request: { ipChain: [{ ip: '203.0.113.7' }, { ip: '127.0.0.1' }] },
    });
    expect(event?.debugContext.debugData.dtHash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('what was forwarded at one step holds for the next', async () => {
    const { signIn } = await SignIn.begin(org);
    await post(signIn, 'introspect', { stateToken: signIn.stateHandle }, { 'x-forwarded-for': '203.0.113.7' });
    const { body } = await identify(signIn);
    expect(body.successWithInteractionCode?.name).toBe('issue');
  });

  test('a client elsewhere needs the second factor', async () => {
    const { signIn } = await SignIn.begin(org);
    const { body } = await identify(signIn, { 'x-forwarded-for': '192.0.2.1' });
    expect(formNames(body)[0]).toBe('authenticator-verification-data');
  });

  test('a dynamic zone holds the addresses that are said to be there, and the log shows the place', async () => {
    await org.control('PUT', 'settings', {
      geolocations: [
        { range: '192.0.2.0/25', country: 'DE', region: 'DE-BE', city: 'Berlin', asn: 64500 },
        { range: '192.0.2.200', country: 'FR', proxyType: 'Tor' },
      ],
    });
    const berlin = await org.api<{ id: string }>('POST', '/api/v1/zones', {
      type: 'DYNAMIC',
      name: 'Berlin',
      locations: [{ country: 'DE', region: 'DE-BE' }],
    });
    const rule = await org.api<{ id: string }>('POST', `/api/v1/policies/${org.policyId}/rules`, {
      name: 'In Berlin',
      type: 'ACCESS_POLICY',
      priority: 1,
      conditions: { network: { connection: 'ZONE', include: [berlin.body.id] } },
      actions: {
        appSignOn: {
          access: 'ALLOW',
          verificationMethod: { type: 'ASSURANCE', factorMode: '1FA', reauthenticateIn: 'PT2H' },
        },
      },
    });
    const from = async (ip: string) => {
      const { signIn } = await SignIn.begin(org);
      return (await identify(signIn, { 'x-forwarded-for': ip })).body;
    };
    expect((await from('192.0.2.1')).successWithInteractionCode?.name).toBe('issue');
    expect((await logs('user.session.start'))[0]).toMatchObject({
      client: {
        zone: 'Berlin',
        geographicalContext: {
          city: 'Berlin',
          state: 'DE-BE',
          country: 'Germany',
          postalCode: null,
          geolocation: null,
        },
      },
      securityContext: { asNumber: 64500, isProxy: false },
      request: {
        ipChain: [{ ip: '192.0.2.1', geographicalContext: { city: 'Berlin' } }, { geographicalContext: null }],
      },
    });
    expect(formNames(await from('192.0.2.200'))[0]).toBe('authenticator-verification-data');
    expect((await logs('policy.evaluate_sign_on'))[0]).toMatchObject({
      client: { geographicalContext: { country: 'France', state: null } },
      securityContext: { asNumber: null, isProxy: true },
    });
    expect(formNames(await from('192.0.2.150'))[0]).toBe('authenticator-verification-data');
    expect((await logs('policy.evaluate_sign_on'))[0]).toMatchObject({
      client: { geographicalContext: null },
      securityContext: { isProxy: null },
    });
    await org.api('DELETE', `/api/v1/policies/${org.policyId}/rules/${rule.body.id}`);
  });

  test('a client in a blocked zone is refused', async () => {
    await org.api('POST', '/api/v1/zones', {
      type: 'IP',
      name: 'Blocked',
      usage: 'BLOCKLIST',
      gateways: [{ type: 'RANGE', value: '198.51.100.10-198.51.100.20' }],
    });
    const { signIn } = await SignIn.begin(org);
    const { status, body } = await identify(signIn, { 'x-forwarded-for': '198.51.100.15' });
    expect({ status, key: messagesOf(body)[0]?.i18n?.key }).toEqual({ status: 403, key: 'security.access_denied' });
  });

  test('an exempt address is let through although its zone is blocked', async () => {
    const zones = await org.api<NetworkZone[]>('GET', '/api/v1/zones');
    const exempt = zones.body.find(({ name }) => name === 'DefaultExemptIpZone') as NetworkZone;
    const gateways = [{ type: 'CIDR', value: '198.51.100.15/32' }];
    await org.api('PUT', `/api/v1/zones/${exempt.id}`, { ...exempt, gateways, useAsExemptList: true });
    const { signIn } = await SignIn.begin(org);
    expect((await identify(signIn, { 'x-forwarded-for': '198.51.100.15' })).status).toBe(200);
    const other = await SignIn.begin(org);
    expect((await identify(other.signIn, { 'x-forwarded-for': '198.51.100.16' })).status).toBe(403);
  });
});

test('a platform condition sees the user agent', async () => {
  const rule = await org.api<{ id: string }>('POST', `/api/v1/policies/${org.policyId}/rules`, {
    name: 'No phones',
    type: 'ACCESS_POLICY',
    priority: 0,
    conditions: { platform: { include: [{ type: 'MOBILE', os: { type: 'IOS' } }] } },
    actions: {
      appSignOn: {
        access: 'DENY',
        verificationMethod: { type: 'ASSURANCE', ...PASSWORD_AND_ANOTHER, reauthenticateIn: 'PT2H' },
      },
    },
  });
  const { signIn } = await SignIn.begin(org);
  expect((await identify(signIn, { 'user-agent': IPHONE })).status).toBe(403);
  expect((await logs('policy.evaluate_sign_on'))[0]).toMatchObject({
    outcome: { result: 'DENY' },
    target: [{ type: 'PolicyEntity' }, { type: 'PolicyRule', displayName: 'No phones' }, { type: 'AppInstance' }],
  });
  await org.api('DELETE', `/api/v1/policies/${org.policyId}/rules/${rule.body.id}`);
});

test('the log tells a sign-in from its first failure to the app', async () => {
  const { signIn } = await SignIn.begin(org);
  await signIn.identify(MARY.login, 'wrong');
  await signIn.identify();
  await signIn.choose('phone_number', 'sms');
  await signIn.answer(await org.wrongCode());
  const trace = (await logs('system.sms.send_factor_verify_message'))[0]?.transaction.id;
  await signIn.answer(await org.lastCode());
  const all = await org.api<LogEvent[]>('GET', '/api/v1/logs?limit=1000');
  const events = all.body.filter((event) => event.transaction.id === trace);
  expect(events.map((event) => [event.eventType, event.outcome.result, event.outcome.reason])).toEqual([
    ['user.session.start', 'FAILURE', 'INVALID_CREDENTIALS'],
    ['user.authentication.auth_via_mfa', 'SUCCESS', null],
    ['policy.evaluate_sign_on', 'CHALLENGE', 'Sign-on policy evaluation resulted in CHALLENGE'],
    ['system.sms.send_factor_verify_message', 'SUCCESS', null],
    ['user.authentication.auth_via_mfa', 'FAILURE', 'INVALID_CREDENTIALS'],
    ['user.authentication.auth_via_mfa', 'SUCCESS', null],
    ['policy.evaluate_sign_on', 'ALLOW', 'Sign-on policy evaluation resulted in ALLOW'],
    ['user.session.start', 'SUCCESS', null],
    ['user.authentication.sso', 'SUCCESS', null],
  ]);
  expect(JSON.stringify(events)).not.toContain(await org.lastCode());
});

test('a name that nobody has is unknown to the log', async () => {
  const { signIn } = await SignIn.begin(org);
  await signIn.identify('nobody@example.com', 'x');
  expect((await logs('user.session.start'))[0]).toMatchObject({
    outcome: { result: 'FAILURE', reason: 'VERIFICATION_ERROR' },
    actor: { id: 'unknown', alternateId: 'nobody@example.com' },
  });
});
