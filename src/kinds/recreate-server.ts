/** How a deleted authorization server comes back: with its scopes, claims, policies and rules, under another id. */

import type {
  AuthorizationServer,
  AuthorizationServerPolicy,
  AuthorizationServerPolicyRule,
  OAuth2Claim,
  OAuth2Scope,
} from '../wire/authorization-server.ts';
import { SERVERS } from './authorization-servers.ts';
import type { OrgContext } from './context.ts';
import { asSent, recreatePolicy, restorePolicy, restoreStatus, type ServerPolicyImage } from './recreate.ts';

export interface ServerImage {
  server: AuthorizationServer;
  scopes: readonly OAuth2Scope[];
  claims: readonly OAuth2Claim[];
  policies: readonly ServerPolicyImage[];
}

/** As {@link asSent}; the status of claims stands in their body (recorded). */
export function asSentWithStatus(context: OrgContext, image: object): Record<string, unknown> {
  const { status } = image as { status?: unknown };
  return { ...asSent(context, image), ...(status === undefined ? {} : { status }) };
}

export async function rememberServer({ api }: OrgContext, server: AuthorizationServer): Promise<ServerImage> {
  const path = `${SERVERS}/${server.id}`;
  const [scopes, claims, policies] = await Promise.all([
    api.list<OAuth2Scope>(`${path}/scopes`),
    api.list<OAuth2Claim>(`${path}/claims`),
    api.list<AuthorizationServerPolicy>(`${path}/policies`),
  ]);
  const rules = await Promise.all(
    policies.map(({ id }) => api.list<AuthorizationServerPolicyRule>(`${path}/policies/${id}/rules`)),
  );
  return {
    server,
    scopes,
    claims,
    policies: policies.map((policy, index) => ({ policy, rules: rules[index] ?? [] })),
  };
}

/** All that stood in it; what an undo that was cut short had brought back already is left as it is. @param path its own */
export async function restoreServer(context: OrgContext, path: string, image: ServerImage): Promise<void> {
  const { api } = context;
  await restoreItems(context, `${path}/scopes`, image.scopes);
  await restoreItems(context, `${path}/claims`, image.claims);
  const there = await api.list<AuthorizationServerPolicy>(`${path}/policies`);
  for (const policy of image.policies.toSorted((a, b) => a.policy.priority - b.policy.priority)) {
    const { name, priority } = policy.policy;
    const live = there.find((one) => one.name === name);
    const { id } = live ?? (await recreatePolicy(context, `${path}/policies`, policy, priority));
    await restorePolicy(context, `${path}/policies/${id}`, policy);
  }
  await restoreStatus(context, path, image.server.status);
}

/** What Okta puts into a new server by itself is set to what it was, where that differs. */
async function restoreItems(
  context: OrgContext,
  path: string,
  items: readonly (OAuth2Scope | OAuth2Claim)[],
): Promise<void> {
  const there = await context.api.list<OAuth2Scope | OAuth2Claim>(path);
  const sent = (item: OAuth2Scope | OAuth2Claim) => asSentWithStatus(context, item);
  for (const item of items) {
    const live = there.find((one) => one.name === item.name && typeOf(one) === typeOf(item));
    if (!live) await context.api.post(path, sent(item));
    else if (JSON.stringify(sent(live)) !== JSON.stringify(sent(item))) {
      await context.api.put(`${path}/${live.id}`, sent(item));
    }
  }
}

const typeOf = (item: OAuth2Scope | OAuth2Claim) => ('claimType' in item ? item.claimType : undefined);
