/** Finds the app of a flow in the org, and what its developer would have put into the environment. */
import type { OktaApi } from '../okta/api.ts';
import { OrgproofError } from '../shared/errors.ts';
import type { Application, ClientSecret } from '../wire/application.ts';
import type { AppSettings } from './idx/client.ts';

export interface FoundApp {
  application: Application;
  settings: AppSettings;
}

const SCOPES = ['openid', 'profile', 'email'];
const SECRET_METHODS = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt'];

/**
 * The app with this label. Undefined when the org has none.
 * @param redirectUri the one that the app uses; the first that the org has when it is not known
 * @throws {OrgproofError} `ambiguous-app` when it has several: labels need not be unique in Okta
 */
export async function findApp(api: OktaApi, label: string, redirectUri?: string): Promise<FoundApp | undefined> {
  const apps = await api.list<Application>(`/api/v1/apps?q=${encodeURIComponent(label)}&limit=200`);
  const named = apps.filter((app) => app.label === label && app.signOnMode === 'OPENID_CONNECT');
  if (named.length > 1) {
    const ids = named.map((app) => app.id).join(', ');
    throw new OrgproofError(`the org has ${named.length} apps with the label "${label}": ${ids}`, {
      code: 'ambiguous-app',
      hint: 'Rename all but one of them in the Admin Console.',
    });
  }
  const [application] = named;
  if (application === undefined) return undefined;
  const client = application.credentials.oauthClient;
  const settings: AppSettings = {
    issuer: `${api.orgUrl}/oauth2/default`,
    clientId: client?.client_id ?? application.id,
    clientSecret: SECRET_METHODS.includes(client?.token_endpoint_auth_method ?? 'none')
      ? await clientSecret(api, application.id)
      : undefined,
    redirectUri: redirectUri ?? application.settings.oauthClient?.redirect_uris?.[0] ?? '',
    scopes: SCOPES,
  };
  return { application, settings };
}

/** Admins may read secrets in plain text (recorded); the app object itself never holds them. */
async function clientSecret(api: OktaApi, appId: string): Promise<string | undefined> {
  const secrets = await api.list<ClientSecret>(`/api/v1/apps/${appId}/credentials/secrets`);
  return secrets.find((secret) => secret.status === 'ACTIVE')?.client_secret;
}
