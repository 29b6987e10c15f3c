/** What a diagnosis reads of the org: each object at most once, and only when a question needs it. */
import { isNotFound, type OktaApi } from '../../okta/api.ts';
import {
  type AppSignInDecision,
  appSignInFor,
  type EnrollmentDecision,
  enrollmentFor,
  type OrgAuthenticator,
  type Person,
  type PolicyWithRules,
} from '../../policy/index.ts';
import type { Application, AppUser } from '../../wire/application.ts';
import type { Authenticator, AuthenticatorMethod } from '../../wire/authenticator.ts';
import type { AuthorizationServerPolicy, AuthorizationServerPolicyRule } from '../../wire/authorization-server.ts';
import type { Link } from '../../wire/common.ts';
import type { Group, User, UserFactor } from '../../wire/directory.ts';
import type { Policy, PolicyRule, PolicyType } from '../../wire/policy.ts';
import { findUser } from '../users.ts';

export interface AuthorizationRule {
  policy: AuthorizationServerPolicy;
  rule: AuthorizationServerPolicyRule;
}

/** The phone authenticator of the org, with its methods. */
export type PhoneAuthenticator = OrgAuthenticator & { methods: readonly AuthenticatorMethod[] };

export class LiveOrg {
  readonly app: Application;
  readonly login: string;
  private readonly api: OktaApi;
  private readonly answers = new Map<string, Promise<unknown>>();

  constructor(api: OktaApi, app: Application, login: string) {
    this.api = api;
    this.app = app;
    this.login = login;
  }

  user(): Promise<User | undefined> {
    return this.once('user', () => findUser(this.api, this.login));
  }

  /** ACTIVE factors of the user; none when there is no user. */
  factors(): Promise<UserFactor[]> {
    return this.once('factors', async () => {
      const user = await this.user();
      if (user === undefined) return [];
      const factors = await this.api.list<UserFactor>(`/api/v1/users/${user.id}/factors`);
      return factors.filter((factor) => factor.status === 'ACTIVE');
    });
  }

  /** Whether the user may use the app, directly or through a group. */
  isAssigned(): Promise<boolean> {
    return this.once('assigned', async () => {
      const user = await this.user();
      return user !== undefined && (await this.exists<AppUser>(`/api/v1/apps/${this.app.id}/users/${user.id}`));
    });
  }

  /** Undefined when the org has no phone authenticator. */
  phone(): Promise<PhoneAuthenticator | undefined> {
    return this.once('phone', async () => {
      const all = await this.api.list<Authenticator>('/api/v1/authenticators');
      const phone = all.find((each) => each.key === 'phone_number');
      if (phone === undefined) return undefined;
      const methods = await this.api.list<AuthenticatorMethod>(`/api/v1/authenticators/${phone.id}/methods`);
      return { ...phone, methods };
    });
  }

  /** What the enrollment policies say to the user; undefined when there is no user. */
  enrollment(): Promise<EnrollmentDecision | undefined> {
    return this.once('enrollment', async () => {
      const person = await this.person();
      if (person === undefined) return undefined;
      return enrollmentFor(await this.policies('MFA_ENROLL'), person, { appId: this.app.id });
    });
  }

  /** What the app's sign-in policy says to the user; undefined when there is no user or the app has no policy. */
  appSignIn(): Promise<({ policy: Policy } & AppSignInDecision) | undefined> {
    return this.once('appSignIn', async () => {
      const person = await this.person();
      const link = this.app._links?.accessPolicy as Link | undefined;
      const id = link?.href.split('/').at(-1);
      if (person === undefined || id === undefined) return undefined;
      const policy = await this.api.get<Policy>(`/api/v1/policies/${id}`);
      const rules = await this.api.list<PolicyRule>(`/api/v1/policies/${id}/rules`);
      return { policy, ...appSignInFor({ policy, rules }, person, { appId: this.app.id }) };
    });
  }

  /** Active rules of the default authorization server's policies that cover the app, in order. */
  authorizationRules(): Promise<AuthorizationRule[]> {
    return this.once('authorizationRules', async () => {
      const server = '/api/v1/authorizationServers/default';
      const policies = await this.api.list<AuthorizationServerPolicy>(`${server}/policies`);
      const covering = policies.filter(({ status, conditions }) => {
        const clients = conditions.clients.include ?? [];
        return status === 'ACTIVE' && (clients.includes('ALL_CLIENTS') || clients.includes(this.app.id));
      });
      const perPolicy = covering.map(async (policy) => {
        const rules = await this.api.list<AuthorizationServerPolicyRule>(`${server}/policies/${policy.id}/rules`);
        return rules.filter((rule) => rule.status === 'ACTIVE').map((rule) => ({ policy, rule }));
      });
      return (await Promise.all(perPolicy)).flat();
    });
  }

  private person(): Promise<Person | undefined> {
    return this.once('person', async () => {
      const user = await this.user();
      if (user === undefined) return undefined;
      const groups = await this.api.list<Group>(`/api/v1/users/${user.id}/groups`);
      return { id: user.id, groupIds: groups.map((group) => group.id), userTypeId: user.type.id };
    });
  }

  private async policies(type: PolicyType): Promise<PolicyWithRules[]> {
    const policies = await this.api.list<Policy>(`/api/v1/policies?type=${type}`);
    return Promise.all(
      policies.map(async (policy) => ({
        policy,
        rules: await this.api.list<PolicyRule>(`/api/v1/policies/${policy.id}/rules`),
      })),
    );
  }

  private async exists<T>(path: string): Promise<boolean> {
    try {
      await this.api.get<T>(path);
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  private once<T>(question: string, ask: () => Promise<T>): Promise<T> {
    const answer = (this.answers.get(question) as Promise<T> | undefined) ?? ask();
    this.answers.set(question, answer);
    return answer;
  }
}
