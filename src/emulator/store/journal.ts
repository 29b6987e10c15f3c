/**
 * What changed since a snapshot, beside the state file: one line of JSON per change, handed to the operating system before
 * the answer to the request goes out, so that what was acknowledged outlives a killed process. A snapshot names the journal
 * that goes on from it; a journal that ended because a newer snapshot was begun names the next one in its last line.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { EmulatorSettings, Org } from '../org.ts';
import type { TableChange } from './collection.ts';
import { applyChange } from './snapshot.ts';
import type { OrgInfo } from './store.ts';

type Line =
  | { table: string; change: TableChange }
  | { settings: Partial<EmulatorSettings>; info: OrgInfo }
  | { next: string };

export class Journal {
  readonly #file: string;
  readonly #failed: (error: unknown) => void;
  /** Of the journal that is being written; part of its file's name. */
  id = newId();
  #handle: number | undefined;
  #pending: Line[] = [];

  /** @param failed is told when a journal cannot be written; its changes then are in the next snapshot only. */
  constructor(stateFile: string, failed: (error: unknown) => void) {
    this.#file = stateFile;
    this.#failed = failed;
  }

  /** Written at the end of the running task: before any answer that tells of the change. */
  add(line: Line): void {
    this.#pending.push(line);
    if (this.#pending.length === 1) queueMicrotask(() => this.#flush());
  }

  /** Begins the next journal, from a snapshot on that is taken in the same task. */
  rotate(): void {
    const next = newId();
    this.add({ next });
    this.#flush();
    this.close();
    this.id = next;
  }

  close(): void {
    this.#flush();
    if (this.#handle !== undefined) closeSync(this.#handle);
    this.#handle = undefined;
  }

  #flush(): void {
    if (this.#pending.length === 0) return;
    const text = this.#pending.map((line) => `${JSON.stringify(line)}\n`).join('');
    this.#pending = [];
    try {
      this.#handle ??= openSync(journalFile(this.#file, this.id), 'a', 0o600);
      writeSync(this.#handle, text);
    } catch (error) {
      this.#failed(error);
    }
  }
}

function newId(): string {
  return randomBytes(6).toString('hex');
}

export function journalFile(stateFile: string, id: string): string {
  return `${stateFile}.${id}.journal`;
}

/** Makes the changes again that follow a snapshot. A line that was cut off was never acknowledged: it ends the replay. */
export function replayJournals(org: Org, stateFile: string, first: string): void {
  const seen = new Set<string>();
  for (let id: string | undefined = first; id !== undefined && !seen.has(id); ) {
    seen.add(id);
    let next: string | undefined;
    for (const line of linesOf(journalFile(stateFile, id))) {
      if ('next' in line) next = line.next;
      else if ('settings' in line) {
        org.settings = { ...org.settings, ...line.settings };
        org.store.info = { ...line.info };
      } else applyChange(org.store, line.table, line.change);
    }
    id = next;
  }
}

function linesOf(file: string): Line[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}
