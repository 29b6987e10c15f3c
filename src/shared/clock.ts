/** Where the time comes from; injected everywhere so that tests and the emulator can hold it still. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** An instant as Okta's Management API writes it: `2026-01-20T12:10:01.000Z`, second precision (recorded). */
export function oktaDate(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString();
}
