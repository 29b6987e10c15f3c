/** Authorization servers as the org changes them. `default` names the one of that name (recorded). */
import type { AuthorizationServer } from '../../../wire/authorization-server.ts';
import { link } from '../../http/links.ts';
import { invalid, notFound, OktaError } from '../../http/okta-error.ts';
import { type Org, orgNow } from '../../org.ts';
import type { AuthorizationServerEntity } from '../../store/entities.ts';
import { addSystemScopesAndClaims, newSigning } from '../../store/fresh/authorization-server.ts';
import { type Json, oneOf, record, requiredText, text, texts } from '../input.ts';

export function findServer(org: Org, key: string): AuthorizationServerEntity {
  const row =
    key === 'default'
      ? org.store.authorizationServers.filter((server) => server.default === true)[0]
      : org.store.authorizationServers.get(key);
  if (!row) throw notFound(key, 'AuthorizationServer');
  return row;
}

/** How paths and links name a server: the default one by `default`, whatever the client said (recorded). */
export function pathOf(row: AuthorizationServerEntity, baseUrl: string): string {
  return `${baseUrl}/api/v1/authorizationServers/${row.default === true ? 'default' : row.id}`;
}

export function createServer(org: Org, body: Json): AuthorizationServerEntity {
  const now = orgNow(org);
  const id = org.ids.next('aus');
  const row: AuthorizationServerEntity = {
    id,
    ...readBody(org, body),
    issuerMode: text(body.issuerMode) ?? 'ORG_URL',
    status: 'ACTIVE',
    created: now,
    lastUpdated: now,
    // Recorded: a new server rotates its keys, whatever the body says; a PUT changes that.
    credentials: { signing: newSigning(org) },
    default: false,
  };
  org.store.authorizationServers.put(row);
  addSystemScopesAndClaims(org, id);
  return row;
}

function rotationMode(body: Json): { rotationMode?: 'AUTO' | 'MANUAL' } {
  const mode = oneOf(record(record(body.credentials)?.signing)?.rotationMode, ['AUTO', 'MANUAL'] as const);
  return mode === undefined ? {} : { rotationMode: mode };
}

function readBody(org: Org, body: Json, except?: string) {
  const name = requiredText('name', body.name, 255);
  const taken = org.store.authorizationServers.filter((row) => row.name === name && row.id !== except);
  if (taken.length > 0) {
    throw invalid('name', 'name: An object with this field already exists in the current organization');
  }
  const audiences = texts(body.audiences) ?? [];
  if (audiences.length !== 1) throw invalid('audiences', 'audiences: Exactly one audience must be specified.');
  return { name, description: text(body.description) ?? null, audiences };
}

export function replaceServer(org: Org, row: AuthorizationServerEntity, body: Json): AuthorizationServerEntity {
  const given = readBody(org, body, row.id);
  const mode = rotationMode(body);
  const signing = { ...row.credentials.signing, ...mode };
  if (signing.rotationMode === 'MANUAL') delete signing.nextRotation;
  return org.store.authorizationServers.put({
    ...row,
    ...given,
    issuerMode: text(body.issuerMode) ?? row.issuerMode,
    credentials: { signing },
    lastUpdated: orgNow(org),
  });
}

/** An ACTIVE server is not deleted (named assumption `refusal-texts`). */
export function deleteServer(org: Org, row: AuthorizationServerEntity): void {
  if (row.status === 'ACTIVE') {
    throw new OktaError(403, 'E0000111', 'Cannot modify the AuthorizationServer object because it is active.');
  }
  const { store } = org;
  for (const table of [store.scopes, store.claims, store.authorizationServerPolicies, store.authorizationServerRules]) {
    for (const child of table.values()) if (child.serverId === row.id) table.delete(child.id);
  }
  for (const { id, trusts } of store.authorizationServers.values()) {
    if (trusts) store.authorizationServers.patch(id, { trusts: trusts.filter((one) => one !== row.id) });
  }
  store.authorizationServers.delete(row.id);
}

export function setServerStatus(org: Org, row: AuthorizationServerEntity, status: 'ACTIVE' | 'INACTIVE'): void {
  if (row.status !== status) org.store.authorizationServers.patch(row.id, { status, lastUpdated: orgNow(org) });
}

export function renderServer(row: AuthorizationServerEntity, baseUrl: string): AuthorizationServer {
  const self = pathOf(row, baseUrl);
  const issuer = `${baseUrl}/oauth2/${row.default === true ? 'default' : row.id}`;
  const metadata = (name: string) => ({ name, ...link(`${issuer}/.well-known/${name}`, 'GET') });
  const verb = row.status === 'ACTIVE' ? 'deactivate' : 'activate';
  const { id, name, description, audiences, trusts: _trusts, ...rest } = row;
  return {
    id,
    name,
    description,
    audiences,
    issuer,
    ...rest,
    _links: {
      rotateKey: link(`${self}/credentials/lifecycle/keyRotate`, 'POST'),
      metadata: [metadata('oauth-authorization-server'), metadata('openid-configuration')],
      keys: link(`${self}/credentials/keys`, 'GET'),
      claims: link(`${self}/claims`, 'GET', 'POST'),
      policies: link(`${self}/policies`, 'GET', 'POST'),
      self: link(self, 'GET', 'DELETE', 'PUT'),
      scopes: link(`${self}/scopes`, 'GET', 'POST'),
      [verb]: link(`${self}/lifecycle/${verb}`, 'POST'),
    },
  };
}
