/**
 * The part of Okta's expression language that claims of authorization servers commonly use: attribute paths
 * (`user.firstName`, `appuser.userName`, `app.clientId`, `org.name`), string, number and boolean literals, `null`, `==`,
 * `!=`, `&&`, `||`, `!`, `+`, `? :` and parentheses. Anything else (functions, lambdas) is not evaluated.
 */

/** What the names of an expression stand for; an absent name is null. */
export type Scope = Readonly<Record<string, unknown>>;

export class ExpressionError extends Error {}

/** The value of an expression; throws ExpressionError for what it does not know. */
export function evaluate(source: string, scope: Scope): unknown {
  const parser = new Parser(tokenize(source), scope);
  const value = parser.conditional();
  parser.expectEnd();
  return value;
}

const TOKEN =
  /\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\d+(?:\.\d+)?|[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*|==|!=|&&|\|\||[?:()+!])/y;

function tokenize(source: string): string[] {
  const tokens: string[] = [];
  const text = source.trim();
  const pattern = new RegExp(TOKEN, 'y');
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const token = pattern.exec(text)?.[1];
    if (token === undefined) throw new ExpressionError(`cannot read "${text.slice(at, at + 20)}"`);
    tokens.push(token);
  }
  return tokens;
}

/** Recursive descent, one method per level of precedence, evaluating as it reads. */
class Parser {
  readonly #tokens: string[];
  readonly #scope: Scope;
  #at = 0;

  constructor(tokens: string[], scope: Scope) {
    this.#tokens = tokens;
    this.#scope = scope;
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
    const left = this.#sum();
    if (this.#take('==')) return left === this.#sum();
    if (this.#take('!=')) return left !== this.#sum();
    return left;
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
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new ExpressionError('unexpected end');
    if (/^["']/.test(token)) return token.slice(1, -1).replace(/\\(.)/g, '$1');
    if (/^\d/.test(token)) return Number(token);
    if (!/^[A-Za-z_$]/.test(token)) throw new ExpressionError(`unexpected "${token}"`);
    return this.#path(token);
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
