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

/** Ids are 20 letters and digits, one digit at least: one name for all of them keeps the list short. */
const ID = /(?=[A-Za-z]*\d)[0-9A-Za-z]{20}(?=[/?]|$)/g;
const FINISHED = 'http.server.response.finish';
const STARTED = 'http.server.request.start';

const hits = new Set<string>();

/** The announced response; its head as it was sent, since not every header is set by name. */
type Finished = { request: IncomingMessage; response: ServerResponse & { _header?: string } };

function note(message: unknown): void {
  const { request, response } = message as Finished;
  if (response.statusCode < 400 && isEmulators(pathOf(request), response._header ?? '')) add(request);
}

/** A stream of events ends with its client: what counts is that it was asked for. */
function noteStream(message: unknown): void {
  const { request } = message as Finished;
  if (pathOf(request) === '/_emulator/console/events') add(request);
}

/** Other servers run in the tests too: apps, receivers of hooks. */
function isEmulators(path: string, head: string): boolean {
  if (path === '/') return head.includes("connect-src 'self'; img-src data:");
  return path.startsWith('/_emulator/') || /^x-okta-request-id:/im.test(head);
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}

function add(request: IncomingMessage): void {
  hits.add(`${request.method} ${pathOf(request).replaceAll(ID, '*')}`);
}

subscribe(FINISHED, note);
subscribe(STARTED, noteStream);
afterAll(() => {
  unsubscribe(FINISHED, note);
  unsubscribe(STARTED, noteStream);
  const file = relative(process.cwd(), expect.getState().testPath ?? '');
  writeFileSync(
    join(process.env[HITS_VARIABLE] ?? '', `${file.replaceAll('/', '!')}.json`),
    JSON.stringify([...hits].sort()),
  );
});
