/**
 * Access tokens of a service app. Okta's SDK asks for them and proves possession (DPoP) where the app demands it, but takes
 * a refusal for a token, knows nothing of their lifetime, and asks once for each request that starts before the first came
 * (read in its source). This stands between the SDK's HTTP client and its token client and mends that.
 */
import type { Client } from '@okta/okta-sdk-nodejs';
import { OrgproofError } from '../shared/errors.ts';
import { OrgUnreachableError } from './api.ts';

/** What the token endpoint answers, refusals included. */
interface TokenAnswer {
  access_token?: string;
  expires_in?: number;
  scope?: string;
  error?: string;
  error_description?: string;
  errorCode?: string;
  errorSummary?: string;
}

interface SdkTokens {
  readonly isDPoP: boolean;
  readonly client: unknown;
  getAccessToken(): Promise<TokenAnswer>;
  clearCachedAccessToken(): void;
}

/** A token is replaced this long before it runs out, milliseconds: requests take time, and clocks differ. */
const RENEW_BEFORE_MS = 60_000;

export interface AccessTokens {
  /** The scopes of the present token. @throws OrgproofError `credentials-refused` */
  scopes(): Promise<readonly string[]>;
}

/** Puts itself between a client in PrivateKey mode and its tokens. */
export function guardTokens(client: Client, orgUrl: string, clientId: string): AccessTokens {
  const http = client.http as unknown as { oauth: SdkTokens };
  const sdk = http.oauth;
  let current: { answer: Promise<TokenAnswer>; renewAt: number } | undefined;
  const forget = () => {
    current = undefined;
    sdk.clearCachedAccessToken();
  };
  const getAccessToken = (): Promise<TokenAnswer> => {
    if (current && performance.now() < current.renewAt) return current.answer;
    forget();
    const asked = { answer: ask(sdk, orgUrl, clientId), renewAt: Number.POSITIVE_INFINITY };
    current = asked;
    asked.answer.then(
      ({ expires_in = 3600 }) => {
        // One that lives no longer than that is used all the same, for half its life.
        asked.renewAt = performance.now() + Math.max(expires_in * 500, expires_in * 1000 - RENEW_BEFORE_MS);
      },
      () => {
        if (current === asked) forget();
      },
    );
    return asked.answer;
  };
  http.oauth = {
    get isDPoP() {
      return sdk.isDPoP;
    },
    client: sdk.client,
    getAccessToken,
    clearCachedAccessToken: forget,
  };
  return { scopes: async () => (await getAccessToken()).scope?.split(' ').filter(Boolean) ?? [] };
}

async function ask(sdk: SdkTokens, orgUrl: string, clientId: string): Promise<TokenAnswer> {
  let answer: TokenAnswer;
  try {
    answer = await sdk.getAccessToken();
  } catch (error) {
    if (!(error instanceof Error && error.name === 'FetchError')) throw error;
    throw new OrgUnreachableError(orgUrl, 'POST', '/oauth2/v1/token', error);
  }
  if (answer.access_token !== undefined) return answer;
  const code = answer.error ?? answer.errorCode ?? 'no access token';
  const text = answer.error_description ?? answer.errorSummary ?? 'the answer holds none';
  throw new OrgproofError(`${orgUrl} gives the app ${clientId} no access token: ${code}: ${text}`, {
    code: 'credentials-refused',
    hint: REMEDIES[code] ?? 'check the app in the Admin Console: Applications > the app > General and Okta API Scopes',
  });
}

/** By the error codes of OAuth 2.0, and Okta's own. */
const REMEDIES: Readonly<Record<string, string>> = {
  invalid_client:
    'check OKTA_CLIENT_CLIENTID, and that the public key of OKTA_CLIENT_PRIVATEKEY (and OKTA_CLIENT_KEYID) is one of the app’s',
  unauthorized_client: 'the app must be an API Services app with the Client Credentials grant',
  invalid_scope: 'OKTA_CLIENT_SCOPES names a scope that the org does not know',
  consent_required: 'grant the app its scopes: Applications > the app > Okta API Scopes',
  access_denied: 'grant the app its scopes: Applications > the app > Okta API Scopes',
  invalid_dpop_proof: 'check the clock of this machine: the proof of possession names the time',
};
