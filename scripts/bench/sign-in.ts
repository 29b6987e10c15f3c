/** One sign-in with password and SMS code by plain HTTP, to tokens: what a server-side app does. */
import { createHash, randomBytes } from 'node:crypto';
import { type OrgProcess, PASSWORD } from './org-process.ts';

const APP = 'Password and phone app';

interface Client {
  id: string;
  secret: string;
  redirectUri: string;
  phoneAuthenticatorId: string;
}

/** Looks up once what every sign-in needs. */
export async function clientOf(org: OrgProcess): Promise<Client> {
  const apps = (
    await org.get<{ id: string; label: string; settings: { oauthClient: { redirect_uris: string[] } } }[]>(
      `/api/v1/apps?q=${encodeURIComponent(APP)}`,
    )
  ).body;
  const app = apps.find((one) => one.label === APP);
  if (!app) throw new Error(`there is no app ${APP}`);
  const [secret] = (await org.get<{ client_secret: string }[]>(`/api/v1/apps/${app.id}/credentials/secrets`)).body;
  const authenticators = (await org.get<{ id: string; key: string }[]>('/api/v1/authenticators')).body;
  return {
    id: app.id,
    secret: secret?.client_secret ?? '',
    redirectUri: app.settings.oauthClient.redirect_uris[0] ?? '',
    phoneAuthenticatorId: authenticators.find((one) => one.key === 'phone_number')?.id ?? '',
  };
}

/** @throws Error at the first answer that is not what a sign-in needs. */
export async function signIn(org: OrgProcess, client: Client, user: { login: string; phone: string }): Promise<void> {
  const verifier = randomBytes(32).toString('base64url');
  const credentials = { client_id: client.id, client_secret: client.secret, redirect_uri: client.redirectUri };
  const { interaction_handle } = await form<{ interaction_handle: string }>(org, 'interact', {
    ...credentials,
    scope: 'openid profile',
    state: 'state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const { stateHandle } = await idx(org, 'introspect', { interactionHandle: interaction_handle });
  await idx(org, 'identify', { stateHandle, identifier: user.login, credentials: { passcode: PASSWORD } });
  const authenticator = { id: client.phoneAuthenticatorId, methodType: 'sms' };
  await idx(org, 'challenge', { stateHandle, authenticator });
  const sent = (
    await org.get<{ messages: { code: string }[] }>(`/_emulator/messages?to=${encodeURIComponent(user.phone)}`)
  ).body.messages;
  const passcode = sent.at(-1)?.code;
  const done = await idx(org, 'challenge/answer', { stateHandle, credentials: { passcode } });
  const code = done.successWithInteractionCode?.value.find((field) => field.name === 'interaction_code')?.value;
  if (code === undefined) throw new Error(`${user.login} was not signed in`);
  const grant = { grant_type: 'interaction_code', interaction_code: code, code_verifier: verifier };
  await form(org, 'token', { ...credentials, ...grant });
}

interface IdxAnswer {
  stateHandle: string;
  successWithInteractionCode?: { value: { name: string; value: string }[] };
}

function idx(org: OrgProcess, path: string, body: object): Promise<IdxAnswer> {
  return post(`${org.url}/idp/idx/${path}`, JSON.stringify(body), 'application/json');
}

function form<T>(org: OrgProcess, path: string, fields: Record<string, string>): Promise<T> {
  const body = new URLSearchParams(fields).toString();
  return post(`${org.url}/oauth2/default/v1/${path}`, body, 'application/x-www-form-urlencoded');
}

async function post<T>(url: string, body: string, type: string): Promise<T> {
  const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': type }, body });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url}: ${response.status} ${text}`);
  return JSON.parse(text) as T;
}
