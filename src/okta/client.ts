/**
 * The one door to the Management API: Okta's SDK for its authentication, rate-limit retries and error classes, used
 * through its raw HTTP client since its typed models drop fields in both directions (measured on 8.1.0). The SDK is
 * imported on first use; commands that only read files never pay for it.
 */
import type { Client } from '@okta/okta-sdk-nodejs';
import { OrgproofError } from '../shared/errors.ts';
import type { OktaErrorCause } from '../wire/common.ts';
import { ManagementApiError, type OktaApi, OrgUnreachableError, type SentRequest } from './api.ts';

/** How to authenticate: an API token (SSWS), or an OAuth service app with a private key. */
export type Credentials =
  | { mode: 'SSWS'; token: string }
  | { mode: 'PrivateKey'; clientId: string; scopes: string[]; privateKey: string; keyId?: string };

export interface Target {
  /** `https://…`, no trailing slash. */
  orgUrl: string;
  credentials: Credentials;
}

/** Longest wait for one answer, milliseconds; Okta's own limit for most calls is 30 s. */
const ANSWER_TIMEOUT_MS = 30_000;
const USER_AGENT = 'orgproof';
/** Longest wait for a rate limit, milliseconds: Okta's windows are a minute. */
const LONGEST_WAIT_MS = 90_000;

/** A change that the org is too busy for is tried again this often, waiting a little longer each time. */
const BUSY_ATTEMPTS = 5;
const BUSY_DELAY_MS = 500;

type SdkResponse = Awaited<ReturnType<Client['http']['http']>>;

interface SdkRequest {
  url: string;
}

interface Answer {
  text: string;
  link: string | null;
}

export interface ConnectOptions {
  /** Told before a wait for a rate limit to reset. */
  onWait?: (wait: { path: string; seconds: number }) => void;
}

type Send = (method: string, path: string, body?: unknown) => Promise<Answer>;

/** Connects to an org. Nothing is sent yet. */
export async function connect(target: Target, options: ConnectOptions = {}): Promise<OktaApi> {
  const requests: SentRequest[] = [];
  const send = sender(await createClient(target, options, requests), target.orgUrl);
  const json = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const { text } = await send(method, path, body);
    return (text === '' ? undefined : parseAnswer(text, target.orgUrl, method, path)) as T;
  };
  return {
    orgUrl: target.orgUrl,
    requests,
    get: (path) => json('GET', path),
    list: (path) => listPages(send, target.orgUrl, path),
    post: (path, body) => json('POST', path, body),
    put: (path, body) => json('PUT', path, body),
    delete: async (path) => {
      await send('DELETE', path);
    },
  };
}

/** Sends and reads the whole answer: one that breaks off in the middle is no answer. */
function sender(client: Client, orgUrl: string): Send {
  return async (method, path, body) => {
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await client.http.http(orgUrl + path, {
          method: method.toLowerCase(),
          headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        } as never);
        return { text: await response.text(), link: response.headers.get('link') };
      } catch (error) {
        const failure = asApiError(error, orgUrl, method, path);
        if (!isBusy(failure) || attempt >= BUSY_ATTEMPTS) throw failure;
        await new Promise((resolve) => setTimeout(resolve, BUSY_DELAY_MS * attempt));
      }
    }
  };
}

/** The SDK's client with its cache off, every request noted in `requests`, and waits that are bounded and told. */
async function createClient(target: Target, options: ConnectOptions, requests: SentRequest[]): Promise<Client> {
  const { Client, DefaultRequestExecutor } = await importSdk();
  const pathOf = (url: string) => url.replace(target.orgUrl, '');
  class Executor extends DefaultRequestExecutor {
    override fetch(request: Parameters<InstanceType<typeof DefaultRequestExecutor>['fetch']>[0]) {
      // The SDK's own requestTimeout also cuts short its wait for a rate limit to reset; this bounds one answer only.
      Object.assign(request, { startTime: (request as { startTime?: Date }).startTime ?? new Date() });
      Object.assign(request, { timeout: ANSWER_TIMEOUT_MS });
      return super.fetch(request);
    }

    /** The SDK waits for as long as the org says; beyond a minute and a half a person wants the answer instead. */
    override retryRequest(request: SdkRequest, response: SdkResponse, delayMs: number) {
      if (delayMs > LONGEST_WAIT_MS) return Promise.resolve(response) as never;
      options.onWait?.({ path: pathOf(request.url), seconds: Math.ceil(delayMs / 1000) });
      return super.retryRequest(request as never, response as never, delayMs as never);
    }
  }
  const executor = new Executor({ maxRetries: 5, requestTimeout: 0 });
  executor.on('request', ({ method = 'get', url }: { method?: string; url: string }) => {
    requests.push({ method: method.toUpperCase(), path: pathOf(url), status: undefined });
  });
  executor.on('response', ({ status, url }: SdkResponse & { url: string }) => {
    const sent = requests.findLast((entry) => entry.status === undefined && entry.path === pathOf(url));
    if (sent) sent.status = status;
  });
  const config = { ...sdkConfig(target), cacheMiddleware: null, requestExecutor: executor, userAgent: USER_AGENT };
  const client = new Client(config);
  // The SDK sends even loopback requests through HTTPS_PROXY and ignores NO_PROXY (measured).
  if (isLoopback(target.orgUrl)) client.http.agent = undefined;
  return client;
}

async function importSdk() {
  const sdk = await import('@okta/okta-sdk-nodejs');
  // CommonJS: named exports sit on `default` under some loaders.
  return 'Client' in sdk ? sdk : (sdk as unknown as { default: typeof import('@okta/okta-sdk-nodejs') }).default;
}

/** Every member is given so that a stray okta.yaml, which the SDK also reads, cannot redirect or re-authenticate us. */
function sdkConfig({ orgUrl, credentials }: Target) {
  if (credentials.mode === 'SSWS') return { orgUrl, token: credentials.token, authorizationMode: 'SSWS' };
  return {
    orgUrl,
    authorizationMode: 'PrivateKey',
    clientId: credentials.clientId,
    scopes: credentials.scopes,
    privateKey: credentials.privateKey,
    ...(credentials.keyId === undefined ? {} : { keyId: credentials.keyId }),
  };
}

async function listPages<T>(send: Send, orgUrl: string, firstPath: string): Promise<T[]> {
  const items: T[] = [];
  const seen = new Set<string>();
  for (let path: string | undefined = firstPath; path !== undefined && !seen.has(path); ) {
    seen.add(path);
    const answer: Answer = await send('GET', path);
    const page = parseAnswer(answer.text, orgUrl, 'GET', path);
    if (!Array.isArray(page)) throw notOkta(orgUrl, 'GET', path, answer.text);
    items.push(...(page as T[]));
    path = nextPath(answer.link);
  }
  return items;
}

function parseAnswer(text: string, orgUrl: string, method: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notOkta(orgUrl, method, path, text);
  }
}

/** Something answers at the URL, but it is no Okta org: a proxy, a login page, another site. */
function notOkta(orgUrl: string, method: string, path: string, text: string): OrgproofError {
  const start = text.replace(/\s+/g, ' ').slice(0, 60);
  return new OrgproofError(`${orgUrl} answered ${method} ${path} with something that is not Okta's: ${start}`, {
    code: 'not-an-org',
    hint: 'check the org URL, and proxies on the way',
  });
}

/** 423 E0000239: the org is still sorting priorities and did nothing yet (recorded). */
function isBusy(error: Error): boolean {
  return error instanceof ManagementApiError && error.status === 423;
}

/** The path of `rel="next"` in a Link header; the host is ours, whatever the org calls itself. */
function nextPath(link: string | null): string | undefined {
  const next = link?.split(/,\s*(?=<)/).find((part) => /;\s*rel="?next"?/.test(part));
  const href = next?.match(/<([^>]+)>/)?.[1];
  if (href === undefined) return undefined;
  const url = new URL(href);
  return url.pathname + url.search;
}

function asApiError(error: unknown, orgUrl: string, method: string, path: string): Error {
  const answer = error as {
    status?: number;
    errorCode?: string;
    errorSummary?: string;
    errorCauses?: OktaErrorCause[];
    errorId?: string;
    responseText?: string;
  };
  if (typeof answer.status !== 'number') {
    // The SDK's HTTP library marks what went wrong on the network; anything else broke before a request was made.
    const sent = error instanceof Error && error.name === 'FetchError';
    if (sent) return new OrgUnreachableError(orgUrl, method, path, error);
    return new OrgproofError(`no request could be made: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'credentials-unusable',
      hint: 'check the private key (PEM or JWK), client id and scopes',
      cause: error,
    });
  }
  return new ManagementApiError({
    status: answer.status,
    errorCode: answer.errorCode ?? 'HTTP',
    errorSummary: answer.errorSummary ?? `the answer is not Okta's: ${(answer.responseText ?? '').slice(0, 120)}`,
    errorCauses: answer.errorCauses ?? [],
    errorId: answer.errorId,
    method,
    path,
  });
}

function isLoopback(url: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);
}
