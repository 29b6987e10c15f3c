/**
 * The one error class of orgproof and the table of its exit codes. Everything a user can cause or mend is an
 * OrgproofError; anything else that reaches `main` is a defect and shows its stack.
 */

/** Exit codes of every command. */
export const EXIT = {
  done: 0,
  failed: 1,
  changesPending: 2,
  verificationFailed: 3,
  refused: 4,
  usage: 5,
  rolledBack: 6,
  rollbackIncomplete: 7,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A place in a config file; line and column count from 1. */
export interface SourcePlace {
  file: string;
  line: number;
  column: number;
}

export function formatPlace(place: SourcePlace): string {
  return `${place.file}:${place.line}:${place.column}`;
}

export interface OrgproofErrorOptions {
  /** Stable, kebab-case: what happened. */
  code: string;
  /** One line: how to mend it. */
  hint?: string | undefined;
  source?: SourcePlace | undefined;
  exitCode?: ExitCode;
  cause?: unknown;
}

export class OrgproofError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly source: SourcePlace | undefined;
  readonly exitCode: ExitCode;

  constructor(message: string, options: OrgproofErrorOptions) {
    super(message, { cause: options.cause });
    this.name = 'OrgproofError';
    this.code = options.code;
    this.hint = options.hint;
    this.source = options.source;
    this.exitCode = options.exitCode ?? EXIT.failed;
  }
}

/** What the command line or the config names wrongly (exit 5). */
export function usageError(message: string, hint: string, code = 'usage'): OrgproofError {
  return new OrgproofError(message, { code, hint, exitCode: EXIT.usage });
}
