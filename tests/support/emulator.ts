import { afterAll, beforeAll } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/index.ts';
import type { OktaErrorBody } from '../../src/wire/common.ts';

/** A body that a test looks into without saying its type first; what is wrong in it shows as a failed expectation. */
// biome-ignore lint/suspicious/noExplicitAny: the one place in the tests where a body may stay untyped
export type Untyped = any;

export interface Answer<T> {
  status: number;
  /** Parsed JSON; undefined for an empty body. */
  body: T;
  headers: Headers;
}

/** What a test says of a refusal. */
export interface Refusal {
  status: number;
  code: string;
  summary: string;
  causes: string[];
}

export interface TestOrg {
  readonly url: string;
  readonly token: string;
  readonly emulator: Emulator;
  /** A call with the admin token; further headers override. */
  api<T = Untyped>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  /** The body of a call that must succeed. */
  ok<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** The refusal of a call that must fail. */
  refused(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Refusal>;
  /** Back to a fresh org. */
  reset(): Promise<void>;
}

/** An org for the tests of one file: started before them, stopped after them. */
export function testOrg(options: EmulatorOptions = {}): TestOrg {
  let emulator: Emulator | undefined;
  const running = () => {
    if (!emulator) throw new Error('the org is not running yet: use it inside of a test');
    return emulator;
  };
  beforeAll(async () => {
    emulator = await startEmulator(options);
  });
  afterAll(() => running().stop());
  return {
    get url() {
      return running().url;
    },
    get token() {
      return running().token;
    },
    get emulator() {
      return running();
    },
    api: (method, path, body, headers) => call(running(), method, path, body, headers),
    ok: async <T>(method: string, path: string, body?: unknown) => {
      const answer = await call<T>(running(), method, path, body);
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    refused: async (method, path, body, headers) => {
      const { status, body: error } = await call<OktaErrorBody>(running(), method, path, body, headers);
      if (status < 400) throw new Error(`${method} ${path} was not refused: ${status}`);
      const causes = error.errorCauses.map((cause) => cause.errorSummary);
      return { status, code: error.errorCode, summary: error.errorSummary, causes };
    },
    reset: async () => {
      await call<unknown>(running(), 'POST', '/_emulator/reset');
    },
  };
}

async function call<T>(
  { url, token }: Emulator,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<T>> {
  const json = body === undefined ? {} : { 'Content-Type': 'application/json' };
  const response = await fetch(url + path, {
    method,
    headers: { Authorization: `SSWS ${token}`, ...json, ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text), headers: response.headers };
}
