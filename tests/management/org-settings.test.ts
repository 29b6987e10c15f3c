import { describe, expect, it } from 'vitest';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();

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
