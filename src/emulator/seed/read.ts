/** Reads seed files, YAML or JSON (which is YAML), and says where one is wrong. */
import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import { EXIT, OrgproofError, type SourcePlace } from '../../shared/errors.ts';
import { type OrgSeed, orgSeedSchema, type ParsedSeed } from './schema.ts';

/** @throws OrgproofError (exit 5) with file, line and column of the first thing that is wrong. */
export async function readSeedFile(file: string): Promise<OrgSeed> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw wrong(`the seed file ${file} cannot be read`, undefined, cause);
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const place = (offset: number): SourcePlace => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const [broken] = document.errors;
  if (broken) throw wrong(broken.message.split('\n')[0] ?? 'not readable', place(broken.pos[0]));
  const value: unknown = document.toJS();
  checkSeed(value, (path) => {
    // The nearest node that exists: a member that is missing has none of its own.
    for (let length = path.length; length >= 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined;
      if (node?.range) return place(node.range[0]);
    }
    return { file, line: 1, column: 1 };
  });
  return value as OrgSeed;
}

/** A seed with its defaults. @throws OrgproofError (exit 5) that names the place, e.g. `users[0].pasword is unknown`. */
export function checkSeed(
  value: unknown,
  placeOf: (path: readonly (string | number)[]) => SourcePlace | undefined = () => undefined,
): ParsedSeed {
  const parsed = orgSeedSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = (issue?.path ?? []).map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue?.code === 'unrecognized_keys') {
    const full = [...path, issue.keys[0] ?? ''];
    throw wrong(`${written(full)} is unknown`, placeOf(full));
  }
  throw wrong(`${written(path) || 'the seed'}: ${issue?.message ?? 'wrong'}`, placeOf(path));
}

function written(path: readonly (string | number)[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}

function wrong(message: string, source?: SourcePlace, cause?: unknown): OrgproofError {
  return new OrgproofError(message, {
    code: 'emulator-seed',
    hint: 'the members of a seed file are in the README, under "The emulator"',
    source,
    exitCode: EXIT.usage,
    cause,
  });
}
