/**
 * The corpus: pairs of configs, a file for each kind. Each is applied upon the other, both ways; whichever comes second is
 * then the truth, and rolling it back makes the first one true again.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { testOrg } from '../support/emulator.ts';
import { provisioner, textConfig } from '../support/provision.ts';

const org = testOrg();
beforeEach(() => org.reset());

interface Pair {
  about: string;
  a: string;
  b: string;
}

const FOLDER = import.meta.dirname;

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'))) {
  const pairs = parse(readFileSync(join(FOLDER, file), 'utf8')) as Pair[];
  const bothWays = pairs.flatMap(({ about, a, b }) => [
    { about, way: 'a, then b', first: a, second: b },
    { about, way: 'b, then a', first: b, second: a },
  ]);
  describe(file.replace('.yaml', ''), () => {
    it.each(bothWays)('$about ($way)', async ({ first, second }) => {
      const { apply, plan, rollback } = provisioner(org);
      for (const yaml of [first, second]) {
        expect((await apply(textConfig(yaml))).errors).toEqual([]);
        expect((await plan(textConfig(yaml))).changes).toEqual([]);
        expect(await apply(textConfig(yaml))).toMatchObject({ exitCode: 0, writes: 0 });
      }
      expect((await plan(textConfig(first))).changes).not.toEqual([]);
      expect((await rollback()).errors).toEqual([]);
      expect((await plan(textConfig(first))).changes).toEqual([]);
    });
  });
}
