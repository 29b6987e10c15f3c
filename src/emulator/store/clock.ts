import type { Clock } from '../../shared/clock.ts';

/**
 * The org's time: an underlying clock that can be frozen, moved and set through the control plane. Everything in the
 * emulator that has a lifetime reads this clock, so that a test can let a code expire without waiting.
 */
export class SettableClock implements Clock {
  readonly #base: Clock;
  #offsetMs = 0;
  #frozenAt: number | undefined;

  constructor(base: Clock) {
    this.#base = base;
  }

  now(): number {
    return this.#frozenAt ?? this.#base.now() + this.#offsetMs;
  }

  get frozen(): boolean {
    return this.#frozenAt !== undefined;
  }

  /** Holds the time still, or lets it run on from where it stands. */
  freeze(frozen: boolean): void {
    const now = this.now();
    this.#frozenAt = frozen ? now : undefined;
    if (!frozen) this.#offsetMs = now - this.#base.now();
  }

  /** Moves the time by `ms`; negative moves it back. */
  advance(ms: number): void {
    this.set(this.now() + ms);
  }

  /** Sets the time, milliseconds since the epoch; a frozen clock stays frozen. */
  set(ms: number): void {
    if (this.#frozenAt !== undefined) this.#frozenAt = ms;
    else this.#offsetMs = ms - this.#base.now();
  }

  /** Back to the underlying clock. */
  reset(): void {
    this.#frozenAt = undefined;
    this.#offsetMs = 0;
  }
}
