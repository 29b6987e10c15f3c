/** Global session policies (OKTA_SIGN_ON): how a sign-in begins, and whether the org itself asks for a second factor. */
import type { SignOnAction, VerificationMethod } from '../wire/policy.ts';
import type { AnyRule, Person, PolicyWithRules, SignInContext, Skipped } from './person.ts';
import { selectPolicy } from './select.ts';

export interface GlobalSessionDecision {
  rule: AnyRule | undefined;
  action: SignOnAction | undefined;
  skipped: Skipped[];
  /**
   * True: a password is always what starts a session, and username and password share a page (`PASSWORD_IDP`).
   * False: the identifier comes first, then any factor that the app's rule accepts.
   */
  passwordFirst: boolean;
  /** What the org demands besides the app's rule; empty unless it prompts for a second factor now. */
  demands: VerificationMethod[];
  /** For how many minutes a second factor counts that was shown in a session; absent: as long as the session lasts. */
  factorMinutes?: number;
  denied: boolean;
}

export function globalSessionFor(
  policies: readonly PolicyWithRules[],
  person: Person,
  context: SignInContext,
): GlobalSessionDecision {
  const { match, skipped } = selectPolicy(policies, person, context);
  const action = match?.rule.actions.signon;
  return {
    rule: match?.rule,
    action,
    skipped,
    passwordFirst: action?.primaryFactor !== 'PASSWORD_IDP_ANY_FACTOR',
    ...(action ? secondFactor(action, context) : { demands: [] }),
    denied: action === undefined || action.access === 'DENY',
  };
}

/** MFA lifetime where a rule that prompts by it names none, minutes (help page; named assumption `mfa-lifetime-default`). */
export const DEFAULT_FACTOR_MINUTES = 15;

/**
 * Whether the org prompts for a second factor: at every sign-in (`ALWAYS`), on a device where the person did not ask to be
 * remembered (`DEVICE`), or on one where it is longer ago than the MFA lifetime (`SESSION`).
 */
function secondFactor(
  { requireFactor, factorPromptMode, factorLifetime = DEFAULT_FACTOR_MINUTES }: SignOnAction,
  { minutesSinceMfa }: SignInContext,
): Pick<GlobalSessionDecision, 'demands' | 'factorMinutes'> {
  if (!requireFactor) return { demands: [] };
  const remembered = minutesSinceMfa !== undefined;
  if (factorPromptMode === 'DEVICE' && remembered) return { demands: [] };
  if (factorPromptMode === 'SESSION' && remembered && minutesSinceMfa < factorLifetime) return { demands: [] };
  const demands: VerificationMethod[] = [{ type: 'ASSURANCE', factorMode: '2FA' }];
  return factorPromptMode === 'SESSION' ? { demands, factorMinutes: factorLifetime } : { demands };
}
