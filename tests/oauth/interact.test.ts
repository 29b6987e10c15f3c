import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { interactFields, SignInOrg } from '../support/sign-in.ts';

let org: SignInOrg;
beforeAll(async () => {
  org = await SignInOrg.start();
});
afterAll(() => org.stop());

const interact = (fields: Record<string, string | undefined> = {}) => {
  const all = Object.entries({ ...interactFields(org, 'a verifier'), ...fields });
  const given = all.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return org.form('/oauth2/default/v1/interact', Object.fromEntries(given));
};

test('hands out a handle to a client that gives its id alone, or its secret too', async () => {
  const { status, body } = await interact();
  expect(status).toBe(200);
  expect(Object.keys(body)).toEqual(['interaction_handle']);
  expect(body.interaction_handle).toMatch(/^[\w-]{43}$/);
  expect((await interact({ client_secret: org.clientSecret })).status).toBe(200);
});

describe('refuses', () => {
  test.each([
    {
      what: 'a wrong secret',
      fields: { client_secret: 'wrong' },
      status: 401,
      error: 'invalid_client',
      description: 'The client secret supplied for a confidential client is invalid.',
    },
    {
      what: 'a redirect URI that is not registered',
      fields: { redirect_uri: 'http://localhost:8080/login/callback/' },
      status: 400,
      error: 'invalid_request',
      description: "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.",
    },
    {
      what: 'scopes about the user without openid',
      fields: { scope: 'profile' },
      status: 400,
      error: 'invalid_scope',
      description: "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.",
    },
    {
      what: 'a scope that the server does not have',
      fields: { scope: 'openid orders:read' },
      status: 400,
      error: 'invalid_scope',
      description: 'One or more scopes are not configured for the authorization server resource.',
    },
    {
      what: 'no scope',
      fields: { scope: undefined },
      status: 400,
      error: 'invalid_scope',
      description: 'No scopes were requested.',
    },
    {
      what: 'a recovery token',
      fields: { recovery_token: 'x' },
      status: 400,
      error: 'invalid_request',
      description: 'The recovery token is invalid',
    },
    {
      what: 'plain PKCE',
      fields: { code_challenge_method: 'plain' },
      status: 400,
      error: 'invalid_request',
      description: "The 'code_challenge_method' must be 'S256'.",
    },
  ])('$what', async ({ fields, status, error, description }) => {
    const answer = await interact(fields);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ error, error_description: description });
  });

  test('an unknown client, in the form of the Management API', async () => {
    const { status, body } = await interact({ client_id: '0oaNobody' });
    expect(status).toBe(401);
    expect(body).toMatchObject({
      errorCode: 'invalid_client',
      errorSummary: "Invalid value for 'client_id' parameter.",
      errorLink: 'invalid_client',
      errorCauses: [],
    });
  });

  test('an app without the grant, naming what it has', async () => {
    const app = await org.createApp({ label: 'No grant', settings: { grant_types: ['authorization_code'] } });
    const { status, body } = await interact({ client_id: app.id });
    expect(status).toBe(400);
    expect(body).toEqual({
      error: 'unauthorized_client',
      error_description:
        'The client is not authorized to use the provided grant type. Configured grant types: [authorization_code].',
    });
  });

  test('a public client without PKCE', async () => {
    const app = await org.createApp({
      label: 'Single page',
      oauthClient: { token_endpoint_auth_method: 'none' },
      settings: { application_type: 'browser' },
    });
    expect((await interact({ client_id: app.id })).status).toBe(200);
    const without = { client_id: app.id, code_challenge: undefined, code_challenge_method: undefined };
    expect((await interact(without)).body).toEqual({
      error: 'invalid_request',
      error_description: "PKCE code challenge is required when the token endpoint authentication method is 'NONE'.",
    });
  });

  test('everyone while embedded sign-in is switched off', async () => {
    await org.control('PUT', 'settings', { embeddedSignIn: false });
    try {
      const { status, body } = await interact();
      expect(status).toBe(400);
      expect(body).toEqual({
        error: 'access_denied',
        error_description: 'The requested feature is not enabled in this environment.',
      });
    } finally {
      await org.control('PUT', 'settings', { embeddedSignIn: true });
    }
  });
});
