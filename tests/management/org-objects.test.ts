/** The smaller objects of an org: templates, features, brands, tokens, contacts, and the settings that harnesses read. */
import { beforeEach, describe, expect, it } from 'vitest';
import { testOrg, type Untyped } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

describe('SMS templates', () => {
  const path = '/api/v1/templates/sms';
  const body = {
    name: 'Custom',
    type: 'SMS_VERIFY_CODE',
    template: '${code} it is',
    translations: { es: '${code} es' },
  };

  it('one per type beside the default, which names the code', async () => {
    const made = await org.ok<Untyped>('POST', path, body);
    expect((await org.ok<Untyped[]>('GET', path)).map((one) => one.id)).toEqual(['default', made.id]);
    expect((await org.refused('POST', path, body)).status).toBe(400);
    await org.ok('DELETE', `${path}/${made.id}`);
    expect((await org.refused('POST', path, { ...body, template: 'no code' })).summary).toBe(
      'Api validation failed: template',
    );
  });

  it('a POST merges translations, a PUT replaces them and does not show them', async () => {
    const { id } = await org.ok<Untyped>('POST', path, body);
    const merged = await org.ok<Untyped>('POST', `${path}/${id}`, { translations: { fr: '${code} fr' } });
    expect(merged.translations).toEqual({ es: '${code} es', fr: '${code} fr' });
    const replaced = await org.ok<Untyped>('PUT', `${path}/${id}`, { ...body, translations: { de: '${code} de' } });
    expect(replaced).not.toHaveProperty('translations');
    expect((await org.ok<Untyped>('GET', `${path}/${id}`)).translations).toEqual({ de: '${code} de' });
  });
});

describe('features', () => {
  it('are switched, in either case', async () => {
    const features = await org.ok<Untyped[]>('GET', '/api/v1/features');
    const feature = features.find((one) => one.name === 'Android Device Trust');
    const path = `/api/v1/features/${feature.id}`;
    expect(await org.ok('POST', `${path}/ENABLE`)).toMatchObject({ status: 'ENABLED', _links: { disable: {} } });
    expect(await org.ok('POST', `${path}/disable`)).toMatchObject({ status: 'DISABLED', _links: { enable: {} } });
    expect(await org.ok('GET', path)).toMatchObject({ id: feature.id, status: 'DISABLED', stage: { value: 'EA' } });
    for (const related of ['dependencies', 'dependents']) {
      expect(await org.ok('GET', `${path}/${related}`)).toEqual([]);
      expect((await org.refused('GET', `/api/v1/features/none/${related}`)).status).toBe(404);
    }
    expect(await org.refused('GET', '/api/v1/features/none')).toMatchObject({
      status: 404,
      code: 'E0000007',
      summary: 'Not found: Resource not found: none (Feature)',
    });
    expect((await org.refused('POST', '/api/v1/features/none/enable')).status).toBe(404);
  });
});

describe('brands', () => {
  it('the default one stays; others come with a theme and go', async () => {
    const [first] = await org.ok<Untyped[]>('GET', '/api/v1/brands');
    expect(first).toMatchObject({ isDefault: true, customPrivacyPolicyUrl: null });
    expect((await org.refused('DELETE', `/api/v1/brands/${first.id}`)).status).toBe(403);
    const made = await org.api<Untyped>('POST', '/api/v1/brands', { name: 'Second' });
    expect(made.status).toBe(201);
    const path = `/api/v1/brands/${made.body.id}`;
    const url = { name: 'Second', customPrivacyPolicyUrl: 'https://example.com/privacy' };
    expect((await org.refused('PUT', path, url)).status).toBe(400);
    expect(await org.ok('PUT', path, { ...url, agreeToCustomPrivacyPolicy: true })).toMatchObject(url);
    const [theme] = await org.ok<Untyped[]>('GET', `${path}/themes`);
    const colours = { primaryColorHex: '#112233', secondaryColorHex: '#445566' };
    expect(await org.ok('PUT', `${path}/themes/${theme.id}`, { ...theme, ...colours })).toMatchObject(colours);
    expect(
      (await org.refused('PUT', `${path}/themes/${theme.id}`, { ...colours, primaryColorHex: 'red' })).status,
    ).toBe(400);
    expect((await org.api('DELETE', path)).status).toBe(204);
  });
});

describe('one brand', () => {
  it('is read with its themes and domains on request', async () => {
    const made = await org.ok<Untyped>('POST', '/api/v1/brands', { name: 'Second' });
    const path = `/api/v1/brands/${made.id}`;
    expect(await org.ok('GET', path)).toEqual(made);
    expect(await org.ok('GET', `${path}/domains`)).toEqual({ domains: [] });
    const [theme] = await org.ok<Untyped[]>('GET', `${path}/themes`);
    expect(await org.ok('GET', `${path}/themes/${theme.id}`)).toEqual(theme);
    expect(theme).toMatchObject({ primaryColorHex: '#1662dd', signInPageTouchPointVariant: 'OKTA_DEFAULT' });
    const _embedded = { themes: [theme], domains: [] };
    expect(await org.ok('GET', `${path}?expand=themes,domains,emailDomain`)).toEqual({ ...made, _embedded });
    expect(await org.ok('GET', '/api/v1/brands?q=sec&expand=themes')).toEqual([
      { ...made, _embedded: { themes: [theme] } },
    ]);
    const [first] = await org.ok<Untyped[]>('GET', '/api/v1/brands');
    expect((await org.refused('GET', `/api/v1/brands/${first.id}/themes/${theme.id}`)).status).toBe(404);
    await org.ok('DELETE', path);
    for (const gone of ['', '/domains', '/themes', `/themes/${theme.id}`]) {
      expect(await org.refused('GET', path + gone)).toMatchObject({ status: 404, code: 'E0000007' });
    }
  });
});

describe('API tokens', () => {
  it('are read one by one, renamed and confined to zones', async () => {
    const [token] = await org.ok<Untyped[]>('GET', '/api/v1/api-tokens');
    const path = `/api/v1/api-tokens/${token.id}`;
    expect(await org.ok('GET', path)).toMatchObject({ id: token.id, name: token.name, userId: token.userId });
    const [zone] = await org.ok<Untyped[]>('GET', '/api/v1/zones');
    const network = { connection: 'ZONE', include: [zone.id] };
    const changed = await org.ok<Untyped>('PUT', path, { name: 'Robot', clientName: 'ignored', network });
    expect(changed).toMatchObject({ id: token.id, name: 'Robot', clientName: 'Okta API', network });
    expect(await org.ok('GET', path)).toMatchObject({ name: 'Robot', network });
    expect(await org.ok('PUT', path, { name: 'Robot' })).toMatchObject({ network: { connection: 'ANYWHERE' } });
    expect(await org.refused('PUT', path, {})).toMatchObject({
      summary: 'Api validation failed: name',
      causes: ['name: The field cannot be left blank'],
    });
    for (const method of ['GET', 'PUT', 'DELETE']) {
      expect(
        await org.refused(method, '/api/v1/api-tokens/none', method === 'PUT' ? { name: 'x' } : undefined),
      ).toEqual({
        status: 404,
        code: 'E0000007',
        summary: 'Not found: Resource not found: none (ApiToken)',
        causes: [],
      });
    }
  });

  it('are listed without their value', async () => {
    const [token] = await org.ok<Untyped[]>('GET', '/api/v1/api-tokens');
    expect(token).toMatchObject({ clientName: 'Okta API', tokenWindow: 'P30D', network: { connection: 'ANYWHERE' } });
    expect(JSON.stringify(token)).not.toContain(org.token);
  });

  it.each(['current', 'by its id'])('are revoked (%s), and then work no more until a reset', async (which) => {
    const [token] = await org.ok<Untyped[]>('GET', '/api/v1/api-tokens');
    const path = `/api/v1/api-tokens/${which === 'current' ? 'current' : token.id}`;
    expect((await org.api('DELETE', path)).status).toBe(204);
    for (const [method, where] of [
      ['GET', '/api/v1/users/me'],
      ['DELETE', path],
    ] as const) {
      expect(await org.refused(method, where)).toEqual({
        status: 401,
        code: 'E0000011',
        summary: 'Invalid token provided',
        causes: [],
      });
    }
    await org.reset();
    expect((await org.api('GET', '/api/v1/users/me')).status).toBe(200);
  });
});

describe('org settings', () => {
  it('are changed in part or whole', async () => {
    expect(await org.ok('POST', '/api/v1/org', { website: 'https://example.com' })).toMatchObject({
      website: 'https://example.com',
    });
    expect(await org.ok('POST', '/api/v1/org', { city: 'Graz' })).toMatchObject({
      website: 'https://example.com',
      city: 'Graz',
    });
    expect(await org.ok('PUT', '/api/v1/org', { companyName: 'Other' })).toMatchObject({
      companyName: 'Other',
      city: null,
    });
  });

  it('contacts, footer, support', async () => {
    const me = await org.ok<Untyped>('GET', '/api/v1/users/me');
    expect((await org.ok<Untyped>('GET', '/api/v1/org/contacts/billing')).userId).toBe(me.id);
    expect((await org.refused('PUT', '/api/v1/org/contacts/technical', { userId: 'nobody' })).status).toBe(404);
    expect(await org.ok('POST', '/api/v1/org/preferences/hideEndUserFooter')).toMatchObject({
      showEndUserFooter: false,
    });
    expect(await org.ok('POST', '/api/v1/org/privacy/oktaSupport/grant')).toMatchObject({ support: 'ENABLED' });
    expect(await org.ok('POST', '/api/v1/org/privacy/oktaSupport/revoke')).toMatchObject({ support: 'DISABLED' });
    expect(await org.ok('POST', '/api/v1/org/privacy/oktaCommunication/optOut')).toMatchObject({
      optOutEmailUsers: true,
    });
  });

  it('factors of Classic Engine', async () => {
    const path = '/api/v1/org/factors/okta_question';
    expect(await org.ok('GET', path)).toMatchObject({ factorType: 'question', status: 'INACTIVE' });
    expect(await org.ok('POST', `${path}/lifecycle/activate`)).toMatchObject({ status: 'ACTIVE' });
    expect((await org.refused('GET', '/api/v1/org/factors/none')).status).toBe(404);
  });
});

describe('what harnesses read before they begin', () => {
  it.each([
    ['/api/v1/threats/configuration', { action: 'none', excludeZones: [] }],
    ['/api/v1/org/captcha', { captchaId: null, enabledPages: null }],
    ['/api/v1/bot-protection/configuration', { mode: 'LOG_ONLY' }],
    ['/api/v1/domains', { domains: [] }],
  ])('%s', async (path, expected) => {
    expect(await org.ok('GET', path)).toMatchObject(expected);
  });

  it.each(['devices', 'email-domains', 'idps', 'logStreams', 'push-providers', 'realms', 'telephony-providers'])(
    'an empty list of %s, since none can be made',
    async (name) => {
      expect(await org.ok('GET', `/api/v1/${name}`)).toEqual([]);
    },
  );

  it('the behaviours of every org', async () => {
    const behaviors = await org.ok<Untyped[]>('GET', '/api/v1/behaviors');
    expect(behaviors.map((one) => one.name)).toEqual([
      'New City',
      'New Country',
      'New Device',
      'New Geo-Location',
      'New IP',
      'New State',
      'Velocity',
    ]);
  });

  it.each(['email-domains', 'idps', 'logStreams', 'push-providers', 'realms'])(
    'what cannot be made answers 501, not 405: %s',
    async (name) => {
      expect((await org.refused('POST', `/api/v1/${name}`, {})).status).toBe(501);
    },
  );

  it('bot protection is set whole, in the words of the reference', async () => {
    const path = '/api/v1/bot-protection/configuration';
    const body = { mode: 'ENFORCED', level: 'HIGH', supportedFlows: ['SIGN_IN', 'SSR'] };
    expect(await org.ok('POST', path, body)).toMatchObject(body);
    expect(await org.ok('GET', path)).toMatchObject({ ...body, enforcementType: 'OKTA_CHALLENGE' });
    expect((await org.refused('POST', path, { mode: 'ENFORCED' })).causes).toEqual([
      'level: The field cannot be left blank',
    ]);
    expect(await org.refused('POST', path, { ...body, mode: 'HARD' })).toMatchObject({ status: 400, code: 'E0000003' });
    expect((await org.refused('POST', path, { ...body, supportedFlows: ['NONE'] })).status).toBe(400);
  });

  it('the CAPTCHA of the org is switched off, by null and by deletion', async () => {
    const path = '/api/v1/org/captcha';
    const off = { captchaId: null, enabledPages: null };
    expect(await org.ok('PUT', path, off)).toMatchObject(off);
    expect((await org.refused('PUT', path, { captchaId: 'none', enabledPages: ['SSR'] })).status).toBe(404);
    expect((await org.api('DELETE', path)).status).toBe(204);
    expect(await org.ok('GET', path)).toMatchObject(off);
  });

  it('ThreatInsight takes a zone that exists', async () => {
    const body = (zone: string) => ({ action: 'block', excludeZones: [zone] });
    expect((await org.refused('POST', '/api/v1/threats/configuration', body('nobody'))).status).toBe(404);
    const [zone] = await org.ok<Untyped[]>('GET', '/api/v1/zones');
    expect(await org.ok('POST', '/api/v1/threats/configuration', body(zone.id))).toMatchObject(body(zone.id));
  });
});
