/** From where people lose something, and what is too much to be looked at. */
import { describe, expect, it } from 'vitest';
import { appSignInPolicy } from '../policy/build.ts';
import { CATCH_ALL, CLASSES, DEFAULT, type GROUPS, leftOut, lost, NOBODY, zone } from './two-states.ts';

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
