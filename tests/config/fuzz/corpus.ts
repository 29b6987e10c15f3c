/** What the fuzz begins with: the configs that are shipped, and valid ones of every kind, drawn at random. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { config, world } from '../../laws/configs.ts';
import { layout, toYaml } from '../../laws/text.ts';

const SHIPPED = 'config';
const DRAWN = 30;

export function validConfigs(seed: number): string[] {
  const shipped = readdirSync(SHIPPED)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => readFileSync(join(SHIPPED, name), 'utf8'));
  const drawn = world
    .chain((of) => fc.tuple(config(of, { add: true }), layout))
    .map(([data, how]) => toYaml(data, how));
  // Only those with flows can be refused for what nobody could satisfy: they are drawn as often as the others.
  const often = Array.from({ length: DRAWN / shipped.length }, () => shipped).flat();
  return [...often, ...fc.sample(drawn, { seed, numRuns: DRAWN })];
}
