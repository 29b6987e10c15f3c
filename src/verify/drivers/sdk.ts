/** The `sdk` driver: @okta/okta-auth-js 8 as it comes, one `idx.proceed({ step })` for each form ("step mode"). */
import type { IdxTransaction, OktaAuth } from '@okta/okta-auth-js';
import { authenticatorKey } from '../../shared/authenticators.ts';
import type { AppSettings } from '../idx/client.ts';
import { createIdxClient } from '../idx/client.ts';
import { screenOf, screenOfError } from '../idx/screen-of.ts';
import { verifiedClaims } from '../idx/tokens.ts';
import type { Action, Screen, SignIn } from '../screens.ts';

/** A sign-in by the SDK, with an SDK instance of its own. */
export async function sdkSignIn(settings: AppSettings): Promise<SignIn> {
  const { auth, transcript } = await createIdxClient(settings, false);
  let current: IdxTransaction | undefined;
  const show = async (call: () => Promise<IdxTransaction>): Promise<Screen> => {
    try {
      current = await call();
      return screenOf(current, verifiedClaims(current, settings));
    } catch (error) {
      return screenOfError(error);
    }
  };
  return {
    transcript,
    screenshots: [],
    start: () => show(() => auth.idx.startTransaction()),
    submit: (action) => show(() => proceed(auth, current, action)),
    close: async () => {},
  };
}

function proceed(auth: OktaAuth, current: IdxTransaction | undefined, action: Action): Promise<IdxTransaction> {
  const form = (name: string) => current?.neededToProceed.find((each) => each.name === name);
  switch (action.do) {
    case 'identify':
      return auth.idx.proceed({
        step: 'identify',
        username: action.username,
        ...(action.password === undefined ? {} : { password: action.password }),
      });
    case 'password':
      return auth.idx.proceed({ step: 'challenge-authenticator', credentials: { passcode: action.password } });
    case 'choose-authenticator':
      return auth.idx.proceed({
        step: 'select-authenticator-authenticate',
        authenticator: authenticatorKey(action.authenticator),
      });
    case 'choose-phone-method':
      return auth.idx.proceed({ step: 'authenticator-verification-data', methodType: action.method });
    case 'send-code':
      return auth.idx.proceed({ step: 'authenticator-verification-data', methodType: 'email' });
    case 'enter-code': {
      const step = form('enroll-authenticator') === undefined ? 'challenge-authenticator' : 'enroll-authenticator';
      return auth.idx.proceed({ step, credentials: { passcode: action.code } });
    }
    case 'choose-enrolment':
      return auth.idx.proceed({
        step: 'select-authenticator-enroll',
        authenticator: authenticatorKey(action.authenticator),
      });
    case 'enrol-phone':
      return auth.idx.proceed({
        step: 'authenticator-enrollment-data',
        methodType: action.method,
        phoneNumber: action.phone,
      });
    case 'skip':
      return auth.idx.proceed({ step: 'skip' });
    case 'resend':
      return auth.idx.proceed({ actions: resendActions(current) });
  }
}

/** The resend action of the current screen: of the enrollment when verifying, of the authenticator when enrolling. */
export function resendActions(transaction: IdxTransaction | undefined): string[] {
  return Object.keys(transaction?.actions ?? {}).filter((name) => name.endsWith('-resend'));
}
