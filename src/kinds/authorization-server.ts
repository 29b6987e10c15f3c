/** What policies of authorization servers and their rules have in common. Keys are `server/policy[/rule]`. */

import type { Declared } from '../engine/kind.ts';
import { ManagementApiError } from '../okta/api.ts';
import { namesOf } from '../shared/address.ts';
import type { AuthorizationServer, AuthorizationServerPolicy } from '../wire/authorization-server.ts';
import { authorizationServerId, liveAuthorizationServers, type OrgContext } from './context.ts';
import { isEarlier } from './section.ts';

export async function policiesOf(context: OrgContext, server: string): Promise<AuthorizationServerPolicy[]> {
  const id = await authorizationServerId(context, server);
  return context.reader.list<AuthorizationServerPolicy>(`/api/v1/authorizationServers/${id}/policies`);
}

/**
 * The servers beside the default one. Undefined when the org has none at all: it lacks API Access Management, and says so
 * by 401 E0000015 (recorded).
 */
export async function customServers(context: OrgContext): Promise<AuthorizationServer[] | undefined> {
  try {
    const servers = await liveAuthorizationServers(context);
    return servers.filter((server) => server.default !== true && server.name !== 'default');
  } catch (error) {
    if (error instanceof ManagementApiError && error.errorCode === 'E0000015') return undefined;
    throw error;
  }
}

export async function findPolicy(
  context: OrgContext,
  declared: { key: string },
): Promise<AuthorizationServerPolicy | undefined> {
  const [server = '', policy = ''] = namesOf(declared.key);
  return (await policiesOf(context, server)).find((candidate) => candidate.name === policy);
}

export async function policiesPath(context: OrgContext, declared: Declared): Promise<string> {
  return `/api/v1/authorizationServers/${await authorizationServerId(context, namesOf(declared.key)[0] ?? '')}/policies`;
}

/** Siblings are written one after the other: priorities are positions. */
export function earlierSiblings(own: Declared, all: readonly Declared[]): string[] {
  return all
    .filter((other) => isEarlier(other, own) && parentKey(other) === parentKey(own))
    .map((other) => other.address);
}

export function parentKey(declared: { key: string }): string {
  return declared.key.slice(0, declared.key.lastIndexOf('/'));
}
