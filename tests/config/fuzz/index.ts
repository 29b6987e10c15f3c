/**
 * Random edits of valid configs, each put through `validate`: it is valid, or refused with exit 5 or 4 and a place; it never
 * ends in a defect or a stack trace, never takes long, and never shows a secret or steers the terminal.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validateCommand } from '../../../src/cli/commands/validate.ts';
import { reportError } from '../../../src/cli/errors.ts';
import type { Io } from '../../../src/cli/io.ts';
import { bytesOf } from './bytes.ts';
import { validConfigs } from './corpus.ts';
import { EDITS } from './edits.ts';
import { type Random, randomOf } from './random.ts';

export interface FuzzOptions {
  seed: number;
  runs: number;
  /** The first case of the run; by it, one that failed is tried again alone. */
  first?: number;
}

export interface Outcome {
  /** How many cases ended with each exit code. */
  exits: Record<number, number>;
  failures: Failure[];
}

export interface Failure {
  turn: number;
  /** The edits that were made. */
  edits: string[];
  complaint: string;
  /** What was printed. */
  told: string;
  bytes: Buffer;
}

/** Longer than any config takes, on a busy machine. */
const PATIENCE_MS = 3000;

/** No name may hold a control character: this one is told only where a secret is shown. */
const CANARY = 'canary-\u0007-in-the-password';
const ENV = { MARY_PASSWORD: CANARY, WEAK_PASSWORD: 'a', HOOK_SECRET: CANARY };

/** The file of the case at hand: after a hang it is there to be looked at. */
export const FUZZED = join(mkdtempSync(join(tmpdir(), 'orgproof-fuzz-')), 'org.yaml');

export async function fuzz({ seed, runs, first = 0 }: FuzzOptions): Promise<Outcome> {
  const corpus = validConfigs(seed);
  const outcome: Outcome = { exits: {}, failures: [] };
  for (let turn = first; turn < first + runs; turn++) {
    const random = randomOf(seed, turn);
    const { bytes, edits } = broken(random.pick(corpus), random);
    writeFileSync(FUZZED, bytes);
    const { exitCode, told, took } = await validate();
    outcome.exits[exitCode] = (outcome.exits[exitCode] ?? 0) + 1;
    const complaint = complaintOf(exitCode, told, took);
    if (complaint !== undefined) outcome.failures.push({ turn, edits, complaint, told, bytes });
  }
  return outcome;
}

function broken(text: string, random: Random): { bytes: Buffer; edits: string[] } {
  // A quarter is well-formed and means something else: most other edits end at the schema.
  const names = random.below(4) === 0 ? ['word'] : Object.keys(EDITS);
  const edits = Array.from({ length: random.pick([1, 1, 1, 2, 4]) }, () => random.pick(names));
  const edited = edits.reduce((before, name) => EDITS[name]?.(before, random) ?? before, text);
  return { bytes: bytesOf(edited, random), edits };
}

/** `orgproof validate -f FUZZED`, in this process. */
async function validate(): Promise<{ exitCode: number; told: string; took: number }> {
  const lines: string[] = [];
  const say = (text: string) => void lines.push(text);
  const io: Io = {
    out: say,
    document: (value) => say(JSON.stringify(value)),
    info: say,
    warn: say,
    paint: (_, text) => text,
    annotate: () => {},
    hide: () => {},
    interactive: false,
    live: false,
    width: 100,
  };
  const args = { config: [FUZZED], var: [], json: false, color: false, quiet: false, verbose: false };
  const before = process.env;
  process.env = { ...before, ...ENV };
  const began = performance.now();
  try {
    const exitCode = await validateCommand.run(args, io);
    return { exitCode, told: lines.join('\n'), took: performance.now() - began };
  } catch (error) {
    const exitCode = reportError(error, io, false);
    return { exitCode, told: lines.join('\n'), took: performance.now() - began };
  } finally {
    process.env = before;
  }
}

const PLACED = /^\S*org\.yaml:[1-9]\d*:[1-9]\d*: error: \S/;

function complaintOf(exitCode: number, told: string, took: number): string | undefined {
  if (![0, 4, 5].includes(exitCode)) return `exit ${exitCode}`;
  if (took > PATIENCE_MS) return `took ${Math.round(took)} ms`;
  if (/defect|^\s+at .*:\d+:\d+\)?$/m.test(told)) return 'a stack trace';
  if (told.includes(CANARY) || told.includes(shownCanary)) return 'a secret is shown';
  if (/[^\P{Cc}\n]|[\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff]/u.test(told)) return 'control characters';
  if (exitCode === 0) return undefined;
  const errors = told.split('\n').filter((line) => !line.startsWith('  ') && !/^\.\.\. and \d+ more$/.test(line));
  if (errors.length === 0) return 'nothing is said';
  const lost = errors.find((line) => !PLACED.test(line));
  return lost === undefined ? undefined : `no place: ${lost}`;
}

const shownCanary = JSON.stringify(CANARY).slice(1, -1);
