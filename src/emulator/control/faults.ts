/** Faults on demand: what the org should do wrong to the next requests. `GET|PUT /_emulator/faults`. */
import { createSeededIds } from '../store/ids.ts';
import type { Channel } from '../telephony/entities.ts';

export interface Fault {
  method?: string;
  /** Glob over the path: `*` within one segment, `**` across segments. Absent: every path. */
  path?: string;
  /** Answer this status instead of doing the request. */
  status?: number;
  /** Body of that answer; by default Okta's own for the status. */
  body?: unknown;
  /** Wait before going on, milliseconds. */
  delayMs?: number;
  /** Close the connection without an answer. */
  drop?: boolean;
  /** How many requests it hits before it is used up; absent: all. */
  count?: number;
  /** Share of matching requests it hits, 0 to 1. */
  probability?: number;
  /** Instead of hitting requests: messages with codes that never arrive. Both absent: every message. */
  undelivered?: { channel?: Channel; to?: string };
}

interface ArmedFault {
  fault: Fault;
  pattern: RegExp | undefined;
  left: number;
}

export class FaultSet {
  #armed: ArmedFault[] = [];
  #seed = 1;
  #random = randomFrom(1);

  /** Replaces all faults. `seed` makes `probability` repeatable. */
  set(faults: readonly Fault[], seed = 1): void {
    this.#seed = seed;
    this.#random = randomFrom(seed);
    this.#armed = faults.map((fault) => ({
      fault,
      pattern: fault.path === undefined ? undefined : globPattern(fault.path),
      left: fault.count ?? Number.POSITIVE_INFINITY,
    }));
  }

  /** The faults that are not used up, with what is left of their count. */
  list(): { faults: Fault[]; seed: number } {
    const faults = this.#armed
      .filter(({ left }) => left > 0)
      .map(({ fault, left }) => (fault.count === undefined ? fault : { ...fault, count: left }));
    return { faults, seed: this.#seed };
  }

  clear(): void {
    this.set([]);
  }

  /** The first fault that hits this request; uses up one of its count. */
  take(method: string, path: string): Fault | undefined {
    return this.#use(
      ({ fault, pattern }) =>
        fault.undelivered === undefined &&
        (fault.method === undefined || fault.method.toUpperCase() === method) &&
        (pattern === undefined || pattern.test(path)),
    );
  }

  /** Whether a message to this receiver is to be lost; uses up one of the fault's count. */
  losesMessage(channel: Channel, to: string): boolean {
    const hit = this.#use(
      ({ fault: { undelivered } }) =>
        undelivered !== undefined &&
        (undelivered.channel === undefined || undelivered.channel === channel) &&
        (undelivered.to === undefined || undelivered.to === to),
    );
    return hit !== undefined;
  }

  #use(matches: (armed: ArmedFault) => boolean): Fault | undefined {
    const hit = this.#armed.find(
      (armed) =>
        armed.left > 0 &&
        matches(armed) &&
        (armed.fault.probability === undefined || this.#random() < armed.fault.probability),
    );
    if (hit) hit.left -= 1;
    return hit?.fault;
  }
}

function randomFrom(seed: number): () => number {
  const ids = createSeededIds(seed);
  return () => Number(ids.code()) / 1_000_000;
}

function globPattern(glob: string): RegExp {
  const source = glob.replaceAll(/\*\*|\*|[^*]+/g, (part) => {
    if (part === '**') return '.*';
    return part === '*' ? '[^/]*' : part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&');
  });
  return new RegExp(`^${source}$`);
}
