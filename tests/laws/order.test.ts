/** Laws of order: the list is the priority, what it leaves out keeps its order, and only what has to move is written. */
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { Config } from '../../src/config/load.ts';
import { testOrg, type Untyped } from '../support/emulator.ts';
import { provisioner } from '../support/provision.ts';
import { law } from './law.ts';
import { type LiveOrg, readOrg } from './live.ts';
import { liveAddress } from './mentioned.ts';
import { names } from './names.ts';
import type { ConfigData } from './repair.ts';
import { load, toYaml } from './text.ts';

const org = testOrg();

/** Five sequences: enrollment policies and their rules, rules of an app sign-in policy, access policies and their rules. */
interface Order {
  enrollment: string[];
  enrollmentRules: string[];
  signInRules: string[];
  access: string[];
  accessRules: string[];
}

const sequences = (all: string[], least: number): fc.Arbitrary<Order> => {
  const one = fc.shuffledSubarray(all, { minLength: least });
  return fc.record({ enrollment: one, enrollmentRules: one, signInRules: one, access: one, accessRules: one });
};

const twoOrders = names(5).chain((all) =>
  fc.record({
    first: sequences(all, 0),
    second: sequences(all, 1),
    /** Priorities that somebody gave app sign-in rules in the Admin Console. */
    gaps: fc.array(fc.oneof({ weight: 9, arbitrary: fc.nat(60) }, { weight: 1, arbitrary: fc.nat(98) }), {
      maxLength: 5,
    }),
  }),
);

/** Parents come first in their sequence's own list, so that their rules have somewhere to be. */
function configOf(order: Order): ConfigData {
  const named = (all: readonly string[], more: Record<string, unknown> = {}) => all.map((name) => ({ name, ...more }));
  const enrollment = { groups: ['Everyone'], authenticators: { password: 'required' } };
  return {
    version: 1,
    enrollmentPolicies: [
      ...named(order.enrollment, enrollment),
      { name: PARENT, ...enrollment, rules: named(order.enrollmentRules) },
    ],
    appSignInPolicies: [{ name: PARENT, rules: named(order.signInRules) }],
    authorizationServers: [
      {
        name: 'default',
        policies: [...named(order.access), { name: PARENT, rules: named(order.accessRules) }],
      },
    ],
  };
}

const PARENT = 'Parent of the rules';

/** Where the listed stand in the org, and where the others do. */
function split(live: LiveOrg, { declared }: Config): { listed: [string, string[]][]; others: [string, string[]][] } {
  const listed = new Set(declared.map(liveAddress));
  const part = (is: boolean) =>
    [...live.sequences].map(([name, all]): [string, string[]] => [name, all.filter((one) => listed.has(one) === is)]);
  return { listed: part(true), others: part(false) };
}

/** The order that a config asks for, by sequence. */
function asked({ declared }: Config): Record<string, string[]> {
  const order: Record<string, string[]> = {};
  for (const object of declared) {
    const [kind = '', key = ''] = liveAddress(object).split(/\/(.*)/s);
    const parent = key.split('\n').slice(0, -1).join('\n');
    const sequence = SEQUENCE_OF[kind]?.(parent);
    if (sequence !== undefined) order[sequence] = [...(order[sequence] ?? []), liveAddress(object)];
  }
  return order;
}

const SEQUENCE_OF: Record<string, (parent: string) => string> = {
  enrollmentPolicy: () => '',
  enrollmentPolicyRule: (parent) => `enrollmentPolicy/${parent}`,
  appSignInPolicyRule: (parent) => `appSignInPolicy/${parent}`,
  authorizationServerPolicy: () => 'default',
  authorizationServerPolicyRule: (parent) => `authorizationServerPolicy/${parent}`,
};

/** How few writes do: all that are listed, less the longest run of those that are there in that order already. */
function fewest(listed: readonly string[], before: readonly string[]): number {
  const places = listed.map((address) => before.indexOf(address));
  const runs: number[] = [];
  places.forEach((place, index) => {
    const shorter = places.slice(0, index).map((other, at) => (other >= 0 && other < place ? (runs[at] ?? 0) : 0));
    runs.push(place < 0 ? 0 : Math.max(0, ...shorter) + 1);
  });
  return listed.length - Math.max(0, ...runs);
}

describe('the order of a list', () => {
  law(
    'is the priority, leaves the others in theirs, and is reached by the fewest writes',
    20,
    twoOrders,
    async (one, note) => {
      const [first, second] = [toYaml(configOf(one.first)), toYaml(configOf(one.second))];
      note('what is there', first);
      note(`upon it, once rules have the priorities ${one.gaps.join(', ')}`, second);
      await org.reset();
      const { apply, plan } = provisioner(org);
      expect((await apply(load(first))).errors.join('\n')).toBe('');
      await spread(one.gaps);
      const before = await readOrg(org);
      const wanted = load(second);
      const result = await apply(wanted);
      expect(result.errors.join('\n')).toBe('');
      const after = await readOrg(org);
      expect(Object.fromEntries(split(after, wanted).listed)).toMatchObject(asked(wanted));
      const others = split(after, wanted).others.filter(([name]) => before.sequences.has(name));
      expect(Object.fromEntries(others)).toEqual(Object.fromEntries(split(before, wanted).others));
      const needed = Object.entries(asked(wanted)).map(([name, listed]) =>
        fewest(listed, before.sequences.get(name) ?? []),
      );
      // Where priorities run out, all that are listed are written anew, in front.
      const fits = one.gaps.every((priority) => priority < 90);
      if (fits) expect(result.writes).toBe(sum(needed) + parentsToMake(before, wanted));
      expect((await plan(wanted)).changes.join('\n')).toBe('');
    },
  );
});

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** App sign-in policies have no order; one that is not there is a write all the same. */
function parentsToMake(before: LiveOrg, { declared }: Config): number {
  return declared.filter((object) => object.kind === 'appSignInPolicy' && !before.objects.has(liveAddress(object)))
    .length;
}

/** Gives the rules of the app sign-in policy priorities with gaps between them, as the Admin Console may. */
async function spread(priorities: readonly number[]): Promise<void> {
  const policies = await org.ok<Untyped[]>('GET', '/api/v1/policies?type=ACCESS_POLICY');
  const path = `/api/v1/policies/${policies.find((policy) => policy.name === PARENT).id}/rules`;
  const rules = (await org.ok<Untyped[]>('GET', path)).filter((rule) => !rule.system);
  for (const [index, rule] of rules.entries()) {
    const priority = priorities[index];
    // Two rules may be asked to take the last place; the second is refused, as it should be.
    if (priority !== undefined) await org.api('PUT', `${path}/${rule.id}`, { ...rule, priority });
  }
}
