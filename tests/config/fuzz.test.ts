import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzz/index.ts';

const SEED = 20_261_124;

describe('a config with random edits', () => {
  it(`is valid or refused with a place: no defect, no hang, no secret (seed ${SEED})`, {
    timeout: 120_000,
  }, async () => {
    const { exits, failures } = await fuzz({ seed: SEED, runs: 1000 });
    const told = failures.map(({ turn, edits, complaint }) => `case ${turn} (${edits.join(', ')}): ${complaint}`);
    expect(told).toEqual([]);
    // Every way to end was met: the edits are neither all harmless nor all fatal.
    expect(Object.keys(exits)).toEqual(['0', '4', '5']);
  });
});
