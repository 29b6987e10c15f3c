import type { Application } from '../../../wire/application.ts';
import type { Link } from '../../../wire/common.ts';
import { link } from '../../http/links.ts';
import type { Org } from '../../org.ts';
import type { ApplicationEntity } from '../../store/entities.ts';

export interface AppView {
  /** The client secret is in the answers to POST and PUT only (recorded). */
  withSecret: boolean;
}

/** An app as the API shows it. */
export function renderApp(org: Org, row: ApplicationEntity, baseUrl: string, view?: AppView): Application {
  const { accessPolicyId: _access, profileEnrollmentPolicyId: _profile, secrets, ...app } = row;
  const secret = view?.withSecret ? secrets.find((candidate) => candidate.status === 'ACTIVE') : undefined;
  const oauthClient = app.credentials.oauthClient;
  const credentials =
    secret && oauthClient
      ? { ...app.credentials, oauthClient: { ...oauthClient, client_secret: secret.client_secret } }
      : app.credentials;
  return {
    ...app,
    orn: `orn:okta:idp:${org.store.org.id}:apps:${row.name}:${row.id}`,
    credentials,
    _links: appLinks(org, row, baseUrl),
  };
}

function appLinks(org: Org, row: ApplicationEntity, baseUrl: string): Record<string, Link | Link[]> {
  const self = `${baseUrl}/api/v1/apps/${row.id}`;
  return {
    uploadLogo: link(`${self}/logo`, 'POST'),
    appLinks: homeLinks(org, row, baseUrl),
    profileEnrollment: link(`${baseUrl}/api/v1/policies/${row.profileEnrollmentPolicyId}`),
    policies: link(`${self}/policies`, 'PUT'),
    groups: link(`${self}/groups`),
    logo: [{ name: 'medium', href: `${baseUrl}/assets/img/logos/default.png`, type: 'image/png' }],
    ...credentialLinks(row, self),
    accessPolicy: link(`${baseUrl}/api/v1/policies/${row.accessPolicyId}`),
    users: link(`${self}/users`),
    ...(row.status === 'ACTIVE'
      ? { deactivate: link(`${self}/lifecycle/deactivate`) }
      : { activate: link(`${self}/lifecycle/activate`) }),
  };
}

/** The last part of a home link is one id for all apps of a kind (recorded). */
function homeLinks(org: Org, row: ApplicationEntity, baseUrl: string): Link[] {
  const names = Object.keys((row.visibility?.appLinks ?? {}) as Record<string, unknown>);
  const home = `${baseUrl}/home/${row.name}/${row.id}/aln${org.store.org.id.slice(3)}`;
  return names.map((name) => ({ name, href: home, type: 'text/html' }));
}

/** Clients with a secret link their secrets, those with keys their keys (recorded), public ones neither. */
function credentialLinks(row: ApplicationEntity, self: string): Record<string, Link[]> {
  const method = row.credentials.oauthClient?.token_endpoint_auth_method;
  if (method === undefined || method === 'none') return {};
  const name = method === 'private_key_jwt' ? 'jwks' : 'secrets';
  return { clientCredentials: [{ name, href: `${self}/credentials/${name}` }] };
}
