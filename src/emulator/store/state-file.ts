/**
 * The org's state in a file. Written whole to a temporary file beside it and renamed over it, so that a crash leaves the
 * old state or the new one, never half of one. Changes that come close together are written once; a large org, whose
 * writing takes long, is written less often.
 */
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OrgproofError } from '../../shared/errors.ts';
import type { Org } from '../org.ts';
import { readSnapshot, restoreSnapshot, takeSnapshot, watchStore } from './snapshot.ts';

const COALESCE_MS = 50;
/** Between two writes there is at least this many times what a write takes. */
const REST_FACTOR = 5;

/** Reads the state of an org from a file; false when there is no such file. Throws when it is not a state file. */
export async function loadState(org: Org, file: string): Promise<boolean> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw unreadable(file, 'it cannot be read', error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(file, 'it is no JSON', error);
  }
  const snapshot = readSnapshot(value);
  if (typeof snapshot === 'string') throw unreadable(file, snapshot);
  try {
    restoreSnapshot(org, snapshot);
  } catch (error) {
    throw unreadable(file, 'its rows are damaged', error);
  }
  return true;
}

function unreadable(file: string, why: string, cause?: unknown): OrgproofError {
  return new OrgproofError(`${file} is not a readable state file of the emulator: ${why}`, {
    code: 'emulator-state-unreadable',
    hint: 'Name another file, or delete this one to start with a fresh org.',
    cause,
  });
}

/** Keeps a file in step with an org until `close`, which writes what is still to be written. */
export class StateFile {
  readonly #org: Org;
  readonly #file: string;
  readonly #unwatch: () => void;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #dirty = false;
  #restMs = COALESCE_MS;

  constructor(org: Org, file: string) {
    this.#org = org;
    this.#file = file;
    this.#unwatch = watchStore(org, () => this.changed());
    this.#writing = this.#removeLeftovers();
  }

  changed(): void {
    this.#dirty = true;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#write();
    }, this.#restMs);
  }

  async close(): Promise<void> {
    this.#unwatch();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#write();
  }

  /** One write at a time; a failure is said once and tried again with the next change. */
  #write(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      if (!this.#dirty) return;
      this.#dirty = false;
      const started = performance.now();
      try {
        await replaceFile(this.#file, JSON.stringify(await takeSnapshot(this.#org)));
      } catch (error) {
        this.#dirty = true;
        this.#org.log(`the state could not be written to ${this.#file}: ${String(error)}`);
      }
      this.#restMs = Math.max(COALESCE_MS, REST_FACTOR * (performance.now() - started));
    });
    return this.#writing;
  }

  /** What a process that was killed while writing left beside the file. */
  async #removeLeftovers(): Promise<void> {
    const folder = dirname(this.#file);
    const prefix = `${basename(this.#file)}.`;
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      const pid = name.startsWith(prefix) ? /^(\d+)\.tmp$/.exec(name.slice(prefix.length))?.[1] : undefined;
      if (pid !== undefined && !isRunning(Number(pid))) await rm(join(folder, name), { force: true });
    }
  }
}

/** Readable by its owner only, on the disk before it takes the old one's place. */
async function replaceFile(file: string, content: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(content);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
