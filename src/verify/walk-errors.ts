/** What can break a walk that is no answer of the org's, each with what to do about it. */
import { CodeChannelError, CodeNotReceivedError } from './codes/source.ts';
import type { FlowError } from './outcome.ts';

export class MissingCredentialError extends Error {
  readonly what: 'password' | 'phone';

  constructor(what: 'password' | 'phone', login: string) {
    super(`the ${what === 'phone' ? 'phone number' : what} of ${login} is not known to this run`);
    this.name = 'MissingCredentialError';
    this.what = what;
  }
}

export function asFlowError(error: unknown): FlowError {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CodeNotReceivedError) {
    return {
      code: 'code-not-received',
      message,
      hint: 'Check that the org sends through the code source in use, and that it watches this number.',
    };
  }
  if (error instanceof CodeChannelError) {
    return { code: 'code-channel-unsupported', message, hint: 'Use another code source, or leave this flow out.' };
  }
  if (error instanceof MissingCredentialError) {
    return {
      code: `${error.what}-unknown`,
      message,
      hint: `Declare the user in the config with a ${error.what}; a secret is written as \${env:NAME}.`,
    };
  }
  // The SDK's words for tokens whose times do not fit this machine's clock; it allows five minutes.
  if (/JWT was issued in the future|JWT expired/.test(message)) {
    return {
      code: 'clock-skew',
      message,
      hint: 'The clocks of this machine and of the org differ: set this one right.',
    };
  }
  return { code: 'driver-error', message, hint: 'The sign-in broke off; the transcript shows how far it came.' };
}
