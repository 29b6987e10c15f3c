/** Laws of undoing: an org that was changed and put back is as it was. */
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { memoryLedger } from '../../src/provision/ledger.ts';
import { memoryRecords } from '../../src/provision/records.ts';
import { testOrg, type Untyped } from '../support/emulator.ts';
import { provisioner } from '../support/provision.ts';
import { troubleAtWrite } from '../support/proxy.ts';
import { absent, steady, withoutSystemReferences } from './absent.ts';
import { config, world } from './configs.ts';
import { type Edit, edits } from './console.ts';
import { law } from './law.ts';
import { type LiveOrg, readOrg } from './live.ts';
import { load, toYaml } from './text.ts';

const org = testOrg();

const oneUponAnother = world.chain((of) =>
  fc.tuple(config(of, { add: true }), config(of, { add: true }).map(steady), edits),
);
const one = world.chain((of) => config(of, { add: true }));

/**
 * What an undo can bring back. An authenticator that was added stays, switched off: the API cannot delete it.
 */
function comparable({ objects, sequences }: LiveOrg, fresh: LiveOrg) {
  const kept = [...objects].filter(
    ([address, object]) => fresh.objects.has(address) || !(isAuthenticator(address) && object.status === 'INACTIVE'),
  );
  return { objects: unordered(Object.fromEntries(kept)), sequences: Object.fromEntries(sequences) };
}

/**
 * Lists that Okta keeps in the order in which they were sent, and that mean sets; an empty description, which is none.
 */
function unordered(value: Untyped): Untyped {
  if (Array.isArray(value))
    return value.map(unordered).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([key, inner]) => key !== 'description' || (inner ?? '') !== '');
  return Object.fromEntries(members.map(([key, inner]) => [key, unordered(inner)]));
}

const isAuthenticator = (address: string) => address.startsWith('authenticator/');

/** A user who comes back has no password, and nobody was told: that, and what follows from it, is said and differs. */
function withoutCredentials(live: LiveOrg): LiveOrg {
  const objects = [...live.objects].map(([address, object]): [string, Untyped] => {
    if (!address.startsWith('user/')) return [address, object];
    const { status, credentials, ...rest } = object;
    return [address, rest];
  });
  return { ...live, objects: new Map(objects) };
}

describe('a rollback', () => {
  law(
    'of b upon a leaves the org as a and its admins had left it',
    16,
    oneUponAnother,
    async ([a, b, console], note) => {
      const [first, second] = [toYaml(a), toYaml(b)];
      note('a', first);
      note('b, rolled back', second);
      await org.reset();
      const { apply, plan, rollback } = provisioner(org);
      expect((await apply(load(first))).errors.join('\n')).toBe('');
      await console.reduce<Promise<unknown>>((done, edit: Edit) => done.then(() => edit(org)), Promise.resolve());
      const before = await readOrg(org);
      const wanted = (await plan(load(first))).changes;
      const applied = await apply(load(second));
      expect(applied.errors.join('\n')).toBe('');
      if (applied.writes === 0) return;
      expect((await rollback()).errors.join('\n')).toBe('');
      const after = await readOrg(org);
      expect(comparable(after, before)).toEqual(comparable(before, before));
      expect((await plan(load(first))).changes).toEqual(wanted);
    },
  );

  law('brings back what was deleted', 12, one.map(withoutSystemReferences), async (data, note) => {
    const [yaml, gone] = [toYaml(data), toYaml(absent(data))];
    note('config', yaml);
    await org.reset();
    const { apply, rollback } = provisioner(org);
    expect((await apply(load(yaml))).errors.join('\n')).toBe('');
    const before = withoutCredentials(await readOrg(org));
    const deleted = await apply(load(gone));
    expect(deleted.errors.join('\n')).toBe('');
    if (deleted.writes === 0) return;
    expect((await rollback()).errors.join('\n')).toBe('');
    const after = withoutCredentials(await readOrg(org));
    expect(comparable(after, before)).toEqual(comparable(before, before));
  });

  law(
    'of an apply that was cut short at any write does no less',
    12,
    fc.tuple(one, fc.nat()),
    async ([data, at], note) => {
      const yaml = toYaml(data);
      note('config', yaml);
      await org.reset();
      const [ledger, records] = [memoryLedger(), memoryRecords()];
      const { writes } = await provisioner(org).apply(load(yaml));
      if (writes === 0) return;
      await org.reset();
      const before = await readOrg(org);
      const proxy = await troubleAtWrite(org.url, 1 + (at % writes), at % 2 === 0 ? 'refused' : 'answerLost');
      await provisioner({ url: proxy.url, token: org.token }, ledger, records).apply(load(yaml));
      await proxy.stop();
      if (records.list().every((record) => [...record.outcomes.values()].every((outcome) => outcome === 'unapplied')))
        return;
      expect((await provisioner(org, ledger, records).rollback()).errors.join('\n')).toBe('');
      const after = await readOrg(org);
      expect(comparable(after, before)).toEqual(comparable(before, before));
    },
  );
});

describe('destroy', () => {
  law('after two applies leaves the org as it was before the first', 12, oneUponAnother, async ([a, b], note) => {
    const [first, second] = [toYaml(a), toYaml(b)];
    note('first', first);
    note('second', second);
    await org.reset();
    const before = await readOrg(org);
    const { apply, destroy, rollback } = provisioner(org);
    expect((await apply(load(first))).errors.join('\n')).toBe('');
    expect((await apply(load(second))).errors.join('\n')).toBe('');
    const all = new Map([...load(first).declared, ...load(second).declared].map((object) => [object.address, object]));
    expect((await destroy({ declared: [...all.values()] })).errors.join('\n')).toBe('');
    const after = await readOrg(org);
    expect(comparable(after, before)).toEqual(comparable(before, before));
    await expect(rollback('2000-01-01T00-00-00.000Z')).rejects.toMatchObject({ code: 'no-such-apply', exitCode: 5 });
  });
});
