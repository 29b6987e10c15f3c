/**
 * The one door to the Management API: Okta's SDK for its authentication and error classes, used through its raw HTTP client
 * since its typed models drop fields in both directions (measured on 8.1.0). The SDK is imported on first use; commands
 * that only read files never pay for it.
 */
import { setMaxListeners } from 'node:events';
import { NotOktaError, type OktaApi, type SentRequest } from './api.ts';
import { Governor, type GovernorOptions } from './governor.ts';
import { createClient } from './sdk.ts';
import { type Answer, createSender, type Exchange, type Send } from './send.ts';
import { type AccessTokens, takeTokens } from './tokens.ts';

/** How to authenticate: an API token (SSWS), or an OAuth service app with a private key (PEM, or a JWK as JSON). */
export type Credentials =
  | { mode: 'SSWS'; token: string }
  | { mode: 'PrivateKey'; clientId: string; scopes: string[]; privateKey: string; keyId?: string };

export interface Target {
  /** `https://…`, no trailing slash. */
  orgUrl: string;
  credentials: Credentials;
}

export type ConnectOptions = GovernorOptions;

/** Connects to an org. Nothing is sent yet. */
export async function connect(target: Target, options: ConnectOptions = {}): Promise<OktaApi> {
  const { orgUrl, credentials } = target;
  const requests: SentRequest[] = [];
  const client = await createClient(target, requests);
  const governor = new Governor(options);
  const tokens = credentials.mode === 'PrivateKey' ? takeTokens(client, orgUrl, credentials, governor) : undefined;
  const answers = { count: 0, ms: 0 };
  const exchange: Exchange = async ({ method, path, body }, token) => {
    const url = orgUrl + path;
    const authentication = await token?.headers(method, url);
    const start = performance.now();
    const response = await client.http.http(url, {
      // As it is: the proof of possession of a DPoP-bound token names it, and its case counts (RFC 9449).
      method,
      headers: { ...authentication, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    } as never);
    // Read whole: an answer that breaks off in the middle is none.
    const text = await response.text();
    answers.count += 1;
    answers.ms += performance.now() - start;
    return { text, headers: response.headers };
  };
  const pace: OktaApi['pace'] = {
    capacity: (bucket) => governor.capacity(bucket),
    answerMs: () => (answers.count === 0 ? 0 : answers.ms / answers.count),
  };
  return apiOver({ orgUrl, requests, pace, tokens, send: createSender({ orgUrl, governor, exchange, tokens }) });
}

interface Connection {
  orgUrl: string;
  requests: readonly SentRequest[];
  pace: OktaApi['pace'];
  tokens: AccessTokens | undefined;
  send: Send;
}

function apiOver(connection: Connection, signal?: AbortSignal): OktaApi {
  const { orgUrl, requests, pace, tokens } = connection;
  const send = (method: string, path: string, body?: unknown) => connection.send(method, path, body, signal);
  const json = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const { text } = await send(method, path, body);
    return (text === '' ? undefined : parseAnswer(text, orgUrl, method, path)) as T;
  };
  return {
    orgUrl,
    requests,
    pace,
    get: (path) => json('GET', path),
    list: (path) => listPages((page) => send('GET', page), orgUrl, path),
    post: (path, body) => json('POST', path, body),
    put: (path, body) => json('PUT', path, body),
    delete: (path) => json('DELETE', path),
    until: (ending) => {
      // Each request that waits listens to it, and hundreds may.
      setMaxListeners(0, ending);
      return apiOver(connection, ending);
    },
    grantedScopes: async () => (await tokens?.get(signal))?.scopes,
  };
}

async function listPages<T>(get: (path: string) => Promise<Answer>, orgUrl: string, firstPath: string): Promise<T[]> {
  const items: T[] = [];
  const seen = new Set<string>();
  for (let path: string | undefined = firstPath; path !== undefined && !seen.has(path); ) {
    seen.add(path);
    const answer = await get(path);
    const page = parseAnswer(answer.text, orgUrl, 'GET', path);
    if (!Array.isArray(page)) throw new NotOktaError(orgUrl, 'GET', path, answer.text);
    items.push(...(page as T[]));
    path = nextPath(answer.headers.get('link'));
  }
  return items;
}

function parseAnswer(text: string, orgUrl: string, method: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NotOktaError(orgUrl, method, path, text);
  }
}

/** The path of `rel="next"` in a Link header; the host is ours, whatever the org calls itself. */
function nextPath(link: string | null): string | undefined {
  const next = link?.split(/,\s*(?=<)/).find((part) => /;\s*rel="?next"?/.test(part));
  const href = next?.match(/<([^>]+)>/)?.[1];
  if (href === undefined) return undefined;
  const url = new URL(href);
  return url.pathname + url.search;
}
