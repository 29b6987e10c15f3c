/** The ways in: which sets of factors satisfy a demand. Pure. */
import type { Assurance, Factor } from '../../policy/index.ts';

/** No demand needs more than one factor of each class: knowledge, possession, inherence. */
const LONGEST = 3;

/**
 * Every smallest sequence of factors that `assess` calls satisfied. Order counts, since some rules name a chain; where it
 * does not, the first order is given.
 * @param factors those that may be used
 * @param start what every sign-in begins with; empty when any factor may be first
 */
export function waysIn(
  factors: readonly Factor[],
  start: readonly Factor[],
  assess: (verified: readonly Factor[]) => Assurance,
): Factor[][] {
  if (start.length > 0 && assess(start).state === 'satisfied') return [[...start]];
  const found: Factor[][] = [];
  let open: Factor[][] = [[...start]];
  for (let length = start.length + 1; length <= start.length + LONGEST; length++) {
    const longer = open.flatMap((way) => factors.filter((factor) => !way.includes(factor)).map((one) => [...way, one]));
    const fresh = longer.filter((way) => !found.some((known) => known.every((factor) => way.includes(factor))));
    for (const way of fresh) {
      const known = found.some((other) => other.every((factor) => way.includes(factor)));
      if (!known && assess(way).state === 'satisfied') found.push(way);
    }
    open = fresh;
  }
  return found;
}
