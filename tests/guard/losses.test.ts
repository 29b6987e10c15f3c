/** What classes of people would lose, as a table: two states of an org, and who loses what. */
import { describe, expect, it } from 'vitest';
import {
  ANY_ONE,
  appSignInPolicy,
  authenticator,
  EVERYONE,
  enrollmentPolicy,
  globalSessionPolicy,
  PASSWORD_AND_ANOTHER,
} from '../policy/build.ts';
import {
  AUTHENTICATORS,
  app,
  CATCH_ALL,
  CLASSES,
  DEFAULT,
  DENY,
  lost,
  NOBODY,
  type Parts,
  PHONE,
} from './two-states.ts';

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
