/**
 * Access tokens of a service app. Okta's SDK asks for them and proves possession (DPoP) where the app demands it, but knows
 * nothing of their lifetime, asks once for each request that starts before the first came, and forgets a good one when an
 * older one is refused (read in its source). So it is asked to do single steps, and this decides which.
 */
import type { Client } from '@okta/okta-sdk-nodejs';
import { OrgproofError } from '../shared/errors.ts';
import { ManagementApiError, OrgUnreachableError } from './api.ts';
import type { Credentials } from './client.ts';
import type { Governor } from './governor.ts';
import { isInterrupted } from './interrupted.ts';
import { provenUrl, TOKEN_PATH } from './paths.ts';
import { assertPrivateKey } from './private-key.ts';
import { createSender, NO_HEADERS } from './send.ts';
import { refusalError, type TokenAnswer } from './token-answers.ts';

interface SdkTokens {
  readonly isDPoP: boolean;
  readonly client: unknown;
  getAccessToken(): Promise<TokenAnswer>;
  clearCachedAccessToken(): void;
}

interface SdkHttp {
  oauth: SdkTokens | undefined;
  prepareRequest(
    this: { oauth: Omit<SdkTokens, 'clearCachedAccessToken'> },
    request: { headers: object },
  ): Promise<void>;
}

export interface AccessToken {
  readonly scopes: readonly string[];
  /** The headers that authenticate a request. */
  headers(method: string, url: string): Promise<Record<string, string>>;
}

export interface AccessTokens {
  /**
   * A token that lives for a while; the org is asked for it when there is none, again where that may help.
   * @throws OrgproofError `credentials-refused`; ManagementApiError and OrgUnreachableError, never in doubt
   */
  get(signal?: AbortSignal): Promise<AccessToken>;
  /** The org does not take it any more. */
  refused(token: AccessToken): void;
}

/** A token is replaced this long before it runs out, milliseconds: requests take time, and clocks differ. */
const RENEW_BEFORE_MS = 60_000;

/** Takes the tokens of a client in PrivateKey mode out of its hands. */
export function takeTokens(
  client: Client,
  orgUrl: string,
  { clientId, privateKey }: Credentials & { mode: 'PrivateKey' },
  governor: Governor,
): AccessTokens {
  const http = client.http as unknown as SdkHttp;
  const sdk = http.oauth as SdkTokens;
  http.oauth = undefined;
  const exchange = async () => {
    assertPrivateKey(privateKey);
    sdk.clearCachedAccessToken();
    const answer = await sdk.getAccessToken();
    const text = JSON.stringify(answer);
    if (answer.access_token === undefined) throw refusalError(answer, { status: 400, headers: NO_HEADERS, text });
    return { text, headers: NO_HEADERS };
  };
  const send = createSender({ orgUrl, governor, exchange });
  const ask = async (signal?: AbortSignal) => {
    try {
      return JSON.parse((await send('POST', TOKEN_PATH, undefined, signal)).text) as TokenAnswer;
    } catch (error) {
      throw notGiven(error, orgUrl, clientId);
    }
  };
  const tokenOf = (answer: TokenAnswer): AccessToken => ({
    scopes: answer.scope?.split(' ').filter(Boolean) ?? [],
    headers: async (method, url) => {
      // The SDK signs its claims as one byte for each character (read in its source), which UTF-8 then is.
      const request = { method, url: Buffer.from(provenUrl(url)).toString('latin1'), headers: {} };
      const given = { isDPoP: sdk.isDPoP, client: sdk.client, getAccessToken: async () => answer };
      await http.prepareRequest.call({ oauth: given }, request);
      return request.headers;
    },
  });
  return keepOne(async (signal) => {
    const answer = await ask(signal);
    return { token: tokenOf(answer), renewAt: renewalOf(answer) };
  });
}

interface Dated {
  token: AccessToken;
  renewAt: number;
}

/** One token at a time for whoever needs one. */
function keepOne(ask: (signal?: AbortSignal) => Promise<Dated>): AccessTokens {
  let current: { asked: Promise<Dated>; got?: Dated } | undefined;
  const begin = (signal?: AbortSignal) => {
    const asking: NonNullable<typeof current> = { asked: ask(signal) };
    current = asking;
    asking.asked.then(
      (dated) => {
        asking.got = dated;
      },
      () => {
        if (current === asking) current = undefined;
      },
    );
    return asking;
  };
  const get = async (signal?: AbortSignal): Promise<AccessToken> => {
    const isGood = current && (current.got === undefined || performance.now() < current.got.renewAt);
    const { asked } = current && isGood ? current : begin(signal);
    try {
      return (await asked).token;
    } catch (error) {
      // Somebody else's wait was cut short, not ours.
      if (isInterrupted(error) && !signal?.aborted) return get(signal);
      throw error;
    }
  };
  return {
    get,
    refused: (token) => {
      if (current?.got?.token === token) current = undefined;
    },
  };
}

/** A token that lives no longer than the time kept in hand is used all the same, for half its life. */
function renewalOf({ expires_in = 3600 }: TokenAnswer): number {
  return performance.now() + Math.max(expires_in * 500, expires_in * 1000 - RENEW_BEFORE_MS);
}

/** Why there is no token. The request that needed it was not sent. */
function notGiven(error: unknown, orgUrl: string, clientId: string): unknown {
  if (error instanceof OrgUnreachableError) {
    return new OrgUnreachableError(orgUrl, error.method, error.path, error.cause, false);
  }
  if (!(error instanceof ManagementApiError)) return error;
  if (error.status === 429 || error.status >= 500) return new ManagementApiError({ ...error, inDoubt: false });
  const { errorCode, errorSummary } = error;
  return new OrgproofError(`${orgUrl} gives the app ${clientId} no access token: ${errorCode}: ${errorSummary}`, {
    code: 'credentials-refused',
    hint:
      REMEDIES[errorCode] ?? 'check the app in the Admin Console: Applications > the app > General and Okta API Scopes',
    cause: error,
  });
}

const GRANT = 'grant the app its scopes: Applications > the app > Okta API Scopes';

/** By the error codes of OAuth 2.0, and Okta's own. */
const REMEDIES: Readonly<Record<string, string>> = {
  invalid_client:
    'check OKTA_CLIENT_CLIENTID, that the public key of OKTA_CLIENT_PRIVATEKEY (and OKTA_CLIENT_KEYID) is one of the app’s, and the clock of this machine',
  unauthorized_client: 'the app must be an API Services app with the Client Credentials grant',
  invalid_scope: `${GRANT}; or name those that it has in OKTA_CLIENT_SCOPES, so that no others are asked for`,
  consent_required: GRANT,
  access_denied: GRANT,
  invalid_dpop_proof: 'check the clock of this machine: the proof of possession names the time',
};
