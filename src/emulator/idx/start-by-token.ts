/** Sign-ins that begin with the token of a link instead of a name: an account to activate, or a password to replace. */
import { activeMethods } from '../../policy/index.ts';
import type { Org } from '../org.ts';
import { userOfAccountToken } from '../store/account-tokens.ts';
import type { Beginning } from './transaction.ts';

/**
 * Activation asks for a password, from the list of what is to be enrolled (Okta's samples). Undefined when the token is not
 * good, or there is no password to set.
 */
export function beginActivation(org: Org, token: string): Beginning | undefined {
  const password = org.store.authenticators.find('key', 'okta_password');
  if (!password || activeMethods(password).length === 0) return undefined;
  return beginning(org, 'activation', token, 'selectEnroll');
}

/** The link was the proof: the new password is asked for at once. */
export function beginRecovery(org: Org, token: string): Beginning | undefined {
  return beginning(org, 'recovery', token, 'resetPassword');
}

function beginning(
  org: Org,
  purpose: 'activation' | 'recovery',
  token: string,
  step: Beginning['step'],
): Beginning | undefined {
  const user = userOfAccountToken(org, purpose, token);
  return user && { step, purpose, userId: user.id, identifier: user.profile.login };
}
