/** Whether somebody has a way into an app, in one state of the org; and if not, what decides that. Pure. */
import {
  accessDenied,
  type Decisions,
  type Factor,
  type Person,
  type PolicyWithRules,
  type SignInRules,
  verdict,
} from '../policy/index.ts';
import { decisionsOf } from './decisions.ts';
import { type OrgView, signInPolicyOf } from './org-view.ts';
import { zonesAt } from './places.ts';
import { contextAt, type Vantage } from './vantages.ts';
import type { World } from './world.ts';

export interface Signer {
  person: Person;
  enrolled: readonly Factor[];
  /** The app is assigned to this person, not to a group alone. */
  isAssigned?: boolean;
}

/** `deciding`: ids of the objects that decide it, the most telling one first. `reason`: a clause that follows a colon. */
export type WayIn =
  | { open: true; deciding: readonly string[] }
  | { open: false; reason: string; deciding: readonly string[] };

/**
 * Whether there is a way into an app from one vantage, with what is enrolled or by enrolling more at sign-in. An app that
 * shows no sign-in policy cannot be judged: it counts as open.
 */
export function wayIn(world: World, appId: string, signer: Signer, vantage: Vantage): WayIn {
  const app = world.apps.get(appId);
  if (app?.status !== 'ACTIVE') return closed('the app is inactive', [appId]);
  const blocking = vantage.place && zonesAt(world, vantage.place).blocking;
  if (blocking) return closed(`the network zone "${blocking.name}" blocks sign-ins from there`, [blocking.id]);
  const { person, enrolled, isAssigned = false } = signer;
  const groups = world.assignedGroups.get(appId);
  if (groups && !isAssigned && !groups.some((id) => person.groupIds.includes(id))) return closed(NOT_ASSIGNED, [appId]);
  const view = vantage.assuming ? world.assumed : world;
  const appSignInPolicy = signInPolicyOf(view, app);
  if (!appSignInPolicy) return { open: true, deciding: [appId] };
  const rules = { ...view, appSignInPolicy };
  const decisions = decisionsOf(rules, person, contextAt(view, vantage));
  const known = WAYS.get(view) ?? new Map<string, WayIn>();
  WAYS.set(view, known);
  const key = `${decidingIds(decisions, appSignInPolicy, appId).join(' ')} ${factorsOf(enrolled)}`;
  const way = known.get(key) ?? wayBy(decisions, rules, appId, enrolled);
  known.set(key, way);
  return way;
}

/** By what decides and what is enrolled: most people share both. */
const WAYS = new WeakMap<OrgView, Map<string, WayIn>>();

function factorsOf(enrolled: readonly Factor[]): string {
  return enrolled.map(({ key, method }) => `${key}/${method}`).join(' ');
}

function wayBy(decisions: Decisions, rules: OrgView & SignInRules, appId: string, enrolled: readonly Factor[]): WayIn {
  const { appSignInPolicy } = rules;
  const result = verdict(rules, decisions, enrolled);
  if (result.verdict !== 'cannot') return { open: true, deciding: decidingIds(decisions, appSignInPolicy, appId) };
  const byTheSession =
    !accessDenied(decisions) && verdict(rules, withoutDemands(decisions), enrolled).verdict !== 'cannot';
  return byTheSession
    ? bySession(result.reason, decisions, rules, appId)
    : because(result.reason, decisions, appSignInPolicy, appId);
}

/** What decides there for somebody, as text: the same for those who are told the same. */
export function decidedBy(world: World, appId: string, person: Person, vantage: Vantage): string {
  const app = world.apps.get(appId);
  const view = vantage.assuming ? world.assumed : world;
  const appSignInPolicy = app && signInPolicyOf(view, app);
  if (!appSignInPolicy) return '';
  const decisions = decisionsOf({ ...view, appSignInPolicy }, person, contextAt(view, vantage));
  const isAssigned = world.assignedGroups.get(appId)?.some((id) => person.groupIds.includes(id)) ?? true;
  return [...decidingIds(decisions, appSignInPolicy, appId), isAssigned].join(' ');
}

/** As if the org itself asked for nothing. */
function withoutDemands(decisions: Decisions): Decisions {
  return { ...decisions, globalSession: { ...decisions.globalSession, demands: [] } };
}

/** What the org itself demands cannot be met, though what the app's rule demands could. */
function bySession(reason: string, decisions: Decisions, view: OrgView, appId: string): WayIn {
  const { rule } = decisions.globalSession;
  const entry = view.globalSessionPolicies.find(({ rules }) => rules.some(({ id }) => id === rule?.id));
  return closed(
    `${reason} (rule "${rule?.name}" of global session policy "${entry?.policy.name}"; ${allowing(decisions)})`,
    ids(rule?.id, entry?.policy.id, decisions.enrollment.policy?.id, decisions.enrollment.rule?.id, appId),
  );
}

const NOT_ASSIGNED =
  'it would be assigned to no group of theirs, which leaves only those whom it is assigned to one by one';

function because(reason: string, decisions: Decisions, { policy }: PolicyWithRules, appId: string): WayIn {
  const { globalSession, appSignIn } = decisions;
  const { rule } = appSignIn;
  if (globalSession.denied) {
    const by = globalSession.rule ? ` (rule "${globalSession.rule.name}")` : '';
    return closed(reason + by, ids(globalSession.rule?.id));
  }
  if (appSignIn.action?.access !== 'ALLOW') {
    const text = rule ? `${reason} (app sign-in policy "${policy.name}")` : `no rule of "${policy.name}" applies`;
    return closed(text, ids(rule?.id, policy.id, appId));
  }
  return closed(
    `${reason} (rule "${rule?.name}" of app sign-in policy "${policy.name}"; ${allowing(decisions)})`,
    decidingIds(decisions, { policy }, appId),
  );
}

function allowing({ enrollment }: Decisions): string {
  return enrollment.policy ? `enrollment policy "${enrollment.policy.name}"` : 'no enrollment policy applies';
}

function decidingIds(decisions: Decisions, { policy }: Pick<PolicyWithRules, 'policy'>, appId: string): string[] {
  const { globalSession, appSignIn, enrollment } = decisions;
  const enrolling = [enrollment.policy?.id, enrollment.rule?.id];
  return ids(appSignIn.rule?.id, policy.id, appId, ...enrolling, globalSession.rule?.id);
}

function closed(reason: string, deciding: readonly string[]): WayIn {
  return { open: false, reason, deciding };
}

function ids(...all: readonly (string | undefined)[]): string[] {
  return all.filter((id) => id !== undefined);
}
