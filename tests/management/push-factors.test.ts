/** Push factors of Okta Verify through the Factors API; the control plane is the phone. */
import { Client } from '@okta/okta-sdk-nodejs';
import { beforeEach, describe, expect, it } from 'vitest';
import { totpAt } from '../../src/emulator/store/totp.ts';
import type { User, UserFactor } from '../../src/wire/directory.ts';
import { testOrg, type Untyped } from '../support/emulator.ts';

const NOW = Date.UTC(2026, 0, 20, 12);
const PUSH = { factorType: 'push', provider: 'OKTA' };

const org = testOrg({ clock: { now: () => NOW } });
let user: User;
let factors = '';
beforeEach(async () => {
  await org.reset();
  user = await org.ok('POST', '/api/v1/users?activate=true', {
    profile: { login: 'mary@example.com', email: 'mary@example.com', firstName: 'Mary', lastName: 'Major' },
    credentials: { password: { value: 'Correct-horse-7' } },
  });
  factors = `/api/v1/users/${user.id}/factors`;
});

const phone = (more: object = {}) => org.ok<Untyped>('POST', '/_emulator/okta-verify', { user: user.id, ...more });

async function enrolled(): Promise<UserFactor> {
  const { id } = await org.ok<UserFactor>('POST', factors, PUSH);
  await phone();
  return org.ok('GET', `${factors}/${id}`);
}

describe('a push factor', () => {
  it('is pending with a QR code until the phone has scanned it', async () => {
    const pending = await org.ok<UserFactor>('POST', factors, PUSH);
    const self = `${org.url}${factors}/${pending.id}`;
    expect(pending).toMatchObject({
      id: expect.stringMatching(/^opf/),
      factorType: 'push',
      provider: 'OKTA',
      vendorName: 'OKTA',
      status: 'PENDING_ACTIVATION',
      _links: { activate: { href: `${self}/lifecycle/activate` }, poll: { href: `${self}/lifecycle/activate` } },
      _embedded: {
        activation: {
          factorResult: 'WAITING',
          expiresAt: '2026-01-20T12:05:00.000Z',
          _links: { qrcode: { href: expect.stringMatching(/^data:image\/png;base64,/), type: 'image/png' } },
        },
      },
    });
    expect(JSON.stringify(pending)).not.toContain('token');
    const waiting = await org.ok<Untyped>('POST', `${factors}/${pending.id}/lifecycle/activate`);
    expect(waiting.factorResult).toBe('WAITING');
    const { sharedSecret, ...did } = await phone();
    expect(did).toEqual({ did: 'enrolled', userId: user.id, methods: ['push', 'totp'] });
    const active = await org.ok<UserFactor>('POST', `${factors}/${pending.id}/lifecycle/activate`);
    expect(active).toMatchObject({ id: pending.id, status: 'ACTIVE', profile: { credentialId: 'mary@example.com' } });
    expect(active).not.toHaveProperty('_embedded');

    const own = await org.ok<UserFactor[]>('GET', factors);
    const codes = own.find((factor) => factor.factorType === 'token:software:totp');
    const verified = await org.ok('POST', `${factors}/${codes?.id}/verify`, { passCode: totpAt(sharedSecret, NOW) });
    expect(verified).toEqual({ factorResult: 'SUCCESS' });
  });

  it('has a QR code for five minutes; asking again makes a new one', async () => {
    const pending = await org.ok<Untyped>('POST', factors, PUSH);
    await org.ok('POST', '/_emulator/clock', { advanceMs: 5 * 60_000 });
    expect(await org.refused('POST', '/_emulator/okta-verify', { user: user.id })).toMatchObject({ status: 404 });
    const again = await org.ok<Untyped>('POST', `${factors}/${pending.id}/lifecycle/activate`);
    expect(again.expiresAt).toBe('2026-01-20T12:10:00.000Z');
    expect(again._links.qrcode.href).not.toBe(pending._embedded.activation._links.qrcode.href);
    await phone();
    expect(await org.ok('GET', `${factors}/${pending.id}`)).toMatchObject({ status: 'ACTIVE' });
  });

  it('takes the codes of the app with it when it is removed', async () => {
    const factor = await enrolled();
    await org.ok('DELETE', `${factors}/${factor.id}`);
    expect((await org.ok<UserFactor[]>('GET', factors)).map((one) => one.factorType)).toEqual(['email']);
  });

  it('is refused where Okta Verify or its method is off, and a second time', async () => {
    await enrolled();
    expect(await org.refused('POST', factors, PUSH)).toMatchObject({
      status: 400,
      causes: ['A factor of this type is already set up.'],
    });
    const authenticators = await org.ok<Untyped[]>('GET', '/api/v1/authenticators');
    const verify = authenticators.find((one) => one.key === 'okta_verify');
    await org.ok('POST', `/api/v1/users/${user.id}/lifecycle/reset_factors`);
    await org.ok('POST', `/api/v1/authenticators/${verify.id}/methods/push/lifecycle/deactivate`);
    expect(await org.refused('POST', factors, PUSH)).toMatchObject({ status: 400 });
  });
});

describe('a push notification', () => {
  it.each([
    { approve: true, expected: { factorResult: 'SUCCESS' } },
    { approve: false, expected: { factorResult: 'REJECTED', profile: { credentialId: 'mary@example.com' } } },
  ])('is polled for until it is answered: approve $approve', async ({ approve, expected }) => {
    const factor = await enrolled();
    const sent = await org.api<Untyped>('POST', `${factors}/${factor.id}/verify`);
    expect(sent).toMatchObject({
      status: 201,
      body: { factorResult: 'WAITING', expiresAt: '2026-01-20T12:05:00.000Z' },
    });
    expect(sent.body).not.toHaveProperty('_embedded');
    const poll = sent.body._links.poll.href.slice(org.url.length);
    expect(await org.ok('GET', poll)).toMatchObject({ factorResult: 'WAITING' });
    await phone({ approve });
    expect(await org.ok('GET', poll)).toMatchObject(expected);
    expect(await org.refused('GET', poll.replace(/[^/]+$/, 'mstNone'))).toMatchObject({ status: 404 });
  });

  it('runs out after five minutes', async () => {
    const factor = await enrolled();
    const sent = await org.ok<Untyped>('POST', `${factors}/${factor.id}/verify`);
    await org.ok('POST', '/_emulator/clock', { advanceMs: 5 * 60_000 });
    expect(await org.refused('POST', '/_emulator/okta-verify', { user: user.id })).toMatchObject({ status: 404 });
    expect(await org.ok('GET', sent._links.poll.href.slice(org.url.length))).toMatchObject({ factorResult: 'TIMEOUT' });
  });

  it('is not approved once its factor was removed', async () => {
    const factor = await enrolled();
    await org.ok('POST', `${factors}/${factor.id}/verify`);
    await org.ok('DELETE', `${factors}/${factor.id}`);
    expect(await org.refused('POST', '/_emulator/okta-verify', { user: user.id })).toMatchObject({
      status: 404,
      summary: 'Nothing waits for Okta Verify there.',
    });
    const again = await enrolled();
    expect(again.id).not.toBe(factor.id);
    expect(await org.refused('POST', '/_emulator/okta-verify', { user: user.id })).toMatchObject({ status: 404 });
  });

  it('is not sent, nor approved, while its method is off', async () => {
    const factor = await enrolled();
    await org.ok('POST', `${factors}/${factor.id}/verify`);
    const authenticators = await org.ok<Untyped[]>('GET', '/api/v1/authenticators');
    const verify = authenticators.find((one) => one.key === 'okta_verify');
    await org.ok('POST', `/api/v1/authenticators/${verify.id}/methods/push/lifecycle/deactivate`);
    expect(await org.refused('POST', `${factors}/${factor.id}/verify`)).toMatchObject({
      status: 403,
      code: 'E0000079',
    });
    expect(await org.refused('POST', '/_emulator/okta-verify', { user: user.id })).toMatchObject({ status: 404 });
  });

  it('can show a number that the phone is to choose', async () => {
    const factor = await enrolled();
    const sent = await org.ok<Untyped>('POST', `${factors}/${factor.id}/verify`, { useNumberMatchingChallenge: true });
    const number: number = sent._embedded.challenge.correctAnswer;
    expect(number).toBeGreaterThan(9);
    const other = String(number === 99 ? 10 : number + 1);
    expect(await org.refused('POST', '/_emulator/okta-verify', { user: user.id, number: other })).toMatchObject({
      status: 400,
      summary: `The number ${other} is not the one that is shown.`,
    });
    expect(await phone({ number: String(number) })).toEqual({ did: 'approved', userId: user.id });
  });

  it('is not sent for a factor that is pending', async () => {
    const pending = await org.ok<UserFactor>('POST', factors, PUSH);
    expect(await org.refused('POST', `${factors}/${pending.id}/verify`)).toMatchObject({
      status: 403,
      code: 'E0000079',
    });
  });

  it('is what Okta’s own client sends and polls for', async () => {
    const factor = await enrolled();
    const client = new Client({ orgUrl: org.url, token: org.token });
    const ids = { userId: user.id, factorId: factor.id };
    const sent = await client.userFactorApi.verifyFactor(ids);
    expect(sent.factorResult).toBe('WAITING');
    await phone();
    const transactionId = (sent as Untyped)._links.poll.href.split('/').at(-1);
    const done = await client.userFactorApi.getFactorTransactionStatus({ ...ids, transactionId });
    expect(done.factorResult).toBe('SUCCESS');
  });
});
