/** OIDC apps as the org changes them. Routes are in `routes.ts`. */
import { createHash } from 'node:crypto';
import type { ApplicationCredentials, ApplicationSettings } from '../../../wire/application.ts';
import { invalid, notFound, OktaError, unsupported } from '../../http/okta-error.ts';
import { type Org, orgNow } from '../../org.ts';
import type { ApplicationEntity } from '../../store/entities.ts';
import { defined, flag, type Json, oneOf, record, requiredText, text } from '../input.ts';
import { readOnlyObject } from '../policies/common.ts';
import { readOAuthCredentials, readOAuthSettings, usesSecret } from './oauth-client.ts';

export function findApp(org: Org, id: string): ApplicationEntity {
  const row = org.store.apps.get(id);
  if (!row) throw notFound(id, 'OAuth2AppInstance');
  return row;
}

/** Creates an OIDC app, bound to the default app sign-in policy and the default profile enrollment policy. */
export function createApp(org: Org, body: Json, active: boolean): ApplicationEntity {
  assertOidc(body);
  const label = requiredText('label', body.label, 100);
  const id = org.ids.next('0oa');
  const now = orgNow(org);
  const settings = readSettings(org, body);
  const row: ApplicationEntity = {
    id,
    name: 'oidc_client',
    label,
    status: active ? 'ACTIVE' : 'INACTIVE',
    created: now,
    lastUpdated: now,
    ...presentation(body),
    features: [],
    signOnMode: 'OPENID_CONNECT',
    credentials: readCredentials(org, body, settings, chosenClientId(org, body) ?? id),
    universalLogout: null,
    settings,
    ...profile(body),
    accessPolicyId: defaultPolicy(org, 'ACCESS_POLICY'),
    profileEnrollmentPolicyId: defaultPolicy(org, 'PROFILE_ENROLLMENT'),
    secrets: [],
  };
  return org.store.apps.put(withSecret(org, row, givenSecret(body)));
}

/** What Okta says to a body that is no OIDC app: its parts are missing (recorded), or the kind is not supported here. */
function assertOidc(body: Json): void {
  const mode = text(body.signOnMode);
  if (mode !== undefined && mode !== 'OPENID_CONNECT') throw unsupported(`apps with signOnMode ${mode}`);
  const name = text(body.name);
  const causes = [
    ...(mode === undefined ? ['Invalid signOnMode'] : []),
    ...(name === undefined && body.visibility === undefined
      ? ['Missing visibility', 'visibility: The field cannot be left blank']
      : []),
  ];
  if (name !== 'oidc_client' && causes.length === 0) {
    if (name === undefined) throw invalid('mediated', 'Missing name', 'name: The field cannot be left blank');
    throw unsupported(`apps of the catalog (${name})`);
  }
  if (causes.length > 0) throw invalid('mediated', ...causes);
}

/** A client id may be chosen at creation: 6 to 100 characters, unique. */
function chosenClientId(org: Org, body: Json): string | undefined {
  const clientId = text(record(record(body.credentials)?.oauthClient)?.client_id);
  if (clientId === undefined) return undefined;
  if (!/^[\w-]{6,100}$/.test(clientId)) {
    throw invalid('credentials.oauthClient.client_id', 'client_id: must be 6 to 100 characters of A-Z a-z 0-9 _ -');
  }
  if (org.store.apps.count('clientId', clientId) > 0) {
    throw invalid(
      'credentials.oauthClient.client_id',
      'client_id: An object with this field already exists in the current organization',
    );
  }
  return clientId;
}

function presentation(body: Json, before?: ApplicationEntity) {
  const accessibility = record(body.accessibility) ?? {};
  const visibility = record(body.visibility) ?? {};
  const hide = record(visibility.hide) ?? {};
  return {
    accessibility: {
      selfService: flag(accessibility.selfService) ?? false,
      errorRedirectUrl: text(accessibility.errorRedirectUrl) ?? null,
      loginRedirectUrl: text(accessibility.loginRedirectUrl) ?? null,
    },
    visibility: {
      autoLaunch: flag(visibility.autoLaunch) ?? false,
      autoSubmitToolbar: flag(visibility.autoSubmitToolbar) ?? false,
      hide: { iOS: flag(hide.iOS) ?? true, web: flag(hide.web) ?? true },
      appLinks: record(visibility.appLinks) ?? before?.visibility?.appLinks ?? { oidc_client_link: true },
    },
  };
}

function profile(body: Json): { profile?: Record<string, unknown> } {
  const given = record(body.profile);
  return given && Object.keys(given).length > 0 ? { profile: given } : {};
}

function readSettings(org: Org, body: Json, before?: ApplicationEntity): ApplicationSettings {
  const given = record(body.settings);
  const oauthClient = record(given?.oauthClient);
  if (!oauthClient) throw invalid('settings.oauthClient', 'settings.oauthClient: The field cannot be left blank');
  const notes = record(given?.notes) ?? {};
  return {
    app: record(given?.app) ?? {},
    notifications: record(given?.notifications) ?? {
      vpn: { network: { connection: 'DISABLED' }, message: null, helpUrl: null },
    },
    manualProvisioning: flag(given?.manualProvisioning) ?? false,
    implicitAssignment: flag(given?.implicitAssignment) ?? false,
    emOptInStatus: text(given?.emOptInStatus) ?? 'NONE',
    notes: { admin: text(notes.admin) ?? null, enduser: text(notes.enduser) ?? null },
    oauthClient: readOAuthSettings(org, oauthClient, before?.settings.oauthClient),
  };
}

function readCredentials(
  org: Org,
  body: Json,
  settings: ApplicationSettings,
  clientId: string,
  before?: ApplicationCredentials,
): ApplicationCredentials {
  const given = record(body.credentials) ?? {};
  const oauthClient = readOAuthCredentials(
    record(given.oauthClient) ?? {},
    clientId,
    settings.oauthClient?.application_type ?? 'web',
    before?.oauthClient,
  );
  if (oauthClient.token_endpoint_auth_method === 'private_key_jwt' && !hasKeys(settings)) {
    throw invalid(
      'settings.oauthClient.jwks',
      "jwks: 'jwks' or 'jwks_uri' is required when 'token_endpoint_auth_method' is 'private_key_jwt'.",
    );
  }
  return {
    userNameTemplate: readUserNameTemplate(record(given.userNameTemplate) ?? {}),
    signing: { kid: before?.signing?.kid ?? org.store.org.signingKid },
    oauthClient,
  };
}

/** `userSuffix` is `suffix` in Okta's older SDKs. */
function readUserNameTemplate(given: Json): NonNullable<ApplicationCredentials['userNameTemplate']> {
  return {
    template: text(given.template) ?? `\${source.login}`,
    type: text(given.type) ?? 'BUILT_IN',
    ...defined<Json>({
      userSuffix: text(given.userSuffix),
      suffix: text(given.suffix),
      pushStatus: oneOf(given.pushStatus, ['PUSH', 'DONT_PUSH', 'NOT_CONFIGURED'] as const),
    }),
  };
}

function hasKeys({ oauthClient }: ApplicationSettings): boolean {
  return (oauthClient?.jwks?.keys.length ?? 0) > 0 || oauthClient?.jwks_uri !== undefined;
}

function defaultPolicy(org: Org, type: string): string {
  const policy = org.store.policies.findAll('type', type).find((row) => row.system);
  if (!policy) throw new Error(`the org has no default policy of type ${type}`);
  return policy.id;
}

function givenSecret(body: Json): string | undefined {
  return text(record(record(body.credentials)?.oauthClient)?.client_secret) || undefined;
}

/** A client by secret has at least one; a given one replaces the newest active (PUT with "" or without keeps it). */
function withSecret(org: Org, row: ApplicationEntity, given: string | undefined): ApplicationEntity {
  if (!usesSecret(row.credentials.oauthClient?.token_endpoint_auth_method)) return { ...row, secrets: [] };
  const active = row.secrets.find((secret) => secret.status === 'ACTIVE');
  if (!active) return { ...row, secrets: [...row.secrets, newSecret(org, given)] };
  if (given === undefined || given === active.client_secret) return row;
  const changed = { ...newSecret(org, given), id: active.id, created: active.created };
  return { ...row, secrets: row.secrets.map((secret) => (secret.id === active.id ? changed : secret)) };
}

/** A client secret: 64 characters, and a hash of 22 by which it can be told apart (recorded forms). */
export function newSecret(org: Org, value = org.ids.opaque(64)): ApplicationEntity['secrets'][number] {
  const now = orgNow(org);
  return {
    id: org.ids.next('ocs'),
    created: now,
    lastUpdated: now,
    status: 'ACTIVE',
    client_secret: value,
    secret_hash: createHash('sha256').update(value).digest('base64url').slice(0, 22),
  };
}

/** PUT replaces the mutable part; policies and assignments are not touched by it (recorded). */
export function replaceApp(org: Org, row: ApplicationEntity, body: Json): ApplicationEntity {
  if (row.name !== 'oidc_client') throw unsupported(`changing Okta's own app ${row.name}`);
  assertOidc(body);
  const settings = readSettings(org, body, row);
  const { profile: _profile, ...kept } = row;
  const changed: ApplicationEntity = {
    ...kept,
    label: requiredText('label', body.label, 100),
    lastUpdated: orgNow(org),
    ...presentation(body, row),
    credentials: readCredentials(org, body, settings, clientIdOf(row), row.credentials),
    settings,
    ...profile(body),
  };
  return org.store.apps.put(withSecret(org, changed, givenSecret(body)));
}

function clientIdOf(row: ApplicationEntity): string {
  return row.credentials.oauthClient?.client_id ?? row.id;
}

/** An ACTIVE app is not deleted (403 E0000056, recorded); Okta's own never are (named assumption `read-only-objects`). */
export function deleteApp(org: Org, row: ApplicationEntity): void {
  if (row.status === 'ACTIVE') throw new OktaError(403, 'E0000056', 'Delete application forbidden.');
  for (const assignment of org.store.appGroups.findAll('appId', row.id)) {
    org.store.appGroups.delete(assignment.id);
  }
  for (const assignment of org.store.appUsers.findAll('appId', row.id)) {
    org.store.appUsers.delete(assignment.id);
  }
  for (const grant of org.store.scopeGrants.findAll('appId', row.id)) org.store.scopeGrants.delete(grant.id);
  for (const role of org.store.roleAssignments.findAll('assigneeId', clientIdOf(row))) {
    org.store.roleAssignments.delete(role.id);
  }
  org.store.profileSchemas.delete(row.id);
  org.store.apps.delete(row.id);
}

export function setAppStatus(org: Org, row: ApplicationEntity, status: 'ACTIVE' | 'INACTIVE'): void {
  if (row.name !== 'oidc_client' && status === 'INACTIVE') throw readOnlyObject('AppInstance');
  if (row.status !== status) org.store.apps.patch(row.id, defined({ status, lastUpdated: orgNow(org) }));
}
