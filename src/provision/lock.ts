/**
 * One apply at a time on an org: a file that names the process which holds it. It spans the processes of one user on one
 * machine; nothing here, or in Okta, keeps another machine from writing at the same time.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { EXIT, OrgproofError } from '../shared/errors.ts';

interface Holder {
  pid: number;
  since: string;
}

/**
 * Runs work while holding the lock of an org; a lock whose holder is gone is taken over.
 * @param org what tells this org from others: its URL, or where an embedded one is kept
 * @throws OrgproofError `org-locked` (exit 4) while another process holds it
 */
export async function withOrgLock<Result>(
  org: string,
  work: () => Promise<Result>,
  folder: string = lockFolder(),
): Promise<Result> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${createHash('sha256').update(org).digest('hex').slice(0, 16)}.lock`);
  take(file, org);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Of this user, since another's files could be neither read nor taken over. */
function lockFolder(): string {
  return join(tmpdir(), `orgproof-locks-${userInfo().username}`);
}

function take(file: string, org: string): void {
  const own = JSON.stringify({ pid: process.pid, since: new Date().toISOString() } satisfies Holder);
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(file, own, { flag: 'wx', mode: 0o600 });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readHolder(file);
    if (holder && isAlive(holder.pid)) throw locked(org, holder, file);
    removeStale(file, holder);
  }
  throw locked(org, readHolder(file), file);
}

/** Moved aside first: of two that find it stale, only one moves it, and what was moved is looked at once more. */
function removeStale(file: string, stale: Holder | undefined): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return; // another one was faster
  }
  const moved = readHolder(aside);
  if (moved && moved.pid !== stale?.pid && isAlive(moved.pid)) renameSync(aside, file);
  else rmSync(aside, { force: true });
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function locked(org: string, holder: Holder | undefined, file: string): OrgproofError {
  const who = holder ? `process ${holder.pid}, since ${holder.since}` : 'another process';
  return new OrgproofError(`another apply is at work on ${org} (${who})`, {
    code: 'org-locked',
    hint: `wait until it is done; should that process be no orgproof, delete ${file}`,
    exitCode: EXIT.refused,
  });
}
