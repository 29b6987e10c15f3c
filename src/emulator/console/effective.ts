/** Which policies and rules apply to a user and an app, what they demand and what would do: asked of src/policy. */
import {
  accessDenied,
  assessSignIn,
  decide,
  type Factor,
  levelOf,
  type Outlook,
  outlook,
  type Skipped,
} from '../../policy/index.ts';
import type { AuthenticatorKey } from '../../wire/authenticator.ts';
import { enrollmentsOf } from '../idx/enrollments.ts';
import { signInRules } from '../idx/policies.ts';
import { isAssigned } from '../oauth/assignment.ts';
import type { Org } from '../org.ts';
import type { ApplicationEntity, UserEntity } from '../store/entities.ts';

export interface Effective {
  user: UserEntity;
  app: ApplicationEntity;
  assigned: boolean;
  /** Name of the policy or rule, each with what was passed over on the way and why. */
  enrollment: { policy: string; rule: string; skipped: Skipped[] };
  globalSession: { rule: string; skipped: Skipped[] };
  appSignIn: { policy: string; rule: string; demand: string; denied: boolean; skipped: Skipped[] };
  authenticators: { name: string; level: string; enrolled: boolean }[];
  /** What could come after the password: enrolled, or to enrol on the way. */
  next: { verb: string; factors: string[] };
  outlook: Outlook;
}

const NONE = 'none applies';

export function effectivePolicy(org: Org, user: UserEntity, app: ApplicationEntity): Effective {
  const rules = signInRules(org, app);
  const person = { id: user.id, groupIds: [...org.store.memberships.leftsOf(user.id)], userTypeId: user.type.id };
  // No request: what a condition on network, device or risk would say is not known, so it does not match.
  const context = { appId: app.id };
  const decisions = decide(rules, person, context);
  const enrollments = enrollmentsOf(org, user);
  const enrolled = enrollments.flatMap(({ key, methods }) => methods.map((method): Factor => ({ key, method })));
  const { enrollment, globalSession, appSignIn } = decisions;
  const method = appSignIn.action?.verificationMethod;
  return {
    user,
    app,
    assigned: isAssigned(org, app, user.id),
    enrollment: {
      policy: enrollment.policy?.name ?? NONE,
      rule: enrollment.rule?.name ?? NONE,
      skipped: enrollment.skipped,
    },
    globalSession: { rule: globalSession.rule?.name ?? NONE, skipped: globalSession.skipped },
    appSignIn: {
      policy: rules.appSignInPolicy.policy.name,
      rule: appSignIn.rule?.name ?? NONE,
      demand: demandOf(method?.type, method?.factorMode),
      denied: accessDenied(decisions),
      skipped: appSignIn.skipped,
    },
    authenticators: rules.authenticators.map(({ key, status }) => ({
      name: org.store.authenticators.find('key', key)?.name ?? key,
      level: status === 'ACTIVE' ? levelOf(enrollment, key) : 'INACTIVE',
      enrolled: enrollments.some((one) => one.key === key),
    })),
    next: nextFactors(org, rules, decisions, enrolled),
    outlook: outlook(rules, person, context, enrolled),
  };
}

function demandOf(type: string | undefined, factorMode: string | undefined): string {
  if (type === undefined) return 'nothing';
  if (type === 'AUTH_METHOD_CHAIN') return 'a chain of authentication methods';
  return factorMode === '2FA' ? 'two factor types' : 'one factor type';
}

/** After the password where one is set, else from the start. */
function nextFactors(
  org: Org,
  rules: Parameters<typeof assessSignIn>[0],
  decisions: Parameters<typeof assessSignIn>[1],
  enrolled: readonly Factor[],
): Effective['next'] {
  const password = enrolled.filter((factor) => factor.key === 'okta_password');
  const step = assessSignIn(rules, decisions, enrolled, password);
  if (step.state === 'satisfied') return { verb: 'Nothing more', factors: [] };
  if (step.state === 'unsatisfiable') return { verb: 'No way on', factors: [step.reason] };
  const nameOf = (key: AuthenticatorKey) => org.store.authenticators.find('key', key)?.name ?? key;
  return {
    verb: step.state === 'verify' ? 'Verify one of' : 'Enrol one of',
    factors: step.next.map(({ key, method }) => `${nameOf(key)} (${method})`),
  };
}
