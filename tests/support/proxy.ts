import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Proxy {
  readonly url: string;
  stop(): Promise<void>;
}

/** What stands before an org, or in its place. Answers a request itself, or calls `pass`. */
type Handler = (incoming: IncomingMessage, outgoing: ServerResponse, pass: Pass) => void;
type Pass = (onAnswer?: (answer: IncomingMessage) => void) => void;

/** A server that hands the requests of its handler on to the org. */
export async function proxy(orgUrl: string, handler: Handler, port = 0): Promise<Proxy> {
  const server = createServer((incoming, outgoing) => {
    const relay = (answer: IncomingMessage) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    };
    handler(incoming, outgoing, (onAnswer = relay) => forward(orgUrl, incoming, onAnswer));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function forward(orgUrl: string, incoming: IncomingMessage, onAnswer: (answer: IncomingMessage) => void): void {
  const { host } = new URL(orgUrl);
  const outgoing = request(
    orgUrl + incoming.url,
    { method: incoming.method, headers: { ...incoming.headers, host } },
    onAnswer,
  );
  outgoing.once('error', () => incoming.socket.destroy());
  incoming.pipe(outgoing);
}

/** Answers in the org's place. */
export function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  status: number,
  body: object | string,
  headers: Record<string, string> = {},
): void {
  incoming.resume();
  outgoing.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  outgoing.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function oktaError(errorCode: string, errorSummary: string) {
  return { errorCode, errorSummary, errorCauses: [] };
}

export const TOO_MANY = oktaError('E0000047', 'API call exceeded rate limit due to too many requests.');

/** The headers of a rate limit whose window ends in so many seconds. */
export function rateLimit(limit: number, remaining: number, endsInSeconds: number): Record<string, string> {
  return {
    'X-Rate-Limit-Limit': String(limit),
    'X-Rate-Limit-Remaining': String(remaining),
    'X-Rate-Limit-Reset': String(Math.ceil(Date.now() / 1000) + endsInSeconds),
  };
}

/**
 * What becomes of the chosen write: the org never does it and says so (`refused`), fails over it (`failed`), or never gets it,
 * however often it is sent (`lost`); or it does it and the answer is lost on the way, breaks off, or is something else's.
 */
export type Trouble = 'refused' | 'failed' | 'lost' | 'answerLost' | 'answerCut' | 'answerGarbled';

export interface CountingProxy extends Proxy {
  /** Writes seen so far. */
  readonly writes: number;
}

/** A proxy in front of an org in which the n-th write (from 1) goes wrong; everything else passes through. */
export async function troubleAtWrite(orgUrl: string, n: number, trouble: Trouble): Promise<CountingProxy> {
  let writes = 0;
  const started = await proxy(orgUrl, (incoming, outgoing, pass) => {
    if (incoming.method === 'GET') return pass();
    writes += 1;
    if (writes === n || (trouble === 'lost' && writes > n)) strike(trouble, incoming, outgoing, pass);
    else pass();
  });
  return {
    ...started,
    get writes() {
      return writes;
    },
  };
}

function strike(trouble: Trouble, incoming: IncomingMessage, outgoing: ServerResponse, pass: Pass): void {
  if (trouble === 'refused') answer(incoming, outgoing, 403, oktaError('E0000006', 'No permission'));
  else if (trouble === 'failed') answer(incoming, outgoing, 500, oktaError('E0000009', 'Internal Server Error'));
  else if (trouble === 'lost') incoming.socket.destroy();
  else {
    pass((real) => {
      real.resume();
      real.once('end', () => {
        if (trouble === 'answerGarbled') answer(incoming, outgoing, 200, '<html>Please log in');
        else if (trouble === 'answerLost') incoming.socket.destroy();
        else breakOff(incoming, outgoing);
      });
    });
  }
}

/** The beginning of an answer that told its length. */
export function breakOff(incoming: IncomingMessage, outgoing: ServerResponse): void {
  incoming.resume();
  outgoing.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '5000' });
  outgoing.write('{"id"', () => incoming.socket.destroy());
}

/** A proxy that answers the first `count` requests of a path itself, as an org with too many requests in the works. */
export function tooManyAtOnce(orgUrl: string, path: string, count: number): Promise<Proxy> {
  let left = count;
  return proxy(orgUrl, (incoming, outgoing, pass) => {
    if (left === 0 || incoming.url?.split('?')[0] !== path) return pass();
    left -= 1;
    answer(incoming, outgoing, 429, TOO_MANY, rateLimit(0, 0, 1));
  });
}
