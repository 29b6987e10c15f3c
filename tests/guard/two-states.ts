/** Two states of an org that differ in what a test gives, and what people lose between them. Nothing is read. */
import type { KnownGroupRule } from '../../src/guard/group-rules.ts';
import type { Loss } from '../../src/guard/loss.ts';
import { lossesOf } from '../../src/guard/losses.ts';
import type { Someone } from '../../src/guard/people.ts';
import { assumingTheRest } from '../../src/guard/vantages.ts';
import type { World } from '../../src/guard/world.ts';
import type { Factor, PolicyWithRules } from '../../src/policy/index.ts';
import type { Application } from '../../src/wire/application.ts';
import type { Group } from '../../src/wire/directory.ts';
import type { NetworkZone } from '../../src/wire/network-zone.ts';
import {
  appSignInPolicy,
  authenticator,
  EVERYONE,
  enrollmentPolicy,
  globalSessionPolicy,
  PASSWORD_AND_ANOTHER,
} from '../policy/build.ts';

export const GROUPS: readonly [id: string, name: string, type: Group['type']][] = [
  [EVERYONE, 'Everyone', 'BUILT_IN'],
  ['00gA', 'A', 'OKTA_GROUP'],
  ['00gB', 'B', 'OKTA_GROUP'],
];

const DATES = { created: '2026-01-20T12:10:01.000Z', lastUpdated: '2026-01-20T12:10:01.000Z' };

export function app(id: string, name: string, label: string, more: Partial<Application> = {}): Application {
  return {
    id,
    name,
    label,
    status: 'ACTIVE',
    signOnMode: 'OPENID_CONNECT',
    credentials: {},
    settings: {},
    _links: { accessPolicy: { href: 'https://org/api/v1/policies/id of Password and phone' } },
    ...DATES,
    ...more,
  };
}

function group([id, name, type]: (typeof GROUPS)[number]): Group {
  return {
    id,
    type,
    profile: { name, description: null },
    objectClass: [],
    lastMembershipUpdated: DATES.lastUpdated,
    ...DATES,
  };
}

export function admin(enrolled: readonly Factor[], more: Partial<Someone> = {}): Someone {
  return {
    login: 'ann@example.com',
    maySignIn: true,
    person: { id: '00uAnn', groupIds: [EVERYONE] },
    enrolled,
    ...more,
  };
}

export const DEFAULT = (levels: Parameters<typeof enrollmentPolicy>[1]) =>
  enrollmentPolicy('Default Policy', { okta_password: 'REQUIRED', ...levels }, { system: true, priority: 99 });

export const CATCH_ALL = { name: 'Catch-all Rule', system: true, priority: 99 };
const TWO = appSignInPolicy({ ...CATCH_ALL, demand: PASSWORD_AND_ANOTHER });
export const DENY = appSignInPolicy({ ...CATCH_ALL, access: 'DENY' });
export const PHONE = DEFAULT({ phone_number: 'OPTIONAL' });

export interface Parts {
  policy?: PolicyWithRules;
  enrollment?: PolicyWithRules[];
  session?: PolicyWithRules;
  authenticators?: World['authenticators'];
  apps?: Application[];
  assignedGroups?: Record<string, string[]>;
  people?: Record<string, Someone>;
  groups?: readonly string[];
  more?: (typeof GROUPS)[number][];
  zones?: NetworkZone[];
  rules?: KnownGroupRule[];
}

export const AUTHENTICATORS = (
  [
    ['okta_password'],
    ['okta_email', { allowedFor: 'any' }],
    ['phone_number', { methods: { sms: true, voice: false } }],
    ['okta_verify'],
  ] as Parameters<typeof authenticator>[]
).map((one) => ({ ...authenticator(...one), id: `id of ${one[0]}` }));

function org(parts: Parts = {}): World {
  const policy = parts.policy ?? TWO;
  const view = {
    authenticators: parts.authenticators ?? AUTHENTICATORS,
    enrollmentPolicies: parts.enrollment ?? [PHONE],
    globalSessionPolicies: [parts.session ?? globalSessionPolicy()],
    appSignInPolicies: new Map([[policy.policy.id, policy]]),
    apps: new Map((parts.apps ?? [app('0oaShop', 'oidc_client', 'Shop')]).map((one) => [one.id, one])),
    assignedGroups: new Map(Object.entries(parts.assignedGroups ?? {})),
    zones: new Map((parts.zones ?? []).map((zone) => [zone.id, zone])),
  };
  return {
    ...view,
    assumed: assumingTheRest(view),
    groups: new Map(
      [...GROUPS, ...(parts.more ?? [])]
        .filter(([id]) => parts.groups?.includes(id) ?? true)
        .map((one) => [one[0], group(one)]),
    ),
    people: new Map(Object.entries(parts.people ?? {})),
    groupRules: new Map((parts.rules ?? []).map((rule) => [rule.id, rule])),
  };
}

/** An IP zone of 203.0.113.0/24, unless said otherwise. */
export function zone(id: string, name: string, more: Partial<NetworkZone> = {}): NetworkZone {
  const gateways: NetworkZone['gateways'] = [{ type: 'CIDR', value: '203.0.113.0/24' }];
  return { id, name, type: 'IP', status: 'ACTIVE', usage: 'POLICY', system: false, gateways, ...DATES, ...more };
}

/** What is said to be left out. */
export function leftOut(before: Parts, after: Parts): readonly string[] {
  const admins = { ids: [], complete: true };
  return lossesOf({
    before: org(before),
    after: org(after),
    admins,
    flows: [],
    signIns: undefined,
    touched: [],
    sets: [],
  }).notes;
}

/** The losses as `who / having / what / reason`, one line each. */
export function lost(before: Parts, after: Parts, admins: string[] = []): string[] {
  const { losses } = lossesOf({
    before: org(before),
    after: org(after),
    admins: { ids: admins, complete: true },
    flows: [],
    signIns: undefined,
    touched: [],
    sets: [],
  });
  return losses.map(line);
}

const line = ({ who, having, what, reason, more = '' }: Loss) =>
  `${who}${having ? ` (${having})` : ''} ${what}: ${reason.replace(/ \(rule .*?\)/, '')}${more}`;

export const NOBODY = 'users in no group that the policies name';
export const CLASSES = 'the rule requires two different factor classes; password is knowledge only';
