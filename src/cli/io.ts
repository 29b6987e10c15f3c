/** The one place that writes to the terminal. Documents go to stdout; progress, notes and errors to stderr. */
import { styleText } from 'node:util';
import type { SourcePlace } from '../shared/errors.ts';
import { Redactor } from '../shared/redact.ts';

export type Style = Parameters<typeof styleText>[0];

export interface Io {
  /** A line of the result. */
  out(text: string): void;
  /** A line for the person who watches; dropped by `-q`. */
  info(text: string): void;
  /** One JSON document, in which secrets are masked value by value. */
  document(value: unknown): void;
  /** A line that matters even when quiet. */
  warn(text: string): void;
  paint(style: Style, text: string): string;
  /** Marks a line of the config on the page of a pull request, where GitHub Actions runs us; nothing elsewhere. */
  annotate(place: SourcePlace | undefined, message: string): void;
  /** From now on these are masked in all of the above: an org that refuses a value may repeat it. */
  hide(...secrets: readonly (string | undefined)[]): void;
  readonly interactive: boolean;
  /** Somebody watches the lines of {@link info} as they come: they go to a terminal. */
  readonly live: boolean;
  /** The width of the terminal in columns. */
  readonly width: number;
}

/** For commands whose result is a file's text: with it alone on stdout, lines for the person who watches go to stderr. */
export function withTextOnStdout(io: Io, options: IoOptions): Io {
  return { ...io, info: (text) => (options.quiet ? undefined : io.warn(text)) };
}

export interface IoOptions {
  quiet?: boolean | undefined;
  json?: boolean | undefined;
  color?: boolean | undefined;
}

export function createIo(options: IoOptions, env: NodeJS.ProcessEnv = process.env): Io {
  const redactor = new Redactor();
  const color = options.color !== false && !env.NO_COLOR && process.stdout.isTTY === true && env.TERM !== 'dumb';
  return {
    out: (text) => {
      process.stdout.write(`${redactor.told(text)}\n`);
    },
    document: (value) => {
      const masked = (_: string, inner: unknown) => (typeof inner === 'string' ? redactor.told(inner) : inner);
      process.stdout.write(`${JSON.stringify(value, masked, 2)}\n`);
    },
    info: (text) => {
      if (options.quiet) return;
      // With --json stdout holds one document and nothing else.
      (options.json ? process.stderr : process.stdout).write(`${redactor.told(text)}\n`);
    },
    warn: (text) => {
      process.stderr.write(`${redactor.told(text)}\n`);
    },
    paint: (style, text) => (color ? styleText(style, text) : text),
    annotate: (place, message) => {
      if (env.GITHUB_ACTIONS === 'true') process.stderr.write(`${annotation(place, redactor.told(message))}\n`);
    },
    hide: (...secrets) => redactor.tell(...secrets),
    interactive: process.stdin.isTTY === true && process.stdout.isTTY === true && !env.CI,
    live: (options.json ? process.stderr : process.stdout).isTTY === true,
    width: Math.min(process.stdout.columns ?? 100, 120),
  };
}

/** A workflow command of GitHub Actions; what ends a line or a property is escaped as its toolkit does. */
function annotation(place: SourcePlace | undefined, message: string): string {
  const escaped = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const file = escaped(place?.file ?? '')
    .replaceAll(':', '%3A')
    .replaceAll(',', '%2C');
  const at = place ? ` file=${file},line=${place.line},col=${place.column}` : '';
  return `::error${at}::${escaped(message)}`;
}
