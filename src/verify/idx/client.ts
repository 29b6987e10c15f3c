/**
 * Okta's own SDK, set up for one sign-in: unmodified, with storage of its own (the SDK's default on a server is one
 * storage for the whole process), and with a transcript of what it exchanged with the org. The SDK is imported on first
 * use; it costs half a second.
 */
import type { OktaAuth } from '@okta/okta-auth-js';
import type { TranscriptEntry } from '../screens.ts';
import { rawMessages, remediationNames } from './document.ts';

/** What an app knows of itself: the environment variables that Okta's guide tells its developer to set. */
export interface AppSettings {
  /** `{orgUrl}/oauth2/default` */
  issuer: string;
  clientId: string;
  /** Undefined for a public client. */
  clientSecret: string | undefined;
  redirectUri: string;
  scopes: string[];
}

export interface IdxClient {
  auth: OktaAuth;
  transcript: TranscriptEntry[];
}

/** @param legacyMode the recursive calls of the guide (`idx.authenticate({username, password})`), as SDK 7 has them. */
export async function createIdxClient(settings: AppSettings, legacyMode: boolean): Promise<IdxClient> {
  const { OktaAuth } = await import('@okta/okta-auth-js');
  const items = new Map<string, string>();
  const storageProvider = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => {
      items.set(key, value);
    },
    removeItem: (key: string) => {
      items.delete(key);
    },
  };
  const section = { storageProvider };
  const auth = new OktaAuth({
    issuer: settings.issuer,
    clientId: settings.clientId,
    redirectUri: settings.redirectUri,
    scopes: settings.scopes,
    ...(settings.clientSecret === undefined ? {} : { clientSecret: settings.clientSecret }),
    idx: { enableLegacyMode: legacyMode },
    storageManager: { token: section, cache: section, transaction: section, 'shared-transaction': section },
  });
  const transcript: TranscriptEntry[] = [];
  recordExchanges(auth, transcript);
  return { auth, transcript };
}

/** Wraps the SDK's HTTP client: the request and its answer pass through untouched. */
function recordExchanges(auth: OktaAuth, transcript: TranscriptEntry[]): void {
  const send = auth.options.httpRequestClient;
  if (send === undefined) return;
  auth.options.httpRequestClient = async (method, url, args) => {
    const record = (status: number, text: string | undefined) => {
      transcript.push({
        method: method.toUpperCase(),
        path: new URL(url).pathname,
        status,
        remediations: remediationNames(text),
        messages: rawMessages(text).map((message) => message.message),
      });
    };
    try {
      const response = await send(method, url, args);
      record(response.status, response.responseText);
      return response;
    } catch (answer) {
      // The SDK's client rejects with the answer itself when the status is no success.
      const { status, responseText } = answer as { status?: number; responseText?: string };
      record(status ?? 0, responseText);
      throw answer;
    }
  };
}
