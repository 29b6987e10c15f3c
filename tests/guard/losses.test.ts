/** What people would lose, as a table: two states of an org, and who loses what. Everything is given, nothing is read. */
import { describe, expect, it } from 'vitest';
import type { GroupRuleInForce } from '../../src/guard/group-rules.ts';
import { type Loss, lossesOf } from '../../src/guard/losses.ts';
import type { Someone } from '../../src/guard/people.ts';
import { assumingTheRest } from '../../src/guard/vantages.ts';
import type { World } from '../../src/guard/world.ts';
import type { Factor, PolicyWithRules } from '../../src/policy/index.ts';
import type { Application } from '../../src/wire/application.ts';
import type { Group } from '../../src/wire/directory.ts';
import type { NetworkZone } from '../../src/wire/network-zone.ts';
import {
  ANY_ONE,
  appSignInPolicy,
  authenticator,
  EMAIL,
  EVERYONE,
  enrollmentPolicy,
  globalSessionPolicy,
  PASSWORD,
  PASSWORD_AND_ANOTHER,
  PUSH,
  SMS,
} from '../policy/build.ts';

const GROUPS: readonly [id: string, name: string, type: Group['type']][] = [
  [EVERYONE, 'Everyone', 'BUILT_IN'],
  ['00gA', 'A', 'OKTA_GROUP'],
  ['00gB', 'B', 'OKTA_GROUP'],
];

const DATES = { created: '2026-01-20T12:10:01.000Z', lastUpdated: '2026-01-20T12:10:01.000Z' };

function app(id: string, name: string, label: string, more: Partial<Application> = {}): Application {
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

function admin(enrolled: readonly Factor[], more: Partial<Someone> = {}): Someone {
  return {
    login: 'ann@example.com',
    maySignIn: true,
    person: { id: '00uAnn', groupIds: [EVERYONE] },
    enrolled,
    ...more,
  };
}

const DEFAULT = (levels: Parameters<typeof enrollmentPolicy>[1]) =>
  enrollmentPolicy('Default Policy', { okta_password: 'REQUIRED', ...levels }, { system: true, priority: 99 });

const CATCH_ALL = { name: 'Catch-all Rule', system: true, priority: 99 };
const TWO = appSignInPolicy({ ...CATCH_ALL, demand: PASSWORD_AND_ANOTHER });
const DENY = appSignInPolicy({ ...CATCH_ALL, access: 'DENY' });
const PHONE = DEFAULT({ phone_number: 'OPTIONAL' });

interface Parts {
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
  rules?: GroupRuleInForce[];
}

const AUTHENTICATORS = (
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
    groupRules: new Map((parts.rules ?? []).map((rule) => [rule.key, rule])),
  };
}

/** An IP zone of 203.0.113.0/24, unless said otherwise. */
function zone(id: string, name: string, more: Partial<NetworkZone> = {}): NetworkZone {
  const gateways: NetworkZone['gateways'] = [{ type: 'CIDR', value: '203.0.113.0/24' }];
  return { id, name, type: 'IP', status: 'ACTIVE', usage: 'POLICY', system: false, gateways, ...DATES, ...more };
}

/** What is said to be left out. */
function leftOut(before: Parts, after: Parts): readonly string[] {
  const admins = { ids: [], complete: true };
  return lossesOf({ before: org(before), after: org(after), admins, flows: [], sets: [] }).notes;
}

/** The losses as `who / having / what / reason`, one line each. */
function lost(before: Parts, after: Parts, admins: string[] = []): string[] {
  const { losses } = lossesOf({
    before: org(before),
    after: org(after),
    admins: { ids: admins, complete: true },
    flows: [],
    sets: [],
  });
  return losses.map(line);
}

const line = ({ who, having, what, reason, more = '' }: Loss) =>
  `${who}${having ? ` (${having})` : ''} ${what}: ${reason.replace(/ \(rule .*?\)/, '')}${more}`;

const NOBODY = 'users in no group that the policies name';
const CLASSES = 'the rule requires two different factor classes; password is knowledge only';

describe('nothing is lost', () => {
  it.each<[string, Parts, Parts]>([
    ['when nothing changes', {}, {}],
    [
      'when an authenticator is offered in place of another',
      {},
      { enrollment: [DEFAULT({ okta_verify: 'OPTIONAL' })] },
    ],
    [
      'when nobody had a way in before',
      { policy: DENY },
      { policy: DENY, enrollment: [DEFAULT({ okta_verify: 'OPTIONAL' })] },
    ],
    ['when an app is deleted', {}, { apps: [] }],
    ['when an app comes that denies everyone', { apps: [] }, { policy: DENY }],
    [
      'by a service app, which nobody signs in to',
      { apps: [app('0oaJob', 'oidc_client', 'Job', { settings: { oauthClient: { application_type: 'service' } } })] },
      {
        apps: [
          app('0oaJob', 'oidc_client', 'Job', {
            status: 'INACTIVE',
            settings: { oauthClient: { application_type: 'service' } },
          }),
        ],
      },
    ],
  ])('%s', (_when, before, after) => {
    expect(lost(before, after)).toEqual([]);
  });
});

describe('classes of people lose', () => {
  it.each<[string, Parts, Parts, string[]]>([
    [
      'an app whose rule denies',
      {},
      { policy: DENY },
      [
        `${NOBODY} (Password and Email) could no longer sign in to "Shop": the rule "Catch-all Rule" denies access (app sign-in policy "Password and phone")`,
        `${NOBODY} (Password, Email and Phone) could no longer sign in to "Shop": the rule "Catch-all Rule" denies access (app sign-in policy "Password and phone")`,
      ],
    ],
    [
      'an app when the global session policy denies',
      {},
      { session: globalSessionPolicy({ access: 'DENY' }) },
      [
        `${NOBODY} (Password and Email) could no longer sign in to "Shop": the global session policy denies access`,
        `${NOBODY} (Password, Email and Phone) could no longer sign in to "Shop": the global session policy denies access`,
      ],
    ],
    [
      'an app when the global session policy asks for a second factor that they may not have',
      { policy: appSignInPolicy({ ...CATCH_ALL, demand: ANY_ONE }), enrollment: [DEFAULT({})] },
      {
        policy: appSignInPolicy({ ...CATCH_ALL, demand: ANY_ONE }),
        enrollment: [DEFAULT({})],
        session: globalSessionPolicy({ requireFactor: true }),
      },
      [`${NOBODY} (Password and Email) could no longer sign in to "Shop": ${CLASSES}`],
    ],
    [
      'the one method that their authenticator has left',
      {},
      { authenticators: AUTHENTICATORS.map((one) => (one.key === 'phone_number' ? { ...one, methods: [] } : one)) },
      [
        `${NOBODY} (Password and Email) could no longer sign in to "Shop": ${CLASSES}`,
        `${NOBODY} (Password, Email and Phone) could no longer sign in to "Shop": ${CLASSES}`,
      ],
    ],
    [
      'an app by a policy for one of their groups',
      {},
      {
        enrollment: [
          enrollmentPolicy('For A', { okta_password: 'REQUIRED' }, { groups: ['00gA'], priority: 1 }),
          PHONE,
        ],
      },
      [
        `members of "A" (Password and Email) could no longer sign in to "Shop": ${CLASSES}`,
        `members of "A" (Password, Email and Phone) could no longer sign in to "Shop": ${CLASSES}`,
      ],
    ],
    [
      'an app that is taken from their group',
      { assignedGroups: { '0oaShop': ['00gA', '00gB'] } },
      { assignedGroups: { '0oaShop': ['00gB'] } },
      [
        'members of "A" (Password and Email) could no longer sign in to "Shop": it would be assigned to no group of theirs, which leaves only those whom it is assigned to one by one',
        'members of "A" (Password, Email and Phone) could no longer sign in to "Shop": it would be assigned to no group of theirs, which leaves only those whom it is assigned to one by one',
      ],
    ],
    [
      'an app with the group that it was assigned to',
      { assignedGroups: { '0oaShop': ['00gA'] } },
      { assignedGroups: { '0oaShop': [] }, groups: [EVERYONE, '00gB'] },
      [
        'members of "A" (Password and Email) could no longer sign in to "Shop": it would be assigned to no group of theirs, which leaves only those whom it is assigned to one by one',
        'members of "A" (Password, Email and Phone) could no longer sign in to "Shop": it would be assigned to no group of theirs, which leaves only those whom it is assigned to one by one',
      ],
    ],
  ])('%s', (_what, before, after, expected) => {
    const relevant = lost(before, after).filter((one) => !one.startsWith('everyone'));
    expect(relevant).toEqual(expected);
  });

  it('an app by two policies that only members of two groups meet', () => {
    const strict = {
      name: 'For B',
      conditions: { people: { groups: { include: ['00gB'] } } },
      demand: PASSWORD_AND_ANOTHER,
    };
    const before = appSignInPolicy({ ...CATCH_ALL, demand: ANY_ONE });
    const after = appSignInPolicy({ ...strict, priority: 0 }, { ...CATCH_ALL, demand: ANY_ONE });
    const enrollment = [
      enrollmentPolicy('For A', { okta_password: 'REQUIRED' }, { groups: ['00gA'], priority: 1 }),
      PHONE,
    ];
    expect(lost({ policy: before, enrollment }, { policy: after, enrollment })).toEqual([
      `members of "B" and "A" (Password and Email) could no longer sign in to "Shop": ${CLASSES}`,
    ]);
  });
});

describe('people with one method of an authenticator', () => {
  const never = (levels: Parameters<typeof enrollmentPolicy>[1]) =>
    enrollmentPolicy(
      'Default Policy',
      { okta_password: 'REQUIRED', ...levels },
      { system: true, priority: 99, rules: [{ name: 'Never', self: 'NEVER' }] },
    );
  const phone = (sms: boolean, voice: boolean) =>
    AUTHENTICATORS.map((one) =>
      one.key === 'phone_number' ? { ...authenticator('phone_number', { methods: { sms, voice } }), id: one.id } : one,
    );

  it('lose what those with the other one keep, where nobody may enrol at sign-in', () => {
    const enrollment = [never({ phone_number: 'OPTIONAL' })];
    const before = { enrollment, authenticators: phone(true, true) };
    expect(lost(before, { enrollment, authenticators: phone(false, true) })).toEqual([
      `${NOBODY} (Password, Email and Phone (sms only)) could no longer sign in to "Shop": ${CLASSES}`,
    ]);
  });

  it('lose nothing where they may enrol the other one', () => {
    expect(lost({ authenticators: phone(true, true) }, { authenticators: phone(false, true) })).toEqual([]);
  });
});

describe('from where', () => {
  const inZone = (access: 'ALLOW' | 'DENY') =>
    appSignInPolicy(
      { name: 'At work', priority: 0, conditions: { network: { connection: 'ZONE', include: ['nzoHq'] } } },
      { ...CATCH_ALL, access },
    );
  const zones = [zone('nzoHq', 'Headquarters')];

  it('a way in that is lost outside of the network zones only is told so', () => {
    expect(lost({ policy: inZone('ALLOW'), zones }, { policy: inZone('DENY'), zones })[0]).toBe(
      `${NOBODY} (Password and Email) could no longer sign in to "Shop" outside of the network zones: the rule "Catch-all Rule" denies access (app sign-in policy "Password and phone")`,
    );
  });

  it('a way in that was there in a network zone only is guarded as well', () => {
    const before = { policy: inZone('DENY'), zones };
    expect(lost(before, { ...before, enrollment: [DEFAULT({})] }).at(-1)).toBe(
      `${NOBODY} (Password, Email and Phone) could no longer sign in to "Shop": ${CLASSES}`,
    );
  });

  it('a rule by an expression is taken to hold and not to hold', () => {
    const byExpression = (access: 'ALLOW' | 'DENY') =>
      appSignInPolicy(
        { name: 'By expression', priority: 0, conditions: { elCondition: { condition: 'user.isX()' } } },
        { ...CATCH_ALL, access },
      );
    expect(lost({ policy: byExpression('ALLOW') }, { policy: byExpression('DENY') })).toHaveLength(2);
    const none = { policy: byExpression('DENY'), enrollment: [DEFAULT({})] };
    expect(lost({ policy: byExpression('DENY') }, none).at(-1)).toContain('could no longer sign in to "Shop"');
  });
});

describe('what is too much is left out, and said', () => {
  const rulesOf = (rules: Parameters<typeof appSignInPolicy>) => appSignInPolicy(...rules, { ...CATCH_ALL });

  it('pairs of groups', () => {
    const groups = Array.from({ length: 30 }, (_, n) => `00g${n}`);
    const rules = groups.map((id, n) => ({
      name: id,
      access: n % 2 === 0 ? ('ALLOW' as const) : ('DENY' as const),
      conditions: { people: { groups: { include: [id] } } },
    }));
    const inOrder = rules.map((rule, priority) => ({ ...rule, priority }));
    const reversed = rules.map((rule, n) => ({ ...rule, priority: 30 - n }));
    const more = groups.map((id): (typeof GROUPS)[number] => [id, id, 'OKTA_GROUP']);
    expect(leftOut({ policy: rulesOf(inOrder), more }, { policy: rulesOf(reversed), more })).toEqual([
      '235 pairs of groups were not looked at: who is in both might lose "Shop"',
    ]);
  });

  it('platforms', () => {
    const named = ['IOS', 'ANDROID', 'WINDOWS', 'MACOS', 'CHROMEOS', 'OTHER', 'OSX', 'LINUX'];
    const rules = named.map((type, priority) => ({
      name: type,
      priority,
      conditions: { platform: { include: [{ type: 'DESKTOP', os: { type } }] } },
    }));
    expect(leftOut({}, { policy: rulesOf(rules) })).toEqual([
      'sign-ins were tried on 6 platforms; the rules name 2 more',
    ]);
  });
});

describe('an admin', () => {
  const CONSOLE = app('0oaConsole', 'saasure', 'Okta Admin Console');
  const apps = [CONSOLE];
  const people = (someone: Someone) => ({ '00uAnn': someone });
  const BOTH = DEFAULT({ phone_number: 'OPTIONAL', okta_verify: 'OPTIONAL' });

  it('who has two usable authenticators left of three loses nothing', () => {
    const ann = people(admin([PASSWORD, SMS, PUSH]));
    const before = { apps, people: ann, enrollment: [BOTH] };
    expect(lost(before, { ...before, enrollment: [PHONE] }, ['00uAnn'])).toEqual([]);
  });

  it('who would have one of two is told, though more could be enrolled', () => {
    const ann = people(admin([PASSWORD, PUSH]));
    const before = { apps, people: ann, enrollment: [BOTH] };
    expect(lost(before, { ...before, enrollment: [PHONE] }, ['00uAnn'])).toEqual([
      'the admin ann@example.com would have Password only left of Password and Okta Verify: enrollment policy "Default Policy" applies',
    ]);
  });

  it('who had one before has none to lose but the console', () => {
    const ann = people(admin([PASSWORD, EMAIL]));
    const before = { apps, people: ann, enrollment: [PHONE] };
    expect(lost(before, { ...before, enrollment: [DEFAULT({})] }, ['00uAnn'])).toEqual([
      'everyone whom no other enrollment policy covers, admins included, would be left with the password alone: "Default Policy" would allow no other authenticator, which Okta warns can lock the super admin out for good',
      `the admin ann@example.com could no longer reach the Admin Console: ${CLASSES}; no other admin could, either`,
      `admins with the groups of ann@example.com (Password and Email) could no longer reach the Admin Console: ${CLASSES}`,
      `admins with the groups of ann@example.com (Password, Email and Phone) could no longer reach the Admin Console: ${CLASSES}`,
    ]);
  });

  it('who is suspended already loses nothing', () => {
    const ann = people(admin([PASSWORD, SMS], { maySignIn: false }));
    const before = { apps: [], people: ann };
    expect(lost(before, { ...before, policy: DENY }, ['00uAnn'])).toEqual([]);
  });
});
