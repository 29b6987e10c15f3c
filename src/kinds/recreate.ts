/** How deleted objects come back: sent as they were, without what only the org may say, and with new ids for old. */
import type { Declared } from '../engine/kind.ts';
import { isNotFound } from '../okta/api.ts';
import type { Application } from '../wire/application.ts';
import type { AuthorizationServerPolicy, AuthorizationServerPolicyRule } from '../wire/authorization-server.ts';
import type { Group, User, UserFactor } from '../wire/directory.ts';
import type { Policy, PolicyRule } from '../wire/policy.ts';
import { type OrgContext, setStatus } from './context.ts';
import { asNew } from './public-keys.ts';

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

/** Creates a policy again, without its rules. */
export function recreatePolicy<P extends Policy | AuthorizationServerPolicy>(
  context: OrgContext,
  path: string,
  { policy }: { policy: P },
  priority: number | undefined,
): Promise<P> {
  return context.api.post<P>(path, { ...asSent(context, policy), ...(priority === undefined ? {} : { priority }) });
}

/** Its rules and its status; the rule that the org made for it by itself is set to what it was. @param own its path */
export async function restorePolicy(
  context: OrgContext,
  own: string,
  { policy, rules }: PolicyImage<Policy | AuthorizationServerPolicy, PolicyRule | AuthorizationServerPolicyRule>,
): Promise<void> {
  const there = await context.api.list<{ id: string; name: string; system: boolean }>(`${own}/rules`);
  for (const rule of rules.toSorted((a, b) => a.priority - b.priority)) {
    const live = there.find((one) => (rule.system ? one.system : one.name === rule.name));
    if (live && rule.system) {
      await context.api.put(`${own}/rules/${live.id}`, { ...asSent(context, rule), id: live.id, system: true });
    }
    const id = live?.id ?? (await recreateRule(context, `${own}/rules`, rule, rule.priority)).id;
    await restoreStatus(context, `${own}/rules/${id}`, rule.status);
  }
  await restoreStatus(context, own, policy.status);
}

/** How a rule goes, and how it comes back. @param rulesPath where the rules of its policy are */
export function ruleGoesAndReturns<R extends PolicyRule | AuthorizationServerPolicyRule>(
  rulesPath: (context: OrgContext, declared: Declared) => Promise<string>,
) {
  return {
    remove: async (context: OrgContext, { live }: { live: R }, declared: Declared): Promise<void> =>
      context.api.delete(`${await rulesPath(context, declared)}/${live.id}`),
    recreate: async (
      context: OrgContext,
      declared: Declared,
      image: unknown,
      priority: number | undefined,
    ): Promise<R> => {
      const path = await rulesPath(context, declared);
      return (await cameAlong<R>(context, path, image as R)) ?? recreateRule(context, path, image as R, priority);
    },
    restore: async (context: OrgContext, declared: Declared, image: unknown, id: string): Promise<void> =>
      restoreStatus(context, `${await rulesPath(context, declared)}/${id}`, (image as R).status),
  };
}

/** What stood in an object that was created again came back with it. @param path the list in which it stands */
export async function cameAlong<T extends { name: string }>(
  { api }: OrgContext,
  path: string,
  image: { name: string },
): Promise<T | undefined> {
  return (await api.list<T>(path)).find((one) => one.name === image.name);
}

/** Creates a rule again, as active as new rules are. */
function recreateRule<R extends PolicyRule | AuthorizationServerPolicyRule>(
  context: OrgContext,
  path: string,
  image: R,
  priority: number | undefined,
): Promise<R> {
  return context.api.post<R>(path, { ...asSent(context, image), ...(priority === undefined ? {} : { priority }) });
}

/** New objects are active; one that was not is switched off again. */
export async function restoreStatus(context: OrgContext, path: string, status: string | undefined): Promise<void> {
  if (status === 'INACTIVE') await setStatus(context, path, 'inactive');
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

/** Its members and the apps that it was assigned. */
export async function restoreGroup({ api, renamed }: OrgContext, id: string, image: GroupImage): Promise<void> {
  for (const member of image.members) {
    await unlessGone(api.put(`/api/v1/groups/${id}/users/${renamed.get(member) ?? member}`));
  }
  for (const app of image.apps) {
    const { id: _group, ...assignment } = app.assignment;
    await unlessGone(api.put(`/api/v1/apps/${renamed.get(app.id) ?? app.id}/groups/${id}`, assignment));
  }
}

export interface AppImage {
  app: Application;
  groups: readonly Assignment[];
  /** Assigned one by one, not by a group. */
  users: readonly Assignment[];
  /** Scopes of Okta's API. */
  grants: readonly { issuer: string; scopeId: string }[];
}

export async function rememberApp({ api }: OrgContext, app: Application): Promise<AppImage> {
  const path = `/api/v1/apps/${app.id}`;
  const [groups, users, grants] = await Promise.all([
    api.list<Assignment>(`${path}/groups?limit=200`),
    api.list<Assignment>(`${path}/users?limit=500`),
    api.list<{ issuer: string; scopeId: string }>(`${path}/grants`),
  ]);
  return {
    app,
    groups: groups.map(sentAssignment),
    users: users.filter((user) => user.scope === 'USER').map(sentAssignment),
    grants: grants.map(({ issuer, scopeId }) => ({ issuer, scopeId })),
  };
}

/** The app keeps its client id; its secret is a new one. */
export function recreateApp(context: OrgContext, { app }: AppImage): Promise<Application> {
  // The keys that the org signs with are made by it; naming those of the app that is gone would be refused.
  const { signing, ...credentials } = app.credentials;
  const { oauthClient, ...settings } = app.settings;
  const jwks = oauthClient?.jwks && { jwks: { keys: oauthClient.jwks.keys.map(asNew) } };
  const image = { ...app, credentials, settings: { ...settings, oauthClient: { ...oauthClient, ...jwks } } };
  return context.api.post<Application>('/api/v1/apps?activate=true', asSent(context, image));
}

/** Its policy, assignments, grants and status. */
export async function restoreApp(context: OrgContext, id: string, image: AppImage): Promise<void> {
  const { api, renamed } = context;
  const { app, groups, users, grants } = image;
  const path = `/api/v1/apps/${id}`;
  const link = app._links?.accessPolicy;
  const policy = !link || Array.isArray(link) ? undefined : link.href.split('/').at(-1);
  const signsIn = app.settings.oauthClient?.application_type !== 'service';
  if (policy !== undefined && signsIn) {
    await unlessGone(api.put(`${path}/policies/${renamed.get(policy) ?? policy}`));
  }
  for (const group of groups.toSorted((a, b) => (a.priority ?? 0) - (b.priority ?? 0))) {
    const { id: groupId, ...assignment } = group;
    await unlessGone(api.put(`${path}/groups/${renamed.get(groupId) ?? groupId}`, assignment));
  }
  for (const user of users) await assignUser(context, id, user);
  const there = grants.length > 0 ? await api.list<{ scopeId: string }>(`${path}/grants`) : [];
  for (const grant of grants) {
    if (!there.some(({ scopeId }) => scopeId === grant.scopeId)) await api.post(`${path}/grants`, grant);
  }
  await restoreStatus(context, path, app.status);
}

/** @param user its id was that of the user then */
async function assignUser({ api, renamed }: OrgContext, appId: string, user: Assignment): Promise<void> {
  const { id, scope, credentials, profile } = user;
  await unlessGone(api.post(`/api/v1/apps/${appId}/users`, { id: renamed.get(id) ?? id, scope, credentials, profile }));
}

export interface UserImage {
  user: User;
  groups: readonly string[];
  factors: readonly UserFactor[];
  /** Apps that the user was assigned one by one. */
  apps: readonly { id: string; assignment: Assignment }[];
}

export async function rememberUser({ api }: OrgContext, user: User): Promise<UserImage> {
  const path = `/api/v1/users/${user.id}`;
  const ofUser = `/api/v1/apps?filter=${encodeURIComponent(`user.id eq "${user.id}"`)}&expand=user/${user.id}&limit=200`;
  const [groups, factors, apps] = await Promise.all([
    api.list<Group>(`${path}/groups`),
    api.list<UserFactor>(`${path}/factors`),
    api.list<Application>(ofUser),
  ]);
  const assignments = apps.map(({ id, _embedded }) => ({ id, assignment: _embedded?.user as Assignment | undefined }));
  return {
    user,
    groups: groups.filter((group) => group.type === 'OKTA_GROUP').map((group) => group.id),
    factors: factors.filter(({ status, factorType }) => status === 'ACTIVE' && PHONES.has(factorType)),
    apps: assignments.flatMap(({ id, assignment }) =>
      assignment?.scope === 'USER' ? [{ id, assignment: sentAssignment(assignment) }] : [],
    ),
  };
}

/** The factors that can be enrolled without the person. */
const PHONES = new Set(['sms', 'call']);

/** A user comes back STAGED, without a password: activating sends a mail, and that is for an admin to decide. */
export function recreateUser({ api }: OrgContext, { user }: UserImage): Promise<User> {
  return api.post<User>('/api/v1/users?activate=false', { profile: user.profile, type: { id: user.type.id } });
}

/** Memberships, phones, and apps that were assigned one by one. */
export async function restoreUser(context: OrgContext, id: string, image: UserImage): Promise<void> {
  const { api, renamed } = context;
  for (const group of image.groups) {
    await unlessGone(api.put(`/api/v1/groups/${renamed.get(group) ?? group}/users/${id}`));
  }
  const there = image.factors.length > 0 ? await api.list<UserFactor>(`/api/v1/users/${id}/factors`) : [];
  for (const { factorType, provider, profile } of image.factors) {
    if (there.some((factor) => factor.factorType === factorType && factor.status === 'ACTIVE')) continue;
    const body = { factorType, provider, profile };
    await api.post(`/api/v1/users/${id}/factors?activate=true&updatePhone=true`, body);
  }
  for (const app of image.apps) await assignUser(context, renamed.get(app.id) ?? app.id, { ...app.assignment, id });
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
