/** Which policies and rules decide a sign-in of a live user to an app, why, and what would satisfy them. Never writes. */
import type { Config } from '../config/load.ts';
import { type Enrolled, enrolledOf } from '../guard/enrolled.ts';
import { fromVerificationMethod } from '../kinds/assurance.ts';
import { USED_FOR } from '../kinds/vocabulary.ts';
import type { OktaApi } from '../okta/api.ts';
import {
  accessDenied,
  allowedFactors,
  assessSignIn,
  type Decisions,
  enrollmentNeed,
  type Factor,
  levelOf,
  outlook,
  type SignInRules,
  type Skipped,
} from '../policy/index.ts';
import { addressFor } from '../shared/address.ts';
import { authenticatorName } from '../shared/authenticators.ts';
import type { SourcePlace } from '../shared/errors.ts';
import type { Group, UserFactor } from '../wire/directory.ts';
import { type Access, readAccess } from './explain/access.ts';
import { type ClientOptions, findUser, readClient, readRules } from './explain/read.ts';
import { type Verdict, verdictOf } from './explain/verdict.ts';
import { waysIn } from './explain/ways.ts';
import { findAppByLabel } from './live-app.ts';

export interface ExplainOptions extends ClientOptions {
  api: OktaApi;
  /** Where a config declares what; nothing when no config is at hand. */
  locate?: Config['locate'];
  /** Login or id. */
  user: string;
  /** Label. */
  app: string;
}

/** A policy or rule by name; `address` is what a config calls it. */
export interface Deciding {
  readonly name: string;
  readonly address: string;
  /** The line of the config that declares it. */
  readonly source?: SourcePlace;
}

/** What decides one side of a sign-in; without a rule nothing applies. */
export interface DecidingRule {
  readonly policy?: Deciding;
  readonly rule?: Deciding;
  /** What came before it, in order, each with why it does not apply. */
  readonly skipped: readonly Pick<Skipped, 'name' | 'reason'>[];
}

export interface Explanation {
  readonly user: { login: string; status: string };
  readonly app: { label: string } & Access;
  readonly client: {
    ip?: string;
    zones: readonly string[];
    /** Zones of which the address alone does not tell whether the client is in them; it is taken to be outside. */
    unplaced: readonly string[];
  };
  readonly globalSession: DecidingRule & { access: 'allowed' | 'denied'; secondFactorRequired: boolean };
  readonly appSignIn: DecidingRule & {
    access: 'allowed' | 'denied';
    /** In the words of the config. */
    demand?: { userMustAuthenticateWith: string; possessionFactorMustBe: string[]; reauthenticateAfter?: string };
  };
  readonly enrollment: DecidingRule & {
    /** When the rule lets users enrol: CHALLENGE, LOGIN, NEVER or NEVER_INCLUDING_RECOVERY. */
    self: string;
    required: readonly string[];
    optional: readonly string[];
  };
  readonly authenticators: readonly {
    name: string;
    level: string;
    /** In the words of the config; left out where an authenticator has no such setting. */
    usedFor?: string;
    enrolled: readonly string[];
  }[];
  /** Sets of enrolled factors that satisfy what is demanded, each in the order in which they are asked for. */
  readonly satisfiedBy: readonly (readonly string[])[];
  /** Factors of which nothing can be said. */
  readonly unknownFactors: readonly string[];
  readonly verdict: Verdict;
}

/**
 * @throws OrgproofError (exit 5) for a user, an app or a zone that the org does not have, with the nearest name; for an app
 * that nobody signs in to
 * @throws ManagementApiError, OrgUnreachableError when a read fails
 */
export async function explainSignIn(options: ExplainOptions): Promise<Explanation> {
  const { api } = options;
  const [user, app] = await Promise.all([findUser(api, options.user), findAppByLabel(api, options.app)]);
  const [rules, client, groups, factors, access] = await Promise.all([
    readRules(api, app),
    readClient(api, options),
    api.list<Group>(`/api/v1/users/${user.id}/groups`),
    api.list<UserFactor>(`/api/v1/users/${user.id}/factors`),
    readAccess(api, app, user),
  ]);
  const { zoneNames, blockedBy, unplaced, ...where } = client;
  const person = { id: user.id, groupIds: groups.map(({ id }) => id), userTypeId: user.type.id };
  const enrolled = enrolledOf(user, factors);
  const declaredAt = inConfig(options.locate);
  const { decisions, ...policies } = outlook(rules, person, { appId: app.id, ...where }, enrolled.factors);
  return {
    user: { login: user.profile.login, status: user.status },
    app: { label: app.label, ...access },
    client: { ...(where.ip === undefined ? {} : { ip: where.ip }), zones: zoneNames, unplaced },
    globalSession: globalSessionPart(rules, decisions, declaredAt),
    appSignIn: appSignInPart(rules, decisions, declaredAt),
    enrollment: enrollmentPart(rules, decisions, enrolled, declaredAt),
    authenticators: rules.authenticators.map(({ key, status, settings }) => ({
      name: authenticatorName(key),
      level: status === 'ACTIVE' ? levelOf(decisions.enrollment, key) : 'INACTIVE',
      ...(settings?.allowedFor === undefined ? {} : { usedFor: USED_FOR.toWord(settings.allowedFor) }),
      enrolled: enrolled.factors.filter((factor) => factor.key === key).map(({ method }) => method),
    })),
    satisfiedBy: accessDenied(decisions) || blockedBy !== undefined ? [] : waysOf(rules, decisions, enrolled.factors),
    unknownFactors: enrolled.unknown,
    verdict: verdictOf({ user, app, access, blockedBy, policies }),
  };
}

/** Only what the enrollment policy allows counts; and where the org asks for the password first, each way begins with it. */
function waysOf(rules: SignInRules, decisions: Decisions, enrolled: readonly Factor[]): string[][] {
  const allowed = allowedFactors(rules.authenticators, decisions.enrollment);
  const usable = enrolled.filter((factor) =>
    allowed.some(({ key, method }) => key === factor.key && method === factor.method),
  );
  const first = decisions.globalSession.passwordFirst ? usable.filter(({ key }) => key === 'okta_password') : [];
  const ways = waysIn(usable, first, (verified) => assessSignIn(rules, decisions, enrolled, verified));
  return ways.map((way) => way.map(factorName));
}

function globalSessionPart(
  rules: SignInRules,
  { globalSession }: Decisions,
  declaredAt: DeclaredAt,
): Explanation['globalSession'] {
  const { rule, skipped, demands, denied } = globalSession;
  const policy = rules.globalSessionPolicies.find((one) => one.rules.some(({ id }) => id === rule?.id))?.policy;
  return {
    ...(policy ? { policy: declaredAt('globalSessionPolicy', policy.name) } : {}),
    ...(policy && rule ? { rule: declaredAt('globalSessionPolicyRule', policy.name, rule.name) } : {}),
    skipped: skipped.map(named),
    access: denied ? 'denied' : 'allowed',
    secondFactorRequired: demands.length > 0,
  };
}

function appSignInPart(
  { appSignInPolicy: { policy } }: SignInRules,
  { appSignIn }: Decisions,
  declaredAt: DeclaredAt,
): Explanation['appSignIn'] {
  const { rule, action, skipped } = appSignIn;
  const words = fromVerificationMethod(action?.verificationMethod);
  const { reauthenticateAfter, ...demand } = words;
  return {
    policy: declaredAt('appSignInPolicy', policy.name),
    ...(rule ? { rule: declaredAt('appSignInPolicyRule', policy.name, rule.name) } : {}),
    skipped: skipped.map(named),
    access: action?.access === 'ALLOW' ? 'allowed' : 'denied',
    ...(action?.access === 'ALLOW'
      ? { demand: { ...demand, ...(reauthenticateAfter === undefined ? {} : { reauthenticateAfter }) } }
      : {}),
  };
}

function enrollmentPart(
  rules: SignInRules,
  { enrollment }: Decisions,
  enrolled: Enrolled,
  declaredAt: DeclaredAt,
): Explanation['enrollment'] {
  const { policy, rule, skipped, self } = enrollment;
  const keys = enrolled.factors.map(({ key }) => key);
  const need = enrollmentNeed(rules.authenticators, enrollment, keys);
  return {
    ...(policy ? { policy: declaredAt('enrollmentPolicy', policy.name) } : {}),
    ...(policy && rule ? { rule: declaredAt('enrollmentPolicyRule', policy.name, rule.name) } : {}),
    skipped: skipped.map(named),
    self,
    required: need.required.map((key) => authenticatorName(key)),
    optional: need.optional.map((key) => authenticatorName(key)),
  };
}

/** A policy or rule by its kind and names, parents first. */
type DeclaredAt = (kind: string, ...names: readonly string[]) => Deciding;

function inConfig(locate: Config['locate'] | undefined): DeclaredAt {
  return (kind, ...names) => {
    const address = addressFor(kind, ...names);
    const source = locate?.(address);
    return { name: names.at(-1) ?? '', address, ...(source ? { source } : {}) };
  };
}

const named = ({ name, reason }: Skipped) => ({ name, reason });

/** `phone (sms)`; `password` for what has one method only, of its own name. */
function factorName({ key, method }: Factor): string {
  const name = authenticatorName(key);
  return ['phone', 'oktaVerify'].includes(name) ? `${name} (${method})` : name;
}
