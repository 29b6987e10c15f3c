/** YAML that no config needs and that would keep the parser busy for minutes, told by a look at its tokens. */
import { Lexer } from 'yaml';
import { ConfigError } from './problems.ts';
import { placeOf } from './read-text.ts';

/** Words, signs and blanks; a config of a thousand apps has a tenth. */
const MAX_TOKENS = 1_000_000;
/** Deeper than any config; also the bound of aliases that hold themselves. */
export const MAX_DEPTH = 100;

/** @throws ConfigError where the text is larger or nested deeper than any config */
export function assertReasonable(text: string, file: string): void {
  let count = 0;
  let depth = 0;
  let offset = 0;
  const refuse = (message: string) => {
    throw new ConfigError([{ message, place: placeOf(offset, text, file) }], { code: 'yaml-invalid' });
  };
  for (const token of new Lexer().lex(text)) {
    count += 1;
    if (token === '[' || token === '{') depth += 1;
    if (token === ']' || token === '}') depth = Math.max(0, depth - 1);
    if (depth > MAX_DEPTH) refuse(`nested more than ${MAX_DEPTH} deep`);
    if (count > MAX_TOKENS) refuse(`more than ${MAX_TOKENS} words and signs up to here: split the config`);
    if (!MARKERS.has(token)) offset += token.length;
  }
}

/** What the lexer says of the text rather than takes from it: a byte order mark is none, and nothing stands for these. */
const MARKERS: ReadonlySet<string> = new Set(['\x02', '\x18', '\x1f']);
