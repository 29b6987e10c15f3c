/** What policies of authorization servers and their rules have in common. Keys are `server/policy[/rule]`. */

import type { Declared } from '../engine/kind.ts';
import { namesOf } from '../shared/address.ts';
import type { AuthorizationServerPolicy } from '../wire/authorization-server.ts';
import { authorizationServerId, type OrgContext } from './context.ts';
import { isEarlier } from './section.ts';
import { when } from './sends.ts';

export async function policiesOf(context: OrgContext, server: string): Promise<AuthorizationServerPolicy[]> {
  const id = await authorizationServerId(context, server);
  return context.reader.list<AuthorizationServerPolicy>(`/api/v1/authorizationServers/${id}/policies`);
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

/** The look-up of a server by its name, which `default` needs none of. */
export function serverLookUp(declared: { key: string }): readonly string[] {
  return when(namesOf(declared.key)[0] !== 'default', 'GET /api/v1/authorizationServers?limit=200');
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
