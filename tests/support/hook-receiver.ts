/** The outside service of a telephony inline hook, on loopback: keeps what it was called with and answers as it is told. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TelephonyHookRequest } from '../../src/wire/inline-hook.ts';

export interface HookCall {
  method: string;
  headers: IncomingHttpHeaders;
  body: TelephonyHookRequest;
}

export interface HookReceiver {
  readonly url: string;
  readonly calls: HookCall[];
  /** What was posted to `url/token`, which answers with the token `token-of-the-hook`. */
  readonly forms: Record<string, string>[];
  /** How the next calls are answered; SUCCESSFUL at first. */
  answer: (response: ServerResponse) => void;
  stop(): Promise<void>;
}

export function answerJson(value: unknown, status = 200): HookReceiver['answer'] {
  return (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
  };
}

export function answerStatus(status: string): HookReceiver['answer'] {
  return answerJson({ commands: [{ type: 'com.okta.telephony.action', value: [{ status, provider: 'TEST' }] }] });
}

export async function startHookReceiver(): Promise<HookReceiver> {
  const calls: HookCall[] = [];
  const forms: Record<string, string>[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      if (request.url?.endsWith('/token')) {
        forms.push(Object.fromEntries(new URLSearchParams(text)));
        answerJson({ token_type: 'Bearer', access_token: 'token-of-the-hook' })(response);
        return;
      }
      calls.push({ method: request.method ?? '', headers: request.headers, body: JSON.parse(text) });
      receiver.answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: HookReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/otp`,
    calls,
    forms,
    answer: answerStatus('SUCCESSFUL'),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}
