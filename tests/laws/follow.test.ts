/** Laws of one config upon another: what it mentions becomes as it says, and all else stays as it was. */
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { Config } from '../../src/config/load.ts';
import { testOrg, type Untyped } from '../support/emulator.ts';
import { provisioner } from '../support/provision.ts';
import { steady, thinned } from './absent.ts';
import { config, world } from './configs.ts';
import { type Edit, edits } from './console.ts';
import { law } from './law.ts';
import { type LiveOrg, readOrg } from './live.ts';
import { at, liveAddress, pathsOf, without } from './mentioned.ts';
import { load, toYaml } from './text.ts';

const org = testOrg();

const twoConfigs = world.chain((of) => fc.tuple(config(of, { add: true }), config(of, { add: false }).map(steady)));
const whole = world.chain((of) => fc.tuple(config(of, { add: true }), config(of, { add: true }).map(steady), edits));
const coins = fc.array(fc.boolean(), { minLength: 20, maxLength: 40 });

/** What a config says of the org, by address and path. Memberships only add, so that more of them is no difference. */
function said(live: LiveOrg, { declared }: Config): [string, Untyped][] {
  return declared.flatMap((object) => {
    const raw = live.objects.get(liveAddress(object));
    const { groups } = object.spec as { groups?: { add: string[] } };
    return pathsOf(object).map((path): [string, Untyped] => {
      const value = at(raw, path);
      const known =
        object.kind === 'user' && path === 'groups' ? (value ?? []).filter(isNamed(groups?.add ?? [])) : value;
      return [`${object.address} ${path}`, known];
    });
  });
}

const isNamed = (names: readonly string[]) => (address: string) => names.some((name) => address === `group/${name}`);

/** What a config says nothing about. Levels of an authenticator that it may switch on can come up in the Default Policy. */
function unsaid(live: LiveOrg, { declared }: Config): [string, Untyped][] {
  const byAddress = new Map(declared.map((object) => [liveAddress(object), object]));
  const switched = declared.flatMap((object) =>
    object.kind === 'authenticator' ? [`settings.authenticators.${liveAddress(object).split('/')[1]}`] : [],
  );
  return [...live.objects].map(([address, raw]) => {
    const object = byAddress.get(address);
    const paths = [
      ...(object ? pathsOf(object, true) : []),
      ...(address === 'enrollmentPolicy/Default Policy' ? switched : []),
    ];
    return [address, without(raw, paths)];
  });
}

/** What was in the sets that a config only adds to. `all clients` takes the place of any others. */
function addedTo(live: LiveOrg, { declared }: Config): [string, Untyped[]][] {
  return declared.flatMap((object) =>
    Object.entries(object.spec).flatMap(([field, value]) => {
      const { add } = (typeof value === 'object' ? value : {}) as { add?: string[] };
      if (!add || add.includes('all clients')) return [];
      const raw = live.objects.get(liveAddress(object));
      return pathsOf({ ...object, spec: { [field]: value } }).map((path): [string, Untyped[]] => {
        return [`${object.address} ${path}`, (raw && at(raw, path)) ?? []];
      });
    }),
  );
}

/** Each sequence less the objects that a config lists: they keep their order among themselves. */
function unlisted(live: LiveOrg, { declared }: Config): [string, string[]][] {
  const listed = new Set(declared.map(liveAddress));
  return [...live.sequences].map(([name, all]) => [name, all.filter((address) => !listed.has(address))]);
}

describe('one config upon another', () => {
  law(
    'b after a leaves what b says as b alone does, and the rest as a left it',
    16,
    twoConfigs,
    async ([a, b], note) => {
      const [first, second] = [toYaml(a), toYaml(b)];
      note('a', first);
      note('b', second);
      await org.reset();
      const { apply, plan } = provisioner(org);
      expect((await apply(load(first))).errors.join('\n')).toBe('');
      const before = await readOrg(org);
      expect((await apply(load(second))).errors.join('\n')).toBe('');
      expect((await plan(load(second))).changes.join('\n')).toBe('');
      const after = await readOrg(org);
      const stayed = (live: LiveOrg) => unsaid(live, load(second)).filter(([address]) => before.objects.has(address));
      expect(Object.fromEntries(stayed(after))).toEqual(Object.fromEntries(stayed(before)));
      const order = unlisted(after, load(second)).filter(([name]) => before.sequences.has(name));
      expect(Object.fromEntries(order)).toEqual(Object.fromEntries(unlisted(before, load(second))));
      await org.reset();
      expect((await provisioner(org).apply(load(second))).errors.join('\n')).toBe('');
      const alone = await readOrg(org);
      expect(Object.fromEntries(said(after, load(second)))).toEqual(Object.fromEntries(said(alone, load(second))));
    },
  );

  law(
    'a partial config never touches what it leaves out',
    16,
    fc.tuple(whole, coins),
    async ([[a, b, console], toss], note) => {
      const [first, second] = [toYaml(a), toYaml(thinned(b, a, toss))];
      note('what is there', first);
      note('upon it', second);
      await org.reset();
      const { apply, plan } = provisioner(org);
      expect((await apply(load(first))).errors.join('\n')).toBe('');
      await console.reduce<Promise<unknown>>((done, edit: Edit) => done.then(() => edit(org)), Promise.resolve());
      const before = await readOrg(org);
      expect((await apply(load(second))).errors.join('\n')).toBe('');
      expect((await plan(load(second))).changes.join('\n')).toBe('');
      const after = await readOrg(org);
      const grown = new Map(addedTo(after, load(second)));
      for (const [set, members] of addedTo(before, load(second))) {
        expect(grown.get(set), set).toEqual(expect.arrayContaining(members));
      }
      const untouched = unsaid(after, load(second)).filter(([address]) => before.objects.has(address));
      expect(Object.fromEntries(untouched)).toEqual(Object.fromEntries(unsaid(before, load(second))));
    },
  );
});
