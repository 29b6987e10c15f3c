/**
 * Which test file gets which answers from the emulator: noted while the tests run, for the coverage table. A setup file of
 * every test file; it listens to Node's own announcements of finished responses, so nothing of the emulator is patched.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, relative } from 'node:path';
import { afterAll, expect } from 'vitest';
import { HITS_VARIABLE } from '../../scripts/generate/tested-by.ts';

/** Ids are 20 letters and digits: one name for all of them keeps the list short. */
const ID = /[0-9A-Za-z]{20}(?=[/?]|$)/g;
const CHANNEL = 'http.server.response.finish';

const hits = new Set<string>();

function note(message: unknown): void {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  const ours = response.hasHeader('X-Okta-Request-Id') || path === '/' || path.startsWith('/_emulator/');
  if (ours && response.statusCode < 400) hits.add(`${request.method} ${path.replaceAll(ID, '*')}`);
}

subscribe(CHANNEL, note);
afterAll(() => {
  unsubscribe(CHANNEL, note);
  const file = relative(process.cwd(), expect.getState().testPath ?? '');
  writeFileSync(
    join(process.env[HITS_VARIABLE] ?? '', `${file.replaceAll('/', '!')}.json`),
    JSON.stringify([...hits].sort()),
  );
});
