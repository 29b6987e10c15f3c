/**
 * The org's state in a file. Written whole to a temporary file beside it and renamed over it, so that a crash leaves the
 * old state or the new one, never half of one. Changes that come close together are written once; a large org, whose
 * writing takes long, is written less often. What was not written yet is in the journal (journal.ts); only a signing key
 * made in the meantime is not.
 */
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OrgproofError } from '../../shared/errors.ts';
import type { Org } from '../org.ts';
import { Journal, journalFile, replayJournals } from './journal.ts';
import { readSnapshot, restoreSnapshot, snapshotWith, watchStore } from './snapshot.ts';

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
    const { journal } = value as { journal?: unknown };
    if (typeof journal === 'string') replayJournals(org, file, journal);
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
  readonly #journal: Journal;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #dirty = false;
  #written = false;
  /** Journals that the next written snapshot makes useless. */
  readonly #superseded: string[] = [];
  /** As the journal has them; both are replaced, never changed in place. */
  #settings: Org['settings'];
  #info: Org['store']['info'];
  #restMs = COALESCE_MS;

  constructor(org: Org, file: string) {
    this.#org = org;
    this.#file = file;
    this.#settings = org.settings;
    this.#info = org.store.info;
    this.#journal = new Journal(file, (error) => org.log(`no journal could be written for ${file}: ${String(error)}`));
    this.#unwatch = watchStore(org, (table, change) => {
      if (table !== undefined && change !== undefined) this.#journal.add({ table, change });
      this.#noteOrg();
      this.#changed();
    });
  }

  /** Writes the state now. To be called once before the org answers: a journal needs a snapshot to go on from. */
  async begin(): Promise<void> {
    this.#dirty = true;
    await this.#write();
    this.#writing = this.#writing.then(() => this.#removeLeftovers());
    await this.#writing;
  }

  #noteOrg(): void {
    const { settings, store } = this.#org;
    if (settings === this.#settings && store.info === this.#info) return;
    this.#settings = settings;
    this.#info = store.info;
    this.#journal.add({ settings: { ...settings }, info: store.org });
  }

  #changed(): void {
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
    this.#journal.close();
    if (!this.#dirty) await this.#removeLeftovers(true);
  }

  /** One write at a time; a failure is said once and tried again with the next change. */
  #write(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      if (!this.#dirty) return;
      this.#dirty = false;
      const started = performance.now();
      try {
        const keys = await this.#org.signingKeys.export();
        const before = this.#journal.id;
        this.#superseded.push(before);
        this.#journal.rotate();
        const snapshot = { ...snapshotWith(this.#org, keys), journal: this.#journal.id };
        await replaceFile(this.#file, JSON.stringify(snapshot));
        this.#written = true;
        for (const id of this.#superseded.splice(0)) await rm(journalFile(this.#file, id), { force: true });
      } catch (error) {
        this.#dirty = true;
        this.#org.log(`the state could not be written to ${this.#file}: ${String(error)}`);
      }
      this.#restMs = Math.max(COALESCE_MS, REST_FACTOR * (performance.now() - started));
    });
    return this.#writing;
  }

  /** What a process that was killed left beside the file; journals that the state holds, or, at the end, all of them. */
  async #removeLeftovers(ended = false): Promise<void> {
    if (!this.#written) return;
    const folder = dirname(this.#file);
    const prefix = `${basename(this.#file)}.`;
    for (const name of await readdir(folder).catch(() => [])) {
      const rest = name.startsWith(prefix) ? name.slice(prefix.length) : '';
      const pid = /^(\d+)\.tmp$/.exec(rest)?.[1];
      const journal = /^([0-9a-f]{12})\.journal$/.exec(rest)?.[1];
      const old =
        (pid !== undefined && !isRunning(Number(pid))) ||
        (journal !== undefined && (ended || journal !== this.#journal.id));
      if (old) await rm(join(folder, name), { force: true });
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
