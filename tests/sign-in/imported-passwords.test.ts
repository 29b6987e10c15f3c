/** Users who come with the hash of a password from another store: they sign in with that password. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { User } from '../../src/wire/directory.ts';
import { answerJson, type HookReceiver, startHookReceiver } from '../support/hook-receiver.ts';
import { claimsOf, MARY, messagesOf, SignIn, SignInOrg } from '../support/sign-in.ts';

/** Base64 of "MySalt-of-elsewhere". */
const SALT = 'TXlTYWx0LW9mLWVsc2V3aGVyZQ==';

/** Hashes of {@link MARY}'s password, made by glibc's crypt and Python's hashlib. */
const HASHES = {
  bcrypt: {
    algorithm: 'BCRYPT',
    workFactor: 6,
    salt: 'rwh3vH166HCH/NT9XV5FYu',
    value: 'g36SKZ5lTLRq2RzzYL/IgNCWlgYQxlC',
  },
  'SHA-512 behind a salt': {
    algorithm: 'SHA-512',
    salt: SALT,
    saltOrder: 'PREFIX',
    value: 'uXoOr4xuk84l2bbIDycnUm5UnjIB1SkcSsl0FqvcQHz6pBBoC+5VbMmByAdeYIjDcr/EJx19jkTBaSnRnxu0JQ==',
  },
  'SHA-256 before a salt': {
    algorithm: 'SHA-256',
    salt: SALT,
    saltOrder: 'POSTFIX',
    value: 'd5Mnyv4rA7dR/Jk/8x8y3ahFegNdPx8wpUMSH/+Cq8I=',
  },
  'SHA-1': { algorithm: 'SHA-1', salt: SALT, saltOrder: 'PREFIX', value: 'BaT6BYPiXUsXy/gXRb0VYlS/7H4=' },
  MD5: { algorithm: 'MD5', salt: SALT, saltOrder: 'POSTFIX', value: 'uLPHFREPg4LriOy5YVaylg==' },
  'PBKDF2 with SHA-256': {
    algorithm: 'PBKDF2',
    digestAlgorithm: 'SHA256_HMAC',
    iterationCount: 4096,
    keySize: 32,
    salt: SALT,
    value: 'luPESXojtGrRzm/jISEdKC9h268hurQcAjeiqSsxHIc=',
  },
  'PBKDF2 with SHA-512': {
    algorithm: 'PBKDF2',
    digestAlgorithm: 'SHA512_HMAC',
    iterationCount: 4096,
    keySize: 64,
    salt: SALT,
    value: 'wp6Eb6dDscbf0FYep/tAHnKAiRPEaLtJbhRbox53noJRDBSLGdMa7deRvDJOX4yLtrxvpwniEPn5BdfywJYgsg==',
  },
};

let org: SignInOrg;
let round = 0;
beforeAll(async () => {
  org = await SignInOrg.start();
  await org.demand({ factorMode: '1FA', constraints: [{ knowledge: { types: ['password'] } }] });
});
afterAll(() => org.stop());

const create = (hash: object) => createWith({ hash });

function createWith(password: object) {
  round += 1;
  const login = `imported${round}@example.com`;
  const profile = { login, email: login, firstName: 'Imma', lastName: 'Ported' };
  return org.api<User>('POST', '/api/v1/users', { profile, credentials: { password } });
}

describe('a user with an imported hash', () => {
  test.each(Object.entries(HASHES))('signs in with the password behind it: %s', async (_name, hash) => {
    const { body: user } = await create(hash);
    expect(user).toMatchObject({
      status: 'ACTIVE',
      credentials: { password: {}, provider: { type: 'IMPORT', name: 'IMPORT' } },
    });
    expect(JSON.stringify(user)).not.toContain(hash.value);

    const { signIn } = await SignIn.begin(org);
    const wrong = await signIn.identify(user.profile.login, 'Wrong-horse-7');
    expect(messagesOf(wrong.body)).toMatchObject([{ message: 'Authentication failed' }]);
    const tokens = await signIn.redeem((await signIn.identify(user.profile.login, MARY.password)).body);
    expect(claimsOf(tokens.body.id_token)).toMatchObject({ sub: user.id, amr: ['pwd'] });
  });

  test('is one whom Okta itself checks as soon as a new password is set', async () => {
    const { body: user } = await create(HASHES.MD5);
    const changed = await org.api<User>('POST', `/api/v1/users/${user.id}/credentials/change_password`, {
      oldPassword: { value: MARY.password },
      newPassword: { value: 'Brand-new-horse-8' },
    });
    expect(changed).toMatchObject({ status: 200, body: { provider: { type: 'OKTA', name: 'OKTA' } } });
  });
});

describe('a user whose password a hook knows', () => {
  let service: HookReceiver;
  let hookId = '';
  beforeAll(async () => {
    service = await startHookReceiver();
    const hook = await org.api<{ id: string }>('POST', '/api/v1/inlineHooks', {
      name: 'Old store',
      type: 'com.okta.user.credential.password.import',
      version: '1.0.0',
      channel: { type: 'HTTP', version: '1.0.0', config: { uri: service.url, method: 'POST' } },
    });
    hookId = hook.body.id;
  });
  afterAll(() => service.stop());

  const says = (credential: string) =>
    answerJson({ commands: [{ type: 'com.okta.action.update', value: { credential } }] });

  test('is let in once the hook verifies the password, and needs it no more', async () => {
    const { body: user } = await createWith({ hook: { type: 'default' } });
    expect(user).toMatchObject({ status: 'ACTIVE', credentials: { provider: { type: 'IMPORT', name: 'IMPORT' } } });
    const { signIn } = await SignIn.begin(org);

    service.answer = says('UNVERIFIED');
    const refused = await signIn.identify(user.profile.login, MARY.password);
    expect(messagesOf(refused.body)).toMatchObject([{ message: 'Authentication failed' }]);
    expect(service.calls.at(-1)?.body).toMatchObject({
      eventType: 'com.okta.user.credential.password.import',
      source: `${org.url}/api/v1/inlineHooks/${hookId}`,
      data: {
        context: { request: { method: 'POST' }, credential: { username: user.profile.login, password: MARY.password } },
        action: { credential: 'UNVERIFIED' },
      },
    });

    service.answer = says('VERIFIED');
    expect((await signIn.redeem((await signIn.identify(user.profile.login, MARY.password)).body)).status).toBe(200);
    expect((await org.api<User>('GET', `/api/v1/users/${user.id}`)).body.credentials.provider.type).toBe('OKTA');

    service.answer = says('UNVERIFIED');
    const calls = service.calls.length;
    const again = (await SignIn.begin(org)).signIn;
    expect((await again.redeem((await again.identify(user.profile.login, MARY.password)).body)).status).toBe(200);
    expect(service.calls).toHaveLength(calls);
  });

  test('may change the password, the present one being verified by the hook', async () => {
    const { body: user } = await createWith({ hook: { type: 'default' } });
    const change = () =>
      org.api('POST', `/api/v1/users/${user.id}/credentials/change_password`, {
        oldPassword: { value: MARY.password },
        newPassword: { value: 'Another-Horse-10' },
      });
    service.answer = says('UNVERIFIED');
    await expect(change()).rejects.toThrow('Old Password is not correct');
    service.answer = says('VERIFIED');
    expect((await change()).status).toBe(200);
    const { signIn } = await SignIn.begin(org);
    const calls = service.calls.length;
    expect((await signIn.redeem((await signIn.identify(user.profile.login, 'Another-Horse-10')).body)).status).toBe(
      200,
    );
    expect(service.calls).toHaveLength(calls);
  });

  test('is not let in while the service fails', async () => {
    const { body: user } = await createWith({ hook: { type: 'default' } });
    service.answer = answerJson({}, 500);
    const { signIn } = await SignIn.begin(org);
    const refused = await signIn.identify(user.profile.login, MARY.password);
    expect(messagesOf(refused.body)).toMatchObject([{ message: 'Authentication failed' }]);
  });
});
