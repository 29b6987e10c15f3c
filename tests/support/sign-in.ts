/**
 * An org to sign in to, set up through the Management API by plain HTTP, and a sign-in over plain HTTP: what the tests of
 * the pipeline and of the authorization servers share. Needs none of our own client code.
 */
import { createHash, randomBytes } from 'node:crypto';
import { type EmulatorOptions, startEmulator } from '../../src/emulator/index.ts';
import type { Application } from '../../src/wire/application.ts';
import type { Authenticator, AuthenticatorKey } from '../../src/wire/authenticator.ts';
import type { AuthorizationServerPolicyRule } from '../../src/wire/authorization-server.ts';
import type { Group, User, UserFactor } from '../../src/wire/directory.ts';
import type { IdxField, IdxMessage, IdxRemediation, IdxResponse } from '../../src/wire/idx.ts';
import type { EnrollLevel, Policy, PolicyRule, VerificationMethod } from '../../src/wire/policy.ts';

export const REDIRECT_URI = 'http://localhost:8080/login/callback';
export const MARY = { login: 'mary@example.com', password: 'Correct-horse-7', phone: '+14155550132' };

export const PASSWORD_ONLY: Partial<VerificationMethod> = {
  factorMode: '1FA',
  constraints: [{ knowledge: { types: ['password'] } }],
};
export const PASSWORD_AND_ANOTHER: Partial<VerificationMethod> = {
  factorMode: '2FA',
  constraints: [{ knowledge: { types: ['password'] } }],
};

export interface Answer<T> {
  status: number;
  body: T;
  headers: Headers;
}

export interface Message {
  channel: 'sms' | 'voice' | 'email';
  to: string;
  code: string;
  text: string;
  userId: string;
  at: string;
}

export type Levels = Partial<Record<AuthenticatorKey, EnrollLevel>>;

/** One org with one web app, its sign-in policy ("Password + another factor") and Mary, who has no phone yet. */
export class SignInOrg {
  readonly url: string;
  readonly #token: string;
  readonly #stop: () => Promise<void>;
  app!: Application;
  clientSecret = '';
  policyId = '';
  mary!: User;
  everyoneId = '';
  authenticatorIds: Partial<Record<AuthenticatorKey, string>> = {};

  private constructor(emulator: { url: string; token: string; stop(): Promise<void> }) {
    this.url = emulator.url;
    this.#token = emulator.token;
    this.#stop = () => emulator.stop();
  }

  static async start(options: EmulatorOptions = {}): Promise<SignInOrg> {
    const org = new SignInOrg(await startEmulator(options));
    const everyone = await org.api<Group[]>('GET', '/api/v1/groups?q=Everyone');
    org.everyoneId = at(everyone.body, 0).id;
    await org.#prepareAuthenticators();
    await org.allow({ phone_number: 'OPTIONAL', okta_email: 'NOT_ALLOWED', okta_verify: 'NOT_ALLOWED' });
    const policy = await org.api<Policy>('POST', '/api/v1/policies', {
      type: 'ACCESS_POLICY',
      name: 'Password and phone',
    });
    org.policyId = policy.body.id;
    await org.demand(PASSWORD_AND_ANOTHER);
    org.app = await org.createApp();
    org.clientSecret = org.app.credentials.oauthClient?.client_secret ?? '';
    await org.grants((granted) => [...granted, 'interaction_code']);
    org.mary = await org.createUser(MARY.login, MARY.password);
    return org;
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  get clientId(): string {
    return this.app.id;
  }

  get issuer(): string {
    return `${this.url}/oauth2/default`;
  }

  /** A call of the Management API as the admin. */
  async api<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        authorization: `SSWS ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await read<T>(response);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }

  /** A form post, as OAuth clients make it. */
  async form<T = Record<string, unknown>>(
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    return read<T>(await fetch(this.url + path, { method: 'POST', headers, body: new URLSearchParams(fields) }));
  }

  async get<T = Record<string, unknown>>(path: string, headers: Record<string, string> = {}): Promise<Answer<T>> {
    return read<T>(await fetch(this.url + path, { headers, redirect: 'manual' }));
  }

  /** Drives the emulator itself. */
  async control(method: string, path: string, body?: unknown): Promise<void> {
    const response = await fetch(`${this.url}/_emulator/${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  }

  advance(ms: number): Promise<void> {
    return this.control('POST', 'clock', { advanceMs: ms });
  }

  async messages(query = ''): Promise<Message[]> {
    const { body } = await this.get<{ messages: Message[] }>(`/_emulator/messages${query}`);
    return body.messages;
  }

  /** The code of the last message that went out. */
  async lastCode(): Promise<string> {
    const messages = await this.messages();
    return at(messages, messages.length - 1).code;
  }

  /** A code that is certainly not the last one. */
  async wrongCode(): Promise<string> {
    return (await this.lastCode()) === '000000' ? '000001' : '000000';
  }

  authenticatorId(key: AuthenticatorKey): string {
    const id = this.authenticatorIds[key];
    if (id === undefined) throw new Error(`the org has no ${key}`);
    return id;
  }

  /** Sets levels in the default enrollment policy; those not named stay. */
  async allow(levels: Levels): Promise<void> {
    const policies = await this.api<Policy[]>('GET', '/api/v1/policies?type=MFA_ENROLL');
    const policy = at(
      policies.body.filter((one) => one.system),
      0,
    );
    const settings = policy.settings as { authenticators: { key: AuthenticatorKey; enroll: { self: EnrollLevel } }[] };
    const authenticators = settings.authenticators.map((entry) => ({
      ...entry,
      enroll: { self: levels[entry.key] ?? entry.enroll.self },
    }));
    await this.api('PUT', `/api/v1/policies/${policy.id}`, { ...policy, settings: { ...settings, authenticators } });
  }

  /** What the catch-all rule of the app's policy demands, or that it denies. */
  async demand(verificationMethod: Partial<VerificationMethod> | 'DENY'): Promise<void> {
    const rules = await this.api<PolicyRule[]>('GET', `/api/v1/policies/${this.policyId}/rules`);
    const rule = at(
      rules.body.filter((one) => one.system),
      0,
    );
    const denied = verificationMethod === 'DENY';
    const method = { type: 'ASSURANCE', reauthenticateIn: 'PT2H', ...(denied ? PASSWORD_ONLY : verificationMethod) };
    await this.api('PUT', `/api/v1/policies/${this.policyId}/rules/${rule.id}`, {
      name: rule.name,
      priority: rule.priority,
      system: true,
      type: 'ACCESS_POLICY',
      actions: { appSignOn: { access: denied ? 'DENY' : 'ALLOW', verificationMethod: method } },
    });
  }

  /** `PASSWORD_IDP`: one page; `PASSWORD_IDP_ANY_FACTOR`: identifier first. */
  async primaryFactor(primaryFactor: 'PASSWORD_IDP' | 'PASSWORD_IDP_ANY_FACTOR'): Promise<void> {
    const policies = await this.api<Policy[]>('GET', '/api/v1/policies?type=OKTA_SIGN_ON');
    const policyId = at(policies.body, 0).id;
    const rules = await this.api<PolicyRule[]>('GET', `/api/v1/policies/${policyId}/rules`);
    const rule = at(rules.body, 0);
    const signon = { ...rule.actions.signon, primaryFactor };
    await this.api('PUT', `/api/v1/policies/${policyId}/rules/${rule.id}`, { ...rule, actions: { signon } });
  }

  /** Changes the grants of the default authorization server's rule. */
  async grants(change: (granted: string[]) => string[]): Promise<void> {
    await this.changeServerRule((rule) => ({
      ...rule,
      conditions: { ...rule.conditions, grantTypes: { include: change(rule.conditions.grantTypes.include) } },
    }));
  }

  async changeServerRule(
    change: (rule: AuthorizationServerPolicyRule) => AuthorizationServerPolicyRule,
  ): Promise<void> {
    const policies = await this.api<Policy[]>('GET', '/api/v1/authorizationServers/default/policies');
    const base = `/api/v1/authorizationServers/default/policies/${at(policies.body, 0).id}/rules`;
    const rules = await this.api<AuthorizationServerPolicyRule[]>('GET', base);
    const rule = at(rules.body, 0);
    await this.api('PUT', `${base}/${rule.id}`, change(rule));
  }

  async createApp(more: { label?: string; oauthClient?: object; settings?: object } = {}): Promise<Application> {
    const app = await this.api<Application>('POST', '/api/v1/apps?activate=true', {
      name: 'oidc_client',
      label: more.label ?? 'Password and phone app',
      signOnMode: 'OPENID_CONNECT',
      credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_basic', ...more.oauthClient } },
      settings: {
        oauthClient: {
          application_type: 'web',
          grant_types: ['authorization_code', 'interaction_code', 'refresh_token'],
          response_types: ['code'],
          redirect_uris: [REDIRECT_URI],
          post_logout_redirect_uris: ['http://localhost:8080/'],
          ...more.settings,
        },
      },
    });
    const service = app.body.settings.oauthClient?.application_type === 'service';
    if (!service) await this.api('PUT', `/api/v1/apps/${app.body.id}/policies/${this.policyId}`);
    if (!service) await this.api('PUT', `/api/v1/apps/${app.body.id}/groups/${this.everyoneId}`, {});
    return app.body;
  }

  async createUser(login: string, password: string): Promise<User> {
    const user = await this.api<User>('POST', '/api/v1/users?activate=true', {
      profile: { login, email: login, firstName: 'Mary', lastName: 'Major' },
      credentials: { password: { value: password } },
    });
    return user.body;
  }

  /** Enrols a phone in advance, by the methods given. */
  async givePhone(...factorTypes: ('sms' | 'call')[]): Promise<UserFactor[]> {
    const factors: UserFactor[] = [];
    for (const factorType of factorTypes) {
      const factor = await this.api<UserFactor>('POST', `/api/v1/users/${this.mary.id}/factors?activate=true`, {
        factorType,
        provider: 'OKTA',
        profile: { phoneNumber: MARY.phone },
      });
      factors.push(factor.body);
    }
    return factors;
  }

  async #prepareAuthenticators(): Promise<void> {
    const { body } = await this.api<Authenticator[]>('GET', '/api/v1/authenticators');
    for (const { id, key } of body) this.authenticatorIds[key] = id;
    const email = at(
      body.filter((one) => one.key === 'okta_email'),
      0,
    );
    // Usable for sign-in, so that it is the enrollment policy that keeps it away.
    await this.api('PUT', `/api/v1/authenticators/${email.id}`, {
      ...email,
      settings: { ...email.settings, allowedFor: 'any' },
    });
    const phone = this.authenticatorId('phone_number');
    await this.api('POST', `/api/v1/authenticators/${phone}/lifecycle/activate`);
    await this.api('POST', `/api/v1/authenticators/${phone}/methods/voice/lifecycle/activate`);
  }
}

/** A sign-in by plain HTTP: each call posts to the pipeline with the state handle. */
export class SignIn {
  readonly #org: SignInOrg;
  readonly verifier = randomBytes(32).toString('base64url');
  interactionHandle = '';
  stateHandle = '';

  private constructor(org: SignInOrg) {
    this.#org = org;
  }

  /** interact and introspect; `fields` override those of interact. */
  static async begin(
    org: SignInOrg,
    fields: Record<string, string> = {},
  ): Promise<{ signIn: SignIn; first: Answer<IdxResponse> }> {
    const signIn = new SignIn(org);
    const answer = await org.form<{ interaction_handle: string }>('/oauth2/default/v1/interact', {
      ...interactFields(org, signIn.verifier),
      ...fields,
    });
    if (answer.status !== 200) throw new Error(`interact: ${answer.status} ${JSON.stringify(answer.body)}`);
    signIn.interactionHandle = answer.body.interaction_handle;
    return { signIn, first: await signIn.introspect() };
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
      headers: { 'content-type': 'application/json', accept: 'application/ion+json; okta-version=1.0.0' },
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
    more: { methodType?: string; phoneNumber?: string } = {},
  ): Promise<Answer<IdxResponse>> {
    return this.post('credential/enroll', { authenticator: { id: this.#org.authenticatorId(key), ...more } });
  }

  answer(passcode: string): Promise<Answer<IdxResponse>> {
    return this.post('challenge/answer', { credentials: { passcode } });
  }

  /** Redeems the interaction code of a success document. */
  redeem<T = Tokens>(success: IdxResponse, fields: Record<string, string> = {}): Promise<Answer<T>> {
    const code = success.successWithInteractionCode?.value.find((field) => field.name === 'interaction_code')?.value;
    return this.#org.form<T>('/oauth2/default/v1/token', {
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

async function read<T>(response: Response): Promise<Answer<T>> {
  const text = await response.text();
  const body = (text === '' ? undefined : /^\s*[[{]/.test(text) ? JSON.parse(text) : text) as T;
  return { status: response.status, body, headers: response.headers };
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`nothing at ${index} of ${list.length}`);
  return item;
}
