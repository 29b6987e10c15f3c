/** `/` for people, and what it needs. Guarded as the control plane is, since it shows codes. */
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { guard } from '../control/guard.ts';
import type { AppEnv } from '../http/context.ts';
import { unsupported } from '../http/okta-error.ts';
import type { Org } from '../org.ts';
import { watchStore } from '../store/snapshot.ts';
import { consolePage } from './page.ts';
import { CONSOLE_SCRIPT } from './script.ts';
import { CONSOLE_STYLES } from './styles.ts';

/** Changes that come close together are told once. */
const COALESCE_MS = 150;
/** A proxy or a browser would close a stream that says nothing. */
const KEEP_ALIVE_MS = 15_000;

const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

export function consoleRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const guarded = guard(org);
  app.get('/', async (c) => {
    // To the org's clients it is a route that Okta has and the emulator lacks.
    if (!/\btext\/html\b/.test(c.req.header('Accept') ?? ''))
      throw unsupported('GET /; in a browser it is the console');
    await guarded(c, async () => {});
    const { user, app: appId, q } = c.req.query();
    return c.html(consolePage(org, { user, app: appId, q }, c.get('baseUrl')), 200, HEADERS);
  });
  app.use('/_emulator/console/*', guarded);
  app.get('/_emulator/console/style.css', (c) =>
    c.body(CONSOLE_STYLES, 200, { ...HEADERS, 'Content-Type': 'text/css; charset=utf-8' }),
  );
  app.get('/_emulator/console/script.js', (c) =>
    c.body(CONSOLE_SCRIPT, 200, { ...HEADERS, 'Content-Type': 'text/javascript; charset=utf-8' }),
  );
  app.get('/_emulator/console/events', (c) => {
    c.header('Cache-Control', 'no-store');
    return streamSSE(c, async (stream) => {
      const changes = new Changes(org);
      stream.onAbort(() => changes.end());
      await stream.writeSSE({ event: 'ready', data: '' });
      while (!stream.aborted) {
        const changed = await changes.next(KEEP_ALIVE_MS);
        if (stream.aborted) break;
        await stream.writeSSE({ event: changed ? 'changed' : 'quiet', data: '' });
        await stream.sleep(COALESCE_MS);
      }
      changes.end();
    });
  });
  return app;
}

/** Tells one listener that the org changed since it last asked. */
class Changes {
  readonly #unwatch: (() => void)[];
  #changed = false;
  #wake: (() => void) | undefined;

  constructor(org: Org) {
    const note = () => {
      this.#changed = true;
      this.#wake?.();
    };
    this.#unwatch = [watchStore(org, note), org.exchanges.watch(note)];
  }

  /** True once something changed, false when nothing did for so long. */
  async next(timeoutMs: number): Promise<boolean> {
    if (!this.#changed) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const changed = this.#changed;
    this.#changed = false;
    this.#wake = undefined;
    return changed;
  }

  end(): void {
    for (const unwatch of this.#unwatch) unwatch();
    this.#wake?.();
  }
}
