/**
 * The part of Okta's expression language that claims of authorization servers and group rules commonly use: attribute
 * paths (`user.firstName`, `appuser.userName`, `app.clientId`, `org.name`), string, number and boolean literals, `null`,
 * lists in braces, `==`, `!=`, `<`, `<=`, `>`, `>=`, `&&`, `||`, `!` (also as `AND`, `OR`, `NOT`), `+`, `? :`, parentheses,
 * and functions (`expression-functions.ts`). Anything else (lambdas, methods of values) is not evaluated.
 */
import { EXPRESSION_FUNCTIONS, type ExpressionFunction } from './expression-functions.ts';

/** What the names of an expression stand for; an absent name is null. */
export type Scope = Readonly<Record<string, unknown>>;

export class ExpressionError extends Error {}

/**
 * The value of an expression; throws ExpressionError for what it does not know.
 * @param functions further functions by name, e.g. those that know the groups of a user
 */
export function evaluate(
  source: string,
  scope: Scope,
  functions: Readonly<Record<string, ExpressionFunction>> = {},
): unknown {
  const parser = new Parser(tokenize(source), scope, { ...EXPRESSION_FUNCTIONS, ...functions });
  const value = parser.conditional();
  parser.expectEnd();
  return value;
}

const TOKEN =
  /\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\d+(?:\.\d+)?|[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*|==|!=|<=|>=|&&|\|\||[?:()+!<>,{}])/y;

/** Operators that may be written as words, in either case. */
const WORDS = new Map([
  ['and', '&&'],
  ['or', '||'],
  ['not', '!'],
]);

function tokenize(source: string): string[] {
  const tokens: string[] = [];
  const text = source.trim();
  const pattern = new RegExp(TOKEN, 'y');
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const token = pattern.exec(text)?.[1];
    if (token === undefined) throw new ExpressionError(`cannot read "${text.slice(at, at + 20)}"`);
    tokens.push(WORDS.get(token.toLowerCase()) ?? token);
  }
  return tokens;
}

/** Recursive descent, one method per level of precedence, evaluating as it reads. */
class Parser {
  readonly #tokens: string[];
  readonly #scope: Scope;
  readonly #functions: Readonly<Record<string, ExpressionFunction>>;
  #at = 0;

  constructor(tokens: string[], scope: Scope, functions: Readonly<Record<string, ExpressionFunction>>) {
    this.#tokens = tokens;
    this.#scope = scope;
    this.#functions = functions;
  }

  expectEnd(): void {
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw new ExpressionError(`unexpected "${rest}"`);
  }

  conditional(): unknown {
    const test = this.#either();
    if (!this.#take('?')) return test;
    const yes = this.conditional();
    this.#demand(':');
    const no = this.conditional();
    return test ? yes : no;
  }

  #either(): unknown {
    let left = this.#both();
    while (this.#take('||')) {
      const right = this.#both();
      left = Boolean(left) || Boolean(right);
    }
    return left;
  }

  #both(): unknown {
    let left = this.#equality();
    while (this.#take('&&')) {
      const right = this.#equality();
      left = Boolean(left) && Boolean(right);
    }
    return left;
  }

  #equality(): unknown {
    const left = this.#comparison();
    if (this.#take('==')) return left === this.#comparison();
    if (this.#take('!=')) return left !== this.#comparison();
    return left;
  }

  #comparison(): unknown {
    const left = this.#sum();
    const operator = ['<', '<=', '>', '>='].find((candidate) => this.#take(candidate));
    return operator === undefined ? left : compare(left, operator, this.#sum());
  }

  #sum(): unknown {
    let left = this.#operand();
    while (this.#take('+')) {
      const right = this.#operand();
      left = typeof left === 'number' && typeof right === 'number' ? left + right : `${left ?? ''}${right ?? ''}`;
    }
    return left;
  }

  #operand(): unknown {
    if (this.#take('!')) return !this.#operand();
    if (this.#take('(')) {
      const inner = this.conditional();
      this.#demand(')');
      return inner;
    }
    if (this.#take('{')) return this.#list('}');
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new ExpressionError('unexpected end');
    if (/^["']/.test(token)) return token.slice(1, -1).replace(/\\(.)/g, '$1');
    if (/^\d/.test(token)) return Number(token);
    if (!/^[A-Za-z_$]/.test(token)) throw new ExpressionError(`unexpected "${token}"`);
    return this.#take('(') ? this.#call(token) : this.#path(token);
  }

  /** What stands between the opening bracket, which was taken, and the closing one. */
  #list(close: string): unknown[] {
    const items: unknown[] = [];
    if (this.#take(close)) return items;
    do items.push(this.conditional());
    while (this.#take(','));
    this.#demand(close);
    return items;
  }

  #call(name: string): unknown {
    const called = Object.hasOwn(this.#functions, name) ? this.#functions[name] : undefined;
    if (!called) throw new ExpressionError(`unknown function "${name}"`);
    return called(...this.#list(')')) ?? null;
  }

  #path(token: string): unknown {
    if (token === 'null') return null;
    if (token === 'true' || token === 'false') return token === 'true';
    let value: unknown = this.#scope;
    for (const name of token.split('.')) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
      value = (value as Record<string, unknown>)[name];
    }
    return value ?? null;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #demand(token: string): void {
    if (!this.#take(token)) throw new ExpressionError(`expected "${token}"`);
  }
}

/** Numbers by size, texts by alphabet; anything else compares false. */
function compare(left: unknown, operator: string, right: unknown): boolean {
  const both = [left, right];
  const comparable =
    both.every((value) => typeof value === 'number') || both.every((value) => typeof value === 'string');
  if (!comparable) return false;
  const [a, b] = both as [string, string];
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}
