/**
 * Configs of every kind, drawn at random: valid ones, each field there or not. Several drawn from one `World` name the same
 * objects, so that one can follow upon another.
 */
import fc from 'fast-check';
import { POSSESSION_WORDS } from '../../src/kinds/assurance.ts';
import { ENROLL_WHEN, ENROLLMENT, USED_FOR } from '../../src/kinds/vocabulary.ts';
import { type FurtherSections, furtherSections } from './further-kinds.ts';
import { name, names } from './names.ts';
import { type ConfigData, consistent, type Sections } from './repair.ts';
import { authorizationServers } from './servers.ts';

/** The names that the configs of one run draw from. */
export interface World {
  groups: string[];
  policies: string[];
  rules: string[];
  apps: string[];
  origins: string[];
  logins: string[];
  zones: string[];
  hooks: string[];
  /** An authorization server beside the default one. */
  server: string;
  /** Whether users have phones: then every config allows them. */
  phones: boolean;
}

export const world: fc.Arbitrary<World> = fc.record({
  groups: names(3),
  policies: names(3),
  rules: names(3),
  apps: names(4),
  origins: names(2),
  logins: fc.constant(["o'brien+1@example.com", 'Ann.Lee@sub.example.com']),
  zones: names(2),
  hooks: names(2),
  server: name.filter((one) => one !== 'default'),
  phones: fc.boolean(),
});

/** Whether lists may be written `{ add: [...] }`. */
export interface Style {
  add: boolean;
}

export function config(of: World, style: Style): fc.Arbitrary<ConfigData> {
  const further = furtherSections(of, style);
  const basic = fc.record<Omit<Sections, keyof FurtherSections>>({
    authenticators: authenticators(of),
    groups: listOf(of.groups, (group) => optional({ name: group }, { description: text })),
    enrollmentPolicies: enrollmentPolicies(of),
    appSignInPolicies: listOf(of.policies, (policy) =>
      optional({ name: policy }, { description: text, rules: signInRules(of) }),
    ),
    apps: listOf(of.apps, (label) => app(of, label, style)),
    authorizationServers: authorizationServers(of, style),
    trustedOrigins: listOf(of.origins, (origin) => trustedOrigin(of, origin)),
    users: listOf(of.logins, (login) => user(of, login)),
  });
  return fc.tuple(basic, further).map(([one, more]) => consistent({ ...one, ...more }, of.phones));
}

export const text = fc.oneof(fc.constant('x'), name);
export const status = fc.constantFrom('active', 'inactive');

/** Some of the names, in any order, each with an entry. */
export function listOf<T>(all: readonly string[], entry: (one: string) => fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc
    .shuffledSubarray([...all])
    .chain((chosen) => fc.tuple(...chosen.map(entry)))
    .map((entries) => [...entries]);
}

/** An entry with fixed fields and others that may be missing. */
export function optional<Fixed extends object, Free extends object>(
  fixed: Fixed,
  free: { [F in keyof Free]: fc.Arbitrary<Free[F]> },
): fc.Arbitrary<Fixed & Partial<Free>> {
  return fc.record(free, { requiredKeys: [] }).map((given) => ({ ...fixed, ...given }) as Fixed & Partial<Free>);
}

export function setOf(items: fc.Arbitrary<string[]>, style: Style): fc.Arbitrary<string[] | { add: string[] }> {
  return style.add
    ? fc.oneof(
        items,
        items.map((add) => ({ add })),
      )
    : items;
}

export function some<T>(items: readonly T[], least = 0): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...items], { minLength: least });
}

function authenticators(of: World) {
  const usedFor = fc.constantFrom(...USED_FOR.words);
  const methods = fc
    .record({ sms: status, voice: status }, { requiredKeys: [] })
    .filter(({ sms, voice }) => (sms === 'inactive' ? voice === 'active' : voice !== 'inactive' || sms === 'active'));
  const on = fc.constant('active');
  return fc.record(
    {
      password: optional({}, { status: on }),
      email: optional({}, { status: on, usedFor, codeLifetimeMinutes: fc.integer({ min: 5, max: 1440 }) }),
      phone: optional({}, { status: of.phones ? on : status, usedFor, methods }),
      googleAuthenticator: optional({}, { status }),
      webauthn: optional({}, { status }),
      securityQuestion: optional({}, { status, usedFor }),
    },
    { requiredKeys: [] },
  );
}

const levels = fc.record(
  Object.fromEntries(
    ['password', 'email', 'phone', 'googleAuthenticator', 'webauthn', 'securityQuestion'].map((key) => [
      key,
      fc.constantFrom(...ENROLLMENT.words),
    ]),
  ),
  { requiredKeys: [] },
);

function enrollmentPolicies(of: World) {
  const rule = (one: string) => optional({ name: one }, { enroll: fc.constantFrom(...ENROLL_WHEN.words), status });
  const defaultRule = optional({ name: 'Default Rule' }, { enroll: fc.constantFrom(...ENROLL_WHEN.words) });
  const own = listOf(of.policies, (policy) =>
    optional(
      { name: policy },
      {
        description: text,
        groups: some([...of.groups, 'Everyone'], 1),
        authenticators: levels,
        status,
        rules: listOf(of.rules, rule),
      },
    ),
  );
  const last = optional({ name: 'Default Policy' }, { authenticators: levels, rules: defaultRule.map((one) => [one]) });
  return fc.tuple(own, fc.option(last, { nil: undefined })).map(([all, system]) => (system ? [...all, system] : all));
}

function signInRules(of: World) {
  const demand = fc
    .tuple(
      fc.constantFrom('password', 'password + another factor', 'possession factor', 'any 1 factor', 'any 2 factors'),
      fc.option(some(POSSESSION_WORDS), { nil: undefined }),
    )
    .map(([userMustAuthenticateWith, possessionFactorMustBe]) => ({
      userMustAuthenticateWith,
      ...(possessionFactorMustBe === undefined || ['password', 'any 1 factor'].includes(userMustAuthenticateWith)
        ? {}
        : { possessionFactorMustBe }),
    }));
  const rule = (fixed: string, free: Parameters<typeof optional>[1]) =>
    fc
      .tuple(
        optional(
          { name: fixed },
          {
            access: fc.constantFrom('allowed', 'denied'),
            reauthenticateAfter: fc.constantFrom('PT0S', 'PT12H', 'P1D', 'PT90M'),
            ...free,
          },
        ),
        fc.option(demand, { nil: {} }),
      )
      .map(([one, asked]) => ({ ...one, ...asked }));
  const groups = some([...of.groups, 'Everyone']);
  const own = listOf(of.rules, (one) =>
    rule(one, { groups, excludedGroups: some(of.groups), networkZones: some(of.zones), status }),
  );
  return fc
    .tuple(own, fc.option(rule('Catch-all Rule', {}), { nil: undefined }))
    .map(([all, system]) => (system ? [...all, system] : all));
}

const WEB_GRANTS = ['interaction code', 'refresh token', 'implicit', 'client credentials', 'device authorization'];
const SECRETS = ['client secret', 'client secret in the body', 'client secret jwt'];
const APPS = [
  { type: 'web', grants: WEB_GRANTS, proofs: SECRETS },
  { type: 'single-page', grants: ['interaction code', 'refresh token', 'implicit'], proofs: ['none'] },
  {
    type: 'native',
    grants: ['interaction code', 'refresh token', 'resource owner password'],
    proofs: ['none', ...SECRETS],
  },
  { type: 'service', grants: ['token exchange'], proofs: [...SECRETS, 'private key'] },
] as const;

const KEYS = [
  { kid: 'one', kty: 'RSA', e: 'AQAB', n: 'sXch' },
  { kid: 'two', kty: 'EC', crv: 'P-256', x: 'f83OJ3D2', y: 'x_FEzRu9', use: 'sig' },
  JSON.stringify({ kid: 'three', kty: 'RSA', e: 'AQAB', n: 'aGVsbG8', alg: 'RS256' }),
];

/** Keys in the app or at an address; one that proves itself by them has some. */
const publicKeys = (proof: string | undefined) =>
  fc.oneof(
    fc.record({ publicKeys: some(KEYS, 1) }),
    fc.constant({ publicKeysUrl: 'https://app.example.com/keys' }),
    ...(proof === 'private key' ? [] : [fc.constant({}), fc.constant({ publicKeys: [] })]),
  );

/** An app of the type that its place in the world gives it: types cannot change. */
function app(of: World, label: string, style: Style) {
  const kind = APPS[of.apps.indexOf(label) % APPS.length] ?? APPS[0];
  const service = kind.type === 'service';
  const grants = some(kind.grants).map((more) => [service ? 'client credentials' : 'authorization code', ...more]);
  const uris = some(['http://localhost:8080/cb', 'https://a.example.com/x?y=%20', 'com.example.app:/cb'], 1);
  return fc
    .tuple(
      setOf(grants, style),
      setOf(uris, style),
      optional(
        { label, type: kind.type },
        {
          signOutUris: setOf(some(['http://localhost:8080', 'https://b.example.com/out']), style),
          clientAuthentication: fc.constantFrom(...kind.proofs),
          pkceRequired: fc.boolean(),
          ...(service ? {} : { signInPolicy: fc.constantFrom(...of.policies) }),
          assignedTo: setOf(some([...of.groups, 'Everyone']), style),
          oktaApiScopes: setOf(some(['okta.users.read', 'okta.apps.manage', 'okta.logs.read']), style),
          status,
        },
      ),
    )
    .map(([grantTypes, redirectUris, one]) => ({ ...one, grantTypes, ...(service ? {} : { redirectUris }) }))
    .chain((one) => publicKeys(one.clientAuthentication).map((keys) => ({ ...one, ...keys })));
}

export function accessPolicy(of: World, policy: string, style: Style) {
  const grants = ['authorization code', 'interaction code', 'implicit', 'client credentials', 'ciba'];
  const rule = (one: string) =>
    optional(
      { name: one },
      {
        grantTypes: setOf(some(grants, 1), style),
        groups: setOf(some([...of.groups, 'Everyone'], 1), style),
        scopes: setOf(fc.oneof(fc.constant<string[]>(['*']), some(['openid', 'profile', 'email'], 1)), style),
        accessTokenLifetimeMinutes: fc.integer({ min: 5, max: 1440 }),
        refreshTokenLifetimeMinutes: fc.constantFrom(0, 20_160, 100_000),
        status,
      },
    );
  const clients = setOf(fc.oneof(fc.constant<string[]>(['all clients']), some(of.apps, 1)), style);
  return optional({ name: policy }, { description: text, clients, status, rules: listOf(of.rules, rule) });
}

function trustedOrigin(of: World, origin: string) {
  const host = `o${of.origins.indexOf(origin)}.example.com`;
  return optional(
    { name: origin },
    {
      status,
      allow: some(['cors', 'redirect', 'iframe'], 1),
      origin: fc.constantFrom(`https://${host}`, `http://${host}:8080`),
    },
  ).map((one) => ({ origin: `https://${host}`, allow: ['cors'], ...one }));
}

function user(of: World, login: string) {
  return fc.record({ firstName: text, lastName: text }).chain((fixed) =>
    optional(
      { login, ...fixed },
      {
        email: fc.constantFrom('mail@example.com', 'Other.Mail@example.com'),
        groups: some(of.groups),
        ...(of.phones ? { phone: fc.constantFrom('+14155550132', '+14155550133') } : {}),
      },
    ),
  );
}
