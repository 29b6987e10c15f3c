import { z } from 'zod';
import type { Found, Reference, SetValue } from '../engine/kind.ts';
import { escapeName, namesOf } from '../shared/address.ts';
import type { OAuth2Scope } from '../wire/authorization-server.ts';
import { ensureField, nameField } from './section.ts';
import { serverObjectKind } from './server-object.ts';
import { listed } from './sets.ts';
import { USER_CONSENT } from './vocabulary.ts';

interface ScopeSpec {
  name: string;
  displayName?: string | null | undefined;
  description?: string | null | undefined;
  userConsent?: (typeof USER_CONSENT.words)[number] | undefined;
  default?: boolean | undefined;
  publishInMetadata?: boolean | undefined;
  optional?: boolean | undefined;
}

/** Scopes that come with every authorization server (recorded). They can be changed, not deleted. */
const SYSTEM_SCOPES = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access', 'device_sso'];

/** Scopes of Okta's own API; the default server comes with some (recorded), and nobody else can make any. */
const isOktas = (name: string) => name.startsWith('okta.');

/** Where a list of scopes names any of them. */
export const ANY_SCOPE = '*';

export const scopeSchema = z
  .strictObject({
    name: nameField('Name of the scope, as apps ask for it.')
      .refine((name) => !/\s/.test(name), 'must not hold spaces: they part the scopes of a request')
      .meta({ examples: ['orders:read'] }),
    displayName: z.string().min(1).optional().meta({ description: 'What a user reads who is asked for consent.' }),
    description: z.string().min(1).optional().meta({ description: 'Shown in the Admin Console.' }),
    userConsent: z.enum(USER_CONSENT.words).optional().meta({
      description:
        '`implicit`: nobody is asked; `required`: users are, and services cannot have it; `flexible`: users are, and services can.',
      default: 'implicit',
    }),
    default: z.boolean().optional().meta({
      description: 'Granted to an app that asks for no scope at all.',
      default: false,
    }),
    publishInMetadata: z.boolean().optional().meta({
      description: 'Whether the public metadata of the server tells of it.',
      default: false,
    }),
    optional: z.boolean().optional().meta({
      description: 'Whether a user may refuse it and still sign in.',
      default: false,
    }),
    ensure: ensureField,
  })
  .superRefine(({ name, ensure }, issues) => {
    if (ensure !== 'absent' || !SYSTEM_SCOPES.includes(name)) return;
    issues.addIssue({
      code: 'custom',
      message: `the scope ${name} is Okta's own and cannot be deleted`,
      path: ['ensure'],
    });
  })
  .meta({ description: 'A scope of an authorization server. Those that come with every server need no entry.' });

/** Scopes by server and name. */
export const authorizationServerScope = serverObjectKind<ScopeSpec, OAuth2Scope>({
  kind: 'authorizationServerScope',
  what: 'scope',
  collection: 'scopes',
  changeEvents: ['oauth2.scope'],
  fields: {
    name: 'identity',
    displayName: 'value',
    description: 'value',
    userConsent: 'value',
    default: 'value',
    publishInMetadata: 'value',
    optional: 'value',
  },
  wireNames: { consent: 'userConsent', metadataPublish: 'publishInMetadata' },
  clearable: ['displayName', 'description'],
  isSystem: (name) => SYSTEM_SCOPES.includes(name),
  isOther: ({ name }) => isOktas(name),
  references: () => [],
  project: (live): Found<ScopeSpec>['spec'] => ({
    name: live.name,
    displayName: live.displayName ?? undefined,
    description: live.description ?? undefined,
    userConsent: USER_CONSENT.toWord(live.consent),
    default: live.default,
    publishInMetadata: live.metadataPublish === 'ALL_CLIENTS',
    optional: live.optional,
  }),
  tell: (spec) => ({ spec, remarks: [] }),
  body: (spec, live) => ({
    name: spec.name,
    displayName: spec.displayName === undefined ? (live?.displayName ?? null) : spec.displayName,
    description: spec.description === undefined ? (live?.description ?? null) : spec.description,
    consent: spec.userConsent ? USER_CONSENT.toWire(spec.userConsent) : (live?.consent ?? 'IMPLICIT'),
    default: spec.default ?? live?.default ?? false,
    metadataPublish: published(spec.publishInMetadata) ?? live?.metadataPublish ?? 'NO_CLIENTS',
    optional: spec.optional ?? live?.optional ?? false,
  }),
});

function published(said: boolean | undefined): OAuth2Scope['metadataPublish'] | undefined {
  return said === undefined ? undefined : said ? 'ALL_CLIENTS' : 'NO_CLIENTS';
}

/** References to the scopes that a field of an object of the same server names; Okta's own are always there. */
export function scopeReferences(scopes: SetValue | undefined, key: string): Reference[] {
  const [server = ''] = namesOf(key);
  return listed(scopes).flatMap((name, index) =>
    name === ANY_SCOPE || SYSTEM_SCOPES.includes(name) || isOktas(name)
      ? []
      : [
          {
            kind: 'authorizationServerScope',
            key: `${escapeName(server)}/${escapeName(name)}`,
            path: `scopes.${index}`,
          },
        ],
  );
}
