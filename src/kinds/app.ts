import { z } from 'zod';
import type { FieldChange } from '../engine/diff.ts';
import type { Declared, Found, Kind, Listed, SetValue } from '../engine/kind.ts';
import { addressFor, escapeName, namesOf } from '../shared/address.ts';
import { EXIT, OrgproofError } from '../shared/errors.ts';
import { inTurns } from '../shared/in-turns.ts';
import type { Application, ScopeGrant } from '../wire/application.ts';
import { assignedGroups } from './app-assignments.ts';
import { assertProvable, defaultMethod, newApp, OAUTH_FIELDS, pick, withSpec } from './app-body.ts';
import { grantScopes, grantsOf, oktaApiScopesField, readableGrants } from './app-grants.ts';
import { listedApp } from './app-listing.ts';
import { activeSecrets, clientSecretsField, plainSecrets, setSecrets } from './client-secrets.ts';
import { findApp, liveApps, livePolicies, type OrgContext, policyId, setStatus } from './context.ts';
import { groupNames, groupReferences, mergedGroupIds } from './groups.ts';
import { byName } from './listing.ts';
import { activeKeys, type PublicKey, plainKeys, publicKeysField, publicKeysUrlField } from './public-keys.ts';
import { type AppImage, recreateApp, rememberApp, restoreApp } from './recreate.ts';
import { ensureField, nameField, type Section, setField, statusField } from './section.ts';
import { listed } from './sets.ts';
import { APP_TYPE, CLIENT_AUTHENTICATION, GRANT, STATUS } from './vocabulary.ts';

export interface AppSpec {
  label: string;
  type: (typeof APP_TYPE.words)[number];
  grantTypes?: SetValue | undefined;
  redirectUris?: SetValue | undefined;
  signOutUris?: SetValue | undefined;
  clientAuthentication?: (typeof CLIENT_AUTHENTICATION.words)[number] | undefined;
  pkceRequired?: boolean | undefined;
  clientSecrets?: readonly string[] | undefined;
  publicKeys?: readonly PublicKey[] | undefined;
  publicKeysUrl?: string | null | undefined;
  oktaApiScopes?: SetValue | undefined;
  signInPolicy?: string | undefined;
  assignedTo?: SetValue | undefined;
  status?: (typeof STATUS.words)[number] | undefined;
}

interface LiveApp {
  id: string;
  created: string;
  app: Application;
  /** Ids of the assigned groups, as far as the config asks for them. */
  groups: readonly string[];
  /** Its scopes of the Okta API, as far as the config asks for them. */
  grants: readonly ScopeGrant[];
}

const uri = z.string().refine((value) => URL.canParse(value), 'must be a URI such as http://localhost:8080/callback');

const schema = z
  .strictObject({
    label: nameField('Name of the app in the Admin Console; what flows refer to it by.', 100),
    type: z.enum(APP_TYPE.words).meta({ description: 'Kind of OIDC app. Cannot be changed later.' }),
    grantTypes: setField(z.enum(GRANT.words), 'Grants that the app may use.').optional(),
    redirectUris: setField(uri, 'Sign-in redirect URIs.').optional(),
    signOutUris: setField(uri, 'Sign-out redirect URIs.').optional(),
    clientAuthentication: z.enum(CLIENT_AUTHENTICATION.words).optional().meta({
      description: 'How the app proves itself. New web apps: `client secret`; single-page and native: `none`.',
    }),
    pkceRequired: z.boolean().optional().meta({ description: 'Whether the authorization code needs proof by PKCE.' }),
    clientSecrets: clientSecretsField.optional(),
    publicKeys: publicKeysField.optional().meta({
      description:
        'With `clientAuthentication: private key`: its public keys, each as a JSON Web Key or as text that holds one (`"${file:client.public.jwk.json}"`). The list is the whole truth.',
    }),
    publicKeysUrl: publicKeysUrlField.optional().meta({
      description: 'In place of `publicKeys`: where Okta fetches them.',
      examples: ['https://app.example.com/keys'],
    }),
    oktaApiScopes: oktaApiScopesField.optional(),
    signInPolicy: z.string().optional().meta({ description: 'Name of the app sign-in policy.' }),
    assignedTo: setField(z.string(), 'Groups that are assigned to the app.').optional(),
    status: statusField,
    ensure: ensureField,
  })
  .superRefine((app, issues) => {
    const grants = listed(app.grantTypes);
    const redirecting = grants.some((grant) => ['authorization code', 'interaction code', 'implicit'].includes(grant));
    if (app.ensure !== 'absent' && redirecting && app.redirectUris === undefined) {
      issues.addIssue({ code: 'custom', message: 'these grants need redirectUris', path: ['grantTypes'] });
    }
    if (app.type === 'service' && app.signInPolicy !== undefined) {
      issues.addIssue({
        code: 'custom',
        message: 'nobody signs in to a service app: it takes no policy',
        path: ['signInPolicy'],
      });
    }
    if (app.clientSecrets !== undefined && !bySecret(app.clientAuthentication ?? defaultMethod(app))) {
      const message = 'an app that does not prove itself by a client secret has none';
      issues.addIssue({ code: 'custom', message, path: ['clientSecrets'] });
    }
    if (app.publicKeys !== undefined && app.publicKeysUrl !== undefined) {
      const message = 'the keys stand in publicKeys, or are fetched from here; not both';
      issues.addIssue({ code: 'custom', message, path: ['publicKeysUrl'] });
    }
    if (app.clientAuthentication === 'none' && app.pkceRequired === false) {
      issues.addIssue({ code: 'custom', message: 'an app without a secret must use PKCE', path: ['pkceRequired'] });
    }
  })
  .meta({ description: 'An OpenID Connect app (Applications > Applications).' });

export const appSection: Section<z.infer<typeof schema>[]> = {
  key: 'apps',
  secrets: ['clientSecrets'],
  unrepeated: ['publicKeys', 'publicKeysUrl'],
  schema: z.array(schema).meta({ description: 'OpenID Connect apps.' }),
  layout: {
    kind: 'app',
    naming: 'label',
    spec: ({ publicKeys, clientSecrets, ...app }) => ({
      ...app,
      ...(publicKeys === undefined ? {} : { publicKeys: plainKeys(publicKeys as readonly unknown[]) }),
      ...(clientSecrets === undefined ? {} : { clientSecrets: plainSecrets(clientSecrets as readonly string[]) }),
    }),
  },
};

/** OIDC apps by label, with the policy and the groups they are assigned. */
export const app: Kind<AppSpec, LiveApp, OrgContext> = {
  name: 'app',
  changeEvents: ['application.lifecycle', 'application.policy', 'app.oauth2.client', 'group.application_assignment'],
  resources: { writes: ['apps'], reads: ['policies', 'groups'], byField: { oktaApiScopes: 'appGrants' } },
  fields: {
    label: 'identity',
    type: 'value',
    grantTypes: 'set',
    redirectUris: 'set',
    signOutUris: 'set',
    clientAuthentication: 'value',
    pkceRequired: 'value',
    clientSecrets: 'hidden',
    publicKeys: 'value',
    publicKeysUrl: 'value',
    oktaApiScopes: 'set',
    signInPolicy: 'value',
    assignedTo: 'set',
    status: 'value',
  },
  wireNames: {
    grant_types: 'grantTypes',
    response_types: 'grantTypes',
    redirect_uris: 'redirectUris',
    post_logout_redirect_uris: 'signOutUris',
    token_endpoint_auth_method: 'clientAuthentication',
    pkce_required: 'pkceRequired',
    application_type: 'type',
    client_secret: 'clientSecrets',
    jwks: 'publicKeys',
    jwks_uri: 'publicKeysUrl',
    '/credentials/': 'clientSecrets',
    '/grants': 'oktaApiScopes',
    '/policies/': 'signInPolicy',
    '/groups/': 'assignedTo',
    '/lifecycle/': 'status',
  },
  // How an app proves itself is one choice: Okta makes the rest follow from each of them.
  tied: ['clientAuthentication', 'pkceRequired', 'publicKeys', 'publicKeysUrl'],
  clearable: ['publicKeysUrl'],
  references: ({ signInPolicy, assignedTo }) => [
    ...(signInPolicy === undefined
      ? []
      : [{ kind: 'appSignInPolicy', key: escapeName(signInPolicy), path: 'signInPolicy' }]),
    ...groupReferences(assignedTo, 'assignedTo'),
  ],
  // A new policy begins with a rule that few can meet: nobody is to meet it before it has its own.
  after: ({ spec: { signInPolicy } }, all) =>
    all
      .filter(({ kind, ensure }) => kind === 'appSignInPolicyRule' && ensure === 'present')
      .filter(({ key }) => signInPolicy !== undefined && namesOf(key)[0] === signInPolicy)
      .map(({ address }) => address),
  read: async (context, declared) => {
    const named = declared.map(async (object) => ({ ...object, live: await findLive(context, object) }));
    const there = (await Promise.all(named)).flatMap(({ live, ...object }) => (live ? [{ ...object, live }] : []));
    const assigned = await assignedGroups(
      context,
      there.flatMap(({ spec, live }) => (spec.assignedTo ? [{ ...live, wanted: spec.assignedTo }] : [])),
    );
    const found = there.map(async ({ key, spec, ensure, live }): Promise<[string, Found<AppSpec, LiveApp>]> => {
      const groups = assigned.get(live.id) ?? [];
      const grants = spec.oktaApiScopes ? await grantsOf(context, live.id) : [];
      const projected = {
        ...(await project(context, live, groups, grants)),
        ...(spec.clientSecrets ? { clientSecrets: await activeSecrets(context, live.id) } : {}),
      };
      if (ensure === 'present' && (spec.type ?? projected.type) !== projected.type)
        throw typeChanged(spec, String(projected.type));
      const { id, created } = live;
      return [key, { live: { id, created, app: live, groups, grants }, spec: projected }];
    });
    return new Map(await Promise.all(found));
  },
  list: async (context) => {
    const all = await liveApps(context);
    const own = all.filter(isOwn);
    const assigned = await assignedGroups(
      context,
      own.map((live) => ({ ...live, wanted: [] })),
    );
    const listed = await inTurns(all, async (live): Promise<readonly Listed<AppSpec>[]> => {
      if (!isOwn(live)) return listedApp(live, { signInPolicy: await signInPolicyOf(context, live) });
      const grants = await readableGrants(context, live.id);
      const projected = await project(context, live, assigned.get(live.id) ?? [], grants ?? []);
      return listedApp(live, projected, grants === undefined);
    });
    return listed.flat().sort(byName);
  },
  create: async (context, { spec }) => {
    const created = await context.api.post<Application>('/api/v1/apps?activate=true', newApp(spec));
    await assign(context, created.id, spec, { policy: spec.signInPolicy !== undefined, groups: [] });
    // The first one is set with the app itself.
    if ((spec.clientSecrets ?? []).length > 1) await setSecrets(context, created.id, spec.clientSecrets ?? []);
    if (spec.oktaApiScopes) await grantScopes(context, created.id, [], spec.oktaApiScopes);
    if (spec.status === 'inactive') await setStatus(context, `${appPath(created.id)}`, 'inactive');
    return created;
  },
  update: async (context, { found, declared, changed }) => {
    const { spec } = declared;
    const path = appPath(found.live.id);
    if (OAUTH_FIELDS.some((field) => changed.has(field))) {
      const { _links, _embedded, ...live } = await context.api.get<Application>(path);
      await context.api.put(path, withSpec(live, pick(spec, changed)));
    }
    if (changed.has('clientSecrets') && spec.clientSecrets)
      await setSecrets(context, found.live.id, spec.clientSecrets);
    await assign(context, found.live.id, spec, {
      policy: changed.has('signInPolicy'),
      groups: changed.has('assignedTo') ? found.live.groups : undefined,
    });
    if (changed.has('oktaApiScopes') && spec.oktaApiScopes) {
      await grantScopes(context, found.live.id, found.live.grants, spec.oktaApiScopes);
    }
    if (changed.has('status')) {
      await setStatus(context, path, spec.status);
    }
  },
  remove: async ({ api }, { live }) => {
    // Okta refuses to delete an active app (403 E0000056).
    if (live.app.status === 'ACTIVE') await api.post(`${appPath(live.id)}/lifecycle/deactivate`);
    await api.delete(appPath(live.id));
  },
  remember: (context, { live }) => rememberApp(context, live.app),
  recreate: (context, _declared, image) => recreateApp(context, image as AppImage),
  restore: (context, _declared, image, id) => restoreApp(context, id, image as AppImage),
  owned: true,
  leaveAlone: ({ live }, context) => (isOurs(live, context) ? [] : ['clientSecrets']),
  notes: ({ spec }, found, context) =>
    found && spec.clientSecrets && !isOurs(found.live, context) && !sameSecrets(found.spec, spec)
      ? ['was there before this config: its client secrets are left alone (--adopt-credentials to set them)']
      : [],
  lost: (action, fields) =>
    action === 'delete' || fields.some(leavesSecret) ? ['its client secret: a new one is made'] : [],
};

function sameSecrets(live: Found<AppSpec>['spec'], spec: AppSpec): boolean {
  return JSON.stringify(live.clientSecrets) === JSON.stringify(spec.clientSecrets);
}

/** Whose secrets this config may set: of others' apps they may be in use. */
const isOurs = ({ app, ...live }: LiveApp, context: OrgContext) =>
  context.adoptCredentials || context.owns(addressFor('app', app.label), live);

/** Okta forgets the secret of an app that is to prove itself otherwise. */
function leavesSecret({ path, before, after }: FieldChange): boolean {
  return path === 'clientAuthentication' && bySecret(before) && !bySecret(after);
}

const bySecret = (method: unknown) => String(method).startsWith('client secret');

/** Whether it is an OIDC app that the org made itself. */
const isOwn = ({ name }: Application) => name === 'oidc_client';

/** The live app that a declaration means, provided that Okta can make of it what is declared. */
async function findLive(
  context: OrgContext,
  { spec, ensure, formerly }: Declared<AppSpec>,
): Promise<Application | undefined> {
  const live = await findApp(context, spec.label);
  if (ensure === 'present' && !formerly) assertProvable(spec, live);
  return live;
}

/** @param groups ids of those it is assigned to */
async function project(
  context: OrgContext,
  live: Application,
  groups: readonly string[],
  grants: readonly ScopeGrant[],
): Promise<Found<AppSpec>['spec']> {
  const client = live.settings.oauthClient ?? {};
  const credentials = live.credentials.oauthClient ?? {};
  return {
    label: live.label,
    type: APP_TYPE.toWord(client.application_type ?? ''),
    grantTypes: (client.grant_types ?? []).map((grant) => GRANT.toWord(grant)),
    redirectUris: client.redirect_uris ?? [],
    signOutUris: client.post_logout_redirect_uris ?? [],
    clientAuthentication: CLIENT_AUTHENTICATION.toWord(credentials.token_endpoint_auth_method ?? ''),
    pkceRequired: credentials.pkce_required,
    publicKeys: activeKeys(client.jwks?.keys),
    publicKeysUrl: client.jwks_uri,
    oktaApiScopes: grants.map(({ scopeId }) => scopeId),
    signInPolicy: await signInPolicyOf(context, live),
    assignedTo: await groupNames(context, groups),
    status: STATUS.toWord(live.status),
  };
}

async function signInPolicyOf(context: OrgContext, live: Application): Promise<string | undefined> {
  const link = live._links?.accessPolicy;
  const id = !link || Array.isArray(link) ? undefined : link.href.split('/').at(-1);
  if (id === undefined) return undefined;
  return (await livePolicies(context, 'ACCESS_POLICY')).find((policy) => policy.id === id)?.name ?? id;
}

async function assign(
  context: OrgContext,
  appId: string,
  spec: AppSpec,
  what: { policy: boolean; groups: readonly string[] | undefined },
): Promise<void> {
  if (what.policy && spec.signInPolicy !== undefined) {
    const policy = await policyId(context, 'ACCESS_POLICY', 'appSignInPolicy', spec.signInPolicy);
    await context.api.put(`${appPath(appId)}/policies/${policy}`);
  }
  if (what.groups === undefined || spec.assignedTo === undefined) return;
  const before = new Set(what.groups);
  const wanted = new Set(await mergedGroupIds(context, what.groups, spec.assignedTo));
  for (const id of wanted) if (!before.has(id)) await context.api.put(`${appPath(appId)}/groups/${id}`, {});
  for (const id of before) if (!wanted.has(id)) await context.api.delete(`${appPath(appId)}/groups/${id}`);
}

function typeChanged(spec: AppSpec, live: string): OrgproofError {
  return new OrgproofError(
    `the app "${spec.label}" is of type ${live} in the org, and Okta refuses to make it ${spec.type}`,
    {
      code: 'app-type-immutable',
      hint: 'give the app another label, or delete the live one first (ensure: absent)',
      exitCode: EXIT.refused,
    },
  );
}

const appPath = (id: string) => `/api/v1/apps/${id}`;
