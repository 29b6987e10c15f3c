/** Whether somebody has a way into an app, in one state of the org; and if not, what decides that. Pure. */
import { type Decisions, type Factor, outlook, type Person, type PolicyWithRules } from '../policy/index.ts';
import { signInPolicyOf } from './org-view.ts';
import type { Vantage } from './vantages.ts';
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
  const { person, enrolled, isAssigned = false } = signer;
  const groups = world.assignedGroups.get(appId);
  if (groups && !isAssigned && !groups.some((id) => person.groupIds.includes(id))) return closed(NOT_ASSIGNED, [appId]);
  const view = vantage.assuming ? world.assumed : world;
  const appSignInPolicy = signInPolicyOf(view, app);
  if (!appSignInPolicy) return { open: true, deciding: [appId] };
  const result = outlook({ ...view, appSignInPolicy }, person, { ...vantage.context, appId }, enrolled);
  return result.verdict === 'cannot'
    ? because(result.reason, result.decisions, appSignInPolicy, appId)
    : { open: true, deciding: decidingIds(result.decisions, appSignInPolicy, appId) };
}

const NOT_ASSIGNED =
  'it would be assigned to no group of theirs, which leaves only those whom it is assigned to one by one';

function because(reason: string, decisions: Decisions, { policy }: PolicyWithRules, appId: string): WayIn {
  const { globalSession, appSignIn, enrollment } = decisions;
  const { rule } = appSignIn;
  if (globalSession.denied) {
    const by = globalSession.rule ? ` (rule "${globalSession.rule.name}")` : '';
    return closed(reason + by, ids(globalSession.rule?.id));
  }
  if (appSignIn.action?.access !== 'ALLOW') {
    const text = rule ? `${reason} (app sign-in policy "${policy.name}")` : `no rule of "${policy.name}" applies`;
    return closed(text, ids(rule?.id, policy.id, appId));
  }
  const allowing = enrollment.policy ? `enrollment policy "${enrollment.policy.name}"` : 'no enrollment policy applies';
  return closed(
    `${reason} (rule "${rule?.name}" of app sign-in policy "${policy.name}"; ${allowing})`,
    decidingIds(decisions, { policy }, appId),
  );
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
