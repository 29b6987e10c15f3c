/**
 * An org to sign in to, set up through the Management API by plain HTTP: what the tests of the pipeline and of the
 * authorization servers share. Needs none of our own client code.
 */
import { type EmulatorOptions, startEmulator } from '../../src/emulator/index.ts';
import type { Application } from '../../src/wire/application.ts';
import type { Authenticator, AuthenticatorKey } from '../../src/wire/authenticator.ts';
import type { AuthorizationServerPolicyRule } from '../../src/wire/authorization-server.ts';
import type { Group, User, UserFactor } from '../../src/wire/directory.ts';
import type { EnrollLevel, Policy, PolicyRule, VerificationMethod } from '../../src/wire/policy.ts';

export const REDIRECT_URI = 'http://localhost:8080/login/callback';
export const MARY = { login: 'mary@example.com', password: 'Correct-horse-7', phone: '+14155550132' };

const PASSWORD_ONLY: Partial<VerificationMethod> = {
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
  link?: string;
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

/** An answer with its body parsed when it is JSON. */
export async function read<T>(response: Response): Promise<Answer<T>> {
  const text = await response.text();
  const body = (text === '' ? undefined : /^\s*[[{]/.test(text) ? JSON.parse(text) : text) as T;
  return { status: response.status, body, headers: response.headers };
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`nothing at ${index} of ${list.length}`);
  return item;
}
