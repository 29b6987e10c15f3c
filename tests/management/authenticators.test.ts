import { beforeEach, describe, expect, it } from 'vitest';
import type { Authenticator, AuthenticatorKey, AuthenticatorMethod } from '../../src/wire/authenticator.ts';
import type { MfaEnrollSettings, Policy } from '../../src/wire/policy.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

async function authenticator(key: AuthenticatorKey): Promise<Authenticator> {
  const rows = await org.ok<Authenticator[]>('GET', '/api/v1/authenticators');
  const row = rows.find((candidate) => candidate.key === key);
  if (!row) throw new Error(`the org has no ${key}`);
  return row;
}

describe('authenticators', () => {
  it('are activated and deactivated by their lifecycle', async () => {
    const { id } = await authenticator('phone_number');
    const active = await org.ok<Authenticator>('POST', `/api/v1/authenticators/${id}/lifecycle/activate`);
    expect(active.status).toBe('ACTIVE');
    expect(active._links).toMatchObject({
      self: { href: `${org.url}/api/v1/authenticators/${id}`, hints: { allow: ['GET', 'PUT'] } },
      deactivate: {
        href: `${org.url}/api/v1/authenticators/${id}/lifecycle/deactivate`,
        hints: { allow: ['POST'] },
      },
    });
    const inactive = await org.ok<Authenticator>('POST', `/api/v1/authenticators/${id}/lifecycle/deactivate`);
    expect(inactive.status).toBe('INACTIVE');
    expect(Object.keys(inactive._links ?? {})).toEqual(['self', 'activate', 'methods']);
  });

  it('have a link to their models where they are security keys', async () => {
    const body = { key: 'webauthn', name: 'Security Key or Biometric' };
    const { id, _links } = await org.ok<Authenticator>('POST', '/api/v1/authenticators', body);
    const self = `${org.url}/api/v1/authenticators/${id}`;
    expect(_links).toEqual({
      aaguids: { href: `${self}/aaguids`, hints: { allow: ['GET', 'POST'] } },
      self: { href: self, hints: { allow: ['GET', 'PUT'] } },
      activate: { href: `${self}/lifecycle/activate`, hints: { allow: ['POST'] } },
      methods: { href: `${self}/methods`, hints: { allow: ['GET'] } },
    });
  });

  it('refuse to be deactivated twice', async () => {
    const { id } = await authenticator('phone_number');
    expect(await org.refused('POST', `/api/v1/authenticators/${id}/lifecycle/deactivate`)).toEqual({
      status: 400,
      code: 'E0000001',
      summary: 'Api validation failed: api.authenticator.error.unsupported.active.deactivate',
      causes: [],
    });
  });

  it('refuse to be deactivated while an enrollment policy allows them', async () => {
    const { id } = await authenticator('okta_email');
    expect(await org.refused('POST', `/api/v1/authenticators/${id}/lifecycle/deactivate`)).toEqual({
      status: 403,
      code: 'E0000148',
      summary:
        'Cannot modify/disable this authenticator because it is enabled in one or more policies. To continue, disable the authenticator in these policies.',
      causes: ['Authenticator Enrollment Policies: Default Policy'],
    });
  });

  it('of Okta Verify add a word about FastPass', async () => {
    const { id } = await authenticator('okta_verify');
    const { summary } = await org.refused('POST', `/api/v1/authenticators/${id}/lifecycle/deactivate`);
    expect(summary).toContain(
      'Additionally, if disabling Okta Verify when Fastpass is active, the "Device state" must not be set to "registered" in app assurance policies.',
    );
  });

  it('need telephony to activate phone', async () => {
    await org.ok('PUT', '/_emulator/settings', { telephony: false });
    const { id } = await authenticator('phone_number');
    expect(await org.refused('POST', `/api/v1/authenticators/${id}/lifecycle/activate`)).toEqual({
      status: 400,
      code: 'E0000226',
      summary: 'You must have an active telephony inline hook to activate and use the Phone authenticator.',
      causes: [],
    });
  });

  it('keep the settings that a PUT leaves out, and ignore its status', async () => {
    const { id } = await authenticator('okta_email');
    const changed = await org.ok<Authenticator>('PUT', `/api/v1/authenticators/${id}`, {
      name: 'Email',
      status: 'INACTIVE',
      settings: { allowedFor: 'any' },
    });
    expect(changed.status).toBe('ACTIVE');
    expect(changed.settings).toEqual({ allowedFor: 'any', tokenLifetimeInMinutes: 5 });
  });

  it('vanish from enrollment policies while inactive', async () => {
    const keys = async () => {
      const [policy] = await org.ok<Policy[]>('GET', '/api/v1/policies?type=MFA_ENROLL');
      const settings = policy?.settings as MfaEnrollSettings | undefined;
      return settings?.authenticators.map((entry) => entry.key);
    };
    expect(await keys()).not.toContain('phone_number');
    const { id } = await authenticator('phone_number');
    await org.ok('POST', `/api/v1/authenticators/${id}/lifecycle/activate`);
    expect(await keys()).toEqual(['okta_email', 'okta_verify', 'okta_password', 'phone_number', 'security_question']);
  });
});

describe('phone methods', () => {
  it('start with SMS active and voice inactive, and change by their lifecycle', async () => {
    const { id } = await authenticator('phone_number');
    const methods = `/api/v1/authenticators/${id}/methods`;
    const before = await org.ok<AuthenticatorMethod[]>('GET', methods);
    expect(before.map((method) => [method.type, method.status])).toEqual([
      ['sms', 'ACTIVE'],
      ['voice', 'INACTIVE'],
    ]);
    const voice = await org.ok<AuthenticatorMethod>('POST', `${methods}/voice/lifecycle/activate`);
    expect(voice).toMatchObject({ type: 'voice', status: 'ACTIVE' });
    const sms = await org.ok<AuthenticatorMethod>('POST', `${methods}/sms/lifecycle/deactivate`);
    expect(sms).toMatchObject({ type: 'sms', status: 'INACTIVE' });
  });

  it('keep at least one active', async () => {
    const { id } = await authenticator('phone_number');
    const refusal = await org.refused('POST', `/api/v1/authenticators/${id}/methods/sms/lifecycle/deactivate`);
    expect(refusal).toMatchObject({ status: 400, code: 'E0000001' });
  });
});

describe('one method', () => {
  it('is read, and its settings are changed', async () => {
    const added = { key: 'google_otp', name: 'Google Authenticator' };
    const google = await org.ok<Authenticator>('POST', '/api/v1/authenticators', added);
    const path = `/api/v1/authenticators/${google.id}/methods/otp`;
    const before = await org.ok<AuthenticatorMethod>('GET', path);
    expect(before).toMatchObject({
      type: 'otp',
      status: 'ACTIVE',
      settings: { protocol: 'TOTP', algorithm: 'HMacSHA1', passCodeLength: 6, timeIntervalInSeconds: 30 },
    });
    const settings = { ...before.settings, passCodeLength: 8 };
    const changed = await org.ok<AuthenticatorMethod>('PUT', path, { type: 'otp', status: 'INACTIVE', settings });
    expect(changed).toMatchObject({ type: 'otp', status: 'ACTIVE', settings });
    expect(await org.ok('GET', path)).toEqual(changed);
    expect(await org.ok('GET', `/api/v1/authenticators/${google.id}/methods`)).toEqual([changed]);
  });

  it('of the phone has a lifecycle, and is not one of another authenticator', async () => {
    const { id } = await authenticator('phone_number');
    const path = `/api/v1/authenticators/${id}/methods`;
    expect(await org.ok('GET', `${path}/voice`)).toEqual({
      type: 'voice',
      status: 'INACTIVE',
      _links: {
        self: { href: `${org.url}${path}/voice`, hints: { allow: ['GET', 'PUT'] } },
        activate: { href: `${org.url}${path}/voice/lifecycle/activate`, hints: { allow: ['POST'] } },
      },
    });
    for (const method of ['GET', 'PUT']) {
      const body = method === 'PUT' ? {} : undefined;
      expect(await org.refused(method, `${path}/webauthn`, body)).toMatchObject({ status: 404, code: 'E0000007' });
      expect((await org.refused(method, '/api/v1/authenticators/none/methods/sms', body)).status).toBe(404);
    }
  });
});
