/** Any failure as a few lines for a person, or as a document for a program; never a stack unless it is our defect. */
import type { Problem } from '../config/problems.ts';
import { EXIT, type ExitCode, formatPlace, OrgproofError } from '../shared/errors.ts';
import { oneLine } from '../shared/one-line.ts';
import type { Io } from './io.ts';

/** Prints the failure and returns the exit code it stands for. */
export function reportError(error: unknown, io: Io, json: boolean): ExitCode {
  const known = asKnown(error);
  if (known !== error) return reportError(known, io, json);
  if (!(error instanceof OrgproofError)) {
    io.warn(`${io.paint('red', 'defect')}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    io.warn('This is a defect of orgproof: please report it with the lines above.');
    return EXIT.failed;
  }
  for (const { message, place } of problemsOf(error) ?? [{ message: error.message, place: error.source }]) {
    if (place) io.annotate(place, message);
  }
  if (json) {
    const { code, message, hint, source } = error;
    const problems = problemsOf(error);
    io.document({ formatVersion: 1, error: { code, message, hint, source, ...(problems ? { problems } : {}) } });
    return error.exitCode;
  }
  const problems = problemsOf(error) ?? [{ message: error.message, place: error.source, hint: error.hint }];
  for (const problem of problems.slice(0, MOST_PROBLEMS)) {
    const place = problem.place ? `${oneLine(formatPlace(problem.place))}: ` : '';
    io.warn(`${place}${io.paint('red', 'error')}: ${oneLine(problem.message)}`);
    if (problem.hint) io.warn(`  ${io.paint('dim', oneLine(problem.hint))}`);
  }
  if (problems.length > MOST_PROBLEMS) io.warn(`... and ${problems.length - MOST_PROBLEMS} more`);
  return error.exitCode;
}

/** More than a person mends at once. */
const MOST_PROBLEMS = 20;

function problemsOf(error: OrgproofError): readonly Problem[] | undefined {
  return 'problems' in error ? (error.problems as readonly Problem[]) : undefined;
}

/** What the machine refuses, in the words of people. */
const SYSTEM_ERRORS: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  EEXIST: 'it exists already',
  EADDRINUSE: 'the port is in use',
  ERR_SOCKET_BAD_PORT: 'there is no such port',
};

/** Errors of files and ports are no defects: they come out as the one line they are. */
function asKnown(error: unknown): unknown {
  const {
    code = '',
    path,
    port,
    address,
  } = (error ?? {}) as NodeJS.ErrnoException & { port?: number; address?: string };
  const reason = SYSTEM_ERRORS[code];
  if (error instanceof OrgproofError || reason === undefined) return error;
  const what = path ?? (port === undefined ? undefined : `${address ?? ''}:${port}`);
  return new OrgproofError(`${what === undefined ? '' : `${what}: `}${reason} (${code})`, {
    code: 'system',
    ...(code === 'EADDRINUSE' ? { hint: 'name another one with --port; 0 picks a free one' } : {}),
    cause: error,
  });
}
