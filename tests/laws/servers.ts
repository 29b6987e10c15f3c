/** Authorization servers with their scopes and claims, drawn at random. See configs.ts. */
import fc from 'fast-check';
import { GROUP_FILTER, ISSUER_MODE, KEY_ROTATION, USER_CONSENT } from '../../src/kinds/vocabulary.ts';
import { accessPolicy, listOf, optional, type Style, setOf, some, status, text, type World } from './configs.ts';
import type { Entry } from './repair.ts';

/** Beside one that comes with every server. */
const SCOPES = ['orders:read', 'a/b', 'phone'];

/** The default server, which is always there, and one of its own. */
export function authorizationServers(of: World, style: Style): fc.Arbitrary<Entry[]> {
  const inside = {
    scopes: listOf(SCOPES, scope),
    accessTokenClaims: listOf(['team', 'sub'], (name) => accessTokenClaim(name, style)),
    idTokenClaims: listOf(['team', 'ro/le'], (name) => claim(name, style, { alwaysIncludeInToken: fc.boolean() })),
    policies: listOf(of.policies, (policy) => accessPolicy(of, policy, style)),
  };
  const settings = {
    description: text,
    issuerMode: fc.constantFrom(...ISSUER_MODE.words),
    signingKeyRotation: fc.constantFrom(...KEY_ROTATION.words),
    status,
  };
  const audience = fc.constantFrom('api://one', 'https://two.example.com');
  const standard = optional({ name: 'default' }, { ...settings, ...inside, audience });
  const own = audience.chain((one) => optional({ name: of.server, audience: one }, { ...settings, ...inside }));
  return fc.tuple(standard, own).chain((both) => some<Entry>(both));
}

function scope(name: string): fc.Arbitrary<Entry> {
  return optional(
    { name },
    {
      displayName: text,
      description: text,
      userConsent: fc.constantFrom(...USER_CONSENT.words),
      default: fc.boolean(),
      publishInMetadata: fc.boolean(),
      optional: fc.boolean(),
    },
  );
}

function accessTokenClaim(name: string, style: Style): fc.Arbitrary<Entry> {
  const value = fc.constantFrom('user.id', 'user.email');
  return name === 'sub' ? optional<Entry, { value: string }>({ name }, { value }) : claim(name, style, {});
}

function claim(name: string, style: Style, more: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Entry> {
  const free = {
    scopes: setOf(fc.oneof(fc.constant<string[]>(['*']), some([...SCOPES, 'profile'], 1)), style),
    status,
    ...more,
  };
  const expression = fc.constantFrom('user.department', '"x"').map((value) => ({ valueType: 'expression', value }));
  const groups = fc
    .constantFrom(...GROUP_FILTER.words)
    .map((groupFilter) => ({ valueType: 'groups', groupFilter, value: 'Team' }));
  return fc
    .oneof(expression, groups)
    .chain((value) => optional<Entry, Record<string, unknown>>({ name, ...value }, free));
}
