/** Okta's SDK as this project uses it: for its authentication and error classes, through its raw HTTP client. */
import type { Client } from '@okta/okta-sdk-nodejs';
import type { SentRequest } from './api.ts';
import type { Target } from './client.ts';
import { failWhenCut } from './cut-answers.ts';
import { TOKEN_PATH } from './paths.ts';
import { tokenRefusal } from './token-answers.ts';

/** Longest wait for one answer, milliseconds; Okta's own limit for most calls is 30 s. */
const ANSWER_TIMEOUT_MS = 30_000;
const USER_AGENT = 'orgproof';

/** The SDK's client with its cache and its own retries off, and every request noted in `requests`. */
export async function createClient(target: Target, requests: SentRequest[]): Promise<Client> {
  const { Client, DefaultRequestExecutor } = await importSdk();
  class Executor extends DefaultRequestExecutor {
    override async fetch(request: Parameters<InstanceType<typeof DefaultRequestExecutor>['fetch']>[0]) {
      const { method = 'GET', url } = request as { method?: string; url: string };
      const sent: SentRequest = {
        method: method.toUpperCase(),
        path: url.replace(target.orgUrl, ''),
        status: undefined,
      };
      requests.push(sent);
      // The SDK's own requestTimeout leaves a timer behind when an answer breaks off, which keeps the process alive.
      Object.assign(request, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
      const response = await failWhenCut(request, () => super.fetch(request));
      sent.status = response.status;
      const refusal = sent.path === TOKEN_PATH ? await tokenRefusal(request, response) : undefined;
      if (refusal) throw refusal;
      return response;
    }
  }
  const executor = new Executor({ maxRetries: 0, requestTimeout: 0 });
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

function isLoopback(url: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);
}
