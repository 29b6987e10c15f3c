import { lstatSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { usageError } from '../shared/errors.ts';

/** Where a command writes its result, as the flags `--out` and `--force` say. */
interface OutFile {
  out?: string | undefined;
  force: boolean;
}

/**
 * Asked before the work is begun, so that it is not done for nothing.
 * @throws OrgproofError `file-exists` (exit 5) for a file that is there, unless it may be replaced
 */
export function assertWritable({ out, force }: OutFile): void {
  if (out === undefined || force || !isThere(out) || isDevice(out)) return;
  throw usageError(`${out} exists already`, 'name another file, or pass --force to replace it', 'file-exists');
}

/**
 * Writes a text that only its owner may read (mode 0600). The file is there as a whole or not at all: a failure leaves what
 * was there before.
 * @throws OrgproofError `file-exists` (exit 5) as {@link assertWritable} does
 */
export function writePrivateFile({ out, force }: OutFile & { out: string }, text: string): void {
  assertWritable({ out, force });
  if (isDevice(out)) {
    writeFileSync(out, text);
    return;
  }
  // What a link points to is replaced, not the link.
  const target = isThere(out) ? realpathSync(out) : out;
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw Object.assign(error as Error, { path: out }); // the name that was given, not ours
  }
}

const isThere = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** A terminal, a pipe or `/dev/null`: nothing is lost by writing to it, and it cannot be replaced. */
function isDevice(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isFile() && !stat.isDirectory();
}
