/** One request as the org saw it; `GET /_emulator/requests` shows them. */
export interface LoggedRequest {
  method: string;
  /** Path and query. */
  path: string;
  /** Status of the answer; 0 when the connection was dropped. */
  status: number;
  /** The rate limit bucket it counted against. */
  bucket: string;
  /** ISO 8601, with milliseconds. */
  at: string;
}

const LIMIT = 20_000;

/** The last requests, oldest first, without those of the control plane. */
export class RequestLog {
  #entries: LoggedRequest[] = [];

  add(entry: LoggedRequest): void {
    this.#entries.push(entry);
    // Trimmed by half, so that a long run does not shift the whole array at each request.
    if (this.#entries.length > LIMIT) this.#entries = this.#entries.slice(-LIMIT / 2);
  }

  list(): readonly LoggedRequest[] {
    return this.#entries;
  }

  clear(): void {
    this.#entries = [];
  }
}
