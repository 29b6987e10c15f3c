/** A sign-in that is really tried, by plain HTTP: what the guard foresees is held against it. */
import { createHash, randomBytes } from 'node:crypto';
import type { Application } from '../../src/wire/application.ts';
import type { IdxRemediation, IdxResponse } from '../../src/wire/idx.ts';
import type { TestOrg } from '../support/emulator.ts';

export interface Attempt {
  /** Label of the app. */
  app: string;
  login: string;
  password: string;
  /** The client's address, told by a proxy that the org has to trust. */
  from?: string;
}

/** `in`; `enroll`: in as soon as an authenticator is enrolled; or what the org says to whom it keeps out. */
export async function realSignIn(org: TestOrg, attempt: Attempt): Promise<string> {
  const headers = attempt.from === undefined ? {} : { 'x-forwarded-for': attempt.from };
  const post = (path: string, body: object) => postTo(org, `/idp/idx/${path}`, body, headers);
  let document = await post('introspect', { interactionHandle: await interact(org, attempt.app) });
  const { stateHandle } = document;
  const answers = { identifier: attempt.login, password: attempt.password };
  for (let step = 0; step < 8; step += 1) {
    if (document.successWithInteractionCode) return 'in';
    const form = next(document);
    if (!form) return (document.messages?.value ?? []).map(({ message }) => message).join(' ') || 'kept out';
    if (form.name === 'select-authenticator-enroll') return 'enroll';
    document = await post(new URL(form.href).pathname.replace('/idp/idx/', ''), {
      stateHandle,
      ...(await answerTo(org, form, answers)),
    });
  }
  return 'not done after eight steps';
}

const FORMS = [
  'identify',
  'challenge-authenticator',
  'authenticator-verification-data',
  'select-authenticator-authenticate',
  'select-authenticator-enroll',
];

/** The first message that keeps somebody out has no form, or the one to cancel. */
function next(document: IdxResponse): IdxRemediation | undefined {
  const forms = document.remediation?.value ?? [];
  if (document.messages?.value.some((message) => message.class === 'ERROR')) return undefined;
  return FORMS.flatMap((name) => forms.find((form) => form.name === name) ?? []).at(0);
}

async function answerTo(
  org: TestOrg,
  form: IdxRemediation,
  { identifier, password }: { identifier: string; password: string },
): Promise<object> {
  if (form.name === 'identify') return { identifier, credentials: { passcode: password } };
  if (form.name === 'challenge-authenticator') {
    const isPassword = JSON.stringify(form).includes('"Password"');
    return { credentials: { passcode: isPassword ? password : await lastCode(org) } };
  }
  const field = form.value.find(({ name }) => name === 'authenticator');
  const choice = field?.options?.[0]?.value ?? field;
  const fields = (choice as { form: { value: { name: string; value?: string; options?: { value: string }[] }[] } }).form
    .value;
  const chosen = fields.map(({ name, value, options }) => [name, value ?? options?.[0]?.value]);
  return { authenticator: Object.fromEntries(chosen.filter(([, value]) => typeof value === 'string')) };
}

async function lastCode(org: TestOrg): Promise<string> {
  const { messages } = await org.ok<{ messages: { code: string }[] }>('GET', '/_emulator/messages');
  return messages.at(-1)?.code ?? '';
}

async function interact(org: TestOrg, label: string): Promise<string> {
  const apps = await org.ok<Application[]>('GET', `/api/v1/apps?q=${encodeURIComponent(label)}`);
  const app = apps.find((one) => one.label === label);
  const response = await fetch(`${org.url}/oauth2/v1/interact`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: app?.id ?? '',
      scope: 'openid',
      redirect_uri: app?.settings.oauthClient?.redirect_uris?.[0] ?? '',
      code_challenge: createHash('sha256').update(randomBytes(32).toString('base64url')).digest('base64url'),
      code_challenge_method: 'S256',
      state: 's',
    }),
  });
  const answer = (await response.json()) as { interaction_handle?: string };
  if (answer.interaction_handle === undefined) throw new Error(JSON.stringify(answer));
  return answer.interaction_handle;
}

async function postTo(org: TestOrg, path: string, body: object, headers: Record<string, string>): Promise<IdxResponse> {
  const response = await fetch(org.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return text.startsWith('{')
    ? (JSON.parse(text) as IdxResponse)
    : ({ messages: { value: [{ message: text }] } } as IdxResponse);
}
