/** Users whose password, or whose sign-in, is not Okta's own: what the Users API takes of them. */
import { beforeEach, describe, expect, it, test } from 'vitest';
import type { User } from '../../src/wire/directory.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

const MARY = { login: 'mary@example.com', email: 'mary@example.com', firstName: 'Mary', lastName: 'Major' };
const MD5 = { algorithm: 'MD5', value: 'X03MO1qnZdYdgyfeuILPmQ==' };
const withHash = (hash: object) => ({ profile: MARY, credentials: { password: { hash } } });

describe('the hash of a password', () => {
  it('may be changed while the user is staged, and not later', async () => {
    const { id } = await org.ok<User>('POST', '/api/v1/users?activate=false', withHash(MD5));
    const change = { credentials: { password: { hash: { ...MD5, value: 'CY9rzUYh03PK3k6DJie09g==' } } } };
    expect(await org.ok<User>('POST', `/api/v1/users/${id}`, change)).toMatchObject({
      status: 'STAGED',
      credentials: { password: {}, provider: { type: 'IMPORT', name: 'IMPORT' } },
    });
    await org.ok('POST', `/api/v1/users/${id}/lifecycle/activate?sendEmail=false`);
    expect(await org.ok<User>('GET', `/api/v1/users/${id}`)).toMatchObject({ status: 'ACTIVE' });
    expect(await org.refused('POST', `/api/v1/users/${id}`, change)).toMatchObject({
      status: 403,
      code: 'E0000038',
    });
  });

  const bcrypt = { algorithm: 'BCRYPT', workFactor: 10, salt: 'rwh3vH166HCH/NT9XV5FYu', value: 'x' };
  const pbkdf2 = { algorithm: 'PBKDF2', salt: 'TXlTYWx0', value: 'x', keySize: 32, digestAlgorithm: 'SHA256_HMAC' };
  test.each([
    ['without an algorithm', { value: 'x' }, 'algorithm'],
    ['by bcrypt with a short salt', { ...bcrypt, salt: 'short' }, 'salt'],
    ['by bcrypt with a work factor of 21', { ...bcrypt, workFactor: 21 }, 'workFactor'],
    ['with a salt of which nobody knows the place', { ...MD5, salt: 'TXlTYWx0' }, 'saltOrder'],
    ['by PBKDF2 with too few iterations', { ...pbkdf2, iterationCount: 4095 }, 'iterationCount'],
  ])('is refused %s', async (_name, hash, field) => {
    expect(await org.refused('POST', '/api/v1/users', withHash(hash))).toEqual({
      status: 400,
      code: 'E0000001',
      summary: 'Api validation failed: password',
      causes: [`password.hash.${field}: The field is not valid.`],
    });
  });
});

test('a hook for the password is the default one', async () => {
  const withHook = (type: string) => ({ profile: MARY, credentials: { password: { hook: { type } } } });
  expect((await org.refused('POST', '/api/v1/users', withHook('mine'))).causes).toEqual([
    'password.hook.type: The field is not valid.',
  ]);
  const user = await org.ok<User>('POST', '/api/v1/users?activate=false', withHook('default'));
  expect(user).toMatchObject({ status: 'STAGED', credentials: { password: {}, provider: { type: 'IMPORT' } } });
});

describe('a user of another provider', () => {
  const provider = { type: 'FEDERATION', name: 'FEDERATION' };

  it('has no password and is active at once, or staged', async () => {
    const body = { profile: MARY, credentials: { provider } };
    const user = await org.ok<User>('POST', '/api/v1/users?provider=true', body);
    expect(user).toMatchObject({ status: 'ACTIVE', credentials: { provider } });
    expect(user.credentials).not.toHaveProperty('password');
    const john = { ...body, profile: { ...MARY, login: 'john@example.com' } };
    const staged = await org.ok<User>('POST', '/api/v1/users?provider=true&activate=false', john);
    expect(staged.status).toBe('STAGED');
    await org.ok('POST', `/api/v1/users/${staged.id}/lifecycle/activate?sendEmail=false`);
    expect(await org.ok<User>('GET', `/api/v1/users/${staged.id}`)).toMatchObject({ status: 'ACTIVE' });
  });

  it('is one of Okta when the request does not ask for the provider', async () => {
    const user = await org.ok<User>('POST', '/api/v1/users', { profile: MARY, credentials: { provider } });
    expect(user).toMatchObject({ status: 'PROVISIONED', credentials: { provider: { type: 'OKTA', name: 'OKTA' } } });
  });

  it('is refused with a password', async () => {
    const credentials = { provider, password: { value: 'Correct-horse-7' } };
    expect(await org.refused('POST', '/api/v1/users?provider=true', { profile: MARY, credentials })).toMatchObject({
      status: 400,
      code: 'E0000001',
    });
  });
});
