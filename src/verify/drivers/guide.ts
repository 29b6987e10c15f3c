/**
 * The `guide` driver: the calls that Okta's guide "Sign in with password and phone" tells its reader to write
 * (`idx.authenticate({ username, password })`, then `idx.proceed` with values and no step), which okta-auth-js 8 keeps
 * in its legacy mode. Apps that were built from the guide make these calls, so they must keep working.
 */
import type { IdxTransaction, OktaAuth, Tokens } from '@okta/okta-auth-js';
import { authenticatorKey } from '../../shared/authenticators.ts';
import { type AppSettings, createIdxClient } from '../idx/client.ts';
import { screenOf, screenOfError } from '../idx/screen-of.ts';
import { verifiedClaims } from '../idx/tokens.ts';
import type { Action, Screen, SignIn } from '../screens.ts';

/** A sign-in by the guide's calls, with an SDK instance of its own. */
export async function guideSignIn(settings: AppSettings): Promise<SignIn> {
  const { auth, transcript } = await createIdxClient(settings, true);
  return {
    transcript,
    screenshots: [],
    // The guide's app shows its form before it calls Okta.
    start: async () => ({ kind: 'identify', withPassword: true, messages: [], remediations: [] }),
    submit: (action) => guideScreen(auth, settings, action),
    close: async () => {},
  };
}

/**
 * Makes the guide's call for an action and shows what came of it.
 *
 * @param onTokens gets the tokens of a successful sign-in. The SDK's own token manager is not used: it keeps timers until
 *   they expire, an hour in which the process could not end
 */
export async function guideScreen(
  auth: OktaAuth,
  settings: AppSettings,
  action: Action,
  onTokens?: (tokens: Tokens) => void,
): Promise<Screen> {
  try {
    const transaction = await guideCall(auth, action);
    const claims = verifiedClaims(transaction, settings);
    if (transaction.tokens !== undefined) onTokens?.(transaction.tokens);
    return screenOf(transaction, claims);
  } catch (error) {
    return screenOfError(error);
  }
}

function guideCall(auth: OktaAuth, action: Action): Promise<IdxTransaction> {
  switch (action.do) {
    case 'identify':
      return auth.idx.authenticate({
        username: action.username,
        ...(action.password === undefined ? {} : { password: action.password }),
      });
    case 'password':
      return auth.idx.proceed({ password: action.password });
    case 'choose-authenticator':
    case 'choose-enrolment':
      return auth.idx.proceed({ authenticator: authenticatorKey(action.authenticator) });
    case 'choose-phone-method':
      return auth.idx.proceed({ methodType: action.method });
    case 'send-code':
      return auth.idx.proceed({ methodType: 'email' });
    case 'enter-code':
      return auth.idx.proceed({ verificationCode: action.code });
    case 'enrol-phone':
      return auth.idx.proceed({ methodType: action.method, phoneNumber: action.phone });
    case 'skip':
      return auth.idx.proceed({ skip: true });
    case 'resend':
      return auth.idx.proceed({ resend: true });
  }
}
