/**
 * Could they sign in? The question of `validate`, `explain` and the lockout guard about a class of people: with what they
 * have enrolled, by enrolling more on the way, or not at all.
 */
import type { Authenticator, AuthenticatorKey } from '../wire/authenticator.ts';
import type { AppSignOnAction, VerificationMethod } from '../wire/policy.ts';
import { type AcrValue, acrDemand, givesWay } from './acr.ts';
import { type AppSignInDecision, appSignInFor } from './app-sign-in.ts';
import { type Assurance, assess } from './assurance.ts';
import {
  activeMethods,
  allowedFactors,
  type EnrollmentDecision,
  enrollmentFor,
  enrollmentNeed,
  type OrgAuthenticator,
} from './enrollment.ts';
import type { Factor } from './factors.ts';
import { type GlobalSessionDecision, globalSessionFor } from './global-session.ts';
import type { Person, PolicyWithRules, SignInContext } from './person.ts';

/** What of an org decides sign-ins to one app. */
export interface SignInRules {
  authenticators: readonly (OrgAuthenticator & Pick<Authenticator, 'key'>)[];
  enrollmentPolicies: readonly PolicyWithRules[];
  globalSessionPolicies: readonly PolicyWithRules[];
  /** The app sign-in policy of the app. */
  appSignInPolicy: PolicyWithRules;
}

export interface Decisions {
  enrollment: EnrollmentDecision;
  appSignIn: AppSignInDecision;
  globalSession: GlobalSessionDecision;
}

/** Everything the policies say about one person, app and request. */
export function decide(rules: SignInRules, person: Person, context: SignInContext): Decisions {
  return {
    enrollment: enrollmentFor(rules.enrollmentPolicies, person, context),
    appSignIn: appSignInFor(rules.appSignInPolicy, person, context),
    globalSession: globalSessionFor(rules.globalSessionPolicies, person, context),
  };
}

/** Access is denied by the app's rule, by the global session policy, or because no rule matches. */
export function accessDenied(decisions: Decisions): boolean {
  return decisions.globalSession.denied || decisions.appSignIn.action?.access !== 'ALLOW';
}

/**
 * How far someone has come who has verified `verified` and enrolled `enrolled`.
 *
 * @param acr what the app asks for beyond its policies
 */
export function assessSignIn(
  rules: SignInRules,
  decisions: Decisions,
  enrolled: readonly Factor[],
  verified: readonly Factor[],
  acr?: AcrValue,
): Assurance {
  const { enrollment, appSignIn, globalSession } = decisions;
  if (!appSignIn.action) return { state: 'unsatisfiable', reason: 'no rule of the app sign-in policy applies' };
  const allowed = allowedFactors(rules.authenticators, enrollment);
  // what was enrolled by a method that is switched off is not there
  const present = enrolled.filter((factor) =>
    rules.authenticators.some((one) => one.key === factor.key && activeMethods(one).includes(factor.method)),
  );
  const has = allowed.filter((factor) => present.some((one) => one.key === factor.key && one.method === factor.method));
  const need = enrollmentNeed(
    rules.authenticators,
    enrollment,
    present.map((one) => one.key),
  );
  const open: AuthenticatorKey[] = [...need.required, ...need.optional];
  const demands = [demandOf(appSignIn.action), ...globalSession.demands];
  const enrollable = allowed.filter((factor) => open.includes(factor.key));
  const state = { verified, enrolled: has, enrollable };
  const stepUp = acr && assess([...demands, acrDemand(acr)], state);
  if (stepUp && !(givesWay(acr) && (stepUp.state === 'enroll' || stepUp.state === 'unsatisfiable'))) return stepUp;
  return assess(demands, state);
}

/** A rule that denies may come without a verification method: one factor tells who it is that is denied. */
function demandOf(action: Partial<AppSignOnAction>): VerificationMethod {
  return action.verificationMethod ?? { type: 'ASSURANCE', factorMode: '1FA' };
}

export type Outlook =
  | { verdict: 'can' }
  /** Only after enrolling one of these while signing in. */
  | { verdict: 'byEnrolling'; enroll: Factor[] }
  | { verdict: 'cannot'; reason: string };

/** Whether people like `person`, who have `enrolled`, could sign in; and the decisions that say so. */
export function outlook(
  rules: SignInRules,
  person: Person,
  context: SignInContext,
  enrolled: readonly Factor[],
): Outlook & { decisions: Decisions } {
  const decisions = decide(rules, person, context);
  return { ...verdict(rules, decisions, enrolled), decisions };
}

/** As {@link outlook}, by decisions that are known already. */
export function verdict(rules: SignInRules, decisions: Decisions, enrolled: readonly Factor[]): Outlook {
  if (decisions.globalSession.denied) return { verdict: 'cannot', reason: 'the global session policy denies access' };
  if (decisions.appSignIn.action?.access === 'DENY') {
    return { verdict: 'cannot', reason: `the rule "${decisions.appSignIn.rule?.name}" denies access` };
  }
  const verified: Factor[] = [];
  for (;;) {
    const step = assessSignIn(rules, decisions, enrolled, verified);
    if (step.state === 'satisfied') return { verdict: 'can' };
    if (step.state === 'unsatisfiable') return { verdict: 'cannot', reason: step.reason };
    if (step.state === 'enroll') return { verdict: 'byEnrolling', enroll: step.next };
    const [next] = step.next;
    if (!next) return { verdict: 'cannot', reason: 'no factor can be verified' };
    verified.push(next);
  }
}
