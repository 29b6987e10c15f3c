/** How a law is tried: from a fixed seed that is printed, on a fresh org each time, and told with its YAML when it fails. */
import fc from 'fast-check';
import { it } from 'vitest';

/** Another one: `LAWS_SEED=42 npx vitest run tests/laws`; more cases: `LAWS_RUNS=500`. */
const SEED = Number(process.env.LAWS_SEED ?? 20_261_124);
const RUNS = Number(process.env.LAWS_RUNS ?? 0);

/** Shrinking a failure stops after this, milliseconds, and the smallest case so far is told. */
const PATIENCE_MS = 60_000;

/** What a law notes of a case, for the day when it fails. */
export type Note = (title: string, yaml: string) => void;

/** A law as a test. `runs`: how many cases. */
export function law<Case>(
  sentence: string,
  runs: number,
  cases: fc.Arbitrary<Case>,
  holds: (one: Case, note: Note) => Promise<void>,
): void {
  it(
    `${sentence} (seed ${SEED})`,
    async () => {
      const property = fc.asyncProperty(cases, (one) => withNotes((note) => holds(one, note)));
      const options = { seed: SEED, numRuns: RUNS || runs, interruptAfterTimeLimit: RUNS ? RUNS * 2000 : PATIENCE_MS };
      report(await fc.check(property, options));
    },
    RUNS ? RUNS * 3000 : PATIENCE_MS + 30_000,
  );
}

async function withNotes(holds: (note: Note) => Promise<void>): Promise<void> {
  const notes: string[] = [];
  try {
    await holds((title, yaml) => notes.push(`# ${title}\n${yaml}`));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(`${said}\n\n${notes.join('\n')}`, { cause: error });
  }
}

/** The YAML says it all: the case itself, as fast-check would print it, is left out. */
function report<Case>(out: fc.RunDetails<[Case]>): void {
  if (!out.failed) return;
  const said = out.errorInstance instanceof Error ? out.errorInstance.message : String(out.errorInstance);
  throw new Error(
    `seed ${out.seed}, case ${out.numRuns}, path ${out.counterexamplePath}, made smaller ${out.numShrinks} times\n${said}`,
    { cause: out.errorInstance },
  );
}
