/** What rules and pages name beside policies (behaviours, CAPTCHAs, event hooks), and the org's small settings. */
import { beforeEach, describe, expect, it } from 'vitest';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

interface Named {
  id: string;
  name: string;
  status: string;
  [member: string]: unknown;
}

describe('behaviours', () => {
  const PATH = '/api/v1/behaviors';
  const CITY = { name: 'A city', type: 'ANOMALOUS_LOCATION', settings: { granularity: 'CITY' } };

  it('are made with the defaults of their type, changed, switched and removed', async () => {
    const made = await org.api<Named>('POST', PATH, CITY);
    expect(made).toMatchObject({
      status: 201,
      body: {
        id: expect.stringMatching(/^bhv/),
        ...CITY,
        status: 'ACTIVE',
        settings: { granularity: 'CITY', maxEventsUsedForEvaluation: 20, minEventsNeededForEvaluation: 0 },
      },
    });
    const one = `${PATH}/${made.body.id}`;
    const settings = { granularity: 'LAT_LONG', radiusKilometers: 20, maxEventsUsedForEvaluation: 100 };
    await org.ok('PUT', one, { ...CITY, name: 'A place', settings });
    await org.ok('POST', `${one}/lifecycle/deactivate`);
    expect(await org.ok('GET', one)).toMatchObject({ name: 'A place', status: 'INACTIVE', settings });
    expect((await org.api('DELETE', one)).status).toBe(204);
    expect((await org.refused('GET', one)).status).toBe(404);
  });

  it('are found by a part of their name', async () => {
    const named = async (query: string) => (await org.ok<Named[]>('GET', `${PATH}?${query}`)).map(({ name }) => name);
    expect(await named('q=new%20c')).toEqual(['New City', 'New Country']);
    expect(await named('q=velocity&limit=1')).toEqual(['Velocity']);
  });

  it.each([
    ['without granularity', { ...CITY, settings: {} }, 'settings.granularity: The field cannot be left blank'],
    [
      'by coordinates without a radius',
      { ...CITY, settings: { granularity: 'LAT_LONG' } },
      'settings.radiusKilometers: The field cannot be left blank',
    ],
    [
      'with more events than 100',
      { name: 'x', type: 'ANOMALOUS_DEVICE', settings: { maxEventsUsedForEvaluation: 101 } },
      'settings.maxEventsUsedForEvaluation: must be from 1 to 100.',
    ],
    [
      'with a name that is taken',
      { ...CITY, name: 'New City' },
      'name: An object with this field already exists in the current organization',
    ],
  ])('are refused %s', async (_name, body, cause) => {
    expect(await org.refused('POST', PATH, body)).toMatchObject({ status: 400, code: 'E0000001', causes: [cause] });
  });
});

describe('event hooks', () => {
  const PATH = '/api/v1/eventHooks';
  const HOOK = {
    name: 'Listener',
    events: { type: 'EVENT_TYPE', items: ['user.lifecycle.create', 'group.user_membership.add'] },
    channel: {
      type: 'HTTP',
      version: '1.0.0',
      config: {
        uri: 'https://example.com/events',
        headers: [{ key: 'x-from', value: 'okta' }],
        authScheme: { type: 'HEADER', key: 'Authorization', value: 'Basic abc' },
      },
    },
  };

  it('are kept as sent, but for the secret', async () => {
    const made = await org.ok<Named>('POST', PATH, HOOK);
    const { value: _secret, ...authScheme } = HOOK.channel.config.authScheme;
    expect(made).toMatchObject({
      id: expect.stringMatching(/^who/),
      name: 'Listener',
      status: 'ACTIVE',
      verificationStatus: 'UNVERIFIED',
      events: { ...HOOK.events, filter: null },
      channel: { config: { uri: 'https://example.com/events', method: 'POST', authScheme } },
    });
    expect(JSON.stringify(made)).not.toContain('Basic abc');
    expect(await org.ok('GET', PATH)).toEqual([made]);
  });

  it('are deleted once they are inactive', async () => {
    const { id } = await org.ok<Named>('POST', PATH, HOOK);
    expect((await org.refused('DELETE', `${PATH}/${id}`)).status).toBe(400);
    await org.ok('PUT', `${PATH}/${id}`, { ...HOOK, name: 'Renamed' });
    expect(await org.ok('POST', `${PATH}/${id}/lifecycle/deactivate`)).toMatchObject({
      name: 'Renamed',
      status: 'INACTIVE',
    });
    await org.ok('POST', `${PATH}/${id}/lifecycle/activate`);
    await org.ok('POST', `${PATH}/${id}/lifecycle/deactivate`);
    expect((await org.api('DELETE', `${PATH}/${id}`)).status).toBe(204);
    expect((await org.refused('GET', `${PATH}/${id}`)).status).toBe(404);
  });

  it('are refused without events, or with an address that is no https', async () => {
    expect((await org.refused('POST', PATH, { ...HOOK, events: { type: 'EVENT_TYPE', items: [] } })).causes).toEqual([
      'events: The field cannot be left blank',
    ]);
    const channel = { ...HOOK.channel, config: { uri: 'http://example.com' } };
    expect((await org.refused('POST', PATH, { ...HOOK, channel })).status).toBe(400);
  });
});

describe('the CAPTCHA of an org', () => {
  const PATH = '/api/v1/captchas';
  const CAPTCHA = { name: 'Mine', type: 'HCAPTCHA', siteKey: 'site', secretKey: 'hidden' };

  it('is one, and is shown where the org says', async () => {
    const { status, body } = await org.api<Named>('POST', PATH, CAPTCHA);
    expect({ status, body }).toMatchObject({ status: 201, body: { name: 'Mine', type: 'HCAPTCHA', siteKey: 'site' } });
    expect(JSON.stringify(body)).not.toContain('hidden');
    expect((await org.refused('POST', PATH, CAPTCHA)).status).toBe(400);
    const shown = { captchaId: body.id, enabledPages: ['SSR', 'SIGN_IN'] };
    expect(await org.ok('PUT', '/api/v1/org/captcha', shown)).toMatchObject(shown);
    expect((await org.refused('DELETE', `${PATH}/${body.id}`)).status).toBe(400);
    await org.ok('DELETE', '/api/v1/org/captcha');
    expect((await org.api('DELETE', `${PATH}/${body.id}`)).status).toBe(204);
    expect(await org.ok('GET', PATH)).toEqual([]);
  });

  it('is replaced whole by PUT, in parts by POST', async () => {
    const { id } = await org.ok<Named>('POST', PATH, CAPTCHA);
    expect(await org.ok('POST', `${PATH}/${id}`, { name: 'Yours' })).toMatchObject({ name: 'Yours', siteKey: 'site' });
    const put = { name: 'Theirs', type: 'RECAPTCHA_V2', siteKey: 'other', secretKey: 'hidden' };
    const { secretKey: _hidden, ...visible } = put;
    expect(await org.ok('PUT', `${PATH}/${id}`, put)).toMatchObject(visible);
    expect((await org.refused('PUT', `${PATH}/${id}`, { name: 'Theirs' })).status).toBe(400);
  });
});

describe('small settings', () => {
  it.each([
    ['PUT', '/api/v1/rate-limit-settings/admin-notifications', { notificationsEnabled: false }],
    [
      'PUT',
      '/api/v1/rate-limit-settings/per-client',
      { defaultMode: 'PREVIEW', useCaseModeOverrides: { LOGIN_PAGE: 'DISABLE', OAUTH2_AUTHORIZE: 'ENFORCE' } },
    ],
    ['PUT', '/api/v1/rate-limit-settings/warning-threshold', { warningThreshold: 66 }],
    ['POST', '/api/v1/org/orgSettings/thirdPartyAdminSetting', { thirdPartyAdmin: true }],
    ['PUT', '/api/v1/org/settings/clientPrivilegesSetting', { clientPrivilegesSetting: true }],
  ])('%s %s', async (method, path, body) => {
    expect(Object.keys(await org.ok<object>('GET', path))).toContain(Object.keys(body)[0]);
    expect(await org.ok(method, path, body)).toEqual(body);
    expect(await org.ok('GET', path)).toEqual(body);
    expect(await org.refused(method, path, {})).toMatchObject({ status: 400, code: 'E0000001' });
  });

  it('the warning threshold has bounds', async () => {
    const path = '/api/v1/rate-limit-settings/warning-threshold';
    expect((await org.refused('PUT', path, { warningThreshold: 29 })).status).toBe(400);
    expect((await org.refused('PUT', path, { warningThreshold: 91 })).status).toBe(400);
  });
});

describe('device assurance policies', () => {
  const PATH = '/api/v1/device-assurances';
  const MAC = {
    name: 'Macs',
    platform: 'MACOS',
    osVersion: { minimum: '14.1.0' },
    diskEncryptionType: { include: ['ALL_INTERNAL_VOLUMES'] },
    screenLockType: { include: ['BIOMETRIC', 'PASSCODE'] },
    secureHardwarePresent: true,
  };

  it('demand what their platform has', async () => {
    const made = await org.ok<Named>('POST', PATH, { ...MAC, jailbreak: false });
    expect(made).toMatchObject({ id: expect.stringMatching(/^dae/), ...MAC, createdBy: expect.stringMatching(/^00u/) });
    expect(made).not.toHaveProperty('jailbreak');
    const changed = { name: 'New Macs', platform: 'MACOS', osVersion: { minimum: '15.0.0' } };
    await org.ok('PUT', `${PATH}/${made.id}`, changed);
    const read = await org.ok<Named>('GET', `${PATH}/${made.id}`);
    expect(read).toMatchObject(changed);
    expect(read).not.toHaveProperty('screenLockType');
    expect(await org.ok('GET', PATH)).toEqual([read]);
    expect((await org.refused('PUT', `${PATH}/${made.id}`, { ...changed, platform: 'IOS' })).status).toBe(400);
    expect((await org.refused('POST', PATH, changed)).status).toBe(400);
  });

  it('stay while a rule names them', async () => {
    const { id } = await org.ok<Named>('POST', PATH, MAC);
    const policy = await org.ok<Named>('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Devices' });
    const rule = await org.ok<Named>('POST', `/api/v1/policies/${policy.id}/rules`, {
      type: 'ACCESS_POLICY',
      name: 'Macs only',
      conditions: { device: { registered: true, managed: false, assurance: { include: [id] } } },
      actions: { appSignOn: { access: 'ALLOW', verificationMethod: { type: 'ASSURANCE', factorMode: '1FA' } } },
    });
    expect((await org.refused('DELETE', `${PATH}/${id}`)).status).toBe(409);
    await org.ok('DELETE', `/api/v1/policies/${policy.id}/rules/${rule.id}`);
    expect((await org.api('DELETE', `${PATH}/${id}`)).status).toBe(204);
  });
});
