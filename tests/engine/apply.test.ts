import { describe, expect, it } from 'vitest';
import { applyPlan } from '../../src/engine/apply.ts';
import type { AnyKind, Declared } from '../../src/engine/kind.ts';
import { makePlan } from '../../src/engine/plan.ts';

/** A world of named things, written one at a time, that can refuse. */
function world(refuse: readonly string[] = []) {
  const events: string[] = [];
  let running = 0;
  let peak = 0;
  const kind: AnyKind<object> = {
    name: 'thing',
    resources: { writes: [] },
    fields: { name: 'identity', needs: 'value' },
    references: (spec: { needs?: string[] }) =>
      (spec.needs ?? []).map((key) => ({ kind: 'thing', key, path: 'needs' })),
    read: async () => new Map(),
    create: async (_context, { key }: Declared) => {
      events.push(`begin ${key}`);
      running += 1;
      peak = Math.max(peak, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      if (refuse.includes(key)) throw new Error(`no ${key}`);
      events.push(`end ${key}`);
      return { id: key };
    },
    update: async () => {},
    remove: async () => {},
  };
  return { kind, events, peak: () => peak };
}

const thing = (key: string, ...needs: string[]): Declared => ({
  address: `thing/${key}`,
  kind: 'thing',
  key,
  spec: { name: key, needs },
  ensure: 'present',
  position: 0,
  path: [],
});

const effects = {
  begin: async () => ({ context: {}, mayHaveWritten: () => false }),
  created: async () => {},
};

describe('applying a plan', () => {
  it('writes what is needed first, whatever the order of the config, and independent things side by side', async () => {
    const { kind, events, peak } = world();
    const declared = [thing('c', 'b'), thing('b', 'a'), thing('a'), thing('x'), thing('y')];
    const plan = await makePlan({ org: 'o', declared, kinds: [kind], context: {} });
    const result = await applyPlan(plan, effects);
    expect(result.exitCode).toBe(0);
    expect(events.indexOf('end a')).toBeLessThan(events.indexOf('begin b'));
    expect(events.indexOf('end b')).toBeLessThan(events.indexOf('begin c'));
    expect(peak()).toBeGreaterThan(1);
  });

  it('begins nothing new after a failure and says what became of each', async () => {
    const { kind } = world(['a']);
    const declared = [thing('a'), thing('b', 'a'), thing('c', 'b')];
    const plan = await makePlan({ org: 'o', declared, kinds: [kind], context: {} });
    const result = await applyPlan(plan, effects);
    expect(result.exitCode).toBe(1);
    expect(result.changes.map((entry) => [entry.change.address, entry.outcome])).toEqual([
      ['thing/a', 'unapplied'],
      ['thing/b', 'unapplied'],
      ['thing/c', 'unapplied'],
    ]);
  });

  it('says that a change is in doubt when a write of it may have been done', async () => {
    const { kind } = world(['a']);
    const plan = await makePlan({ org: 'o', declared: [thing('a')], kinds: [kind], context: {} });
    const begin = async () => ({ context: {}, mayHaveWritten: () => true });
    const result = await applyPlan(plan, { ...effects, begin });
    expect(result.changes.map((entry) => entry.outcome)).toEqual(['inDoubt']);
  });

  it('finishes what is in flight when interrupted and exits with 130', async () => {
    const { kind, events } = world();
    const controller = new AbortController();
    const declared = [thing('a'), thing('b', 'a'), thing('c', 'b')];
    const plan = await makePlan({ org: 'o', declared, kinds: [kind], context: {} });
    const result = await applyPlan(plan, {
      ...effects,
      signal: controller.signal,
      onProgress: ({ change, state }) => {
        if (change.address === 'thing/a' && state === 'started') controller.abort();
      },
    });
    expect(events).toEqual(['begin a', 'end a']);
    expect(result.exitCode).toBe(130);
    expect(result.changes.map((entry) => entry.outcome)).toEqual(['applied', 'unapplied', 'unapplied']);
  });

  it('refuses things that need each other, by name', async () => {
    const { kind } = world();
    const declared = [thing('a', 'b'), thing('b', 'a')];
    await expect(makePlan({ org: 'o', declared, kinds: [kind], context: {} })).rejects.toThrow(
      'these objects need each other, so none can be written first: thing/a -> thing/b -> thing/a',
    );
  });
});
