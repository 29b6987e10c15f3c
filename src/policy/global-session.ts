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
  /** What the org demands besides the app's rule; empty unless `requireFactor`. */
  demands: VerificationMethod[];
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
    demands: action?.requireFactor ? [{ type: 'ASSURANCE', factorMode: '2FA' }] : [],
    denied: action === undefined || action.access === 'DENY',
  };
}
