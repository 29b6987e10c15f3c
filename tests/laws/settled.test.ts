/** Laws of coming to rest: what was applied is there, plans nothing and writes nothing. */
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { testOrg } from '../support/emulator.ts';
import { provisioner } from '../support/provision.ts';
import { absent, namesAlone } from './absent.ts';
import { config, world } from './configs.ts';
import { law } from './law.ts';
import { readOrg } from './live.ts';
import { layout, load, toYaml, withKeysShuffled } from './text.ts';

const org = testOrg();

const anyConfig = world.chain((of) => fc.tuple(config(of, { add: true }), layout));
const turns = fc.array(fc.nat(1000), { minLength: 20, maxLength: 40 });

describe('coming to rest', () => {
  law(
    'a plan after its apply is empty, and a second apply sends no write',
    25,
    anyConfig,
    async ([data, how], note) => {
      const yaml = toYaml(data, how);
      note('config', yaml);
      await org.reset();
      const { apply, plan } = provisioner(org);
      expect((await apply(load(yaml))).errors.join('\n')).toBe('');
      expect((await plan(load(yaml))).changes.join('\n')).toBe('');
      expect(await apply(load(yaml))).toMatchObject({ exitCode: 0, writes: 0 });
    },
  );

  law(
    'what the org fills in is no drift: each object by its name alone plans nothing',
    12,
    anyConfig,
    async ([data], note) => {
      const yaml = toYaml(data);
      note('config', yaml);
      await org.reset();
      const { apply, plan } = provisioner(org);
      expect((await apply(load(yaml))).errors.join('\n')).toBe('');
      const bare = toYaml(namesAlone(data));
      note('its names', bare);
      expect((await plan(load(bare))).changes.join('\n')).toBe('');
    },
  );

  law('the order of keys never matters', 12, fc.tuple(anyConfig, turns), async ([[data, how], order], note) => {
    const yaml = toYaml(data, how);
    const shuffled = toYaml(withKeysShuffled(data, order), how);
    note('config', yaml);
    note('the same, its keys in another order', shuffled);
    await org.reset();
    const { apply, plan } = provisioner(org);
    expect(await plan(load(shuffled))).toEqual(await plan(load(yaml)));
    expect((await apply(load(yaml))).errors.join('\n')).toBe('');
    expect((await plan(load(shuffled))).changes.join('\n')).toBe('');
  });

  law('what is absent is gone, and then plans nothing', 12, anyConfig, async ([data], note) => {
    const yaml = toYaml(data);
    const gone = toYaml(absent(data));
    note('config', yaml);
    note('all of it absent', gone);
    await org.reset();
    const fresh = await readOrg(org);
    const { apply, plan } = provisioner(org);
    expect((await apply(load(yaml))).errors.join('\n')).toBe('');
    expect((await apply(load(gone))).errors.join('\n')).toBe('');
    expect((await plan(load(gone))).changes.join('\n')).toBe('');
    const after = await readOrg(org);
    const kept = (addresses: Iterable<string>) =>
      [...addresses].filter((address) => !address.startsWith('authenticator/')).sort();
    expect(kept(after.objects.keys())).toEqual(kept(fresh.objects.keys()));
  });
});
