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
    expect(await org.ok('GET', `${path}/dependencies`)).toEqual([]);
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

describe('API tokens', () => {
  it('are listed without their value', async () => {
    const [token] = await org.ok<Untyped[]>('GET', '/api/v1/api-tokens');
    expect(token).toMatchObject({ clientName: 'Okta API', tokenWindow: 'P30D', network: { connection: 'ANYWHERE' } });
    expect(JSON.stringify(token)).not.toContain(org.token);
    expect((await org.refused('DELETE', `/api/v1/api-tokens/${token.id}`)).status).toBe(501);
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
    ['/api/v1/eventHooks', []],
    ['/api/v1/idps', []],
    ['/api/v1/domains', { domains: [] }],
  ])('%s', async (path, expected) => {
    expect(await org.ok('GET', path)).toMatchObject(expected);
    expect((await org.ok<Untyped[]>('GET', '/api/v1/behaviors')).map((one) => one.name)).toContain('New Device');
  });

  it('what cannot be made answers 501, not 405', async () => {
    expect((await org.refused('POST', '/api/v1/eventHooks', {})).status).toBe(501);
    expect((await org.refused('POST', '/api/v1/idps', {})).status).toBe(501);
  });

  it('ThreatInsight takes a zone that exists', async () => {
    const body = (zone: string) => ({ action: 'block', excludeZones: [zone] });
    expect((await org.refused('POST', '/api/v1/threats/configuration', body('nobody'))).status).toBe(404);
    const [zone] = await org.ok<Untyped[]>('GET', '/api/v1/zones');
    expect(await org.ok('POST', '/api/v1/threats/configuration', body(zone.id))).toMatchObject(body(zone.id));
  });
});
