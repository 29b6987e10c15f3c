/** Users beyond their profile: types and schemas, credentials, factors without a message, enrolments. */
import { beforeEach, describe, expect, it } from 'vitest';
import { totpAt } from '../../src/emulator/store/totp.ts';
import { testOrg, type Untyped } from '../support/emulator.ts';

const org = testOrg();
const PASSWORD = 'Correct-horse-1';
const LOGIN = 'mary@example.com';
const PROFILE = { login: LOGIN, email: LOGIN, firstName: 'Mary', lastName: 'Major' };
const MARY = `/api/v1/users/${LOGIN}`;
let id = '';

beforeEach(async () => {
  await org.reset();
  const credentials = {
    password: { value: PASSWORD },
    recovery_question: { question: 'Where?', answer: 'On the moon' },
  };
  id = (await org.ok<{ id: string }>('POST', '/api/v1/users', { profile: PROFILE, credentials })).id;
});

describe('user types and schemas', () => {
  it('a user has the attributes of his type', async () => {
    const type = await org.ok<Untyped>('POST', '/api/v1/meta/types/user', {
      name: 'contractor',
      displayName: 'Contractor',
    });
    expect(type).toMatchObject({ default: false, description: null });
    expect(type._links.schema.href).toContain(`/api/v1/meta/schemas/user/osc${type.id.slice(3)}`);
    const schema = `/api/v1/meta/schemas/user/osc${type.id.slice(3)}`;
    const agency = { title: 'Agency', type: 'string', required: true };
    await org.ok('POST', schema, { definitions: { custom: { properties: { agency } } } });
    const moved = { type: { id: type.id }, profile: PROFILE };
    expect(await org.refused('PUT', MARY, moved)).toMatchObject({
      summary: 'Api validation failed: agency',
      causes: ['agency: Value for required property agency is missing'],
    });
    const changed = await org.ok<Untyped>('PUT', MARY, { ...moved, profile: { ...PROFILE, agency: 'A1' } });
    expect(changed.type.id).toBe(type.id);
    expect(changed.profile.agency).toBe('A1');
    expect((await org.refused('DELETE', `/api/v1/meta/types/user/${type.id}`)).status).toBe(400);
    await org.ok('POST', schema, { definitions: { custom: { properties: { agency: null } } } });
    expect((await org.ok<Untyped>('GET', schema)).definitions.custom.properties).toEqual({});
  });

  it('may call an attribute unique, which no two users share then', async () => {
    const badge = { title: 'Badge', type: 'string', unique: 'UNIQUE_VALIDATED' };
    const schema = '/api/v1/meta/schemas/user/default';
    const made = await org.ok<Untyped>('POST', schema, { definitions: { custom: { properties: { badge } } } });
    expect(made.definitions.custom.properties.badge).toMatchObject(badge);
    const user = (name: string, of: string) => ({
      profile: {
        login: `${name}@example.com`,
        email: `${name}@example.com`,
        firstName: name,
        lastName: 'X',
        badge: of,
      },
    });
    const { id } = await org.ok<Untyped>('POST', '/api/v1/users', user('anna', '1'));
    const taken = ['badge: An object with this field already exists in the current organization'];
    expect((await org.refused('POST', '/api/v1/users', user('berta', '1'))).causes).toEqual(taken);
    const { id: other } = await org.ok<Untyped>('POST', '/api/v1/users', user('berta', '2'));
    expect((await org.refused('POST', `/api/v1/users/${other}`, { profile: { badge: '1' } })).causes).toEqual(taken);
    await org.ok('POST', `/api/v1/users/${id}`, { profile: { badge: '1', nickName: 'Ann' } });
  });

  describe('with limits in the schema', () => {
    const DEFAULT = '/api/v1/meta/schemas/user/default';
    const define = (kind: 'custom' | 'base', properties: object) =>
      org.ok('POST', DEFAULT, { definitions: { [kind]: { properties } } });

    it.each([
      {
        what: { type: 'integer', minimum: 1, maximum: 9 },
        good: 9,
        bad: 10,
        fault: 'The value is above the maximum of 9',
      },
      { what: { type: 'number', minimum: 0.5 }, good: 0.5, bad: 0, fault: 'The value is below the minimum of 0.5' },
      { what: { type: 'integer' }, good: 1, bad: 1.5, fault: 'The value must be an integer' },
      {
        what: { type: 'array', items: { type: 'string' } },
        good: ['a'],
        bad: 'a',
        fault: 'The value must be an array',
      },
      {
        what: { type: 'array', items: { type: 'string' } },
        good: [],
        bad: ['a', 1],
        fault: 'The value must be a string',
      },
      {
        what: { type: 'array', items: { type: 'string', enum: ['S', 'M'] } },
        good: ['S', 'M'],
        bad: ['S', 'XL'],
        fault: 'The value is none of those that the schema lists',
      },
      {
        what: {
          type: 'string',
          enum: ['S', 'M'],
          oneOf: [
            { const: 'S', title: 'Small' },
            { const: 'M', title: 'Medium' },
          ],
        },
        good: 'M',
        bad: 'Small',
        fault: 'The value is none of those that the schema lists',
      },
      {
        what: { type: 'integer', enum: [1, 2] },
        good: 2,
        bad: 3,
        fault: 'The value is none of those that the schema lists',
      },
      {
        what: { type: 'string', minLength: 3, maxLength: 4 },
        good: 'abc',
        bad: 'ab',
        fault: 'String is too short (2 chars), minimum 3',
      },
      {
        what: { type: 'string', pattern: '[A-Z]{2}' },
        good: 'AB',
        bad: 'ABC',
        fault: 'Does not match required pattern',
      },
    ])('takes $good for $what and refuses $bad', async ({ what, good, bad, fault }) => {
      await define('custom', { size: { title: 'Size', ...what } });
      const changed = await org.ok<Untyped>('POST', MARY, { profile: { size: good } });
      expect(changed.profile.size).toEqual(good);
      expect(await org.refused('POST', MARY, { profile: { size: bad } })).toEqual({
        status: 400,
        code: 'E0000001',
        summary: 'Api validation failed: size',
        causes: [`size: ${fault}`],
      });
    });

    it('takes usernames of another form where the login has a pattern', async () => {
      expect((await org.refused('POST', MARY, { profile: { login: 'mary-major' } })).causes).toEqual([
        'login: Username must be in the form of an email address',
      ]);
      await define('base', { login: { pattern: '[a-z-]+' } });
      expect((await org.ok<Untyped>('POST', MARY, { profile: { login: 'mary-major' } })).profile.login).toBe(
        'mary-major',
      );
    });

    it('is refused a pattern that is none', async () => {
      const size = { title: 'Size', type: 'string', pattern: '[' };
      const refused = await org.refused('POST', DEFAULT, { definitions: { custom: { properties: { size } } } });
      expect(refused).toMatchObject({ status: 400, causes: ['size: The pattern is no regular expression.'] });
    });
  });

  it('a type is read, changed in part or whole, never renamed, and deleted', async () => {
    const types = '/api/v1/meta/types/user';
    const body = { name: 'contractor', displayName: 'Contractor', description: 'From outside' };
    const { id: typeId } = await org.ok<Untyped>('POST', types, body);
    const path = `${types}/${typeId}`;
    expect(await org.ok('GET', path)).toMatchObject(body);
    expect(await org.ok('POST', path, { displayName: 'Visitor' })).toMatchObject({ ...body, displayName: 'Visitor' });
    expect(await org.ok('PUT', path, { name: 'contractor', displayName: 'Guest' })).toMatchObject({
      name: 'contractor',
      displayName: 'Guest',
      description: null,
    });
    const listed = await org.ok<Untyped[]>('GET', types);
    expect(listed.map((one) => one.displayName)).toEqual(['User', 'Guest']);
    expect(await org.refused('PUT', path, { name: 'contractor' })).toMatchObject({
      summary: 'Api validation failed: displayName',
      causes: ['displayName: The field cannot be left blank'],
    });
    expect((await org.refused('POST', path, { name: 'other' })).status).toBe(400);
    expect((await org.refused('POST', types, body)).causes).toEqual([
      'name: An object with this field already exists in the current organization',
    ]);
    expect((await org.api('DELETE', path)).status).toBe(204);
    for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
      expect(await org.refused(method, path, method === 'GET' ? undefined : {})).toMatchObject({
        status: 404,
        code: 'E0000007',
        summary: `Not found: Resource not found: ${typeId} (UserType)`,
      });
    }
  });

  it('the default type has the base attributes, and stays', async () => {
    const [type] = await org.ok<Untyped[]>('GET', '/api/v1/meta/types/user');
    const schema = await org.ok<Untyped>('GET', '/api/v1/meta/schemas/user/default');
    expect(schema.definitions.base.required).toEqual(['login', 'firstName', 'lastName', 'email']);
    expect((await org.refused('DELETE', `/api/v1/meta/types/user/${type.id}`)).status).toBe(403);
    const taken = { definitions: { custom: { properties: { login: { title: 'X', type: 'string' } } } } };
    expect((await org.refused('POST', '/api/v1/meta/schemas/user/default', taken)).status).toBe(400);
  });
});

describe('credentials', () => {
  it('a password is changed by who knows it', async () => {
    const path = `${MARY}/credentials/change_password`;
    const change = (oldPassword: string) => ({
      oldPassword: { value: oldPassword },
      newPassword: { value: 'Other-horse-2' },
    });
    expect(await org.refused('POST', path, change('wrong'))).toMatchObject({ status: 403, code: 'E0000014' });
    expect(await org.ok('POST', path, change(PASSWORD))).toMatchObject({ password: {}, provider: { type: 'OKTA' } });
    expect(await org.refused('POST', path, change(PASSWORD))).toMatchObject({ status: 403 });
  });

  it('a forgotten one is reset by link or by the recovery question', async () => {
    const link = await org.ok<Untyped>('POST', `${MARY}/credentials/forgot_password?sendEmail=false`);
    expect(link.resetPasswordUrl).toMatch(new RegExp(`^${org.url}/reset_password/.{20}$`));
    const path = `${MARY}/credentials/forgot_password_recovery_question`;
    const body = (answer: string) => ({ recovery_question: { answer }, password: { value: 'Other-horse-2' } });
    expect(await org.refused('POST', path, body('in paris'))).toMatchObject({ status: 403, code: 'E0000087' });
    expect(await org.ok('POST', path, body('ON THE MOON'))).toMatchObject({
      recovery_question: { question: 'Where?' },
    });
  });

  it('a recovery question is changed by who knows the password', async () => {
    const path = `${MARY}/credentials/change_recovery_question`;
    const change = (password: string) => ({
      password: { value: password },
      recovery_question: { question: 'Who?', answer: 'The cat' },
    });
    expect(await org.refused('POST', path, change('wrong'))).toEqual({
      status: 403,
      code: 'E0000014',
      summary: 'Update of credentials failed',
      causes: ['Password is not correct'],
    });
    const half = { ...change(PASSWORD), recovery_question: { question: 'Who?' } };
    expect((await org.refused('POST', path, half)).status).toBe(400);
    const short = { ...change(PASSWORD), recovery_question: { question: 'Who?', answer: 'cat' } };
    expect((await org.refused('POST', path, short)).causes).toEqual([
      'The security question answer must be at least 4 characters in length',
    ]);
    expect(await org.ok('POST', path, change(PASSWORD))).toMatchObject({ recovery_question: { question: 'Who?' } });
    const reset = `${MARY}/credentials/forgot_password_recovery_question`;
    const password = { value: 'Other-horse-2' };
    expect((await org.refused('POST', reset, { recovery_question: { answer: 'On the moon' }, password })).code).toBe(
      'E0000087',
    );
    await org.ok('POST', reset, { recovery_question: { answer: 'the cat' }, password });
  });

  it('an answer of spaces is none: no recovery question comes to be that an empty answer would meet', async () => {
    const credentials = { recovery_question: { question: 'Who?', answer: ' \t   ' } };
    expect(await org.refused('POST', MARY, { credentials })).toMatchObject({
      status: 400,
      causes: ['The security question answer must be at least 4 characters in length'],
    });
    const john = { ...PROFILE, login: 'john@example.com', email: 'john@example.com' };
    expect((await org.refused('POST', '/api/v1/users', { profile: john, credentials })).status).toBe(400);
    const empty = { recovery_question: { answer: '' }, password: { value: 'Other-horse-2' } };
    const reset = `${MARY}/credentials/forgot_password_recovery_question`;
    expect((await org.refused('POST', reset, empty)).code).toBe('E0000087');
  });

  it.each([
    ['change_password', { oldPassword: { value: PASSWORD }, newPassword: { value: 'Other-horse-2' } }],
    [
      'change_recovery_question',
      { password: { value: PASSWORD }, recovery_question: { question: 'Q', answer: 'An answer' } },
    ],
  ])('%s is not for a suspended user', async (call, body) => {
    await org.ok('POST', `${MARY}/lifecycle/suspend`);
    expect(await org.refused('POST', `${MARY}/credentials/${call}`, body)).toMatchObject({
      status: 403,
      code: 'E0000038',
      summary: "This operation is not allowed in the user's current status.",
    });
  });

  it('an admin resets and expires', async () => {
    const reset = await org.ok<Untyped>('POST', `${MARY}/lifecycle/reset_password?sendEmail=false`);
    expect(reset.resetPasswordUrl).toContain('/reset_password/');
    expect((await org.ok<Untyped>('GET', MARY)).status).toBe('RECOVERY');
    await org.ok('POST', MARY, { credentials: { password: { value: 'Third-horse-3' } } });
    const temporary = await org.ok<Untyped>('POST', `${MARY}/lifecycle/expire_password_with_temp_password`);
    expect(temporary.tempPassword).toMatch(/^\w{11}$/);
    expect((await org.ok<Untyped>('GET', MARY)).status).toBe('PASSWORD_EXPIRED');
  });
});

describe('factors without a message', () => {
  const factors = () => `/api/v1/users/${id}/factors`;

  async function allow(...keys: string[]): Promise<void> {
    const [policy] = await org.ok<Untyped[]>('GET', '/api/v1/policies?type=MFA_ENROLL');
    for (const key of keys)
      policy.settings.authenticators.find((one: Untyped) => one.key === key).enroll.self = 'OPTIONAL';
    await org.ok('PUT', `/api/v1/policies/${policy.id}`, policy);
  }

  it('a security question is active at once, verified by its answer and changed', async () => {
    await allow('security_question');
    const body = {
      factorType: 'question',
      provider: 'OKTA',
      profile: { question: 'disliked_food', answer: 'Meatball' },
    };
    const factor = await org.ok<Untyped>('POST', factors(), body);
    expect(factor).toMatchObject({
      status: 'ACTIVE',
      profile: { question: 'disliked_food', questionText: 'What is the food you least liked as a child?' },
    });
    expect(JSON.stringify(factor).toLowerCase()).not.toContain('meatball');
    const path = `${factors()}/${factor.id}`;
    expect(await org.ok('GET', path)).toEqual(factor);
    expect(await org.ok('POST', `${path}/verify`, { answer: 'meatball' })).toEqual({ factorResult: 'SUCCESS' });
    expect(await org.refused('POST', `${path}/verify`, { answer: 'fish' })).toMatchObject({
      status: 403,
      code: 'E0000068',
    });
    const changed = { profile: { question: 'custom', questionText: 'Why?', answer: 'because' } };
    expect((await org.ok<Untyped>('PUT', path, changed)).profile).toEqual({ question: 'custom', questionText: 'Why?' });
    for (const answer of ['x', '  x  ', '    ']) {
      expect((await org.refused('PUT', path, { profile: { question: 'first_award', answer } })).status).toBe(400);
    }
    expect(await org.ok<Untyped[]>('GET', `${factors()}/questions`)).toHaveLength(19);
  });

  it('Google Authenticator: the secret is shown until it is proved, each code counts once', async () => {
    await org.ok('POST', '/_emulator/clock', { freeze: true });
    await org.ok('POST', '/api/v1/authenticators?activate=true', { key: 'google_otp', name: 'Google Authenticator' });
    const body = { factorType: 'token:software:totp', provider: 'GOOGLE' };
    const pending = await org.ok<Untyped>('POST', factors(), body);
    expect(pending).toMatchObject({
      status: 'PENDING_ACTIVATION',
      _embedded: { activation: { timeStep: 30, keyLength: 16 } },
    });
    const secret = pending._embedded.activation.sharedSecret;
    const code = async () => totpAt(secret, Date.parse((await org.ok<Untyped>('GET', '/_emulator/clock')).now));
    const path = `${factors()}/${pending.id}`;
    expect((await org.refused('POST', `${path}/lifecycle/activate`, { passCode: 'abcdef' })).code).toBe('E0000068');
    const active = await org.ok<Untyped>('POST', `${path}/lifecycle/activate`, { passCode: await code() });
    expect(active.status).toBe('ACTIVE');
    expect(JSON.stringify(active)).not.toContain(secret);
    expect((await org.refused('POST', `${path}/verify`, { passCode: await code() })).code).toBe('E0000068');
    await org.ok('POST', '/_emulator/clock', { advanceMs: 30_000 });
    expect(await org.ok('POST', `${path}/verify`, { passCode: await code() })).toEqual({ factorResult: 'SUCCESS' });
  });

  it('are listed as enrolments, and removed as such', async () => {
    const phone = (await org.ok<Untyped[]>('GET', '/api/v1/authenticators')).find((one) => one.key === 'phone_number');
    await org.ok('POST', `/api/v1/authenticators/${phone.id}/lifecycle/activate`);
    await allow('phone_number');
    const path = `/api/v1/users/${id}/authenticator-enrollments`;
    const body = { authenticatorId: phone.id, profile: { phoneNumber: '+14155550132' } };
    const enrolled = await org.ok<Untyped>('POST', `${path}/phone`, body);
    expect(enrolled).toMatchObject({
      type: 'phone',
      key: 'phone_number',
      status: 'ACTIVE',
      name: 'Phone',
      profile: { phoneNumber: '+1 XXX-XXX-0132' },
    });
    expect((await org.ok<Untyped[]>('GET', path)).map((one) => one.key).sort()).toEqual([
      'okta_email',
      'okta_password',
      'phone_number',
    ]);
    expect(await org.ok('GET', `${path}/${enrolled.id}`)).toEqual(enrolled);
    const disclosed = await org.ok<Untyped>('GET', `${path}/${enrolled.id}?discloseIdentifiers=phone`);
    expect(disclosed.profile).toEqual({ phoneNumber: '+14155550132' });
    expect((await org.api('DELETE', `${path}/${enrolled.id}`)).status).toBe(204);
    expect((await org.refused('GET', `${path}/${enrolled.id}`)).status).toBe(404);
    expect((await org.refused('GET', `${factors()}/${enrolled.id}`)).status).toBe(404);
  });

  it('a temporary access code is told once, one at a time, within the limits of its authenticator', async () => {
    await org.ok('POST', '/_emulator/clock', { freeze: true, set: '2026-01-20T12:00:00Z' });
    const tac = await org.ok<Untyped>('POST', '/api/v1/authenticators?activate=true', { key: 'tac', name: 'Code' });
    const path = `/api/v1/users/${id}/authenticator-enrollments`;
    const issue = (ttl: number) => ({ authenticatorId: tac.id, profile: { ttl, multiUse: true } });
    const first = await org.ok<Untyped>('POST', `${path}/tac`, issue(10));
    expect(first).toMatchObject({
      type: 'tac',
      key: 'tac',
      status: 'ACTIVE',
      profile: { expiresAt: '2026-01-20T12:10:00.000Z', multiUse: true },
    });
    expect(first.profile.tac).toMatch(/^[\w-]{16}$/);
    expect(JSON.stringify(await org.ok('GET', `${path}/${first.id}`))).not.toContain(first.profile.tac);
    const second = await org.ok<Untyped>('POST', `${path}/tac`, issue(20));
    expect((await org.refused('GET', `${path}/${first.id}`)).status).toBe(404);
    expect((await org.refused('POST', `${path}/tac`, issue(9))).causes).toEqual(['ttl: must be between 10 and 14400.']);
    expect((await org.refused('POST', `${path}/tac`, { profile: {} })).causes).toEqual([
      'authenticatorId: The field cannot be left blank',
    ]);
    expect((await org.api('DELETE', `${path}/${second.id}`)).status).toBe(204);
  });
});

describe('what hangs on a user', () => {
  it('blocks of a locked account, links to his apps', async () => {
    expect(await org.ok('GET', `${MARY}/blocks`)).toEqual([]);
    expect((await org.ok<Untyped>('GET', `${MARY}?expand=blocks`))._embedded).toEqual({ blocks: [] });
    expect(await org.ok('GET', `${MARY}/appLinks`)).toEqual([]);
    expect(await org.ok('GET', `${MARY}/clients`)).toEqual([]);
    expect((await org.refused('GET', '/api/v1/users/nobody/blocks')).status).toBe(404);
  });

  it.each(['grants', 'idps', 'devices'])('%s, of which there are none', async (name) => {
    expect(await org.ok('GET', `${MARY}/${name}`)).toEqual([]);
    expect(await org.refused('GET', `/api/v1/users/nobody/${name}`)).toMatchObject({ status: 404, code: 'E0000007' });
  });
});
