import { beforeEach, describe, expect, it } from 'vitest';
import type { Group, User } from '../../src/wire/directory.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

const MARY = { login: 'mary@example.com', email: 'mary@example.com', firstName: 'Mary', lastName: 'Major' };
const PASSWORD = { password: { value: 'Correct-horse-7' } };

const create = (query = '', body: object = { profile: MARY, credentials: PASSWORD }) =>
  org.ok<User>('POST', `/api/v1/users${query}`, body);

describe('a new user', () => {
  it.each(['MARY@example.com', 'm\u00e1ry@example.com'])(
    'cannot have a login that differs from another only in case or diacritical marks: %s',
    async (login) => {
      await create();
      expect(await org.refused('POST', '/api/v1/users', { profile: { ...MARY, login } })).toMatchObject({
        status: 400,
        causes: ['login: An object with this field already exists in the current organization'],
      });
    },
  );

  it('with a password is active and a member of Everyone and the groups it names', async () => {
    const group = await org.ok<Group>('POST', '/api/v1/groups', { profile: { name: 'Phone testers' } });
    const user = await create('', { profile: MARY, credentials: PASSWORD, groupIds: [group.id] });
    expect(user).toMatchObject({
      id: expect.stringMatching(/^00u/),
      status: 'ACTIVE',
      lastLogin: null,
      profile: { ...MARY, mobilePhone: null, secondEmail: null },
      credentials: { password: {}, provider: { type: 'OKTA', name: 'OKTA' } },
    });
    const groups = await org.ok<Group[]>('GET', `/api/v1/users/${user.id}/groups`);
    expect(groups.map((row) => row.profile.name)).toEqual(['Everyone', 'Phone testers']);
  });

  it('without a password waits for its activation, and staged if told so', async () => {
    expect((await create('', { profile: MARY })).status).toBe('PROVISIONED');
    const staged = await create('?activate=false', { profile: { ...MARY, login: 'john@example.com' } });
    expect(staged).toMatchObject({ status: 'STAGED', activated: null });
  });

  it('that is to change its password has an expired one', async () => {
    expect((await create('?activate=true&nextLogin=changePassword')).status).toBe('PASSWORD_EXPIRED');
  });

  it('never shows a password or its hash', async () => {
    const user = await create();
    const read = await org.api('GET', `/api/v1/users/${user.id}`);
    expect(JSON.stringify(read.body)).not.toMatch(/scrypt|Correct-horse-7|failedLogins|passwordHistory/);
  });

  it('needs a login that is free, in the form of an email address', async () => {
    await create();
    expect(await org.refused('POST', '/api/v1/users', { profile: { ...MARY, login: 'Mary@Example.com' } })).toEqual({
      status: 400,
      code: 'E0000001',
      summary: 'Api validation failed: login',
      causes: ['login: An object with this field already exists in the current organization'],
    });
    expect(await org.refused('POST', '/api/v1/users', { profile: { ...MARY, login: 'mary' } })).toMatchObject({
      causes: ['login: Username must be in the form of an email address'],
    });
  });

  it('takes attributes of the schema only', async () => {
    expect(await org.refused('POST', '/api/v1/users', { profile: { ...MARY, notValid: 'x' } })).toEqual({
      status: 400,
      code: 'E0000001',
      summary: 'Api validation failed: newUser',
      causes: ["Property name 'notValid' is not defined in profile"],
    });
    expect(await org.refused('POST', '/api/v1/users', { profile: { login: MARY.login, email: MARY.email } })).toEqual({
      status: 400,
      code: 'E0000001',
      summary: 'Api validation failed: firstName',
      causes: ['firstName: The field cannot be left blank', 'lastName: The field cannot be left blank'],
    });
  });

  it('needs a password that meets the password policy', async () => {
    const body = { profile: MARY, credentials: { password: { value: 'mary' } } };
    expect(await org.refused('POST', '/api/v1/users', body)).toEqual({
      status: 400,
      code: 'E0000001',
      summary: 'Api validation failed: password',
      causes: [
        'password: Password requirements were not met. Password requirements: at least 8 characters, a lowercase letter, an uppercase letter, a number, no parts of your username.',
      ],
    });
  });
});

describe('users', () => {
  it('are read by id and by login, with an ETag that guards against lost updates', async () => {
    const user = await create();
    const byLogin = await org.api<User>('GET', '/api/v1/users/mary@example.com');
    expect(byLogin.body.id).toBe(user.id);
    const etag = byLogin.headers.get('ETag');
    expect(etag).toMatch(/^W\/"[0-9a-f]{64}"$/);
    await org.ok('POST', `/api/v1/users/${user.id}`, { profile: { title: 'Tester' } });
    const change = { profile: { title: 'Lead' } };
    expect(await org.refused('POST', `/api/v1/users/${user.id}`, change, { 'If-Match': etag ?? '' })).toMatchObject({
      status: 412,
      code: 'E0000231',
    });
  });

  it('are merged by POST and replaced by PUT, which keeps the profile when it has none', async () => {
    const user = await create();
    const merged = await org.ok<User>('POST', `/api/v1/users/${user.id}`, { profile: { title: 'Tester' } });
    expect(merged.profile).toMatchObject({ ...MARY, title: 'Tester' });
    const replaced = await org.ok<User>('PUT', `/api/v1/users/${user.id}`, { profile: MARY });
    expect(replaced.profile).not.toHaveProperty('title');
    const password = { credentials: { password: { value: 'Battery-staple-9' } } };
    expect((await org.ok<User>('PUT', `/api/v1/users/${user.id}`, password)).profile).toMatchObject(MARY);
  });

  it('do not get a password that they had', async () => {
    const user = await create();
    expect(await org.refused('PUT', `/api/v1/users/${user.id}`, { credentials: PASSWORD })).toEqual({
      status: 403,
      code: 'E0000014',
      summary: 'Update of credentials failed',
      causes: ['Password has been used too recently'],
    });
  });

  it('are found by search, filter and q; a bare list leaves deactivated ones out', async () => {
    const user = await create();
    const logins = async (query: string) =>
      (await org.ok<User[]>('GET', `/api/v1/users?${query}`)).map((row) => row.profile.login);
    const expression = (text: string) => encodeURIComponent(text);
    expect(await logins(`search=${expression('profile.email eq "MARY@example.com"')}`)).toEqual(['mary@example.com']);
    expect(await logins(`filter=${expression('profile.login eq "mary@example.com"')}`)).toEqual(['mary@example.com']);
    expect(await logins(`filter=${expression('profile.login eq "MARY@example.com"')}`)).toEqual([]);
    expect(await logins('q=maj')).toEqual(['mary@example.com']);
    expect(
      await logins(`search=${expression('(profile.lastName sw "Maj" and status eq "ACTIVE") or status eq "STAGED"')}`),
    ).toEqual(['mary@example.com']);
    await org.ok('POST', `/api/v1/users/${user.id}/lifecycle/deactivate`);
    expect(await logins('limit=200')).toEqual(['admin@example.com']);
    expect(await logins(`filter=${expression('status eq "DEPROVISIONED"')}`)).toEqual(['mary@example.com']);
    expect(await org.refused('GET', '/api/v1/users?q=a&search=b')).toMatchObject({ status: 400, code: 'E0000033' });
  });

  it('come in the order that a search asks for, over pages', async () => {
    for (const [login, lastName] of [
      ['a@example.com', 'beta'],
      ['b@example.com', 'Gamma'],
      ['c@example.com', 'Alpha'],
      ['d@example.com', 'beta'],
    ]) {
      await create('', { profile: { ...MARY, login, email: login, lastName } });
    }
    const search = encodeURIComponent('profile.firstName eq "Mary"');
    const names = async (query: string) => {
      const answer = await org.api<User[]>('GET', `/api/v1/users?search=${search}&${query}`);
      const next = /<([^>]*)>; rel="next"/.exec(answer.headers.get('Link') ?? '')?.[1]?.slice(org.url.length);
      return { names: answer.body.map((user) => user.profile.lastName), next };
    };
    expect((await names('sortBy=profile.lastName')).names).toEqual(['Alpha', 'beta', 'beta', 'Gamma']);
    const first = await names('sortBy=profile.lastName&sortOrder=desc&limit=3');
    expect(first.names).toEqual(['Gamma', 'beta', 'beta']);
    const rest = await org.ok<User[]>('GET', first.next ?? '');
    expect(rest.map((user) => user.profile.lastName)).toEqual(['Alpha']);
    expect((await names('sortBy=profile.login&sortOrder=desc')).names).toEqual(['beta', 'Alpha', 'Gamma', 'beta']);
  });

  it('go on behind the last one of a page that was sorted, though it fits the search no more or is gone', async () => {
    const ids: Record<string, string> = {};
    for (const lastName of ['Delta', 'Alpha', 'Charlie', 'Bravo', 'Echo']) {
      const login = `${lastName}@example.com`;
      ids[lastName] = (await create('', { profile: { ...MARY, login, email: login, lastName } })).id;
    }
    const search = encodeURIComponent('profile.firstName eq "Mary"');
    let next = `/api/v1/users?search=${search}&sortBy=profile.lastName&limit=2`;
    const pageOf = async () => {
      const answer = await org.api<User[]>('GET', next);
      next = /<([^>]*)>; rel="next"/.exec(answer.headers.get('Link') ?? '')?.[1]?.slice(org.url.length) ?? '';
      return answer.body.map((user) => user.profile.lastName);
    };
    expect(await pageOf()).toEqual(['Alpha', 'Bravo']);
    await org.ok('POST', `/api/v1/users/${ids.Bravo}`, { profile: { firstName: 'Rose', lastName: 'Zulu' } });
    expect(await pageOf()).toEqual(['Charlie', 'Delta']);
    await org.ok('DELETE', `/api/v1/users/${ids.Delta}`);
    await org.ok('DELETE', `/api/v1/users/${ids.Delta}`);
    expect(await pageOf()).toEqual(['Echo']);
    expect(next).toBe('');
    const garbage = `/api/v1/users?search=${search}&sortBy=profile.lastName&after=nonsense`;
    expect(await org.refused('GET', garbage)).toMatchObject({ status: 400, code: 'E0000001' });
  });

  it('link only themselves in lists', async () => {
    const list = await org.ok<User[]>('GET', '/api/v1/users');
    expect(Object.keys(list[0]?._links ?? {})).toEqual(['self']);
  });
});

describe('the lifecycle of users', () => {
  const post = (user: User, verb: string) => org.api('POST', `/api/v1/users/${user.id}/lifecycle/${verb}`);
  const status = async (user: User) => (await org.ok<User>('GET', `/api/v1/users/${user.id}`)).status;

  it('activates staged users, once', async () => {
    const user = await create('?activate=false');
    const answer = await post(user, 'activate?sendEmail=false');
    expect(answer.body).toMatchObject({ activationToken: expect.any(String), activationUrl: expect.any(String) });
    expect(await status(user)).toBe('ACTIVE');
    expect(await org.refused('POST', `/api/v1/users/${user.id}/lifecycle/activate`)).toMatchObject({
      status: 403,
      code: 'E0000016',
      summary: 'Activation failed because the user is already active',
    });
  });

  it('suspends active users and takes them back', async () => {
    const user = await create();
    expect((await post(user, 'suspend')).body).toEqual({});
    expect(await status(user)).toBe('SUSPENDED');
    expect(await org.refused('POST', `/api/v1/users/${user.id}/lifecycle/suspend`)).toMatchObject({
      code: 'E0000001',
      causes: ['Cannot suspend a user that is not active'],
    });
    await post(user, 'unsuspend');
    expect(await status(user)).toBe('ACTIVE');
  });

  it('unlocks only who is locked', async () => {
    const user = await create();
    expect(await org.refused('POST', `/api/v1/users/${user.id}/lifecycle/unlock`)).toEqual({
      status: 403,
      code: 'E0000032',
      summary: 'Unlock is not allowed for this user.',
      causes: [],
    });
  });

  it('expires passwords, until an admin sets a new one', async () => {
    const user = await create();
    expect((await post(user, 'expire_password')).body).toMatchObject({ status: 'PASSWORD_EXPIRED' });
    await org.ok('PUT', `/api/v1/users/${user.id}`, { credentials: { password: { value: 'Battery-staple-9' } } });
    expect(await status(user)).toBe('ACTIVE');
  });

  it('deactivates at the first DELETE and deletes at the second', async () => {
    const user = await create();
    expect((await org.api('DELETE', `/api/v1/users/${user.id}`)).status).toBe(204);
    expect(await status(user)).toBe('DEPROVISIONED');
    expect((await org.api('DELETE', `/api/v1/users/${user.id}`)).status).toBe(204);
    expect(await org.refused('GET', `/api/v1/users/${user.id}`)).toEqual({
      status: 404,
      code: 'E0000007',
      summary: `Not found: Resource not found: ${user.id} (User)`,
      causes: [],
    });
    expect((await create()).status).toBe('ACTIVE');
  });
});
