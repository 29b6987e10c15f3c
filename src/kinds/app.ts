import { z } from 'zod';
import type { Found, Kind, Listed, SetValue } from '../engine/kind.ts';
import { escapeName } from '../shared/address.ts';
import { EXIT, OrgproofError } from '../shared/errors.ts';
import { inTurns } from '../shared/in-turns.ts';
import type { AppGroupAssignment, Application, OAuthClientSettings } from '../wire/application.ts';
import { listedApp } from './app-listing.ts';
import { findApp, liveApps, livePolicies, type OrgContext, policyId, setStatus } from './context.ts';
import { groupNames, groupReferences, mergedGroupIds } from './groups.ts';
import { byName } from './listing.ts';
import { type AppImage, recreateApp, rememberApp, restoreApp } from './recreate.ts';
import { responseTypes } from './response-types.ts';
import { ensureField, nameField, type Section, setField, statusField } from './section.ts';
import { listed, merged, mergedWords } from './sets.ts';
import { APP_TYPE, CLIENT_AUTHENTICATION, GRANT, STATUS } from './vocabulary.ts';

export interface AppSpec {
  label: string;
  type: (typeof APP_TYPE.words)[number];
  grantTypes?: SetValue | undefined;
  redirectUris?: SetValue | undefined;
  signOutUris?: SetValue | undefined;
  clientAuthentication?: (typeof CLIENT_AUTHENTICATION.words)[number] | undefined;
  pkceRequired?: boolean | undefined;
  signInPolicy?: string | undefined;
  assignedTo?: SetValue | undefined;
  status?: (typeof STATUS.words)[number] | undefined;
}

interface LiveApp {
  id: string;
  app: Application;
  /** Ids of the assigned groups, as far as the config asks for them. */
  groups: readonly string[];
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
    if (app.clientAuthentication === 'none' && app.pkceRequired === false) {
      issues.addIssue({ code: 'custom', message: 'an app without a secret must use PKCE', path: ['pkceRequired'] });
    }
  })
  .meta({ description: 'An OpenID Connect app (Applications > Applications).' });

export const appSection: Section<z.infer<typeof schema>[]> = {
  key: 'apps',
  schema: z.array(schema).meta({ description: 'OpenID Connect apps.' }),
  layout: { kind: 'app', naming: 'label' },
};

/** OIDC apps by label, with the policy and the groups they are assigned. */
export const app: Kind<AppSpec, LiveApp, OrgContext> = {
  name: 'app',
  changeEvents: ['application.lifecycle', 'application.policy', 'app.oauth2.client', 'group.application_assignment'],
  fields: {
    label: 'identity',
    type: 'value',
    grantTypes: 'set',
    redirectUris: 'set',
    signOutUris: 'set',
    clientAuthentication: 'value',
    pkceRequired: 'value',
    signInPolicy: 'value',
    assignedTo: 'set',
    status: 'value',
  },
  references: ({ signInPolicy, assignedTo }) => [
    ...(signInPolicy === undefined
      ? []
      : [{ kind: 'appSignInPolicy', key: escapeName(signInPolicy), path: 'signInPolicy' }]),
    ...groupReferences(assignedTo, 'assignedTo'),
  ],
  read: async (context, declared) => {
    const found = await Promise.all(
      declared.map(async ({ key, spec, ensure }): Promise<[string, Found<AppSpec, LiveApp>][]> => {
        const live = await findApp(context, spec.label);
        if (ensure === 'present') assertProvable(spec, live);
        if (!live) {
          if (ensure === 'present') assertCreatable(spec);
          return [];
        }
        const groups =
          spec.assignedTo && (await context.reader.list<AppGroupAssignment>(`${appPath(live.id)}/groups?limit=200`));
        const projected = await project(context, live, groups ?? []);
        if (ensure === 'present' && (spec.type ?? projected.type) !== projected.type)
          throw typeChanged(spec, String(projected.type));
        const assigned = (groups ?? []).map((group) => group.id);
        return [[key, { live: { id: live.id, app: live, groups: assigned }, spec: projected }]];
      }),
    );
    return new Map(found.flat());
  },
  list: async (context) => {
    const listed = await inTurns(await liveApps(context), async (live): Promise<readonly Listed<AppSpec>[]> => {
      if (live.name !== 'oidc_client') return listedApp(live, { signInPolicy: await signInPolicyOf(context, live) });
      const groups = await context.reader.list<AppGroupAssignment>(`${appPath(live.id)}/groups?limit=200`);
      return listedApp(live, await project(context, live, groups));
    });
    return listed.flat().sort(byName);
  },
  create: async (context, { spec }) => {
    const created = await context.api.post<Application>('/api/v1/apps?activate=true', newApp(spec));
    await assign(context, created.id, spec, { policy: spec.signInPolicy !== undefined, groups: [] });
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
    await assign(context, found.live.id, spec, {
      policy: changed.has('signInPolicy'),
      groups: changed.has('assignedTo') ? found.live.groups : undefined,
    });
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
  lost: (action) => (action === 'delete' ? ['its client secret: a new one is made'] : []),
};

const OAUTH_FIELDS = ['grantTypes', 'redirectUris', 'signOutUris', 'clientAuthentication', 'pkceRequired'] as const;

async function project(
  context: OrgContext,
  live: Application,
  groups: readonly AppGroupAssignment[],
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
    signInPolicy: await signInPolicyOf(context, live),
    assignedTo: await groupNames(
      context,
      groups.map((group) => group.id),
    ),
    status: STATUS.toWord(live.status),
  };
}

async function signInPolicyOf(context: OrgContext, live: Application): Promise<string | undefined> {
  const link = live._links?.accessPolicy;
  const id = !link || Array.isArray(link) ? undefined : link.href.split('/').at(-1);
  if (id === undefined) return undefined;
  return (await livePolicies(context, 'ACCESS_POLICY')).find((policy) => policy.id === id)?.name ?? id;
}

function newApp(spec: AppSpec) {
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
      },
    },
    settings: { oauthClient: { application_type: APP_TYPE.toWire(spec.type) } },
  };
  return withSpec(base, spec);
}

const isPublic = ({ type }: AppSpec) => type === 'single-page' || type === 'native';
const defaultMethod = (spec: AppSpec) => (isPublic(spec) ? 'none' : 'client secret');

/** An app's body with the given fields laid over it; everything else stays as it is. */
function withSpec<Body extends Pick<Application, 'credentials' | 'settings'>>(
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

function pick(spec: AppSpec, fields: ReadonlySet<keyof AppSpec>): Partial<AppSpec> {
  return Object.fromEntries(Object.entries(spec).filter(([field]) => fields.has(field as keyof AppSpec)));
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

/** Clients without a secret prove the code by PKCE whatever they say, so that a `false` would differ for ever. */
function assertProvable(spec: AppSpec, live: Application | undefined): void {
  const before = live?.credentials.oauthClient?.token_endpoint_auth_method;
  const method = spec.clientAuthentication ?? (before ? CLIENT_AUTHENTICATION.toWord(before) : defaultMethod(spec));
  if (method !== 'none' || spec.pkceRequired !== false) return;
  throw new OrgproofError(`the app "${spec.label}" has no secret, so Okta makes it use PKCE`, {
    code: 'app-pkce-required',
    hint: 'leave pkceRequired out, or give it a clientAuthentication with a secret',
    exitCode: EXIT.usage,
  });
}

/** Okta takes a private key only together with the public ones, which a config cannot declare yet. */
function assertCreatable({ label, clientAuthentication }: AppSpec): void {
  if (clientAuthentication !== 'private key') return;
  throw new OrgproofError(
    `the app "${label}" is not there yet, and a new app with a private key needs its public keys`,
    {
      code: 'app-keys-missing',
      hint: 'create it in the Admin Console with its keys, or give it another clientAuthentication',
      exitCode: EXIT.usage,
    },
  );
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
