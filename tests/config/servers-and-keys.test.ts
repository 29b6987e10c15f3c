/** What a config may not say of authorization servers and of keys, and that no key is repeated where it is told. */
import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { expect, it } from 'vitest';
import type { ConfigError } from '../../src/config/problems.ts';
import { textConfig } from '../support/provision.ts';

/** The problems of a config as `line:column message`. */
function problemsOf(yaml: string): string[] {
  try {
    textConfig(yaml);
  } catch (error) {
    return (error as ConfigError).problems.map(({ message, place }) => `${place?.line}:${place?.column} ${message}`);
  }
  return [];
}

const server = (more: string) => `authorizationServers:\n  - name: default\n    ${more}\n`;

it.each([
  [server('ensure: absent'), '4:13 the authorization server default comes with the org and is not deleted'],
  [server('scopes: [{ name: openid, ensure: absent }]'), "4:38 the scope openid is Okta's own and cannot be deleted"],
  [server('scopes: [{ name: two words }]'), '4:22 name must not hold spaces: they part the scopes of a request'],
  [server('scopes: [{ name: a }, { name: a }]'), '4:27 authorizationServerScope/default/a is declared twice'],
  [server('claims: [{ name: a }]'), '4:5 unknown key "claims"'],
  [server('accessTokenClaims: [{ name: a, value: x, valueType: system }]'), '4:57 valueType: "system" is not allowed'],
  [
    server('accessTokenClaims: [{ name: a, value: x, groupFilter: equals }]'),
    '4:59 groupFilter needs valueType: groups beside it',
  ],
  [
    server('accessTokenClaims: [{ name: sub, value: x, status: inactive }]'),
    "4:56 the claim sub is Okta's own: only its value can be set, and it cannot be deleted",
  ],
  [
    server('idTokenClaims: [{ name: email, ensure: absent }]'),
    "4:44 the claim email is Okta's own: nothing of it can be set, and it cannot be deleted",
  ],
  [
    server('idTokenClaims: [{ name: a, value: x, scopes: [b] }]'),
    '4:51 there is no authorizationServerScope "default/b" in the config',
  ],
  [
    server('idTokenClaims: [{ name: a, value: x, scopes: ["*", email] }]'),
    '4:50 `*` stands alone: it leaves no scope out',
  ],
])('refused: %s', (yaml, message) => {
  expect(problemsOf(yaml)).toEqual([message]);
});

it('refuses to delete a scope that a rule and a claim need', () => {
  const scopes = 'scopes: [{ name: a, ensure: absent }]';
  const claims = 'accessTokenClaims: [{ name: c, value: x, scopes: [a] }]';
  const policies = 'policies: [{ name: P, rules: [{ name: R, scopes: [a] }] }]';
  expect(problemsOf(server(`${scopes}\n    ${claims}\n    ${policies}`))).toEqual([
    '5:55 accessTokenClaim/default/c needs authorizationServerScope/default/a, which is to be deleted',
    '6:55 authorizationServerPolicyRule/default/P/R needs authorizationServerScope/default/a, which is to be deleted',
  ]);
});

const IS_PRIVATE =
  'this is a private key: only the public part belongs here. Take it out, and give the app another key if anybody may have seen this one';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { kid: 'k', ...privateKey.export({ format: 'jwk' }) } as JsonWebKey & { d: string };
const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
const app = (keys: string) => `apps:\n  - label: A\n    type: service\n    ${keys}\n`;
const flow = (value: unknown) => JSON.stringify(value);

it.each([
  [
    'a private key as a JWK',
    app(`publicKeys: [{ kid: k, kty: RSA, d: ${jwk.d}, e: AQAB, n: sXch }]`),
    `5:41 ${IS_PRIVATE}`,
  ],
  ['a private key as JSON text', app(`publicKeys: [${flow(flow(jwk))}]`), `5:18 ${IS_PRIVATE}`],
  ['a private key as PEM', app(`publicKeys: [${flow(pem)}]`), `5:18 ${IS_PRIVATE}`],
  [
    'a private key in the place of the list',
    app(`publicKeys: ${flow(pem)}`),
    '5:17 publicKeys must be a list, not (secret)',
  ],
  [
    'a private key in the place of the modulus',
    app(`publicKeys: [{ kid: k, kty: RSA, e: AQAB, n: ${flow(pem)} }]`),
    `5:50 ${IS_PRIVATE}`,
  ],
  [
    'a private key in the place of the address',
    app(`publicKeysUrl: ${flow(pem)}`),
    '5:20 publicKeysUrl must be a URL such as https://app.example.com/keys',
  ],
  ['a shared secret', app(`publicKeys: [{ kid: k, kty: oct, k: ${jwk.d} }]`), `5:41 ${IS_PRIVATE}`],
  ['a type that is none', app(`publicKeys: [{ kid: k, kty: ${jwk.d} }]`), '5:33 kty must be RSA or EC'],
  [
    'a key without its parts',
    app('publicKeys: [{ kid: k, kty: RSA, n: sXch }]'),
    '5:18 a public key of this type needs e',
  ],
  [
    'a key with a certificate',
    app('publicKeys: [{ kid: k, kty: RSA, e: AQAB, n: sXch, x5c: [a] }]'),
    '5:61 a public key has no room for this; it has kid, kty, use, alg, crv, x, y, e, n',
  ],
  [
    'a text that is no key',
    app('publicKeys: [hello]'),
    '5:18 publicKeys must be a JSON Web Key, such as { "kid": ..., "kty": "RSA", "e": ..., "n": ... }',
  ],
  [
    'two keys of one id',
    app('publicKeys: [{ kid: k, kty: RSA, e: AQAB, n: sXch }, { kid: k, kty: RSA, e: AQAB, n: aGVs }]'),
    '5:58 another key of the list has the same kid',
  ],
  [
    'keys here and there',
    app('publicKeys: [{ kid: k, kty: RSA, e: AQAB, n: sXch }]\n    publicKeysUrl: https://a.example.com/keys'),
    '6:20 the keys stand in publicKeys, or are fetched from here; not both',
  ],
  [
    'a scope that is none of the Okta API',
    app('oktaApiScopes: [users.read]'),
    '5:21 oktaApiScopes must be a scope of the Okta API such as okta.users.read',
  ],
])('refuses %s, at its place and without repeating it', (_what, yaml, message) => {
  const problems = problemsOf(yaml);
  expect(problems).toEqual([message]);
  const body = pem.split('\n')[1] ?? '';
  for (const secret of [jwk.d.slice(0, 12), (jwk.p ?? '').slice(0, 12), body.slice(0, 12)]) {
    expect(problems.join('\n')).not.toContain(secret);
  }
});

it.each([
  ['clientSecrets: [plain-secret-1]', '5:21 clientSecrets is a secret and must not stand in the file'],
  ['clientSecrets: [{ a: plain-secret-1 }]', '5:21 clientSecrets is a secret and must not stand in the file'],
  [
    'clientSecrets: ["${env:WEAK_PASSWORD}"]',
    '5:21 clientSecrets: (secret): a client secret has at least 14 characters',
  ],
  ['clientSecrets: ["${env:MARY_PASSWORD}", "${env:MARY_PASSWORD}"]', '5:20 the two secrets are the same'],
  ['clientSecrets: "${env:MARY_PASSWORD}"', '5:20 clientSecrets must be a list, not (secret)'],
  ['clientSecrets: []', '5:20 an app that proves itself by a secret has at least one'],
  [
    'clientSecrets: ["${env:MARY_PASSWORD}"]\n    clientAuthentication: private key',
    '5:20 an app that does not prove itself by a client secret has none',
  ],
])('refuses as client secrets: %s', (more, message) => {
  expect(problemsOf(app(more))).toEqual([message]);
});
