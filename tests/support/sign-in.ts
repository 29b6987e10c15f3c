/** A sign-in over plain HTTP, and what to look for in its documents. */
import { createHash, randomBytes } from 'node:crypto';
import type { AuthenticatorKey } from '../../src/wire/authenticator.ts';
import type { IdxField, IdxMessage, IdxRemediation, IdxResponse } from '../../src/wire/idx.ts';
import { type Answer, MARY, REDIRECT_URI, read, type SignInOrg } from './sign-in-org.ts';

export * from './sign-in-org.ts';

/** A sign-in by plain HTTP: each call posts to the pipeline with the state handle. */
export class SignIn {
  readonly #org: SignInOrg;
  readonly verifier = randomBytes(32).toString('base64url');
  /** Sent with each post to the pipeline, e.g. a cookie. */
  readonly headers: Record<string, string> = {};
  interactionHandle = '';
  stateHandle = '';

  /** Path of the authorization server; `/oauth2` is the org's own. */
  readonly #server: string;

  private constructor(org: SignInOrg, server: string) {
    this.#org = org;
    this.#server = server;
  }

  /** interact and introspect; `fields` override those of interact. */
  static async begin(
    org: SignInOrg,
    fields: Record<string, string> = {},
    server = '/oauth2/default',
  ): Promise<{ signIn: SignIn; first: Answer<IdxResponse> }> {
    const signIn = await SignIn.interact(org, fields, server);
    return { signIn, first: await signIn.introspect() };
  }

  /** interact alone. */
  static async interact(
    org: SignInOrg,
    fields: Record<string, string> = {},
    server = '/oauth2/default',
  ): Promise<SignIn> {
    const signIn = new SignIn(org, server);
    const answer = await org.form<{ interaction_handle: string }>(`${server}/v1/interact`, {
      ...interactFields(org, signIn.verifier),
      ...fields,
    });
    if (answer.status !== 200) throw new Error(`interact: ${answer.status} ${JSON.stringify(answer.body)}`);
    signIn.interactionHandle = answer.body.interaction_handle;
    return signIn;
  }

  async introspect(): Promise<Answer<IdxResponse>> {
    const answer = await this.postRaw('introspect', { interactionHandle: this.interactionHandle });
    this.stateHandle = answer.body.stateHandle ?? this.stateHandle;
    return answer;
  }

  post(path: string, body: object = {}): Promise<Answer<IdxResponse>> {
    return this.postRaw(path, { ...body, stateHandle: this.stateHandle });
  }

  async postRaw(path: string, body: unknown): Promise<Answer<IdxResponse>> {
    const response = await fetch(`${this.#org.url}/idp/idx/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/ion+json; okta-version=1.0.0',
        ...this.headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return read<IdxResponse>(response);
  }

  identify(identifier = MARY.login, passcode: string | undefined = MARY.password): Promise<Answer<IdxResponse>> {
    return this.post('identify', { identifier, credentials: { passcode } });
  }

  choose(key: AuthenticatorKey, methodType?: string): Promise<Answer<IdxResponse>> {
    const id = this.#org.authenticatorId(key);
    return this.post('challenge', { authenticator: { id, ...(methodType ? { methodType } : {}) } });
  }

  enroll(
    key: AuthenticatorKey,
    more: { methodType?: string; phoneNumber?: string; channel?: string } = {},
  ): Promise<Answer<IdxResponse>> {
    return this.post('credential/enroll', { authenticator: { id: this.#org.authenticatorId(key), ...more } });
  }

  answer(passcode: string): Promise<Answer<IdxResponse>> {
    return this.post('challenge/answer', { credentials: { passcode } });
  }

  /** Redeems the interaction code of a success document. */
  redeem<T = Tokens>(success: IdxResponse, fields: Record<string, string> = {}): Promise<Answer<T>> {
    const code = success.successWithInteractionCode?.value.find((field) => field.name === 'interaction_code')?.value;
    return this.#org.form<T>(`${this.#server}/v1/token`, {
      grant_type: 'interaction_code',
      interaction_code: String(code),
      client_id: this.#org.clientId,
      client_secret: this.#org.clientSecret,
      redirect_uri: REDIRECT_URI,
      code_verifier: this.verifier,
      ...fields,
    });
  }
}

export interface Tokens {
  token_type: string;
  expires_in: number;
  access_token: string;
  scope: string;
  refresh_token?: string;
  id_token?: string;
}

/** The whole way: password, then a code by SMS, then the tokens. Mary must have a phone. */
export async function signInBySms(org: SignInOrg, fields: Record<string, string> = {}): Promise<Tokens> {
  const { signIn } = await SignIn.begin(org, fields);
  await signIn.identify();
  await signIn.choose('phone_number', 'sms');
  const success = await signIn.answer(await org.lastCode());
  const tokens = await signIn.redeem(success.body);
  if (tokens.status !== 200) throw new Error(`token: ${tokens.status} ${JSON.stringify(tokens.body)}`);
  return tokens.body;
}

export function interactFields(org: SignInOrg, verifier: string): Record<string, string> {
  return {
    client_id: org.clientId,
    scope: 'openid profile email',
    redirect_uri: REDIRECT_URI,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: 'some-state',
    nonce: 'some-nonce',
  };
}

/** Names of the forms, in order. */
export function formNames(document: IdxResponse): string[] {
  return (document.remediation?.value ?? []).map((form) => form.name);
}

export function formOf(document: IdxResponse, name: string): IdxRemediation {
  const form = document.remediation?.value.find((one) => one.name === name);
  if (!form) throw new Error(`no form ${name} among ${formNames(document).join(', ')}`);
  return form;
}

/** Labels of the authenticators on a list form. */
export function offered(document: IdxResponse, name: string): string[] {
  const field = formOf(document, name).value.find((one) => one.name === 'authenticator');
  return (field?.options ?? []).map((option) => option.label);
}

/** Messages of the document and of its first form's fields, as the SDK merges them. */
export function messagesOf(document: IdxResponse): IdxMessage[] {
  const inFields = (fields: IdxField[]): IdxMessage[] =>
    fields.flatMap((field) => [...(field.messages?.value ?? []), ...inFields(field.form?.value ?? [])]);
  return [...(document.messages?.value ?? []), ...inFields(document.remediation?.value[0]?.value ?? [])];
}

/** The claims of a JSON Web Token, unverified. */
export function claimsOf(token: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;
}
