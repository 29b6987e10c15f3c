/**
 * Which client calls, and its proof. A secret is taken from the body or from Basic whichever of the two the app is set to:
 * okta-auth-js always sends it in the body, also for apps created as client_secret_basic (read in its source).
 */
import { timingSafeEqual } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import type { GrantType, OAuthClientSettings } from '../../wire/application.ts';
import type { AppContext } from '../http/context.ts';
import type { Org } from '../org.ts';
import type { ApplicationEntity } from '../store/entities.ts';
import { dropExpired } from '../store/expiry.ts';
import { OAuthError, oauthUnsupported } from './oauth-error.ts';

const ASSERTION_MS = 60 * 60_000;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** An ACTIVE OIDC app, as the OAuth endpoints see it. */
export interface OAuthClient {
  id: string;
  app: ApplicationEntity;
  settings: OAuthClientSettings;
}

export type Form = Readonly<Record<string, string>>;

/** A form body as strings; of repeated parameters the first counts. */
export async function readForm(c: AppContext): Promise<Form> {
  const form: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(await c.req.text())) form[name] ??= value;
  return form;
}

/** The ACTIVE OIDC app with this client id. */
export function findClient(org: Org, clientId: string | undefined): OAuthClient | undefined {
  if (!clientId) return undefined;
  const app = org.store.apps.get(clientId) ?? org.store.apps.find('clientId', clientId);
  if (app?.status !== 'ACTIVE' || !app.settings.oauthClient) return undefined;
  if ((app.credentials.oauthClient?.client_id ?? app.id) !== clientId) return undefined;
  return { id: clientId, app, settings: app.settings.oauthClient };
}

/** Identifies and authenticates the client of a token, introspect or revoke request, or throws 401 invalid_client. */
export async function authenticateClient(c: AppContext, org: Org, form: Form): Promise<OAuthClient> {
  const basic = readBasic(c.req.header('authorization'));
  if (form.client_assertion !== undefined) return authenticateByAssertion(c, org, form);
  const clientId = basic?.id ?? form.client_id;
  if (!clientId) throw new OAuthError(401, 'invalid_client', 'No client credentials found.');
  const client = findClient(org, clientId);
  if (!client) throw new OAuthError(401, 'invalid_client', "Invalid value for 'client_id' parameter.");
  checkSecret(client, basic?.secret ?? form.client_secret);
  return client;
}

/** Throws unless the secret is right, or the client is public and gave none. */
export function checkSecret(client: OAuthClient, secret: string | undefined): void {
  const method = client.app.credentials.oauthClient?.token_endpoint_auth_method ?? 'client_secret_basic';
  if (method === 'none') {
    if (secret === undefined || secret === '') return;
    throw new OAuthError(401, 'invalid_client', 'The client secret supplied for a confidential client is invalid.');
  }
  if (method !== 'client_secret_basic' && method !== 'client_secret_post') {
    throw new OAuthError(401, 'invalid_client', `The client must authenticate with ${method}.`);
  }
  if (!secret)
    throw new OAuthError(401, 'invalid_client', 'Client authentication failed. No client secret was supplied.');
  const right = client.app.secrets.some((row) => row.status === 'ACTIVE' && sameText(row.client_secret, secret));
  if (right) return;
  throw new OAuthError(401, 'invalid_client', 'The client secret supplied for a confidential client is invalid.');
}

/** Throws 400 unauthorized_client unless the app has the grant (recorded text). */
export function checkGrantType(client: OAuthClient, grantType: GrantType): void {
  const configured = client.settings.grant_types ?? [];
  if (configured.includes(grantType)) return;
  throw new OAuthError(
    400,
    'unauthorized_client',
    `The client is not authorized to use the provided grant type. Configured grant types: [${configured.join(', ')}].`,
  );
}

function readBasic(header: string | undefined): { id: string; secret: string | undefined } | undefined {
  const encoded = /^Basic\s+(\S+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  // okta-auth-js sends a public client's id with no colon
  if (colon < 0) return { id: decode(text), secret: undefined };
  return { id: decode(text.slice(0, colon)), secret: decode(text.slice(colon + 1)) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** private_key_jwt: the assertion's issuer and subject are the client, its audience the endpoint or the issuer. */
async function authenticateByAssertion(c: AppContext, org: Org, form: Form): Promise<OAuthClient> {
  if (form.client_assertion_type !== ASSERTION_TYPE) {
    throw new OAuthError(400, 'invalid_request', 'The `client_assertion_type` is invalid.');
  }
  const client = findClient(org, form.client_id ?? unverifiedSubject(form.client_assertion ?? ''));
  if (!client) throw new OAuthError(401, 'invalid_client', "Invalid value for 'client_id' parameter.");
  if (client.app.credentials.oauthClient?.token_endpoint_auth_method !== 'private_key_jwt') {
    throw new OAuthError(401, 'invalid_client', 'The client is not configured for private_key_jwt.');
  }
  const { jwks, jwks_uri: remote } = client.settings;
  if (!jwks && remote !== undefined) throw oauthUnsupported('client keys by jwks_uri');
  const keys = (jwks?.keys ?? []).filter((key) => key.status !== 'INACTIVE');
  const url = new URL(c.req.url);
  const path = c.get('baseUrl') + url.pathname;
  const claims = await verifiedClaims(() =>
    jwtVerify(form.client_assertion ?? '', createLocalJWKSet({ keys } as unknown as JSONWebKeySet), {
      issuer: client.id,
      subject: client.id,
      audience: [path, path.replace(/\/v1\/[^/]+$/, ''), c.get('baseUrl'), url.origin + url.pathname],
      currentDate: new Date(org.clock.now()),
      requiredClaims: ['exp'],
    }),
  );
  checkOnce(org, client, claims);
  return client;
}

async function verifiedClaims(verify: () => Promise<{ payload: JWTPayload }>): Promise<JWTPayload> {
  try {
    return (await verify()).payload;
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown';
    throw new OAuthError(401, 'invalid_client', `The client_assertion could not be verified: ${why}.`);
  }
}

/** An assertion may live for an hour; one with a `jti` is good once (both texts as Okta's users quote them). */
function checkOnce(org: Org, client: OAuthClient, { exp = 0, jti }: JWTPayload): void {
  const now = org.clock.now();
  if (exp * 1000 > now + ASSERTION_MS) {
    const description = 'The client_assertion token has an expiration too far into the future.';
    throw new OAuthError(401, 'invalid_client', description);
  }
  if (jti === undefined) return;
  const id = `${client.id}/${jti}`;
  const used = org.store.usedAssertions.get(id);
  if (used && used.expiresAt > now) {
    throw new OAuthError(401, 'invalid_client', 'The client_assertion token has already been used.');
  }
  dropExpired(org.store.usedAssertions, now);
  org.store.usedAssertions.put({ id, expiresAt: exp * 1000 });
}

function unverifiedSubject(assertion: string): string | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const subject = (claims as { sub?: unknown } | null)?.sub;
    return typeof subject === 'string' ? subject : undefined;
  } catch {
    return undefined;
  }
}

/** Compares without telling by its time where the texts differ. */
export function sameText(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}
