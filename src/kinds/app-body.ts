/** How an app stands in the body of a request, and which ways to prove itself Okta takes. Pure. */
import { EXIT, OrgproofError } from '../shared/errors.ts';
import type { Application, OAuthClientSettings } from '../wire/application.ts';
import type { AppSpec } from './app.ts';
import { activeKeys, setKeys } from './public-keys.ts';
import { responseTypes } from './response-types.ts';
import { merged, mergedWords } from './sets.ts';
import { APP_TYPE, CLIENT_AUTHENTICATION, GRANT } from './vocabulary.ts';

/** Fields that the body of an app says; the others have requests of their own. */
export const OAUTH_FIELDS = [
  ...(['grantTypes', 'redirectUris', 'signOutUris'] as const),
  ...(['clientAuthentication', 'pkceRequired', 'publicKeys', 'publicKeysUrl'] as const),
];

/** The body of an app that is not there yet. */
export function newApp(spec: AppSpec) {
  const [secret] = spec.clientSecrets ?? [];
  const method = spec.clientAuthentication ?? defaultMethod(spec);
  const base = {
    name: 'oidc_client',
    label: spec.label,
    signOnMode: 'OPENID_CONNECT',
    credentials: {
      oauthClient: {
        autoKeyRotation: true,
        pkce_required: isPublic(spec),
        token_endpoint_auth_method: CLIENT_AUTHENTICATION.toWire(method),
        ...(secret === undefined ? {} : { client_secret: secret }),
      },
    },
    settings: { oauthClient: { application_type: APP_TYPE.toWire(spec.type) } },
  };
  return withSpec(base, spec);
}

const isPublic = ({ type }: Pick<AppSpec, 'type'>) => type === 'single-page' || type === 'native';
export const defaultMethod = (spec: Pick<AppSpec, 'type'>) => (isPublic(spec) ? 'none' : 'client secret');

/** An app's body with the given fields laid over it; everything else stays as it is. */
export function withSpec<Body extends Pick<Application, 'credentials' | 'settings'>>(
  base: Body,
  spec: Partial<AppSpec>,
): Body {
  const before = base.settings.oauthClient ?? {};
  const client: OAuthClientSettings = { ...before };
  if (spec.grantTypes) {
    client.grant_types = mergedWords(GRANT, before.grant_types ?? [], spec.grantTypes);
    client.response_types = responseTypes(client.grant_types, before.response_types ?? []);
    if (!client.grant_types.includes('refresh_token')) delete client.refresh_token;
  }
  if (spec.redirectUris) client.redirect_uris = merged(before.redirect_uris ?? [], spec.redirectUris);
  if (spec.signOutUris) {
    const uris = merged(before.post_logout_redirect_uris ?? [], spec.signOutUris);
    if (uris.length > 0) client.post_logout_redirect_uris = uris;
    else delete client.post_logout_redirect_uris; // an app without any shows no list (recorded)
  }
  setKeys(client, spec);
  const credentials = { ...base.credentials.oauthClient };
  if (spec.clientAuthentication) {
    credentials.token_endpoint_auth_method = CLIENT_AUTHENTICATION.toWire(spec.clientAuthentication);
  }
  if (spec.pkceRequired !== undefined) credentials.pkce_required = spec.pkceRequired;
  return {
    ...base,
    credentials: { ...base.credentials, oauthClient: credentials },
    settings: { ...base.settings, oauthClient: client },
  };
}

/** What of a spec the body of an app says, as far as it changes. */
export function pick(spec: AppSpec, fields: ReadonlySet<keyof AppSpec>): Partial<AppSpec> {
  return Object.fromEntries(Object.entries(spec).filter(([field]) => fields.has(field as keyof AppSpec)));
}

/**
 * Clients without a secret prove the code by PKCE whatever they say, so that a `false` would differ for ever; those with a
 * private key need the public one.
 */
export function assertProvable(spec: AppSpec, live: Application | undefined): void {
  const before = live?.credentials.oauthClient?.token_endpoint_auth_method;
  const method = spec.clientAuthentication ?? (before ? CLIENT_AUTHENTICATION.toWord(before) : defaultMethod(spec));
  if (method === 'none' && spec.pkceRequired === false) {
    throw new OrgproofError(`the app "${spec.label}" has no secret, so Okta makes it use PKCE`, {
      code: 'app-pkce-required',
      hint: 'leave pkceRequired out, or give it a clientAuthentication with a secret',
      exitCode: EXIT.usage,
    });
  }
  const { jwks, jwks_uri: url } = live?.settings.oauthClient ?? {};
  const keys = spec.publicKeys ?? activeKeys(jwks?.keys);
  if (method !== 'private key' || keys.length > 0 || spec.publicKeysUrl || (url && !spec.publicKeys)) return;
  throw new OrgproofError(`the app "${spec.label}" is to prove itself with a private key, and has no public one`, {
    code: 'app-keys-missing',
    hint: 'give it publicKeys or a publicKeysUrl, or another clientAuthentication',
    exitCode: EXIT.usage,
  });
}
