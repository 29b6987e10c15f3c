/**
 * Keeps our requests within a share of an org's rate limits, so that the sign-ins of its users are never starved. It learns
 * each bucket's window from the headers of the answers; what does not fit waits for the next window, first come first served.
 */
import { bucketOf } from './buckets.ts';
import { interrupted } from './interrupted.ts';
import type { RateLimit } from './rate-limit.ts';

/** A wait for a bucket, as told to a person. */
export interface Wait {
  /** Undefined: for all of them, since the org was asked too many things at once. */
  bucket: string | undefined;
  seconds: number;
}

/** What is known of a bucket right now. */
export interface Capacity {
  /** Requests a minute that we allow ourselves. */
  perMinute: number;
  /** How many more fit into the present window. */
  room: number;
  /** Until that window ends, milliseconds. */
  resetsInMs: number;
}

/** Default of `--max-capacity`, percent. */
export const DEFAULT_CAPACITY = 50;
/** The smallest limit that Okta publishes for a bucket of the Management API, requests a minute (free orgs: /api/v1/apps). */
const SMALLEST_LIMIT = 20;
/** How many requests a free org works on at once (documented; paid ones 75). */
const CONCURRENT_LIMIT = 35;
/** A window is a minute. An org that names a later end is asked again then. */
const LONGEST_WINDOW_MS = 90_000;

interface Window {
  limit: number;
  remaining: number;
  /** On the governor's clock. */
  endsAt: number;
}

interface Bucket {
  readonly name: string;
  inFlight: number;
  /** By their limits: what is one bucket to us may be several to the org, which has more than it publishes. */
  readonly windows: Map<number, Window>;
  /** End of the window for which a wait was told. */
  told: number;
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
  #pausedUntil = 0;
  /** The pause that was told. */
  #toldPause = 0;
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

  /** A request is over, with what its answer told. */
  settle(path: string, told: RateLimit | undefined): void {
    const bucket = this.#bucket(path);
    bucket.inFlight -= 1;
    this.#inFlight -= 1;
    if (told) this.#learn(bucket, told);
    this.#pump();
  }

  /** What fits into a bucket, by its name; undefined as long as no answer told. */
  capacity(name: string): Capacity | undefined {
    const bucket = this.#buckets.get(name);
    const [smallest] = [...(bucket?.windows.values() ?? [])].sort((a, b) => a.limit - b.limit);
    if (!bucket || !smallest) return undefined;
    const now = performance.now();
    const [tightest] = openWindows(bucket, now).sort((a, b) => this.#left(a, bucket) - this.#left(b, bucket));
    const perMinute = this.#allowed(smallest.limit);
    if (!tightest) return { perMinute, room: perMinute, resetsInMs: 0 };
    return { perMinute, room: Math.max(0, this.#left(tightest, bucket)), resetsInMs: tightest.endsAt - now };
  }

  #bucket(path: string): Bucket {
    const name = bucketOf(path);
    const known = this.#buckets.get(name);
    if (known) return known;
    const bucket: Bucket = { name, inFlight: 0, windows: new Map(), told: 0 };
    this.#buckets.set(name, bucket);
    return bucket;
  }

  #learn(bucket: Bucket, { limit, remaining, resetsInMs }: RateLimit): void {
    const endsAt = performance.now() + Math.min(resetsInMs, LONGEST_WINDOW_MS);
    if (limit === 0) {
      // Limit and remaining are both 0 when too many requests were in the works at once (documented).
      this.#pausedUntil = Math.max(this.#pausedUntil, endsAt);
      return;
    }
    const known = bucket.windows.get(limit);
    // Answers overtake each other, and their seconds are cut off: of one window the lowest count is the last one.
    const isSame = known !== undefined && isOneEnd(known.endsAt, endsAt) && known.endsAt > performance.now();
    bucket.windows.set(limit, {
      limit,
      remaining: isSame ? Math.min(known.remaining, remaining) : remaining,
      endsAt: isSame ? Math.max(known.endsAt, endsAt) : endsAt,
    });
  }

  #allowed(limit: number): number {
    return Math.max(1, Math.floor(limit * this.#share));
  }

  /** What a window still has for us once all that is in flight has been counted. */
  #left({ remaining, limit }: Window, { inFlight }: Bucket): number {
    return remaining - (limit - this.#allowed(limit)) - inFlight;
  }

  /** `true`: go. A number: not before that time. Undefined: not before an answer came. */
  #verdict(bucket: Bucket, now: number): true | number | undefined {
    const { windows, inFlight } = bucket;
    const open = openWindows(bucket, now);
    if (open.length === 0) {
      // Nobody said what this window holds: few go ahead and ask.
      const few = this.#allowed(Math.min(SMALLEST_LIMIT, ...windows.keys()));
      return inFlight < few ? true : undefined;
    }
    if (open.every((window) => this.#left(window, bucket) > 0)) return true;
    const full = open.filter((window) => this.#left(window, bucket) + inFlight <= 0);
    return full.length === 0 ? undefined : Math.max(...full.map(({ endsAt }) => endsAt));
  }

  /** Lets go whoever may go, and looks again when the first of the awaited windows ends. */
  #pump(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    const wakeAt: number[] = this.#pausedUntil > now ? [this.#pausedUntil] : [];
    const most = this.#pausedUntil > now ? 0 : Math.max(1, Math.floor(CONCURRENT_LIMIT * this.#share));
    const closed = new Set<Bucket>();
    const staying: Waiter[] = [];
    for (const waiter of this.#waiting) {
      const { bucket } = waiter;
      if (closed.has(bucket) || this.#inFlight >= most) {
        staying.push(waiter);
        continue;
      }
      const verdict = this.#verdict(bucket, now);
      if (verdict === true) {
        bucket.inFlight += 1;
        this.#inFlight += 1;
        waiter.go();
        continue;
      }
      closed.add(bucket);
      staying.push(waiter);
      if (verdict !== undefined) {
        wakeAt.push(verdict);
        this.#tell(bucket, verdict, now);
      }
    }
    this.#waiting = staying;
    if (this.#pausedUntil > now && staying.length > 0 && this.#toldPause !== this.#pausedUntil) {
      this.#toldPause = this.#pausedUntil;
      this.#onWait?.({ bucket: undefined, seconds: Math.ceil((this.#pausedUntil - now) / 1000) });
    }
    if (staying.length > 0 && wakeAt.length > 0) {
      this.#timer = setTimeout(() => this.#pump(), Math.ceil(Math.min(...wakeAt) - now));
    }
  }

  #tell(bucket: Bucket, until: number, now: number): void {
    if (isOneEnd(bucket.told, until)) return;
    bucket.told = until;
    this.#onWait?.({ bucket: bucket.name, seconds: Math.ceil((until - now) / 1000) });
  }
}

function openWindows({ windows }: Bucket, now: number): Window[] {
  return [...windows.values()].filter(({ endsAt }) => endsAt > now);
}

/** Whether two answers tell of the end of one window: they name it in whole seconds. */
function isOneEnd(one: number, other: number): boolean {
  return Math.abs(one - other) < 2_000;
}
