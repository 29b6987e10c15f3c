/** Any failure as a few lines for a person, or as a document for a program; never a stack unless it is our defect. */
import type { Problem } from '../config/problems.ts';
import { EXIT, type ExitCode, formatPlace, OrgproofError } from '../shared/errors.ts';
import type { Io } from './io.ts';

/** Prints the failure and returns the exit code it stands for. */
export function reportError(error: unknown, io: Io, json: boolean): ExitCode {
  if (!(error instanceof OrgproofError)) {
    io.warn(`${io.paint('red', 'defect')}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    io.warn('This is a defect of orgproof: please report it with the lines above.');
    return EXIT.failed;
  }
  if (json) {
    const { code, message, hint, source } = error;
    const problems = problemsOf(error);
    io.out(
      JSON.stringify(
        { formatVersion: 1, error: { code, message, hint, source, ...(problems ? { problems } : {}) } },
        null,
        2,
      ),
    );
    return error.exitCode;
  }
  const problems = problemsOf(error) ?? [{ message: error.message, place: error.source, hint: error.hint }];
  for (const problem of problems) {
    const place = problem.place ? `${formatPlace(problem.place)}: ` : '';
    io.warn(`${place}${io.paint('red', 'error')}: ${problem.message}`);
    if (problem.hint) io.warn(`  ${io.paint('dim', problem.hint)}`);
  }
  return error.exitCode;
}

function problemsOf(error: OrgproofError): readonly Problem[] | undefined {
  return 'problems' in error ? (error.problems as readonly Problem[]) : undefined;
}
