/** Live apps as a config would declare them. */
import type { Found, Listed } from '../engine/kind.ts';
import type { Application } from '../wire/application.ts';
import type { AppSpec } from './app.ts';
import { known, nameable, pruned, sorted, unsaidMembers } from './listing.ts';
import { inactiveKeys } from './public-keys.ts';
import { hasUsualResponseTypes } from './response-types.ts';
import { GRANT } from './vocabulary.ts';

/** Names of apps that are part of Okta (recorded): they cannot be made, and their names are not labels that somebody gave. */
const OKTAS_OWN = [
  'saasure',
  'okta_enduser',
  'okta_browser_plugin',
  'okta_account_settings',
  'okta_flow_sso',
  'flow',
  'okta_atspoke_sso',
];

/** Whether an app is part of Okta, like the Admin Console. */
export function isOktasOwn({ name }: Pick<Application, 'name'>): boolean {
  return OKTAS_OWN.includes(name);
}

/**
 * @param spec what the kind's normaliser says of the app; of an app that is no OIDC app of the org's own, its policy only
 * @param grantsUnread whether the org did not tell which scopes of the Okta API it was granted
 */
export function listedApp(live: Application, spec: Found<AppSpec>['spec'], grantsUnread = false): Listed<AppSpec>[] {
  const told = (remark: string): Listed<AppSpec>[] => [
    {
      kind: 'app',
      names: [live.label],
      spec: undefined,
      remarks: [remark],
      ...(live.name === 'oidc_client' ? {} : { foreign: true }),
    },
  ];
  if (isOktasOwn(live)) {
    const usual = spec.signInPolicy === undefined || spec.signInPolicy === live.label;
    return usual ? [] : told(`an app of Okta's own; its sign-in policy is ${JSON.stringify(spec.signInPolicy)}`);
  }
  if (live.name !== 'oidc_client') return told(`an app of type ${live.signOnMode}, which has no words in the config`);
  const { signInPolicy, pkceRequired, ...words } = spec as AppSpec;
  const groups = listOf(words.assignedTo);
  const grants = listOf(words.grantTypes);
  const named = groups.filter((name) => !isId(name));
  const wordy = known(grants, GRANT.words);
  return [
    {
      kind: 'app',
      names: [live.label],
      spec: pruned({
        ...words,
        grantTypes: nameable(grants, wordy),
        assignedTo: nameable(groups, sorted(named)),
        // Nobody signs in to a service app: it has a policy by name only, and usually no addresses.
        ...(words.type === 'service'
          ? { redirectUris: someOf(words.redirectUris), signOutUris: someOf(words.signOutUris) }
          : { signInPolicy }),
        ...(words.clientAuthentication === 'none' ? {} : { pkceRequired }),
        publicKeys: words.publicKeys?.length ? words.publicKeys : undefined,
        oktaApiScopes: someOf(words.oktaApiScopes),
      }),
      narrows: ['assignedTo'],
      remarks: [
        ...(wordy.length < grants.length ? ['some of its grants have no words in the config'] : []),
        ...(named.length < groups.length ? ['it is also assigned to groups of an app'] : []),
        ...(grantsUnread ? ['which Okta API scopes it was granted could not be read (okta.appGrants.read)'] : []),
        ...(live.settings.implicitAssignment === true ? ['every user may use it, assigned or not'] : []),
        ...inactiveKeys(live.settings.oauthClient?.jwks?.keys).map(
          ({ kid }) => `its key ${JSON.stringify(kid)} is switched off, and so not written here`,
        ),
        ...unsaidSettings(live),
      ],
    },
  ];
}

function someOf(value: AppSpec['assignedTo']): AppSpec['assignedTo'] {
  return listOf(value).length > 0 ? value : undefined;
}

function listOf(value: AppSpec['assignedTo']): readonly string[] {
  return Array.isArray(value) ? value : [];
}

/** Groups that the config cannot name keep their id: 20 characters that begin with `00g` (recorded). */
const isId = (name: string) => /^00g[0-9A-Za-z]{17}$/.test(name);

const SAID = [
  ...['application_type', 'grant_types', 'redirect_uris', 'post_logout_redirect_uris', 'response_types'],
  ...['jwks', 'jwks_uri'],
];

/** What a new app has when nothing is said of it (recorded). */
const DEFAULTS = {
  client: {
    consent_method: 'TRUSTED',
    issuer_mode: 'ORG_URL',
    wildcard_redirect: 'DISABLED',
    dpop_bound_access_tokens: false,
    participate_slo: false,
    refresh_token: { rotation_type: 'STATIC' },
    idp_initiated_login: { mode: 'DISABLED', default_scope: [] },
  },
  accessibility: { selfService: false },
  visibility: {
    autoLaunch: false,
    autoSubmitToolbar: false,
    hide: { iOS: true, web: true },
    appLinks: { oidc_client_link: true },
  },
};

function unsaidSettings(live: Application): string[] {
  const client = live.settings.oauthClient ?? {};
  const unsaid = [
    ...unsaidMembers(client, SAID, DEFAULTS.client),
    ...(hasUsualResponseTypes(client) ? [] : ['response_types']),
    ...unsaidMembers(live.accessibility ?? {}, [], DEFAULTS.accessibility).map((name) => `accessibility.${name}`),
    ...unsaidMembers(live.visibility ?? {}, [], DEFAULTS.visibility).map((name) => `visibility.${name}`),
    ...unsaidMembers(live.settings.notes ?? {}, []).map((name) => `notes.${name}`),
    ...unsaidMembers(live.profile ?? {}, []).map((name) => `profile.${name}`),
  ].sort();
  return unsaid.length > 0 ? [`its ${unsaid.join(', ')} have no words in the config`] : [];
}
