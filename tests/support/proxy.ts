import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of the chosen write: the org never sees it, or does it and the answer is lost on the way. */
export type Trouble = 'refused' | 'answerLost' | 'answerCut';

export interface Proxy {
  readonly url: string;
  /** Writes seen so far. */
  readonly writes: number;
  stop(): Promise<void>;
}

/** A proxy in front of an org in which the n-th write (from 1) goes wrong; everything else passes through. */
export async function troubleAtWrite(orgUrl: string, n: number, trouble: Trouble): Promise<Proxy> {
  let writes = 0;
  const server = createServer((incoming, outgoing) => {
    const isWrite = incoming.method !== 'GET';
    if (isWrite) writes += 1;
    const strike = isWrite && writes === n;
    if (strike && trouble === 'refused') {
      incoming.resume();
      outgoing.writeHead(500, { 'Content-Type': 'application/json' });
      outgoing.end('{"errorCode":"E0000009","errorSummary":"Internal Server Error","errorCauses":[]}');
      return;
    }
    forward(orgUrl, incoming, (answer) => {
      if (strike && trouble === 'answerLost') {
        answer.resume();
        answer.once('end', () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      if (!strike) {
        answer.pipe(outgoing);
        return;
      }
      answer.once('data', (chunk: Buffer) => {
        outgoing.write(chunk.subarray(0, 5), () => incoming.socket.destroy());
      });
      answer.once('end', () => incoming.socket.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get writes() {
      return writes;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A proxy that answers the first `count` requests of a path itself, as an org with too many requests in the works. */
export async function tooManyAtOnce(orgUrl: string, path: string, count: number): Promise<Omit<Proxy, 'writes'>> {
  let left = count;
  const server = createServer((incoming, outgoing) => {
    if (left === 0 || incoming.url?.split('?')[0] !== path) {
      forward(orgUrl, incoming, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      return;
    }
    left -= 1;
    incoming.resume();
    outgoing.writeHead(429, {
      'Content-Type': 'application/json',
      'X-Rate-Limit-Limit': '0',
      'X-Rate-Limit-Remaining': '0',
      'X-Rate-Limit-Reset': String(Math.ceil(Date.now() / 1000) + 1),
    });
    outgoing.end('{"errorCode":"E0000047","errorSummary":"API call exceeded rate limit","errorCauses":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
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
