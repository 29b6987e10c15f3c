/** The authorization servers of an org: the org's own and the custom ones, behind one shape. */
import type { Org } from '../org.ts';
import type { AuthorizationServerEntity } from '../store/entities.ts';

/** Server id of the org authorization server, which is no object of the Management API. */
export const ORG_SERVER = 'org';

export interface TokenServer {
  /** `aus…`, or `ORG_SERVER`. */
  id: string;
  name: string;
  /** Path of its endpoints under the org URL: `/oauth2/default`, `/oauth2/aus…`, or `/oauth2` for the org's. */
  path: string;
  kid: string;
  /** Undefined for the org authorization server: its tokens are for the org itself. */
  audience: string | undefined;
}

/**
 * The server at `/oauth2/{segment}/…`; `undefined` as segment is the org's. Undefined when there is none or it is
 * INACTIVE. The default server keeps its path `default` even when it is addressed by id, as its issuer does.
 */
export function serverAt(org: Org, segment: string | undefined): TokenServer | undefined {
  if (segment === undefined) return serverById(org, ORG_SERVER);
  const custom =
    segment === 'default'
      ? org.store.authorizationServers.values().find((row) => row.default === true)
      : org.store.authorizationServers.get(segment);
  return custom ? customServer(custom) : undefined;
}

export function serverById(org: Org, id: string): TokenServer | undefined {
  if (id === ORG_SERVER) {
    return { id, name: 'org', path: '/oauth2', kid: org.store.org.signingKid, audience: undefined };
  }
  const custom = org.store.authorizationServers.get(id);
  return custom ? customServer(custom) : undefined;
}

function customServer(row: AuthorizationServerEntity): TokenServer | undefined {
  if (row.status !== 'ACTIVE') return undefined;
  return {
    id: row.id,
    name: row.name,
    path: `/oauth2/${row.default ? 'default' : row.id}`,
    kid: row.credentials.signing.kid,
    audience: row.audiences[0],
  };
}

/** The issuer as the well-known document says it, for the org URL that the client uses. */
export function issuerOf(server: TokenServer, baseUrl: string): string {
  return server.id === ORG_SERVER ? baseUrl : `${baseUrl}${server.path}`;
}
