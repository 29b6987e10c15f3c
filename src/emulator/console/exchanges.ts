/**
 * The last answers of the org, for the console page. Keeps what the handler answered with, not the bytes on the wire, so
 * that remembering costs nothing until somebody looks.
 */
import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from '../http/context.ts';
import type { Org } from '../org.ts';

export interface Exchange {
  /** Counts from 1; names the exchange on the page. */
  number: number;
  method: string;
  /** Path and query. */
  path: string;
  /** 0: the connection was dropped. */
  status: number;
  at: string;
  durationMs: number;
  /** The JSON value or the text of the answer; undefined when it had none, or was no JSON. */
  answer: unknown;
}

const KEPT = 60;

export class Exchanges {
  #kept: Exchange[] = [];
  #count = 0;
  readonly #watchers = new Set<() => void>();

  add(exchange: Omit<Exchange, 'number'>): void {
    this.#count += 1;
    this.#kept.push({ ...exchange, number: this.#count });
    if (this.#kept.length > KEPT) this.#kept.shift();
    for (const watcher of this.#watchers) watcher();
  }

  /**
   * Calls `changed` after each one.
   * @returns ends that.
   */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /** Newest first. */
  list(): Exchange[] {
    return this.#kept.toReversed();
  }

  clear(): void {
    this.#kept = [];
    for (const watcher of this.#watchers) watcher();
  }
}

/** Remembers each exchange of the planes behind it. Bodies over a megabyte never come here (app.ts). */
export function rememberExchanges(org: Org): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const started = performance.now();
    let answer: unknown;
    const json = c.json as (...args: unknown[]) => Response;
    const body = c.body as (...args: unknown[]) => Response;
    // Every handler answers through one of these two; what it hands over is kept as it is.
    c.json = ((...args: unknown[]) => {
      answer = args[0];
      return json(...args);
    }) as typeof c.json;
    c.body = ((...args: unknown[]) => {
      answer = typeof args[0] === 'string' ? args[0] : undefined;
      return body(...args);
    }) as typeof c.body;
    await next();
    org.exchanges.add({
      method: c.req.method,
      path: c.req.path + new URL(c.req.url).search,
      status: c.get('dropped') === true ? 0 : c.res.status,
      at: new Date(org.clock.now()).toISOString(),
      durationMs: performance.now() - started,
      answer,
    });
  };
}
