/** Documents as Okta sends them, read by the unmodified SDK, then by us: what a driver makes of each. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { guideSignIn } from '../../src/verify/drivers/guide.ts';
import { sdkSignIn } from '../../src/verify/drivers/sdk.ts';
import type { SignIn } from '../../src/verify/screens.ts';

interface Answer {
  status?: number;
  type?: string;
  body: unknown;
}

let server: Server | undefined;

afterEach(() => new Promise((resolve) => server?.close(resolve)));

/** An org that answers `interact` and `introspect` with what it is told. */
async function org(answers: { interact?: Answer; introspect?: Answer }): Promise<string> {
  let url = '';
  const started = createServer((request, response) => {
    const path = request.url ?? '';
    const send = ({ status = 200, type = 'application/json', body }: Answer) =>
      response.writeHead(status, { 'Content-Type': type }).end(JSON.stringify(body).replaceAll('{org}', url));
    if (path.includes('.well-known'))
      return send({ body: { issuer: `${url}/oauth2/default`, code_challenge_methods_supported: ['S256'] } });
    if (path.endsWith('/v1/interact')) return send(answers.interact ?? { body: { interaction_handle: 'handle' } });
    return send({ type: 'application/ion+json; okta-version=1.0.0', body: {}, ...answers.introspect });
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
  return url;
}

function signIn(url: string): Promise<SignIn> {
  return sdkSignIn({
    issuer: `${url}/oauth2/default`,
    clientId: '0oa1',
    clientSecret: undefined,
    redirectUri: 'http://localhost:8080/login/callback',
    scopes: ['openid'],
  });
}

const form = (name: string, value: object[], more: object = {}) => ({
  rel: ['create-form'],
  name,
  href: '{org}/idp/idx/next',
  method: 'POST',
  value: [...value, { name: 'stateHandle', required: true, value: '02.id.x', visible: false, mutable: false }],
  accepts: 'application/json; okta-version=1.0.0',
  ...more,
});

const phone = {
  profile: { phoneNumber: '+1 XXX-XXX-0132' },
  type: 'phone',
  key: 'phone_number',
  id: 'pae1',
  displayName: 'Phone',
  methods: [{ type: 'sms' }, { type: 'voice' }],
};
const email = {
  ...phone,
  type: 'email',
  key: 'okta_email',
  id: 'eae1',
  displayName: 'Email',
  methods: [{ type: 'email' }],
};

const option = (label: string, index: number) => ({
  label,
  value: { form: { value: [{ name: 'id', required: true, value: 'aut1', mutable: false }] } },
  relatesTo: `$.authenticatorEnrollments.value[${index}]`,
});

const document = (remediations: object[], more: object = {}) => ({
  version: '1.0.0',
  stateHandle: '02.id.x',
  remediation: { type: 'array', value: remediations },
  ...more,
});

describe('a screen from an IDX document', () => {
  it('is the choice of the phone method, with the other ways behind it', async () => {
    const methodType = {
      name: 'methodType',
      type: 'string',
      required: true,
      options: [
        { label: 'SMS', value: 'sms' },
        { label: 'Voice call', value: 'voice' },
      ],
    };
    const verification = form(
      'authenticator-verification-data',
      [{ name: 'authenticator', label: 'Phone', form: { value: [{ name: 'id', value: 'aut1' }, methodType] } }],
      { relatesTo: ['$.currentAuthenticatorEnrollment'] },
    );
    const list = form('select-authenticator-authenticate', [
      { name: 'authenticator', type: 'object', options: [option('Email', 0), option('Phone', 1)] },
    ]);
    const url = await org({
      introspect: {
        body: document([verification, list], {
          currentAuthenticatorEnrollment: { type: 'object', value: phone },
          authenticatorEnrollments: { type: 'array', value: [email, phone] },
        }),
      },
    });
    expect(await (await signIn(url)).start()).toEqual({
      kind: 'choose-phone-method',
      methods: ['sms', 'voice'],
      others: ['email'],
      recipient: '+1 XXX-XXX-0132',
      messages: [],
      remediations: ['authenticator-verification-data', 'select-authenticator-authenticate'],
    });
  });

  it('is a screen of its own kind when the form is not one that can be walked', async () => {
    const url = await org({ introspect: { body: document([form('enroll-profile', [])]) } });
    expect(await (await signIn(url)).start()).toMatchObject({ kind: 'unknown', name: 'enroll-profile' });
  });

  it('tells what was exchanged, without what was sent', async () => {
    const url = await org({ introspect: { body: document([form('identify', [])]) } });
    const opened = await signIn(url);
    await opened.start();
    expect(
      opened.transcript.map(({ method, path, status, remediations }) => [method, path, status, remediations]),
    ).toEqual([
      ['GET', '/oauth2/default/.well-known/openid-configuration', 200, []],
      ['POST', '/oauth2/default/v1/interact', 200, []],
      ['POST', '/idp/idx/introspect', 200, ['identify']],
    ]);
  });
});

describe('a refusal', () => {
  it('by interact keeps the OAuth code and text', async () => {
    const url = await org({
      interact: { status: 400, body: { error: 'unauthorized_client', error_description: 'Not this grant.' } },
    });
    expect(await (await signIn(url)).start()).toEqual({
      kind: 'refused',
      code: 'unauthorized_client',
      messages: [{ text: 'Not this grant.', level: 'error' }],
      remediations: [],
    });
  });

  it('by interact in the style of the Management API keeps its code and text', async () => {
    const url = await org({
      interact: {
        status: 401,
        body: {
          errorCode: 'invalid_client',
          errorSummary: "Invalid value for 'client_id' parameter.",
          errorCauses: [],
        },
      },
    });
    expect(await (await signIn(url)).start()).toMatchObject({ kind: 'refused', code: 'invalid_client' });
  });

  it('by introspect keeps its messages, which the SDK loses in ion+json', async () => {
    const message = {
      message: 'You are not allowed to access this app.',
      i18n: { key: 'idx.error.code.no_matching_policy' },
      class: 'ERROR',
    };
    const url = await org({
      introspect: { status: 400, body: { version: '1.0.0', messages: { type: 'array', value: [message] } } },
    });
    expect(await (await signIn(url)).start()).toMatchObject({
      kind: 'refused',
      code: 'idx.error.code.no_matching_policy',
      messages: [{ text: 'You are not allowed to access this app.', level: 'error' }],
    });
  });

  it('is not what an org is that does not answer', async () => {
    await expect((await signIn('http://127.0.0.1:9')).start()).rejects.toThrow('fetch failed');
  });
});

describe('the guide’s calls', () => {
  it('show a form they do not know as what it is', async () => {
    const url = await org({ introspect: { body: document([form('device-challenge-poll', [])]) } });
    const opened = await guideSignIn({
      issuer: `${url}/oauth2/default`,
      clientId: '0oa1',
      clientSecret: undefined,
      redirectUri: 'http://localhost:8080/login/callback',
      scopes: ['openid'],
    });
    expect(await opened.start()).toMatchObject({ kind: 'identify', withPassword: true });
    expect(await opened.submit({ do: 'identify', username: 'mary', password: 'x' })).toMatchObject({
      kind: 'unknown',
      name: 'device-challenge-poll',
    });
  });
});
