/** How deleted objects come back: sent as they were, without what only the org may say, and with new ids for old. */
import { isNotFound } from '../okta/api.ts';
import type { Application } from '../wire/application.ts';
import type { AuthorizationServerPolicy, AuthorizationServerPolicyRule } from '../wire/authorization-server.ts';
import type { Group, User, UserFactor } from '../wire/directory.ts';
import type { Policy, PolicyRule } from '../wire/policy.ts';
import { type OrgContext, setStatus } from './context.ts';

/** Members that the org fills in; some are refused, the others ignored, when they are sent. */
const OF_THE_ORG = new Set([
  'id',
  'created',
  'createdBy',
  'lastUpdated',
  'lastUpdatedBy',
  'lastMembershipUpdated',
  'orn',
  'system',
  'status',
  'universalLogout',
  '_links',
  '_embedded',
]);

/** The object as it can be sent; ids of objects that this run created again are the new ones, wherever they stand. */
export function asSent(context: OrgContext, image: object): Record<string, unknown> {
  const own = Object.fromEntries(Object.entries(image).filter(([member]) => !OF_THE_ORG.has(member)));
  return withNewIds(own, context.renamed) as Record<string, unknown>;
}

function withNewIds(value: unknown, renamed: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return renamed.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => withNewIds(item, renamed));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, withNewIds(inner, renamed)]));
}

/** What is remembered of a policy that goes: its rules go with it. */
export interface PolicyImage<P = Policy, R = PolicyRule> {
  policy: P;
  rules: readonly R[];
}

export type ServerPolicyImage = PolicyImage<AuthorizationServerPolicy, AuthorizationServerPolicyRule>;

/** Creates a policy and its rules again; the rule that the org made for it by itself is set to what it was. */
export async function recreatePolicy<P extends Policy | AuthorizationServerPolicy>(
  context: OrgContext,
  path: string,
  image: PolicyImage<P, PolicyRule | AuthorizationServerPolicyRule>,
  priority: number | undefined,
): Promise<P> {
  const created = await context.api.post<P>(path, {
    ...asSent(context, image.policy),
    ...(priority === undefined ? {} : { priority }),
  });
  const own = `${path}/${created.id}`;
  const ready = await context.api.list<{ id: string; system: boolean }>(`${own}/rules`);
  for (const rule of image.rules.toSorted((a, b) => a.priority - b.priority)) {
    const there = rule.system ? ready.find((one) => one.system) : undefined;
    if (there)
      await context.api.put(`${own}/rules/${there.id}`, { ...asSent(context, rule), id: there.id, system: true });
    else await recreateRule(context, `${own}/rules`, rule, rule.priority);
  }
  if (image.policy.status === 'INACTIVE') await setStatus(context, own, 'inactive');
  return created;
}

/** Creates a rule again. */
export async function recreateRule<R extends PolicyRule | AuthorizationServerPolicyRule>(
  context: OrgContext,
  path: string,
  image: R,
  priority: number | undefined,
): Promise<R> {
  const body = { ...asSent(context, image), ...(priority === undefined ? {} : { priority }) };
  const created = await context.api.post<R>(path, body);
  if (image.status === 'INACTIVE') await setStatus(context, `${path}/${created.id}`, 'inactive');
  return created;
}

/** An assignment of an app to a group, or of a user to an app. */
interface Assignment {
  id: string;
  priority?: number;
  profile?: unknown;
  scope?: string;
  credentials?: { userName?: string };
}

export interface GroupImage {
  group: Group;
  members: readonly string[];
  apps: readonly { id: string; assignment: Assignment }[];
}

/** Members and app assignments go with a group, so they are remembered with it. */
export async function rememberGroup({ api }: OrgContext, group: Group): Promise<GroupImage> {
  const [members, apps] = await Promise.all([
    api.list<User>(`/api/v1/groups/${group.id}/users?limit=1000`),
    api.list<Application>(`/api/v1/groups/${group.id}/apps?limit=200`),
  ]);
  const assignments = await Promise.all(
    apps.map(({ id }) => api.get<Assignment>(`/api/v1/apps/${id}/groups/${group.id}`)),
  );
  return {
    group,
    members: members.map((user) => user.id),
    apps: apps.map(({ id }, index) => ({ id, assignment: sentAssignment(assignments[index] ?? { id }) })),
  };
}

export async function recreateGroup(context: OrgContext, image: GroupImage): Promise<Group> {
  const { api, renamed } = context;
  const created = await api.post<Group>('/api/v1/groups', { profile: image.group.profile });
  for (const member of image.members) {
    await unlessGone(api.put(`/api/v1/groups/${created.id}/users/${renamed.get(member) ?? member}`));
  }
  for (const { id, assignment } of image.apps) {
    const { id: _group, ...rest } = assignment;
    await unlessGone(api.put(`/api/v1/apps/${renamed.get(id) ?? id}/groups/${created.id}`, rest));
  }
  return created;
}

export interface AppImage {
  app: Application;
  groups: readonly Assignment[];
  /** Assigned one by one, not by a group. */
  users: readonly Assignment[];
}

export async function rememberApp({ api }: OrgContext, app: Application): Promise<AppImage> {
  const [groups, users] = await Promise.all([
    api.list<Assignment>(`/api/v1/apps/${app.id}/groups?limit=200`),
    api.list<Assignment>(`/api/v1/apps/${app.id}/users?limit=500`),
  ]);
  return {
    app,
    groups: groups.map(sentAssignment),
    users: users.filter((user) => user.scope === 'USER').map(sentAssignment),
  };
}

/** The app keeps its client id; its secret is a new one. */
export async function recreateApp(context: OrgContext, { app, groups, users }: AppImage): Promise<Application> {
  const { api, renamed } = context;
  // The keys that the org signs with are made by it; naming those of the app that is gone would be refused.
  const { signing, ...credentials } = app.credentials;
  const created = await api.post<Application>('/api/v1/apps?activate=true', asSent(context, { ...app, credentials }));
  const path = `/api/v1/apps/${created.id}`;
  const link = app._links?.accessPolicy;
  const policy = !link || Array.isArray(link) ? undefined : link.href.split('/').at(-1);
  const signsIn = app.settings.oauthClient?.application_type !== 'service';
  if (policy !== undefined && signsIn) await api.put(`${path}/policies/${renamed.get(policy) ?? policy}`);
  for (const { id, ...assignment } of groups.toSorted((a, b) => (a.priority ?? 0) - (b.priority ?? 0))) {
    await unlessGone(api.put(`${path}/groups/${renamed.get(id) ?? id}`, assignment));
  }
  for (const { id, scope, credentials, profile } of users) {
    await unlessGone(api.post(`${path}/users`, { id: renamed.get(id) ?? id, scope, credentials, profile }));
  }
  if (app.status === 'INACTIVE') await setStatus(context, path, 'inactive');
  return created;
}

export interface UserImage {
  user: User;
  groups: readonly string[];
  factors: readonly UserFactor[];
}

export async function rememberUser({ api }: OrgContext, user: User): Promise<UserImage> {
  const path = `/api/v1/users/${user.id}`;
  const [groups, factors] = await Promise.all([
    api.list<Group>(`${path}/groups`),
    api.list<UserFactor>(`${path}/factors`),
  ]);
  return {
    user,
    groups: groups.filter((group) => group.type === 'OKTA_GROUP').map((group) => group.id),
    factors: factors.filter(({ status, factorType }) => status === 'ACTIVE' && PHONES.has(factorType)),
  };
}

/** The factors that can be enrolled without the person. */
const PHONES = new Set(['sms', 'call']);

/** A user comes back STAGED, without a password: activating sends a mail, and that is for an admin to decide. */
export async function recreateUser(context: OrgContext, { user, groups, factors }: UserImage): Promise<User> {
  const { api, renamed } = context;
  const created = await api.post<User>('/api/v1/users?activate=false', {
    profile: user.profile,
    type: { id: user.type.id },
    groupIds: groups.map((id) => renamed.get(id) ?? id),
  });
  for (const { factorType, provider, profile } of factors) {
    await api.post(`/api/v1/users/${created.id}/factors?activate=true&updatePhone=true`, {
      factorType,
      provider,
      profile,
    });
  }
  return created;
}

function sentAssignment({ id, priority, profile, scope, credentials }: Assignment): Assignment {
  const userName = credentials?.userName;
  return {
    id,
    ...(priority === undefined ? {} : { priority }),
    ...(profile === undefined ? {} : { profile }),
    ...(scope === undefined ? {} : { scope }),
    ...(userName === undefined ? {} : { credentials: { userName } }),
  };
}

/** What an object had to do with one that is gone by now cannot be put back, and is no reason to stop. */
async function unlessGone(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
