/**
 * Okta's `filter` and `search` expressions (SCIM): `profile.lastName eq "X" and (status eq "ACTIVE" or created gt "…")`.
 * `search` compares text without case, `filter` with (OpenAPI 2026.06.3); a list matches when one of its members does. Not
 * well formed: 400 E0000031.
 */
import { OktaError } from '../http/okta-error.ts';

type Test = (subject: unknown) => boolean;

const TOKEN = /\s*(?:([()])|"((?:[^"\\]|\\.)*)"|([^\s()"]+))/y;

interface Token {
  kind: 'paren' | 'string' | 'word';
  value: string;
}

/** Compiles an expression to a test of an object. */
export function compileFilter(expression: string, mode: 'filter' | 'search'): Test {
  const parser = new Parser(tokenize(expression), mode === 'filter' ? String : (value) => String(value).toLowerCase());
  const test = parser.or();
  parser.end();
  return test;
}

function refuse(): OktaError {
  return new OktaError(400, 'E0000031', 'Invalid search criteria.');
}

function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  const text = expression.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) throw refuse();
    const [, paren, string, word] = match;
    if (paren !== undefined) tokens.push({ kind: 'paren', value: paren });
    else if (string !== undefined) tokens.push({ kind: 'string', value: string.replaceAll(/\\(.)/g, '$1') });
    else tokens.push({ kind: 'word', value: word ?? '' });
  }
  return tokens;
}

/** Recursive descent: `or` binds loosest, then `and`, then `not` and parentheses. */
class Parser {
  readonly #tokens: Token[];
  readonly #fold: Fold;
  #at = 0;

  constructor(tokens: Token[], fold: Fold) {
    this.#tokens = tokens;
    this.#fold = fold;
  }

  or(): Test {
    const parts = [this.#and()];
    while (this.#takeWord('or')) parts.push(this.#and());
    return (subject) => parts.some((part) => part(subject));
  }

  end(): void {
    if (this.#at !== this.#tokens.length) throw refuse();
  }

  #and(): Test {
    const parts = [this.#unary()];
    while (this.#takeWord('and')) parts.push(this.#unary());
    return (subject) => parts.every((part) => part(subject));
  }

  #unary(): Test {
    if (this.#takeWord('not')) {
      const inner = this.#unary();
      return (subject) => !inner(subject);
    }
    if (this.#take('paren', '(')) {
      const inner = this.or();
      if (!this.#take('paren', ')')) throw refuse();
      return inner;
    }
    return this.#comparison();
  }

  #comparison(): Test {
    const attribute = this.#next('word');
    const operator = this.#next('word').toLowerCase();
    const path = attribute.split('.');
    if (operator === 'pr') return (subject) => valuesAt(subject, path).some((value) => value !== null && value !== '');
    const compare = COMPARISONS[operator];
    if (!compare) throw refuse();
    const fold = this.#fold;
    const operand = fold(this.#operand());
    const matches = (subject: unknown) => valuesAt(subject, path).some((value) => compare(value, operand, fold));
    return operator === 'ne' ? (subject) => !matches(subject) : matches;
  }

  #operand(): string {
    const token = this.#tokens[this.#at++];
    if (!token || token.kind === 'paren') throw refuse();
    return token.value;
  }

  #next(kind: Token['kind']): string {
    const token = this.#tokens[this.#at++];
    if (token?.kind !== kind) throw refuse();
    return token.value;
  }

  #take(kind: Token['kind'], value: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== kind || token.value !== value) return false;
    this.#at += 1;
    return true;
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word' || token.value.toLowerCase() !== word) return false;
    this.#at += 1;
    return true;
  }
}

/** Everything found under a path; lists are opened on the way. */
export function valuesAt(subject: unknown, path: readonly string[]): unknown[] {
  let found: unknown[] = [subject];
  for (const name of path) {
    found = found.flatMap((item) => {
      if (typeof item !== 'object' || item === null || !Object.hasOwn(item, name)) return [];
      return (item as Record<string, unknown>)[name];
    });
  }
  return found.filter((value) => value !== undefined);
}

/** Makes two texts comparable: with or without case. */
type Fold = (value: unknown) => string;

type Comparison = (value: unknown, operand: string, fold: Fold) => boolean;

const equal: Comparison = (value, operand, fold) => fold(value) === operand;

/** Dates and numbers by size, all else by alphabet. */
function order(value: unknown, operand: string, fold: Fold): number {
  if (typeof value === 'number') return value - Number(operand);
  const [left, right] = [Date.parse(String(value)), Date.parse(operand.toUpperCase())];
  if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right;
  return fold(value).localeCompare(operand);
}

/** `ne` is the negation of what is found here. */
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  eq: equal,
  ne: equal,
  sw: (value, operand, fold) => fold(value).startsWith(operand),
  ew: (value, operand, fold) => fold(value).endsWith(operand),
  co: (value, operand, fold) => fold(value).includes(operand),
  gt: (value, operand, fold) => order(value, operand, fold) > 0,
  ge: (value, operand, fold) => order(value, operand, fold) >= 0,
  lt: (value, operand, fold) => order(value, operand, fold) < 0,
  le: (value, operand, fold) => order(value, operand, fold) <= 0,
};
