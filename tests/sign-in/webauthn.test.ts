/** Security keys: enrolled and asked for at sign-in, every part of their answers checked; by HTTP, with a key in software. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Authenticator, AuthenticatorMethod } from '../../src/wire/authenticator.ts';
import type { UserFactor } from '../../src/wire/directory.ts';
import type { IdxResponse } from '../../src/wire/idx.ts';
import { type Quirks, SecurityKey } from '../support/security-key.ts';
import {
  type Answer,
  claimsOf,
  formNames,
  formOf,
  MARY,
  messagesOf,
  offered,
  REDIRECT_URI,
  SignIn,
  SignInOrg,
} from '../support/sign-in.ts';

/** Of the app's own pages. */
const ORIGIN = new URL(REDIRECT_URI).origin;
const REFUSED = 'You are currently unable to use a Security key or biometric authenticator. Try again.';

let org: SignInOrg;
let login = '';
let userId = '';
let round = 0;
beforeAll(async () => {
  org = await SignInOrg.start();
  const made = await org.api<Authenticator>('POST', '/api/v1/authenticators?activate=true', {
    key: 'webauthn',
    name: 'Security Key or Biometric',
  });
  org.authenticatorIds.webauthn = made.body.id;
  await org.allow({ webauthn: 'OPTIONAL', phone_number: 'NOT_ALLOWED' });
});
afterAll(() => org.stop());
beforeEach(async () => {
  round += 1;
  login = `key${round}@example.com`;
  userId = (await org.createUser(login, MARY.password)).id;
});

type Data = { challenge: string; [member: string]: unknown };

function dataOf({ body }: Answer<IdxResponse>, name: 'activationData' | 'challengeData'): Data {
  return body.currentAuthenticator?.value.contextualData?.[name] as Data;
}

/** The screen on which a key is to be made. */
async function enrolling(): Promise<{ signIn: SignIn; shown: Answer<IdxResponse> }> {
  const { signIn } = await SignIn.begin(org);
  await signIn.identify(login);
  return { signIn, shown: await signIn.enroll('webauthn') };
}

async function enrol(key: SecurityKey): Promise<Answer<IdxResponse>> {
  const { signIn, shown } = await enrolling();
  return signIn.post('challenge/answer', { credentials: key.create(dataOf(shown, 'activationData').challenge) });
}

/** The screen on which the key is asked for. */
async function challenged(): Promise<{ signIn: SignIn; shown: Answer<IdxResponse> }> {
  const { signIn } = await SignIn.begin(org);
  return { signIn, shown: await signIn.identify(login) };
}

async function settings(change: object): Promise<void> {
  const path = `/api/v1/authenticators/${org.authenticatorId('webauthn')}/methods/webauthn`;
  const { body } = await org.api<AuthenticatorMethod>('GET', path);
  await org.api('PUT', path, { ...body, settings: { ...body.settings, ...change } });
}

test('the screens, and what is left of them', async () => {
  const { shown } = await enrolling();
  expect(formNames(shown.body)).toEqual(['enroll-authenticator', 'select-authenticator-enroll']);
  expect(formOf(shown.body, 'enroll-authenticator')).toMatchObject({
    relatesTo: ['$.currentAuthenticator'],
    value: [
      {
        name: 'credentials',
        required: true,
        form: {
          value: [
            { name: 'clientData', label: 'Client Data', required: true, visible: false },
            { name: 'attestation', label: 'Attestation', required: true, visible: false },
          ],
        },
      },
      { name: 'stateHandle' },
    ],
  });
  expect(dataOf(shown, 'activationData')).toEqual({
    rp: { name: expect.any(String) },
    user: { id: userId, name: login, displayName: 'Mary Major' },
    pubKeyCredParams: [
      { type: 'public-key', alg: -7 },
      { type: 'public-key', alg: -257 },
    ],
    challenge: expect.stringMatching(/^[\w-]{32}$/),
    attestation: 'none',
    authenticatorSelection: { userVerification: 'discouraged', requireResidentKey: false },
    excludeCredentials: [],
  });
  const key = new SecurityKey(ORIGIN);
  const enrolled = await enrol(key);
  expect(enrolled.body.successWithInteractionCode?.name).toBe('issue');
  const credentialId = key.id.toString('base64url');
  const factors = await org.api<UserFactor[]>('GET', `/api/v1/users/${userId}/factors`);
  expect(factors.body).toEqual([
    {
      id: expect.stringMatching(/^fwf/),
      factorType: 'webauthn',
      provider: 'FIDO',
      vendorName: 'FIDO',
      status: 'ACTIVE',
      created: expect.any(String),
      lastUpdated: expect.any(String),
      profile: { credentialId, authenticatorName: 'Security Key or Biometric' },
      _links: expect.any(Object),
    },
  ]);

  const { signIn, shown: asked } = await challenged();
  expect(formNames(asked.body)).toEqual(['challenge-authenticator']);
  expect(formOf(asked.body, 'challenge-authenticator').relatesTo).toEqual(['$.currentAuthenticator']);
  expect(dataOf(asked, 'challengeData')).toEqual({
    challenge: expect.stringMatching(/^[\w-]{32}$/),
    userVerification: 'discouraged',
  });
  expect(asked.body.authenticatorEnrollments?.value).toMatchObject([
    { type: 'security_key', key: 'webauthn', id: factors.body[0]?.id, credentialId, methods: [{ type: 'webauthn' }] },
  ]);
  const done = await signIn.post('challenge/answer', {
    credentials: key.get(dataOf(asked, 'challengeData').challenge),
  });
  const tokens = await signIn.redeem(done.body);
  expect(claimsOf(tokens.body.id_token).amr).toEqual(['mfa', 'hwk', 'pwd']);
});

test('a key of RS256, and one that attests itself', async () => {
  const key = new SecurityKey(ORIGIN, 'RS256');
  const { signIn, shown } = await enrolling();
  const made = key.create(dataOf(shown, 'activationData').challenge, { format: 'packed' });
  expect((await signIn.post('challenge/answer', { credentials: made })).status).toBe(200);
  const { signIn: again, shown: asked } = await challenged();
  const credentials = key.get(dataOf(asked, 'challengeData').challenge);
  expect((await again.post('challenge/answer', { credentials })).body.successWithInteractionCode).toBeDefined();
});

describe('a new key is refused', () => {
  test.each<[string, Quirks]>([
    ['for another challenge', { challenge: 'AAAA' }],
    ['from a page of a stranger', { origin: 'https://evil.example.com' }],
    ['for another domain', { rpId: 'example.com' }],
    ['made by the other call', { type: 'webauthn.get' }],
    ['without a person', { flags: 0 }],
  ])('%s', async (_what, quirks) => {
    const { signIn, shown } = await enrolling();
    const { challenge } = dataOf(shown, 'activationData');
    const credentials = new SecurityKey(ORIGIN).create(challenge, quirks);
    const refused = await signIn.post('challenge/answer', { credentials });
    expect([refused.status, messagesOf(refused.body)[0]?.message]).toEqual([400, REFUSED]);
    expect(formNames(refused.body)[0]).toBe('enroll-authenticator');
    const right = new SecurityKey(ORIGIN).create(challenge);
    expect((await signIn.post('challenge/answer', { credentials: right })).status).toBe(200);
  });

  test('whose attestation is forged, that is no CBOR, that is cut short, that is missing', async () => {
    const { signIn, shown } = await enrolling();
    const { challenge } = dataOf(shown, 'activationData');
    const made = new SecurityKey(ORIGIN).create(challenge, { format: 'packed' });
    const clientData = Buffer.from(`${Buffer.from(made.clientData, 'base64url')} `).toString('base64url');
    const bytes = Buffer.from(made.attestation, 'base64url');
    for (const credentials of [
      { ...made, clientData },
      { ...made, attestation: 'AAAA' },
      { ...made, attestation: Buffer.alloc(2000, 0x81).toString('base64url') },
      { ...made, attestation: bytes.subarray(0, bytes.length - 9).toString('base64url') },
      { clientData: made.clientData },
      {},
    ]) {
      expect((await signIn.post('challenge/answer', { credentials })).status).toBe(400);
    }
  });

  test('that somebody has already', async () => {
    const key = new SecurityKey(ORIGIN);
    expect((await enrol(key)).status).toBe(200);
    login = `second${round}@example.com`;
    await org.createUser(login, MARY.password);
    expect((await enrol(key)).status).toBe(400);
  });
});

describe('a signature is refused', () => {
  test.each<[string, Quirks]>([
    ['for another challenge', { challenge: 'AAAA' }],
    ['from a page of a stranger', { origin: 'https://evil.example.com' }],
    ['for another domain', { rpId: 'example.com' }],
    ['made by the other call', { type: 'webauthn.create' }],
    ['without a person', { flags: 0 }],
    ['whose count went back', { signCount: 0 }],
  ])('%s', async (_what, quirks) => {
    const key = new SecurityKey(ORIGIN);
    await enrol(key);
    const first = await challenged();
    await first.signIn.post('challenge/answer', {
      credentials: key.get(dataOf(first.shown, 'challengeData').challenge),
    });
    const { signIn, shown } = await challenged();
    const { challenge } = dataOf(shown, 'challengeData');
    const refused = await signIn.post('challenge/answer', { credentials: key.get(challenge, quirks) });
    expect([refused.status, messagesOf(refused.body)[0]?.message]).toEqual([400, REFUSED]);
    const right = await signIn.post('challenge/answer', { credentials: key.get(challenge) });
    expect(right.body.successWithInteractionCode).toBeDefined();
  });

  test('of another key', async () => {
    await enrol(new SecurityKey(ORIGIN));
    const { signIn, shown } = await challenged();
    const { challenge } = dataOf(shown, 'challengeData');
    const refused = await signIn.post('challenge/answer', { credentials: new SecurityKey(ORIGIN).get(challenge) });
    expect(refused.status).toBe(400);
  });

  test('that was used before, in another sign-in', async () => {
    const key = new SecurityKey(ORIGIN);
    await enrol(key);
    const { signIn, shown } = await challenged();
    const credentials = key.get(dataOf(shown, 'challengeData').challenge);
    expect((await signIn.post('challenge/answer', { credentials })).status).toBe(200);
    const { signIn: again } = await challenged();
    expect((await again.post('challenge/answer', { credentials })).status).toBe(400);
  });
});

test('user verification, where the authenticator requires it', async () => {
  const key = new SecurityKey(ORIGIN);
  await enrol(key);
  await settings({ userVerification: 'REQUIRED', attachment: 'BUILT_IN', residentKeyRequirement: 'REQUIRED' });
  try {
    const { signIn, shown } = await challenged();
    const data = dataOf(shown, 'challengeData');
    expect(data.userVerification).toBe('required');
    expect((await signIn.post('challenge/answer', { credentials: key.get(data.challenge) })).status).toBe(400);
    const verified = key.get(data.challenge, { flags: 5 });
    expect((await signIn.post('challenge/answer', { credentials: verified })).status).toBe(200);

    login = `verified${round}@example.com`;
    userId = (await org.createUser(login, MARY.password)).id;
    const { signIn: other, shown: asked } = await enrolling();
    const activation = dataOf(asked, 'activationData');
    expect(activation.authenticatorSelection).toEqual({
      userVerification: 'required',
      requireResidentKey: true,
      residentKey: 'required',
      authenticatorAttachment: 'platform',
    });
    const made = new SecurityKey(ORIGIN).create(activation.challenge);
    expect((await other.post('challenge/answer', { credentials: made })).status).toBe(400);
  } finally {
    await settings({ userVerification: 'DISCOURAGED', attachment: 'ANY', residentKeyRequirement: 'DISCOURAGED' });
  }
});

test('beside another authenticator it is one of the list, and the page of a trusted origin may ask for it', async () => {
  const origin = 'https://trusted.example.com';
  await org.api('POST', '/api/v1/trustedOrigins', { name: 'Page', origin, scopes: [{ type: 'CORS' }] });
  const key = new SecurityKey(origin);
  await enrol(key);
  await org.allow({ okta_email: 'OPTIONAL' });
  try {
    const { signIn, shown } = await challenged();
    expect(offered(shown.body, 'select-authenticator-authenticate')).toEqual(['Email', 'Security Key or Biometric']);
    const asked = await signIn.choose('webauthn');
    expect(formNames(asked.body)).toEqual(['challenge-authenticator', 'select-authenticator-authenticate']);
    const credentials = key.get(dataOf(asked, 'challengeData').challenge);
    expect((await signIn.post('challenge/answer', { credentials })).body.successWithInteractionCode).toBeDefined();
  } finally {
    await org.allow({ okta_email: 'NOT_ALLOWED' });
  }
});
