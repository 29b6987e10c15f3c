import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrangePriorities, type Listed, type Sibling } from '../../src/engine/priority.ts';

const live = (...ids: string[]): Sibling[] => ids.map((id, index) => ({ id, priority: index + 1 }));
const listed = (...keys: string[]): Listed[] =>
  keys.map((key) => ({ key, id: key.startsWith('new') ? undefined : key }));
const writes = (...args: Parameters<typeof arrangePriorities>) => Object.fromEntries(arrangePriorities(...args));

describe('list order as priority', () => {
  it('needs no write when the order is right', () => {
    expect(writes('dense', live('a', 'b', 'c'), listed('a', 'c'))).toEqual({});
  });

  it('moves one object rather than all that it passes', () => {
    expect(writes('dense', live('a', 'b', 'c'), listed('b', 'c', 'a'))).toEqual({ a: 3 });
  });

  it('puts a new object behind the one listed before it', () => {
    expect(writes('dense', live('a', 'b'), listed('a', 'new', 'b'))).toEqual({ new: 2 });
  });

  it('puts a new first object before the next one listed', () => {
    expect(writes('dense', live('x', 'a'), listed('new', 'a'))).toEqual({ new: 2 });
  });

  it('puts a new object at the end when nothing else is listed', () => {
    expect(writes('dense', live('x', 'y'), listed('new'))).toEqual({ new: 3 });
    expect(writes('dense', [], listed('new'))).toEqual({ new: 1 });
    expect(writes('gapped', [], listed('new'))).toEqual({ new: 0 });
  });

  it('uses the gaps of app sign-in rules', () => {
    const gapped = [
      { id: 'a', priority: 0 },
      { id: 'b', priority: 5 },
    ];
    expect(writes('gapped', gapped, listed('a', 'new1', 'new2', 'b'))).toEqual({ new1: 1, new2: 2 });
  });
});

describe('a rule that the Admin Console put at 98, the last place', () => {
  it('makes room for one that comes after it', () => {
    const old = [{ id: 'old', priority: 98 }];
    expect(writes('gapped', old, listed('old', 'new'))).toEqual({ old: 0, new: 1 });
  });

  it('stays where it is when it is not listed', () => {
    expect(writes('gapped', [{ id: 'old', priority: 98 }], listed('new'))).toEqual({ new: 0 });
  });
});

/** How Okta carries out one write: dense lists close up and make way, gapped ones shift up to the next gap (documented). */
function oktaWrites(scheme: 'dense' | 'gapped', siblings: Sibling[], id: string, priority: number): Sibling[] {
  const others = siblings.filter((sibling) => sibling.id !== id).sort((a, b) => a.priority - b.priority);
  if (scheme === 'dense') {
    others.splice(priority - 1, 0, { id, priority });
    return others.map((sibling, index) => ({ id: sibling.id, priority: index + 1 }));
  }
  let taken = priority;
  const shifted = others.map((sibling) =>
    sibling.priority === taken ? { id: sibling.id, priority: ++taken } : sibling,
  );
  return [...shifted, { id, priority }];
}

describe.each(['dense', 'gapped'] as const)('any %s list', (scheme) => {
  it('comes to the order of the config, and what is not listed keeps its order', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    fc.assert(
      fc.property(
        fc.shuffledSubarray(ids),
        fc.shuffledSubarray([...ids, 'new1', 'new2']),
        fc.array(fc.nat(3), { minLength: 6, maxLength: 6 }),
        (present, wanted, gaps) => {
          let priority = scheme === 'dense' ? 0 : -1;
          let siblings: Sibling[] = present.map((id, index) => {
            priority += scheme === 'dense' ? 1 : 1 + (gaps[index] ?? 0);
            return { id, priority };
          });
          const list = wanted.map((key) => ({ key, id: present.includes(key) ? key : undefined }));
          for (const [key, slot] of arrangePriorities(scheme, siblings, list)) {
            siblings = oktaWrites(scheme, siblings, key, slot);
          }
          const order = siblings.toSorted((a, b) => a.priority - b.priority).map((sibling) => sibling.id);
          expect(order.filter((id) => wanted.includes(id))).toEqual(wanted);
          const others = present.filter((id) => !wanted.includes(id));
          expect(order.filter((id) => others.includes(id))).toEqual(others);
          const again = order.map((id, index) => ({ id, priority: index + 1 }));
          const settled = wanted.map((key) => ({ key, id: key }));
          expect([...arrangePriorities('dense', again, settled)]).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });
});
