/** The org's HTTP server: one socket, plain or TLS, that ends when asked. */
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, isIP } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import type { AppEnv } from './http/context.ts';
import type { TlsIdentity } from './tls.ts';

export interface Listening {
  /** E.g. `http://127.0.0.1:8700`. */
  url: string;
  /** Stops listening and closes what is open. */
  close(): Promise<void>;
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/** Whether only this machine can reach a server that listens at `host`. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** @throws the system's error, e.g. EADDRINUSE. */
export async function listen(app: Hono<AppEnv>, host: string, port: number, tls?: TlsIdentity): Promise<Listening> {
  const server = tls
    ? createAdaptorServer({ fetch: app.fetch, createServer: createHttpsServer, serverOptions: { ...tls } })
    : createAdaptorServer({ fetch: app.fetch, createServer: createHttpServer });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://${isIP(host) === 6 ? `[${host}]` : host}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
