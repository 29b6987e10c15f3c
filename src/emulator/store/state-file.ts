/**
 * The org's state in a file. Written whole to a temporary file beside it and renamed over it, so that a crash leaves the
 * old state or the new one, never half of one. Changes that come close together are written once.
 */
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { OrgproofError } from '../../shared/errors.ts';
import type { Org } from '../org.ts';
import { isSnapshot, restoreSnapshot, takeSnapshot, watchStore } from './snapshot.ts';

const COALESCE_MS = 50;

/** Reads the state of an org from a file; false when there is no such file. Throws when it is not a state file. */
export async function loadState(org: Org, file: string): Promise<boolean> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw unreadable(file, error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(file, error);
  }
  if (!isSnapshot(value)) throw unreadable(file);
  restoreSnapshot(org, value);
  return true;
}

function unreadable(file: string, cause?: unknown): OrgproofError {
  return new OrgproofError(`${file} is not a readable state file of the emulator`, {
    code: 'emulator-state-unreadable',
    hint: 'Name another file, or delete this one to start with a fresh org.',
    cause,
  });
}

/** Keeps a file in step with an org until `close`, which writes what is still to be written. */
export class StateFile {
  readonly #org: Org;
  readonly #file: string;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #dirty = false;

  constructor(org: Org, file: string) {
    this.#org = org;
    this.#file = file;
    watchStore(org.store, () => this.changed());
  }

  changed(): void {
    this.#dirty = true;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#write();
    }, COALESCE_MS);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // Signing keys are made without a change of the store.
    this.#dirty = true;
    await this.#write();
  }

  /** One write at a time; a failure is said once and tried again with the next change. */
  #write(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      if (!this.#dirty) return;
      this.#dirty = false;
      try {
        const temporary = `${this.#file}.tmp`;
        await writeFile(temporary, JSON.stringify(await takeSnapshot(this.#org)), { mode: 0o600 });
        await chmod(temporary, 0o600);
        await rename(temporary, this.#file);
      } catch (error) {
        this.#dirty = true;
        this.#org.log(`the state could not be written to ${this.#file}: ${String(error)}`);
      }
    });
    return this.#writing;
  }
}
