/** Security keys through the Factors API, with a key in software that is asked on a page of the org. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { User, UserFactor } from '../../src/wire/directory.ts';
import { testOrg, type Untyped } from '../support/emulator.ts';
import { SecurityKey } from '../support/security-key.ts';

const KEY = { factorType: 'webauthn', provider: 'FIDO' };

const org = testOrg();
let user: User;
let factors = '';
beforeEach(async () => {
  await org.reset();
  user = await org.ok('POST', '/api/v1/users?activate=true', {
    profile: { login: 'mary@example.com', email: 'mary@example.com', firstName: 'Mary', lastName: 'Major' },
    credentials: { password: { value: 'Correct-horse-7' } },
  });
  factors = `/api/v1/users/${user.id}/factors`;
  await org.ok('POST', '/api/v1/authenticators?activate=true', { key: 'webauthn', name: 'Passkey' });
});

async function enrolled(key: SecurityKey): Promise<UserFactor> {
  const pending = await org.ok<Untyped>('POST', factors, KEY);
  const made = key.create(pending._embedded.activation.challenge);
  return org.ok('POST', `${factors}/${pending.id}/lifecycle/activate`, made);
}

describe('a security key', () => {
  it('is pending with what a browser is to be asked, active with what it made', async () => {
    const pending = await org.ok<Untyped>('POST', factors, KEY);
    const self = `${org.url}${factors}/${pending.id}`;
    expect(pending).toMatchObject({
      id: expect.stringMatching(/^fwf/),
      factorType: 'webauthn',
      provider: 'FIDO',
      vendorName: 'FIDO',
      status: 'PENDING_ACTIVATION',
      _links: { activate: { href: `${self}/lifecycle/activate` } },
      _embedded: {
        activation: {
          user: { id: user.id, name: 'mary@example.com', displayName: 'Mary Major' },
          challenge: expect.stringMatching(/^[\w-]{32}$/),
          pubKeyCredParams: [
            { type: 'public-key', alg: -7 },
            { type: 'public-key', alg: -257 },
          ],
          excludeCredentials: [],
        },
      },
    });
    const key = new SecurityKey(org.url);
    const { challenge } = pending._embedded.activation;
    const forged = key.create(challenge, { origin: 'https://evil.example.com' });
    expect(await org.refused('POST', `${factors}/${pending.id}/lifecycle/activate`, forged)).toMatchObject({
      status: 403,
      code: 'E0000068',
    });
    const active = await org.ok<Untyped>('POST', `${factors}/${pending.id}/lifecycle/activate`, key.create(challenge));
    expect(active).toMatchObject({
      id: pending.id,
      status: 'ACTIVE',
      profile: { credentialId: key.id.toString('base64url'), authenticatorName: 'Passkey' },
    });
    expect(Object.keys(active)).not.toContain('credential');
    expect(Object.keys(active)).not.toContain('_embedded');
  });

  it('is verified by its signature of the last challenge, once', async () => {
    const key = new SecurityKey(org.url);
    const { id } = await enrolled(key);
    const verify = `${factors}/${id}/verify`;
    const first = await org.ok<Untyped>('POST', verify);
    expect(first).toMatchObject({
      factorResult: 'CHALLENGE',
      profile: { credentialId: key.id.toString('base64url') },
      _embedded: { challenge: { challenge: expect.stringMatching(/^[\w-]{32}$/), userVerification: 'discouraged' } },
      _links: { verify: { href: `${org.url}${verify}` } },
    });
    const second = await org.ok<Untyped>('POST', verify);
    const old = key.get(first._embedded.challenge.challenge);
    expect((await org.refused('POST', verify, old)).code).toBe('E0000068');
    const signed = key.get(second._embedded.challenge.challenge);
    expect(await org.ok('POST', verify, signed)).toEqual({ factorResult: 'SUCCESS' });
    expect((await org.refused('POST', verify, signed)).code).toBe('E0000068');
  });

  it('is one of several; a pending one gives way to the next, a known one is refused', async () => {
    const [one, two] = [new SecurityKey(org.url), new SecurityKey(org.url)];
    await enrolled(one);
    await org.ok('POST', factors, KEY);
    await enrolled(two);
    const own = await org.ok<UserFactor[]>('GET', factors);
    const keys = own.filter((factor) => factor.factorType === 'webauthn');
    expect(keys.map((factor) => factor.status)).toEqual(['ACTIVE', 'ACTIVE']);
    const pending = await org.ok<Untyped>('POST', factors, KEY);
    const { challenge, excludeCredentials } = pending._embedded.activation;
    expect(excludeCredentials).toHaveLength(2);
    const again = await org.refused('POST', `${factors}/${pending.id}/lifecycle/activate`, one.create(challenge));
    expect(again.code).toBe('E0000068');
  });
});
