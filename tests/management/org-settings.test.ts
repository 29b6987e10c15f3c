import { beforeEach, describe, expect, it } from 'vitest';
import { testOrg, type Untyped } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

describe('the org', () => {
  it('is read by admins', async () => {
    const answer = await org.ok<{ id: string; companyName: string; status: string }>('GET', '/api/v1/org');
    expect(answer).toMatchObject({ id: expect.stringMatching(/^00o/), companyName: 'Emulated org', status: 'ACTIVE' });
  });

  it('has the switch for embedded sign-in where the Admin Console has it', async () => {
    const path = '/admin/api/v1/embedded-login-settings';
    expect(await org.ok('GET', path)).toEqual({ embeddedLoginSupport: true });
    expect(await org.ok('POST', path, { embeddedLoginSupport: false })).toEqual({ embeddedLoginSupport: false });
    expect(await org.ok('GET', '/_emulator/settings')).toMatchObject({ embeddedSignIn: false });
    const response = await fetch(org.url + path);
    expect(response.status).toBe(403);
  });
});

describe('contacts', () => {
  it('are of two kinds, the admin at first, and can be somebody else', async () => {
    const contacts = '/api/v1/org/contacts';
    const self = (kind: string) => ({ [kind]: { href: `${org.url}${contacts}/${kind}` } });
    expect(await org.ok('GET', contacts)).toEqual([
      { contactType: 'BILLING', _links: self('billing') },
      { contactType: 'TECHNICAL', _links: self('technical') },
    ]);
    const me = await org.ok<Untyped>('GET', '/api/v1/users/me');
    const profile = { login: 'mary@example.com', email: 'mary@example.com', firstName: 'Mary', lastName: 'Major' };
    const mary = await org.ok<Untyped>('POST', '/api/v1/users', { profile });
    const contact = {
      userId: mary.id,
      _links: { user: { href: `${org.url}/api/v1/users/${mary.id}` } },
    };
    expect(await org.ok('PUT', `${contacts}/BILLING`, { userId: mary.id })).toEqual(contact);
    expect(await org.ok('GET', `${contacts}/billing`)).toEqual(contact);
    expect(await org.ok('GET', `${contacts}/technical`)).toMatchObject({ userId: me.id });
    expect(await org.refused('PUT', `${contacts}/BILLING`, { userId: 'nobody' })).toMatchObject({ status: 404 });
    expect(await org.refused('PUT', `${contacts}/BILLING`, {})).toMatchObject({ status: 400, code: 'E0000001' });
    expect(await org.refused('PUT', `${contacts}/LEGAL`, { userId: mary.id })).toMatchObject({ status: 404 });
  });
});

describe('preferences', () => {
  it('the footer is hidden and shown, and the answer links the way back', async () => {
    const path = '/api/v1/org/preferences';
    const way = (verb: string) => ({ [verb]: { href: `${org.url}${path}/${verb}`, hints: { allow: ['POST'] } } });
    const shown = { showEndUserFooter: true, _links: way('hideEndUserFooter') };
    const hidden = { showEndUserFooter: false, _links: way('showEndUserFooter') };
    expect(await org.ok('GET', path)).toEqual(shown);
    expect(await org.ok('POST', `${path}/hideEndUserFooter`)).toEqual(hidden);
    expect(await org.ok('GET', path)).toEqual(hidden);
    expect(await org.ok('POST', `${path}/showEndUserFooter`)).toEqual(shown);
  });

  it('users get messages of Okta, or none', async () => {
    const path = '/api/v1/org/privacy/oktaCommunication';
    expect(await org.ok('GET', path)).toMatchObject({ optOutEmailUsers: false, _links: { optOut: {} } });
    await org.ok('POST', `${path}/optOut`);
    expect(await org.ok('GET', path)).toMatchObject({ optOutEmailUsers: true, _links: { optIn: {} } });
    expect(await org.ok('POST', `${path}/optIn`)).toMatchObject({ optOutEmailUsers: false });
  });

  it('Okta Support is let in for eight hours, a day longer at a time, and out at once', async () => {
    const path = '/api/v1/org/privacy/oktaSupport';
    await org.ok('POST', '/_emulator/clock', { freeze: true, set: '2026-01-20T12:00:00Z' });
    const closed = { support: 'DISABLED', expiration: null, _links: { grant: {} } };
    expect(await org.ok('GET', path)).toMatchObject(closed);
    expect(await org.ok('POST', `${path}/grant`)).toMatchObject({
      support: 'ENABLED',
      expiration: '2026-01-20T20:00:00.000Z',
      _links: { extend: {}, revoke: {} },
    });
    const extended = { support: 'ENABLED', expiration: '2026-01-21T20:00:00.000Z' };
    expect(await org.ok('POST', `${path}/extend`)).toMatchObject(extended);
    expect(await org.ok('GET', path)).toMatchObject(extended);
    expect(await org.ok('POST', `${path}/revoke`)).toMatchObject(closed);
    await org.ok('POST', `${path}/grant`);
    await org.ok('POST', '/_emulator/clock', { advanceMs: 8 * 60 * 60_000 });
    expect(await org.ok('GET', path)).toMatchObject(closed);
  });
});

describe('factors of Classic Engine', () => {
  it('are listed with their switch', async () => {
    await org.ok('POST', '/api/v1/org/factors/okta_sms/lifecycle/activate');
    const factors = await org.ok<Untyped[]>('GET', '/api/v1/org/factors');
    expect(
      factors.filter((one) => one.status === 'ACTIVE').map((one) => [one.id, one.provider, one.factorType]),
    ).toEqual([['okta_sms', 'OKTA', 'sms']]);
    expect(factors.map((one) => one.id)).toEqual(expect.arrayContaining(['okta_call', 'okta_question', 'google_otp']));
    expect(await org.ok('POST', '/api/v1/org/factors/okta_sms/lifecycle/deactivate')).toMatchObject({
      status: 'INACTIVE',
      _links: { activate: {} },
    });
  });
});
