/**
 * The org of Okta's guide "Sign in with password and phone", set up in a fresh emulator by plain calls of the Management
 * API, as an admin's script would; and the changes that break it.
 */
import { startEmulator } from '../../src/emulator/index.ts';
import type { OktaApi } from '../../src/okta/api.ts';
import { connect } from '../../src/okta/client.ts';
import type { Application } from '../../src/wire/application.ts';
import type { Authenticator } from '../../src/wire/authenticator.ts';
import type { AuthorizationServerPolicyRule } from '../../src/wire/authorization-server.ts';
import type { Group, User } from '../../src/wire/directory.ts';
import type { MfaEnrollEntry, MfaEnrollSettings, Policy, PolicyRule, PolicyType } from '../../src/wire/policy.ts';

export const MARY = { login: 'mary@example.com', password: 'Correct-horse-7', phone: '+14155550132' };
export const APP = 'Password and phone app';
export const SIGN_IN_POLICY = 'Password and phone';

export interface GuideOrg {
  url: string;
  api: OktaApi;
  app: Application;
  /** Mary, who has a phone with SMS and voice call. */
  userId: string;
  everyoneId: string;
  stop(): Promise<void>;
}

export async function startGuideOrg(): Promise<GuideOrg> {
  const emulator = await startEmulator();
  const api = await connect({ orgUrl: emulator.url, credentials: { mode: 'SSWS', token: emulator.token } });
  const { phone, email } = await authenticators(api);
  await api.post(`/api/v1/authenticators/${phone.id}/lifecycle/activate`);
  await api.post(`/api/v1/authenticators/${phone.id}/methods/voice/lifecycle/activate`);
  // Usable for sign-in, so that it is the enrollment policy that keeps it away.
  await api.put(`/api/v1/authenticators/${email.id}`, { ...email, settings: { ...email.settings, allowedFor: 'any' } });
  await setEnrollment(api, { phone_number: 'OPTIONAL', okta_email: 'NOT_ALLOWED' });

  const policy = await api.post<Policy>('/api/v1/policies', { type: 'ACCESS_POLICY', name: SIGN_IN_POLICY });
  await setCatchAll(api, policy.id, { factorMode: '2FA', constraints: [{ knowledge: { types: ['password'] } }] });
  const everyone = await group(api, 'Everyone');
  const testers = await api.post<Group>('/api/v1/groups', { profile: { name: 'Phone testers', description: '' } });
  const app = await createApp(api);
  await api.put(`/api/v1/apps/${app.id}/policies/${policy.id}`);
  await api.put(`/api/v1/apps/${app.id}/groups/${everyone.id}`, {});
  await changeServerRule(api, (grants) => [...grants, 'interaction_code']);

  const user = await createUser(api, MARY, [testers.id]);
  for (const factorType of ['sms', 'call']) {
    await api.post(`/api/v1/users/${user.id}/factors?activate=true&updatePhone=true`, {
      factorType,
      provider: 'OKTA',
      profile: { phoneNumber: MARY.phone },
    });
  }
  return { url: emulator.url, api, app, userId: user.id, everyoneId: everyone.id, stop: () => emulator.stop() };
}

function createUser(api: OktaApi, user: { login: string; password: string }, groupIds: string[]): Promise<User> {
  return api.post<User>('/api/v1/users?activate=true', {
    profile: { login: user.login, email: user.login, firstName: 'Mary', lastName: 'Major' },
    credentials: { password: { value: user.password } },
    groupIds,
  });
}

/** Sets levels in the default enrollment policy; the others stay. */
export async function setEnrollment(api: OktaApi, levels: Record<string, string>): Promise<void> {
  const policy = await policyOf(api, 'MFA_ENROLL', 'Default Policy');
  const entries = (policy.settings as unknown as MfaEnrollSettings).authenticators;
  const others = entries.filter((entry: MfaEnrollEntry) => levels[entry.key] === undefined);
  const changed = Object.entries(levels).map(([key, self]) => ({ key, enroll: { self } }));
  const settings = { type: 'AUTHENTICATORS', authenticators: [...others, ...changed] };
  await api.put(`/api/v1/policies/${policy.id}`, { ...policy, settings });
}

/** What the catch-all rule of an app sign-in policy demands. */
export async function setCatchAll(api: OktaApi, policyId: string, demand: Record<string, unknown>): Promise<void> {
  const [rule] = await api.list<PolicyRule>(`/api/v1/policies/${policyId}/rules`);
  await api.put(`/api/v1/policies/${policyId}/rules/${rule?.id}`, {
    name: 'Catch-all Rule',
    type: 'ACCESS_POLICY',
    priority: 99,
    system: true,
    actions: {
      appSignOn: {
        access: 'ALLOW',
        verificationMethod: { type: 'ASSURANCE', reauthenticateIn: 'PT2H', ...demand },
      },
    },
  });
}

export async function policyOf(api: OktaApi, type: PolicyType, name: string): Promise<Policy> {
  const policies = await api.list<Policy>(`/api/v1/policies?type=${type}`);
  return found(
    policies.find((policy) => policy.name === name),
    name,
  );
}

export async function authenticators(api: OktaApi): Promise<{ phone: Authenticator; email: Authenticator }> {
  const all = await api.list<Authenticator>('/api/v1/authenticators');
  const byKey = (key: string) =>
    found(
      all.find((each) => each.key === key),
      key,
    );
  return { phone: byKey('phone_number'), email: byKey('okta_email') };
}

/** Changes the grants of the default authorization server's rule. */
export async function changeServerRule(api: OktaApi, change: (grants: string[]) => string[]): Promise<void> {
  const server = '/api/v1/authorizationServers/default/policies';
  const [policy] = await api.list<Policy>(server);
  const [rule] = await api.list<AuthorizationServerPolicyRule>(`${server}/${policy?.id}/rules`);
  const { conditions, ...rest } = found(rule, 'rule');
  const grantTypes = { include: change(conditions.grantTypes.include) };
  await api.put(`${server}/${policy?.id}/rules/${rest.id}`, { ...rest, conditions: { ...conditions, grantTypes } });
}

/** Changes the grants of the app. */
export async function changeAppGrants(org: GuideOrg, change: (grants: string[]) => string[]): Promise<void> {
  const app = await org.api.get<Application>(`/api/v1/apps/${org.app.id}`);
  const { oauthClient } = app.settings;
  const settings = {
    ...app.settings,
    oauthClient: { ...oauthClient, grant_types: change(oauthClient?.grant_types ?? []) },
  };
  await org.api.put(`/api/v1/apps/${org.app.id}`, { ...app, settings });
}

async function group(api: OktaApi, name: string): Promise<Group> {
  const groups = await api.list<Group>(`/api/v1/groups?q=${encodeURIComponent(name)}`);
  return found(
    groups.find((each) => each.profile.name === name),
    name,
  );
}

function createApp(api: OktaApi): Promise<Application> {
  return api.post<Application>('/api/v1/apps?activate=true', {
    name: 'oidc_client',
    label: APP,
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_basic' } },
    settings: {
      oauthClient: {
        application_type: 'web',
        redirect_uris: ['http://localhost:8080/login/callback'],
        post_logout_redirect_uris: ['http://localhost:8080'],
        response_types: ['code'],
        grant_types: ['authorization_code', 'interaction_code', 'refresh_token'],
      },
    },
  });
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the fresh org has no ${what}`);
  return value;
}
