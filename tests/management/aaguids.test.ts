import { generate } from 'selfsigned';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Authenticator } from '../../src/wire/authenticator.ts';
import { testOrg, type Untyped } from '../support/emulator.ts';

const org = testOrg();
const MODEL = 'cb69481e-8ff7-4039-93ec-0a2729a154a8';
let base: string;

beforeEach(async () => {
  await org.reset();
  const body = { key: 'webauthn', name: 'Security Key or Biometric' };
  const { id } = await org.ok<Authenticator>('POST', '/api/v1/authenticators', body);
  base = `/api/v1/authenticators/${id}/aaguids`;
});

describe('models of security keys', () => {
  it('are added, shown, changed in whole or in part, and deleted', async () => {
    expect(await org.ok('GET', base)).toEqual([]);
    const added = await org.ok<Untyped>('POST', base, {
      aaguid: MODEL.toUpperCase(),
      authenticatorCharacteristics: { fipsCompliant: true, platformAttached: false },
    });
    const _links = {
      self: { href: `${org.url}${base}/${MODEL}`, hints: { allow: ['GET', 'PUT', 'PATCH', 'DELETE'] } },
    };
    const authenticatorCharacteristics = { fipsCompliant: true, platformAttached: false };
    expect(added).toEqual({ aaguid: MODEL, name: MODEL, authenticatorCharacteristics, _links });
    expect(await org.ok('GET', base)).toEqual([added]);
    expect(
      await org.ok('PATCH', `${base}/${MODEL}`, {
        name: 'YubiKey 5',
        authenticatorCharacteristics: { hardwareProtected: true },
      }),
    ).toMatchObject({
      name: 'YubiKey 5',
      authenticatorCharacteristics: { fipsCompliant: true, hardwareProtected: true, platformAttached: false },
    });
    const replaced = await org.ok('PUT', `${base}/${MODEL}`, { name: 'Key' });
    expect(replaced).toEqual({ aaguid: MODEL, name: 'Key', _links });
    expect(await org.ok('GET', `${base}/${MODEL}`)).toEqual(replaced);
    expect((await org.api('DELETE', `${base}/${MODEL}`)).status).toBe(204);
    expect((await org.refused('GET', `${base}/${MODEL}`)).code).toBe('E0000007');
  });

  it('tell of their certificates whose they are and until when', async () => {
    const { cert } = await generate([{ name: 'commonName', value: 'Maker' }]);
    const x5c = cert.replace(/-----[^-]+-----|\s/g, '');
    const { attestationRootCertificates } = await org.ok<Untyped>('POST', base, {
      aaguid: MODEL,
      attestationRootCertificates: [{ x5c }],
    });
    expect(attestationRootCertificates).toEqual([
      {
        x5c,
        'x5t#S256': expect.stringMatching(/^[\w-]{43}$/),
        iss: 'CN=Maker',
        exp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
    ]);
  });

  it('refuse what is no model, a model twice, a broken certificate, and other authenticators', async () => {
    expect(await org.refused('POST', base, { aaguid: 'YubiKey' })).toMatchObject({ status: 400, code: 'E0000001' });
    expect(
      await org.refused('POST', base, { aaguid: MODEL, attestationRootCertificates: [{ x5c: 'AAAA' }] }),
    ).toMatchObject({ status: 400, code: 'E0000001' });
    await org.ok('POST', base, { aaguid: MODEL });
    expect(await org.refused('POST', base, { aaguid: MODEL })).toMatchObject({ status: 400, code: 'E0000001' });
    const [email] = await org.ok<Authenticator[]>('GET', '/api/v1/authenticators');
    expect(await org.refused('GET', `/api/v1/authenticators/${email?.id}/aaguids`)).toMatchObject({
      status: 404,
      code: 'E0000007',
    });
  });
});
