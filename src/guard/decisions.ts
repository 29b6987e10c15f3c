/**
 * What the policies of an org say to people. Most of them are told the same: each question is asked once, reduced to what
 * the conditions of a list of policies look at.
 */
import {
  appSignInFor,
  type Decisions,
  type EnrollmentDecision,
  enrollmentFor,
  globalSessionFor,
  type Person,
  type PolicyWithRules,
  type SignInContext,
  type SignInRules,
} from '../policy/index.ts';

/** The enrollment policy and rule that apply to a person. */
export function enrollmentIn(
  { enrollmentPolicies }: Pick<SignInRules, 'enrollmentPolicies'>,
  person: Person,
  context: SignInContext,
): EnrollmentDecision {
  return once(enrollmentPolicies, enrollmentPolicies, person, context, enrollmentFor);
}

/** Everything that the policies say about one person, app and request. */
export function decisionsOf(rules: SignInRules, person: Person, context: SignInContext): Decisions {
  const { globalSessionPolicies, appSignInPolicy } = rules;
  return {
    enrollment: enrollmentIn(rules, person, context),
    globalSession: once(globalSessionPolicies, globalSessionPolicies, person, context, globalSessionFor),
    appSignIn: once(appSignInPolicy, [appSignInPolicy], person, context, ([policy = appSignInPolicy], ...rest) =>
      appSignInFor(policy, ...rest),
    ),
  };
}

interface Asked {
  groups: ReadonlySet<string>;
  users: ReadonlySet<string>;
  /** Members of a context that no condition of the list looks at. */
  passedOver: ReadonlySet<string>;
  /** What is looked at of each person and context, as text. */
  keys: WeakMap<object, string>;
  answers: Map<string, unknown>;
}

const ASKED = new WeakMap<object, Asked>();

/** @param list the object that stands for `policies`; neither it nor a person or context is ever changed */
function once<Answer>(
  list: object,
  policies: readonly PolicyWithRules[],
  person: Person,
  context: SignInContext,
  ask: (policies: readonly PolicyWithRules[], person: Person, context: SignInContext) => Answer,
): Answer {
  const asked = ASKED.get(list) ?? lookedAt(policies);
  ASKED.set(list, asked);
  const key = keyOf(asked, person, personKey) + keyOf(asked, context, contextKey);
  if (!asked.answers.has(key)) asked.answers.set(key, ask(policies, person, context));
  return asked.answers.get(key) as Answer;
}

function keyOf<T extends object>(asked: Asked, subject: T, make: (asked: Asked, subject: T) => string): string {
  const key = asked.keys.get(subject) ?? make(asked, subject);
  asked.keys.set(subject, key);
  return key;
}

function personKey({ groups, users }: Asked, { id, groupIds, userTypeId }: Person): string {
  return JSON.stringify([groupIds.filter((one) => groups.has(one)).sort(), users.has(id) ? id : '', userTypeId]);
}

function contextKey({ passedOver }: Asked, context: SignInContext): string {
  return JSON.stringify(Object.entries(context).filter(([name]) => !passedOver.has(name)));
}

/** Members of a context beside the condition that looks at them. */
const LOOKED_AT: readonly (readonly [condition: string, members: readonly (keyof SignInContext)[]])[] = [
  ['network', ['zoneIds']],
  ['app', ['appId']],
  ['platform', ['platform']],
  ['device', ['deviceRegistered', 'deviceManaged', 'deviceAssuranceId']],
  ['riskScore', ['riskLevel']],
];

function lookedAt(policies: readonly PolicyWithRules[]): Asked {
  const conditions = policies.flatMap(({ policy, rules }) =>
    [policy, ...rules].flatMap((one) => (one.conditions === null ? [] : [one.conditions])),
  );
  const named = (of: 'groups' | 'users') =>
    new Set(conditions.flatMap(({ people }) => [...(people?.[of]?.include ?? []), ...(people?.[of]?.exclude ?? [])]));
  const unused = LOOKED_AT.filter(([condition]) => !conditions.some((one) => one[condition]));
  const passedOver = new Set<string>(unused.flatMap(([, members]) => members));
  return { groups: named('groups'), users: named('users'), passedOver, keys: new WeakMap(), answers: new Map() };
}
