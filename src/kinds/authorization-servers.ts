/** What authorization servers and what stands in them have in common. Keys are `server/name`, rules `server/policy/rule`. */

import type { Declared } from '../engine/kind.ts';
import { ManagementApiError } from '../okta/api.ts';
import { addressFor, namesOf } from '../shared/address.ts';
import type { AuthorizationServer, AuthorizationServerPolicy } from '../wire/authorization-server.ts';
import { missing, type OrgContext } from './context.ts';
import { isEarlier } from './section.ts';

export const SERVERS = '/api/v1/authorizationServers';

/** The server that every org has; Okta takes this word in place of its id. */
export const DEFAULT_SERVER = 'default';

const liveServers = (context: OrgContext) => context.reader.list<AuthorizationServer>(`${SERVERS}?limit=200`);

/** The name that a config knows a server by. */
export const serverName = (server: AuthorizationServer) => (server.default === true ? DEFAULT_SERVER : server.name);

export async function findServer(context: OrgContext, name: string): Promise<AuthorizationServer | undefined> {
  return (await liveServers(context)).find((server) => serverName(server) === name);
}

/**
 * All servers, the default one first. None when the org has none at all: it lacks API Access Management, and says so by 401
 * E0000015 (recorded).
 */
export async function listServers(context: OrgContext): Promise<AuthorizationServer[]> {
  try {
    const servers = await liveServers(context);
    return servers.toSorted((a, b) => Number(b.default === true) - Number(a.default === true));
  } catch (error) {
    if (error instanceof ManagementApiError && error.errorCode === 'E0000015') return [];
    throw error;
  }
}

/** The path of a server that is there, or that this run has made; undefined when it is still to be made. */
async function knownServerPath(context: OrgContext, name: string): Promise<string | undefined> {
  if (name === DEFAULT_SERVER) return `${SERVERS}/${DEFAULT_SERVER}`;
  const id = context.created.get(addressFor('authorizationServer', name)) ?? (await findServer(context, name))?.id;
  return id && `${SERVERS}/${id}`;
}

/** The path of the server that a key begins with. */
export async function serverPath(context: OrgContext, { key }: { key: string }): Promise<string> {
  const [server = ''] = namesOf(key);
  return (await knownServerPath(context, server)) ?? missing('authorizationServer', server);
}

/** What a collection of a server holds; nothing while the server is still to be made. */
export async function itemsOf<Item>(context: OrgContext, server: string, collection: string): Promise<Item[]> {
  const path = await knownServerPath(context, server);
  return path === undefined ? [] : context.reader.list<Item>(`${path}/${collection}`);
}

/** For each server of the org what a collection of it holds. */
export async function itemsOfAll<Item>(
  context: OrgContext,
  collection: string,
): Promise<{ server: string; items: Item[] }[]> {
  const names = (await listServers(context)).map(serverName);
  return Promise.all(
    names.map(async (server) => ({ server, items: await itemsOf<Item>(context, server, collection) })),
  );
}

export const policiesOf = (context: OrgContext, server: string) =>
  itemsOf<AuthorizationServerPolicy>(context, server, 'policies');

export async function findPolicy(
  context: OrgContext,
  declared: { key: string },
): Promise<AuthorizationServerPolicy | undefined> {
  const [server = '', policy = ''] = namesOf(declared.key);
  return (await policiesOf(context, server)).find((candidate) => candidate.name === policy);
}

export async function policiesPath(context: OrgContext, declared: Declared): Promise<string> {
  return `${await serverPath(context, declared)}/policies`;
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
