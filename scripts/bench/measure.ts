/** Medians, and how a figure is written. */

export const RUNS = 9;

export function medianMs(work: () => unknown): number {
  return median(
    Array.from({ length: RUNS }, () => {
      const start = performance.now();
      work();
      return performance.now() - start;
    }),
  );
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** A line of a table: what, and its figures. */
export function line(what: string, ...figures: string[]): void {
  console.log(`  ${what.padEnd(46)} ${figures.join('  ')}`);
}
