/** What one rate-limit bucket still has for us, by what the org told of its windows. */
import type { RateLimit } from './rate-limit.ts';

/** What is known of a bucket right now. */
export interface Capacity {
  /** Requests a minute that we allow ourselves. */
  perMinute: number;
  /** How many more fit into the present window. */
  room: number;
  /** Until that window ends, milliseconds. */
  resetsInMs: number;
}

/** The smallest limit that Okta publishes for a bucket of the Management API, requests a minute (free orgs: /api/v1/apps). */
const SMALLEST_LIMIT = 20;
/** A window is a minute. An org that names a later end is asked again then. */
const LONGEST_WINDOW_MS = 90_000;

interface Window {
  limit: number;
  remaining: number;
  endsAt: number;
}

/** Times are those of `performance.now()`. */
export class Windows {
  readonly #share: number;
  /** By their limits: what is one bucket to us may be several to the org, which has more than it publishes. */
  readonly #windows = new Map<number, Window>();
  /** The org refused a request before: nothing fits until then, whatever it says of what remains. */
  #closedUntil = Number.NEGATIVE_INFINITY;

  /** @param share of every limit that we may use, from 0 to 1 */
  constructor(share: number) {
    this.#share = share;
  }

  learn({ limit, remaining, resetsInMs }: RateLimit, now: number): void {
    const endsAt = endOf(resetsInMs, now);
    const known = this.#windows.get(limit);
    // Answers overtake each other, and their seconds are cut off: of one window the lowest count is the last one.
    const isSame = known !== undefined && isOneEnd(known.endsAt, endsAt) && known.endsAt > now;
    this.#windows.set(limit, {
      limit,
      remaining: isSame ? Math.min(known.remaining, remaining) : remaining,
      endsAt: isSame ? Math.max(known.endsAt, endsAt) : endsAt,
    });
  }

  close(forMs: number, now: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, endOf(forMs, now));
  }

  /** Whether one more request fits. `true`: it does. A number: not before that time. Undefined: not before an answer came. */
  verdict(inFlight: number, now: number): true | number | undefined {
    if (this.#closedUntil > now) return this.#closedUntil;
    const open = this.#open(now);
    if (open.length === 0) {
      // Nobody said what this window holds: few go ahead and ask.
      const few = this.#allowed(Math.min(SMALLEST_LIMIT, ...this.#windows.keys()));
      return inFlight < few ? true : undefined;
    }
    if (open.every((window) => this.#left(window, inFlight) > 0)) return true;
    const full = open.filter((window) => this.#left(window, 0) <= 0);
    return full.length === 0 ? undefined : Math.max(...full.map(({ endsAt }) => endsAt));
  }

  /** Undefined as long as no answer told. */
  capacity(inFlight: number, now: number): Capacity | undefined {
    const [smallest] = [...this.#windows.values()].sort((a, b) => a.limit - b.limit);
    if (!smallest) return undefined;
    const perMinute = this.#allowed(smallest.limit);
    const [tightest] = this.#open(now).sort((a, b) => this.#left(a, inFlight) - this.#left(b, inFlight));
    if (!tightest) return { perMinute, room: perMinute, resetsInMs: 0 };
    return { perMinute, room: Math.max(0, this.#left(tightest, inFlight)), resetsInMs: tightest.endsAt - now };
  }

  #allowed(limit: number): number {
    return Math.max(1, Math.floor(limit * this.#share));
  }

  /** What a window still has for us once all that is in flight has been counted. */
  #left({ remaining, limit }: Window, inFlight: number): number {
    return remaining - (limit - this.#allowed(limit)) - inFlight;
  }

  #open(now: number): Window[] {
    return [...this.#windows.values()].filter(({ endsAt }) => endsAt > now);
  }
}

/** When a wait of so many milliseconds ends. */
export function endOf(waitMs: number, now: number): number {
  return now + Math.min(waitMs, LONGEST_WINDOW_MS);
}

/** Whether two answers tell of the end of one window: they name it in whole seconds. */
export function isOneEnd(one: number, other: number): boolean {
  return Math.abs(one - other) < 2_000;
}
