/** The custom authorization server `default` of a fresh org, and the scopes and claims that every new server gets. */
import { oktaDate } from '../../../shared/clock.ts';
import { type Org, orgNow } from '../../org.ts';
import { KEY_LIFETIME_MS, newKid } from '../signing.ts';

export function seedDefaultAuthorizationServer(org: Org): void {
  const now = orgNow(org);
  const serverId = org.ids.next('aus');
  org.store.authorizationServers.put({
    id: serverId,
    name: 'default',
    description: 'Default Authorization Server for your Applications',
    audiences: ['api://default'],
    issuerMode: 'DYNAMIC',
    status: 'ACTIVE',
    created: now,
    lastUpdated: now,
    credentials: { signing: newSigning(org) },
    default: true,
  });
  addSystemScopesAndClaims(org, serverId);
  seedDefaultPolicy(org, serverId, now);
}

/** `credentials.signing` of a new server: an automatically rotated key, next due in 90 days (recorded). */
export function newSigning(org: Org): {
  kid: string;
  rotationMode: 'AUTO';
  lastRotated: string;
  nextRotation: string;
} {
  return {
    kid: newKid(),
    rotationMode: 'AUTO',
    lastRotated: orgNow(org),
    nextRotation: oktaDate(org.clock.now() + KEY_LIFETIME_MS),
  };
}

function seedDefaultPolicy(org: Org, serverId: string, now: string): void {
  const policyId = org.ids.next('00p');
  org.store.authorizationServerPolicies.put({
    id: policyId,
    serverId,
    type: 'OAUTH_AUTHORIZATION_POLICY',
    status: 'ACTIVE',
    name: 'Default Policy',
    description: 'Default policy for the default authorization server',
    priority: 1,
    system: false,
    conditions: { clients: { include: ['ALL_CLIENTS'] } },
    created: now,
    lastUpdated: now,
  });
  org.store.authorizationServerRules.put({
    id: org.ids.next('0pr'),
    serverId,
    policyId,
    type: 'RESOURCE_ACCESS',
    status: 'ACTIVE',
    name: 'Default Policy Rule',
    priority: 1,
    system: false,
    conditions: {
      people: { users: { include: [], exclude: [] }, groups: { include: ['EVERYONE'], exclude: [] } },
      // Everything but interaction_code: to allow it is a step of Okta's guides.
      grantTypes: {
        include: [
          'implicit',
          'client_credentials',
          'password',
          'authorization_code',
          'urn:ietf:params:oauth:grant-type:device_code',
        ],
      },
      scopes: { include: ['*'] },
    },
    actions: {
      token: { accessTokenLifetimeMinutes: 60, refreshTokenLifetimeMinutes: 0, refreshTokenWindowMinutes: 10_080 },
    },
    created: now,
    lastUpdated: now,
  });
}

/** Name, display name, description. */
const SYSTEM_SCOPES: readonly (readonly [string, string | null, string | null])[] = [
  ['openid', null, 'Signals that a request is an OpenID request.'],
  [
    'profile',
    'View your profile information.',
    'The exact data varies based on what profile information you have provided, such as: name, time zone, picture, or birthday.',
  ],
  ['email', 'View your email address.', 'This allows the app to view your email address.'],
  [
    'address',
    'View your address.',
    'This allows the app to view your address, such as: street address, city, state, and zip code.',
  ],
  ['phone', 'View your phone number.', 'This allows the app to view your phone number.'],
  [
    'offline_access',
    'Keep you signed in to the app.',
    'This keeps you signed in to the app, even when you are not using it.',
  ],
  ['device_sso', null, 'Signals that a request is a device SSO request.'],
];

/** Name, scope, always included. In Okta's order (recorded). */
const SYSTEM_CLAIMS: readonly (readonly [string, string, boolean])[] = [
  ['middle_name', 'profile', false],
  ['zoneinfo', 'profile', false],
  ['website', 'profile', false],
  ['updated_at', 'profile', false],
  ['profile', 'profile', false],
  ['preferred_username', 'profile', true],
  ['picture', 'profile', false],
  ['phone_number', 'phone', false],
  ['nickname', 'profile', false],
  ['name', 'profile', true],
  ['sub', '', true],
  ['locale', 'profile', false],
  ['given_name', 'profile', false],
  ['gender', 'profile', false],
  ['family_name', 'profile', false],
  ['email_verified', 'email', false],
  ['email', 'email', true],
  ['birthdate', 'profile', false],
  ['address', 'address', false],
];

/** What Okta puts into every new authorization server: 7 system scopes and 19 system claims. */
export function addSystemScopesAndClaims(org: Org, serverId: string): void {
  for (const [name, displayName, description] of SYSTEM_SCOPES) {
    org.store.scopes.put({
      id: org.ids.next('scp'),
      serverId,
      name,
      displayName,
      description,
      system: true,
      metadataPublish: 'ALL_CLIENTS',
      consent: 'IMPLICIT',
      optional: false,
      apiResourceId: null,
      default: false,
    });
  }
  for (const [name, scope, always] of SYSTEM_CLAIMS) {
    const subject = name === 'sub';
    org.store.claims.put({
      id: org.ids.next('ocl'),
      serverId,
      name,
      status: 'ACTIVE',
      claimType: subject ? 'RESOURCE' : 'IDENTITY',
      valueType: subject ? 'EXPRESSION' : 'SYSTEM',
      ...(subject ? { value: '(appuser != null) ? appuser.userName : app.clientId' } : {}),
      conditions: { scopes: subject ? [] : [scope] },
      system: true,
      alwaysIncludeInToken: always,
      apiResourceId: null,
    });
  }
}
