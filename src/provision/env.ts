/** What an app needs to know of its org, as dotenv. */
import { isOktasOwn } from '../kinds/app-listing.ts';
import type { OktaApi } from '../okta/api.ts';
import { isNotFound, ManagementApiError } from '../okta/api.ts';
import { OrgproofError, usageError } from '../shared/errors.ts';
import { didYouMean } from '../shared/nearest.ts';
import type { Application, ClientSecret } from '../wire/application.ts';
import type { AuthorizationServer } from '../wire/authorization-server.ts';
import { findAppByLabel } from './live-app.ts';

export interface EnvOptions {
  api: OktaApi;
  /** Label of the app. */
  app: string;
  /** Name or id of an authorization server; `org` for the org's own. */
  issuer: string;
}

/** Variables in the order in which they are written. */
export type Env = Readonly<Record<string, string>>;

const SECRET_METHODS = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt'];

/**
 * Reads an app's settings. CLIENT_SECRET only for apps that have one: the newest that is ACTIVE.
 * @throws OrgproofError (exit 5) `app-unknown`, `app-not-oidc`, `issuer-unknown`; (exit 4) `ambiguous-app`
 * @throws OrgproofError `secret-missing` when the app has no active secret to show
 */
export async function appEnv({ api, app: label, issuer }: EnvOptions): Promise<Env> {
  const app = await findAppByLabel(api, label);
  if (isOktasOwn(app)) {
    throw usageError(
      `the app "${label}" is Okta's own and has no settings to hand out`,
      'name an OIDC app that somebody made in the org',
      'app-not-oidc',
    );
  }
  const client = app.credentials.oauthClient;
  const settings = app.settings.oauthClient;
  if (app.signOnMode !== 'OPENID_CONNECT' || !client?.client_id || !settings) {
    throw usageError(
      `the app "${label}" is no OpenID Connect app: ${app.signOnMode}`,
      'name an OIDC app',
      'app-not-oidc',
    );
  }
  const grants = settings.grant_types ?? [];
  const hasSecret = SECRET_METHODS.includes(client.token_endpoint_auth_method ?? 'none');
  const [redirectUri] = settings.redirect_uris ?? [];
  return {
    ISSUER: await issuerOf(api, issuer),
    CLIENT_ID: client.client_id,
    ...(hasSecret ? { CLIENT_SECRET: await newestSecret(api, app) } : {}),
    ...(redirectUri === undefined ? {} : { REDIRECT_URI: redirectUri }),
    // Users are nobody to a client of its own; it names the scopes of its API itself.
    ...(settings.application_type === 'service' ? {} : { SCOPES: scopesFor(grants).join(' ') }),
    ...(settings.application_type === 'service'
      ? {}
      : { USE_INTERACTION_CODE: String(grants.includes('interaction_code')) }),
  };
}

function scopesFor(grants: readonly string[]): string[] {
  return ['openid', 'profile', 'email', ...(grants.includes('refresh_token') ? ['offline_access'] : [])];
}

async function issuerOf(api: OktaApi, name: string): Promise<string> {
  if (name === 'org') return api.orgUrl;
  if (name === 'default') return defaultIssuer(api);
  const servers = await api.list<AuthorizationServer>('/api/v1/authorizationServers?limit=200');
  const named = servers.filter((server) => server.name === name || server.id === name);
  const [server] = named;
  if (server && named.length === 1) return server.issuer;
  if (server) {
    const ids = named.map(({ id }) => id).join(', ');
    throw usageError(
      `the org has ${named.length} authorization servers "${name}"`,
      `name it by its id: ${ids}`,
      'issuer-unknown',
    );
  }
  const names = servers.map((one) => one.name);
  const hint = didYouMean(name, names, 'name one of the org; `org` for the org itself');
  throw usageError(`the org has no authorization server "${name}"`, hint, 'issuer-unknown');
}

/**
 * The issuer of the default server, whatever domain it answers under. Credentials that may not read it get the one of the
 * org's own domain. An org without API Access Management says so by 401 E0000015 (recorded).
 */
async function defaultIssuer(api: OktaApi): Promise<string> {
  try {
    return (await api.get<AuthorizationServer>('/api/v1/authorizationServers/default')).issuer;
  } catch (error) {
    if (!(error instanceof ManagementApiError)) throw error;
    if (error.status === 403) return `${api.orgUrl}/oauth2/default`;
    if (!isNotFound(error) && error.errorCode !== 'E0000015') throw error;
    throw usageError(
      'the org has no authorization server "default"',
      'use its own with --issuer org',
      'issuer-unknown',
    );
  }
}

/** Admins may read secrets in plain text (recorded); the app object itself never holds them. */
async function newestSecret(api: OktaApi, app: Application): Promise<string> {
  const secrets = await api.list<ClientSecret>(`/api/v1/apps/${app.id}/credentials/secrets`);
  const active = secrets.filter((secret) => secret.status === 'ACTIVE');
  const [newest] = active.toSorted((a, b) => Date.parse(b.created) - Date.parse(a.created));
  if (newest?.client_secret) return newest.client_secret;
  throw new OrgproofError(`the app "${app.label}" shows no active client secret`, {
    code: 'secret-missing',
    hint: 'generate one in the Admin Console (Applications > the app > General > Client secrets)',
  });
}

/** Characters that mean something neither to dotenv nor to a shell: such values need no quotes. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * The variables as lines of a file that dotenv and `sh` read alike: single quotes, in which neither replaces anything.
 * @throws OrgproofError `value-unquotable` for a value with a single quote or a line break, which they read differently
 */
export function toDotenv(env: Env): string {
  return Object.entries(env)
    .map(([name, value]) => `${name}=${quoted(name, value)}\n`)
    .join('');
}

function quoted(name: string, value: string): string {
  if (PLAIN.test(value)) return value;
  if (!/['\r\n]/.test(value)) return `'${value}'`;
  throw new OrgproofError(`${name} holds a quote or a line break, which dotenv and shells read differently`, {
    code: 'value-unquotable',
    hint: 'take it from --json',
  });
}
