/**
 * Keeps our requests within a share of an org's rate limits, so that the sign-ins of its users are never starved. It learns
 * each bucket's window from the headers of the answers; what does not fit waits for the next window, first come first served.
 */
import { bucketOf } from './buckets.ts';
import { interrupted } from './interrupted.ts';
import type { RateLimit } from './rate-limit.ts';
import { type Capacity, endOf, isOneEnd, Windows } from './windows.ts';

/** A wait for a bucket, as told to a person. */
export interface Wait {
  /** Undefined: for all of them, since the org was asked too many things at once. */
  bucket: string | undefined;
  seconds: number;
}

/** Default of `--max-capacity`, percent. */
export const DEFAULT_CAPACITY = 50;
/** How many requests a free org works on at once (documented; paid ones 75). */
const CONCURRENT_LIMIT = 35;

interface Bucket {
  readonly name: string;
  readonly windows: Windows;
  inFlight: number;
}

interface Waiter {
  readonly bucket: Bucket;
  go(): void;
}

export interface GovernorOptions {
  /** The share of every limit that we may use, percent from 1 to 100. */
  maxCapacity?: number;
  /** Told once per bucket and window before requests wait. */
  onWait?: ((wait: Wait) => void) | undefined;
}

export class Governor {
  readonly #share: number;
  readonly #onWait: ((wait: Wait) => void) | undefined;
  readonly #buckets = new Map<string, Bucket>();
  #waiting: Waiter[] = [];
  #inFlight = 0;
  /** Nothing goes out before: the org was asked too many things at once. */
  #pausedUntil = Number.NEGATIVE_INFINITY;
  /** Ends of the waits that were told, by bucket. */
  readonly #told = new Map<Wait['bucket'], number>();
  #timer: NodeJS.Timeout | undefined;

  constructor({ maxCapacity = DEFAULT_CAPACITY, onWait }: GovernorOptions) {
    this.#share = maxCapacity / 100;
    this.#onWait = onWait;
  }

  /**
   * Waits until a request may go out. Each one that was admitted must be {@link settle}d.
   * @throws OrgproofError `interrupted` as soon as `signal` is aborted
   */
  async admit(path: string, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) throw interrupted();
    const bucket = this.#bucket(path);
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        bucket,
        go: () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
      };
      const leave = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiter);
        reject(interrupted());
        this.#pump();
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiter);
      this.#pump();
    });
  }

  /**
   * A request is over, with what its answer told.
   * @param refusedForMs the org refused it for a rate limit that lasts so long
   */
  settle(path: string, told: RateLimit | undefined, refusedForMs = 0): void {
    const bucket = this.#bucket(path);
    const now = performance.now();
    bucket.inFlight -= 1;
    this.#inFlight -= 1;
    // Limit and remaining are both 0 when too many requests were in the works at once (documented).
    if (told?.limit === 0) this.#pausedUntil = Math.max(this.#pausedUntil, endOf(told.resetsInMs, now));
    else {
      if (told) bucket.windows.learn(told, now);
      if (refusedForMs > 0) bucket.windows.close(refusedForMs, now);
    }
    this.#pump();
  }

  /** What fits into a bucket, by its name; undefined as long as no answer told. */
  capacity(name: string): Capacity | undefined {
    const bucket = this.#buckets.get(name);
    return bucket?.windows.capacity(bucket.inFlight, performance.now());
  }

  #bucket(path: string): Bucket {
    const name = bucketOf(path);
    const known = this.#buckets.get(name);
    if (known) return known;
    const bucket: Bucket = { name, windows: new Windows(this.#share), inFlight: 0 };
    this.#buckets.set(name, bucket);
    return bucket;
  }

  /** Lets go whoever may go, and looks again when the first of the awaited windows ends. */
  #pump(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    const wakeAt = this.#pausedUntil > now ? this.#waitForAll(now) : this.#letGo(now);
    if (this.#waiting.length > 0 && wakeAt !== undefined) {
      this.#timer = setTimeout(() => this.#pump(), Math.ceil(wakeAt - now));
    }
  }

  #waitForAll(now: number): number {
    if (this.#waiting.length > 0) this.#tell(undefined, this.#pausedUntil, now);
    return this.#pausedUntil;
  }

  /** Returns when the first of the windows ends that those who stay wait for. */
  #letGo(now: number): number | undefined {
    const most = Math.max(1, Math.floor(CONCURRENT_LIMIT * this.#share));
    const full = new Set<Bucket>();
    const ends: number[] = [];
    this.#waiting = this.#waiting.filter(({ bucket, go }) => {
      if (full.has(bucket) || this.#inFlight >= most) return true;
      const verdict = bucket.windows.verdict(bucket.inFlight, now);
      if (verdict === true) {
        bucket.inFlight += 1;
        this.#inFlight += 1;
        go();
        return false;
      }
      full.add(bucket);
      if (verdict !== undefined) {
        ends.push(verdict);
        this.#tell(bucket.name, verdict, now);
      }
      return true;
    });
    return ends.length === 0 ? undefined : Math.min(...ends);
  }

  #tell(bucket: Wait['bucket'], until: number, now: number): void {
    if (isOneEnd(this.#told.get(bucket) ?? Number.NEGATIVE_INFINITY, until)) return;
    this.#told.set(bucket, until);
    this.#onWait?.({ bucket, seconds: Math.ceil((until - now) / 1000) });
  }
}
