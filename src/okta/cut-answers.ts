import { type ClientRequest, Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';

/** What Node asks of an agent: it hands each request over. */
interface RequestTaker {
  addRequest(request: ClientRequest, ...rest: unknown[]): void;
}

interface Fetch {
  /** For every hop of a request, by its URL. */
  agent?: RequestTaker | ((url: URL) => RequestTaker);
}

/**
 * Sends a request, and lets an answer that breaks off fail at once. The SDK's HTTP library (node-fetch 2.7) sees that of an
 * answer in chunks only; for one that told its length it waits until the time is up (measured).
 * @param fetch the request; its agent is replaced by one that does the same and looks on
 */
export async function failWhenCut<T extends { readonly body: unknown }>(
  fetch: object,
  send: () => Promise<T>,
): Promise<T> {
  let incoming: IncomingMessage | undefined;
  const { agent } = fetch as Fetch;
  const lookOn = (url: URL) =>
    watched(typeof agent === 'object' ? agent : plainAgent(url), (request) => {
      request.once('response', (answer) => {
        incoming = answer;
      });
    });
  Object.assign(fetch, { agent: lookOn } satisfies Fetch);
  const answer = await send();
  if (incoming) failWith(incoming, answer.body as Readable);
  return answer;
}

/** One connection for each request: of one that is kept, nobody knows whether the org still listens. */
function plainAgent({ protocol }: URL): RequestTaker {
  return new (protocol === 'https:' ? HttpsAgent : HttpAgent)({ keepAlive: false }) as unknown as RequestTaker;
}

function watched(agent: RequestTaker, look: (request: ClientRequest) => void): RequestTaker {
  const addRequest: RequestTaker['addRequest'] = (request, ...rest) => {
    look(request);
    agent.addRequest(request, ...rest);
  };
  return Object.assign(Object.create(agent) as RequestTaker, { addRequest });
}

function failWith(incoming: IncomingMessage, body: Readable): void {
  const check = () => {
    if (!incoming.complete) body.destroy(new Error('the answer broke off'));
  };
  if (incoming.closed) check();
  else incoming.once('close', check);
}
