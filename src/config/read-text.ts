/** Files of people as text: bounded, so that a device or a wrong file does not fill the memory, and UTF-8 or refused. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { SourcePlace } from '../shared/errors.ts';
import { ConfigError } from './problems.ts';

/** Files larger than this are not configs, nor what a config takes in. */
const MAX_BYTES = 5_000_000;
const CHUNK = 1 << 16;

/**
 * @param shown the path as it is told
 * @throws ConfigError for a file that is too large or not UTF-8; errors of the system as they come
 */
export function readText(path: string, shown: string): string {
  const bytes = readBounded(path);
  const start = { file: shown, line: 1, column: 1 };
  if (bytes.length > MAX_BYTES) {
    const message = `the file is larger than ${MAX_BYTES / 1e6} MB`;
    throw new ConfigError([{ message, place: start, hint: 'split the config' }]);
  }
  const text = bytes.toString('utf8');
  const wrong = firstReplaced(text, bytes);
  if (wrong === undefined) return text;
  const place = placeOf(wrong, text, shown);
  throw new ConfigError([{ message: 'this is not UTF-8 text', place, hint: 'save the file as UTF-8' }]);
}

/** The place of a character of a file. */
export function placeOf(offset: number, text: string, file: string): SourcePlace {
  const before = text.slice(0, offset).split('\n');
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Where decoding had to put U+FFFD for bytes that mean nothing, rather than found one written out. */
function firstReplaced(text: string, bytes: Buffer): number | undefined {
  let offset = 0;
  let from = 0;
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', from)) {
    offset += Buffer.byteLength(text.slice(from, at));
    if (!bytes.subarray(offset, offset + 3).equals(WRITTEN_OUT)) return at;
    offset += WRITTEN_OUT.length;
    from = at + 1;
  }
  return undefined;
}

const WRITTEN_OUT = Buffer.from('\ufffd');

/** At most one byte more than is allowed: of a device or a pipe, nobody knows the size before. */
function readBounded(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    if (fstatSync(file).size > MAX_BYTES) return Buffer.alloc(MAX_BYTES + 1);
    while (length <= MAX_BYTES) {
      const chunk = Buffer.alloc(CHUNK);
      const read = readSync(file, chunk, 0, CHUNK, null);
      if (read === 0) break;
      chunks.push(chunk.subarray(0, read));
      length += read;
    }
    return Buffer.concat(chunks);
  } finally {
    closeSync(file);
  }
}
