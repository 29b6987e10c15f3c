import { describe, expect, it } from 'vitest';
import { canonical, diffFields } from '../../src/engine/diff.ts';

const rules = { name: 'identity', status: 'value', groups: 'set', levels: 'value', password: 'writeOnly' } as const;

describe('the fields that differ', () => {
  it('are those that the config mentions, by value', () => {
    const live = { name: 'x', status: 'inactive', groups: ['a'], levels: { email: 'optional', phone: 'disabled' } };
    expect(diffFields(rules, { name: 'x', status: 'active', levels: { email: 'disabled' } }, live)).toEqual([
      { path: 'status', before: 'inactive', after: 'active' },
      { path: 'levels.email', before: 'optional', after: 'disabled' },
    ]);
  });

  it('are none for a set in another order, or with repetitions', () => {
    expect(diffFields(rules, { groups: ['b', 'a', 'a'] }, { groups: ['a', 'b'] })).toEqual([]);
  });

  it('include what a complete list no longer names', () => {
    expect(diffFields(rules, { groups: ['b'] }, { groups: ['a', 'b'] })).toEqual([
      { path: 'groups', before: ['a', 'b'], after: ['b'] },
    ]);
  });

  it('leave what else is live to a list that only adds', () => {
    expect(diffFields(rules, { groups: { add: ['c'] } }, { groups: ['b', 'a'] })).toEqual([
      { path: 'groups', before: ['a', 'b'], after: ['a', 'b', 'c'] },
    ]);
    expect(diffFields(rules, { groups: { add: ['a'] } }, { groups: ['b', 'a'] })).toEqual([]);
  });

  it('name a secret only when the object is created, and never its value', () => {
    expect(diffFields(rules, { password: 'hunter2' }, undefined)).toEqual([{ path: 'password', secret: true }]);
    expect(diffFields(rules, { password: 'hunter2' }, { status: 'active' })).toEqual([]);
  });

  it('refuse a field without a rule rather than ignore it', () => {
    expect(() => diffFields(rules, { colour: 'red' }, {})).toThrow('field colour has no rule');
  });
});

describe('canonical text', () => {
  it('is the same for equal values whatever the order of keys', () => {
    expect(canonical({ b: [1, { d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[1,{"c":2,"d":1}]}');
  });
});
