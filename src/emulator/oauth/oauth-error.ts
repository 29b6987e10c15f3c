/** Refusals of the OAuth endpoints, in their dialect (`error`, `error_description`). Texts are Okta's where a source has them. */
import type { AppContext } from '../http/context.ts';
import type { Org } from '../org.ts';

export type OAuthErrorStatus = 400 | 401 | 403 | 501;

export class OAuthError extends Error {
  readonly status: OAuthErrorStatus;
  readonly error: string;

  constructor(status: OAuthErrorStatus, error: string, description: string) {
    super(description);
    this.name = 'OAuthError';
    this.status = status;
    this.error = error;
  }
}

/** Runs a handler; an OAuthError becomes its answer (what is missing is logged too), anything else goes on to the app. */
export async function oauthAnswer(c: AppContext, org: Org, handle: () => Promise<Response>): Promise<Response> {
  try {
    return await handle();
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    if (error.status === 501) org.log(`unsupported: ${c.req.method} ${c.req.path}: ${error.message}`);
    return c.json({ error: error.error, error_description: error.message }, error.status);
  }
}

/** An endpoint or option that Okta has and the emulator lacks. */
export function oauthUnsupported(what: string): OAuthError {
  return new OAuthError(501, 'E_EMULATOR_UNSUPPORTED', `The emulator does not support ${what}.`);
}
