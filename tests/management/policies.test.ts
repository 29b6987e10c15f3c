import { beforeEach, describe, expect, it } from 'vitest';
import type { Group } from '../../src/wire/directory.ts';
import type { Policy } from '../../src/wire/policy.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

describe('lists of policies', () => {
  it('need a type that Okta has', async () => {
    expect(await org.refused('GET', '/api/v1/policies')).toMatchObject({ status: 400, code: 'E0000028' });
    expect(await org.refused('GET', '/api/v1/policies?type=OAUTH_AUTHORIZATION_POLICY')).toEqual({
      status: 400,
      code: 'E0000002',
      summary: 'The request was not valid: Invalid policy type specified.',
      causes: [],
    });
    expect(await org.refused('GET', '/api/v1/policies?type=ENTITY_RISK')).toMatchObject({ status: 501 });
  });

  it('link themselves, and with a limit always a next page, which may be empty', async () => {
    const all = await org.api<Policy[]>('GET', '/api/v1/policies?type=MFA_ENROLL');
    expect(all.headers.get('Link')).toBe(`<${org.url}/api/v1/policies?type=MFA_ENROLL>; rel="self"`);
    const limited = await org.api<Policy[]>('GET', '/api/v1/policies?type=MFA_ENROLL&limit=200');
    const next = `${org.url}/api/v1/policies?after=${limited.body[0]?.id}&limit=200&type=MFA_ENROLL`;
    expect(limited.headers.get('Link')).toBe(
      `<${org.url}/api/v1/policies?type=MFA_ENROLL>; rel="self", <${next}>; rel="next"`,
    );
    const last = await org.api<Policy[]>('GET', next.slice(org.url.length));
    expect(last.body).toEqual([]);
    expect(last.headers.get('Link')).not.toContain('rel="next"');
  });
});

describe('a list of policies by name', () => {
  it('is sorted, and found by its start', async () => {
    for (const name of ['Beta', 'Alpha']) await org.ok('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name });
    const names = async (query: string) =>
      (await org.ok<Policy[]>('GET', `/api/v1/policies?type=ACCESS_POLICY&${query}`)).map((policy) => policy.name);
    expect(await names('sortBy=name')).toEqual([
      'Alpha',
      'Any two factors',
      'Beta',
      'Okta Account Management Policy',
      'Okta Admin Console',
      'Okta Browser Plugin',
      'Okta Dashboard',
    ]);
    expect(await names('q=okta%20d')).toEqual(['Okta Dashboard']);
    expect((await names('status=INACTIVE')).length).toBe(0);
  });
});

describe('password policies', () => {
  it('fill in what the body leaves out', async () => {
    const group = await org.ok<Group>('POST', '/api/v1/groups', { profile: { name: 'Phone testers' } });
    const policy = await org.ok<Policy>('POST', '/api/v1/policies', {
      type: 'PASSWORD',
      name: 'Long',
      conditions: { people: { groups: { include: [group.id] } } },
      settings: { password: { complexity: { minLength: 12 } } },
    });
    expect(policy.conditions?.authProvider).toEqual({ provider: 'OKTA' });
    expect(policy.settings).toMatchObject({
      password: {
        complexity: { minLength: 12, minLowerCase: 1, minUpperCase: 1, minNumber: 1, excludeUsername: true },
        lockout: { maxAttempts: 10 },
        breachedProtection: { expireAfterDays: null, logoutEnabled: false },
      },
      delegation: { options: { skipUnlock: false } },
    });
  });
});
