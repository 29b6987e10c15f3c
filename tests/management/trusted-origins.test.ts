import { beforeEach, describe, expect, it } from 'vitest';
import type { User } from '../../src/wire/directory.ts';
import type { TrustedOrigin } from '../../src/wire/org.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

const BODY = { name: 'Sample app', origin: 'http://localhost:8080', scopes: [{ type: 'CORS' }, { type: 'REDIRECT' }] };
const BASE = '/api/v1/trustedOrigins';

describe('trusted origins', () => {
  it('are created by someone, active unless told otherwise', async () => {
    const me = await org.ok<User>('GET', '/api/v1/users/me');
    const created = await org.ok<TrustedOrigin>('POST', BASE, BODY);
    expect(created).toMatchObject({ ...BODY, status: 'ACTIVE', createdBy: me.id, lastUpdatedBy: me.id });
    expect(Object.keys(created._links ?? {})).toEqual(['self', 'deactivate']);
  });

  it('have unique names and origins', async () => {
    await org.ok('POST', BASE, BODY);
    expect(await org.refused('POST', BASE, { ...BODY, origin: 'http://localhost:9090' })).toMatchObject({
      status: 400,
      summary: 'Api validation failed: name',
    });
    expect(await org.refused('POST', BASE, { ...BODY, name: 'Other' })).toMatchObject({
      status: 400,
      summary: 'Api validation failed: origin',
    });
  });

  it('refuse what is no origin', async () => {
    for (const origin of ['localhost:8080', 'http://localhost:8080/path', '']) {
      expect(await org.refused('POST', BASE, { ...BODY, origin })).toMatchObject({
        status: 400,
        summary: 'Api validation failed: origin',
      });
    }
  });

  it('take a status by PUT and by lifecycle', async () => {
    const { id } = await org.ok<TrustedOrigin>('POST', BASE, BODY);
    const put = await org.ok<TrustedOrigin>('PUT', `${BASE}/${id}`, { ...BODY, status: 'INACTIVE' });
    expect(put.status).toBe('INACTIVE');
    const active = await org.ok<TrustedOrigin>('POST', `${BASE}/${id}/lifecycle/activate`);
    expect(active.status).toBe('ACTIVE');
  });

  it('are deleted while active', async () => {
    const { id } = await org.ok<TrustedOrigin>('POST', BASE, BODY);
    expect((await org.api('DELETE', `${BASE}/${id}`)).status).toBe(204);
    expect(await org.ok('GET', BASE)).toEqual([]);
  });
});
